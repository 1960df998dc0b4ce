"""The editor of an item in Wagtail's admin: its form and panels."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.admin.templatetags.wagtailadmin_tags import fieldtype, widgettype
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.rich_text import expand_db_html

from gongkai.content.checks.report import get_check_report
from gongkai.content.publishing.forms.items import AttachmentForm, ItemForm
from gongkai.content.publishing.freezing import describe_draft, draft_token, list_missing_item_fields
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.panels import make_report_context
from gongkai.content.publishing.progress_steps import load_stored_item
from gongkai.lib.richtext import clean_html, to_plain_text
from gongkai.lib.richtext.difference import compare_lines, fold_same
from gongkai.lib.richtext.pictures import add_picture_addresses

_STANDING_HELP = "正文写明到某件事发生时为止、没有写明哪一天的，公开后显示为“没有宣布失效”。"
#: Function registered by the portal: (request, page) → the page as the public would see it.
PREVIEW_RENDERERS: list[Callable[[HttpRequest, ItemPage], HttpResponse]] = []


def render_preview(request: HttpRequest, page: ItemPage) -> HttpResponse:
    """Return the preview of a draft."""
    if not PREVIEW_RENDERERS:
        return HttpResponse("本安装未启用门户，不能预览。", content_type="text/plain; charset=utf-8")
    return PREVIEW_RENDERERS[-1](request, page)


class EditorField(FieldPanel):  # type: ignore[misc]
    """A field in Wagtail's markup, from one template instead of four, without the button for comments.

    Comments need a panel that the editor does not have.
    """

    class BoundPanel(FieldPanel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/field.html"
        comments_enabled = False

        def get_editable_context_data(self) -> dict[str, object]:
            """Add the CSS classes that depend on the types of field and input."""
            field = self.bound_field
            classes = f"w-field--{fieldtype(field)} w-field--{widgettype(field)}"
            return {**super().get_editable_context_data(), "classes": classes, "errors": field.errors}


class EditorGroup(MultiFieldPanel):  # type: ignore[misc]
    """Several fields under a heading."""

    class BoundPanel(MultiFieldPanel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/group.html"


class EditorSections(ObjectList):  # type: ignore[misc]
    """The sections of a tab."""

    class BoundPanel(ObjectList.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/sections.html"


class AttachmentsPanel(InlinePanel):  # type: ignore[misc]
    """The attachments of an item: rename, reorder, delete. New ones use the upload field."""

    def get_form_options(self) -> dict[str, object]:
        """Use the attachment form for each row."""
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = AttachmentForm
        return options

    class BoundPanel(InlinePanel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/attachments.html"


class EditorTabs(TabbedInterface):  # type: ignore[misc]
    """The editor's tabs, without Wagtail's second rendering of each field for scripts, of which none uses it."""

    class BoundPanel(TabbedInterface.BoundPanel):  # type: ignore[misc]
        def js_opts(self) -> dict[str, object]:
            """Return the options of the tabs without those of their fields (window.wagtail.editHandler in the browser)."""
            return {**super().js_opts(), "children": []}


class ImportedTextPanel(Panel):  # type: ignore[misc]
    """Show the read-only text imported from a Word file."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/imported.html"

        def is_shown(self) -> bool:
            """Return true if the item is stored: then its text can be pasted and set."""
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: object = None) -> dict[str, object]:
            """Add the text, cleaned as for the public."""
            base = reverse("publishing:text_picture", args=(self.instance.pk, "0" * 64)).removesuffix("0" * 64)
            html = add_picture_addresses(clean_html(self.instance.imported_html), lambda digest: f"{base}{digest}")
            return {**super().get_context_data(parent_context), "html": html}


class ConflictPanel(Panel):  # type: ignore[misc]
    """Show conflicts with another user's save while this form was open, and ask which text to save."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/conflict.html"

        def is_shown(self) -> bool:
            """Return true if there is a newer draft that was not looked at."""
            return getattr(self.form, "conflict", None) is not None

        def get_context_data(self, parent_context: object = None) -> dict[str, object]:
            """Add both texts' differences and the fields that differ."""
            return {**super().get_context_data(parent_context), **describe_differences(self.form)}


class ChecksPanel(Panel):  # type: ignore[misc]
    """Show the findings of the last saved draft, and its missing fields."""

    class BoundPanel(Panel.BoundPanel):  # type: ignore[misc]
        template_name = "publishing/editor/checks.html"

        def is_shown(self) -> bool:
            """Return true if the item has a saved draft and the page is no response to a submitted form."""
            return bool(self.instance.pk and self.instance.latest_revision_id and not self.form.is_bound)

        def get_context_data(self, parent_context: object = None) -> dict[str, object]:
            """Add the report on the last draft."""
            item = load_stored_item(self.instance.pk)
            frozen = item.frozen(item.latest_revision_id)
            report = get_check_report(item, frozen)
            return {
                **super().get_context_data(parent_context),
                "lacks": list_missing_item_fields(frozen),
                "item": item,
                "shown": make_report_context(item, report, may_edit=False),
            }


def describe_differences(form: "ItemForm") -> dict[str, object]:
    """Return the template context of the differences between a form and a draft that another user saved meanwhile.

    `saved`: author and time of that draft; `seen`: its token; `fields`: (label, saved, typed); `lines`: the text.
    """
    assert form.conflict is not None, "called only if another person saved"
    saved_page: ItemPage = form.conflict.as_object()
    cleaned_data = form.cleaned_data
    fields = []
    for name, value in cleaned_data.items():
        if name in ("body", "word") or not any(f.name == name for f in ItemPage._meta.fields):
            continue
        old = getattr(saved_page, name)
        if str(old or "") != str(value or ""):
            label = ItemPage._meta.get_field(name).verbose_name
            fields.append((label, old or "（空）", value or "（空）"))
    mine = to_plain_text(clean_html(expand_db_html(cleaned_data.get("body") or "")))
    lines = compare_lines(to_plain_text(clean_html(expand_db_html(saved_page.body))), mine)
    return {
        "saved": describe_draft(form.conflict),
        "seen": draft_token(form.conflict),
        "fields": fields,
        "lines": fold_same(lines) if any(not line.same for line in lines) else [],
    }


def make_edit_handler() -> EditorTabs:
    """Return the editor's two tabs: required fields, and further description."""
    content: list[object] = [
        ConflictPanel(),
        ChecksPanel(),
        EditorField("title", help_text="公开页上的标题，与文件标题一致。"),
        EditorField("kind"),
        EditorField("columns"),
        EditorGroup(
            [ImportedTextPanel(), EditorField("word"), EditorField("drop_word"), EditorField("body")], heading="正文"
        ),
        EditorGroup(
            [
                EditorField("uploads"),
                AttachmentsPanel("attachments", [EditorField("name")], label="附件", heading="已上传的附件"),
            ],
            heading="附件",
        ),
        EditorGroup(
            [
                EditorField("formed_on"),
                EditorField("attribute"),
                EditorField("attribute_basis"),
                EditorField("attribute_reason"),
            ],
            heading="公开属性（发布前必填）",
        ),
    ]
    description: list[object] = [
        EditorGroup(
            [EditorField(name) for name in ("document_number", "issuer", "written_on", "subject", "genre")],
            heading="公文信息",
        ),
        EditorGroup(
            [EditorField(name) for name in ("standing", "effective_on", "ends_on")],
            heading="有效性",
            help_text=_STANDING_HELP,
        ),
        EditorGroup(
            [EditorField(name) for name in ("source", "summary", "keywords", "policy_focus", "index_number")],
            heading="其他著录项",
        ),
        EditorGroup([EditorField("manner"), EditorField("circle"), EditorField("manner_reason")], heading="公开方式"),
    ]
    return EditorTabs([EditorSections(content, heading="内容"), EditorSections(description, heading="著录与公开方式")])


def install_editor() -> None:
    """Set the form and panels of items; must run before Wagtail first uses them."""
    ItemPage.base_form_class = ItemForm
    ItemPage.edit_handler = make_edit_handler()
    WagtailAdminTemplateMixin.get_header_title = _render_header


def _render_header(view: WagtailAdminTemplateMixin) -> str:
    """Return the page header with a Chinese colon; Wagtail's half-width colon is not translatable."""
    parts = (view.get_page_title(), view.get_page_subtitle())
    return "：".join(str(part).strip() for part in parts if part)
