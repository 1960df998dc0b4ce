"""Views from an item's page: enter it into the library, set its bases, enter older items."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import CharFilter

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions
from gongkai.content.policies.forms.records import PolicyBasisForm, RespondForm
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.queries.office import filter_without_record
from gongkai.content.policies.views.common import get_record, list_writer_bodies, redirect_to
from gongkai.content.publishing.models import find_document_item
from gongkai.content.publishing.views.common import get_item
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import require_staff_actor

#: Message shown if a second person must confirm that a public document enters the library.
ENTRY_PENDING_MESSAGE = (
    "已提请入库。公众看到的有效性会改变，待另一位签发人、负责人或者政务公开办在“待确认的文字”中确认后入库。"
)


def enter_in_library(request: HttpRequest, number: int) -> HttpResponse:
    """Enter an item's document in the library, from the item's page."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    records: list[PolicyRecord] = []
    if request.method == "POST" and run_with_messages(
        request, lambda: records.append(actions.enter_record(item.unit, by=by, item=item)), ""
    ):
        messages.success(request, "已入库，请核对入库信息。" if records[0].document_id else ENTRY_PENDING_MESSAGE)
        return redirect_to("record", records[0].pk)
    return HttpResponseRedirect(reverse("publishing:item", args=(number,)))


def add_policy_basis(request: HttpRequest, number: int) -> HttpResponse:
    """Add the basis of a guide or list, from the item's page."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    form = PolicyBasisForm(request.POST, by=by)
    run_form_with_messages(
        request, form, lambda **facts: actions.add_basis(ensure_document(item), by=by, **facts), "依据已记入。"
    )
    return HttpResponseRedirect(reverse("publishing:item", args=(number,)))


def record_response(request: HttpRequest, number: int) -> HttpResponse:
    """Record the policy document to which an item responds."""
    by = require_staff_actor(request)
    item = get_item(by, number)
    form = RespondForm(request.POST, by=by)
    run_form_with_messages(
        request, form, lambda **facts: actions.link_response(ensure_document(item), by=by, **facts), "已关联。"
    )
    return HttpResponseRedirect(reverse("publishing:item", args=(number,)))


def draft_response(request: HttpRequest, number: int) -> HttpResponse:
    """Draft the unit's response to a public concern about a record, and open the editor."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    made = []
    concern = request.POST.get("concern", "")
    if request.method == "POST" and run_with_messages(
        request,
        lambda: made.append(actions.draft_response(record, by=by, concern=concern)),
        "已建立回应稿并与文件关联，请写正文。",
    ):
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=(made[0].pk,)))
    return redirect_to("record", number)


def _render_title(document: Document) -> SafeString | str:
    """Return the public title with its link."""
    row = document.shown  # type: ignore[attr-defined]
    return format_html('<a href="{}">{}</a>', row.path, row.title) if row else str(document)


def _filter_by_words(rows: "QuerySet[Document]", name: str, value: str) -> "QuerySet[Document]":
    """Filter by words in the public title or number."""
    text = value.strip()[:60]
    shelves = Shelf.objects.filter(Q(title__icontains=text) | Q(number__icontains=text), column=None)
    return rows.filter(pk__in=shelves.values("document"))


def _enter_selected(request: HttpRequest, by: Actor, rows: "QuerySet[Document]", facts: Mapping[str, object]) -> bool:
    """Enter each selected document; refusals are reported one by one."""
    records = [record for document in rows if (record := _enter_published_document(request, by, document))]
    if done := sum(record.document_id is not None for record in records):
        messages.success(request, f"补录{done}件，请逐件核对入库信息。")
    if waiting := len(records) - done:
        messages.success(request, f"另有{waiting}件：{ENTRY_PENDING_MESSAGE}")
    return True


class MissingRecordRegister(Register[Document]):
    """Register of published policy documents without a record."""

    name, model, title = "policies.missing", Document, "补录入库"
    section = (("政策库", "policies:records"),)
    columns = (
        Column(
            "title",
            "标题",
            value=lambda row: row.shown.title if row.shown else str(row),
            cell=_render_title,
            width=40,
        ),
        Column("number", "发文字号", value=lambda row: row.shown.number if row.shown else "", width=22),
        Column("body"),
        Column("kind", value=lambda row: row.shown.kind_label if row.shown else "", order="kind"),
        Column("published_at", "公开时间"),
    )
    filters = (
        ("q", CharFilter(label="标题、发文字号", method=_filter_by_words)),
        "body",
        YearFilter("published_at"),
    )
    ordering = ("pk",)
    has_record = False
    intro = "这些政策文件在建库之前已经公开，补录后按信息页的著录项入库，再逐件核对。"
    empty = "已公开的政策文件都已入库。"
    bulk_action = BulkAction(
        words="补录勾选的文件", do=_enter_selected, may=lambda by, listing: bool(list_writer_bodies(by))
    )

    def rows(self, by: Actor) -> "QuerySet[Document]":
        """Return the published documents without a record."""
        return filter_without_record(by)

    def prefetch(self, rows: Sequence[Document], by: Actor) -> Sequence[Document]:
        """Attach the public data of the documents in one query."""
        shelved = Shelf.objects.filter(document__in=[row.pk for row in rows], column=None)
        shown = {row.document_id: row for row in shelved}
        for document in rows:
            document.shown = shown.get(document.pk)  # type: ignore[attr-defined]
        return rows


def _enter_published_document(request: HttpRequest, by: Actor, document: Document) -> PolicyRecord | None:
    """Enter a published document into the library; None with a message if it is refused."""
    item = find_document_item(document)
    if item is None:
        return None
    try:
        record: PolicyRecord = actions.enter_record(document.body, by=by, item=item)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, f"{item.title[:40]}：{reason}")
        return None
    return record
