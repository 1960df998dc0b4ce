"""Read a notice: its tables, tasks, units, duties and time limits."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.reading.characters import restore_notice, simplify_document
from gongkai.lib.reading.document import CellState, Grid, NoticeDocument, Paragraph
from gongkai.lib.reading.file_conversion import LAZY_LIBRARIES, load_document
from gongkai.lib.reading.front_matter import FrontMatter, read_front, read_preamble_duties
from gongkai.lib.reading.layouts.align import is_unit_list
from gongkai.lib.reading.layouts.plain_text import read_blocks
from gongkai.lib.reading.model import Notice, NoticeRow, ReadingError, ReadingWarning
from gongkai.lib.reading.tables.build import build_row
from gongkai.lib.reading.tables.columns import DITTO_PATTERN, NoticeTable, read_columns, split_combined_head
from gongkai.lib.reading.tables.grid_normalization import (
    is_table_head,
    is_tick_mark,
    make_plain_grid,
    merge_unit_columns,
)
from gongkai.lib.reading.tables.heads import ColumnRole, TableColumn, is_head, normalise_head
from gongkai.lib.reading.tables.pages import flag_restarts, flag_unfinished, join_pages
from gongkai.lib.reading.tables.rows import CarriedState, RowDraft, read_lines
from gongkai.lib.reading.words.duties import MAX_CELL_CHARACTERS, ReadingContext
from gongkai.lib.reading.words.numbering import find_number, remove_number
from gongkai.lib.reading.words.paths import survey_paths
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS
from gongkai.lib.reading.words.units import is_first_leading

_MAX_SHOWN_CHARACTERS = 60
#: A count in front of a row or a heading is no text that could be lost.
_LEADING_COUNT_RE = re.compile(r"[一二三四五六七八九十]{1,3}|\d{1,3}")


#: A note on how to read the table; the import asks about each of its sentences that no row uses.
NOTE_PATTERN = re.compile(r"\W*(?:表?注|备注|(?:填[表写])?说明)\s*[:：]")


def find_lost_text(
    document: NoticeDocument, rows: list[NoticeRow], front: FrontMatter, texts_read: list[str]
) -> list[ReadingWarning]:
    """Return warnings for printed text that is in no row, `front` or `texts_read`."""
    warnings: list[ReadingWarning] = []
    if unread := [text for text in front.unread if not NOTE_PATTERN.match(text)]:
        shown = "；".join(_shorten_text(text) for text in unread[:8])
        warnings.append(ReadingWarning(None, f"表外有{len(unread)}段文字未读入任务：{shown}"))
    return warnings + _find_lost_cells(document, rows, front, texts_read)


#: A label of a task on a line of its own, for example 工作任务：… or 责任人：….
_TASK_LABEL_RE = re.compile(
    rf"\W*(?:序号|[^\W\d]{{0,6}}(?:任务|举措|措施|指标)|{LABEL_OF_UNITS}|(?:责任|负责)人)\s*[:：]"
)


def find_missed_tasks(before: list[str], first: NoticeRow) -> list[ReadingWarning]:
    """Return a warning if paragraphs before the first row are probably unread tasks.

    Such a paragraph has the number right before one of the first row, names only units, or begins with the label of a task.
    """
    numbers = {find_number(text) for text in (first.item, first.measure)}
    following = {(number.depth, number.value) for number in numbers if number and number.depth >= 2}
    missed = [text.strip() for text in before if _is_task(text.strip(), following)]
    if not missed:
        return []
    shown = "；".join(_shorten_text(text) for text in missed[:8])
    return [ReadingWarning(None, f"第一项任务之前有{len(missed)}段像是任务的文字没有读入，请核对：{shown}")]


def _is_task(text: str, following: set[tuple[int, int]]) -> bool:
    """Return true if a text is a task, by its number, units or label."""
    number = find_number(text)
    if number and ((number.depth, number.value + 1) in following or is_unit_list(remove_number(text))):
        return True
    return bool(_TASK_LABEL_RE.match(text))


def _find_lost_cells(
    document: NoticeDocument, rows: list[NoticeRow], front: FrontMatter, read: list[str]
) -> list[ReadingWarning]:
    """Return at most 50 warnings for cells of tables whose text is in no row and not in `read`."""
    used_texts = {strip_spaces(cell) for row in rows for cell in row.source.cells} | {
        strip_spaces(text) for text in read
    }
    used_text = "\x00".join((*used_texts, *(strip_spaces(text) for text in front.unread), strip_spaces(front.title)))
    headings = {strip_spaces(x) for row in rows for x in (row.section, row.item, *row.extras.values())}
    headings |= {
        bracket_text
        for row in rows
        for head in row.extras
        for bracket_text in re.findall(r"（([^（）]+)）$", strip_spaces(head))
    }
    warnings = []
    for block in document.blocks:
        if not isinstance(block, Grid):
            continue
        for line in block.lines:
            if is_table_head([cell.text for cell in line.cells]):
                continue
            for cell in line.cells:
                text = strip_spaces(cell.text)
                if (
                    text
                    and not is_tick_mark(text)
                    and not _LEADING_COUNT_RE.fullmatch(text)
                    and not DITTO_PATTERN.fullmatch(text)
                    and not is_head(text)
                    and cell.state is not CellState.NONE
                    and not split_combined_head(text)
                    and text not in used_text
                    and text not in headings
                    and not _contains_in_parts(cell.text, used_text, headings)
                ):
                    warnings.append(ReadingWarning(None, f"表中文字未读入任务：{_shorten_text(cell.text)}"))
    return warnings[:50]


def _contains_in_parts(text: str, whole: str, headings: set[str]) -> bool:
    """Return whether each part of the text is in `whole` or is a heading."""
    cuts = r"[\n，,；;（）()]" if len(text) <= _MAX_SHOWN_CHARACTERS else "\n"
    parts = [strip_spaces(part) for part in re.split(cuts, text) if part.strip()]
    return all(part in whole or part in headings or part.rstrip("。") in whole for part in parts)


def strip_spaces(text: str) -> str:
    """Return the text without spaces."""
    return "".join(text.split())


def _shorten_text(text: str) -> str:
    text = strip_spaces(text)
    return text if len(text) <= _MAX_SHOWN_CHARACTERS else text[:_MAX_SHOWN_CHARACTERS] + "……"


def read_notice(source: str | Path | bytes) -> Notice:
    """Read a notice in this process; use `read_bytes` for files from elsewhere.

    Args:
        source: a path, or the bytes of the file.

    Raises:
        ReadingError: with one Chinese line on the remedy.
    """
    data = source if isinstance(source, bytes) else read_file_bytes(Path(source))
    return read_bytes.here(data)


def read_file_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        ReadingError: it cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadingError(f"打不开文件“{path.name}”，请检查路径和权限。") from error


@reader(ReadingError, loads=LAZY_LIBRARIES)
def read_bytes(data: bytes) -> Notice:
    """Read a notice in a child process (`confined`).

    Raises:
        ReadingError: as for `read_notice`.
    """
    try:
        return read_loaded_document(load_document(data))
    except RecursionError as error:
        raise ReadingError("文件的表格嵌套过深，无法读取，请另存为.docx后再试。") from error


def read_loaded_document(document: NoticeDocument) -> Notice:
    """Read a document as a notice; without a table of tasks, as plain text."""
    simple, printed = simplify_document(document)
    merge_unit_columns(simple)
    try:
        notice = read_blocks_of_document(simple)
    except ReadingError:
        text = "\n".join(_list_texts(simple))
        again = read_blocks(text)
        if not any(isinstance(block, Grid) for block in again.blocks):
            raise
        notice = read_blocks_of_document(replace(again, doubts=simple.doubts, unread=simple.unread))
    return restore_notice(notice, printed)


def _list_texts(document: NoticeDocument) -> Iterator[str]:
    for block in document.blocks:
        yield from [block.text] if isinstance(block, Paragraph) else _grid_to_paragraphs(block)


def read_blocks_of_document(document: NoticeDocument) -> Notice:
    """Read the blocks of a simplified document (ReadingError: no tasks)."""
    tables, texts_before, texts_after = _split_tables(document)
    leftovers: list[str] = []
    drafts: list[RowDraft] = []
    carry = CarriedState()
    for place, table in enumerate(tables):
        if place and not table.headings and _is_separate_table(tables[place - 1], table):
            carry = CarriedState()
        drafts.extend(read_lines(table, leftovers, carry))
    drafts = join_pages(drafts, merges_marked=all(table.exact for table in tables))
    flag_restarts(drafts)
    flag_unfinished(drafts)
    if not drafts:
        raise ReadingError(
            document.unread or "没有找到任务表：表头要有“工作任务”“责任单位”，写法不同的请改成这样再导入。"
        )
    front = read_front(texts_before, [*leftovers, *texts_after])
    texts = [
        *texts_before,
        *leftovers,
        *texts_after,
        *(draft.measure for draft in drafts),
        *(x for d in drafts for x in d.extras.values()),
    ]
    notes = [*front.told, *_infer_year_from_deadlines(front, drafts)]
    context = ReadingContext(
        front.reference_years, survey_paths([text for text in texts if len(text) <= MAX_CELL_CHARACTERS])
    )
    rows: list[NoticeRow] = []
    warnings: list[ReadingWarning] = [ReadingWarning(None, doubt) for doubt in document.doubts]
    warnings.extend(ReadingWarning(None, text) for text in notes)
    columns = tables[0].columns
    first_leads = is_first_leading([*texts_before, *(column.head for column in columns), *texts_after])
    if first_leads:
        warnings.append(ReadingWarning(None, "通知写明排在第一位的为牵头单位，没有另写牵头的各行已按此读取"))
    for number, draft in enumerate(drafts, 1):
        row, doubts = build_row(number, draft, context, first_leads=first_leads)
        rows.append(row)
        warnings.extend(doubts)
    preamble = read_preamble_duties(front, texts_before, context)
    preamble_doubts = dict.fromkeys(duty.due.doubt for duty in preamble if duty.due and duty.due.doubt)
    warnings.extend(ReadingWarning(None, f"通知正文：{doubt}") for doubt in preamble_doubts)
    warnings.extend(find_missed_tasks(texts_before, rows[0]))
    warnings.extend(find_lost_text(document, rows, front, [*texts_before, *leftovers]))
    return Notice(
        title=front.title,
        doc_number=front.doc_number,
        issuer=front.issuer,
        issued_on=front.issued_on,
        status=front.status,
        public_mark=front.public_mark,
        attachments=front.attachments,
        basis=front.basis,
        rows=tuple(rows),
        preamble_duties=preamble,
        warnings=tuple(warnings),
    )


def _is_separate_table(above: NoticeTable, table: NoticeTable) -> bool:
    """Return whether a table has other heads than the one above, and no section."""
    heads, previous_heads = (
        {normalise_head(column.head) for column in notice_table.columns} for notice_table in (table, above)
    )
    return heads != previous_heads and not any(column.role is ColumnRole.SECTION for column in table.columns)


_YEAR_IN_DEADLINE_RE = re.compile(r"(20\d\d)年(?=\d{1,2}月|年?[底末内]|第?[一二三四1-4]季度|[上下]半年)")


def _infer_year_from_deadlines(front: FrontMatter, drafts: list[RowDraft]) -> list[str]:
    """Set a missing `front.year` to the only year in the deadlines; return a Chinese note."""
    if front.year is not None:
        return []
    years = {
        year
        for draft in drafts
        for text in (draft.measure, *draft.extras.values())
        for year in _YEAR_IN_DEADLINE_RE.findall(text[:MAX_CELL_CHARACTERS])
    }
    if len(years) != 1:
        return []
    front.year = int(years.pop())
    return [f"没有读到印发日期和年度，没有写年份的时限按任务中写明的{front.year}年读取，请核对"]


def _split_tables(document: NoticeDocument) -> tuple[list[NoticeTable], list[str], list[str]]:
    """Return (tables, texts before the first, texts after it) of a document."""
    tables: list[NoticeTable] = []
    texts_before: list[str] = []
    texts_after: list[str] = []
    columns: list[TableColumn] | None = None
    for block in document.blocks:
        texts = texts_after if tables else texts_before
        if isinstance(block, Paragraph):
            texts.append(block.text)
            continue
        grid = make_plain_grid(block)
        table = read_columns(grid, columns)
        if table is None:
            texts.extend(_grid_to_paragraphs(grid))
            continue
        while texts and _is_heading(texts[-1]):
            table.headings.insert(0, texts.pop().strip())
        texts_before.extend(cell.text for line in table.above for cell in line.cells if cell.text and not tables)
        tables.append(table)
        columns = table.columns
    return tables, texts_before, texts_after


def _is_heading(text: str) -> bool:
    number = find_number(text)
    return bool(number and number.depth <= 2) and len(text.strip()) <= 45 and not re.search(r"[，；：]|。.", text)


def _grid_to_paragraphs(grid: Grid) -> list[str]:
    return [part for line in grid.lines for cell in line.cells for part in cell.text.split("\n") if part]
