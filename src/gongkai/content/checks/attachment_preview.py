"""Looking into an attachment in the office: text, tables, pages, without another program.

Of a Word or Excel file a page of ours is a help and never the file: fields, layers of drawings, looks of numbers, a second document inside, older and
newer forms of one thing read otherwise in the program that the reader has. So whoever signs opens the file itself (`reviewing.seeing`).
"""

import unicodedata

from gongkai.content.checks.reading import PICTURES, bytes_of, words_of
from gongkai.core.files.models import StoredFile
from gongkai.lib.fileformats.workbooks.pages import first_rows
from gongkai.lib.fileformats.workbooks.rows import Unreadable
from gongkai.lib.privacy import PrivacyError
from gongkai.lib.richtext import UnfitText, from_docx

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
            return {"sheets": first_rows(bytes_of(stored), SHEETS, ROWS, COLUMNS), "cut": True}
        text = words_of(stored, suffix)[0]
        said = _visible(text[:CHARACTERS])
        return {"text": said, "cut": len(text) > CHARACTERS or said != text}
    except (PrivacyError, UnfitText, Unreadable) as refused:
        return {"refusal": f"不能预览：{refused}"}


def _visible(text: str) -> str:
    """Return text with signs that turn or hide what stands beside them spelt out: who reads it elsewhere reads it otherwise."""
    return "".join(
        f"[U+{ord(sign):04X}]" if sign not in "\n\t" and unicodedata.category(sign) in {"Cc", "Cf"} else sign
        for sign in text.replace("\r\n", "\n")
    )


def _word(stored: StoredFile) -> dict[str, object]:
    return {"html": from_docx(bytes_of(stored), lambda _bytes, _name: "").html, "cut": True}
