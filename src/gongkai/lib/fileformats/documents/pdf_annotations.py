"""Read the words that annotations of a PDF draw on its pages: signatures, stamps, fields."""

from pypdfium2 import PdfDocument, PdfPage, raw

#: Annotations of a page that are looked at.
_MAX_ANNOTATIONS = 5_000


def list_drawn_lines(document: PdfDocument, index: int) -> list[str]:
    """Return the lines of a page (from 0) that only its annotations draw; the page in memory is changed."""
    page = document[index]
    if not _has_drawing_annotation(page):
        return []
    own_lines = set(_list_lines(page))
    flattened = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS
    page.close()
    return [line for line in _list_lines(document[index]) if line not in own_lines] if flattened else []


def _has_drawing_annotation(page: PdfPage) -> bool:
    """Return whether an annotation of a page has an appearance of its own."""
    for place in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        count = raw.FPDFAnnot_GetObjectCount(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if count > 0:
            return True
    return False


def _list_lines(page: PdfPage) -> list[str]:
    """Return the lines of a page without blank ones."""
    text_page = page.get_textpage()
    lines = text_page.get_text_range().splitlines()
    text_page.close()
    return [line.strip() for line in lines if line.strip()]
