"""Mask CSV files; cells are searched by column, as in spreadsheets."""

import csv
import io

from gongkai.lib.privacy.files.encoding import decode
from gongkai.lib.privacy.files.slots import MAX_CHARS, Gathered, Hider
from gongkai.lib.privacy.model import PrivacyError

_SEPARATORS = ",\t;；，|"


def _rows(content: bytes) -> tuple[list[list[str]], str]:
    text = decode(content, "表格文件").lstrip("\ufeff")
    if len(text) > MAX_CHARS:
        raise PrivacyError("表格文件过长，请拆分后再处理")
    first = text.lstrip("\r\n").splitlines()[:1]
    separator = max(_SEPARATORS, key=first[0].count) if first else ","
    csv.field_size_limit(MAX_CHARS)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise PrivacyError("表格文件的格式有误，请另存为.xlsx后再处理") from error
    return [[" ".join(cell.split("\n")).replace("\r", "") for cell in row] for row in rows], separator


def _gather(rows: list[list[str]]) -> Gathered:
    gathered = Gathered()
    for row in rows:
        for at, cell in enumerate(row):
            gathered.gap("\t" if at else "")
            gathered.add(cell, lambda words, row=row, at=at: row.__setitem__(at, words))  # type: ignore[misc]
        gathered.gap("\n")
    return gathered


def csv_text(content: bytes) -> str:
    """Return the cells of a table, separated by tabs, one row a line."""
    return _gather(_rows(content)[0]).text


def mask_csv(content: bytes, hider: Hider) -> bytes:
    """Return a masked table in UTF-8 with a byte order mark, which spreadsheets need."""
    rows, separator = _rows(content)
    hider.hide(_gather(rows))
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
