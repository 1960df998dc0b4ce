"""Build table rows from running text: pending text, inherited units, finished lines."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.document import Block, CellState, Grid, GridCell, GridLine, Paragraph, make_cell
from gongkai.lib.reading.layouts.align import is_unit_list
from gongkai.lib.reading.layouts.labels import Owners, UnitNamingHabits, find_unread_units
from gongkai.lib.reading.layouts.owners import remove_text_label
from gongkai.lib.reading.words.numbering import ParagraphNumber, find_number

#: Message on a row with several points of which only the last names units.
OTHERS_TOO_MESSAGE = "其中几项没有另写单位，按与最后一项同一单位读取，请核对"
_COLUMN_HEADERS = ("工作任务", "工作任务", "工作举措", "牵头单位", "责任单位", "完成时限")

#: Message on a row whose units come from a sentence and no label.
FROM_A_SENTENCE_MESSAGE = "单位由正文语句推断，请核对"


@dataclass(slots=True)
class RowBuilder:
    """The table rows built so far from running text, and the text not yet assigned to a row."""

    habits: UnitNamingHabits
    above: bool = False  # lines that name units precede their tasks
    section: str = ""
    item: str = ""
    waiting: list[str] = field(default_factory=list)
    printed: tuple[str, ...] = ("", "")
    standing: dict[int, Owners] = field(default_factory=dict)  # units named at a heading, by its depth, for all below
    first_leads: bool = False  # 列第一位者为牵头单位，下同
    next: ParagraphNumber | None = None  # the number of the next paragraph that is no label
    third: str = ""  # a third heading, and how deep it is numbered
    third_depth: int = 0
    opens: bool = False  # a list of deeper numbers follows the paragraph
    cut: str = ""  # introduction of a list, which belongs to none of its points
    alone: str = ""  # a second-level heading with no text below it yet
    empty: tuple[str, int, Owners] | None = None  # heading without rows yet, depth, units
    closed: bool = False  # the last paragraph was a numbered point that named its units
    labelled: bool = False  # the text of points follows a label (具体内容：)
    facts: dict[str, str] = field(default_factory=dict)  # people named between a text and the label of its units
    stray: str = ""  # text between two points of which each names its own units
    behind: bool = False  # the previous paragraph was a label of units, or followed one
    limit: str = ""  # printed on a line of its own, above the label of the units
    unused: str = ""  # a label above the text with no text below it yet
    bare_level: int = 0  # level of an unnumbered heading with no row below it yet
    lost: str = ""  # such a heading that another of its level followed
    since: int = 0  # index of the first line below the current heading
    unnumbered: str = ""  # field of the heading that carries no number, and its words
    lines: list[GridLine] = field(default_factory=list)
    beside: list[dict[str, str]] = field(default_factory=list)  # people and facts named with each line

    def find_heading_owners(self) -> Owners:
        """Return the units that the nearest heading names."""
        return self.standing[max(self.standing)] if self.standing else Owners()


def flush_pending_text(state: RowBuilder, owners: Owners) -> None:
    """Build a row from the pending text, with the given units or those inherited from a heading."""
    if not state.waiting:
        return
    above = state.find_heading_owners()
    if owners.helps and above.lead:
        owners.lead = above.lead
    elif owners.responsible and not owners.lead and above.lead and not above.responsible:
        owners.lead = above.lead
        owners.doubts.append("牵头单位按上级标题下写明的读取，请核对")
    number = find_number(state.waiting[0])
    counted = bool(
        number and number.depth <= 2
    )  # （一）（二） below a heading that names its units are points of their own
    apart = counted and (not owners or owners is state.find_heading_owners())
    owners = owners or state.find_heading_owners()
    if owners is above:
        owners = _add_partners(state.waiting[0], above)
    apart = apart or not owners
    if state.limit:
        owners = replace(owners, limit="；".join(x for x in (state.limit, owners.limit) if x))
        state.limit = ""
    state.first_leads = state.first_leads or owners.below_too
    if state.first_leads:
        owners.let_first_lead()
    state.unused, state.bare_level = "", 0
    for text in _group_points(state.waiting) if apart else ["\n".join(state.waiting)]:
        _add_line(text, owners, state)
    state.waiting.clear()


#: `2.会同市商务局公布……` below a heading that names the unit.
_PARTNERS_AT_START_RE = re.compile(
    rf"^(?:[（(]?\d{{1,2}}[）).．、]+)?\s*(?:会同|联合|协同)(?P<who>[{HAN}、]{{3,60}}?)(?=公[布开示]|发布|开展|建立|制[定订]|编制|推进|做好|组织|完善|及时|加强|落实|定期|更新|梳理|对|在|于)"
)
#: ……补偿结果，会同征收办每季度公开一次
_PARTNERS_AFTER_COMMA_RE = re.compile(
    rf"[，,；;]\s*(?:会同|联合)(?P<who>[{HAN}、]{{3,40}}?)(?=公[布开示]|发布|开展|建立|制[定订]|编制|推进|做好|组织|完善|每[年季月周]|于\d|\d{{1,2}}月)"
)


def _add_partners(text: str, above: Owners) -> Owners:
    """Return the owners; if the text names partners (会同…), these are responsible and the units above lead."""
    match = _PARTNERS_AT_START_RE.match(text) or _PARTNERS_AFTER_COMMA_RE.search(text)
    if not match or not above.responsible or above.lead or not is_unit_list(match["who"]):
        return above
    doubt = f"“会同{match['who'][:20]}”按标题中的单位牵头、会同的为责任单位读取"
    return replace(above, lead=above.responsible, responsible=match["who"], doubts=[*above.doubts, doubt])


def _group_points(paragraphs: list[str]) -> list[str]:
    """Return the paragraphs joined so that each group begins at the first number's depth."""
    numbers = [find_number(text) for text in paragraphs]
    depth = numbers[0].depth if numbers[0] else None
    starts = [0, *(n for n, one in enumerate(numbers) if n and one and one.depth == depth)]
    return ["\n".join(paragraphs[a:b]) for a, b in pairwise([*starts, len(paragraphs)])]


def _add_line(text: str, owners: Owners, state: RowBuilder) -> None:
    """Add a row for a task with its units, and the doubts about the text around it."""
    values = (state.section, state.item, text, owners.lead, owners.responsible, owners.limit)
    line = GridLine([GridCell(text) if text else GridCell("", CellState.NONE) for text in values])
    for place in (0, 1):
        if values[place] and values[: place + 1] == state.printed[: place + 1]:
            line.cells[place] = GridCell("", CellState.COVERED)
    state.printed = values[:2]
    if state.cut:
        line.about.append(("measure", f"列项前的“{state.cut[:40]}”是总起的话，没有读入举措"))
        state.cut = ""
    if state.lost:
        line.about.append(("section", f"前面的标题“{state.lost[:30]}”之下没有文字，没有读入任务，请核对"))
        state.lost = ""
    if state.stray:
        position = (
            "印在两条写明单位的事项之间，也可能属于上一条"
            if state.closed
            else "印在写明单位的一项前面，按它的一部分读取"
        )
        line.about.append(("measure", f"“{state.stray[:30]}”{position}，请核对"))
        state.stray = ""
    if state.unnumbered:
        line.about.append(
            (state.unnumbered, f"标题“{(state.item or state.section)[:30]}”没有编号，由单独成行的短句推断，请核对")
        )
    if state.habits.each and _count_alike_numbers(text) > 1:
        line.about.append(("responsible", OTHERS_TOO_MESSAGE))
    if owners.guessed:
        line.doubts.append(FROM_A_SENTENCE_MESSAGE)
    line.about.extend((None, doubt) for doubt in owners.doubts)
    state.lines.append(line)
    third_heading = {"上级标题": state.third} if state.third else {}
    state.beside.append({**third_heading, **state.facts, **owners.beside})
    state.facts = {}


def _count_alike_numbers(text: str) -> int:
    """Return how many lines have a number of the first line's depth."""
    numbers = [find_number(line) for line in text.split("\n")]
    first = numbers[0]
    return sum(number is not None and number.depth == first.depth for number in numbers) if first else 0


def _remove_empty(lines: list[GridLine]) -> list[GridLine]:
    """Return the lines without the columns that are empty below the header; columns 1, 3 and 5 stay."""
    used = [any(line.cells[place].text for line in lines[1:]) for place in range(len(lines[0].cells))]
    used[0] = used[2] = used[4] = True
    return [
        GridLine(
            [cell for cell, keep in zip(line.cells, used, strict=True) if keep], line.page, line.doubts, line.about
        )
        for line in lines
    ]


def append_to_last_measure(text: str, state: RowBuilder) -> None:
    """Append text to the measure of the last line, whose units were printed above its text."""
    line = state.lines[-1]
    cell = line.cells[2]
    line.cells[2] = GridCell(f"{cell.text}\n{remove_text_label(text)}".strip())


def report_unused_labels(state: RowBuilder) -> None:
    """Report unit labels without text below them."""
    if state.unused and state.lines:
        state.lines[-1].about.append(("responsible", f"后面的“{state.unused[:40]}”之下没有事项，可能属于本条，请核对"))
    state.unused = ""


def report_joined_points(state: RowBuilder) -> None:
    """Report points that were joined in one row and may be separate tasks."""
    texts = [line.cells[2].text for line in state.lines]
    counts = [_count_alike_numbers(text) for text in texts]
    mostly_one = counts.count(1) * 2 >= len(counts) > 1
    for line, text, count in zip(state.lines, texts, counts, strict=True):
        if count > 1 and mostly_one and not state.habits.each:
            line.about.append(("responsible", OTHERS_TOO_MESSAGE))
        if label := find_unread_units(text):
            line.about.append((None, f"举措中的“{label[:30]}”像是写明单位，没有读入单位栏，请核对"))


def add_empty_heading(state: RowBuilder, depth: int) -> None:
    """Turn a heading without content into a row."""
    if state.empty is None or state.empty[1] < depth:
        return
    heading, depth_of_heading, owners = state.empty
    names_units = bool(owners)
    owners = owners or state.find_heading_owners()
    state.empty = None
    if not owners and depth_of_heading == 1:
        return
    old_headings = state.section, state.item
    state.section, state.item = "" if depth_of_heading == 1 else state.section, ""
    _add_line(heading, owners, state)
    if not (names_units and heading.endswith("。")):  # a sentence that says itself who does it is no heading
        state.lines[-1].about.append(("measure", "编号之下没有别的文字，按一条任务读取，请核对"))
    state.section, state.item = old_headings


def make_blocks(texts: list[str], start: int, end: int, state: RowBuilder) -> list[Block]:
    """Return the table with the text before and after it."""
    labels = list(dict.fromkeys(label for facts in state.beside for label in facts))
    head = GridLine(
        [
            GridCell(_COLUMN_HEADERS[0]),
            GridCell("", CellState.LEFT),
            *(GridCell(text) for text in (*_COLUMN_HEADERS[2:], *labels)),
        ]
    )
    for line, facts in zip(state.lines, state.beside, strict=True):
        values = [facts.get(label, "") for label in labels]
        line.cells.extend(make_cell(text) if text else GridCell("", CellState.NONE) for text in values)
    return [
        *(Paragraph(text) for text in texts[:start]),
        Grid(_remove_empty([head, *state.lines])),
        *(Paragraph(text) for text in texts[end:]),
    ]
