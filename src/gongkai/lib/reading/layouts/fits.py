"""Score how well a piece of text fits a column, by its appearance."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import NONE_MARKS
from gongkai.lib.reading.layouts.align import COUNT_HEAD_PATTERN, is_limit, is_units
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
class Piece:
    """A piece of text, and which kinds of cell content it looks like."""

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
        """Return true if the text orders something rather than naming it."""
        return len(self.text) > 40 or "，" in self.text or "," in self.text


def make_piece(text: str) -> Piece:
    """Return the appearance of a piece of text."""
    bare = "".join(text.split())
    return Piece(
        text,
        find_number(text),
        is_units(text) or is_unit_clause(text),
        is_limit(text),
        0 < len(bare) <= 4 and set(bare) <= NONE_MARKS,
        text.rstrip().endswith(("。", "；", "）", ";")),
        are_persons(text),
    )


def score_fit(piece: Piece, column: TableColumn) -> float:
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


_CHINESE_COUNT = re.compile(r"[一二三四五六七八九十]{1,3}")
#: A figure that counts no rows: 0.8.
_SCORE = re.compile(r"\d+\.\d+")


def _score_as_other(piece: Piece, head: str) -> float:
    if is_problem_head(normalise_head(head)):
        said = piece.sentence or len(piece.text) >= 12
        return -4.0 if piece.units or piece.limit else 2.0 if said else 0.0
    if DEADLINE_HEAD_PATTERN.search(head):
        odd = len(piece.text) <= 10 and not (piece.units or piece.sentence or piece.number)
        return 7.0 if piece.limit else 2.0 if piece.none else 0.0 if odd else -6.0
    if is_person_head(head):
        return 7.0 if piece.persons else 1.0 if piece.none else -6.0
    if COUNT_HEAD_PATTERN.search(head):
        return 6.0 if piece.text.isdecimal() or _CHINESE_COUNT.fullmatch(piece.text) else -8.0
    return _score_as_fact(piece, head)


def _score_as_fact(piece: Piece, head: str) -> float:
    indicator = head.endswith("指标")
    if _SCORE.fullmatch(piece.text):
        return 6.0 if FIGURE_HEAD_PATTERN.search(head) and not indicator else -6.0
    if piece.text.isdecimal():
        return 2.0 if FIGURE_HEAD_PATTERN.search(head) else -3.0
    if piece.units and indicator:
        return 0.5  # 内设机构 is a matter to be disclosed there
    return -2.0 if piece.persons or piece.units else 1.0


def _score_as_heading(piece: Piece, level: int) -> float:
    if piece.inner or _SCORE.fullmatch(piece.text):
        return -8.0
    if piece.task:
        return 6.0 + level
    if piece.number and piece.number.depth <= 2:
        right = piece.number.depth == level or (level == 1 and piece.number.depth == 2)
        bonus = 9.0 if piece.number.depth == level else 5.0
        return (bonus if right else -6.0) - (6.0 if piece.orders else 0.0)
    other = piece.orders or piece.units or piece.limit or piece.persons
    plain = piece.number is None and len(piece.text) <= 20 and not other
    return 1.0 if plain and not piece.sentence else -8.0


def _score_as_measure(piece: Piece) -> float:
    if piece.none or piece.limit or piece.persons or _SCORE.fullmatch(piece.text):
        return -4.0
    if piece.inner:
        return 4.0
    score = 3.0 if piece.sentence else 0.0
    score += 2.0 if len(piece.text) >= 16 else 0.0
    score += 3.0 if piece.number and piece.number.depth >= 3 else 0.0
    score -= 6.0 if piece.number and piece.number.depth <= 2 and not piece.orders else 0.0
    return score - (6.0 if piece.units else 0.0)
