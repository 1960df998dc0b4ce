"""Panels of entry pages of cases, duties and promises, and the home page block."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.publishing.models import map_document_titles
from gongkai.content.publishing.source_desk import SourceDesk, make_source_desk
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import own_visible_to, prepare_for_list
from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor
from gongkai.work.opinion.actions.case_answers import is_under_review
from gongkai.work.opinion.kinds import CASE_KIND_NAME
from gongkai.work.opinion.models import (
    AnswerMeans,
    CaseLink,
    Consulted,
    Lead,
    LeadState,
    OpinionCase,
    Response,
    Statement,
)
from gongkai.work.opinion.queries.cases import list_pending_leads, visible_to
from gongkai.work.opinion.rules import DECIDING_ROLES, WORKING_ROLES
from gongkai.work.opinion.states import BEFORE_RESPONSE, OPEN_CASES, CaseState

MAX_LISTED_CASES = 8


@dataclass(frozen=True)
class CaseStage:
    """One of the five stages of a case with its time; `current` marks the next one to do."""

    label: str
    at: datetime | None
    current: bool
    detail: str = ""


def list_stages(case: OpinionCase) -> list[CaseStage]:
    """Return the five stages (收集、会商、研判、回应、评估) with their times and details."""
    state = case.entry.state
    next_stage = {
        CaseState.COLLECTED: "会商",
        CaseState.CONSULTING: "研判" if case.consulted_at else "会商",
        CaseState.JUDGED: "回应",
        CaseState.RESPONDED: "评估",
    }.get(state, "")
    judged = f"{case.get_kind_display()}，{case.get_level_display()}" if case.judged_at else ""
    dismissed = "不需要回应" if state == CaseState.DISMISSED else ""
    late = "超过时限" if case.was_late else ""
    rows = (
        ("收集", case.found_at, case.platform),
        ("会商", case.consulted_at, ""),
        ("研判", case.judged_at, dismissed or judged),
        ("回应", case.responded_at, late),
        ("评估", case.evaluated_at, case.get_effect_display() if case.effect else ""),
    )
    return [CaseStage(label, at, label == next_stage, detail) for label, at, detail in rows]


def _get_last_review(stream: str) -> Review | None:
    return Review.objects.filter(source=stream).order_by("-pk").first()


def make_case_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of an opinion case, as far as the user may see it."""
    case = OpinionCase.objects.select_related("entry__body", "collector", "field", "proposed").get(pk=entry.pk)
    responses = [
        (answer, _get_last_review(answer.stream), _get_public_url(answer, by)) for answer in case.responses.all()
    ]
    duties = case.duties.select_related("entry__body")
    visible_ids = set(visible_entries(by).filter(pk__in=duties.values("entry")).values_list("pk", flat=True))
    return {
        "case": case,
        "stages": list_stages(case),
        "areas": list(case.areas.all()),
        "consulted": list(case.consulted.select_related("body")),
        "responses": responses,
        "desk": _make_review_desk(case, by),
        "duties": [(duty, duty.pk in visible_ids) for duty in duties],
        "links": _list_links(case, by),
        "talks": list(case.talks.select_related("body")),
        "promises": list(case.promises.select_related("entry")),
    }


def _make_review_desk(case: OpinionCase, by: Actor) -> SourceDesk | None:
    last_response = case.responses.filter(means=AnswerMeans.WEBSITE).order_by("-pk").first()
    return make_source_desk(last_response, by, back=case.entry.url, own_ways=True) if last_response else None


def _get_public_url(answer: Response, by: Actor) -> str:
    """Return the path of a published answer if the user may see it, else ""."""
    document = answer.document if answer.responded_at else None
    visible_document = document and documents_visible_to(by).filter(pk=document.pk).first()
    address = visible_document.addresses.filter(current=True).first() if visible_document else None
    return address.path if address else ""


def _list_links(case: OpinionCase, by: Actor) -> list[dict[str, str]]:
    """Return URL, title and remark of links from a case, then of the visible cases that link to it."""
    rows = list(case.links.select_related("entry", "document"))
    visible = visible_entries(by)
    entries = {e.pk: e for e in visible.filter(pk__in=[row.entry_id for row in rows if row.entry_id])}
    documents = documents_visible_to(by).filter(pk__in=[row.document_id for row in rows if row.document_id])
    titles = map_document_titles(documents)
    links = []
    for row in rows:
        if row.entry_id and row.entry_id in entries:
            linked_entry = entries[row.entry_id]
            links.append(
                {"url": linked_entry.url, "title": f"{linked_entry.number}　{linked_entry.title}", "words": row.words}
            )
        elif row.document and row.document.pk in titles:
            path = row.document.addresses.filter(current=True).values_list("path", flat=True).first() or ""
            links.append({"url": path, "title": titles[row.document.pk], "words": row.words})
    linking_entries = visible.filter(kind="opinion", opinion_case__links__entry=case.entry).exclude(pk__in=entries)
    links += [{"url": e.url, "title": f"{e.number}　{e.title}", "words": ""} for e in linking_entries]
    return links


def make_linking_cases_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of the visible cases that link to another entry, or None without any."""
    if entry.kind == "opinion" or not CaseLink.objects.filter(entry=entry).exists():
        return None
    cases = list(visible_to(by).filter(links__entry=entry))
    return {"cases": cases} if cases else None


def make_duty_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a duty, with its case if visible, else None for it."""
    duty = entry.opinion_duty
    is_visible = visible_to(by).filter(pk=duty.case_id).exists()
    return {"duty": duty, "case": duty.case if is_visible else None}


def make_promise_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a promise with its statements and their review."""
    promise = entry.promise
    review = _get_last_review(promise.stream)
    pending = promise.pending
    document = promise.document
    address = document.addresses.filter(current=True).first() if document and promise.published_at else None
    rows: list[Statement] = list(promise.revisions.filter(dropped=False).order_by("pk"))
    return {
        "promise": promise,
        "statements": rows,
        "review": review if pending and review and review.revision_id == pending.pk else None,
        "waiting": bool(pending) and is_under_review(promise.stream),
        "returned": review if pending and review and review.state == ReviewState.RETURNED else None,
        "path": address.path if address else "",
        "desk": make_source_desk(promise, by, back=entry.url, own_ways=True),
    }


def list_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the home-page block has content."""
    return [
        RowCondition(Lead, {"state": LeadState.NEW}),
        RowCondition(Consulted, {"body": by.bodies, "at": None}),
        RowCondition(Entry, {"body": by.bodies, "kind": CASE_KIND_NAME, "state": OPEN_CASES}),
    ]


def make_pending_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of leads, consultations and cases that wait for the user, or None."""
    if not by.bodies:
        return None
    leads = list_pending_leads(by)
    pending_consultations = Consulted.objects.filter(
        body_id__in=by.bodies, at=None, case__in=visible_to(by), case__entry__closed_at=None
    )
    working = by.body_ids(*WORKING_ROLES)
    deciding = by.body_ids(*DECIDING_ROLES)
    visible_cases = own_visible_to(by).filter(
        Q(body_id__in=working, state__in=BEFORE_RESPONSE) | Q(body_id__in=deciding, state=CaseState.RESPONDED),
        kind=CASE_KIND_NAME,
    )
    entries = prepare_for_list(visible_cases, kinds={CASE_KIND_NAME}).order_by("due_at", "pk")
    context = {
        "leads": leads.count(),
        "asked": list(pending_consultations.select_related("case__entry__body").order_by("pk")),
        "cases": (cases := list(entries[: MAX_LISTED_CASES + 1]))[:MAX_LISTED_CASES],
        "count": visible_cases.count() if len(cases) > MAX_LISTED_CASES else len(cases),
    }
    return context if context["leads"] or context["asked"] or context["cases"] else None
