"""Collapse long lists of units: units of a lower government are shown as that government.

fold = folded(numbers, home)                 # maps each unit to the shown one; nothing is collapsed in short lists
fold.into[unit]                              # itself, or the government below `home` that contains it
opened(request.GET.get("under"), home)       # the government whose units are requested
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from gongkai.core.units.models import Body
from gongkai.core.units.reach import GOVERNING_KINDS
from gongkai.core.widgets.asked import parse_whole_number

#: Lists with more units than this are collapsed.
MAX_LISTED_UNITS = 300


@dataclass(frozen=True)
class CollapsedUnits:
    """The shown unit of each unit, and the shown units that stand for a whole government."""

    into: Mapping[int, int]
    closed: frozenset[int] = frozenset()


def collapse_units(numbers: Collection[int], home: Body | None, most: int | None = None) -> CollapsedUnits:
    """Return how a list of units is shown, with two queries for long lists and none for short ones.

    Args:
        numbers: ids of the units.
        home: the government whose list it is; units outside it are shown as themselves.
        most: maximum number of units shown without collapsing.
    """
    if home is None or len(numbers) <= (MAX_LISTED_UNITS if most is None else most):
        return CollapsedUnits({number: number for number in numbers})
    places = dict(Body.objects.filter(path__startswith=home.path).values_list("pk", "path"))
    below = set(_list_governments_below(home).values_list("pk", flat=True))
    into = {number: _find_top_government(places.get(number, ""), below) or number for number in numbers}
    return CollapsedUnits(into, frozenset(below & set(into.values())))


def _list_governments_below(home: Body) -> "QuerySet[Body, Body]":
    return Body.objects.filter(path__startswith=home.path, kind__in=GOVERNING_KINDS).exclude(pk=home.pk)


def _find_top_government(path: str, below: Collection[int]) -> int | None:
    return next((number for part in path.split("/") if part and (number := int(part)) in below), None)


def opened_government(asked: str | None, home: Body | None) -> Body | None:
    """Return the government below `home` that the query parameter names, or None."""
    number = parse_whole_number(asked or "")
    return _list_governments_below(home).filter(pk=number).first() if number is not None and home else None
