"""Interpret the pages of a PDF within bounds: characters with the marks that decide about them."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

from gongkai.lib.fileformats.documents.model import UnreadFile, refuse_over
from gongkai.lib.fileformats.documents.packages import LOCKED

if TYPE_CHECKING:
    from pdfminer.pdfcolor import PDFColorSpace
    from pdfminer.pdfdevice import PDFTextSeq
    from pdfminer.pdffont import PDFFont
    from pdfminer.pdfinterp import PDFGraphicState, PDFStackT, PDFTextState
    from pdfminer.utils import Matrix, Rect

#: Levels of a page tree; programs write three.
MAX_LEVELS = 100
#: Opacity below which words are a watermark.
FAINT = 0.6
HIDDEN, WATERMARK, OCR, VERTICAL, PLAIN = "hidden", "watermark", "ocr", "vertical", ""
_INVISIBLE = 3


def open_document(data: bytes) -> PDFDocument:
    """Open a PDF, and count its pages before anything is built.

    Raises:
        UnreadFile: it is locked, has too many pages, or its page tree is circular.
    """
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadFile(LOCKED) from error
    count = 0
    pending: list[tuple[object, tuple[int, ...]]] = [(document.catalog.get("Pages"), ())]
    while pending:
        reference, above = pending.pop()
        node = resolve1(reference)
        number = reference.objid if isinstance(reference, PDFObjRef) else 0
        if number in above or len(above) > MAX_LEVELS:
            raise UnreadFile("已损坏：PDF的页面目录互相包含，请用阅读器另存或打印为新的PDF后再试。")
        kids = resolve1(node.get("Kids")) if isinstance(node, dict) else None
        if isinstance(kids, list):
            inside = (*above, number) if number else above
            pending += [(kid, inside) for kid in reversed(kids)]
        else:
            count += 1
            refuse_over("pages", count)
    return document


class Layers:
    """The optional content of a document: layers that are switched off, and those of watermarks."""

    def __init__(self, document: PDFDocument) -> None:
        properties = resolve1(document.catalog.get("OCProperties"))
        properties = properties if isinstance(properties, dict) else {}
        default = resolve1(properties.get("D"))
        default = default if isinstance(default, dict) else {}
        self.off = {one.objid for one in resolve1(default.get("OFF")) or () if isinstance(one, PDFObjRef)}
        self.watermarks: set[int] = set()
        for one in resolve1(properties.get("OCGs")) or ():
            group = resolve1(one)
            name = group.get("Name") if isinstance(group, dict) else b""
            if isinstance(one, PDFObjRef) and isinstance(name, bytes) and is_watermark_name(decode_text(name)):
                self.watermarks.add(one.objid)

    def mark(self, reference: object) -> str:
        """Return the mark of content that belongs to a layer."""
        references = [reference]
        group = resolve1(reference)
        if isinstance(group, dict) and "OCGs" in group:
            inner = group["OCGs"]
            references += resolve1(inner) if isinstance(resolve1(inner), list) else [inner]
        numbers = {one.objid for one in references if isinstance(one, PDFObjRef)}
        if numbers & self.watermarks:
            return WATERMARK
        return HIDDEN if numbers & self.off else PLAIN


def is_watermark_name(name: str) -> bool:
    """Return whether a layer or annotation is named a watermark."""
    return "watermark" in name.lower() or "水印" in name


class MarkingDevice(PDFPageAggregatorWithMarkedContent):
    """Collect the objects of a page within the bounds; the `tag` of each character is its mark."""

    signs = lines = figures = 0
    alpha = 1.0
    mode = 0

    def __init__(self, page: Page) -> None:
        super().__init__(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
        self.marks: list[tuple[str, str | None, int]] = []

    def begin_tag(self, tag: PSLiteral, props: "PDFStackT | None" = None) -> None:
        """Note the mark of the content that begins."""
        props = props if isinstance(props, dict) else {}
        mark = str(props.get("gongkai", PLAIN))
        subtype = props.get("Subtype")
        if isinstance(subtype, PSLiteral) and subtype.name == "Watermark":
            mark = WATERMARK
        actual = resolve1(props.get("ActualText"))
        text = decode_text(actual) if isinstance(actual, bytes) else None
        self.marks.append((mark, text, len(self.cur_item._objs)))

    def end_tag(self) -> None:
        """Give the words that are stated for characters that have none of their own."""
        if not self.marks:
            return
        _, text, start = self.marks.pop()
        items = self.cur_item._objs[start:]
        if text is None or not any(_is_unreadable(getattr(one, "_text", "x")) for one in items):
            return
        for one in items:
            if hasattr(one, "_text"):
                one._text, text = text, ""

    def render_string(
        self, textstate: "PDFTextState", seq: "PDFTextSeq", ncs: "PDFColorSpace", graphicstate: "PDFGraphicState"
    ) -> None:
        """Note how the characters are drawn."""
        self.mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, matrix: "Matrix", font: "PDFFont", *args: object, **facts: object) -> float:
        """Count and mark a character."""
        self.signs += 1
        refuse_over("page signs", self.signs)
        width = super().render_char(matrix, font, *args, **facts)
        mark = next((mark for mark, _, _ in self.marks if mark), PLAIN)
        if not mark and self.alpha < FAINT:
            mark = HIDDEN if self.alpha == 0 else WATERMARK
        if not mark and self.mode == _INVISIBLE:
            mark = OCR
        self.cur_item._objs[-1].tag = mark or (VERTICAL if font.is_vertical() else PLAIN)  # type: ignore[attr-defined]
        return float(width)

    def paint_path(self, *args: object, **facts: object) -> None:
        """Count a path."""
        self.lines += 1
        refuse_over("page lines", self.lines)
        super().paint_path(*args, **facts)

    def begin_figure(self, name: str, bbox: "Rect", matrix: "Matrix") -> None:
        """Count a form, whether or not it paints anything."""
        self.figures += 1
        refuse_over("page figures", self.figures)
        super().begin_figure(name, bbox, matrix)


def _is_unreadable(text: str) -> bool:
    return text.startswith("(cid:") or not text.strip()


class MarkingInterpreter(PDFPageInterpreter):
    """Run the operators of a page; opacity and layers are passed to the device."""

    device: MarkingDevice
    layers: Layers

    def dup(self) -> "MarkingInterpreter":
        """Return an interpreter for a form inside the page."""
        inner = self.__class__(self.rsrcmgr, self.device)
        inner.layers = self.layers
        return inner

    subinterp = dup

    def init_state(self, ctm: "Matrix") -> None:
        """Begin with an empty stack of opacities."""
        super().init_state(ctm)
        self.opacities: list[float] = []

    def do_q(self) -> None:
        """Save the opacity with the graphics state."""
        super().do_q()
        self.opacities.append(self.device.alpha)

    def do_Q(self) -> None:
        """Restore the opacity with the graphics state."""
        super().do_Q()
        if self.opacities:
            self.device.alpha = self.opacities.pop()

    def do_gs(self, name: "PDFStackT") -> None:
        """Set the opacity of what is filled."""
        states = resolve1(self.resources.get("ExtGState"))
        state = resolve1(states.get(getattr(name, "name", ""))) if isinstance(states, dict) else None
        alpha = resolve1(state.get("ca")) if isinstance(state, dict) else None
        if isinstance(alpha, int | float):
            self.device.alpha = float(alpha)

    def do_BDC(self, tag: "PDFStackT", props: "PDFStackT") -> None:
        """Begin marked content; its properties may be named in the resources."""
        if isinstance(props, PSLiteral):
            named = resolve1(self.resources.get("Properties"))
            reference = named.get(props.name) if isinstance(named, dict) else None
            inner = resolve1(reference)
            mark = self.layers.mark(reference) if getattr(tag, "name", "") == "OC" else PLAIN
            props = {**(inner if isinstance(inner, dict) else {}), "gongkai": mark}
        super().do_BDC(tag, props)

    def do_Do(self, name: "PDFStackT") -> None:
        """Draw a form or picture; its layer counts for all of it."""
        form = resolve1(self.xobjmap.get(getattr(name, "name", "")))
        mark = self.layers.mark(form.attrs["OC"]) if isinstance(form, PDFStream) and "OC" in form.attrs else PLAIN
        alpha, marks = self.device.alpha, self.device.marks
        self.device.marks = [*marks, (mark, None, 0)] if mark else list(marks)
        super().do_Do(name)
        self.device.alpha, self.device.marks = alpha, marks


def lay_out(page: Page, layers: Layers) -> None:
    """Interpret a page within the bounds and set `Page.layout`."""
    device = MarkingDevice(page)
    interpreter = MarkingInterpreter(page.pdf.rsrcmgr, device)
    interpreter.layers = layers
    interpreter.process_page(page.page_obj)
    page._layout = device.get_result()


def field_values(document: PDFDocument) -> Iterator[tuple[int, str, str]]:
    """Yield the filled fields of a form: number of the object, name, value."""
    form = resolve1(document.catalog.get("AcroForm"))
    fields = resolve1(form.get("Fields")) if isinstance(form, dict) else None
    pending: list[tuple[object, str, object, int]] = [(one, "", None, 0) for one in fields or ()]
    count = 0
    while pending and count < 5_000:
        reference, above, inherited, level = pending.pop(0)
        field = resolve1(reference)
        count += 1
        if not isinstance(field, dict) or level > 20:
            continue
        name = _text_of(field.get("T"))
        name = ".".join(filter(None, (above, name)))
        value = field.get("V", inherited)
        kids = resolve1(field.get("Kids"))
        if isinstance(kids, list):
            pending += [(kid, name, value, level + 1) for kid in kids]
        if text := _text_of(value):
            yield (reference.objid if isinstance(reference, PDFObjRef) else 0), name, text


def _text_of(value: object) -> str:
    value = resolve1(value)
    if isinstance(value, PSLiteral):
        name = value.name if isinstance(value.name, str) else decode_text(value.name)
        return "" if name == "Off" else f"☑{'' if name in ('Yes', 'On', '1') else name}"
    if isinstance(value, list):
        return "、".join(filter(None, map(_text_of, value)))
    if isinstance(value, PDFStream):
        value = value.get_data()
    return decode_text(value).strip() if isinstance(value, bytes) else ""
