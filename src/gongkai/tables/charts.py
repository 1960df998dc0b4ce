"""Simple charts of a table's numbers: bars drawn as SVG beside the table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from gongkai.tables.fields import Field

MOST_BARS = 20
LEFT, WIDTH, STEP, BAR = 190, 640, 24, 16


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its number as readers see it, where it stands and how long it is (units of the drawing)."""

    label: str
    shown: str
    y: int
    width: int
    series: int
    first: bool

    @property
    def text_y(self) -> int:
        """Where its words stand."""
        return self.y + BAR - 3

    @property
    def end(self) -> int:
        """Where its number stands."""
        return LEFT + self.width + 6


@dataclass(frozen=True)
class Chart:
    """A chart of bars: a title, the names of its series, bars, its height."""

    title: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    height: int
    left: int = LEFT
    full: int = WIDTH + LEFT + 110


def chart_of(
    title: str, fields: Sequence[Field], rows: Sequence[dict[str, Any]], wanted: dict[str, Any]
) -> Chart | None:
    """Return the chart that a schema asks for (`label`: a field's key, `values`: keys of numbers); None where there is nothing to draw.

    Long tables show their first rows only: the table beside has all.
    """
    by_key = {one.key: one for one in fields}
    label = by_key.get(wanted.get("label", ""))
    values = [by_key[key] for key in wanted.get("values", ()) if key in by_key]
    numbers = [[_number(row.get(one.key)) for one in values] for row in rows[:MOST_BARS]]
    most = max((n for some in numbers for n in some if n is not None), default=Decimal(0))
    if label is None or not values or most <= 0:
        return None
    bars, y = [], 6
    for row, some in zip(rows, numbers, strict=False):
        for at, (one, number) in enumerate(zip(values, some, strict=True)):
            if number is None or number < 0:
                continue
            name = str(row.get(label.key, ""))
            short = name if len(name) <= 12 else f"{name[:11]}…"
            bars.append(Bar(short, one.show(row[one.key]), y, int(number / most * WIDTH), at, first=at == 0))
            y += STEP
        y += 6
    return Chart(title, tuple(one.head for one in values), tuple(bars), y)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
