"""Panels on an item's page and review, and the home page block of documents that await a receipt (L-08)."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions
from gongkai.content.policies.actions.relations import RESPONSE_COLUMN_NAMES, RESPONSE_ITEM_KINDS
from gongkai.content.policies.ended_bases import filter_decisions_by_document
from gongkai.content.policies.models import PolicyRecord, Relation, RelationKind, UpperLibrary
from gongkai.content.policies.policy_steps import list_steps, load_latest_draft
from gongkai.content.policies.publication import list_differences
from gongkai.content.policies.queries.office import find_record_faults, visible_to
from gongkai.content.policies.queries.side_column import BASED_ITEM_KINDS
from gongkai.content.policies.queries.uploading import (
    UploadStage,
    annotate_upload_stage,
    filter_pending_uploads,
    find_upper_library_of_record,
    upper_libraries_visible_to,
    with_due_dates,
    with_upload_stage,
)
from gongkai.content.policies.rules import check_may_maintain
from gongkai.content.policies.signed_records import is_signed
from gongkai.content.policies.validity import describe_validity
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.content.policies.validity_updates import find_library_record
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.models import ItemPage
from gongkai.core.ledger.panels import MAX_BLOCK_LINES, TodoLine, TodoList
from gongkai.core.units.actors import Actor
from gongkai.core.units.unit_filters import list_working_units
from gongkai.lib.richtext import to_plain_text

#: Number of documents named on one entry's page.
MAX_NAMED_DOCUMENTS = 200

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import FrozenContent
    from gongkai.core.ledger.models import Entry
    from gongkai.core.units.actors import Actor


def library_panel(item: ItemPage, by: "Actor", frozen: "FrozenContent | None") -> dict[str, object] | None:
    """Return the template context of a policy document's panel, or None for other kinds."""
    page = item if frozen else load_latest_draft(item)
    kind = frozen.facts["kind"] if frozen else page.kind
    if kind not in POLICY_KINDS:
        return None
    record = find_library_record(item)
    if record is None:
        return {"record": None, "may": not check_may_maintain(by, item.unit), "steps": list_steps(item, None)}
    shown = frozen or freeze_page(page, item.unit)
    return {
        "record": record,
        "may": not check_may_maintain(by, record),
        "sentence": describe_validity(load_validity_facts(record), timezone.localdate()),
        "faults": find_record_faults(record, to_plain_text(shown.html)),
        "differences": list_differences(record, shown, signed=is_signed(record)),
        "bases": list(record.relations.select_related("target")),
        "steps": list_steps(item, record),
        "library": find_upper_library_of_record(record),
        "upload": with_upload_stage(record),
    }


def bases_panel(item: ItemPage, by: "Actor", frozen: "FrozenContent | None") -> dict[str, object] | None:
    """Return the template context of a guide's or list's panel: its policy bases; None to hide it."""
    if item.kind not in BASED_ITEM_KINDS:
        return None
    document = ensure_document(item)
    rows = Relation.objects.filter(kind=RelationKind.USES, user=document).select_related("target")
    return {
        "rows": list(rows),
        "may": frozen is None and not actions.add_basis.why_not(document, by=by),
    }


def response_panel(item: ItemPage, by: "Actor", frozen: "FrozenContent | None") -> dict[str, object] | None:
    """Return the template context of a response's panel: the policy documents it responds to; None if none is
    expected."""
    if item.kind not in RESPONSE_ITEM_KINDS:
        return None
    document = ensure_document(item)
    rows = list(Relation.objects.filter(kind=RelationKind.RESPONDS, user=document).select_related("target"))
    asked = item.kind == ItemKind.OTHER or document.placements.filter(column__name__in=RESPONSE_COLUMN_NAMES).exists()
    may = frozen is None and asked and not actions.link_response.why_not(document, by=by)
    return {"rows": rows, "may": may} if rows or may else None


def decisions_panel(item: ItemPage, by: "Actor", frozen: "FrozenContent | None") -> dict[str, object] | None:
    """Return the template context of a draft's decisions on validity; None without any, and for signers.

    Signers see the decisions as part of the text instead.
    """
    if frozen is not None:
        return None
    rows = filter_decisions_by_document(ensure_document(item))
    return {"rows": list(rows.select_related("record")[:MAX_NAMED_DOCUMENTS])} if rows else None


def cleanup_task_context(entry: "Entry", by: "Actor") -> dict[str, object] | None:
    """Return the template context of a clean-up task: the number of its documents, and of those without verdict."""
    cleanup_round = entry.cleanup.round
    cases = cleanup_round.cases.filter(body_id=entry.body_id)
    return {"round": cleanup_round, "total": cases.count(), "left": cases.filter(verdict="").count()}


def validity_review_context(entry: "Entry", by: "Actor") -> dict[str, object] | None:
    """Return the template context of a validity review: the document and its last day."""

    record = entry.validity.record
    return {
        "record": record,
        "ends_on": entry.validity.ends_on,
        "sentence": describe_validity(load_validity_facts(record), timezone.localdate()),
    }


def upload_task_context(entry: "Entry", by: "Actor") -> dict[str, object] | None:
    """Return the template context of an upload task: the documents due on its day, none once it is closed."""
    task = entry.uploading
    owed = [] if entry.closed_at else with_due_dates(task.library, filter_pending_uploads(task.library, task.records))
    rows = [row for row, due in owed if due == task.due_on]
    shown = rows[:MAX_NAMED_DOCUMENTS]
    seen = set(visible_to(by).filter(pk__in=[row.pk for row in shown]).values_list("pk", flat=True))
    return {"library": task.library, "rows": shown, "seen": seen, "count": len(rows)}


def upload_first_block(by: Actor) -> dict[str, object] | None:
    """Return the home page list of drafts that need a receipt before publication, not yet on the ledger; None if empty."""
    own = list_working_units(by)
    lines: list[TodoLine] = []
    count, more = 0, ""
    for library in upper_libraries_visible_to(by) if own else []:
        if not library.refuses:
            continue
        found = [
            row
            for row in annotate_upload_stage(library).filter(place=UploadStage.COMING, body__in=own).order_by("pk")
            if not check_may_maintain(by, row)
        ]
        if found and not more:
            more = f"{reverse('policies:placed', args=[library.pk])}?place={UploadStage.COMING.value}"
        count += len(found)
        lines += [_make_todo_line(row, library) for row in found[:MAX_BLOCK_LINES]]
    return {"todos": TodoList("公开前须上传的文件", lines[:MAX_BLOCK_LINES], count, more)} if lines else None


def _make_todo_line(row: PolicyRecord, library: UpperLibrary) -> TodoLine:
    facts = f"{row.body.label} · 登记{library.name}的回执后才能公开"
    return TodoLine(row.title, reverse("policies:record_uploads", args=[row.pk]), facts, "先入库", "登记上传")
