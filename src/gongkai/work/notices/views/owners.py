"""Owners of each form of row, and members of groups, on the review page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.work.notices.doubts import OWING
from gongkai.work.notices.expansion import with_parts
from gongkai.work.notices.models import Measure, MeasureUnit, Notice, Part, UnitMember
from gongkai.work.notices.planning.parts import (
    ALL_OWE,
    CHOICES,
    EACH,
    FIRST_OWES,
    FORMS,
    LEAD_OWES,
    RESPONSIBLE_OWES,
    WAYS,
)


def way_of(measure: Measure) -> str:
    """Return the current owner choice of a row, a key of `parts.OWNER_CHOICES`."""
    parts = {unit.part for unit in measure.units.all()}
    if Part.LEAD not in parts:
        return FIRST_OWES if Part.PARTNER in parts and measure.form == EACH else ALL_OWE
    if measure.lead_owes:
        return ALL_OWE
    return RESPONSIBLE_OWES if Part.RESPONSIBLE in parts else LEAD_OWES


@dataclass
class FormView:
    """Rows that name their units in one form, and who owes them."""

    form: str
    label: str
    rows: int
    example: str
    ways: list[tuple[str, str, bool]]
    asked: bool


def forms_of(notice: Notice) -> list[FormView]:
    """Return the forms of a notice's rows, the most common first, with the current choice."""
    rows: dict[str, list[Measure]] = {}
    for row in with_parts(notice.measures.filter(dropped=False, preamble=False).exclude(form="")):
        rows.setdefault(row.form, []).append(row)
    return [
        FormView(form, FORMS[form], len(some), _example(some[0]), _ways(form, some), _asked(some))
        for form, some in sorted(rows.items(), key=lambda pair: -len(pair[1]))
    ]


def _ways(form: str, rows: Iterable[Measure]) -> list[tuple[str, str, bool]]:
    commonest = Counter(way_of(row) for row in rows).most_common(1)[0][0]
    return [(way, CHOICES[way], way == commonest) for way in WAYS[form]]


def _example(row: Measure) -> str:
    return "；".join(
        f"{part.label}：{'、'.join(names[:3])}{'…' if len(names) > 3 else ''}"
        for part in Part
        if (names := [unit.printed for unit in row.units.all() if unit.part == part])
    )


def _asked(rows: Iterable[Measure]) -> bool:
    return any(flag.get("field") == OWING and not flag.get("settled") for row in rows for flag in row.flags)


@dataclass
class GroupView:
    """A printed group of units, its members, and the difference from a similar larger group."""

    printed: str
    names: list[str]
    difference: str = ""


def groups_of(notice: Notice) -> list[GroupView]:
    """Return the groups that a notice prints (各部门, 市政府各部门), the largest first."""
    units = MeasureUnit.objects.filter(measure__notice=notice, measure__dropped=False, plural=True)
    first: dict[str, int] = {}
    for printed, pk in units.order_by("pk").values_list("printed", "pk"):
        first.setdefault(printed, pk)
    rows = MeasureUnit.objects.filter(pk__in=first.values()).prefetch_related(
        "members__body", "members__office"
    )
    made = [GroupView(row.printed, [named(unit_member) for unit_member in row.members.all()]) for row in rows]
    made.sort(key=lambda group: -len(group.names))
    for place, group in enumerate(made):
        group.difference = next((words for other in made[:place] if (words := _differs(group, other))), "")
    return made


def named(member: UnitMember) -> str:
    """Return the name of a member: body and office."""
    return f"{member.body.label}{member.office.name if member.office else ''}"


def _differs(group: GroupView, other: GroupView) -> str:
    mine, theirs = set(group.names), set(other.names)
    if mine == theirs or len(mine & theirs) * 2 < len(theirs):
        return ""
    less = "、".join(name for name in other.names if name not in mine)
    more = "、".join(name for name in group.names if name not in theirs)
    said = [f"少{less}"] if less else []
    return f"与“{other.printed}”相比{'，'.join([*said, *([f'多{more}'] if more else [])])}"
