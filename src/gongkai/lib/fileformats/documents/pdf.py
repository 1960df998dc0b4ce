"""Read PDF files with a text layer: ruled tables by their lines, the rest as paragraphs."""

import io
import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from statistics import median

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text
from pdfplumber.page import Page
from pdfplumber.table import Table

from gongkai.lib.chinese.characters import is_han
from gongkai.lib.confined import BOUNDS_BY_NAME
from gongkai.lib.fileformats.documents.archives import append_inner_files
from gongkai.lib.fileformats.documents.model import (
    CoveredCell,
    Document,
    DocumentBuilder,
    PicturesOnly,
    UnreadFile,
    check_bound,
    merge_edges,
)
from gongkai.lib.fileformats.documents.packages import DAMAGED_PDF_ERROR
from gongkai.lib.fileformats.documents.pdf_annotations import list_drawn_lines
from gongkai.lib.fileformats.documents.pdf_columns import split_columns
from gongkai.lib.fileformats.documents.pdf_lines import (
    drop_hidden_chars,
    group_chars_into_lines,
    group_chars_into_words,
    join_cell_lines,
    join_lines,
    mark_vertical_lines,
)
from gongkai.lib.fileformats.documents.pdf_pages import (
    find_hidden_layers,
    get_field_text,
    iterate_field_values,
    lay_out,
    open_pdf_document,
    read_attached_file,
    remove_bytes_after_end,
)
from gongkai.lib.fileformats.documents.pdf_text import UNREADABLE, Char, find_upright_rotation, read_chars
from gongkai.lib.fileformats.documents.symbols import find_symbol

#: A page that a picture covers by this share and on which hardly anything else is written is a scan.
_SCAN_SHARE, _MAX_SCAN_CHARACTERS = 0.5, 40
#: Share of characters without text above which a page is unreadable.
_UNREADABLE_SHARE = 0.2
_UNREADABLE_CHARACTER_RE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_SYMBOL_FONTS = ("Wingdings 2", "Wingdings 3", "Wingdings", "Webdings", "Symbol")
_TABLE_TOLERANCES = {"snap_tolerance": 3, "join_tolerance": 3, "intersection_tolerance": 4}


def read_pdf(data: bytes, depth: int, *, with_notes: bool = True) -> Document:
    """Return a PDF as a document, `with_notes` also the words of its annotations (UnreadFile: damaged, no pages)."""

    try:
        data = remove_bytes_after_end(data)
        document = open_pdf_document(data)
        reader = PdfReader(document, depth, with_notes=with_notes)
        turned = _turn_pages_upright(data)
        with pdfplumber.open(io.BytesIO(turned)) as pdf:
            if not pdf.pages:
                raise UnreadFile("空文件：PDF里没有页面，请核对后重新提供。")
            source = pypdfium2.PdfDocument(turned)
            for number, page in enumerate(pdf.pages, 1):
                reader.read_page(page, source[number - 1], number)
                page.close()
            if with_notes:
                reader.add_drawn_lines(source)
    except (UnreadFile, MemoryError, RecursionError):
        raise
    except Exception as error:  # the libraries raise anything on damaged files
        raise UnreadFile(DAMAGED_PDF_ERROR) from error
    return reader.finish()


def _turn_pages_upright(data: bytes) -> bytes:
    """Return the PDF with the pages turned upright whose characters are mostly drawn sideways."""

    document = pypdfium2.PdfDocument(data)
    turned = False
    for page in document:
        if (rotation := find_upright_rotation(page)) != page.get_rotation():
            page.set_rotation(rotation)
            turned = True
        page.close()
    if not turned:
        return data
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class PdfReader:
    """Reader of the pages of a PDF that is `depth` levels inside another file."""

    def __init__(self, document: PDFDocument, depth: int, *, with_notes: bool = True) -> None:

        self.builder, self._depth = DocumentBuilder("pdf"), depth
        self._attached: list[Char] = []
        self._hidden = find_hidden_layers(document)
        self._fields = list(iterate_field_values(document))
        self._by_object = {number: (name, value) for number, name, value in self._fields if number}
        self._shown: set[tuple[str, str]] = set()
        self._pages = self._scans = 0
        for info in document.info:
            for key, value in info.items():
                if isinstance(resolved := resolve1(value), bytes) and (text := decode_text(resolved).strip()):
                    self.builder.document.properties[key] = text[:500]
        self._with_notes = with_notes
        if with_notes:
            self._find_files(document)

    def _find_files(self, document: PDFDocument) -> None:
        """Gather the files that the PDF carries; they are read after its pages."""
        names = resolve1(document.catalog.get("Names"))
        tree = resolve1(names.get("EmbeddedFiles")) if isinstance(names, dict) else None
        pending, count = [tree], 0
        while pending and count < 1_000:
            node = resolve1(pending.pop())
            count += 1
            if not isinstance(node, dict):
                continue
            pending += resolve1(node.get("Kids")) or []
            self._attached += [
                file for one in resolve1(node.get("Names")) or [] if isinstance(file := resolve1(one), dict)
            ]

    def _list_files(self) -> Iterator[tuple[str, bytes]]:
        """Yield (name, content) of each attached file; record unreadable ones as losses."""
        bytes_left, known_files = BOUNDS_BY_NAME["unpacked"].most, set()
        for file in self._attached:
            name, content, fault = read_attached_file(file, bytes_left)
            if (key := (name, sha256(content).digest())) in known_files:
                continue
            known_files.add(key)
            bytes_left -= len(content)
            if fault:
                self.builder.document.attachments.append(name)
                self.builder.lose("attachment", f"{name}：{fault}", name)
            else:
                yield name, content

    def read_page(self, page: Page, source: pypdfium2.PdfPage, number: int) -> None:
        """Add the blocks of a page; `source` is the same page in PDFium."""
        printed = read_chars(source, page, self._hidden, lay_out(page))
        self._pages += 1
        place = f"第{number}页"
        covered = max((_compute_area(image) for image in page.images), default=0.0) / max(
            float(page.width * page.height), 1.0
        )
        chars, unreadable = self._split_by_readability(printed)
        if unreadable > max(3, _UNREADABLE_SHARE * len(printed)) or (unreadable and not chars):
            self.builder.lose("page", "本页的字体没有字符对照，文字读不出", place)
            if not any(is_han(char["text"]) for char in chars):  # the rest are codes that look like letters
                chars = []
        elif unreadable:
            self.builder.lose("symbol", f"本页有{unreadable}个字符没有字符对照", place)
        kept, lost = drop_hidden_chars(page, chars, scanned=covered > _SCAN_SHARE)
        for loss_kind, text in lost:
            self.builder.lose(loss_kind, text, place)
        mark_vertical_lines(kept)
        notes = self._read_annotations(page, place)
        kept += notes if self._with_notes else []
        if len("".join(char["text"] for char in kept).split()) == 0 or (
            covered > _SCAN_SHARE and sum(len(char["text"].strip()) for char in kept) < _MAX_SCAN_CHARACTERS
        ):
            if covered > 0.01 or (not unreadable and not lost and len(page.curves) > 20):
                self._scans += not any(char["text"].strip() for char in kept)
                self.builder.lose("page", "没有文字（图片页）", place)
        elif covered > 0.01:
            self.builder.lose("picture", "", place)
        self._read_blocks(page, kept, number)

    def add_drawn_lines(self, source: pypdfium2.PdfDocument) -> None:
        """Record the words that annotations draw as losses, except those already read from fields and notes."""
        document = self.builder.document
        read = "".join([document.text, *(loss.text for loss in document.losses)])
        read = "".join(read.split())
        for index in range(len(source)):
            for line in list_drawn_lines(source, index):
                if "".join(line.split()) not in read:
                    self.builder.lose("text", line, f"第{index + 1}页")

    def _split_by_readability(self, chars: list[Char]) -> tuple[list[Char], int]:
        """Return (characters with a text, number of characters without)."""
        readable, unreadable = [], 0
        for char in chars:
            text = char["text"]
            font = str(char["fontname"]).rsplit("+", 1)[-1].replace("-", "").lower()
            name = next((face for face in _SYMBOL_FONTS if font.startswith(face.replace(" ", "").lower())), "")
            if name and (symbol := find_symbol(name, ord(text))):
                readable.append({**char, "text": symbol, "tag": ""})
            elif char["tag"] == UNREADABLE or _UNREADABLE_CHARACTER_RE.match(text):
                unreadable += 1
            else:
                readable.append(char)
        return readable, unreadable

    def _read_annotations(self, page: Page, place: str) -> list[Char]:
        """Return the words of form fields and notes as characters; record others as losses."""
        annotation_chars: list[Char] = []
        try:
            annotations = page.annots
        except Exception:  # malformed annotations are as good as none
            return annotation_chars
        references = resolve1(page.page_obj.annots) or []
        numbers = [getattr(annotation, "objid", 0) for annotation in references] if isinstance(references, list) else []
        for at, annotation in enumerate(annotations[:5_000]):
            data = annotation["data"]
            subtype = data.get("Subtype")
            kind = subtype.name if isinstance(subtype, PSLiteral) else str(subtype or "")
            contents = resolve1(data.get("Contents"))
            words = decode_text(contents).strip() if isinstance(contents, bytes) else ""
            if kind == "Widget":
                name, words = self._get_field_value(data, numbers[at] if at < len(numbers) else 0)
                self._shown.add((name, words))
            elif kind == "FileAttachment":
                file = resolve1(data.get("FS")) if self._with_notes else None
                self._attached += [file] if isinstance(file, dict) else []
                self.builder.lose("comment", words, place)
                continue
            elif kind == "Watermark" and not self._with_notes:
                continue
            elif kind in ("Watermark", "Stamp"):
                self.builder.lose("watermark" if kind == "Watermark" else "picture", words, place)
                continue
            elif kind != "FreeText":
                if words and kind not in ("Link", "Popup"):
                    self.builder.lose("comment", words, place)
                continue
            if words:
                annotation_chars.append(_make_note_char(annotation, words))
        return annotation_chars

    def _get_field_value(self, data: Char, number: int) -> tuple[str, str]:
        """Return (name, value) of a form field, ("", "") without a value."""
        if number in self._by_object:
            return self._by_object[number]

        for _ in range(10):
            if value := get_field_text(data.get("V")):
                return get_field_text(data.get("T")), value
            parent = resolve1(data.get("Parent"))
            if not isinstance(parent, dict):
                break
            data = parent
        return "", ""

    def _read_blocks(self, page: Page, chars: list[Char], number: int) -> None:
        """Read the prose and tables of a page in the order in which they are drawn."""
        tables = []
        if page.edges:
            check_bound("page lines", len(page.edges))
            lines_only = page.filter(lambda item: item["object_type"] != "char")
            tables = [one for one in lines_only.find_tables(_make_table_settings(page)) if len(one.cells) > 1]
        self.builder.document.words.append([] if tables else group_chars_into_words(chars))
        boxes = [_make_table_char(table, chars) for table in tables]
        free = [char for char in chars if not any(_is_inside(char, table.bbox) for table in tables)]
        at = {id(char): place for place, char in enumerate(chars)}
        drawn = sorted([*free, *boxes], key=lambda one: at.get(id(one), one.get("at", 0)))
        size = median([char["size"] for char in chars]) if chars else 10.0
        self._read_part([char for char in drawn if "line" in char], chars, size, number)
        drawn = [char for char in drawn if "line" not in char]
        for column in split_columns(drawn):
            self._read_part(column, chars, size, number)

    def _read_part(self, part: list[Char], chars: list[Char], size: float, number: int) -> None:
        """Add the paragraphs and tables of one column; `size`: usual character height."""
        tables = sorted((one["table"] for one in part if "table" in one), key=lambda one: one.bbox[1])
        free = [char for char in part if "table" not in char]
        top = float("-inf")
        for table in [*tables, None]:
            bottom = table.bbox[1] if table is not None else float("inf")
            area = [char for char in free if top <= (char["top"] + char["bottom"]) / 2 < bottom]
            self._read_prose(area, size, number)
            if table is not None:
                top = max(top, table.bbox[1])
                self._read_table(table, [char for char in chars if _is_inside(char, table.bbox)], number)

    def _read_prose(self, chars: list[Char], size: float, number: int) -> None:
        """Add the paragraphs of a part of a page, larger characters first as a heading."""
        large = {id(char) for char in chars if char["size"] > 1.25 * size}
        head: list[Char] = []
        # A heading is a run of larger characters at the beginning.
        remaining = sorted(chars, key=lambda char: (round(char["top"]), char["x0"]))
        while remaining and (id(remaining[0]) in large or not remaining[0]["text"].strip()):
            head.append(remaining.pop(0))
        low = max((char["bottom"] for char in head), default=0.0)
        is_beside_text = any(char["text"].strip() and (char["top"] + char["bottom"]) / 2 < low for char in remaining)
        if is_beside_text or sum(len(char["text"].strip()) for char in head) > 100:
            head, remaining = [], chars
        if head and (text := "".join(group_chars_into_lines(head)).strip()):
            self.builder.paragraph(text, 1, page=number)
        heading = {id(char) for char in head}  # the order of drawing tells to which letters small figures belong
        for text in join_lines(group_chars_into_lines(char for char in chars if id(char) not in heading)):
            self.builder.paragraph(text, page=number)

    def _read_table(self, table: Table, chars: list[Char], number: int) -> None:
        """Add a table; a cell over several rows or columns is repeated as covered."""
        texts = {
            box: join_cell_lines(group_chars_into_lines([char for char in chars if _is_inside(char, box)]))
            for box in table.cells
        }
        columns, rows = (merge_edges((edge for box in table.cells for edge in box[axis::2]), 2) for axis in (0, 1))
        check_bound("cells", len(columns) * len(rows))
        lines = []
        for top, bottom in pairwise(rows):
            line = []
            for left, right in pairwise(columns):
                x, y = (left + right) / 2, (top + bottom) / 2
                box = next((cell for cell in texts if cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]), None)
                side = "" if box is None else "above" if box[1] < top - 2 else "left" if box[0] < left - 2 else ""
                text = texts[box] if box else ""
                line.append(CoveredCell(text, side) if side else text)
            lines.append(line)
        count = len(self.builder.document.blocks)
        self.builder.table(lines, places=[number] * len(lines))
        self.builder.join_tables(count)

    def finish(self) -> Document:
        """Return the document with attached files, and unshown form fields as losses.

        Raises:
            UnreadFile: all pages are pictures.
        """
        for _, name, value in self._fields:
            if (name, value) not in self._shown and not any(value == shown for _, shown in self._shown):
                self.builder.lose("control", f"{name}：{value}" if name else value)
        document = self.builder.document
        append_inner_files(self.builder, self._list_files(), self._depth)
        if self._scans and not document.blocks and not any(loss.what in ("hidden",) for loss in document.losses):
            raise PicturesOnly("没有文字（图片页）：PDF是扫描件，没有文字层，请提供有文字的文件，或先识别文字。")
        return document


def _make_table_settings(page: Page) -> dict[str, object]:
    """Return pdfplumber's settings, which close tables without outer lines."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v" and edge["height"] > 8]
    if not upright:
        return dict(_TABLE_TOLERANCES)
    ends = [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)]
    return {**_TABLE_TOLERANCES, "explicit_horizontal_lines": ends}


def _make_note_char(annotation: Char, words: str) -> Char:
    """Return a character that inserts a note's words at its annotation."""
    height = min(float(annotation["bottom"] - annotation["top"]), 14.0)
    return {
        "text": words, "x0": annotation["x0"], "x1": annotation["x1"], "top": annotation["top"],
        "bottom": annotation["top"] + height, "size": height, "matrix": (1, 0, 0, 1, 0, 0), "fontname": "", "tag": "",
    }  # fmt: skip


def _make_table_char(table: Table, chars: list[Char]) -> Char:
    """Return a table as one character, drawn with the first of its words."""
    left, top, right, bottom = table.bbox
    at = next((place for place, char in enumerate(chars) if _is_inside(char, table.bbox)), 0)
    return {
        "text": "表", "x0": left, "x1": right, "top": top, "bottom": bottom, "matrix": (1, 0, 0, 1, 0, 0), "at": at - 0.5,
        "table": table,
    }  # fmt: skip


def _compute_area(picture: Char) -> float:
    return float(max(picture["x1"] - picture["x0"], 0) * max(picture["bottom"] - picture["top"], 0))


def _is_inside(char: Char, box: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
