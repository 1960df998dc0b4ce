"""Whether pictures of a PDF's pages are all of it: no notes that open, no layers that are switched, no page too large to read on the screen."""

import zlib

import pypdfium2 as pdfium
from pypdfium2 import raw

from gongkai.lib.chinese import lazy_re as re

#: Points of the longer side of A2. A larger page is drawn so small that nobody reads it here.
LONGEST_SIDE = 1_700
#: Annotations that a page shows as they are, or that only lead on: links and fields of forms (PDF 32000-1, 12.5.6).
_DRAWN = frozenset([raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_WIDGET])
_LAYERS = re.compile(rb"/OCProperties|/OCGs?\b")
_PACKED = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
#: Bytes that one packed part is unpacked to at most.
_MOST = 8_000_000


def beside_pages(content: bytes) -> bool:
    """Return whether a PDF says something that pictures of its pages do not show.

    Raises:
        pdfium.PdfiumError: it does not open.
    """
    if _LAYERS.search(content) or any(_LAYERS.search(data) for data in _unpacked(content)):
        return True
    document = pdfium.PdfDocument(content)
    try:
        return any(_more(page) for page in document)
    finally:
        document.close()


def _more(page: pdfium.PdfPage) -> bool:
    if max(page.get_size()) > LONGEST_SIDE:
        return True
    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        one = raw.FPDFPage_GetAnnot(page, place)
        kind = raw.FPDFAnnot_GetSubtype(one)
        raw.FPDFPage_CloseAnnot(one)
        if kind not in _DRAWN:
            return True
    return False


def _unpacked(content: bytes) -> list[bytes]:
    """Return the objects that a PDF keeps packed (PDF 32000-1, 7.5.7)."""
    found = []
    for match in _PACKED.finditer(content):
        end = content.find(b"endstream", match.end())
        try:
            found.append(zlib.decompressobj().decompress(content[match.end() : end], _MOST))
        except zlib.error:
            continue
    return found
