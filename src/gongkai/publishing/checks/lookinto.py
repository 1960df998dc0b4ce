"""Looking into an attachment in the office: text, tables, pages, without another program."""

import io
from pathlib import Path
from typing import Any

from gongkai.files.models import StoredFile
from gongkai.privacy import PrivacyError
from gongkai.publishing.checks.reading import PICTURES, with_copy, words_of
from gongkai.richtext import UnfitText, from_docx

#: What one look shows of a sheet.
ROWS, COLUMNS, SHEETS = 200, 40, 10
CHARACTERS = 60_000


def shown(stored: StoredFile, name: str) -> dict[str, Any]:
    """Return what a page shows of a file: `html`, `sheets`, `text`, `inline` (pdf, picture) or `refusal`."""
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "pdf" or suffix in PICTURES:
        return {"inline": suffix}
    try:
        if suffix == "docx":
            return {"html": _word(stored)}
        if suffix == "xlsx":
            return {"sheets": with_copy(stored, suffix, _sheets)}
        return {"text": words_of(stored, suffix)[0][:CHARACTERS]}
    except (PrivacyError, UnfitText) as refused:
        return {"refusal": f"不能预览：{refused}"}


def _word(stored: StoredFile) -> str:
    data = with_copy(stored, "docx", lambda path: path.read_bytes())
    # Pictures are left out: the file itself has them.
    return from_docx(data, lambda _bytes, _name: "").html


def _sheets(path: Path) -> list[tuple[str, list[list[str]], bool]]:
    """Sheets as (name, rows, whether there is more)."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        found = []
        for sheet in book.worksheets[:SHEETS]:
            rows = sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS, values_only=True)
            cells = [["" if value is None else str(value) for value in row] for row in rows]
            cells = [row for row in cells if any(row)]
            found.append((str(sheet.title), cells[:ROWS], len(cells) > ROWS))
        book.close()
    except Exception as error:  # openpyxl passes on whatever a damaged part makes its parsers raise
        raise UnfitText("表格已损坏或有密码") from error
    return found
