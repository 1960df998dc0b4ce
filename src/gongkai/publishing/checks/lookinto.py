"""Looking into an attachment in the office: text, tables, pages, without another program."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from gongkai.files.models import StoredFile
from gongkai.privacy import PrivacyError
from gongkai.publishing.checks.reading import PICTURES, with_copy, words_of
from gongkai.richtext import UnfitText, from_docx

#: What one look shows of a sheet.
ROWS, COLUMNS, SHEETS = 200, 40, 10
CHARACTERS = 60_000
#: A part of an office file that is larger is not searched: the file itself must be opened.
MOST_BYTES = 50_000_000


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
    data = with_copy(stored, "docx", lambda path: path.read_bytes())
    pictures: list[str] = []

    def leave_out(_bytes: bytes, name: str) -> str:
        """Pictures are left out: the file itself has them."""
        pictures.append(name)
        return ""

    return {"html": from_docx(data, leave_out).html, "cut": bool(pictures) or _holds_more(data)}


#: Parts of an office file whose content these pages do not show: drawings, charts, notes of cells, heads and feet of pages.
_ELSEWHERE = re.compile(
    r"xl/(?:drawings|charts|chartsheets|comments|threadedComments)|word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml"
)
#: A formula without the value that was computed last: here an empty cell, at the reader's a number.
_UNCOMPUTED = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v\s*/>|<v></v>)?</c>")
_WORDS = re.compile(rb"<w:t[ >]")


def _holds_more(data: bytes) -> bool:
    """Whether an office file holds something that is not shown here; then the file itself must be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for part in package.infolist():
                name = part.filename
                if part.file_size > MOST_BYTES:
                    return True
                if _ELSEWHERE.match(name) and (name.startswith("xl/") or _WORDS.search(package.read(name))):
                    return True
                if name.startswith("xl/worksheets/sheet") and _UNCOMPUTED.search(package.read(name)):
                    return True
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return True
    return False


def _sheets(path: Path) -> tuple[list[tuple[str, list[list[str]], bool]], bool]:
    """Sheets as (name, rows, whether there is more), and whether anything of the book is not among them."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        found, cut = [], len(book.worksheets) > SHEETS or _holds_more(path.read_bytes())
        for sheet in book.worksheets[:SHEETS]:
            rows = sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS + 1, values_only=True)
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
