"""Course events about assessment: a scheme with indicators, a round, statements and scores."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from factories.checks import scanned
from gongkai.content.editions import frozen
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions.evidence import add_evidence
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import get_actor, in_force_q
from gongkai.core.units.models import Appointment, Body, BodyKind, Role
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.models import Assessed, Evaluator, Indicator, Round, Scheme
from gongkai.oversight.assessment.queries.scores import list_standings, list_unjudged_leaves
from simulation.events import event
from simulation.steps import Player, Step
from simulation.turns import row_of

#: Indicators: code, name, points, scoring method.
TREE = (
    ("1", "机构和人员", 40, "self"),
    ("2", "专区建设", 30, "third"),
    ("3", "电话测评", 30, "phone"),
    ("4", "扣分", 5, "deduction"),
)
SAID = "设立政务公开科，专职2人，全年培训2次，经费列入部门预算。"


@event
def indicators_are_set(player: Player, step: Step) -> None:
    """Write the indicators of a scheme."""
    scheme: Scheme = row_of(step)
    for position, (code, name, points, way) in enumerate(TREE):
        facts = {"name": name, "points": Decimal(points), "way": way, "source": "", "position": position}
        actions.set_indicator(scheme, by=player.actor(step.by), code=code, **facts)


@event
def round_is_planned(player: Player, step: Step) -> None:
    """Plan a round for two subordinate units."""
    scheme: Scheme = row_of(step)
    by, today = player.actor(step.by), timezone.localdate()
    staffed = Appointment.objects.filter(in_force_q(), role=Role.CLERK, person__active=True).exclude(person__user=None)
    under = Body.objects.filter(parent=scheme.body, active_to=None).order_by("pk")
    general = under.filter(kind=BodyKind.GENERAL_OFFICE).first()
    bodies = under.filter(kind=BodyKind.DEPARTMENT, pk__in=staffed.values("body")).exclude(pk__in=by.bodies)
    actions.plan_round(
        scheme, by=by, office=general or scheme.body, year=today.year, first=today - timedelta(days=300), until=today,
        self_until=today + timedelta(days=10), units=[(one, "政府部门") for one in bodies[:2]],
    )  # fmt: skip


@event
def evaluator_is_invited(player: Player, step: Step) -> None:
    """Let an external evaluator score the assigned indicators."""
    made: Round = row_of(step)
    leaves = [*made.scheme.indicators.filter(way="third")]
    facts = {"organisation": "云岭大学", "name": "程远明", "username": f"pg{step.data['draw'][0]}"}
    actions.invite_evaluator(
        made, by=player.actor(step.by), indicators=leaves, until=timezone.localdate() + timedelta(days=60), **facts
    )


@event
def units_judge_themselves(player: Player, step: Step) -> None:
    """Enter self-assessments of all units but the last, submit and accept them."""
    made: Round = row_of(step)
    for unit in [*made.units.exclude(entry=None).order_by("pk")][:-1]:
        posts = Appointment.objects.filter(in_force_q(), body=unit.body, role=Role.CLERK, person__active=True)
        if (post := posts.exclude(person__user=None).order_by("pk").first()) is None:
            continue  # its only clerk was deactivated since the round was planned
        clerk = get_actor(post.person.user)
        leaf = made.scheme.indicators.get(way="self")
        entry = Entry.objects.get(pk=unit.entry_id)
        actions.record_claim(entry, by=clerk, indicator=leaf, value=Decimal(90), words=SAID)
        add_evidence(
            Entry.objects.get(pk=entry.pk), by=clerk, title="机构和人员", url="https://www.yunling.gov.example/a.html"
        )
        actions.submit_self_assessment(Entry.objects.get(pk=entry.pk), by=clerk)


@event
def selves_are_accepted(player: Player, step: Step) -> None:
    """Accept the self-assessments."""
    made: Round = row_of(step)
    for entry in Entry.objects.filter(self_assessment__round=made, closed_at=None).order_by("pk"):
        if entry.state == "submitted":
            actions.accept_self_assessment(entry, by=player.actor(step.by))


@event
def units_are_marked(player: Player, step: Step) -> None:
    """Score the remaining indicators: the evaluator's and the office's."""
    made: Round = row_of(step)
    evaluator = Evaluator.objects.filter(round=made, ended_on=None).select_related("person__user").first()
    for unit, leaf in list_unjudged_leaves(made, list_standings(made)):
        if leaf.way == "third" and evaluator is not None:
            by = get_actor(evaluator.person.user)
            actions.record_evaluation(
                evaluator, by=by, unit=unit, indicator=leaf, value=Decimal(80), words="栏目齐全。"
            )
        elif leaf.way != "third":
            facts = {"script": "怎样申请公开？", "recording": f"DH{unit.pk}"} if leaf.way == "phone" else {}
            actions.record_mark(unit, by=player.actor(step.by), indicator=leaf, value=Decimal(85), words=SAID, **facts)


@event
def appeal_is_filed(player: Player, step: Step) -> None:
    """Appeal against a score."""
    unit: Assessed = row_of(step)
    leaf: Indicator | None = unit.round.scheme.indicators.filter(way="phone").first()
    actions.file_appeal(
        unit, by=player.actor(step.by), grounds="测评拨打的是已经公告停用的号码，请复核。", indicator=leaf
    )


@event
def papers_are_attached(player: Player, step: Step) -> None:
    """Attach the paper that was signed in a talk."""
    by = player.actor(step.by)
    scan = frozen.store_publishable_file(scanned(step.data["draw"][0]), "签到表.pdf", by)
    actions.attach_papers(row_of(step), by=by, what="sign_in", files=[NamedStoredFile("签到表.pdf", scan)])
