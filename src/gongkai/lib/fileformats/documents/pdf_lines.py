"""Lines of text from the characters of a PDF page, in whatever direction they are drawn."""

import math
from collections import defaultdict
from collections.abc import Iterable
from statistics import median

from gongkai.lib.fileformats.documents.model import Word
from gongkai.lib.fileformats.documents.pdf_text import Char

#: Largest offset of a copied character, as a share of its size and of its box (simulated bold, shadows).
_DOUBLE_SHARE, _DOUBLE_BOX = 0.3, 0.7
#: Points between two words of a line.
_WORD_GAP = 2.0


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
        across = min(reach, _DOUBLE_BOX * (char["x1"] - char["x0"]))  # a narrow letter may follow itself: ff, ll
        down = min(reach, _DOUBLE_BOX * (char["bottom"] - char["top"]))
        if char["text"].strip() and any(
            abs(one["x0"] - char["x0"]) < across and abs(one["top"] - char["top"]) < down for one in near
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


def words_of(chars: Iterable[Char]) -> list[Word]:
    """Return the level words of a page: characters on a line without a blank or a gap of two points between them."""
    words: list[Word] = []
    for row in _rows([char for char in chars if direction(char) == 0], 0):
        ended = True
        for left, right, top, bottom, text in row:
            if not text.strip():
                ended = True
                continue
            last = words[-1] if words and not ended and left - words[-1].right <= _WORD_GAP else None
            if last is not None:
                words[-1] = Word(
                    last.text + text, last.left, min(top, last.top), max(right, last.right), max(bottom, last.bottom)
                )
            else:
                words.append(Word(text, left, top, right, bottom))
            ended = False
    return words


_Placed = tuple[float, float, float, float, str]


def _rows(chars: list[Char], degrees: int) -> list[list[_Placed]]:
    """Return begin, end, upper and lower edge and text of the characters, line by line."""
    placed = [(*_turn(char, degrees), char["text"]) for char in chars if char["text"]]
    rows: list[list[_Placed]] = []
    edges: list[list[float]] = []
    for one in sorted(placed, key=lambda place: place[2] + place[3]):
        middle = (one[2] + one[3]) / 2
        blank = not one[4].strip()
        slack = (one[3] - one[2]) / 2 if blank else 0.0
        if rows and (blank or edges[-1][0] <= middle) and middle <= edges[-1][1] + slack:
            rows[-1].append(one)
        elif rows and not blank and _is_flat_before(edges[-1], one):  # 一 has a low box in some fonts
            rows[-1].append(one)
            edges[-1] = [one[2], one[3]]
        elif not blank or not rows:
            rows.append([one])
            height = one[3] - one[2]
            edges.append([one[2] + 0.05 * height, one[3] - 0.05 * height])
    return [sorted(row, key=lambda place: place[0]) for row in rows]


def _is_flat_before(edges: list[float], one: _Placed) -> bool:
    upper, lower = edges
    return 2 * (lower - upper) < one[3] - one[2] and one[2] < upper and lower < one[3]


def _lines(chars: list[Char], degrees: int) -> list[str]:
    return [text for row in _rows(chars, degrees) if (text := _join(row)).strip()]


def _join(row: list[_Placed]) -> str:
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
