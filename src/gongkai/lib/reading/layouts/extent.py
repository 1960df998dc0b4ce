"""Find where the tasks of a text begin and end, and score pieces against columns."""

from dataclasses import dataclass
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.disclosure_marks import SITE_FOOTER_PATTERN
from gongkai.lib.reading.document import NONE_MARKS
from gongkai.lib.reading.layouts.align import SERIAL_NUMBER_HEAD_PATTERN, is_limit, is_unit_list
from gongkai.lib.reading.layouts.labels import UnitNamingHabits
from gongkai.lib.reading.layouts.owners import is_unit_label_line, split_owners
from gongkai.lib.reading.tables.head_parts import (
    FIGURE_HEAD_PATTERN,
    is_person_head,
    is_problem_head,
    is_task_and_limit_head,
)
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN, ColumnRole, TableColumn, normalise_head
from gongkai.lib.reading.words.clauses import is_unit_clause
from gongkai.lib.reading.words.numbering import ParagraphNumber, find_number
from gongkai.lib.reading.words.unit_names import are_persons


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of text with the kinds of cell content that it resembles."""

    text: str
    number: ParagraphNumber | None
    units: bool
    limit: bool
    none: bool
    sentence: bool
    persons: bool = False
    task: bool = False  # a point that names a task, right before its units
    inner: bool = False  # numbered like a heading, but inside a measure

    @property
    def orders(self) -> bool:
        """Return true if the text orders an action rather than naming a thing."""
        return len(self.text) > 40 or "，" in self.text or "," in self.text


def make_piece(text: str) -> TextPiece:
    """Return a piece of text with the kinds of cell content that it resembles."""
    bare = "".join(text.split())
    return TextPiece(
        text,
        find_number(text),
        is_unit_list(text) or is_unit_clause(text),
        is_limit(text),
        0 < len(bare) <= 4 and set(bare) <= NONE_MARKS,
        text.rstrip().endswith(("。", "；", "）", ";")),
        are_persons(text),
    )


def score_fit(piece: TextPiece, column: TableColumn) -> float:
    """Return how well a piece fits a column; higher is better."""
    match column.role:
        case ColumnRole.SECTION:
            return _score_as_heading(piece, column.level)
        case ColumnRole.MEASURE:
            timed = piece.limit and is_task_and_limit_head(normalise_head(column.head))
            return 3.0 if timed else _score_as_measure(piece)
        case ColumnRole.LEAD | ColumnRole.RESPONSIBLE:
            return 6.0 if piece.units else 5.0 if piece.none else -8.0
        case _:
            return _score_as_other(piece, column.head)


_CHINESE_COUNT_RE = re.compile(r"[一二三四五六七八九十]{1,3}")
#: A figure that counts no rows: 0.8.
_SCORE_RE = re.compile(r"\d+\.\d+")


def _score_as_other(piece: TextPiece, head: str) -> float:
    """Score a piece as a cell of a column of problems, limits, persons, counts or facts."""
    if is_problem_head(normalise_head(head)):
        is_statement = piece.sentence or len(piece.text) >= 12
        return -4.0 if piece.units or piece.limit else 2.0 if is_statement else 0.0
    if DEADLINE_HEAD_PATTERN.search(head):
        odd = len(piece.text) <= 10 and not (piece.units or piece.sentence or piece.number)
        return 7.0 if piece.limit else 2.0 if piece.none else 0.0 if odd else -6.0
    if is_person_head(head):
        return 7.0 if piece.persons else 1.0 if piece.none else -6.0
    if SERIAL_NUMBER_HEAD_PATTERN.search(head):
        return 6.0 if piece.text.isdecimal() or _CHINESE_COUNT_RE.fullmatch(piece.text) else -8.0
    return _score_as_fact(piece, head)


def _score_as_fact(piece: TextPiece, head: str) -> float:
    """Score a piece as a cell of a column of figures or facts."""
    indicator = head.endswith("指标")
    if _SCORE_RE.fullmatch(piece.text):
        return 6.0 if FIGURE_HEAD_PATTERN.search(head) and not indicator else -6.0
    if piece.text.isdecimal():
        return 2.0 if FIGURE_HEAD_PATTERN.search(head) else -3.0
    if piece.units and indicator:
        return 0.5  # 内设机构 is a matter to be disclosed there
    return -2.0 if piece.persons or piece.units else 1.0


def _score_as_heading(piece: TextPiece, level: int) -> float:
    """Return how likely a piece is a heading of a level; negative if unlikely."""
    if piece.inner or _SCORE_RE.fullmatch(piece.text):
        return -8.0
    if piece.task:
        return 6.0 + level
    if piece.number and piece.number.depth <= 2:
        is_right_level = piece.number.depth == level or (level == 1 and piece.number.depth == 2)
        bonus = 9.0 if piece.number.depth == level else 5.0
        return (bonus if is_right_level else -6.0) - (6.0 if piece.orders else 0.0)
    is_other_kind = piece.orders or piece.units or piece.limit or piece.persons
    plain = piece.number is None and len(piece.text) <= 20 and not is_other_kind
    return 1.0 if plain and not piece.sentence else -8.0


def _score_as_measure(piece: TextPiece) -> float:
    """Score a piece as a measure."""
    if piece.none or piece.limit or piece.persons or _SCORE_RE.fullmatch(piece.text):
        return -4.0
    if piece.inner:
        return 4.0
    score = 3.0 if piece.sentence else 0.0
    score += 2.0 if len(piece.text) >= 16 else 0.0
    score += 3.0 if piece.number and piece.number.depth >= 3 else 0.0
    score -= 6.0 if piece.number and piece.number.depth <= 2 and not piece.orders else 0.0
    return score - (6.0 if piece.units else 0.0)


#: A remark after the units of a point: 要求：每月5日前更新。
REQUIREMENT_PATTERN = re.compile(r"(?:工作|具体|公开|任务|落实|质量)?(?:要求|标准|目标|成果|措施|举措)\s*[:：]")
#: Longer paragraphs are no headings.
MAX_HEADING_CHARACTERS = 45


def _is_heading(text: str) -> bool:
    number = find_number(text)
    return bool(number and number.depth <= 2 and len(text) <= MAX_HEADING_CHARACTERS)


def is_list_opening(text: str, next_text: str) -> bool:
    """Return whether a numbered paragraph is followed by deeper numbers."""
    number, next_one = find_number(text), find_number(next_text)
    return bool(number and next_one and number.depth < next_one.depth)


def has_labels_below_headings(texts: list[str]) -> bool:
    """Return whether headings are followed by their units."""
    if _labels_lead_lists(texts):
        return True
    lines_below = [texts[n + 1] for n, text in enumerate(texts[:-1]) if _is_heading(text)]
    lines_below = [text for text in lines_below if not _is_heading(text)]
    labels = sum(is_unit_label_line(text) for text in lines_below)
    pairs = [
        (line, next_line)
        for line, next_line in pairwise(texts)
        if is_unit_label_line(line) and not is_unit_label_line(next_line)
    ]
    followed = sum(not _is_heading(next_line) for _, next_line in pairs)
    return labels > 0 and labels * 5 >= len(lines_below) * 4 and followed * 2 >= len(pairs)


def _labels_lead_lists(texts: list[str]) -> bool:
    """Return true if unit labels precede lists that each begin at 1."""
    places = [n for n, text in enumerate(texts) if is_unit_label_line(text)]
    if len(places) < 2 or any(find_number(text) for text in texts[: places[0]]):
        return False
    below = [find_number(texts[n + 1]) for n in places if n + 1 < len(texts)]
    return len(below) > 1 and all(number is not None and number.value == 1 and number.depth >= 3 for number in below)


def has_labels_before_points(texts: list[str]) -> bool:
    """Return whether each unit label directly precedes a point."""
    labels = [n for n, text in enumerate(texts) if is_unit_label_line(text)]
    if len(labels) < 2 or labels[0] == 0 or labels[-1] + 1 == len(texts):
        return False
    heading = find_number(texts[labels[0] - 1])
    pairs = [(find_number(texts[n - 1]), find_number(texts[n + 1])) for n in labels]
    among = any(
        number_above and number_below and number_above.depth == number_below.depth
        for number_above, number_below in pairs
    )
    return among and all(heading and number_below and number_below.depth > heading.depth for _, number_below in pairs)


def find_heading_depths(texts: list[str], habits: UnitNamingHabits) -> list[int]:
    """Return for each paragraph the depth of the headings in its section: 1 (一、) or 2 (（一）, too)."""
    out = [2] * len(texts)
    tops = [n for n, text in enumerate(texts) if _is_top_heading(find_number(text), text)]
    for begin, end in pairwise([*tops, len(texts)]):
        deepest = 1
        for text in texts[begin + 1 : end]:
            if number := find_number(text):
                deepest = 2 if number.depth == 2 else 1
                break
            if is_unit_label_line(text) or split_owners(text, habits)[-1][1]:
                break
        out[begin:end] = [deepest] * (end - begin)
    return out


def _is_top_heading(number: ParagraphNumber | None, text: str) -> bool:
    return bool(number and number.depth == 1 and len(text) <= MAX_HEADING_CHARACTERS)


def find_tasks_start(texts: list[str], first: int) -> int:
    """Return the index of the heading that opens the tasks; `first` is the first paragraph with units."""
    start = first
    while start > 0 and is_unit_label_line(texts[start]):
        start -= 1  # labels need a text above them
    if start and not find_number(texts[start]) and (above := find_number(texts[start - 1])):
        start -= above.depth <= 3
    first = start
    depth = ((number := find_number(texts[first])) and number.depth) or 9
    for place in range(first - 1, -1, -1):
        above = find_number(texts[place])
        short = len(texts[place]) <= MAX_HEADING_CHARACTERS
        if above and above.depth < depth and short:
            start, depth = place, above.depth
        elif above is None and not short and depth <= 2:
            break
        if depth == 1:
            break
    return start


#: A day on a line of its own (2026年4月23日, 二〇二六年四月二十三日): signers are above it, no orders below.
DAY_LINE_PATTERN = re.compile(
    r"[（(]?(?:20\d\d|二[〇○0零]..)\s*年\s*[一二三四五六七八九十\d]{1,2}\s*月\s*[一二三四五六七八九十\d]{1,3}\s*日[)）]?"
)
#: 附件：1.……清单
_ATTACHMENT_LABEL_RE = re.compile(r"附\s*件\s*[:：\d一二三]")


#: 三、公开民生信息（牵头单位：…，责任单位：…）: however many units it names, it is a heading.
_BRACKET_AT_END_RE = re.compile(r"[（(【][^（()）【】]{3,200}[）)】]$")


def find_tasks_end(texts: list[str], last: int) -> int:
    """Return the index after the tasks; `last` is the last paragraph with units."""
    end = last + 1
    heading = find_number(texts[last])
    listed = heading is not None and _has_bare_sibling(texts, last, heading.depth)
    if (
        heading
        and heading.depth <= 2
        and len(_BRACKET_AT_END_RE.sub("", texts[last])) <= MAX_HEADING_CHARACTERS
        and not texts[last].endswith("。")
        and not listed
    ):
        while end < len(texts) and not (
            (next_number := find_number(texts[end])) and next_number.depth <= heading.depth
        ):
            end += 1
    while end < len(texts) and (is_unit_label_line(texts[end]) or REQUIREMENT_PATTERN.match(texts[end])):
        end += 1
    places_after_tasks = (
        n
        for n in range(last + 1, end)
        if _ATTACHMENT_LABEL_RE.match(texts[n]) or SITE_FOOTER_PATTERN.match(texts[n]) or _is_signature(texts, n)
    )
    return next(places_after_tasks, end)


def _has_bare_sibling(texts: list[str], last: int, depth: int) -> bool:
    """Return true if no text follows the heading before this one on its level."""
    heading_places = (n for n in range(last - 1, -1, -1) if (number := find_number(texts[n])) and number.depth <= depth)
    for place in heading_places:
        number = find_number(texts[place])
        if number and number.depth == depth:
            next_number = find_number(texts[place + 1])
            return next_number is not None and next_number.depth <= depth
    return False


def _is_signature(texts: list[str], place: int) -> bool:
    """Return true if a line is the day of a signature, or the short line of the office above it."""
    if DAY_LINE_PATTERN.fullmatch(texts[place]):
        return True
    next_text = texts[place + 1] if place + 1 < len(texts) else ""
    return (
        bool(DAY_LINE_PATTERN.fullmatch(next_text))
        and len(texts[place]) <= MAX_HEADING_CHARACTERS
        and not texts[place].endswith(("。", "；"))
    )
