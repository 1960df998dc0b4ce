"""Mask CSV files; cells are searched by column, as in spreadsheets."""

import csv
import io

from gongkai.lib.confined import describe_excess
from gongkai.lib.fileformats.documents.workbooks import split_table
from gongkai.lib.privacy.files.encoding import decode_text
from gongkai.lib.privacy.files.slots import MAX_TEXT_CHARACTERS, FileMasker, SlotText
from gongkai.lib.privacy.model import PrivacyError


def _parse_rows(content: bytes) -> tuple[list[list[str]], str]:
    text = decode_text(content, "表格文件")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise PrivacyError("表格文件过长，请拆分后再处理")
    try:
        read, separator = split_table(text)
        rows = list(read)
    except csv.Error as error:
        raise PrivacyError("表格文件的格式有误，请另存为.xlsx后再处理") from error
    if words := describe_excess("sheet rows", len(rows)) or describe_excess("sheet cells", sum(map(len, rows))):
        raise PrivacyError(f"太大：{words}")
    return [[" ".join(cell.split("\n")).replace("\r", "") for cell in row] for row in rows], separator


def _collect_cells(rows: list[list[str]]) -> SlotText:
    gathered = SlotText()
    for row in rows:
        for at, cell in enumerate(row):
            gathered.add_separator("\t" if at else "")
            gathered.add(cell, lambda words, row=row, at=at: row.__setitem__(at, words))  # type: ignore[misc]
        gathered.add_separator("\n")
    return gathered


def read_csv_text(content: bytes) -> str:
    """Return the cells of a table, separated by tabs, one row a line."""
    return _collect_cells(_parse_rows(content)[0]).text


def mask_csv(content: bytes, hider: FileMasker) -> bytes:
    """Return a masked table in UTF-8 with a byte order mark, which spreadsheets need."""
    rows, separator = _parse_rows(content)
    hider.hide(_collect_cells(rows))
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
