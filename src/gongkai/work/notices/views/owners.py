"""Owners of each form of row, and members of groups, on the review page."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gongkai.work.notices.importing.flags import FORM_OWNER_FIELD
from gongkai.work.notices.models import Measure, MeasureUnit, Notice, UnitMember, UnitPart
from gongkai.work.notices.planning.roles import (
    ALL_OWE,
    CHOICES_BY_FORM,
    FIRST_OWES,
    LEAD_OWES,
    NO_LEAD,
    OWNER_CHOICES,
    RESPONSIBLE_OWES,
    UNIT_FORMS,
)
from gongkai.work.notices.queries.review_lines import RowScan


def find_current_choice(measure: Measure) -> str:
    """Return the current owner choice of a row, a key of `roles.OWNER_CHOICES`."""
    return _find_choice(measure.form, {unit.part for unit in measure.units.all()}, lead_owes=measure.lead_owes)


def _find_choice(form: str, parts: Collection[str], *, lead_owes: bool) -> str:
    """Return the choice of owner under which units have these parts."""
    if UnitPart.LEAD not in parts:
        return FIRST_OWES if UnitPart.PARTNER in parts and form == NO_LEAD else ALL_OWE
    if lead_owes:
        return ALL_OWE
    return RESPONSIBLE_OWES if UnitPart.RESPONSIBLE in parts else LEAD_OWES


@dataclass
class FormSummary:
    """Rows that name their units in one form, and who owes them.

    `ways` are choices as (key, label, chosen); `asked` is true while the choice is open.
    """

    form: str
    label: str
    rows: int
    example: str
    ways: list[tuple[str, str, bool]]
    asked: bool


def list_forms(scans: Iterable[RowScan]) -> list[FormSummary]:
    """Return the forms of the rows, the most common first, with the current choice."""
    rows: dict[str, list[RowScan]] = {}
    for scan in scans:
        if scan.form and not scan.dropped and not scan.preamble:
            rows.setdefault(scan.form, []).append(scan)
    return [
        FormSummary(
            form,
            UNIT_FORMS[form],
            len(some),
            _describe_example(some[0]),
            _list_choices(form, some),
            any(flag.get("field") == FORM_OWNER_FIELD for scan in some for flag in scan.open_flags),
        )
        for form, some in sorted(rows.items(), key=lambda pair: -len(pair[1]))
    ]


def _list_choices(form: str, rows: Iterable[RowScan]) -> list[tuple[str, str, bool]]:
    """Return (value, label, chosen in most rows) of the ways to read units that are printed in a form."""
    choices = Counter(_find_choice(form, {unit.part for unit in scan.units}, lead_owes=scan.lead_owes) for scan in rows)
    commonest = choices.most_common(1)[0][0]
    return [(way, OWNER_CHOICES[way], way == commonest) for way in CHOICES_BY_FORM[form]]


def _describe_example(scan: RowScan) -> str:
    """Return the first units of a row by part, as example of its form."""
    return "；".join(
        f"{part.label}：{'、'.join(names[:3])}{'…' if len(names) > 3 else ''}"
        for part in UnitPart
        if (names := [unit.printed for unit in scan.units if unit.part == part])
    )


@dataclass
class GroupSummary:
    """A printed group of units, its members, and the difference from a similar larger group."""

    printed: str
    names: list[str]
    difference: str = ""


def list_groups(notice: Notice) -> list[GroupSummary]:
    """Return the groups that a notice prints (各部门, 市政府各部门), the largest first.

    A group has the members of its first mention; `difference` compares it with the first similar larger group.
    """
    units = MeasureUnit.objects.filter(measure__notice=notice, measure__dropped=False, plural=True)
    first_units: dict[str, int] = {}
    for printed, pk in units.order_by("pk").values_list("printed", "pk"):
        first_units.setdefault(printed, pk)
    rows = MeasureUnit.objects.filter(pk__in=first_units.values()).prefetch_related("members__body", "members__office")
    groups = [
        GroupSummary(row.printed, [make_member_name(unit_member) for unit_member in row.members.all()]) for row in rows
    ]
    groups.sort(key=lambda group: -len(group.names))
    for place, group in enumerate(groups):
        group.difference = next(
            (
                difference
                for larger_group in groups[:place]
                if (difference := _describe_difference(group, larger_group))
            ),
            "",
        )
    return groups


def make_member_name(member: UnitMember) -> str:
    """Return the name of a member: body and office."""
    return f"{member.body.label}{member.office.name if member.office else ''}"


def _describe_difference(group: GroupSummary, other: GroupSummary) -> str:
    """Return which units a group lacks and adds compared to a similar one, or ""."""
    mine, theirs = set(group.names), set(other.names)
    if mine == theirs or len(mine & theirs) * 2 < len(theirs):
        return ""
    missing_names = "、".join(name for name in other.names if name not in mine)
    more = "、".join(name for name in group.names if name not in theirs)
    texts = [f"少{missing_names}"] if missing_names else []
    return f"与“{other.printed}”相比{'，'.join([*texts, *([f'多{more}'] if more else [])])}"
