"""Panels of the page of a request: content, handling, similar cases, next acts."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from gongkai.core.acts.action import REGISTRY
from gongkai.core.intake.queries import files_visible_to
from gongkai.core.intake.queries import visible_to as party_of
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import work
from gongkai.core.units.actors import Actor
from gongkai.work.requests.actions.opening import drafted
from gongkai.work.requests.complaints.deidentification import deidentified
from gongkai.work.requests.letters import KINDS
from gongkai.work.requests.machine import ACTS, GROUPS, RUNNING, Act
from gongkai.work.requests.models import Complaint, Consultation, Dispute, Letter, ReceiptChannel, Request
from gongkai.work.requests.queries.cases import like
from gongkai.work.requests.queries.fees import standing
from gongkai.work.requests.results import RESULTS
from gongkai.work.requests.rules import RECEIPT
from gongkai.work.requests.timing import against

# Letters to applicants without their content.
_REPLIES = Prefetch("letters", Letter.objects.filter(consultation=None).defer("content"))


def facts(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of the request: content, channel, predecessor and successors."""
    request = Request.objects.select_related("origin__entry", "merged_into__entry").get(pk=entry.pk)
    return {
        "request": request,
        "receipt": RECEIPT[request.channel],
        "offspring": list(request.offspring.select_related("entry__body")),
        "merged": list(request.merged.select_related("entry")),
    }


def handling(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of decisions, consultations, fees, deliveries and disputes, or None."""
    request = Request.objects.get(pk=entry.pk)
    disputes = list(request.disputes.all())
    mending = _mending(by, disputes)
    works = not work(by, entry)
    shown = {
        "request": request,
        "proposed": _proposed(request),
        "decisions": list(request.decisions.prefetch_related(_REPLIES, "deliveries")),
        "consultations": [
            _asked(consultation, by, works=works) for consultation in request.consultations.all()
        ],
        "fees": [(fee, standing(fee)) for fee in request.fees.select_related("request__entry")],
        "deliveries": list(request.deliveries.all()),
        "disputes": [(dispute, mending.get(f"dispute/{dispute.pk}")) for dispute in disputes],
        "letters": [
            (letter, KINDS[letter.kind].title)
            for letter in request.letters.select_related("signed").defer("content", "signed__content")
        ],
        "materials": list(request.materials.select_related("stored", "masked")),
        "reviews": list(request.secrecy_reviews.all()),
        "supplements": list(request.supplements.all()),
        "drafted": drafted(entry) if works else [],
        "works": works,
    }
    there = any(shown[name] for name in shown if name not in {"request", "works"})
    return shown if there else None


def _asked(one: Consultation, by: Actor, *, works: bool) -> dict[str, object]:
    seen = {"party": party_of(by, one.matter), "files": files_visible_to(by, one.matter)}
    return {
        "asked": one,
        **seen,
        "who": one.who.reveal() if works else "",
        "reason": one.reason.reveal() if works else "",
    }


def _mending(by: Actor, disputes: list[Dispute]) -> dict[str, Entry]:
    refs = [f"dispute/{dispute.pk}" for dispute in disputes]
    if not refs:
        return {}
    rows = visible_to(by, kind="rectification").filter(
        rectification__source="requests", rectification__source_ref__in=refs
    )
    return {entry.rectification.source_ref: entry for entry in rows.select_related("rectification")}


def alike(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of similar requests and their results, or None."""
    if entry.state not in RUNNING:
        return None
    found = like(Request.objects.select_related("entry").get(pk=entry.pk), by)
    return {"like": found, "differ": len({one.result for one in found}) > 1} if found else None


def _proposed(request: Request) -> str:
    kept = request.proposal
    parts = [RESULTS[kept["result"]].name, kept["ground"], kept["told"]] if kept else []
    return "。".join(part.rstrip("。") for part in parts if part)


@dataclass(frozen=True)
class NextStep:
    """An act with the reasons against it.

    `late` is true if only the clock objects: the act can still be recorded afterwards.
    """

    act: Act
    name: str
    reasons: list[str]
    late: bool = False


def steps(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of all acts with provisions: allowed, or refused with reasons."""
    made = [_step(entry, by, act) for act in ACTS.values()]
    return {
        "allowed": _grouped(next_step for next_step in made if not next_step.reasons),
        "refused": _grouped(next_step for next_step in made if next_step.reasons),
    }


def _step(entry: Entry, by: Actor, act: Act) -> NextStep:
    name = f"request.{act.verb}"
    reasons = REGISTRY[name].why_not(entry, by=by)
    irregular = [] if reasons else [f"{one}。" for one in against(entry, act.verb)]
    return NextStep(act, name, reasons or irregular, late=bool(irregular))


def _grouped(made: Iterable[NextStep]) -> list[tuple[str, list[NextStep]]]:
    found: dict[str, list[NextStep]] = {name: [] for name in GROUPS}
    for next_step in made:
        found[next_step.act.group].append(next_step)
    return [(name, rows) for name, rows in found.items() if rows]


def _said(found: Complaint, text: str, *, clear: bool) -> str:
    return text if clear else deidentified(found, text).text


def complaint(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a complaint: text, statement, answer, rectification."""
    found = Complaint.objects.select_related("against", "request__entry").defer("letter").get(pk=entry.pk)
    ordered = {"rectification__source": "requests", "rectification__source_ref": found.matter}
    works = not work(by, entry)
    same = visible_to(by, kind="complaint").filter(complaint__request=found.request_id).exclude(pk=entry.pk)
    return {
        "complaint": found,
        "text": _said(found, found.text.reveal(), clear=works),
        "answer": _said(found, found.answer, clear=works),
        "same": list(same.select_related("complaint").order_by("pk")) if found.request_id else [],
        "channel": ReceiptChannel(found.channel).label,
        "works": works,
        "mending": list(visible_to(by).filter(**ordered)) if works else [],
    }
