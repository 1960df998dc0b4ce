"""Register the office pages and menu items of this app."""

from gongkai.core.units.menus import add_menu, add_pages

add_pages("", "gongkai.work.directory.urls")
add_menu(
    "基层标准目录",
    "directory",
    icon="list-ul",
    order=43,
    items=[
        ("标准目录", "index", "list-ul"),
        ("公开情况", "coverage", "table"),
        ("栏目模板", "templates", "folder-open-inverse"),
        ("细则和指引", "followups", "edit"),
        ("年度检查", "checks", "clipboard-list"),
    ],
)
