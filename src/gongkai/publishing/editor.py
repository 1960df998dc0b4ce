"""The editor of an item in Wagtail's admin: its form and panels, all in Chinese."""

from typing import Any

from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)

from gongkai.publishing.forms.items import ItemForm
from gongkai.publishing.models import ItemPage
from gongkai.publishing.text import clean


class AttachmentsPanel(InlinePanel):  # type: ignore[misc]
    """The attachments an item has: rename, reorder, delete. New ones come through the upload field."""

    class BoundPanel(InlinePanel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/attachments.html"


class ImportedPanel(Panel):  # type: ignore[misc]
    """The text that came from a Word file, to read, where an item has one."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/imported.html"

        def is_shown(self) -> bool:
            """Whether the text comes from a file."""
            return bool(self.instance.imported_html)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the text, cleaned as it would be for the public."""
            return {**super().get_context_data(parent_context), "html": clean(self.instance.imported_html)}


def panels() -> TabbedInterface:
    """Return the editor's two tabs: what every item needs, and what describes it further."""
    content: list[Any] = [
        FieldPanel("title", classname="title", help_text="公开页上的标题，与文件标题一致。"),
        FieldPanel("kind"),
        FieldPanel("columns"),
        MultiFieldPanel(
            [ImportedPanel(), FieldPanel("word"), FieldPanel("drop_word"), FieldPanel("body")], heading="正文"
        ),
        MultiFieldPanel(
            [
                FieldPanel("uploads"),
                AttachmentsPanel("attachments", [FieldPanel("name")], label="附件", heading="已上传的附件"),
            ],
            heading="附件",
        ),
        MultiFieldPanel(
            [
                FieldPanel("formed_on"),
                FieldPanel("attribute"),
                FieldPanel("attribute_basis"),
                FieldPanel("attribute_reason"),
            ],
            heading="公开属性（发布前必填）",
        ),
    ]
    description: list[Any] = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("document_number", "issuer", "written_on", "subject", "genre")],
            heading="公文信息",
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("standing", "effective_on", "ends_on")], heading="有效性"
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("source", "summary", "keywords", "policy_focus", "index_number")],
            heading="其他著录项",
        ),
        MultiFieldPanel(
            [FieldPanel("manner"), FieldPanel("circle"), FieldPanel("manner_reason")], heading="公开方式"
        ),
    ]
    return TabbedInterface(
        [ObjectList(content, heading="内容"), ObjectList(description, heading="著录与公开方式")]
    )


def install() -> None:
    """Give the item its form and panels; before Wagtail first asks for them."""
    ItemPage.base_form_class = ItemForm
    ItemPage.edit_handler = panels()
