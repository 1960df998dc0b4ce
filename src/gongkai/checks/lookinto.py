"""Looking into an attachment in the office: text, tables, pages, without another program.

Of a Word or Excel file a page of ours is a help and never the file: fields, layers of drawings, looks of numbers, a second document inside, older and
newer forms of one thing read otherwise in the program that the reader has. So whoever signs opens the file itself (`reviewing.seeing`).
"""

import io
import unicodedata
from pathlib import Path

from gongkai.checks.reading import PICTURES, with_copy, words_of
from gongkai.files.models import StoredFile
from gongkai.privacy import PrivacyError
from gongkai.richtext import UnfitText, from_docx

#: What one look shows of a sheet.
ROWS, COLUMNS, SHEETS = 200, 40, 10
CHARACTERS = 60_000


def shown(stored: StoredFile, name: str) -> dict[str, object]:
    """Return what a page shows of a file: `html`, `sheets`, `text`, `inline` or `refusal`; `cut`: the file itself must be opened."""
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "pdf" or suffix in PICTURES:
        return {"inline": suffix}
    try:
        if suffix == "docx":
            return _word(stored)
        if suffix == "xlsx":
            return {"sheets": with_copy(stored, suffix, _sheets), "cut": True}
        text = words_of(stored, suffix)[0]
        said = _visible(text[:CHARACTERS])
        return {"text": said, "cut": len(text) > CHARACTERS or said != text}
    except (PrivacyError, UnfitText) as refused:
        return {"refusal": f"不能预览：{refused}"}


def _visible(text: str) -> str:
    """Return text with signs that turn or hide what stands beside them spelt out: who reads it elsewhere reads it otherwise."""
    return "".join(
        f"[U+{ord(sign):04X}]" if sign not in "\n\t" and unicodedata.category(sign) in {"Cc", "Cf"} else sign
        for sign in text.replace("\r\n", "\n")
    )


def _word(stored: StoredFile) -> dict[str, object]:
    data = with_copy(stored, "docx", lambda path: path.read_bytes())
    return {"html": from_docx(data, lambda _bytes, _name: "").html, "cut": True}


def _sheets(path: Path) -> list[tuple[str, list[list[str]], bool]]:
    """Sheets as (name, rows, whether there is more)."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        found = []
        for sheet in book.worksheets[:SHEETS]:
            sheet.reset_dimensions()  # what the file says of its size is believed of nobody
            rows = sheet.iter_rows(max_row=ROWS + 1, values_only=True)
            cells = [["" if value is None else str(value) for value in row] for row in rows]
            wide = min(
                max((n + 1 for row in cells for n, text in enumerate(row) if text), default=0), COLUMNS
            )
            cells = [row[:wide] for row in cells if any(row)]
            found.append((str(sheet.title), cells[:ROWS], len(cells) > ROWS))
        book.close()
    except Exception as error:  # openpyxl passes on whatever a damaged part makes its parsers raise
        raise UnfitText("表格已损坏或有密码") from error
    return found
