"""Choosing one of very many units by typing a part of its name: in forms (`forms.units.UnitField`) and in the filters above lists (`filter_of`).

Few units stand in a list to choose from. Beyond `collapsed_lists.MOST_UNITS` there is a line of text: the browser offers names that an address
gives while somebody types; without a script what was typed is looked for all the same, and where no unit or several have it, one sentence says so.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from gongkai.core.units.collapsed_lists import MOST_UNITS
from gongkai.core.units.models import Body

#: Names that are offered while somebody types; characters of a name that are looked at.
OFFERED, LONGEST = 20, 120


class Unclear(Exception):
    """No unit has what was typed, or several have it; the sentence says which."""


def having(rows: "QuerySet[Body, Body]", typed: str) -> "QuerySet[Body, Body]":
    """Return units whose name has what was typed."""
    return rows.filter(Q(name__icontains=typed) | Q(short_name__icontains=typed)).order_by("position", "pk")


def offered(rows: "QuerySet[Body, Body]", typed: str) -> list[str]:
    """Return names to choose from for what was typed so far, the shortest first."""
    typed = cleaned(typed)
    found = having(rows, typed)[: OFFERED * 10] if typed else ()
    return sorted((body.name for body in found), key=len)[:OFFERED]


def cleaned(typed: str) -> str:
    """Return what was typed without what no name has."""
    return typed.replace("\0", "").strip()[:LONGEST]


def meant(rows: "QuerySet[Body, Body]", typed: str) -> Body:
    """Return the unit that was meant: the one of this name, or the only one whose name has it.

    Raises:
        Unclear: there is none, or there are several.
    """
    named = rows.order_by("position", "pk")
    exact = list(named.filter(name=typed)) or list(named.filter(short_name=typed)[:2])
    if len(exact) == 1:
        return exact[0]
    found = exact or list(having(rows, typed)[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise Unclear(f"没有“{typed[:40]}”这个单位，请输入名称的一部分，从列出的名称中选一个。")
    raise Unclear(f"“{typed[:40]}”不止一个单位，请写全，如“{found[0].name}”。")


@dataclass(frozen=True)
class UnitFilter:
    """The choice of a unit above a list: `options` where there are few, else a line with what was typed and what is wrong with it.

    `address` is where the list stands that is narrowed to the unit that was typed.
    """

    options: list[tuple[int, str]] = field(default_factory=list)
    chosen: int | None = None
    many: bool = False
    typed: str = ""
    wrong: str = ""
    address: str = ""


def filter_of(request: HttpRequest, rows: "QuerySet[Body, Body]", chosen: int | None) -> UnitFilter:
    """Return the choice of a unit for a list's filter, whose address names the unit's number as `body` and what was typed as `unit`.

    Args:
        request: the page's.
        rows: the units to choose from.
        chosen: the unit that the list is narrowed to.
    """
    few = list(rows.values_list("pk", "short_name", "name")[: MOST_UNITS + 1])
    if len(few) <= MOST_UNITS:
        return UnitFilter([(pk, short or name) for pk, short, name in few], chosen)
    typed = cleaned(request.GET.get("unit", ""))
    if not typed:
        body = Body.objects.filter(pk=chosen).first() if chosen else None
        return UnitFilter(chosen=chosen, many=True, typed=body.name if body else "")
    try:
        body = meant(rows, typed)
    except Unclear as unclear:
        return UnitFilter(chosen=chosen, many=True, typed=typed, wrong=str(unclear))
    others = {key: request.GET[key] for key in request.GET if key not in {"unit", "body", "after", "page"}}
    return UnitFilter(many=True, address=f"{request.path}?{urlencode({**others, 'body': body.pk})}")
