"""Choose one of very many units by typing a part of its name, in forms and list filters.

Up to `MAX_LISTED_UNITS` units are shown as a list. Beyond that, a text field offers
matching names while the user types. Without JavaScript, the submitted text is searched; if none
or several units match, an error says so.

Long lists are collapsed: units of a lower government are shown as that government.
fold = collapse_units(numbers, home)         # maps each unit to the shown one; nothing is collapsed in short lists
fold.into[unit]                              # itself, or the government below `home` that contains it
opened_government(request.GET.get("under"), home)    # the government whose units are requested
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from gongkai.core.units.models import Body
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.core.widgets.query_parameters import parse_whole_number

#: Lists with more units than this are collapsed.
MAX_LISTED_UNITS = 300


@dataclass(frozen=True)
class CollapsedUnits:
    """A long list of units in short form: `into` maps each unit to the unit shown instead of it, `closed` are the
    governments shown instead of their units."""

    into: Mapping[int, int]
    closed: frozenset[int] = frozenset()


def collapse_units(numbers: Collection[int], home: Body | None) -> CollapsedUnits:
    """Return how a list of units is shown; long lists are collapsed.

    Args:
        numbers: ids of the units.
        home: the government whose list it is; units outside it are shown as themselves.
    """
    if home is None or len(numbers) <= MAX_LISTED_UNITS:
        return CollapsedUnits({number: number for number in numbers})
    paths = dict(Body.objects.filter(path__startswith=home.path).values_list("pk", "path"))
    governments = set(_list_governments_below(home).values_list("pk", flat=True))
    shown_ids = {number: _find_top_government(paths.get(number, ""), governments) or number for number in numbers}
    return CollapsedUnits(shown_ids, frozenset(governments & set(shown_ids.values())))


def _list_governments_below(home: Body) -> "QuerySet[Body, Body]":
    return Body.objects.filter(path__startswith=home.path, kind__in=GOVERNING_KINDS).exclude(pk=home.pk)


def _find_top_government(path: str, government_ids: Collection[int]) -> int | None:
    """Return the first id on a path that is among those in `government_ids`, or None."""
    return next((number for step in path.split("/") if step and (number := int(step)) in government_ids), None)


def find_opened_government(parameter: str | None, home: Body | None) -> Body | None:
    """Return the government below `home` whose id is the query parameter, or None."""
    number = parse_whole_number(parameter or "")
    return _list_governments_below(home).filter(pk=number).first() if number is not None and home else None


#: Maximum number of suggested names; maximum number of characters searched.
MAX_SUGGESTIONS, MAX_TYPED_CHARACTERS = 20, 120


class UnclearUnit(Exception):
    """Raised when no unit, or more than one, matches the typed text."""


def filter_by_name(rows: "QuerySet[Body, Body]", typed: str) -> "QuerySet[Body, Body]":
    """Return those of the units whose full or short name contains the typed text, in directory order."""
    return rows.filter(Q(name__icontains=typed) | Q(short_name__icontains=typed)).order_by("position", "pk")


def find_matching_names(rows: "QuerySet[Body, Body]", typed: str) -> list[str]:
    """Return at most `MAX_SUGGESTIONS` full names of units whose full or short name contains the typed text,
    shortest first."""
    typed = clean_typed_name(typed)
    bodies = filter_by_name(rows, typed)[: MAX_SUGGESTIONS * 10] if typed else ()
    return sorted((body.name for body in bodies), key=len)[:MAX_SUGGESTIONS]


def clean_typed_name(typed: str) -> str:
    """Return the typed text without NUL characters and outer spaces, cut to the maximum length."""
    return typed.replace("\0", "").strip()[:MAX_TYPED_CHARACTERS]


def find_typed_unit(rows: "QuerySet[Body, Body]", typed: str) -> Body:
    """Return the unit with exactly this full or short name, or the only one whose names contain it.

    Raises:
        UnclearUnit: none or several match.
    """
    named_bodies = rows.order_by("position", "pk")
    exact_matches = list(named_bodies.filter(name=typed)) or list(named_bodies.filter(short_name=typed)[:2])
    if len(exact_matches) == 1:
        return exact_matches[0]
    matches = exact_matches or list(filter_by_name(rows, typed)[:2])
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise UnclearUnit(f"没有“{typed[:40]}”这个单位，请输入名称的一部分，从列出的名称中选一个。")
    raise UnclearUnit(f"“{typed[:40]}”不止一个单位，请写全，如“{matches[0].name}”。")


@dataclass(frozen=True)
class UnitChoices:
    """The unit filter of a list: `options` (id, label) if there are few units, else (`many`) a text field.

    `chosen` is the id of the selected unit, `typed` the entered text, `wrong` its error.

    `address` is the URL of the list narrowed to the typed unit.
    """

    options: list[tuple[int, str]] = field(default_factory=list)
    chosen: int | None = None
    many: bool = False
    typed: str = ""
    wrong: str = ""
    address: str = ""


def make_unit_filter(request: HttpRequest, rows: "QuerySet[Body, Body]", chosen: int | None) -> UnitChoices:
    """Build the unit filter of a list from the query parameters `body` (unit id) and `unit` (typed text).

    Args:
        request: the request of the list page.
        rows: the units to choose from.
        chosen: the id of the selected unit.
    """
    listed_units = list(rows.values_list("pk", "short_name", "name")[: MAX_LISTED_UNITS + 1])
    if len(listed_units) <= MAX_LISTED_UNITS:
        return UnitChoices([(pk, short or name) for pk, short, name in listed_units], chosen)
    typed_name = clean_typed_name(request.GET.get("unit", ""))
    if not typed_name:
        body = Body.objects.filter(pk=chosen).first() if chosen else None
        return UnitChoices(chosen=chosen, many=True, typed=body.name if body else "")
    try:
        body = find_typed_unit(rows, typed_name)
    except UnclearUnit as unclear:
        return UnitChoices(chosen=chosen, many=True, typed=typed_name, wrong=str(unclear))
    other_parameters = {key: request.GET[key] for key in request.GET if key not in {"unit", "body", "after", "page"}}
    return UnitChoices(many=True, address=f"{request.path}?{urlencode({**other_parameters, 'body': body.pk})}")
