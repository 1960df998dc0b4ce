"""Meanings of table columns: recognize and replace printed headings.

The reader knows the usual headings. For an unusual one (具体抓手), a clerk sets the meaning once; then
the heading is replaced by a known word before the table is read. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, NoticeDocument
from gongkai.lib.reading.tables.columns import NoticeTable, list_cell_texts, read_columns
from gongkai.lib.reading.tables.head_parts import is_helper_units_head
from gongkai.lib.reading.tables.heads import (
    DEADLINE_HEAD_PATTERN,
    PATH_HEAD,
    ColumnRole,
    TableColumn,
    is_head,
    is_head_row,
    list_possible_roles,
)
from gongkai.work.notices.importing.head_contents import HELPER, guess_heads

SECTION, ITEM, MEASURE, LEAD, RESPONSIBLE = "section", "item", "measure", "lead", "responsible"
LIMIT, PATH, OTHER = "limit", "path", "other"
# Meanings of a column, as labelled on the page.
COLUMN_MEANINGS: Mapping[str, str] = {
    SECTION: "工作任务（一级）",
    ITEM: "工作任务（二级）",
    MEASURE: "贯彻举措",
    LEAD: "牵头单位",
    RESPONSIBLE: "责任单位",
    LIMIT: "完成时限",
    PATH: "公开路径",
    OTHER: "其他栏",
}
# Meanings allowed once a table; deadlines, paths and others may repeat.
UNIQUE_MEANINGS = (SECTION, ITEM, MEASURE, LEAD, RESPONSIBLE)
# Words that the reader always recognizes.
KNOWN_WORDS: Mapping[str, str] = {
    SECTION: "工作任务",
    ITEM: "二级任务",
    MEASURE: "贯彻举措",
    LEAD: "牵头单位",
    RESPONSIBLE: "责任单位",
    LIMIT: "完成时限",
    PATH: "公开路径",
    HELPER: "配合单位",
}
# Further words for tables with several deadline or path columns.
_FURTHER_KNOWN_HEADINGS: Mapping[str, tuple[str, ...]] = {
    LIMIT: ("办理时限", "时限要求", "截止时间"),
    PATH: ("公开位置", "发布平台", "发布位置", "公开载体"),
}
# Neutral words for other columns; each printed head gets its own.
_NEUTRAL_HEADINGS = ("公开对象", "公开范围", "公开主体", "公开形式", "公开方式", "更新对象", "更新范围", "更新主体")
# Rows examined to guess the meaning of a column.
_MAX_SAMPLED_ROWS = 200
# Minimum number of heads in a head row, and maximum length of each.
_MIN_HEADS, _MAX_HEAD_CHARACTERS = 3, 16


@dataclass(frozen=True)
class TableHead:
    """A printed heading without blanks, and its meaning (a key of `COLUMN_MEANINGS`)."""

    printed: str
    meaning: str


def strip_blanks(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def find_heads(document: NoticeDocument) -> tuple[TableHead, ...]:
    """Return the headings of the first task table, from left to right; empty if there is none."""
    table = find_first_table(document)
    if table is None:
        return ()
    made: dict[str, TableHead] = {}
    for column in table.columns:
        head = strip_blanks(column.head)
        if head and head not in made:
            made[head] = TableHead(head, _find_meaning(column))
    return tuple(made.values())


def find_first_table(document: NoticeDocument) -> NoticeTable | None:
    """Return the first task table of a document, or None."""
    for block in document.blocks:
        if isinstance(block, Grid) and (table := read_columns(block)) is not None:
            return table
    return None


def _find_meaning(column: TableColumn) -> str:
    """Return the meaning of a column by the reader, else the one guessed from its heading."""
    if column.role is ColumnRole.SECTION:
        return SECTION if column.level < 2 else ITEM
    if column.role is not ColumnRole.EXTRA:
        return column.role.value
    return _guess_meaning(column.head)


def _guess_meaning(head: str) -> str:
    """Return limit or path if the heading has a word for it, else other."""
    if DEADLINE_HEAD_PATTERN.search(head):
        return LIMIT
    return PATH if PATH_HEAD.search(head) else OTHER


def is_known_head(printed_head: str) -> bool:
    """Return true if the reader recognizes a heading as a unit, task, deadline or path column."""
    return bool(
        list_possible_roles(printed_head)
        or DEADLINE_HEAD_PATTERN.search(printed_head)
        or PATH_HEAD.search(printed_head)
    )


def guess_unknown_heads(document: NoticeDocument) -> dict[str, str]:
    """Return {heading: guessed meaning} of the first header row with too few known headings for the reader.

    Empty if there is none. Such a row has at least one heading of a unit or task; a clerk confirms the guesses.
    """
    for block in (block for block in document.blocks if isinstance(block, Grid)):
        for place, line in enumerate(block.lines[:12]):
            texts = [strip_blanks(text) for text in list_cell_texts(line) if text.strip()]
            strange = [text for text in dict.fromkeys(texts) if not is_head(text)]
            short = all(len(text) <= _MAX_HEAD_CHARACTERS for text in texts)
            known = any(list_possible_roles(text) for text in texts)
            if len(set(texts)) >= _MIN_HEADS and short and known and 0 < len(strange) <= len(_NEUTRAL_HEADINGS):
                guessed = guess_heads(
                    [
                        (strip_blanks(text), _list_texts_below(block, place, n), is_head(strip_blanks(text)))
                        for n, text in enumerate(list_cell_texts(line))
                        if text.strip()
                    ],
                    (role.value for text in texts for role, _ in list_possible_roles(text)[:1]),
                )
                return {text: guessed.get(text) or _guess_meaning(text) for text in strange} | guessed
    return {}


def _list_texts_below(block: Grid, place: int, column: int) -> list[str]:
    """Return the texts of a column in the rows below the line at `place`, at most 200."""
    lines = block.lines[place + 1 : place + 1 + _MAX_SAMPLED_ROWS]
    return [line.cells[column].text for line in lines if column < len(line.cells)]


def guess_heads_by_contents(document: NoticeDocument) -> dict[str, str]:
    """Return {unknown heading: meaning} where words and cells (`head_contents`) give more than the words alone."""
    table = find_first_table(document)
    if table is None:
        return {}
    heads_with_cells = [
        (
            strip_blanks(column.head),
            [line.cells[n].text for line in table.lines[:_MAX_SAMPLED_ROWS] if n < len(line.cells)],
            is_head(strip_blanks(column.head)),
        )
        for n, column in enumerate(table.columns)
        if strip_blanks(column.head)
    ]
    known_heads = {head for head, _, sure in heads_with_cells if sure}
    taken_meanings = {
        _find_meaning(column)
        for column in table.columns
        if strip_blanks(column.head) in known_heads and not is_helper_units_head(column.head)
    }
    return {
        head: meaning
        for head, meaning in guess_heads(heads_with_cells, taken_meanings).items()
        if meaning != _guess_meaning(head)
    }


def is_repeated_head(cells: Iterable[str]) -> bool:
    """Return true if a row repeats the headings or marks a page break (转下页, 续表)."""
    texts = [strip_blanks(text) for text in cells if text.strip()]
    return bool(texts) and all(
        _PAGE_BREAK_NOTE_PATTERN.fullmatch(text) or is_head(text) or is_known_head(text) for text in texts
    )


_PAGE_BREAK_NOTE_PATTERN = re.compile(r"[（(]?(?:转|接|续|上接|下转)[上下]?(?:一?页|表)[）)]?")


def choose_replacements(heads: Mapping[str, str]) -> dict[str, str]:
    """Map each printed heading to a known word; recognized deadline and path headings stay."""
    plain = iter(_NEUTRAL_HEADINGS)
    many = {meaning: iter((KNOWN_WORDS[meaning], *further)) for meaning, further in _FURTHER_KNOWN_HEADINGS.items()}
    made = {}
    for printed, meaning in heads.items():
        if meaning in UNIQUE_MEANINGS or meaning == HELPER:
            made[printed] = KNOWN_WORDS[meaning]
        elif meaning == OTHER:
            made[printed] = next(plain, printed)
        elif not is_head(printed) or _guess_meaning(printed) != meaning:
            made[printed] = next(many[meaning], KNOWN_WORDS[meaning])
    return made


def list_column_faults(heads: Iterable[TableHead]) -> list[str]:
    """Return Chinese sentences on what is wrong with the columns of a table: missing or doubled roles."""
    meanings = [head.meaning for head in heads]
    reasons = [
        f"“{COLUMN_MEANINGS[meaning]}”只能有一栏。" for meaning in UNIQUE_MEANINGS if meanings.count(meaning) > 1
    ]
    if MEASURE not in meanings:
        reasons.append("请指明哪一栏是“贯彻举措”。")
    if LEAD not in meanings and RESPONSIBLE not in meanings:
        reasons.append("请指明哪一栏是“牵头单位”或者“责任单位”。")
    if ITEM in meanings and SECTION not in meanings:
        reasons.append("有“工作任务（二级）”的，须指明哪一栏是“工作任务（一级）”。")
    return reasons


def replace_heads(document: NoticeDocument, heads: Mapping[str, str]) -> dict[str, str]:
    """Replace printed headings of a document by known words; return the replacements made."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    there = {strip_blanks(cell.text) for grid in grids for line in grid.lines for cell in line.cells}
    replacements = choose_replacements({printed: meaning for printed, meaning in heads.items() if printed in there})
    done = set[str]()
    for grid in grids if replacements else ():
        for place, line in enumerate(grid.lines):
            next_line = grid.lines[place + 1] if place + 1 < len(grid.lines) else None
            done |= _replace_in_row(line, next_line, replacements)
    return {printed: word for printed, word in replacements.items() if printed in done}


def _replace_in_row(line: GridLine, below: GridLine | None, known_words: Mapping[str, str]) -> set[str]:
    """Replace the headings of a header row and, for two-line headings, of the row below it."""
    texts = list_cell_texts(line)
    printed = {strip_blanks(text) for text in texts}
    # A meaning printed in the same row takes precedence over a learnt one.
    mine = {
        head: word for head, word in known_words.items() if head == word or word not in printed - known_words.keys()
    }
    replaced_heads = printed & mine.keys()
    if not replaced_heads or not is_head_row([mine.get(strip_blanks(text), text) for text in texts]):
        return set()
    _replace_headings_in_line(line, mine)
    if below is not None and any(cell.state is CellState.COVERED for cell in below.cells):
        second_line = [cell.text for cell in below.cells if cell.text]
        if all(is_head(text) or strip_blanks(text) in mine for text in second_line):
            replaced_heads |= {strip_blanks(text) for text in second_line} & mine.keys()
            _replace_headings_in_line(below, mine)
    return replaced_heads


def _replace_headings_in_line(line: GridLine, known_words: Mapping[str, str]) -> None:
    """Replace the headings in the cells of a line by known words."""
    line.cells[:] = [_replace_in_cell(cell, known_words) for cell in line.cells]


def _replace_in_cell(cell: GridCell, known_words: Mapping[str, str]) -> GridCell:
    word = known_words.get(strip_blanks(cell.text)) if cell.text else None
    return replace(cell, text=word) if word else cell


def replace_heads_in_text(text: str, heads: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Replace headings that fill a cell in plain text; return (text, replacements)."""
    replacements = choose_replacements(heads)
    lines, done = [], set[str]()
    for line in text.split("\n"):
        joint = "\t" if "\t" in line else "|"
        cells = line.split(joint)
        done |= {strip_blanks(cell) for cell in cells} & replacements.keys()
        lines.append(joint.join(_replace_text_in_cell(cell, replacements.get(strip_blanks(cell))) for cell in cells))
    return "\n".join(lines), {printed: word for printed, word in replacements.items() if printed in done}


def _replace_text_in_cell(cell: str, word: str | None) -> str:
    """Return a cell with its text replaced by `word`, keeping blanks around it; unchanged without a word."""
    return cell.replace(cell.strip(), word) if word and cell.strip() else cell


def restore_heads(heads: Iterable[TableHead], printed_by_word: Mapping[str, str]) -> tuple[TableHead, ...]:
    """Return headings with the words that the file prints instead of the words put in for the reader."""
    printed = {word: head for head, word in printed_by_word.items()}
    return tuple(TableHead(printed.get(head.printed, head.printed), head.meaning) for head in heads)


def restore_extras(extras: Mapping[str, str], printed_by_word: Mapping[str, str]) -> dict[str, str]:
    """Return {printed heading: text} of a row's further columns."""
    printed = {word: head for head, word in printed_by_word.items()}
    return {printed.get(head, head): text for head, text in extras.items()}
