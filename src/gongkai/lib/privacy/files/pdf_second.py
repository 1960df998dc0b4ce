"""Check with a second PDF reader that a file declares every word that it draws."""

import io
import logging
from collections import Counter
from collections.abc import Iterator

from pdfminer.high_level import extract_text
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1, stream_value
from pdfminer.psparser import LIT

from gongkai.lib.chinese.characters import is_han
from gongkai.lib.fileformats.documents.pdf_lines import remove_overprints
from gongkai.lib.fileformats.documents.pdf_pages import remove_bytes_after_end
from gongkai.lib.privacy.files.pdf_reading import PdfPage
from gongkai.lib.privacy.files.slots import normalise_words
from gongkai.lib.privacy.model import PrivacyError

# Its many warnings about fonts are not logged.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
#: Maximum levels of nested form objects that are read.
_MAX_FORM_DEPTH = 6


def extract_words(content: bytes, pages: list[int] | None = None) -> str:
    """Return the words of a PDF, or of some of its pages (from 0)."""
    return str(extract_text(io.BytesIO(content), page_numbers=pages))


def require_declared_text(content: bytes, pages: list[PdfPage]) -> None:
    """Refuse a PDF that draws other words than it declares.

    Raises:
        PrivacyError: it does, or its structure is too damaged to decide.
    """
    try:
        why = next(_list_disagreements(content, pages), "")
    except Exception as error:  # whatever the second reader stumbles over: nothing can be promised then
        raise PrivacyError("PDF文件的结构不合规范，无法核对，请换一份重新导出的PDF") from error
    if why:
        raise PrivacyError(f"{why}，机器读不准，请换一份重新导出的PDF，或人工遮盖")


def _list_disagreements(content: bytes, pages: list[PdfPage]) -> Iterator[str]:
    """Yield Chinese reasons why the visible text of pages may differ from their text layer."""
    sheets = PDFPage.create_pages(PDFDocument(PDFParser(io.BytesIO(remove_bytes_after_end(content)))))
    for number, sheet in enumerate(sheets, 1):
        unsaid = _find_undeclared_text(sheet.resources, 0)
        if unsaid:
            yield f"PDF第{number}页{unsaid}"
    for page in pages:
        if page.replaced and not _is_declared(content, page):
            yield f"PDF第{page.number + 1}页显示的文字与另行注明的文字不一致"


def _is_declared(content: bytes, page: PdfPage) -> bool:
    """Return true if a page declares the characters that it draws; bold ones may be drawn twice."""
    declared = _count_digits_and_han(page.text)
    drawn = _count_digits_and_han(extract_words(content, [page.number]))
    if declared == drawn:
        return True
    if set(declared) != set(drawn):
        return False
    import pdfplumber  # slow to load, and seldom needed

    with pdfplumber.open(io.BytesIO(content), pages=[page.number + 1]) as document:
        single = _count_digits_and_han("".join(char["text"] for char in remove_overprints(document.pages[0].chars)))
    return all(single[char] <= declared[char] <= drawn[char] for char in declared)


def _count_digits_and_han(text: str) -> Counter[str]:
    return Counter(sign for sign in normalise_words(text) if sign.isdigit() or is_han(sign))


def _find_undeclared_text(resources: object, depth: int) -> str:
    """Return a Chinese description of drawn text that the text layer lacks, or an empty string."""
    table = resolve1(resources) or {}
    for font in (resolve1(table.get("Font")) or {}).values():
        face = resolve1(font) or {}
        if face.get("Subtype") is LIT("Type3") and "ToUnicode" not in face:
            return "有一种字体没有对应的文字"
    for filling in (resolve1(table.get("Pattern")) or {}).values():
        inner = getattr(resolve1(filling), "attrs", {}).get("Resources")
        if inner is not None and (resolve1(inner) or {}).get("Font"):
            return "有填充图案里的文字"
    forms = (resolve1(table.get("XObject")) or {}).values() if depth < _MAX_FORM_DEPTH else ()
    inner_tables = (stream_value(form).attrs.get("Resources") for form in forms)
    return next(
        filter(None, (_find_undeclared_text(inner, depth + 1) for inner in inner_tables if inner is not None)), ""
    )
