"""Charts as SVG without scripts, the same on screen, on paper and in saved files.

A chart contains its title and numbers; every page also shows the figures in a table. Colours
are the tokens of `ui/base.css`, so that charts follow the dark theme, and supplemented by patterns.
Saved files have fixed colours (`inline_colours`). Red means late.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log10
from pathlib import Path

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_STYLESHEET = Path(__file__).with_name("static").joinpath("ui/base.css").read_text("utf-8")
#: The first value of each token: later ones are those of the dark theme.
_COLOUR_TOKENS = dict(reversed(re.findall(r"--gk-(\w+): (#\w+);", _STYLESHEET)))
INK, SOFT, LINE, RED, PAPER = (
    f"var(--gk-{name}, {_COLOUR_TOKENS[name]})" for name in ("ink", "soft", "line", "red", "paper")
)
#: Colour of columns without labels, lighter than any grey of pages.
GREY_COLOUR = "#8c959f"
#: CSS font family of texts in charts.
FONT_FAMILY = "PingFang SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"


@dataclass(frozen=True)
class Series:
    """One layer of a column chart: label, colour, values; `hatched` to distinguish it without colour."""

    label: str
    colour: str
    values: Sequence[int]
    hatched: bool = False


def inline_colours(chart: str) -> str:
    """Return a chart for a file with colour values instead of CSS variables, which other programs cannot read."""
    return re.sub(r"var\(--gk-\w+, (#\w+)\)", r"\1", chart)


def _make_svg(width: int, height: int, title: str, body: str) -> SafeString:
    """Return the SVG of a chart with its title; `body` is already escaped."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" class="gk-chart" '
        f'font-family="{FONT_FAMILY}" font-size="13"><title>{escape(title)}</title>'
    )
    return mark_safe(f"{head}{body}</svg>")  # every word in it went through escape()


def _draw_text(x: float, y: float, words: object, anchor: str = "start", colour: str = INK, size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">{escape(words)}</text>'


def _draw_box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{fill}"/>'


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: value, text next to it (`shown`), colour; a `thin` one (last year's) has no text, a `late`
    one a red mark."""

    value: float
    shown: str = ""
    colour: str = SOFT
    thin: bool = False
    late: bool = False


@dataclass(frozen=True)
class BarRow:
    """The bars of one row of a chart with their label."""

    label: str
    bars: Sequence[Bar]


#: Maximum number of bars above a table that people compare.
MAX_COMPARED = 10
#: Maximum length of a label on the left.
MAX_LABEL_CHARACTERS = 9


def draw_comparison(
    finding: str,
    rows: Iterable[tuple[object, float | None]],
    *,
    unit: str = "",
    maximum: float = 0,
    lowest_first: bool = False,
    target: tuple[float, str] | None = None,
) -> SafeString:
    """Draw a bar chart that compares the rows of the table below it; "" if fewer than two have a
    value.

    Args:
        finding: the caption; `{label}` and `{value}` are those of the first bar.
        rows: label and value of each unit; None if it has no value.
        unit: unit after each number.
        maximum: value of a full bar; default: the maximum.
        lowest_first: the smallest values first; default: the largest.
        target: value and label of a dashed line across the bars.
    """
    valued_rows = [(str(label), value) for label, value in rows if value is not None]
    valued_rows.sort(key=lambda row: row[1] if lowest_first else -row[1])
    if len(valued_rows) < 2 or not any(value for _, value in valued_rows):
        return SafeString("")
    (label, value), drawn_rows = valued_rows[0], valued_rows[:MAX_COMPARED]
    caption = finding.replace("{value}", f"{value:g}{unit}").replace("{label}", label)
    if len(valued_rows) > len(drawn_rows):
        caption += f"（图中是前{len(drawn_rows)}个，共{len(valued_rows)}个）"
    short = unit if len(unit) == 1 else ""  # the caption has a long one
    bar_rows = [BarRow(name, [Bar(number, f"{number:g}{short}")]) for name, number in drawn_rows]
    chart = draw_bar_rows(caption, bar_rows, maximum=maximum, bar_width=176, target=target)
    return format_html('<figure class="gk-compare"><figcaption>{}</figcaption>{}</figure>', caption, chart)


def draw_bar_rows(
    title: str,
    rows: Sequence[BarRow],
    *,
    maximum: float = 0,
    bar_width: int = 172,
    label_width: int = 126,
    free_width: int = 56,
    target: tuple[float, str] | None = None,
    legend: Sequence[tuple[str, str]] = (),
) -> SafeString:
    """Draw rows of horizontal bars with labels on the left or above.

    Args:
        title: title of the chart.
        rows: the rows.
        maximum: value of a full bar; default: the maximum.
        bar_width: length of a full bar, in pixels.
        label_width: width of the labels, in pixels; 0: labels above.
        free_width: free width, in pixels, to the right of the longest bar.
        target: value and label of a dashed line across the bars.
        legend: label and colour of each series, above the bars.
    """
    full_value = max([maximum, *(bar.value for row in rows for bar in row.bars)], default=0) or 1
    elements, y = [], 0
    for text, colour in legend:
        elements += [_draw_box(0, y + 3, 12, 12, colour), _draw_text(18, y + 14, text)]
        y += 20
    y = top = y + (8 if legend else 0)
    for row in rows:
        if label_width:
            text = row.label if len(row.label) <= MAX_LABEL_CHARACTERS else f"{row.label[: MAX_LABEL_CHARACTERS - 1]}…"
            elements.append(_draw_text(label_width - 8, y + 16, text, "end"))
        else:
            elements.append(_draw_text(0, y + 14, row.label, size=14))
            y += 16
        for bar in row.bars:
            length = bar_width * bar.value / full_value
            if bar.thin:
                elements.append(_draw_box(label_width, y, length, 3, bar.colour))
                y += 6
                continue
            elements.append(_draw_box(label_width, y + 4, length, 16, bar.colour))
            if target:  # the number covers the line
                elements.append(
                    _draw_box(label_width + length + 4, y + 4, 8 * len(bar.shown) + 16 * bar.late, 16, PAPER)
                )
            elements.append(_draw_text(label_width + length + 6, y + 16, bar.shown, colour=SOFT))
            if bar.late:
                elements.append(_draw_text(label_width + length + 10 + 8 * len(bar.shown), y + 16, "■", colour=RED))
            y += 24
        y += 0 if label_width and len(row.bars) == 1 else 6
    if target:
        x = label_width + bar_width * target[0] / full_value
        elements.insert(0, f'<path d="M{x:.1f} {top}V{y}" stroke="{INK}" stroke-dasharray="4 3"/>')
        y += 18
        elements.append(_draw_text(x, y - 4, target[1], "middle"))
    return _make_svg(label_width + bar_width + free_width, max(y, 1), title, "".join(elements))


def draw_columns(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    width: int = 500,
    height: int = 170,
    beside: bool = False,
) -> SafeString:
    """Draw vertical columns with scale and legend: stacked, or side by side (`beside`)."""
    top, bottom = 24, 22
    combine = max if beside else sum
    totals = [combine([layer.values[place] for layer in series] or [0]) for place in range(len(labels))]
    scale_top = _round_up_scale(max(totals, default=0))
    label_width = max(34, 12 + 8 * len(_format_number(scale_top)))
    plot_height = height - top - bottom
    step = (width - label_width) / max(len(labels), 1)
    elements = [_draw_hatch_pattern(), _draw_legend(series, label_width)]
    for share in (0, 0.5, 1):
        y = top + plot_height * (1 - share)
        elements.append(f'<line x1="{label_width}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>')
        elements.append(_draw_text(label_width - 6, y + 4, _format_number(scale_top * share), "end", SOFT, 12))
    for place, label in enumerate(labels):
        begin, y = label_width + step * place + step * 0.2, float(top + plot_height)
        share = step * 0.6 / len(series) if beside else step * 0.6
        for number, layer in enumerate(series):
            column_height = plot_height * layer.values[place] / scale_top
            x, y = (begin + share * number, top + plot_height - column_height) if beside else (begin, y - column_height)
            elements.append(f"<g><title>{escape(f'{label} {layer.label} {layer.values[place]}')}</title>")
            elements.append(_draw_box(x, y, share, column_height, layer.colour))
            if layer.hatched and column_height > 0:
                elements.append(_draw_box(x, y, share, column_height, "url(#gk-hatch)"))
            elements.append("</g>")
        elements.append(_draw_text(begin + step * 0.3, height - 6, label, "middle", SOFT, 12))
    return _make_svg(width, height, title, "".join(elements))


def draw_line(
    title: str,
    labels: Sequence[str],
    values: Sequence[float],
    *,
    maximum: float = 100,
    threshold: float | None = None,
) -> SafeString:
    """Draw values over time as a line with numbers.

    Args:
        title: title of the chart.
        labels: labels of the x axis.
        values: one value per label.
        maximum: top of the scale.
        threshold: value at which a dashed line is drawn.
    """
    left, top, bottom, width, height = 34, 22, 22, 500, 170
    room, step = height - top - bottom, (width - left) / max(len(values), 1)
    at = [(left + step * (place + 0.5), top + room * (1 - value / maximum)) for place, value in enumerate(values)]
    elements = []
    for share in (0, 0.5, 1):
        y = top + room * (1 - share)
        elements.append(f'<line x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>')
        elements.append(_draw_text(left - 6, y + 4, f"{maximum * share:g}", "end", SOFT, 12))
    if threshold is not None:
        y = top + room * (1 - threshold / maximum)
        elements.append(
            f'<line x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" stroke="{INK}" stroke-dasharray="5 4"/>'
        )
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    elements.append(f'<polyline points="{points}" fill="none" stroke="{INK}" stroke-width="2"/>')
    for (x, y), label, value in zip(at, labels, values, strict=True):
        elements.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{INK}"/>')
        elements.append(_draw_text(x, y - 8 if y > top + 12 else y + 18, f"{value:g}", "middle"))
        elements.append(_draw_text(x, height - 6, label, "middle", SOFT, 12))
    return _make_svg(width, height, title, "".join(elements))


def _format_number(value: float) -> str:
    """Return a number of a scale in plain digits, however great.

    >>> _format_number(2000000), _format_number(0.5)
    ('2000000', '0.5')
    """
    return f"{value:.0f}" if value == int(value) else f"{value:g}"


def _draw_hatch_pattern() -> str:
    return (
        '<defs><pattern id="gk-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="2" height="6" fill="#fff" fill-opacity="0.6"/></pattern></defs>'
    )


def _draw_legend(series: Sequence[Series], left: int) -> str:
    """Return the SVG of a legend: a box and a label for each series, from `left` on."""
    elements, x = [], float(left)
    for layer in series:
        elements.append(_draw_box(x, 4, 12, 12, layer.colour))
        if layer.hatched:
            elements.append(_draw_box(x, 4, 12, 12, "url(#gk-hatch)"))
        elements.append(_draw_text(x + 17, 15, layer.label, size=12))
        x += 17 + 13 * len(layer.label) + 18
    return "".join(elements)


def _round_up_scale(value: float) -> float:
    """Return the end of a scale: a round number not below the value, at least 2."""
    if value <= 2:
        return 2
    unit = 10 ** int(log10(value))
    return next(unit * n for n in (1, 2, 4, 6, 8, 10) if unit * n >= ceil(value))
