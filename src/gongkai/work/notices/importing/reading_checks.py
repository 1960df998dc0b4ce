"""Detect parts of a file that were misread: typed tables, header rows. No Django here."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.tables.heads import is_head

# Longest head.
_MAX_HEAD_CHARACTERS = 8
# Minimum columns of a typed head line, and known heads among them.
_MIN_COLUMNS, _MIN_KNOWN_HEADS = 4, 2
# Fewer rows may look like heads by chance.
_MIN_HEAD_ROWS = 3


def check_rows_are_tasks(rows: Sequence[Mapping[str, object]]) -> None:
    """Raise ReadingError if a third of the rows (at least three) are headings or blank: the table was misread."""
    counts_by_text = Counter(str(row.get("measure") or "") for row in rows)
    # A short task of a unit (公租房配租结果) may read like a head; but heads repeat, tasks do not.
    misread_rows = [row for row in rows if _is_no_task(counts_by_text, row)]
    if len(misread_rows) >= _MIN_HEAD_ROWS and len(misread_rows) * 3 >= len(rows):
        names = "、".join(dict.fromkeys(f"“{row['measure']}”" for row in misread_rows if row.get("measure")))
        raise ReadingError(
            f"读出的{len(rows)}行里有{len(misread_rows)}行只是栏名或者空格{f'（{names[:60]}）' if names else ''}，表格没有读对。"
            "请整理成一张表格：第一行写栏名（工作任务、牵头单位、责任单位、完成时限、公开渠道），每项任务一行，再导入。"
        )


def _is_no_task(counts_by_text: Mapping[str, int], row: Mapping[str, object]) -> bool:
    """Return true if a row is a heading or empty, not a task."""
    text = str(row.get("measure") or "")
    words = "".join(text.split()).strip("：:。")
    owned = bool(row.get("lead") or row.get("responsible"))
    return not words or (
        len(words) <= _MAX_HEAD_CHARACTERS and is_head(words) and not (owned and counts_by_text[text] == 1)
    )


def find_typed_heads(lines: Iterable[str]) -> str:
    """Return the headings, joined by 、, of a table typed with spaces, or an empty string."""
    for line in lines:
        names = [name for name in re.split(r"[ \t　]{2,}", line.strip()) if name]
        if (
            len(names) >= _MIN_COLUMNS
            and sum(map(is_head, names)) >= _MIN_KNOWN_HEADS
            and all(len(n) <= _MAX_HEAD_CHARACTERS for n in names)
        ):
            return "、".join(names)
    return ""


def explain_typed_table(error: ReadingError, text: str) -> ReadingError:
    """Return an error with advice if the text has a table typed with spaces, else the given error."""
    heads = find_typed_heads(text.split("\n")[:60])
    if not heads:
        return error
    return ReadingError(
        f"找到一行栏名（{heads[:60]}），但各栏是用空格隔开的，折行的格子分不清属于哪一栏。"
        "请把它做成Word或者Excel表格（每栏一格，每项任务一行），或者每项任务写成“任务。牵头单位：…；配合单位：…；完成时限：…；公开渠道：…”，再导入。"
    )
