"""Views of checks: file previews, the register of dead links and broken files, and a unit's check settings."""

import unicodedata
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.checks.actions import set_check_rules
from gongkai.content.checks.faults import are_outside_links_tested
from gongkai.content.checks.models import CheckRules, ColumnLook, Fault
from gongkai.content.checks.text_extraction import PICTURE_SUFFIXES, read_file_words, read_stored_bytes
from gongkai.content.editions.models import Column as SiteColumn
from gongkai.content.editions.models import ColumnKind
from gongkai.content.editions.rules import check_settings_manager
from gongkai.content.editions.user_scope import bodies_seen, list_websites_in_reach
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.models import StoredFile
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import UnitFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.fileformats.documents import Document, UnreadFile, read_document
from gongkai.lib.fileformats.documents.model import describe_losses
from gongkai.lib.privacy import PrivacyError
from gongkai.lib.richtext import UnfitText, convert_office_text

#: Rows, columns, sheets and characters that a preview shows.
MAX_PREVIEW_ROWS, MAX_PREVIEW_COLUMNS, MAX_PREVIEW_SHEETS = 200, 40, 10
#: Characters of a file shown on its preview.
MAX_SHOWN_CHARACTERS = 60_000


def make_file_preview(stored: StoredFile, name: str) -> dict[str, object]:
    """Return the template context of a file: `html`, `sheets`, `text`, `inline` or `refusal`.

    `cut`: shown incompletely. `losses`: notes on content that is not shown.
    """
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "pdf" or suffix in PICTURE_SUFFIXES:
        return {"inline": suffix}
    try:
        if suffix == "docx":
            read = convert_office_text(read_stored_bytes(stored), name, lambda _bytes, _name: "")
            return {"html": read.html, "losses": read.notes, "cut": True}
        if suffix in ("txt", "csv"):
            text = read_file_words(stored, suffix)[0]
            said = _show_control_characters(text[:MAX_SHOWN_CHARACTERS])
            return {"text": said, "cut": len(text) > MAX_SHOWN_CHARACTERS or said != text}
        return _shorten_document(read_document(read_stored_bytes(stored), name))
    except (PrivacyError, UnfitText, UnreadFile) as refused:
        return {"refusal": f"不能预览：{str(refused).rstrip('。')}"}


def _shorten_document(document: Document) -> dict[str, object]:
    """Return the beginning of a document: tables with their headings, or text."""
    context: dict[str, object] = {"losses": describe_losses(document.losses), "cut": True}
    sheets: list[tuple[str, list[tuple[str, ...]], bool]] = []
    title = ""
    for block in document.blocks:
        if block.type == "table" and len(sheets) < MAX_PREVIEW_SHEETS:
            sheets.append(
                (
                    title,
                    [row[:MAX_PREVIEW_COLUMNS] for row in block.rows[:MAX_PREVIEW_ROWS]],
                    len(block.rows) > MAX_PREVIEW_ROWS,
                )
            )
        title = block.text if block.type == "heading" else ""
    if document.kind in ("xlsx", "xls", "csv") and sheets:
        return context | {"sheets": sheets}
    return context | {"text": document.text[:MAX_SHOWN_CHARACTERS]}


def _show_control_characters(text: str) -> str:
    """Return text with control and format characters as code points."""
    return "".join(
        f"[U+{ord(sign):04X}]" if sign not in "\n\t" and unicodedata.category(sign) in {"Cc", "Cf"} else sign
        for sign in text.replace("\r\n", "\n")
    )


def _render_title(row: Fault) -> SafeString | str:
    """Return the title, linked to its item where there is one."""
    if row.item_id is None:
        return row.title
    return format_html('<a href="{}">{}</a>', reverse("publishing:item", args=[row.item_id]), row.title)


def _render_target(row: Fault) -> SafeString:
    return format_html('<span class="gk-break">{}</span>', row.target)


class ContentFaultRegister(Register[Fault]):
    """Register of broken links and files in public texts, followed by dead link columns."""

    name, model, title = "checks.faults", Fault, "失效链接和文件"
    columns = (
        Column("title", "信息", value=lambda row: row.title, cell=_render_title, order="title", width=40),
        Column("body", "单位", value=lambda row: row.body, order="body_id"),
        "kind",
        Column("target", value=lambda row: row.target, cell=_render_target, order="target", width=40),
        "reason",
        Column("since", value=lambda row: timezone.localdate(row.since), order="since"),
        Column("at", value=lambda row: timezone.localdate(row.at), order="at"),
    )
    filters = (
        (
            "body",
            UnitFilter(
                field_name="body_id",
                label="单位",
                queryset=Body.objects.none(),
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(body_id=value.pk),
            ),
        ),
        "kind",
    )
    search_fields = ("title", "target", "reason")
    ordering = ("-pk",)
    empty = "没有发现打不开的链接和文件。"
    has_record = False
    template = "checks/faults.html"

    def prefetch(self, rows: Sequence[Fault], by: Actor) -> Sequence[Fault]:
        """Attach the units, loaded together."""
        units = Body.objects.in_bulk({row.body_id for row in rows})
        for row in rows:
            row.body = units.get(row.body_id)  # type: ignore[attr-defined]
        return rows

    def extra_context(self, request: HttpRequest, listing: Listing[Fault]) -> Mapping[str, object]:
        """Return whether links are tested, and the link columns whose URL failed."""
        return {"calls": are_outside_links_tested(), "dead_columns": _list_dead_link_columns(listing.by)}


def _list_dead_link_columns(by: Actor) -> list[tuple[SiteColumn, ColumnLook]]:
    """Return (column, last test of its URL) of the dead link columns of the user's sites."""
    looks = {column_look.column_id: column_look for column_look in ColumnLook.objects.exclude(reason="")}
    rows = SiteColumn.objects.filter(pk__in=looks, website__in=[site.pk for site in list_websites_in_reach(by)])
    columns = rows.filter(kind=ColumnKind.LINK, archived_at=None).select_related("owner", "website").order_by("key")
    return [(column, looks[column.pk]) for column in columns if column.link == looks[column.pk].link]


def check_rules_page(request: HttpRequest) -> HttpResponse:
    """Show and change the check settings of a body that the user manages (`body`, else the first)."""
    by = require_staff_actor(request)
    bodies = [body for body in bodies_seen(by).order_by("path") if not check_settings_manager(by, body)]
    if not bodies:
        raise PermissionDenied("只有本单位负责人、政务公开办或系统管理员可以设置检查规则。")
    number = parse_whole_number(request.GET.get("body", "") or request.POST.get("body", ""))
    body = next((one for one in bodies if one.pk == number), bodies[0])
    rules = CheckRules.objects.filter(body=body).first()
    typed = request.POST if request.method == "POST" else None
    if typed is not None and run_with_messages(
        request,
        lambda: set_check_rules(body, by=by, proofreading_holds="holds" in typed, terms=typed.get("terms", "")),
        "检查规则已保存，下次检查时生效。",
    ):
        return HttpResponseRedirect(f"{reverse('checks:rules')}?body={body.pk}")
    context = {
        "body": body,
        "bodies": bodies,
        "holds": "holds" in typed if typed is not None else bool(rules and rules.proofreading_holds),
        "terms": typed.get("terms", "") if typed is not None else (rules.terms if rules else ""),
        "own": rules,
    }
    return render(request, "checks/rules.html", context)
