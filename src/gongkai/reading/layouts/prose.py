"""Notices without a table: paragraphs that end in （牵头单位：…；责任单位：…） or are followed by such lines."""

import re
from dataclasses import dataclass, field

from gongkai.reading.document import Block, Cell, Grid, Line, Paragraph, State
from gongkai.reading.tables.heads import DEADLINE_HEAD
from gongkai.reading.words.numbering import number_of
from gongkai.reading.words.units import read_units

_WHO = r"(?:市级|区级|县级)?(?:牵头|主办|责任|配合|协办|参与|承办|落实|负责|主责)(?:责任)?(?:单位|部门|处室|科室|股室|主体)?"
_LABEL = re.compile(rf"^(?:{_WHO}|完成时限|时限要求|完成时间|时间节点|公开时限)\s*[:：]")
_PART = re.compile(
    rf"(?P<label>{_WHO}|完成时限|时限要求|完成时间|时间节点|公开时限|公开路径|公开渠道)\s*[:：]"
)
_DUTY_END = re.compile(r"(?:按照?)?(?:各自)?职责(?:分工)?(?:分别)?(?:负责|落实)|负责|牵头|配合|落实")
_LEADS = re.compile(r"牵头|主办|主责")
_LED = re.compile(
    r"^(?:由)?(?P<lead>[^，；;]{2,80}?)牵头(?:负责)?(?:[，,；;、](?P<others>[^；;]{2,300}?)(?:等)?(?:配合|参与|协助|协同|按职责分工负责|分工负责|负责|落实))?$"
)
_RUNNING = re.compile(
    r"由(?P<lead>[\u4e00-\u9fff（）、]{3,60}?)(?:负责)?牵头(?:负责)?(?:[，,](?P<others>[\u4e00-\u9fff（）、]{3,200}?)(?:等)?(?:配合|参与|协助|协同|分工负责))?"
)
_OPEN, _CLOSE = "（(〔[【", "）)〕]】"


@dataclass(slots=True)
class _Owners:
    lead: str = ""
    responsible: str = ""
    limit: str = ""
    guessed: bool = False

    def __bool__(self) -> bool:
        return bool(self.lead or self.responsible)


@dataclass(slots=True)
class _State:
    section: str = ""
    item: str = ""
    deepest: int = 2  # depth of number to which paragraphs are headings
    waiting: list[str] = field(default_factory=list)
    printed: tuple[str, ...] = ("", "")
    standing: _Owners | None = None  # units named at a heading, for all below it
    lines: list[Line] = field(default_factory=list)


def prose_blocks(paragraphs: list[str]) -> list[Block] | None:
    """Return front, table and rest of a notice in prose, or None where no paragraph names its units."""
    texts = [text.strip() for text in paragraphs if text.strip()]
    named = [n for n, text in enumerate(texts) if _split_owners(text)[1] or _LABEL.match(text)]
    if len(named) < 2:
        return None
    start = _start(texts, named[0])
    state = _State(deepest=2 if _has_items(texts[start:]) else 1)
    end = _end(texts, named[-1])
    for text in texts[start:end]:
        _paragraph(text, state)
    _flush(state, _Owners())
    heads = ("工作任务", "工作任务", "工作举措", "牵头单位", "责任单位", "完成时限")
    head = Line([Cell(heads[0]), Cell("", State.LEFT), *(Cell(text) for text in heads[2:])])
    return [
        *(Paragraph(text) for text in texts[:start]),
        Grid(_without_empty([head, *state.lines])),
        *(Paragraph(text) for text in texts[end:]),
    ]


def _has_items(texts: list[str]) -> bool:
    """True unless second headings stand only here and there, inside a measure."""
    numbers = [number_of(text) for text in texts]
    firsts = [n for n, number in enumerate(numbers) if number and number.depth == 1 and len(texts[n]) <= 45]
    followed = sum(1 for n in firsts if n + 1 < len(texts) and (below := numbers[n + 1]) and below.depth == 2)
    return not firsts or followed * 2 >= len(firsts)


def _start(texts: list[str], first: int) -> int:
    """The heading that opens the tasks: the highest one above the first paragraph that names its units."""
    start = first
    depth = ((number := number_of(texts[first])) and number.depth) or 9
    for place in range(first - 1, -1, -1):
        above = number_of(texts[place])
        short = len(texts[place]) <= 45
        if above and above.depth < depth and short:
            start, depth = place, above.depth
        elif above is None and not short:
            break
        if depth == 1:
            break
    return start


def _end(texts: list[str], last: int) -> int:
    """Behind the last paragraph with units, and label lines that follow it."""
    end = last + 1
    while end < len(texts) and _LABEL.match(texts[end]):
        end += 1
    return end


def _paragraph(text: str, state: _State) -> None:
    if _LABEL.match(text):
        _label_line(text, state)
        return
    body, owners = _split_owners(text)
    number = number_of(body)
    if number and number.depth <= state.deepest:
        heading, rest = _split_heading(body, number.length)
        if heading:
            _flush(state, state.standing or _Owners())
            state.standing = None
            if number.depth == 1:
                state.section, state.item = heading, ""
            else:
                state.item = heading
            if not rest:
                state.standing = owners or None
                return
            body = rest
    state.waiting.append(body)
    if owners:
        _flush(state, owners)


def _split_heading(body: str, length: int) -> tuple[str, str]:
    """`（一）规划公开。公开……` is a heading and its text; one long sentence is text alone."""
    first, stop, rest = body.partition("。")
    if len(first) - length <= 30 and "，" not in first:
        return first + (stop if rest or stop else ""), rest.strip()
    return "", body


def _label_line(text: str, state: _State) -> None:
    """`责任单位：…` on a line of its own belongs to the text above it."""
    owners = _owners(text)
    if state.waiting:
        _flush(state, owners)
    elif state.lines:
        cells = state.lines[-1].cells
        for place, value in ((3, owners.lead), (4, owners.responsible), (5, owners.limit)):
            if value:
                cells[place] = Cell(value)


def _flush(state: _State, owners: _Owners) -> None:
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


def _split_owners(text: str) -> tuple[str, _Owners]:
    """Split a paragraph into its text and the units it ends in."""
    bare = text.rstrip("。；; ")
    if bare and bare[-1] in _CLOSE:
        start = _opening(bare)
        owners = _owners(bare[start + 1 : -1]) if start >= 0 else _Owners()
        if owners:
            return bare[:start].rstrip() + text[len(bare) :].strip() * (
                not bare[:start].rstrip().endswith(tuple("。；"))
            ), owners
    if (match := _RUNNING.search(text)) and not _PART.search(text):
        return text, _Owners(match["lead"], match["others"] or "", guessed=True)
    return text, _Owners()


def _opening(text: str) -> int:
    depth = 0
    for place in range(len(text) - 1, max(-1, len(text) - 600), -1):
        if text[place] in _CLOSE:
            depth += 1
        elif text[place] in _OPEN:
            depth -= 1
            if depth == 0:
                return place
    return -1


def _owners(text: str) -> _Owners:
    """Read `牵头单位：A；责任单位：B；完成时限：…`, `A牵头，B按职责分工负责`, `A负责`."""
    parts = list(_PART.finditer(text))
    owners = _Owners()
    if parts and parts[0].start() == 0:
        for match, end in zip(parts, [*(p.start() for p in parts[1:]), len(text)], strict=True):
            value = text[match.end() : end].strip("；;，,。 \n")
            if DEADLINE_HEAD.search(match["label"]):
                owners.limit = value
            elif _LEADS.search(match["label"]):
                owners.lead = "、".join(x for x in (owners.lead, value) if x)
            elif not match["label"].startswith("公开"):
                owners.responsible = "、".join(x for x in (owners.responsible, value) if x)
        return owners
    if led := _LED.match(text):
        return _Owners(led["lead"], (led["others"] or "").strip("，,、"))
    if _DUTY_END.search(text[-8:]) and not read_units(re.sub(r"负责$", "", text)).doubts:
        return _Owners("", re.sub(r"负责$", "", text))
    return owners


def _without_empty(lines: list[Line]) -> list[Line]:
    """Leave out the columns in which nothing stands (second headings, limits)."""
    used = [any(line.cells[place].text for line in lines[1:]) for place in range(len(lines[0].cells))]
    used[0] = used[2] = used[4] = True
    return [
        Line([cell for cell, keep in zip(line.cells, used, strict=True) if keep], line.page, line.doubts)
        for line in lines
    ]
