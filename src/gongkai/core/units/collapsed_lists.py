"""Long lists of units: beyond some hundred, the units under another government stand as one, that government, and are opened on demand.

fold = folded(numbers, home)           which unit is shown as what; nothing is folded where there are few
fold.into[unit]                        itself, or the government below `home` that it stands under
opened(request.GET.get("under"), home) the government whose units are asked for
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from gongkai.core.units.models import Body
from gongkai.core.units.reach import GOVERNMENTS
from gongkai.core.widgets.asked import whole

#: Where a list has more units than this, those of districts are folded.
MOST_UNITS = 300


@dataclass(frozen=True)
class Fold:
    """What each unit is shown as, and which of those shown stand for a government with all that is below it."""

    into: Mapping[int, int]
    closed: frozenset[int] = frozenset()


def folded(numbers: Collection[int], home: Body | None, most: int | None = None) -> Fold:
    """Return how a list of units is shown; two queries where there are many, none where there are few.

    Args:
        numbers: the units.
        home: the government whose list it is; a unit elsewhere stands for itself.
        most: how many may be shown before they are folded (`MOST_UNITS`).
    """
    if home is None or len(numbers) <= (MOST_UNITS if most is None else most):
        return Fold({number: number for number in numbers})
    places = dict(Body.objects.filter(path__startswith=home.path).values_list("pk", "path"))
    below = set(_governments_below(home).values_list("pk", flat=True))
    into = {number: _under(places.get(number, ""), below) or number for number in numbers}
    return Fold(into, frozenset(below & set(into.values())))


def _governments_below(home: Body) -> "QuerySet[Body, Body]":
    return Body.objects.filter(path__startswith=home.path, kind__in=GOVERNMENTS).exclude(pk=home.pk)


def _under(path: str, below: Collection[int]) -> int | None:
    """Return the first of some governments on the way to a unit."""
    return next((number for part in path.split("/") if part and (number := int(part)) in below), None)


def opened(asked: str | None, home: Body | None) -> Body | None:
    """Return the government below `home` whose units an address asks for; nothing where it names none."""
    number = whole(asked or "")
    return _governments_below(home).filter(pk=number).first() if number is not None and home else None
