"""Scores of a round: computed from marks by `scoring`, or read from the frozen results once it is confirmed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from gongkai.core.acts.digest import canonical, digest
from gongkai.oversight.assessment.models import Assessed, Indicator, Mark, Result, Round, Way
from gongkai.oversight.assessment.queries.trees import digest_of, leaves_of, pure
from gongkai.oversight.assessment.scoring import (
    FAILED,
    NOT_APPLICABLE,
    SHARED,
    Given,
    Leaf,
    Outcome,
    grade,
    outcome,
    part,
    plain,
    ranks,
    two,
)

if TYPE_CHECKING:
    from decimal import Decimal

#: Below this part of its points an indicator is called weak.
WEAK = Fraction(6, 10)
#: What is said instead of a grade while something is not judged.
UNFINISHED = "未评完"


@dataclass
class Standing:
    """A unit's place in a round."""

    unit: Assessed
    outcome: Outcome
    grade: str
    place: int = 0
    """Among its group, from 1; 0 while somebody of the group is not judged to the end, and with a veto."""
    marks: list[Mark] = field(default_factory=list)
    missing: tuple[Indicator, ...] = ()
    """Leaves that nobody judged yet of what somebody has to judge: until then no grade and no total is told, and nobody of the group has a place."""
    leaves: tuple[Leaf, ...] = ()

    @property
    def grade_told(self) -> str:
        """The grade, or that it is not known yet."""
        return UNFINISHED if self.missing and not self.outcome.vetoes else self.grade

    @property
    def place_told(self) -> str:
        """The place; that a veto, or that no indicator applies, bars from one; or a dash where it is not known yet."""
        barred = self.outcome.vetoes or not self.outcome.applies
        return str(self.place) if self.place else "不排名" if barred else "—"

    @property
    def score(self) -> "Decimal":
        """What is told as the score: the total once all is judged, till then what was given so far."""
        return self.outcome.so_far if self.missing else self.outcome.total

    @property
    def so_far_of(self) -> str:
        """Of how many points `score` is, while some are not judged; nothing once they are."""
        if not self.missing:
            return ""
        judged = part([leaf for leaf in self.leaves if leaf.way in SHARED], self.outcome).of
        return f"已评 {plain(judged)} 分" if judged else "还没有评分"

    @property
    def has_score(self) -> bool:
        """Return true where a score can be told: an indicator that applies was judged, or all is judged."""
        if not self.outcome.applies:
            return False
        lines = self.outcome.lines.values()
        return not self.missing or any(line.judged and line.applies for line in lines)

    @property
    def base(self) -> "Decimal":
        """The base that belongs to `score`: stretched to the whole once all is judged, till then as given."""
        return two(self.outcome.got if self.missing else self.outcome.base)

    @property
    def vetoed_by(self) -> list[str]:
        """The names of the vetoes."""
        names = {mark.indicator.code: mark.indicator.name for mark in self.marks}
        return [names.get(code, code) for code in self.outcome.vetoes]

    @property
    def weak(self) -> list[Indicator]:
        """Leaves under which it got less than six tenths of what there was to get."""
        return [
            leaf
            for leaf in leaves_of(self.unit.round.scheme)
            if (line := self.outcome.lines[leaf.code]).share is not None
            and line.points < Fraction(leaf.points) * WEAK
        ]

    @property
    def total(self) -> "Decimal":
        """The total as written, once all is judged."""
        return self.outcome.total

    def points_told(self, leaf: Indicator) -> str:
        """Return the points of an indicator with two decimals, or the word for why there are none."""
        line = self.outcome.lines[leaf.code]
        if not line.applies:
            return NOT_APPLICABLE
        if leaf.way == Way.VETO:
            return "否决" if line.judged else "—"
        if line.judged:
            return str(two(line.points))
        return "未评" if leaf.way in SHARED else "—"


def marks_of(units: Iterable[Assessed]) -> dict[int, list[Mark]]:
    """Return the marks that stand, by unit, in one query."""
    found: dict[int, list[Mark]] = defaultdict(list)
    rows = Mark.objects.filter(unit__in=list(units), struck_at=None).select_related("indicator", "evaluator")
    for mark in rows.order_by("pk"):
        found[mark.unit_id].append(mark)
    return found


def given(marks: Iterable[Mark]) -> list[Given]:
    """Return marks as the scoring knows them."""
    return [
        Given(mark.indicator.code, None if mark.value is None else Fraction(mark.value)) for mark in marks
    ]


def grades_of(round_: Round) -> list[tuple[str, Fraction]]:
    """Return the grades of the round's scheme."""
    return [(str(name), Fraction(str(least))) for name, least in round_.scheme.grades]


def standings(round_: Round, units: Sequence[Assessed] | None = None) -> list[Standing]:
    """Return all units of a round with their scores and places: best first in each group that is judged to the end, else as units stand."""
    rows = list(units if units is not None else round_.units.select_related("body", "office", "entry"))
    listed = leaves_of(round_.scheme)
    leaves = [pure(indicator) for indicator in listed]
    marks, least = marks_of(rows), grades_of(round_)
    found = []
    for unit in rows:
        unit.round = round_
        made = outcome(leaves, given(marks[unit.pk]))
        missing = tuple(leaf for leaf in listed if leaf.way in SHARED and not made.lines[leaf.code].judged)
        found.append(
            Standing(unit, made, grade(made, least), 0, marks[unit.pk], missing, leaves=tuple(leaves))
        )
    unfinished = {standing.unit.group for standing in found if standing.missing}
    for group in {standing.unit.group for standing in found} - unfinished:
        places = ranks(
            {standing.unit.pk: standing.outcome for standing in found if standing.unit.group == group}
        )
        for standing in found:
            standing.place = places.get(standing.unit.pk, standing.place)
    return sorted(
        found, key=lambda one: (one.unit.group, bool(one.outcome.vetoes), one.place, one.unit.body.position)
    )


def standing_of(unit: Assessed) -> Standing:
    """Return one unit's scores with its place."""
    return next(standing for standing in standings(unit.round) if standing.unit.pk == unit.pk)


def unjudged(round_: Round, found: Sequence[Standing]) -> list[tuple[Assessed, Indicator]]:
    """Return what nobody judged yet of what somebody has to judge: shared leaves without a mark."""
    return [(standing.unit, leaf) for standing in found for leaf in standing.missing]


def sheet_of(one: Standing, leaves: Sequence[Leaf], scheme_digest: str) -> dict[str, object]:
    """Return a unit's sheet as plain data: all that its score was computed from, and what came of it."""
    lines = one.outcome.lines
    by_leaf: dict[str, list[object]] = defaultdict(list)
    for mark in one.marks:
        by_leaf[mark.indicator.code].append([mark.pk, None if mark.value is None else f"{mark.value:.4f}"])
    return {
        "scheme": scheme_digest,
        "base": str(two(one.outcome.base)),
        "bonus": str(two(one.outcome.bonus)),
        "deducted": str(two(one.outcome.deducted)),
        "vetoes": list(one.outcome.vetoes),
        "lines": [
            {
                "code": leaf.key,
                "points": str(two(lines[leaf.key].points)),
                "share": None
                if lines[leaf.key].share is None
                else str(two(lines[leaf.key].share or Fraction(0))),
                "applies": lines[leaf.key].applies,
                "marks": by_leaf[leaf.key],
            }
            for leaf in leaves
        ],
        "total": str(one.total),
        "grade": one.grade,
        "place": one.place,
        "group": one.unit.group,
    }


def sheet_digest(sheet: Mapping[str, object]) -> str:
    """Return the digest of a sheet."""
    return digest(canonical(sheet))


def recompute(round_: Round) -> list[str]:
    """Compute a confirmed round anew from its marks and return what differs from the frozen results, a line each."""

    faults = []
    if digest_of(round_.scheme) != round_.scheme.digest:
        faults.append(f"{round_.scheme}：指标体系与启用时不一致")
    leaves = [pure(indicator) for indicator in leaves_of(round_.scheme)]
    kept = {result.unit_id: result for result in Result.objects.filter(unit__round=round_)}
    for standing in standings(round_):
        own = kept.get(standing.unit.pk)
        if own is not None and standing.outcome.vetoes:
            standing.place = own.place  # before 2026-12 a unit with a veto was placed behind all others
        elif own is not None and not standing.outcome.applies and own.grade == FAILED:
            standing.place, standing.grade = own.place, FAILED  # nor was it known that nothing applies
        made = sheet_digest(sheet_of(standing, leaves, round_.scheme.digest))
        if own is None or own.digest != made or sheet_digest(own.sheet) != own.digest:
            faults.append(f"{standing.unit}：重新计算的得分与确定的结果不一致")
    return faults
