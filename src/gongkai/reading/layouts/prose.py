"""Notices without a table: paragraphs that end in （牵头单位：…；责任单位：…), or stand below or above such lines."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from gongkai.reading.document import Block, Cell, Grid, Line, Paragraph, State
from gongkai.reading.layouts.align import is_units
from gongkai.reading.layouts.below import texts_below
from gongkai.reading.layouts.extent import (
    SHORT,
    depths_of_headings,
    labels_above,
    opens_a_list,
    where_it_begins,
    where_it_ends,
)
from gongkai.reading.layouts.headlines import above_first, bare_headline, headlines_of
from gongkai.reading.layouts.owners import (
    BESIDE_LABEL,
    Habits,
    Owners,
    habits_of,
    names_units,
    owners_of,
    split_owners,
    without_text_label,
)
from gongkai.reading.words.numbering import number_of

#: What a sentence that orders something says, and no heading does.
_ORDERS = re.compile(r"(?<![主重必需])要(?![点素闻])|应当?|须|不得|及时|每[年季月]|[年月日底]前")
_HEADS = ("工作任务", "工作任务", "工作举措", "牵头单位", "责任单位", "完成时限")


@dataclass(slots=True)
class _State:
    habits: Habits
    above: bool = False  # lines that name units stand above what they are for
    section: str = ""
    item: str = ""
    waiting: list[str] = field(default_factory=list)
    printed: tuple[str, ...] = ("", "")
    standing: dict[int, Owners] = field(
        default_factory=dict
    )  # units named at a heading of a depth, for all below it
    first_leads: bool = False  # 列第一位者为牵头单位，下同
    opens: bool = False  # a list of deeper numbers stands below the paragraph
    cut: str = ""  # what led in to a list and belongs to none of its points
    alone: str = ""  # a second heading that nothing has followed yet
    empty: tuple[str, int, Owners] | None = (
        None  # a heading that nothing has followed yet, its depth, whom it names
    )
    below: bool = False  # the text of a point stands below the paragraph that names its units
    closed: bool = False  # the last paragraph was a numbered point that named its units
    labelled: bool = False  # the text of points stands behind a label (具体内容：)
    facts: dict[str, str] = field(
        default_factory=dict
    )  # people named between a text and the label of its units
    stray: str = ""  # text between two points of which each names its own units
    unnumbered: str = ""  # field of the heading that carries no number, and its words
    lines: list[Line] = field(default_factory=list)
    beside: list[dict[str, str]] = field(default_factory=list)  # people and facts named with each line

    def owners(self) -> Owners:
        """Who stands for text that names nobody itself: whom the nearest heading names."""
        return self.standing[max(self.standing)] if self.standing else Owners()


def prose_blocks(paragraphs: list[str]) -> list[Block] | None:
    """Return front, table and rest of a notice in prose, or None where no paragraph names its units."""
    texts = [text.strip() for text in paragraphs if text.strip()]
    habits = habits_of(texts)
    named = [n for n, text in enumerate(texts) if names_units(text) or split_owners(text, habits)[-1][1]]
    if not named or (len(named) == 1 and not _says_so(texts[named[0]], habits)):
        return _by_units(texts)
    start = above_first(texts, where_it_begins(texts, named[0]), habits)
    end = where_it_ends(texts, named[-1])
    body = texts[start:end]
    state = _State(habits, above=labels_above(body) and end < len(texts))
    state.labelled = sum(text != without_text_label(text) for text in body) > 1
    if not state.above and (last := texts_below(texts, start, end, habits)):
        state.below, end = True, last
        body = texts[start:end]
    if state.above:
        end = next((n for n in range(end, len(texts)) if not texts[n].endswith(("。", "；"))), len(texts))
        body = texts[start:end]
    headlines = headlines_of(body, habits)
    for n, (text, deepest) in enumerate(zip(body, depths_of_headings(body, habits), strict=True)):
        if level := headlines.get(n):
            _headline(text, level, state)
            continue
        state.opens = opens_a_list(text, body[n + 1] if n + 1 < len(body) else "")
        _paragraph(text, deepest, state)
    _flush(state, state.owners())
    _add_empty(state, 1)
    if len(named) == 1:
        for line in state.lines:
            line.doubts.append("全文只有一处写明单位，请核对")
    return _blocks(texts, start, end, state)


def _says_so(text: str, habits: Habits) -> bool:
    """True where labels or brackets name the units, and not only a sentence that runs on."""
    if names_units(text):
        return bool(owners_of(text))
    cuts = split_owners(text, habits)
    return len(cuts) > 1 or not cuts[-1][1].guessed


def _blocks(texts: list[str], start: int, end: int, state: _State) -> list[Block]:
    more = list(dict.fromkeys(label for beside in state.beside for label in beside))
    head = Line([Cell(_HEADS[0]), Cell("", State.LEFT), *(Cell(text) for text in (*_HEADS[2:], *more))])
    for line, beside in zip(state.lines, state.beside, strict=True):
        values = [beside.get(label, "") for label in more]
        line.cells.extend(Cell(text) if text else Cell("", State.NONE) for text in values)
    return [
        *(Paragraph(text) for text in texts[:start]),
        Grid(_without_empty([head, *state.lines])),
        *(Paragraph(text) for text in texts[end:]),
    ]


def _by_units(texts: list[str]) -> list[Block] | None:
    """Tasks put together under the unit they belong to: headings of one depth, one behind the other, are nothing but units."""
    numbers = [number_of(text) for text in texts]
    for depth in (1, 2, 3):
        places = [
            n
            for n, number in enumerate(numbers)
            if number and number.depth == depth and len(texts[n]) <= SHORT
        ]
        units = [n for n in places if is_units(texts[n][numbers[n].length :].rstrip("：:。"))]  # type: ignore[union-attr]
        if len(units) < 2:
            continue
        above = [n for n, number in enumerate(numbers) if number and number.depth < depth and n > units[0]]
        end = next((n for n in above if n > units[-1]), len(texts))
        inside = [n for n in places if units[0] <= n < end]
        if units == inside and (depth == 1 or not any(n < units[-1] for n in above)):
            return _under_units(texts, depth, units[0], end)
    return None


def _under_units(texts: list[str], depth: int, start: int, end: int) -> list[Block]:
    state = _State(Habits())
    if (
        depth > 1
        and (number := number_of(texts[start - 1]))
        and number.depth < depth
        and len(texts[start - 1]) <= SHORT
    ):
        start, state.section = start - 1, texts[start - 1]
    for text in texts[start:end]:
        number = number_of(text)
        if number and number.depth < depth:
            continue
        if number and number.depth == depth and len(text) <= SHORT:
            _flush(state, state.owners())
            name = text.rstrip("：:")
            if depth == 1:
                state.section = name
            else:
                state.item = name
            state.standing = {1: Owners("", text[number.length :].rstrip("：:。"))}
            continue
        if number and number.depth <= max(3, depth + 1):
            _flush(state, state.owners())
        state.waiting.append(text)
    _flush(state, state.owners())
    return _blocks(texts, start, end, state)


def _headline(text: str, level: int, state: _State) -> None:
    """A heading without a number: a line of its own that no sentence ends."""
    text = bare_headline(text)
    _flush(state, state.owners())
    state.standing = {depth: who for depth, who in state.standing.items() if depth < level}
    state.closed = False
    if level == 1:
        state.section, state.item = text, ""
    else:
        state.item = text
    state.unnumbered = "section" if level == 1 else "item"


def _paragraph(text: str, deepest: int, state: _State) -> None:
    if names_units(text):
        _label_line(text, state)
        return
    if BESIDE_LABEL.match(text) and (state.lines or state.waiting):
        (state.facts if state.waiting else state.beside[-1]).update(owners_of(text).beside)
        return
    state.alone = ""
    cuts, number = split_owners(text, state.habits), number_of(text)
    if state.below and state.closed and not number and not cuts[-1][1]:
        _add_below(text, state)
        return
    if (
        number and number.depth == 2 and not number_of(cuts[0][0])
    ):  # （一）市财政局：… is no point of the item above
        _flush(state, state.owners())
        state.item = ""
    for body, owners in cuts:
        _part(body, owners, deepest, state)


def _part(body: str, owners: Owners, deepest: int, state: _State) -> None:
    number = number_of(body)
    if number and number.depth <= deepest:
        heading, rest = _split_heading(body, number.length, opens=state.opens)
        if heading:
            _flush(state, state.owners())
            _add_empty(state, number.depth)
            state.standing = {depth: who for depth, who in state.standing.items() if depth < number.depth}
            state.closed = False
            if number.depth == 1:
                state.section, state.item, state.unnumbered = heading, "", ""
            else:
                state.item = heading
                state.unnumbered = state.unnumbered if state.unnumbered == "section" else ""
            if not rest:
                state.alone = heading if number.depth == 2 and not owners else ""
                state.empty = (heading, number.depth, owners)
                if owners:
                    state.standing[number.depth] = owners
                return
            body = rest
    if owners.own and number and state.waiting:
        _flush(state, state.owners())
    if owners and number and len(state.waiting) == 1 and _leads_in(state.waiting[0]):
        state.cut = state.waiting.pop()
    stray = state.waiting[0] if owners and number and state.closed and state.waiting else ""
    if stray and number_of(stray) is None:
        state.stray = stray
    state.waiting.append(without_text_label(body) if state.above or state.labelled else body)
    state.empty = None
    if owners:
        _flush(state, owners)
        state.closed = bool(number)


def _add_below(text: str, state: _State) -> None:
    """The text of a point stands below the line that names its units: it goes on the point."""
    line = state.lines[-1]
    cell = line.cells[2]
    line.cells[2] = Cell(f"{cell.text}\n{without_text_label(text)}".strip())


def _add_empty(state: _State, depth: int) -> None:
    """A heading with nothing below it, before one as high: it says itself what is to be done."""
    if state.empty is None or state.empty[1] < depth:
        return
    heading, own, owners = state.empty
    owners = owners or state.owners()
    state.empty = None
    if not owners and own == 1:
        return
    above = state.section, state.item
    state.section, state.item = "" if own == 1 else state.section, ""
    _add_line(heading, owners, state)
    state.lines[-1].about.append(("measure", "编号之下没有别的文字，按一条任务读取，请核对"))
    state.section, state.item = above


def _split_heading(body: str, length: int, *, opens: bool) -> tuple[str, str]:
    """`（一）规划公开。公开……` is a heading and its text; one long sentence is text alone, but above a list of its own."""
    first, stop, rest = body.partition("。")
    name = first[length:]
    if not rest and (opens or not stop) and len(body) <= SHORT:
        return body, ""
    plain = "，" not in name or not _ORDERS.search(name)
    if len(name) <= 30 and (plain if rest else "，" not in name):
        return first + (stop if rest or stop else ""), rest.strip()
    return "", body


def _leads_in(text: str) -> bool:
    """`围绕……，实施如下项目：` above points that name their units themselves is no part of the first one."""
    return text.endswith(("：", ":")) and not number_of(text)


def _label_line(text: str, state: _State) -> None:
    """`责任单位：…` on a line of its own belongs to the text above it, or to all below where labels stand above."""
    owners = owners_of(text)
    if state.above:
        if state.waiting or 9 not in state.standing:
            _flush(state, state.owners())
            state.standing[9] = Owners()
        state.standing[9].add(owners)
    elif state.waiting or state.alone:
        if not state.waiting:  # the heading is itself what is to be done
            state.waiting.append(state.alone)
            state.item = state.alone = ""
        state.empty = None
        _flush(state, owners)
    elif state.lines:
        cells = state.lines[-1].cells
        state.beside[-1].update(owners.beside)
        for place, value in ((3, owners.lead), (4, owners.responsible), (5, owners.limit)):
            if value:
                cells[place] = Cell("、".join(x for x in (cells[place].text, value) if x))


def _flush(state: _State, owners: Owners) -> None:
    if not state.waiting:
        return
    owners = owners or state.owners()
    state.first_leads = state.first_leads or owners.below_too
    if state.first_leads:
        owners.let_first_lead()
    for text in ["\n".join(state.waiting)] if owners else _points(state.waiting):
        _add_line(text, owners, state)
    state.waiting.clear()


def _points(paragraphs: list[str]) -> list[str]:
    """Text that nobody is named for: a piece for each point of its list."""
    numbers = [number_of(text) for text in paragraphs]
    depth = numbers[0].depth if numbers[0] else None
    starts = [0, *(n for n, one in enumerate(numbers) if n and one and one.depth == depth)]
    return ["\n".join(paragraphs[a:b]) for a, b in pairwise([*starts, len(paragraphs)])]


def _add_line(text: str, owners: Owners, state: _State) -> None:
    values = (
        state.section,
        state.item,
        text,
        owners.lead,
        owners.responsible,
        owners.limit,
    )
    line = Line([Cell(text) if text else Cell("", State.NONE) for text in values])
    for place in (0, 1):
        if values[place] and values[: place + 1] == state.printed[: place + 1]:
            line.cells[place] = Cell("", State.COVERED)
    state.printed = values[:2]
    if state.cut:
        line.about.append(("measure", f"列项前的“{state.cut[:40]}”是总起的话，没有读入举措"))
        state.cut = ""
    if state.stray:
        line.about.append(
            ("measure", f"“{state.stray[:30]}”印在两条写明单位的事项之间，也可能属于上一条，请核对")
        )
        state.stray = ""
    if state.unnumbered:
        line.about.append(
            (
                state.unnumbered,
                f"标题“{(state.item or state.section)[:30]}”没有编号，由单独成行的短句推断，请核对",
            )
        )
    if owners.guessed:
        line.doubts.append("单位由正文语句推断，请核对")
    line.about.extend((None, doubt) for doubt in owners.doubts)
    state.lines.append(line)
    state.beside.append({**state.facts, **owners.beside})
    state.facts = {}


def _without_empty(lines: list[Line]) -> list[Line]:
    """Leave out the columns in which nothing stands (second headings, limits)."""
    used = [any(line.cells[place].text for line in lines[1:]) for place in range(len(lines[0].cells))]
    used[0] = used[2] = used[4] = True
    return [
        Line(
            [cell for cell, keep in zip(line.cells, used, strict=True) if keep],
            line.page,
            line.doubts,
            line.about,
        )
        for line in lines
    ]
