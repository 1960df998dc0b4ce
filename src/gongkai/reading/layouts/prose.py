"""Notices without a table: paragraphs that end in （牵头单位：…；责任单位：…), or stand below or above such lines."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from gongkai.reading.document import Block, Cell, Grid, Line, Paragraph, State
from gongkai.reading.layouts.align import is_units
from gongkai.reading.layouts.owners import (
    LABEL,
    Habits,
    Owners,
    habits_of,
    owners_of,
    split_owners,
    without_text_label,
)
from gongkai.reading.words.numbering import Number, number_of

_SHORT = 45
#: What a sentence that orders something says, and no heading does.
_ORDERS = re.compile(r"要|应当?|须|不得|及时|每[年季月]|[年月日底]前")
_HEADS = ("工作任务", "工作任务", "工作举措", "牵头单位", "责任单位", "完成时限")


@dataclass(slots=True)
class _State:
    habits: Habits
    above: bool = False  # lines that name units stand above what they are for
    section: str = ""
    item: str = ""
    waiting: list[str] = field(default_factory=list)
    printed: tuple[str, ...] = ("", "")
    standing: Owners | None = None  # units named at a heading or above, for all below it
    alone: str = ""  # a second heading that nothing has followed yet
    lines: list[Line] = field(default_factory=list)


def prose_blocks(paragraphs: list[str]) -> list[Block] | None:
    """Return front, table and rest of a notice in prose, or None where no paragraph names its units."""
    texts = [text.strip() for text in paragraphs if text.strip()]
    habits = habits_of(texts)
    named = [n for n, text in enumerate(texts) if LABEL.match(text) or split_owners(text, habits)[-1][1]]
    if len(named) < 2:
        return _by_units(texts)
    start = _start(texts, named[0])
    end = _end(texts, named[-1])
    body = texts[start:end]
    state = _State(habits, above=_labels_above(body) and end < len(texts))
    if state.above:
        end = next((n for n in range(end, len(texts)) if not texts[n].endswith(("。", "；"))), len(texts))
        body = texts[start:end]
    for text, deepest in zip(body, _deepest(body, habits), strict=True):
        _paragraph(text, deepest, state)
    _flush(state, Owners())
    return _blocks(texts, start, end, state.lines)


def _blocks(texts: list[str], start: int, end: int, lines: list[Line]) -> list[Block]:
    head = Line([Cell(_HEADS[0]), Cell("", State.LEFT), *(Cell(text) for text in _HEADS[2:])])
    return [
        *(Paragraph(text) for text in texts[:start]),
        Grid(_without_empty([head, *lines])),
        *(Paragraph(text) for text in texts[end:]),
    ]


def _by_units(texts: list[str]) -> list[Block] | None:
    """Tasks put together under the unit they belong to: the first headings are nothing but units."""
    numbers = [number_of(text) for text in texts]
    tops = [n for n, number in enumerate(numbers) if number and number.depth == 1 and len(texts[n]) <= _SHORT]
    units = [n for n in tops if is_units(texts[n][numbers[n].length :])]  # type: ignore[union-attr]
    if len(units) < 2 or units != [n for n in tops if n >= units[0]]:
        return None
    state = _State(Habits())
    for text, number in zip(texts[units[0] :], numbers[units[0] :], strict=True):
        if number and number.depth == 1:
            _flush(state, state.standing or Owners())
            state.section, state.standing = text, Owners("", text[number.length :])
        else:
            if number and number.depth <= 3:
                _flush(state, state.standing or Owners())
            state.waiting.append(text)
    _flush(state, state.standing or Owners())
    return _blocks(texts, units[0], len(texts), state.lines)


def _is_heading(text: str) -> bool:
    number = number_of(text)
    return bool(number and number.depth <= 2 and len(text) <= _SHORT)


def _labels_above(texts: list[str]) -> bool:
    """True where headings are followed by the units and not by the text."""
    below = [texts[n + 1] for n, text in enumerate(texts[:-1]) if _is_heading(text)]
    below = [text for text in below if not _is_heading(text)]
    labels = sum(bool(LABEL.match(text)) for text in below)
    pairs = [(one, two) for one, two in pairwise(texts) if LABEL.match(one) and not LABEL.match(two)]
    followed = sum(not _is_heading(two) for _, two in pairs)
    return labels > 0 and labels * 5 >= len(below) * 4 and followed * 2 >= len(pairs)


def _deepest(texts: list[str], habits: Habits) -> list[int]:
    """For each paragraph, to which depth of number its section's paragraphs are headings.

    Second headings are headings where they begin what is numbered in their section; those that stand further down,
    behind a numbered text, belong to that text.
    """
    out = [2] * len(texts)
    tops = [n for n, text in enumerate(texts) if _is_top(number_of(text), text)]
    for begin, end in pairwise([*tops, len(texts)]):
        deepest = 1
        for text in texts[begin + 1 : end]:
            if number := number_of(text):
                deepest = 2 if number.depth == 2 else 1
                break
            if LABEL.match(text) or split_owners(text, habits)[-1][1]:
                break
        out[begin:end] = [deepest] * (end - begin)
    return out


def _is_top(number: Number | None, text: str) -> bool:
    return bool(number and number.depth == 1 and len(text) <= _SHORT)


def _start(texts: list[str], first: int) -> int:
    """The heading that opens the tasks: the highest one above the first paragraph that names its units."""
    start = first
    while start > 0 and LABEL.match(texts[start]):
        start -= 1  # labels need a text above them
    if start and not number_of(texts[start]) and (above := number_of(texts[start - 1])):
        start -= above.depth <= 3
    first = start
    depth = ((number := number_of(texts[first])) and number.depth) or 9
    for place in range(first - 1, -1, -1):
        above = number_of(texts[place])
        short = len(texts[place]) <= _SHORT
        if above and above.depth < depth and short:
            start, depth = place, above.depth
        elif above is None and not short and depth <= 2:
            break
        if depth == 1:
            break
    return start


def _end(texts: list[str], last: int) -> int:
    """Behind the last paragraph with units, and label lines that follow it."""
    end = last + 1
    while end < len(texts) and LABEL.match(texts[end]):
        end += 1
    return end


def _paragraph(text: str, deepest: int, state: _State) -> None:
    if LABEL.match(text):
        _label_line(text, state)
        return
    state.alone = ""
    for body, owners in split_owners(text, state.habits):
        _part(body, owners, deepest, state)


def _part(body: str, owners: Owners, deepest: int, state: _State) -> None:
    number = number_of(body)
    if number and number.depth <= deepest:
        heading, rest = _split_heading(body, number.length)
        if heading:
            _flush(state, state.standing or Owners())
            state.standing = None
            if number.depth == 1:
                state.section, state.item = heading, ""
            else:
                state.item = heading
            if not rest:
                state.alone = heading if number.depth == 2 and not owners else ""
                state.standing = owners or None
                return
            body = rest
    state.waiting.append(without_text_label(body) if state.above else body)
    if owners:
        _flush(state, owners)


def _split_heading(body: str, length: int) -> tuple[str, str]:
    """`（一）规划公开。公开……` is a heading and its text; one long sentence is text alone."""
    first, stop, rest = body.partition("。")
    name = first[length:]
    if not rest and not stop and len(body) <= _SHORT:
        return body, ""
    plain = "，" not in name or not _ORDERS.search(name)
    if len(name) <= 30 and (plain if rest else "，" not in name):
        return first + (stop if rest or stop else ""), rest.strip()
    return "", body


def _label_line(text: str, state: _State) -> None:
    """`责任单位：…` on a line of its own belongs to the text above it, or to all below where labels stand above."""
    owners = owners_of(text)
    if state.above:
        if state.waiting or state.standing is None:
            _flush(state, state.standing or Owners())
            state.standing = Owners()
        state.standing.add(owners)
    elif state.waiting or state.alone:
        if not state.waiting:  # the heading is itself what is to be done
            state.waiting.append(state.alone)
            state.item = state.alone = ""
        _flush(state, owners)
    elif state.lines:
        cells = state.lines[-1].cells
        for place, value in ((3, owners.lead), (4, owners.responsible), (5, owners.limit)):
            if value:
                cells[place] = Cell("、".join(x for x in (cells[place].text, value) if x))


def _flush(state: _State, owners: Owners) -> None:
    if not state.waiting:
        return
    if not owners and state.standing:
        owners = state.standing
    values = (
        state.section,
        state.item,
        "\n".join(state.waiting),
        owners.lead,
        owners.responsible,
        owners.limit,
    )
    line = Line([Cell(text) if text else Cell("", State.NONE) for text in values])
    for place in (0, 1):
        if values[place] and values[place] == state.printed[place]:
            line.cells[place] = Cell("", State.COVERED)
    state.printed = values[:2]
    if owners.guessed:
        line.doubts.append("单位由正文语句推断，请核对")
    state.lines.append(line)
    state.waiting.clear()


def _without_empty(lines: list[Line]) -> list[Line]:
    """Leave out the columns in which nothing stands (second headings, limits)."""
    used = [any(line.cells[place].text for line in lines[1:]) for place in range(len(lines[0].cells))]
    used[0] = used[2] = used[4] = True
    return [
        Line([cell for cell, keep in zip(line.cells, used, strict=True) if keep], line.page, line.doubts)
        for line in lines
    ]
