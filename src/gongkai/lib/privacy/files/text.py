"""Read the text of a file for search and proofreading, in a child process (`confined`)."""

from pathlib import Path

from gongkai.lib.confined import reader
from gongkai.lib.privacy.files import archive
from gongkai.lib.privacy.files.docx import WORD_FILE_LABEL as WORD
from gongkai.lib.privacy.files.docx import read_docx_text
from gongkai.lib.privacy.files.encoding import decode_text
from gongkai.lib.privacy.files.page import read_html_text
from gongkai.lib.privacy.files.pdf import read_pdf_text
from gongkai.lib.privacy.files.table import read_csv_text
from gongkai.lib.privacy.files.xlsx import EXCEL_FILE_LABEL as EXCEL
from gongkai.lib.privacy.files.xlsx import read_xlsx_text
from gongkai.lib.privacy.model import PrivacyError


def read_file_text(path: Path) -> str:
    """Return the text of a .txt, .csv, .html, .docx, .xlsx or .pdf file.

    Raises:
        PrivacyError: another kind, unreadable, damaged or hostile.
    """
    return read_content_text(archive.read_file_bytes(path), path.suffix.lower())


@reader(PrivacyError)
def read_content_text(content: bytes, suffix: str) -> str:
    """Return the text of file content; `suffix` includes the dot.

    Raises:
        PrivacyError: as for `text_of`.
    """
    if suffix == ".docx":
        return read_docx_text(archive.read_parts(content, WORD, word=True))
    if suffix == ".xlsx":
        return read_xlsx_text(archive.read_parts(content, EXCEL, word=False))
    if suffix in (".html", ".htm"):
        return read_html_text(content)
    if suffix == ".pdf":
        return read_pdf_text(content)
    if suffix == ".csv":
        return read_csv_text(content)
    if suffix in (".txt", ".md", ""):
        return decode_text(content, "文本文件")
    raise PrivacyError(f"不支持{suffix}文件，请用 .txt .csv .html .docx .xlsx 或 .pdf")
