"""Panels on an item's page, and the home-page block of plans that need the head's approval."""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.aspects import ASPECT_WORDS, compute_copied_share, list_copied_sentences
from gongkai.content.interpretation.models import (
    HandOver,
    Interpretation,
    InterpretationMedium,
    Owed,
    Plan,
    PlannedRelease,
    get_setting,
)
from gongkai.content.interpretation.queries import read_document_text
from gongkai.content.interpretation.readiness import list_prepared_interpretations
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage, get_document_title, map_document_titles
from gongkai.core.acts.object_access import can_see
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import TodoLine, todo_block
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.core.units.queries import filter_appointments_in_force
from gongkai.lib.richtext import to_plain_text


def plan_context(item: ItemPage, by: Actor, frozen: FrozenContent | None) -> dict[str, object] | None:
    """Return the template context of a policy item: plan, interpretations, missing forms; None to hide it."""
    if item.kind not in POLICY_KINDS:
        return None
    plan = Plan.objects.filter(item_id=item.pk).first()
    document = ensure_document(item)
    interpretations = list_prepared_interpretations(document)
    have = {one.link.form: one for one in sorted(interpretations, key=lambda one: not one.lacks)}
    return {
        "plan": plan,
        "forms": [(InterpretationMedium(form).label, have.get(form)) for form in plan.wanted] if plan else [],
        "phases": [row for row in plan.said() if row[0].endswith("解读")] if plan else [],
        "ordered": [InterpretationMedium(form).label for form in plan.ordered] if plan else [],
        "prepared": interpretations,
        "openable": [one.link.item_id for one in interpretations if can_see(by, ItemPage, one.link.item_id)],
        "signing": frozen is not None,
        "document": document,
        "choices": InterpretationMedium.choices,
        "may_pass": plan is not None and not actions.approve_plan.why_not(plan, by=by),
        "may_write": frozen is None and not actions.save_plan.why_not(item, by=by),
        "strict": get_setting(item.unit).strict,
    }


def link_context(item: ItemPage, by: Actor, frozen: FrozenContent | None) -> dict[str, object] | None:
    """Return the template context of an interpretation: document, elements, copied share; None to hide it."""
    if item.kind != ItemKind.INTERPRETATION:
        return None
    kept = Interpretation.objects.select_related("document__body").filter(item_id=item.pk).first()
    may_write = frozen is None and not actions.answer_aspects.why_not(item, by=by)
    if kept is None:
        return {"link": None, "may_write": may_write}
    revision = item.get_latest_revision()
    text = frozen or (freeze(item, revision) if revision else None)
    words = to_plain_text(text.html) if text else ""
    source = read_document_text(kept.document)
    share = compute_copied_share(words, source)
    limit = get_setting(item.unit).copied_percent
    return {
        "link": kept,
        "title": get_document_title(kept.document),
        "policy": kept.document.item_number,
        "aspects": [
            (name, kept.aspects.get(key, {}).get("text", ""), kept.aspects.get(key, {}).get("none", ""))
            for key, (name, _) in ASPECT_WORDS.items()
        ],
        "percent": round(share * 100),
        "limit": limit,
        "over": share * 100 > limit,
        "copied": list_copied_sentences(words, source)[:5] if share * 100 > limit else [],
        "digest": text.digest if text else "",
        "confirmed": bool(text) and kept.copied_digest == getattr(text, "digest", None),
        "may_confirm": not actions.confirm_copied.why_not(item, by=by),
        "may_write": may_write,
    }


def planned_release_context(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the template context of a planned release."""
    return {"planned": PlannedRelease.objects.select_related("event").get(pk=entry.pk)}


def handover_context(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the template context of a handover: release, materials, place and actions."""
    row = HandOver.objects.select_related("event__body", "event__result").get(pk=entry.pk)
    documents = list(row.event.documents.select_related("body"))
    titles = map_document_titles([*documents, *([row.event.result] if row.event.result else [])])
    return {
        "handover": row,
        "event": row.event,
        "policies": [(one, titles[one.pk], can_see(by, ItemPage, one.item_number)) for one in documents],
        "result": titles.get(row.event.result_id or 0, ""),
        "draftable": [
            (document, titles[document.pk])
            for document in documents
            if not entry.closed_at and not actions.draft_interpretation.why_not(document, by=by)
        ],
        "choices": InterpretationMedium.choices,
    }


def owed_context(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the template context of a required interpretation."""
    row = Owed.objects.select_related("document__body").get(pk=entry.pk)
    document: Document = row.document
    return {
        "document": document,
        "title": get_document_title(document),
        "may_open": can_see(by, ItemPage, document.item_number),
        "forms": [InterpretationMedium(form).label for form in row.forms],
        "choices": InterpretationMedium.choices,
        "may_write": not actions.draft_interpretation.why_not(document, by=by),
    }


def list_unapproved_plan_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block of unapproved plans has rows."""
    where = {"passed_at": None} if by.has(Role.CHIEF) else {"body": by.body_ids(Role.LEAD), "passed_at": None}
    return [RowCondition(Plan, where)]


def make_plans_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of unapproved plans that the user is asked to approve; None to hide it."""
    asked = Q(body__in=by.body_ids(Role.LEAD))
    heads = filter_appointments_in_force().filter(role=Role.LEAD, person__user__is_active=True)
    for path in by.reached_paths(Role.CHIEF):
        asked |= Q(~Exists(heads.filter(body=OuterRef("body"))), body__path__startswith=path)
    there = ItemPage.objects.filter(pk=OuterRef("item_id"))
    plans = Plan.objects.filter(asked, Exists(there), passed_at=None).select_related("body")
    rows = plans.annotate(title=Subquery(there.values("draft_title")[:1])).order_by("pk")

    def make_line(plan: Plan) -> TodoLine:
        what = "需要解读" if plan.needed else f"不需要解读：{plan.exempt_reason}"
        url = reverse("interpretation:plan", args=[plan.item_id])
        return TodoLine(plan.title, url, f"{plan.body.label} · {what}", "解读方案", "审定")  # type: ignore[attr-defined]

    return todo_block("等我审定的解读方案", rows, make_line, reverse("interpretation:overview"))
