"""Bar charts of a table's numbers as SVG. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.safestring import SafeString

from gongkai.core.spreadsheets.cells import is_total_label
from gongkai.core.widgets.charts import GREY_COLOUR, INK, SOFT, Bar, BarRow, draw_bar_rows
from gongkai.lib.typed_json import read_text, read_texts
from gongkai.work.tables.fields import SchemaField, make_record_name

MAX_CHART_BARS = 20
# Colours of the series; no red, which means late.
CHART_COLOURS = (INK, GREY_COLOUR, SOFT)


@dataclass(frozen=True)
class TableChart:
    """A chart of a table: title with the main finding, and the drawing."""

    title: str
    svg: SafeString


def make_chart(
    title: str, fields: Sequence[SchemaField], rows: Sequence[Mapping[str, object]], settings: dict[str, object]
) -> TableChart | None:
    """Return the chart of a schema; None without data.

    `settings` names the field of the labels (`label`) and those of the numbers (`values`). The width fits a phone,
    with names above their bars. Long tables show their first rows only.
    """
    # Totals would make all other bars small.
    rows = [row for row in rows if not is_total_label(row.get(fields[0].key))]
    by_key = {field.key: field for field in fields}
    label = by_key.get(read_text(settings, "label"))
    values = [by_key[key] for key in read_texts(settings, "values") if key in by_key]
    numbers = [[_parse_number(row.get(field.key)) for field in values] for row in rows[:MAX_CHART_BARS]]
    most = max((n for row_numbers in numbers for n in row_numbers if n is not None), default=Decimal(0))
    if label is None or not values or most <= 0:
        return None
    bar_rows, first_values = [], []
    for row, row_numbers in zip(rows, numbers, strict=False):
        bars = [
            Bar(float(number), field.show(row[field.key]), CHART_COLOURS[index % len(CHART_COLOURS)])
            for index, (field, number) in enumerate(zip(values, row_numbers, strict=True))
            if number is not None and number >= 0
        ]
        if bars:
            # The distinguishing field is part of the name: 预算 and 决算 of a unit are two bars.
            bar_name = make_record_name(fields, row) if label == fields[0] else str(row.get(label.key, ""))
            bar_rows.append(BarRow(bar_name, bars))
            first_values += (
                [(row_numbers[0], bar_name, values[0].show(row[values[0].key]))] if row_numbers[0] is not None else []
            )
    if len(first_values) > 1:
        _, bar_name, shown_value = max(first_values, key=lambda one: one[0])
        title = f"{title}：{bar_name}的{values[0].head}最高，{shown_value}"
    legend = [(field.head, CHART_COLOURS[index % len(CHART_COLOURS)]) for index, field in enumerate(values)]
    return TableChart(
        title,
        draw_bar_rows(
            title, bar_rows, label_width=0, bar_width=240, free_width=100, legend=legend if len(legend) > 1 else ()
        ),
    )


def _parse_number(value: object) -> Decimal | None:
    """Return a stored number; None if it is missing or no number."""
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
