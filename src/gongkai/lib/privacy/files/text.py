"""Read the text of a file for search and proofreading, in a child process (`confined`)."""

from pathlib import Path

from gongkai.lib.confined import reader
from gongkai.lib.privacy.files import archive
from gongkai.lib.privacy.files.docx import WHAT as WORD
from gongkai.lib.privacy.files.docx import docx_text
from gongkai.lib.privacy.files.encoding import decode
from gongkai.lib.privacy.files.page import html_text
from gongkai.lib.privacy.files.pdf import pdf_text
from gongkai.lib.privacy.files.table import csv_text
from gongkai.lib.privacy.files.xlsx import WHAT as EXCEL
from gongkai.lib.privacy.files.xlsx import xlsx_text
from gongkai.lib.privacy.model import PrivacyError


def text_of(path: Path) -> str:
    """Return the text of a .txt, .csv, .html, .docx, .xlsx or .pdf file.

    Raises:
        PrivacyError: another kind, unreadable, damaged or hostile.
    """
    return text_in(archive.bytes_of(path), path.suffix.lower())


@reader(PrivacyError)
def text_in(content: bytes, suffix: str) -> str:
    """Return the text of file content; `suffix` includes the dot.

    Raises:
        PrivacyError: as for `text_of`.
    """
    if suffix == ".docx":
        return docx_text(archive.read(content, WORD, word=True))
    if suffix == ".xlsx":
        return xlsx_text(archive.read(content, EXCEL, word=False))
    if suffix in (".html", ".htm"):
        return html_text(content)
    if suffix == ".pdf":
        return pdf_text(content)
    if suffix == ".csv":
        return csv_text(content)
    if suffix in (".txt", ".md", ""):
        return decode(content, "文本文件")
    raise PrivacyError(f"不支持{suffix}文件，请用 .txt .csv .html .docx .xlsx 或 .pdf")
