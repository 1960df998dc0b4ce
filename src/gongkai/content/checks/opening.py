"""Attachments as a child opens them (`confined`): words, what stands beside them, pages. No Django here."""

import io

import pypdfium2 as pdfium

from gongkai.content.checks.embedded_content import Inside, inside
from gongkai.content.checks.pages import beside_pages
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.privacy import PrivacyError
from gongkai.lib.privacy.files.hidden_text import hidden_in
from gongkai.lib.privacy.files.text import text_in

_BLANK = re.compile(r"\s+")
BROKEN = "文件损坏或格式不符，读不出文字"


@reader(PrivacyError)
def words_in(data: bytes, suffix: str) -> tuple[str, list[int]]:
    """Return the text of a file, and for a PDF the offset at which each page begins; `suffix` without its dot.

    Raises:
        PrivacyError: no machine reads it; the message says why.
    """
    try:
        text = text_in.here(data, f".{suffix}")
        return text, _page_starts(data, text) if suffix == "pdf" else []
    except pdfium.PdfiumError as error:
        raise PrivacyError(BROKEN) from error


@reader(PrivacyError)
def beside_in(data: bytes, suffix: str) -> tuple[str, Inside]:
    """Return the words of a file that no page of it shows, and what stands in it that no machine reads.

    Raises:
        PrivacyError: no machine reads it.
    """
    return hidden_in.here(data, f".{suffix}"), inside(data, suffix)


@reader(PrivacyError)
def count_pages(data: bytes, whole: bool) -> int:
    """Return how many pages a PDF has; with `whole` 0 where it says more than pictures of its pages do (`beside_pages`).

    Raises:
        PrivacyError: it does not open.
    """
    try:
        if whole and beside_pages(data):
            return 0
        document = pdfium.PdfDocument(data)
        count = len(document)
        if count:
            document[0].close()
        document.close()
    except pdfium.PdfiumError as error:
        raise PrivacyError("这个 PDF 打不开") from error
    return count


@reader(PrivacyError)
def draw_page(data: bytes, number: int) -> bytes:
    """Return one page of a PDF as a PNG (number from 1); empty where it has no such page.

    Raises:
        PrivacyError: it does not open.
    """
    try:
        document = pdfium.PdfDocument(data)
        document.init_forms()  # else what stands in the fields of a form is not drawn
        if not 1 <= number <= len(document):
            return b""
        buffer = io.BytesIO()
        picture = document[number - 1].render(scale=1.2, may_draw_forms=True).to_pil()
        picture.save(buffer, "PNG", optimize=False)
        return buffer.getvalue()
    except pdfium.PdfiumError as error:
        raise PrivacyError("这个 PDF 打不开") from error


def _page_starts(data: bytes, text: str) -> list[int]:
    """Return where each page begins: pages hold as many printed characters as the text layer says."""
    starts, at = [], 0
    printed = [place for place, sign in enumerate(text) if not sign.isspace()]
    document = pdfium.PdfDocument(data)
    for page in document:
        starts.append(printed[at] if at < len(printed) else len(text))
        layer = page.get_textpage()
        at += len(_BLANK.sub("", layer.get_text_bounded()))
        layer.close()
        page.close()
    return starts
