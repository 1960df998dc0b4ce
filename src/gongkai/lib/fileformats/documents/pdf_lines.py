"""Lines of text from the characters of a PDF page, in whatever direction they are drawn."""

import math
from collections import defaultdict
from collections.abc import Iterable
from statistics import median

from gongkai.lib.fileformats.documents.pdf_text import Char

#: How much of its size a copy of a character may be beside it (simulated bold, shadows).
_DOUBLE_SHARE = 0.3


def direction(char: Char) -> int | None:
    """Return the direction of writing in degrees (0, 90, 180, 270); None for a slant."""
    a, b, *_ = char["matrix"]
    angle = math.degrees(math.atan2(b, a)) % 360
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) < 3 else None


def undouble(chars: list[Char]) -> list[Char]:
    """Return the characters without copies drawn on top of each other."""
    kept: list[Char] = []
    seen: dict[str, list[Char]] = defaultdict(list)
    for char in chars:
        reach = _DOUBLE_SHARE * max(char["size"], 1)
        near = seen[char["text"]][-40:]
        if char["text"].strip() and any(
            abs(one["x0"] - char["x0"]) < reach and abs(one["top"] - char["top"]) < reach for one in near
        ):
            continue
        seen[char["text"]].append(char)
        kept.append(char)
    return kept


def _turn(char: Char, degrees: int) -> tuple[float, float, float, float]:
    """Return begin and end along the line, and upper and lower edge across it."""
    x0, x1, top, bottom = char["x0"], char["x1"], char["top"], char["bottom"]
    if degrees == 90:
        return -bottom, -top, x0, x1
    if degrees == 270:
        return top, bottom, -x1, -x0
    if degrees == 180:
        return -x1, -x0, -bottom, -top
    return x0, x1, top, bottom


def lines_of(chars: Iterable[Char]) -> list[str]:
    """Return the lines of characters; those of each direction together."""
    groups: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        groups[direction(char) or 0].append(char)
    return [
        line
        for degrees, group in sorted(groups.items(), key=lambda one: -len(one[1]))
        for line in _lines(group, degrees)
    ]


def _lines(chars: list[Char], degrees: int) -> list[str]:
    placed = [(*_turn(char, degrees), char["text"]) for char in chars if char["text"]]
    rows: list[list[tuple[float, float, float, float, str]]] = []
    edges: list[list[float]] = []
    for one in sorted(placed, key=lambda place: place[2] + place[3]):
        middle = (one[2] + one[3]) / 2
        blank = not one[4].strip()
        slack = (one[3] - one[2]) / 2 if blank else 0.0
        if rows and (blank or edges[-1][0] <= middle) and middle <= edges[-1][1] + slack:
            rows[-1].append(one)
        elif not blank or not rows:
            rows.append([one])
            height = one[3] - one[2]
            edges.append([one[2] + 0.05 * height, one[3] - 0.05 * height])
    return [text for row in rows if (text := _join(sorted(row, key=lambda place: place[0]))).strip()]


def _join(row: list[tuple[float, float, float, float, str]]) -> str:
    out, end = "", None
    size = median([one[3] - one[2] for one in row]) or 1.0
    for begin, stop, _, _, text in row:
        if end is not None and not text.isspace() and not out.endswith(" "):
            narrow = text.isascii() and out[-1:].isascii()
            if begin - end > (0.22 if narrow else 0.45) * size:
                out += " " if begin - end < 2.5 * size else "\u3000"
        out += text
        end = max(stop, end or stop)
    return out.rstrip()
