"""Paragraphs whose lines were broken at a fixed width, as printers and mail programs do: put together again."""

import re
from collections import Counter

from gongkai.reading.words.numbering import number_of
from gongkai.reading.words.unit_names import LABEL_OF_UNITS

#: Narrower lines than this are cells or verse.
_NARROW = 18
_ENDED = re.compile(r"[。；;：:！？!?]$")
_INDENT = re.compile(r"[ \t\u3000]{2,}")


def unwrapped(lines: list[str]) -> list[str]:
    """Return the lines with those joined that a fixed width broke; the same lines where none did.

    It did where the longest lines are all as long as one another, a third of all lines are such, and most of these end in the middle of
    a sentence.
    """
    widths = [_width(line.strip()) for line in lines if line.strip()]
    longest = max(widths, default=0)
    if longest < 2 * _NARROW or longest > 200:
        return lines
    edge = longest - 5
    full = [line.strip() for line in lines if _width(line.strip()) >= edge]
    torn = sum(not _ENDED.search(line) for line in full)
    if len(full) < 4 or len(full) * 4 < len(widths) or torn * 3 < len(full) * 2 or torn < 4:
        return lines
    indented = sum(bool(_INDENT.match(line)) for line in lines) >= 2
    return _joined(lines, edge, indented=indented)


#: A bracket of units that a line leaves open.
_LEFT_OPEN = re.compile(rf"[（(][^（()）]{{0,4}}?{LABEL_OF_UNITS}[^（()）]{{0,300}}$")
_MOST_LINES = 4


def with_whole_brackets(lines: list[str]) -> list[str]:
    """Return the lines with those joined among which a bracket of units is torn: （责任单位：市司法局， / 完成时限：每季度）."""
    out: list[str] = []
    waiting: list[str] = []
    for line in lines:
        bare = line.strip()
        if waiting:
            waiting.append(bare)
            closed = re.match(r"[^（()）]*[）)]", bare)
            if closed or len(waiting) >= _MOST_LINES or re.search(r"[（(]", bare):
                out.extend(["".join(waiting)] if closed else waiting)
                waiting = []
        elif len(line) <= 2000 and _LEFT_OPEN.search(bare):
            waiting = [line.rstrip()]
        else:
            out.append(line)
    return [*out, *waiting]


def _width(line: str) -> int:
    """How wide a line is printed, in halves of a Chinese character."""
    counts = Counter(char.isascii() for char in line)
    return counts[True] + 2 * counts[False]


def _joined(lines: list[str], edge: int, *, indented: bool) -> list[str]:
    out: list[list[str]] = []
    goes_on = False
    for line in lines:
        bare = line.strip()
        begins = bool(_INDENT.match(line)) if indented else bool(number_of(bare))
        if goes_on and bare and not begins:
            out[-1].append(bare)
        else:
            out.append([line])
        full = _width(line.strip() if out[-1][-1] == bare else line.rstrip()) >= edge
        goes_on = full and (indented or not _ENDED.search(bare))
    return ["".join(parts) for parts in out]
