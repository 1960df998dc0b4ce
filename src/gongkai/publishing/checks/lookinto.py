"""Looking into an attachment in the office: text, tables, pages, without another program."""

import io
from pathlib import Path
from typing import Any

from gongkai.files.models import StoredFile
from gongkai.privacy import PrivacyError
from gongkai.publishing.checks.reading import PICTURES, with_copy, words_of
from gongkai.publishing.checks.whole import sheets_shown, word_shown
from gongkai.richtext import UnfitText, from_docx, plain

#: What one look shows of a sheet.
ROWS, COLUMNS, SHEETS = 200, 40, 10
CHARACTERS = 60_000


def shown(stored: StoredFile, name: str) -> dict[str, Any]:
    """Return what a page shows of a file: `html`, `sheets`, `text`, `inline` (pdf, picture) or `refusal`; `cut` where that is not all of it."""
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "pdf" or suffix in PICTURES:
        return {"inline": suffix}
    try:
        if suffix == "docx":
            return _word(stored)
        if suffix == "xlsx":
            sheets, cut = with_copy(stored, suffix, _sheets)
            return {"sheets": sheets, "cut": cut}
        text = words_of(stored, suffix)[0]
        return {"text": text[:CHARACTERS], "cut": len(text) > CHARACTERS}
    except (PrivacyError, UnfitText) as refused:
        return {"refusal": f"不能预览：{refused}"}


def _word(stored: StoredFile) -> dict[str, Any]:
    def work(path: Path) -> dict[str, Any]:
        pictures: list[str] = []

        def leave_out(_bytes: bytes, name: str) -> str:
            """Pictures are left out: the file itself has them."""
            pictures.append(name)
            return ""

        html = from_docx(path.read_bytes(), leave_out).html
        return {"html": html, "cut": bool(pictures) or not word_shown(path, plain(html))}

    return with_copy(stored, "docx", work)


def _sheets(path: Path) -> tuple[list[tuple[str, list[list[str]], bool]], bool]:
    """Sheets as (name, rows, whether there is more), and whether anything of the book is not among them."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        found, cut = [], len(book.sheetnames) > SHEETS or not sheets_shown(path)
        for sheet in book.worksheets[:SHEETS]:
            sheet.reset_dimensions()  # what the file says of its size is believed of nobody
            rows = sheet.iter_rows(max_row=ROWS + 1, values_only=True)
            cells = [["" if value is None else str(value) for value in row] for row in rows]
            cut = cut or len(cells) > ROWS or any(any(row[COLUMNS:]) for row in cells)
            wide = min(
                max((n + 1 for row in cells for n, text in enumerate(row) if text), default=0), COLUMNS
            )
            cells = [row[:wide] for row in cells if any(row)]
            found.append((str(sheet.title), cells[:ROWS], len(cells) > ROWS))
        book.close()
    except Exception as error:  # openpyxl passes on whatever a damaged part makes its parsers raise
        raise UnfitText("表格已损坏或有密码") from error
    return found, cut
