"""Queries for bulletins and talks: lowest units, weak points, failures, frequencies."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import make_reach_condition
from gongkai.lib.chinese.days import day_in_words
from gongkai.oversight.assessment.models import (
    Assessed,
    Bulletin,
    BulletinKind,
    Indicator,
    Mark,
    Pursuit,
    Round,
    ScoringWay,
    Talk,
    YearlyTimes,
)
from gongkai.oversight.assessment.queries.registers import MISSING_ITEM_LABELS, list_failures, make_reach_filter
from gongkai.oversight.assessment.queries.scores import (
    UnitScore,
    convert_marks,
    get_grades,
    list_cases,
    list_standings,
    map_valid_marks,
)
from gongkai.oversight.assessment.queries.trees import convert_leaf, list_leaves
from gongkai.oversight.assessment.queries.visible import rounds_visible_to
from gongkai.oversight.assessment.scoring import FAILED_GRADE, compute_gain, round_to_cents
from gongkai.oversight.assessment.states import MARKING_STATES, STATES_WITH_SHOWN_SCORES, BulletinState


@dataclass(frozen=True)
class OpenDuty:
    """An open ledger entry, with the indicator and the points that completing it in time would earn."""

    entry: Entry
    indicator: Indicator
    points: Decimal


def list_open_duties(unit: Assessed, limit: int = 50) -> list[OpenDuty]:
    """Return up to `limit` open duties of a unit or an office in the period, by points and then by deadline."""
    round_ = unit.round
    leaves = list_leaves(round_.scheme)
    marks, pures = convert_marks(map_valid_marks([unit])[unit.pk]), [convert_leaf(indicator) for indicator in leaves]
    duties = []
    for leaf in leaves:
        source = SCORE_SOURCES_BY_NAME.get(leaf.source) if leaf.way == ScoringWay.AUTO else None
        if source is None or source.ahead is None:
            continue
        waiting = [
            entry for entry in source.ahead(unit.body, round_.until) if unit.office_id in (None, entry.office_id)
        ]
        if not waiting:
            continue
        shares = [case.value for case in list_cases(unit, leaf.source, round_.until)]
        gain: Fraction = compute_gain(pures, marks, leaf.code, shares)
        duties += [OpenDuty(entry, leaf, round_to_cents(gain)) for entry in waiting]
    duties.sort(key=lambda one: (-one.points, one.entry.due_at, one.entry.pk))
    return duties[:limit]


#: Number of lowest units proposed in each group; at most a third of the group.
LOWEST_UNITS_PROPOSED = 2


@register_visible_to(Pursuit)
def pursuits_visible_to(user: object) -> QuerySet[Pursuit, Pursuit]:
    """Return the cases of accountability visible to the user."""
    rows = Pursuit.objects.filter(make_reach_filter(get_actor(user)))
    return rows.select_related("body", "bulletin")


@register_visible_to(YearlyTimes)
def required_times_visible_to(user: object) -> QuerySet[YearlyTimes, YearlyTimes]:
    """Return the required frequencies of governments that the user supervises."""
    actor = get_actor(user)
    rows = YearlyTimes.objects.select_related("body")
    return rows if actor.system else rows.filter(make_reach_condition(actor, "body__path"))


def list_lowest_units(round_: Round) -> list[UnitScore]:
    """Return the last ranked units of each group and those with a veto (V-12)."""
    if round_.state not in STATES_WITH_SHOWN_SCORES:
        return []
    lowest: list[UnitScore] = []
    standings = list_standings(round_)
    for group in dict.fromkeys(standing.unit.group for standing in standings):
        own = [standing for standing in standings if standing.unit.group == group]
        barred = [standing for standing in own if standing.outcome.vetoes]
        placed = [standing for standing in own if standing.place]
        lowest += [*placed[len(placed) - min(LOWEST_UNITS_PROPOSED, len(placed) // 3) :], *barred]
    return lowest


def list_weak_points(standing: UnitScore) -> list[str]:
    """Describe a unit's weaknesses in Chinese: vetoes, weak indicators, deductions."""
    texts = [f"单项否决：{'、'.join(standing.vetoed_by)}"] if standing.outcome.vetoes else []
    texts += [
        f"{leaf.name}得{round_to_cents(standing.outcome.lines[leaf.code].points)}分（分值{leaf.points.normalize():f}）"
        for leaf in standing.weak
    ]
    texts += [
        f"{leaf.name}扣{round_to_cents(line.points)}分"
        for leaf in list_leaves(standing.unit.round.scheme)
        if leaf.way == ScoringWay.DEDUCTION and (line := standing.outcome.lines[leaf.code]).judged
    ]
    return texts


def is_well_graded(standing: UnitScore, grades: list[tuple[str, Fraction]]) -> bool:
    """Return True for a grade above the lowest passing one (良好、优秀)."""
    named = [name for name, _ in sorted(grades, key=lambda one: one[1])]
    return standing.grade in named[1:]


def check_criticism(kind: str, government: Body, units: Iterable[Body]) -> list[str]:
    """Return the Chinese reasons against a criticism (`kind`) of `units`: a good grade in the government's last round."""
    if kind != BulletinKind.CRITICISM:
        return []
    criticism = []
    for body in units:
        rounds = Round.objects.filter(
            body=government, state__in=STATES_WITH_SHOWN_SCORES, units__body=body, units__office=None
        )
        round_ = rounds.order_by("-year", "-pk").first()
        if round_ is None:
            continue
        standing_of_unit = next(
            unit_standing
            for unit_standing in list_standings(round_)
            if unit_standing.unit.body_id == body.pk and not unit_standing.unit.office
        )
        if is_well_graded(standing_of_unit, get_grades(round_)):
            criticism.append(
                f"{body.label}在“{round_.name}”中等次为{standing_of_unit.grade}，不作通报批评：请去掉这个单位，或者改为问题通报。"
            )
    return criticism


def draft_round_bulletin(round_: Round) -> dict[str, object]:
    """Return the initial content of a bulletin on a round's results.

    Criticism (通报批评) names units that failed. Without any, a bulletin on problems names the lowest
    units of the lowest grade, never units with a better grade (良好).
    """
    standings = [one for one in list_lowest_units(round_) if one.unit.office is None and list_weak_points(one)]
    grades = [name for name, _ in sorted(get_grades(round_), key=lambda one: one[1])]
    failed = [standing for standing in standings if standing.grade == FAILED_GRADE]
    lowest = failed or [standing for standing in standings if standing.grade in grades[:1] and len(grades) > 1]
    lines = [
        f"{number}. {standing.unit.name}得{standing.score}分，"
        f"{'不参加排名' if standing.outcome.vetoes else f'在{standing.unit.group}中列第{standing.place}位'}。"
        + ("；".join(list_weak_points(standing)) + "。")
        for number, standing in enumerate(lowest, 1)
    ]
    return {
        "body": round_.body_id,
        "kind": BulletinKind.CRITICISM if failed else BulletinKind.PROBLEMS,
        "round": round_.pk,
        "title": f"关于{round_.name}结果的通报",
        "text": "\n".join(
            [
                f"{day_in_words(round_.first)}至{day_in_words(round_.until)}的政务公开工作考核已经结束，"
                f"共考核{round_.units.count()}个单位。"
                + ("现将得分靠后的单位和存在的问题通报如下：" if lines else "没有不合格或者等次最低的单位。"),
                *lines,
                *(["请有关单位对照问题认真整改。"] if lines else []),
            ]
        ),
        "units": [standing.unit.body_id for standing in lowest],
    }


def _end_with_deng(title: str) -> str:
    """Replace the last clause of a truncated title (ending with …) by 等."""
    return re.sub(r"[，；。、][^，；。、]*…$", "等", title)


def draft_failure_bulletin(by: Actor, governments: list[Body], body: str, name: str) -> dict[str, object]:
    """Return initial values of a bulletin on a failure (`name`) of the unit with primary key `body`, or {}.

    It is issued by the last of `governments` above the unit.
    """
    found = next(
        (failure for failure in list_failures(by) if str(failure.body.pk) == body and failure.name == name), None
    )
    if found is None:
        return {}
    lines = [
        f"{place}. {_end_with_deng(entry.title)}（应于{day_in_words(timezone.localdate(entry.due_at))}前办结，{MISSING_ITEM_LABELS[entry.kind]}）。"
        for place, entry in enumerate(found.entries, 1)
        if entry.due_at
    ]
    over_it = [head for head in governments if found.body.path.startswith(head.path) and head.pk != found.body.pk]
    head = over_it[-1] if over_it else next(iter(governments), None)
    barred = head is not None and check_criticism(BulletinKind.CRITICISM, head, [found.body])
    return {
        **({"body": over_it[-1].pk} if over_it else {}),
        "kind": BulletinKind.PROBLEMS if barred else BulletinKind.CRITICISM,
        "title": f"关于{found.body.name}{name}的通报",
        "text": "\n".join([f"{found.body.name}有{found.count}项工作逾期未办，属于{name}，现予通报：", *lines]),
        "units": [found.body.pk],
    }


def draft_round_talk(by: Actor, round_number: str, body: str) -> dict[str, object]:
    """Return the initial values of the form for a talk on a unit's weak results in a round; {} if not shown."""
    if not (round_number.isdecimal() and body.isdecimal()):
        return {}
    round_ = rounds_visible_to(by).filter(pk=int(round_number), state__in=STATES_WITH_SHOWN_SCORES).first()
    standing = next(
        (
            row
            for row in (list_standings(round_) if round_ else [])
            if row.unit.body_id == int(body) and row.unit.office is None
        ),
        None,
    )
    points = list_weak_points(standing) if standing else []
    if round_ is None or standing is None or not points:
        return {}
    place = f"列第{standing.place}位" if standing.place else "不参加排名"
    head = f"{round_.name}得{standing.score}分，在{standing.unit.group}中{place}。"
    return {
        "round": round_.pk,
        "problems": f"{head}主要问题：{'；'.join(points)}。",
        "demands": "；".join(f"改进{leaf.name}" for leaf in standing.weak),
    }


def describe_deduction_basis(case: Talk | Bulletin) -> str:
    """Return the reason recorded with points deducted after a talk (约谈) or a bulletin (通报)."""
    if isinstance(case, Talk):
        return f"{case.on.isoformat()}{case.get_kind_display()}：{case.problems}".strip()
    return f"{case.get_what_display()}：{case.title}（{case.number}）".strip()


def list_deduction_indicators(by: Actor, case: Talk | Bulletin) -> QuerySet[Indicator, Indicator]:
    """Return the deduction indicators of rounds being scored under which a case was not deducted yet."""
    units = [case.body_id] if isinstance(case, Talk) else list(case.units.values_list("pk", flat=True))
    rounds = rounds_visible_to(by).filter(state__in=MARKING_STATES, units__body__in=units)
    marked = Mark.objects.filter(
        words=describe_deduction_basis(case), struck_at=None, unit__body__in=units, unit__round__in=rounds
    )
    rows = Indicator.objects.filter(way=ScoringWay.DEDUCTION, scheme__in=rounds.values("scheme"))
    return rows.exclude(pk__in=marked.values("indicator")).select_related("scheme")


@dataclass(frozen=True)
class ActivityFrequency:
    """An activity's required number of times in a year (`demand`), and its number so far (`done`)."""

    demand: YearlyTimes
    done: int

    @property
    def said(self) -> str:
        """Describe the frequency: 1次，应有2次."""
        shortfall = "" if self.done >= self.demand.least else f"，应有{self.demand.least}次"
        return f"{self.done}次{shortfall}"


def list_frequencies(by: Actor, activity: str, year: int) -> list[ActivityFrequency]:
    """Return how often each government with a requirement issued bulletins or held talks (`activity`) in a year."""
    return [
        ActivityFrequency(demand, count_done_activities(demand))
        for demand in required_times_visible_to(by).filter(what=activity, year=year)
    ]


def count_done_activities(demand: YearlyTimes) -> int:
    """Return the number of issued bulletins, or of days with talks, in the year."""
    if demand.what == YearlyTimes.What.BULLETIN:
        rows = Bulletin.objects.filter(body=demand.body, state=BulletinState.ISSUED, issued_on__year=demand.year)
        return rows.count()
    inside = {"body__path__startswith": demand.body.path}
    return Talk.objects.filter(kind="talk", on__year=demand.year, **inside).values("on").distinct().count()
