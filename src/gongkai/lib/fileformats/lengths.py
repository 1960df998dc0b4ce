"""How long the tables of a file are, counted in a child."""

import csv
import io
import re
import zipfile

from gongkai.lib.confined import BOUNDS, over, reader
from gongkai.lib.fileformats.workbooks.rows import LOADS, Unreadable, check_zip

_WORD_ROW = re.compile(rb"<w:tr[ >]")


@reader(Unreadable, loads=LOADS)
def longest_table(data: bytes, suffix: str) -> int:
    """Return the rows of the longest page of a .xlsx, of a .csv, or of all tables of a .docx.

    Raises:
        Unreadable: damaged, or more than is taken.
    """
    try:
        return {"xlsx": _sheet_rows, "csv": _csv_rows, "docx": _word_rows}[suffix](data)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a library's many ways to fail on a damaged file
        raise Unreadable("文件已损坏或有密码，请用办公软件另存为新文件后再试") from error


def _sheet_rows(data: bytes) -> int:
    from openpyxl import load_workbook

    check_zip(data)
    longest = 0
    for sheet in load_workbook(io.BytesIO(data), read_only=True, data_only=True):
        count = sum(1 for row in sheet.iter_rows(values_only=True) if any(c is not None for c in row))
        longest = max(longest, count)
    return longest


def _csv_rows(data: bytes) -> int:
    return sum(1 for row in csv.reader(io.StringIO(data.decode("utf-8", "replace"))) if any(row))


def _word_rows(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open("word/document.xml") as part:
        words = part.read(BOUNDS["part"].most + 1)
    if line := over("part", len(words)):
        raise Unreadable(line)
    return len(_WORD_ROW.findall(words))
