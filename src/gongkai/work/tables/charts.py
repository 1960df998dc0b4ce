"""Bar charts of a table's numbers as SVG. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.safestring import SafeString

from gongkai.core.spreadsheets.cells import is_sum
from gongkai.core.widgets.charts import ACCENT, GREY, SOFT, Bar, BarRow, bar_rows
from gongkai.lib.typed_json import text, texts
from gongkai.work.tables.fields import Field, name_of

MOST_BARS = 20
# Colours of the series: the site's own, then grey.
COLOURS = (ACCENT, SOFT, GREY)


@dataclass(frozen=True)
class Chart:
    """A chart: title, series with colours, drawing."""

    title: str
    series: tuple[tuple[str, str], ...]
    svg: SafeString


def chart_of(
    title: str, fields: Sequence[Field], rows: Sequence[Mapping[str, object]], wanted: dict[str, object]
) -> Chart | None:
    """Return the chart of a schema (`label`: key of a field, `values`: keys of numbers); None without data.

    The width fits a phone, with names above their bars. Long tables show their first rows only.
    """
    # Totals would make all other bars small.
    rows = [row for row in rows if not is_sum(row.get(fields[0].key))]
    by_key = {field.key: field for field in fields}
    label = by_key.get(text(wanted, "label"))
    values = [by_key[key] for key in texts(wanted, "values") if key in by_key]
    numbers = [[_number(row.get(field.key)) for field in values] for row in rows[:MOST_BARS]]
    most = max((n for some in numbers for n in some if n is not None), default=Decimal(0))
    if label is None or not values or most <= 0:
        return None
    drawn = []
    for row, some in zip(rows, numbers, strict=False):
        own = [
            Bar(float(number), one.show(row[one.key]), COLOURS[at % len(COLOURS)])
            for at, (one, number) in enumerate(zip(values, some, strict=True))
            if number is not None and number >= 0
        ]
        if own:
            # The distinguishing field is part of the name: 预算 and 决算 of a unit are two bars.
            named = name_of(fields, row) if label == fields[0] else str(row.get(label.key, ""))
            drawn.append(BarRow(named, own))
    series = tuple((one.head, COLOURS[at % len(COLOURS)]) for at, one in enumerate(values))
    svg = bar_rows(f"{title}图表，数字见下表", drawn, left=0, wide=240, room=100)
    return Chart(title, series, svg)


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
