"""Bar charts as pictures (SVG) to be looked at and saved; the page shows their figures as a table besides."""

from collections.abc import Sequence
from html import escape

_COLOURS = ("#b3262b", "#59636e")
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 760, 260, 44, 46, 44


def bars(title: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Return a chart with a bar for each label and series.

    Args:
        title: what it shows, in words.
        labels: under the bars.
        series: (name, one number for each label); two at most.
    """
    most = max((value for _, values in series for value in values), default=0) or 2
    most += most % 2  # the line in the middle says a whole number
    room, height = (_WIDTH - _LEFT - 8) / max(len(labels), 1), _HEIGHT - _BOTTOM - _TOP
    wide = min(28.0, room * 0.8 / max(len(series), 1))
    parts = [f'<text x="{_LEFT}" y="18" class="t">{escape(title)}</text>']
    for place, (name, _) in enumerate(series):
        start = _LEFT + 110 * place
        parts.append(f'<rect x="{start}" y="27" width="10" height="10" fill="{_COLOURS[place]}"/>')
        parts.append(f'<text x="{start + 15}" y="36">{escape(name)}</text>')
    for share in (0, 0.5, 1):
        y = _TOP + height * (1 - share)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{round(most * share)}</text>')
    for place, label in enumerate(labels):
        middle = _LEFT + room * (place + 0.5)
        for row, (name, values) in enumerate(series):
            tall = height * values[place] / most
            x, y = middle - wide * len(series) / 2 + wide * row, _TOP + height - tall
            said = escape(f"{label} {name} {values[place]}")
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" height="{tall:.1f}" fill="{_COLOURS[row]}"><title>{said}</title></rect>'
            )
        parts.append(
            f'<text x="{middle:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{escape(label)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-family="sans-serif" font-size="12" fill="#1f2328">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
