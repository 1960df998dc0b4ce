"""Read a notice's file in a confined process into documented JSON, text and headings."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.days import read_day
from gongkai.lib.chinese.document_numbers import iterate_numbers
from gongkai.lib.confined import reader, report_progress
from gongkai.lib.fileformats.documents.document_reader import has_binary_signature, is_mime_message
from gongkai.lib.fileformats.documents.texts import decode_text
from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.document import Grid, NoticeDocument, Paragraph, check_bound
from gongkai.lib.reading.file_conversion import LAZY_LIBRARIES, load_document
from gongkai.lib.reading.model import Notice
from gongkai.lib.reading.notice import read_loaded_document
from gongkai.lib.reading.tables.grid_normalization import merge_unit_columns
from gongkai.lib.reading.tables.heads import is_head, normalise_head
from gongkai.lib.reading.tables.regroup import regroup_tables
from gongkai.lib.typed_json import read_record, read_records, read_texts
from gongkai.work.notices.importing.head_contents import join_split_columns
from gongkai.work.notices.importing.reading_checks import check_rows_are_tasks, explain_typed_table
from gongkai.work.notices.importing.table_heads import (
    COLUMN_MEANINGS,
    KNOWN_WORDS,
    OTHER,
    TableHead,
    find_first_table,
    find_heads,
    guess_heads_by_contents,
    guess_unknown_heads,
    is_known_head,
    replace_heads,
    replace_heads_in_text,
    restore_extras,
    restore_heads,
)
from gongkai.work.notices.importing.table_repair import complete_lines

#: Number of lines searched at the top and at the foot.
_LINES_AT_TOP, _LINES_AT_FOOT = 6, 3
_DATE_PATTERN = re.compile(r"20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|20\d\d[-./]\d{1,2}[-./]\d{1,2}")
_ISSUER_PATTERN = re.compile(
    rf"(?:^|(?<=[:：\s（(，,]))(?P<name>[{HAN}][{HAN}（）]{{2,29}}?(?:办公室|办公厅|人民政府|委员会|领导小组|[局委厅]))(?=\s|$|[（()）]|[印制]发)"
)
_FRONT_PAGE_LABEL_PATTERN = re.compile(
    r"^\s*(?:(?:编制|制表|印发|发布|发文|填报)(?:单位|机关|部门)?|单位|日期|时间|(?:印发|成文|制表|发布)(?:日期|时间)|文号)\s*[:：]?\s*"
)


def fill_front_page(notice: dict[str, object], document: NoticeDocument) -> None:
    """Fill in the issuer, document number and date that the reader did not find."""
    for line in _iterate_single_lines(document):
        day = _DATE_PATTERN.search(line)
        line_without_day = _DATE_PATTERN.sub(" ", line)
        number = next((str(issue_day) for issue_day in iterate_numbers(line_without_day)), None)
        if day and not notice.get("issued_on") and _has_little_else(line, number):
            numbers = re.findall(r"\d+", day[0])
            issue_day = read_day("{}年{}月{}日".format(*numbers))
            notice["issued_on"] = issue_day.isoformat() if issue_day else None
        if number and not notice.get("doc_number") and _has_little_else(line, number):
            notice["doc_number"] = number
        issuer_match = _ISSUER_PATTERN.search(
            _FRONT_PAGE_LABEL_PATTERN.sub("", line_without_day.replace(number or "\0", " ").strip())
        )
        if issuer_match and not notice.get("issuer") and (day or number) and _has_little_else(line, number):
            notice["issuer"] = issuer_match["name"]


def _has_little_else(line: str, number: str | None) -> bool:
    """Return true if little is left of a line without its issuer, number and date."""
    rest = _DATE_PATTERN.sub("", line).replace(number or "\0", "")
    rest = _ISSUER_PATTERN.sub("", _FRONT_PAGE_LABEL_PATTERN.sub("", rest.strip()))
    return len(re.sub(rf"[^{HAN}]", "", rest)) <= 8 and not re.search(r"[。；]|前|底|截至|截止", line)


def _iterate_single_lines(document: NoticeDocument) -> Iterator[str]:
    """Yield the first and last paragraphs, and merged rows at the top and bottom of tables."""
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph) and block.text.strip()]
    yield from (*paragraphs[:_LINES_AT_TOP], *paragraphs[max(_LINES_AT_TOP, len(paragraphs) - _LINES_AT_FOOT) :])
    for block in document.blocks:
        lines = block.lines if isinstance(block, Grid) else []
        for line in (*lines[:_LINES_AT_TOP], *lines[max(_LINES_AT_TOP, len(lines) - _LINES_AT_FOOT) :]):
            texts = [cell.text.strip() for cell in line.cells if cell.text.strip()]
            if len(texts) == 1 or (
                texts and len(texts) <= 3 and _DATE_PATTERN.search(texts[-1]) and len(line.cells) > 3
            ):
                yield "  ".join(texts).replace("\n", "  ")


# Orders printed as paragraphs next to a small table must not be lost.


# Words of an order: a deadline, or something to publish.
_ORDER_WORDS_RE = re.compile(r"\d+月|[一二三四]季度|每[年季月周半]|半年|年底|工作日|公[开布示]|发布|更新|报送")
# Title, opening, date and imprint of a notice about 政务公开 have words of orders, too.
_FRONT_OR_IMPRINT_LINE_PATTERN = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?:印发)?$|的通知$|印发给你们")
_LIST_NUMBER_RE = re.compile(r"^[\s（(【●○•·—-]*(?:\d{1,3}|[一二三四五六七八九十]{1,3})?[\s.．、)）】:：]*")
# Shorter paragraphs are headings or signatures.
_MIN_ORDER_CHARACTERS = 10
# Leading characters that identify a paragraph.
_IDENTIFYING_PREFIX_CHARACTERS = 12


def remove_tables(document: NoticeDocument) -> NoticeDocument:
    """Return the document without its tables."""
    return replace(document, blocks=[block for block in document.blocks if isinstance(block, Paragraph)])


def find_unread_orders(document: NoticeDocument, notice: Mapping[str, object]) -> list[str]:
    """Return orders in paragraphs that are not in the result; `notice` is the result as JSON."""
    read = _strip_blanks(json.dumps(notice, ensure_ascii=False))
    return [
        line
        for line in find_orders(document)
        if _strip_blanks(_LIST_NUMBER_RE.sub("", line))[:_IDENTIFYING_PREFIX_CHARACTERS] not in read
    ]


def find_orders(document: NoticeDocument) -> list[str]:
    """Return the paragraphs that name a deadline or something to publish."""
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    lines = document.prose.split("\n") if document.prose else paragraphs
    return [line for line in lines if len(line) >= _MIN_ORDER_CHARACTERS and _ORDER_WORDS_RE.search(line)]


def _strip_blanks(text: str) -> str:
    return re.sub(r"[\s\\]|\\n", "", text)


_UNIT_SUFFIX = r"(?:责任)?(?:单位|部门|科室|处室|股室|机构|主体|办所|站所|科|处|方)"
_LEAD_LABEL = rf"(?:总)?(?:牵头|主办|主责)(?:{_UNIT_SUFFIX})?|谁(?:来)?牵头"
_OWNER_LABEL = (
    rf"(?:责任|承办|经办|落实|实施|承担|负责|执行|公开责任){_UNIT_SUFFIX}|承办|责任"
    r"|(?:由)?谁(?:来)?(?:办|干|做|负责|落实|主办)"
)
_UNIT_LABEL = re.compile(
    rf"(?:^[^\w（(【]*|(?<=[；;。.，,、\s　（(【\[〔）)】\]〕]))(?:(?P<lead>{_LEAD_LABEL})|(?P<owner>{_OWNER_LABEL}))\s*[:：]",
    re.MULTILINE,
)
# Only this many characters are searched for labels.
_MAX_LABEL_SEARCH_CHARACTERS = 50_000


def count_owner_labels(text: str) -> int:
    r"""Count the labels of responsible units, or of lead units if there are more; each should give a row.

    >>> count_owner_labels("公布清单。责任单位：市财政局\n公布目录。（责任单位：市教育局）")
    2
    """
    kinds = [match.lastgroup for match in _UNIT_LABEL.finditer(text[:_MAX_LABEL_SEARCH_CHARACTERS])]
    return max(kinds.count("lead"), kinds.count("owner"))


# Longest text stored for display; the file is stored completely.
MAX_TEXT_CHARACTERS = 300_000
# From this number on, tasks with named units are compared with the number of rows.
_MIN_LISTED_TASKS = 3
# Maximum number of paragraphs a task takes: text, units, deadline.
_MAX_PARAGRAPHS_PER_TASK = 3
# The field of a flag on a head.
_FIELD_BY_MEANING = {"responsible": "responsible", "helper": "responsible", "measure": "measure", "lead": "lead"}
_MARKUP_RE = re.compile(rb"<(?:!doctype|html|head|body|table|div|meta|\?xml)[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class ParsedNotice:
    """A notice as read.

    `notice` is the documented JSON, `heads` are the printed headings, `learnt` is {printed heading: word that
    replaced it for the reader}.
    """

    notice: dict[str, object]
    text: str
    heads: tuple[TableHead, ...]
    learnt: dict[str, str]


@reader(ReadingError, loads=LAZY_LIBRARIES)
def parse_notice(data: bytes, heads: Mapping[str, str]) -> ParsedNotice:
    """Read a notice; `heads` maps printed headings to meanings set by a clerk.

    Raises ReadingError, with one Chinese line, when it cannot be read.
    """
    try:
        return _parse_document(data, heads)
    except RecursionError as error:
        raise ReadingError("文件的表格嵌套过深，无法读取，请另存为.docx后再试。") from error


def _parse_document(data: bytes, heads: Mapping[str, str]) -> ParsedNotice:
    """Read a notice: repair its table, translate headings, read rows and warn.

    Raises:
        ReadingError: when no tasks can be read.
    """
    report_progress("正在打开文件", 1, 5)
    data, unsure = _fill_short_lines(data)
    document = load_document(data)
    report_progress("正在找任务分工表", 2, 5)
    regroup_tables(document)
    join_split_columns(document)
    text, used, strange = convert_document_to_text(document), dict[str, str](), dict[str, str]()
    merge_unit_columns(document)
    loaded = document
    if heads:
        document, used = _apply_heads(document, heads, data)
    document = _remove_site_footer(document)
    if find_first_table(document) is None:
        guesses = guess_unknown_heads(document)
        strange = replace_heads(document, guesses)
        used |= strange
        guessed = {head: guesses[head] for head in strange if guesses[head] != OTHER}
    else:
        guesses_by_cells = {} if document.prose else guess_heads_by_contents(document)
        guesses_by_cells = {head: meaning for head, meaning in guesses_by_cells.items() if head not in used.values()}
        replaced = replace_heads(document, guesses_by_cells)
        guessed = {head: guesses_by_cells[head] for head in replaced}
        used |= replaced
    word_by_head = used
    printed = () if document.prose else restore_heads(find_heads(document), word_by_head)
    strange = {head: word for head, word in (strange or _find_unknown_heads(printed)).items() if head not in guessed}
    report_progress("正在读举措、责任单位和时限", 3, 5)
    try:
        read = read_loaded_document(document)
    except ReadingError as error:
        raise explain_typed_table(error, text) from error
    notice = read.to_json()
    check_rows_are_tasks(read_records(notice, "rows"))
    if paragraph_reading := _read_paragraphs(document, notice, len(read.rows)):
        document, read = paragraph_reading
        notice = read.to_json()
        _add_warning(notice, "任务写在段落里，文中的表格没有读作任务，请核对表格里有没有任务。")
    check_bound("measures", len(read.rows))
    fill_front_page(notice, loaded)
    _check_labelled_tasks(notice, document.prose, len(read.rows))
    _check_joined_tasks(document, len(read.rows) + len(read.preamble_duties))
    if word_by_head:
        for row in read_records(notice, "rows"):
            row["extras"] = restore_extras(
                {head: str(cell_or_note) for head, cell_or_note in read_record(row, "extras").items()}, word_by_head
            )
    _warn_of_filled_lines(notice, unsure)
    _drop_head_warnings(notice, guessed)
    _warn_of_heads(notice, guessed, strange)
    notes = "".join(f"\n{cell_or_note}" for cell_or_note in loaded.notes)
    return ParsedNotice(notice, (text + notes)[:MAX_TEXT_CHARACTERS], tuple(printed), used)


def _warn_of_heads(notice: dict[str, object], guessed: Mapping[str, str], strange: Iterable[str]) -> None:
    """Add warnings on guessed and on unknown headings."""
    for head, meaning in guessed.items():
        words = f"表头“{head}”按“{KNOWN_WORDS.get(meaning) or COLUMN_MEANINGS[meaning]}”读取，请核对"
        _add_warning(notice, words, row=1, field=_FIELD_BY_MEANING.get(meaning, "duties"))
    if words := "、".join(f"“{head}”" for head in strange):
        _add_warning(notice, f"表头{words}不认识，请在“表头”中指明各栏的含义。")


def _fill_short_lines(data: bytes) -> tuple[bytes, list[str]]:
    """Return (plain-text table with short lines completed, cells that could go elsewhere)."""
    if b"\t" not in data or (text := _decode_plain_text(data)) is None:
        return data, []
    filled, unsure = complete_lines(text)
    return (data if filled == text else filled.encode()), unsure


def _warn_of_filled_lines(notice: dict[str, object], unsure: Iterable[str]) -> None:
    """Add a warning to rows that hold cells whose column is uncertain."""
    several = set(unsure)
    for place, row in enumerate(read_records(notice, "rows"), start=1):
        if several & {cell.strip() for cell in read_texts(read_record(row, "source"), "cells")}:
            _add_warning(notice, "这一行的格子比表头少，可以有几种对法，请核对各格有没有放错栏", row=place)


def _drop_head_warnings(notice: dict[str, object], guessed: Iterable[str]) -> None:
    """Remove the warnings on unknown headings whose meaning was guessed."""
    message_starts = tuple(f"表头“{normalise_head(head)}”不认识" for head in guessed)
    notice["warnings"] = [
        warning
        for warning in read_records(notice, "warnings")
        if not message_starts or not str(warning.get("message")).startswith(message_starts)
    ]


def _read_paragraphs(
    document: NoticeDocument, notice: dict[str, object], rows: int
) -> tuple[NoticeDocument, Notice] | None:
    """Return (document, notice) read from the paragraphs if a table has fewer tasks, else None.

    Raises ReadingError if they contain many more orders than rows but cannot be read.
    """
    if document.prose or not any(isinstance(block, Grid) for block in document.blocks):
        return None
    unread = find_unread_orders(document, notice)
    if len(unread) < _MIN_LISTED_TASKS or len(unread) <= rows:
        return None
    alone = remove_tables(document)
    try:
        read = read_loaded_document(alone)
    except ReadingError:
        read = None
    if read is not None and len(read.rows) > rows:
        return alone, read
    if len(unread) < _MAX_PARAGRAPHS_PER_TASK * rows + _MIN_LISTED_TASKS:  # A letter above a short table.
        return None
    raise ReadingError(
        f"表格里读出{rows}项任务，但文中还有{len(unread)}段像任务的文字没有读入（如“{unread[0][:20]}…”）。"
        "请把任务、责任单位、完成时限整理成一张表格后再导入。"
    )


# Footer of a saved web page; the operator is not a unit of a task.
_SITE_FOOTER_RE = re.compile(r"©|版权所有|ICP备|公网安备|网站标识码|【打印】")


def _remove_site_footer(document: NoticeDocument) -> NoticeDocument:
    """Return the document without paragraphs and lines of a web page's footer."""
    blocks = [
        block for block in document.blocks if not (isinstance(block, Paragraph) and _SITE_FOOTER_RE.search(block.text))
    ]
    if len(blocks) == len(document.blocks) and not _SITE_FOOTER_RE.search(document.prose):
        return document
    prose = "\n".join(line for line in document.prose.split("\n") if not _SITE_FOOTER_RE.search(line))
    return replace(document, blocks=blocks, prose=prose)


def _check_labelled_tasks(notice: dict[str, object], running_text: str, rows: int) -> None:
    """Warn if running text names more tasks than were read, or raise ReadingError."""
    named = count_owner_labels(running_text)
    if named < _MIN_LISTED_TASKS or rows >= named:
        return
    few = f"文中有{named}处写明责任单位，只读出{rows}项任务"
    if rows * 2 <= named:
        raise ReadingError(f"{few}，各项任务没有分开。请把任务、责任单位、完成时限整理成表格后再导入。")
    _add_warning(notice, f"{few}，可能有几项任务合在一行，请逐行核对。")


def _check_joined_tasks(document: NoticeDocument, rows: int) -> None:
    """Raise ReadingError if paragraphs contain far more orders than rows were read."""
    orders = [line for line in find_orders(document) if not _FRONT_OR_IMPRINT_LINE_PATTERN.search(line)]
    if len(orders) >= _MAX_PARAGRAPHS_PER_TASK * rows + _MIN_LISTED_TASKS:
        raise ReadingError(
            f"文中有{len(orders)}段像任务的文字（如“{orders[-1][:20]}…”），只读出{rows}项任务，各项任务没有分开。"
            "请把任务、责任单位、完成时限整理成表格后再导入。"
        )


def _add_warning(notice: dict[str, object], message: str, *, row: int | None = None, field: str | None = None) -> None:
    """Append a warning to the parsed notice."""
    warning = {"row": row, "message": message, "field": field, "alternative": None}
    notice["warnings"] = [*read_records(notice, "warnings"), warning]


def _find_unknown_heads(heads: Iterable[TableHead]) -> dict[str, str]:
    """Return {heading: meaning} of all headings that are not usual ones if one of them has no guess, else {}."""
    strange = {head.printed: head.meaning for head in heads if not is_head(head.printed)}
    return strange if any(not is_known_head(head) for head in strange) else {}


def _apply_heads(
    document: NoticeDocument, heads: Mapping[str, str], data: bytes
) -> tuple[NoticeDocument, dict[str, str]]:
    """Return (document with the headings set by a clerk, {printed heading: word that replaced it})."""
    if used := replace_heads(document, heads):
        return document, used
    if (text := _decode_plain_text(data)) is None:
        return document, {}
    changed, used = replace_heads_in_text(text, heads)
    return (load_document(changed.encode()), used) if used else (document, {})


def _decode_plain_text(data: bytes) -> str | None:
    """Return the text of a plain-text file; None for other formats."""
    if has_binary_signature(data) or is_mime_message(data) or b"%PDF-" in data[:1024] or _MARKUP_RE.search(data[:4000]):
        return None
    return decode_text(data)


def convert_document_to_text(document: NoticeDocument) -> str:
    """Return a document as text, with one line for each table row."""
    if document.prose:
        return document.prose
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += [" │ ".join(cell.text.replace("\n", " ") for cell in line.cells) for line in block.lines]
    return "\n".join(lines)
