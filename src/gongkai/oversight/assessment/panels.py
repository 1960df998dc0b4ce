"""Panels of entry pages and of the home page, the check for `audit verify`, and erasure by law."""

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.erasure import ERASED_TEXT
from gongkai.content.editions.full_text_sources import FullTextErasureHandler
from gongkai.content.editions.models import Edition
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.seal import LogVerdict
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.models import Role
from gongkai.core.units.unit_filters import list_responsible_units
from gongkai.oversight.assessment.actions.appeals import make_appeal_reference
from gongkai.oversight.assessment.actions.rounds import confirm_round
from gongkai.oversight.assessment.models import Assessed, Bulletin, BulletinRevision, Claim, Mark, Round, ScoringWay
from gongkai.oversight.assessment.queries import bulletins_visible_to, rounds_visible_to, units_visible_to
from gongkai.oversight.assessment.queries.scores import recompute_round
from gongkai.oversight.assessment.rules import check_bulletin_approver
from gongkai.oversight.assessment.states import (
    BULLETIN_MACHINE,
    MARKING_STATES,
    ROUND_MACHINE,
    AppealState,
    BulletinState,
    RoundState,
)


def make_self_assessment_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a self-assessment: indicators that need material, with claims."""
    unit = entry.self_assessment
    indicators = list(unit.round.scheme.indicators.filter(way=ScoringWay.SELF))
    claims = {claim.indicator_id: claim for claim in Claim.objects.filter(unit=unit)}
    may = not check_may_work(by, entry) and unit.round.state in MARKING_STATES and entry.state == "open"
    return {"unit": unit, "rows": [(leaf, claims.get(leaf.pk)) for leaf in indicators], "may_claim": may}


def make_appeal_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the template context of an appeal: its subject, the contested mark, and its replacement."""
    appeal, reference = entry.appeal, make_appeal_reference(entry)
    marks = appeal.unit.marks.filter(indicator=appeal.indicator) if appeal.indicator else Mark.objects.none()
    return {
        "appeal": appeal,
        "may_open": units_visible_to(by).filter(pk=appeal.unit_id).exists(),
        "marks": marks.filter(struck_why=reference)
        if entry.state == AppealState.UPHELD
        else marks.filter(struck_at=None),
        "now": marks.filter(words__startswith=reference),
    }


def list_required_rows(by: Actor) -> list[RowCondition]:
    """Return conditions: without a row that meets one of them, `make_pending_block` returns None."""
    condition = RowCondition(
        Assessed, {"body": list_responsible_units(by)}, also=RowCondition(Round, {"state": RoundState.PUBLISHED})
    )
    if not by.has(Role.CHIEF, Role.LEAD):
        return [condition]
    rounds, papers = (
        set(ROUND_MACHINE.labels) - {RoundState.CONFIRMED},
        set(BULLETIN_MACHINE.labels) - {BulletinState.ISSUED},
    )
    return [RowCondition(Round, {"state": rounds}), RowCondition(Bulletin, {"state": papers}), condition]


#: Maximum number of items on the home page.
MAX_SHOWN_ITEMS = 10


def make_pending_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of rounds and bulletins that wait for the user, None if there are none."""
    rows: list[tuple[str, str, str]] = []
    if by.has(Role.CHIEF, Role.LEAD):
        open_ones = rounds_visible_to(by).exclude(state=RoundState.CONFIRMED)
        rows += [step for one in open_ones if (step := _find_next_step(one, by))]
        waiting = bulletins_visible_to(by).exclude(state=BulletinState.ISSUED)
        rows += [step for bulletin in waiting if (step := _find_bulletin_step(bulletin, by))]
    if by.has(Role.CLERK, Role.LEAD, Role.CHIEF):
        rows += _list_appealable_results(by)
    return {"rows": rows[:MAX_SHOWN_ITEMS], "more": max(0, len(rows) - MAX_SHOWN_ITEMS)} if rows else None


def _list_appealable_results(by: Actor) -> list[tuple[str, str, str]]:
    """Return (title, remark, URL) of results the user's units may still appeal against."""
    running = Round.objects.filter(state=RoundState.PUBLISHED, objections_until__gte=timezone.localdate())
    numbers = list(running.order_by().values_list("pk", flat=True))
    if not numbers:  # the usual case: skip the query for their units
        return []
    rows = units_visible_to(by).filter(body_id__in=list_responsible_units(by), round__in=numbers)
    return [
        (
            f"{assessed.body.label}：{assessed.round.name}",
            f"结果已反馈，有异议的请于{assessed.round.objections_until.isoformat()}前（含当日）申诉",
            reverse("assessment:unit", args=[assessed.pk]),
        )
        for assessed in rows
        if assessed.round.objections_until
    ]


def _find_next_step(round_: Round, by: Actor) -> tuple[str, str, str] | None:
    """Return (title, state, URL) of a round that awaits the user's next step; None if it awaits none."""
    address = reverse("assessment:round", args=[round_.pk])
    if round_.state == RoundState.PUBLISHED:
        # Results can be confirmed only after the appeal period, when all appeals are answered.
        return None if confirm_round.why_not(round_, by=by) else (round_.name, "等待确定结果", address)
    if by.reaches(Role.CHIEF, path=round_.body.path):
        return (round_.name, round_.state_label, address)
    return None


def _find_bulletin_step(bulletin: Bulletin, by: Actor) -> tuple[str, str, str] | None:
    """Return (title, state, URL) of a bulletin that the user may approve or issue; else None."""
    address = reverse("assessment:bulletin", args=[bulletin.pk])
    if bulletin.state == BulletinState.DRAFT and not check_bulletin_approver(by, bulletin):
        return (bulletin.title, f"{bulletin.get_what_display()}，等待批准", address)
    if bulletin.state == BulletinState.APPROVED and by.reaches(Role.CHIEF, path=bulletin.body.path):
        return (bulletin.title, f"{bulletin.get_what_display()}，等待印发", address)
    return None


def verify_results() -> LogVerdict:
    """Check that every confirmed result equals a new computation from its marks."""
    checked_count = 0
    for round_ in Round.objects.filter(state=RoundState.CONFIRMED).select_related("scheme"):
        checked_count += round_.units.count()
        faults = recompute_round(round_)
        if faults:
            return LogVerdict(checked_count, faults[0])
    return LogVerdict(checked_count)


class BulletinErasureHandler(FullTextErasureHandler):
    """The erasure handler that blanks a bulletin together with its published text."""

    def __init__(self) -> None:
        super().__init__(Bulletin, BulletinRevision)

    def erase(self, edition: Edition) -> None:
        """Blank the bulletin and its revisions."""
        super().erase(edition)
        name, _, number = edition.document.source.partition("/")
        if name == Bulletin.source_name:
            Bulletin.objects.filter(pk=int(number)).update(title=ERASED_TEXT, text="", persons="")
