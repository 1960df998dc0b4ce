"""Who owes the rows of each form, on the review screen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gongkai.notices.doubts import OWING
from gongkai.notices.expansion import with_parts
from gongkai.notices.models import Measure, Notice, Part
from gongkai.notices.planning.parts import (
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
    """Return who owes a row as it stands, a key of `parts.CHOICES`."""
    parts = {unit.part for unit in measure.units.all()}
    if Part.LEAD not in parts:
        return FIRST_OWES if Part.PARTNER in parts and measure.form == EACH else ALL_OWE
    if measure.lead_owes:
        return ALL_OWE
    return RESPONSIBLE_OWES if Part.RESPONSIBLE in parts else LEAD_OWES


@dataclass
class FormView:
    """How some rows name their units, and who owes them."""

    form: str
    label: str
    rows: int
    example: str
    ways: list[tuple[str, str, bool]]
    asked: bool


def forms_of(notice: Notice) -> list[FormView]:
    """Return the forms in which the rows of a notice name their units, the commonest first, with who owes those rows now."""
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
