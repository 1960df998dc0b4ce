"""Assign the cells of a row to columns by content where some cells are missing."""

from functools import lru_cache
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.tables.head_parts import is_person_head
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN, ColumnRole, TableColumn
from gongkai.lib.reading.words.clauses import is_unit_clause
from gongkai.lib.reading.words.dues import ReferenceYears, read_limit
from gongkai.lib.reading.words.numbering import find_number
from gongkai.lib.reading.words.unit_names import (
    UNIT_NAME_END_PATTERN,
    are_persons,
    is_unit_group,
    split_outside_brackets,
)
from gongkai.lib.reading.words.units import UNIT_LABEL_PATTERN

_DATE_CONTEXT = ReferenceYears(2000)
#: Score of a text in a column whose whole rows print the same.
_REPEATED_TEXT_SCORE = 8
#: Header of the column that counts the rows.
SERIAL_NUMBER_HEAD_PATTERN = re.compile(r"^序\s*号$|^编\s*号$")


def is_second_unit_labelled(rows: list[list[str]]) -> bool:
    """Return whether a labelled unit (牵头处室：财务处) follows a plain one."""
    pairs = [(up, down) for row in rows for up, down in pairwise(row)]
    return any(
        UNIT_LABEL_PATTERN.match(down) and not UNIT_LABEL_PATTERN.match(up) and is_unit_list(up) for up, down in pairs
    )


#: For each column, the texts that complete rows print in it.
ColumnTexts = list[set[str]]


def collect_column_texts(rows: list[list[str]], width: int) -> ColumnTexts:
    """Return the texts that complete rows print in each column."""
    whole = [row for row in rows if len(row) == width and all(row[1:])]
    return [{row[n] for row in whole} for n in range(width)]


def align_cells(
    cells: list[str], columns: list[TableColumn], *, second: bool = False, texts_seen: ColumnTexts | None = None
) -> tuple[list[int], bool]:
    """Return the column of each cell in order, and whether the assignment is clearly the best.

    With `second`, labelled units belong to the responsible column (`is_second_unit_labelled`); `texts_seen` are the texts
    of each column in complete rows.
    """
    scores = [
        [
            _REPEATED_TEXT_SCORE
            if texts_seen and text in texts_seen[place]
            else _score_fit(text, column, second=second)
            for place, column in enumerate(columns)
        ]
        for text in cells
    ]
    ranked = _rank_ways(scores, len(columns))
    best = ranked[0]
    sure = len(ranked) == 1 or ranked[1][0] - best[0] >= 2
    return list(best[1]), sure and all(scores[n][place] > 0 for n, place in enumerate(best[1]))


def _rank_ways(scores: list[list[int]], width: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return the best and the second best way to place cells in order, each as its negative score and its columns.

    `scores` are those of each cell in each of `width` columns. Among equal ways, the leftmost is the first.
    """
    ways: list[list[tuple[int, tuple[int, ...]]]] = [[(0, ())] for _ in range(width + 1)]
    for row in scores:
        longer: list[list[tuple[int, tuple[int, ...]]]] = [[]]
        for place, score in enumerate(row):
            placed_here = [(total - score, (*way, place)) for total, way in ways[place]]
            longer.append(sorted([*longer[place], *placed_here])[:2])
        ways = longer
    return ways[width]


def do_cells_fit_columns(cells: list[str], columns: list[TableColumn]) -> bool:
    """Return true if no cell of a complete row contradicts its column."""
    return all(
        not text or not _has_checkable_cells(column) or _score_fit(text, column, second=False) > -8
        for text, column in zip(cells, columns, strict=True)
    )


def _has_checkable_cells(column: TableColumn) -> bool:
    """Return true for columns of units, persons or counts, whose cells can be checked."""
    units = column.role in (ColumnRole.LEAD, ColumnRole.RESPONSIBLE)
    return units or is_person_head(column.head) or bool(SERIAL_NUMBER_HEAD_PATTERN.search(column.head))


def _score_fit(text: str, column: TableColumn, *, second: bool) -> int:
    """Score how well a text fits a column: 8 surely, -8 hardly; `second`: as for `align_cells`."""
    match column.role:
        case ColumnRole.SECTION:
            return _score_as_heading(text, column.level)
        case ColumnRole.MEASURE:
            return -8 if are_persons(text) or text.isdecimal() else 4 if len(text) >= 12 else 1
        case ColumnRole.LEAD | ColumnRole.RESPONSIBLE:
            return _score_as_units(text, column, second=second)
        case _:
            return _score_as_other(text, column.head)


_REMARK_HEADER_RE = re.compile(r"备\s*注|说\s*明")


def _score_as_other(text: str, head: str) -> int:
    """Score a text as a cell of a column of persons, counts, limits or remarks."""
    if is_person_head(head):
        return 7 if are_persons(text) else -8
    if SERIAL_NUMBER_HEAD_PATTERN.search(head):
        return 6 if text.isdecimal() else -10
    if DEADLINE_HEAD_PATTERN.search(head):
        return _score_as_limit(text)
    if are_persons(text) or (_ANY_DATE.match(text) and _REMARK_HEADER_RE.search(head)):
        return -2
    return 1 if is_unit_list(text) else 2 if len(text) >= 4 else 0


def _score_as_heading(text: str, level: int) -> int:
    """Score a text as a heading of a level."""
    if text.isdecimal() or are_persons(text):
        return -8
    number = find_number(text)
    if number and number.depth <= 2:
        return 8 if number.depth == level else -8
    short = len(text) <= 14 and not re.search(r"[，,。；;、：:]", text)
    return 3 if level == 3 and short and number is None and not is_limit(text) else -8


def _score_as_units(text: str, column: TableColumn, *, second: bool) -> int:
    """Score a text as leading or participating units; `second` if labels name the second column."""
    if match := UNIT_LABEL_PATTERN.match(text):
        if second:
            return 8 if column.role is ColumnRole.RESPONSIBLE else -8
        return 8 if column.role is ColumnRole.RESPONSIBLE or match["label"][:2] in column.head else 4
    if not (is_unit_list(text) or is_unit_clause(text)):
        return -8
    return 3 if column.role is ColumnRole.LEAD and is_unit_group(split_outside_brackets(text)[0].strip()) else 5


def is_unit_list(text: str) -> bool:
    """Return whether a text is a list of units and nothing else."""
    if text.endswith("。"):
        names = re.split(r"[、，,]", text[:-1])
        listed = len(names) > 1 or bool(_LOCAL_UNIT_RE.match(names[0]))
        return (
            listed and all(len(x) >= 3 and UNIT_NAME_END_PATTERN.search(x) for x in names) and is_unit_list(text[:-1])
        )
    names = [name.strip() for name in split_outside_brackets(text) if name.strip()]
    if not names or len(text) > 400 or find_number(text) or re.search(r"[。:：]", text):
        return False
    if re.search(r"[;；]", text) and not all(UNIT_NAME_END_PATTERN.search(name) for name in names):
        return False
    ended = sum(bool(UNIT_NAME_END_PATTERN.search(name)) for name in names)
    if ended * 2 < len(names) or any(_ACTIVITY_RE.search(name) for name in names):
        return False
    return all(len(name) <= 30 for name in names) and bool(UNIT_NAME_END_PATTERN.search(names[-1]))


#: Activities, which are no names: 24小时内举行新闻发布会.
_ACTIVITY_RE = re.compile(r"\d+(?:小时|次|%|％|天|日内)|举行|召开|举办|不少于|不低于|不超过")


_LOCAL_UNIT_RE = re.compile(r"(?:省|市|州|区|县|旗|各|全)\w{2,12}$")


_DATE_LIST_RE = re.compile(r"[\d年月日.．/\-—－~～至上中下旬底前季度第半\s]{3,24}")


_ANY_DATE = re.compile(r"(?:20\d\d年|\d{1,2}月)")


_HOUR_LIMIT_RE = re.compile(r"(?:提前)?\d{1,3}个?(?:小时|分钟)(?:[之以]?内|前)?")


def _score_as_limit(text: str) -> int:
    """Return how well a text fits a column of deadlines; negative if it does not."""
    if is_limit(text) or _HOUR_LIMIT_RE.fullmatch(text):
        return 7
    if re.search(r"\d", text) and _DATE_LIST_RE.fullmatch(text):
        return 6
    return -1 if _ANY_DATE.match(text) and len(text) <= 60 and read_limit(text, _DATE_CONTEXT) else -8


@lru_cache(maxsize=20_000)
def _consists_of_limits(text: str) -> bool:
    """Return true if a cell consists of time limits only."""
    dues = read_limit(text, _DATE_CONTEXT)
    return bool(dues) and not (all(due.kind == "ongoing" for due in dues) and _is_action(text, dues[0].mode or ""))


#: 做好常态化疫情防控信息发布 is to be done, and no limit.
_ACTION_WORD_RE = re.compile(r"(?:做好|推进|加强|开展|落实|完善|深化|强化|优化|建立|健全|提升|规范|组织|实施|抓好)")


def _is_action(text: str, mode: str) -> bool:
    """Return true if a text describes an action, apart from its word for ongoing duties (`mode`)."""
    return len(text) > len(mode) + 4 and (bool(_ACTION_WORD_RE.match(text)) or len(mode) * 4 < len(text))


def is_limit(text: str) -> bool:
    """Return whether a text is a short time expression and nothing else (cached)."""
    return len(text) <= 16 and _consists_of_limits(text)
