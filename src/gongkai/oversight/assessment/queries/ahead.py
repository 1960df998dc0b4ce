"""List a unit's open duties with the points that timely completion earns."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.scoring import SOURCES
from gongkai.oversight.assessment.models import Assessed, Indicator, Way
from gongkai.oversight.assessment.queries.scores import given, marks_of
from gongkai.oversight.assessment.queries.trees import leaves_of, pure
from gongkai.oversight.assessment.scoring import gain, two


@dataclass(frozen=True)
class Duty:
    """An open entry with its indicator and the points that timely completion earns."""

    entry: Entry
    indicator: Indicator
    points: Decimal


def duties_ahead(unit: Assessed, most: int = 50) -> list[Duty]:
    """Return a unit's open duties in the period, by value and then by deadline."""
    round_ = unit.round
    leaves = leaves_of(round_.scheme)
    known, pures = given(marks_of([unit])[unit.pk]), [pure(indicator) for indicator in leaves]
    found = []
    for leaf in leaves:
        source = SOURCES.get(leaf.source) if leaf.way == Way.AUTO else None
        if source is None or source.ahead is None:
            continue
        waiting = source.ahead(unit.body, round_.until)
        if not waiting:
            continue
        shares = [case.value for case in source.cases(unit.body, round_.first, round_.until)]
        worth: Fraction = gain(pures, known, leaf.code, shares)
        found += [Duty(entry, leaf, two(worth)) for entry in waiting]
    found.sort(key=lambda one: (-one.points, one.entry.due_at, one.entry.pk))
    return found[:most]
