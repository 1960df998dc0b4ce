"""Panels of the page of a request: content, handling, similar cases, next acts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.intake.queries import files_visible_to
from gongkai.core.intake.queries import visible_to as party_of
from gongkai.core.ledger.clock import get_rules
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.actors import Actor
from gongkai.work.requests.actions.reuse import list_drafted_items
from gongkai.work.requests.complaints.kind import deidentify_complaint
from gongkai.work.requests.letters import LETTER_KINDS
from gongkai.work.requests.models import Complaint, Consultation, Dispute, Letter, ReceiptChannel, Request
from gongkai.work.requests.pending_notices import find_clock_objections
from gongkai.work.requests.queries.fees import describe_fee_status
from gongkai.work.requests.queries.request_list import find_similar_cases_and_requests
from gongkai.work.requests.results import REQUEST_RESULTS
from gongkai.work.requests.rules import RECEIPT_DAY_RULES, list_reasons_unless_secrecy_reviewer
from gongkai.work.requests.states import ACT_GROUPS, REQUEST_ACTS, UNIT_STATES, RequestAct

# Letters to applicants without their content.
_REPLY_LETTERS = Prefetch("letters", Letter.objects.filter(consultation=None).defer("content"))


def make_request_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of the request, its successors and merged requests."""
    request = Request.objects.select_related("origin__entry", "merged_into__entry").get(pk=entry.pk)
    return {
        "request": request,
        "receipt": RECEIPT_DAY_RULES[request.channel],
        "offspring": list(request.offspring.select_related("entry__body")),
        "merged": list(request.merged.select_related("entry")),
    }


def make_handling_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of everything done on the request, or None if nothing was done."""
    request = Request.objects.get(pk=entry.pk)
    disputes = list(request.disputes.all())
    mending = _find_rectifications(by, disputes)
    works = not check_may_work(by, entry)
    context = {
        "request": request,
        "proposed": _describe_proposal(request),
        "decisions": list(request.decisions.prefetch_related(_REPLY_LETTERS, "deliveries")),
        "consultations": [
            _make_consultation_facts(consultation, by, works=works) for consultation in request.consultations.all()
        ],
        "fees": [(fee, describe_fee_status(fee)) for fee in request.fees.select_related("request__entry")],
        "deliveries": list(request.deliveries.all()),
        "disputes": [(dispute, mending.get(f"dispute/{dispute.pk}")) for dispute in disputes],
        "letters": [
            (letter, LETTER_KINDS[letter.kind].title)
            for letter in request.letters.select_related("signed").defer("content", "signed__content")
        ],
        "materials": list(request.materials.select_related("stored", "masked")),
        "reviews": list(request.secrecy_reviews.all()),
        "supplements": list(request.supplements.all()),
        "drafted": list_drafted_items(entry) if works else [],
        "works": works,
        "to_review": entry.state in UNIT_STATES and _needs_secrecy_review(request),
        "may_review": not list_reasons_unless_secrecy_reviewer(by, entry),
    }
    has_content = any(context[name] for name in context if name not in {"request", "works", "may_review"})
    return context if has_content else None


def _needs_secrecy_review(request: Request) -> bool:
    """Return true if there are materials that the last secrecy review in force, if any, does not cover."""
    files = list(request.materials.filter(dropped=False).select_related("stored", "masked"))
    last = request.secrecy_reviews.filter(outdated=False).last() if files else None
    return bool(files) and (last is None or not last.covers(files))


def _make_consultation_facts(consultation: Consultation, by: Actor, *, works: bool) -> dict[str, object]:
    """Return the context of a consultation; name and reason only if the user `works`."""
    visible_facts = {"party": party_of(by, consultation.matter), "files": files_visible_to(by, consultation.matter)}
    return {
        "asked": consultation,
        **visible_facts,
        "who": consultation.who.reveal() if works else "",
        "reason": consultation.reason.reveal() if works else "",
    }


def _find_rectifications(by: Actor, disputes: list[Dispute]) -> dict[str, Entry]:
    """Return the visible rectification orders of disputes, by source reference."""
    refs = [f"dispute/{dispute.pk}" for dispute in disputes]
    if not refs:
        return {}
    rows = visible_to(by, kind="rectification").filter(
        rectification__source="requests", rectification__source_ref__in=refs
    )
    return {entry.rectification.source_ref: entry for entry in rows.select_related("rectification")}


def make_similar_requests_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of similar requests while the unit must act; None otherwise or without any."""
    if entry.state not in UNIT_STATES:
        return None
    similar_rows = find_similar_cases_and_requests(Request.objects.select_related("entry").get(pk=entry.pk), by)
    return (
        {"like": similar_rows, "differ": len({request.result for request in similar_rows}) > 1}
        if similar_rows
        else None
    )


def _describe_proposal(request: Request) -> str:
    """Return result, ground and content of the proposal as one text."""
    proposal = request.proposal
    sentences = [REQUEST_RESULTS[proposal["result"]].name, proposal["ground"], proposal["told"]] if proposal else []
    return "。".join(sentence.rstrip("。") for sentence in sentences if sentence)


@dataclass(frozen=True)
class NextRequestStep:
    """An act on a request: its action's `name`, description with provision (`text`), reasons against it.

    `late` is true if only the rules of the clock object; the act can still be recorded as a past one.
    """

    act: RequestAct
    name: str
    text: str
    reasons: list[str]
    late: bool = False


def make_next_steps_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of all acts with provisions: allowed, or refused with reasons."""
    periods = get_rules(entry).figures
    steps = [_make_next_step(entry, by, act, act.describe(periods)) for act in REQUEST_ACTS.values()]
    return {
        "allowed": _group_steps(next_step for next_step in steps if not next_step.reasons),
        "refused": _group_steps(next_step for next_step in steps if next_step.reasons),
    }


def _make_next_step(entry: Entry, by: Actor, act: RequestAct, text: str) -> NextRequestStep:
    """Return the step with the reasons against it; `late` if only the clock objects."""
    name = f"request.{act.verb}"
    reasons = ACTIONS_BY_NAME[name].why_not(entry, by=by)
    irregular = [] if reasons else [f"{one}。" for one in find_clock_objections(entry, act.verb)]
    return NextRequestStep(act, name, text, reasons or irregular, late=bool(irregular))


def _group_steps(steps: Iterable[NextRequestStep]) -> list[tuple[str, list[NextRequestStep]]]:
    """Return (group, steps) for the groups that have steps."""
    steps_by_group: dict[str, list[NextRequestStep]] = {name: [] for name in ACT_GROUPS}
    for next_step in steps:
        steps_by_group[next_step.act.group].append(next_step)
    return [(name, rows) for name, rows in steps_by_group.items() if rows]


def _get_readable_text(complaint: Complaint, text: str, *, clear: bool) -> str:
    """Return the text, de-identified unless `clear`."""
    return text if clear else deidentify_complaint(complaint, text).text


def make_complaint_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a complaint; de-identified for those who do not work on it."""
    complaint = Complaint.objects.select_related("against", "request__entry").defer("letter").get(pk=entry.pk)
    ordered = {"rectification__source": "requests", "rectification__source_ref": complaint.matter}
    works = not check_may_work(by, entry)
    other_entries = (
        visible_to(by, kind="complaint").filter(complaint__request=complaint.request_id).exclude(pk=entry.pk)
    )
    return {
        "complaint": complaint,
        "text": _get_readable_text(complaint, complaint.text.reveal(), clear=works),
        "answer": _get_readable_text(complaint, complaint.answer, clear=works),
        "same": list(other_entries.select_related("complaint").order_by("pk")) if complaint.request_id else [],
        "channel": ReceiptChannel(complaint.channel).label,
        "works": works,
        "mending": list(visible_to(by).filter(**ordered)) if works else [],
    }
