"""Register the office pages and menu items of this app."""

from gongkai.content.policies.importing.filed_list import find_filing_government
from gongkai.content.policies.queries.uploading import has_upload_work
from gongkai.core.units.menus import add_menu, add_pages, menu_item

add_pages("policies/", "gongkai.content.policies.urls")
add_menu(
    "政策文件",
    "policies",
    icon="folder-open-inverse",
    order=45,
    items=[
        ("政策库", "records", "folder-open-inverse"),
        ("文件清理", "rounds", "list-ul"),
        menu_item(
            "备案核对",
            "policies:filing",
            name="policies-filing",
            icon="doc-full",
            shown_to=lambda by: find_filing_government(by) is not None,
        ),
        menu_item("上级库上传", "policies:uploads", name="policies-uploads", icon="upload", shown_to=has_upload_work),
        ("依据失效", "bases", "warning"),
        ("本部门执行的法规规章", "kept", "doc-full-inverse"),
        ("上传原文", "files", "upload"),
        ("使用情况", "usage", "view"),
    ],
)
