"""Read Word files in XML: .docx, strict, flat OPC and Word 2003 XML."""

import posixpath
import re
from collections.abc import Iterator

from lxml.etree import _Element

from gongkai.lib.confined import BOUNDS_BY_NAME
from gongkai.lib.fileformats.documents.archives import append_inner_file
from gongkai.lib.fileformats.documents.model import CoveredCell, Document, DocumentBuilder, check_bound
from gongkai.lib.fileformats.documents.packages import (
    Package,
    find_all,
    find_child,
    get_attribute,
    get_local_name,
    join_texts,
    parse_attribute_number,
    parse_xml,
    read_properties,
)
from gongkai.lib.fileformats.documents.word_runs import (
    ParagraphReader,
    choose_alternative,
    drop_unended_fields,
    is_deletion,
    join_deleted_ends,
)
from gongkai.lib.fileformats.documents.word_styles import ListCounter, WordStyles, is_on

MAX_NESTED_TABLES = 30
_TRANSPARENT_TAGS = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "sect", "sub-section", "annotation"}
)
_WATERMARK_NAME_RE = re.compile(r"watermark|水印", re.IGNORECASE)
#: Parts beside the body whose words are recorded: relation → kind of loss.
_DRAWING_NAMESPACE = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MARGIN_KINDS = {"header": "header", "footer": "footer"}
_NOTE_LABELS = {"footnotes": "脚注", "endnotes": "尾注"}


def read_word_2003(data: bytes, depth: int) -> Document:
    """Return a Word file that is one XML file, as Word 2003 writes it."""
    return WordReader(Package(None, {}), depth, kind="xml").read_word_2003(parse_xml(data))


class WordReader:
    """Read one Word file of a format (`kind`), `depth` levels inside another file."""

    def __init__(self, package: Package, depth: int = 0, *, kind: str = "docx") -> None:
        self.package, self.depth = package, depth
        self.builder = DocumentBuilder(kind)
        self.part = package.main_part("word/document.xml")
        self.relations = package.relations(self.part)
        self._start(self._read_related_part("styles"), self._read_related_part("numbering"))

    def _start(self, styles: _Element | None, numbering: _Element | None) -> None:
        """Set up styles, lists and the reader of runs."""
        self.styles = WordStyles(styles)
        self.lists = ListCounter(numbering, self.styles)
        self.inline = ParagraphReader(self.builder, self.styles, self._draw)

    def _get_related_part(self, kind: str) -> str:
        """Return the path of a related part of a kind (styles), by relation or in the usual place."""
        usual = posixpath.join(posixpath.dirname(self.part), f"{kind}.xml")
        return next((part for relation_kind, part in self.relations.values() if relation_kind == kind), usual)

    def _read_related_part(self, kind: str) -> _Element | None:
        return self.package.xml(self._get_related_part(kind))

    def read(self) -> Document:
        """Return the document of the main part, its notes and margins."""
        root = self.package.xml(self.part)
        self.builder.document.properties.update(self.package.properties())
        if root is not None:
            self._read_body(root)
        self._read_margins()
        for kind, name in _NOTE_LABELS.items():
            if (notes := self._read_related_part(kind)) is not None:
                main, self.relations = self.relations, self.package.relations(self._get_related_part(kind))
                self._read_notes(notes, name)
                self.relations = main
        if (comments := self._read_related_part("comments")) is not None:
            for comment in find_all(comments, "comment"):
                self.builder.lose(
                    "comment", _join_paragraph_texts(comment), f"批注（{get_attribute(comment, 'author')}）"
                )
        return self.builder.document

    def read_word_2003(self, root: _Element) -> Document:
        """Return a Word 2003 XML document, which has all its parts in one."""
        if (properties := find_child(root, "DocumentProperties")) is not None:
            self.builder.document.properties.update(read_properties(properties))
        self._start(find_child(root, "styles"), find_child(root, "lists"))
        self._read_body(root)
        for kind, what in (("hdr", "header"), ("ftr", "footer")):
            for margin in find_all(root, kind):
                self._read_margin(margin, what)
        return self.builder.document

    def _read_body(self, root: _Element) -> None:
        """Read the body after joining deleted paragraph ends and dropping fields without an end."""
        check_bound("text paragraphs", sum(1 for _ in find_all(root, "p")))
        join_deleted_ends(root)
        drop_unended_fields(root)
        body = find_child(root, "body")
        self._read_blocks(body if body is not None else root)

    def _read_blocks(self, parent: _Element, depth: int = 0) -> None:
        """Read paragraphs, tables and their containers; deletions and empty controls are losses."""
        if depth > MAX_NESTED_TABLES:
            return
        for child in parent:
            name = get_local_name(child)
            if name == "p":
                self._read_paragraph(child, depth)
            elif name == "tbl":
                self._read_table(child, depth)
            elif is_deletion(child):
                self.builder.lose("deleted", _join_paragraph_texts(child))
            elif name == "altChunk":
                self._read_chunk(get_attribute(child, "id"))
            elif name == "sdt" and is_on(find_child(child, "sdtPr"), "showingPlcHdr"):
                self.builder.lose("control", _join_paragraph_texts(child))
            elif name == "AlternateContent":
                if (chosen := choose_alternative(child)) is not None:
                    self._read_blocks(chosen, depth + 1)
            elif name in ("oMath", "oMathPara"):
                self.builder.paragraph("".join(self.inline.read_formula(child)))
            elif name in _TRANSPARENT_TAGS:
                self._read_blocks(child, depth + 1)

    def _read_table(self, table: _Element, depth: int) -> None:
        """Add a table; one of a single cell is a frame, whose content is read instead."""
        if (cell := _find_only_cell(table)) is not None:
            self._read_blocks(cell, depth + 1)  # a frame round a text
            return
        self.builder.table(self._read_rows(table, depth))
        self._read_boxes(depth)

    def _read_paragraph(self, paragraph: _Element, depth: int) -> None:
        self.builder.paragraph(self._read_line(paragraph), self.styles.level(find_child(paragraph, "pPr")))
        self._read_boxes(depth)

    def _read_line(self, paragraph: _Element) -> str:
        """Return the words of a paragraph after its number."""
        text = self.inline.text(paragraph)
        return self.lists.label(find_child(paragraph, "pPr")) + text if text.strip() else text

    def _read_boxes(self, depth: int) -> None:
        """Read the text boxes met since the last call."""
        boxes, self.inline.boxes = self.inline.boxes, []
        for box in boxes:
            self._read_blocks(box, depth + 1)

    def _read_rows(self, table: _Element, depth: int) -> list[list[str]]:
        """Return the cells of a table's rows; deleted and hidden rows are losses."""
        rows: list[list[str]] = []
        text_above: dict[int, str] = {}
        for row in find_children(table, "tr"):
            properties = find_child(row, "trPr")
            if find_child(properties, "del") is not None:
                self.builder.lose("deleted", _join_paragraph_texts(row))
                continue
            if is_on(properties, "hidden"):
                self.builder.lose("hidden", _join_paragraph_texts(row))
                continue
            cells = [""] * parse_attribute_number(get_attribute(find_child(properties, "gridBefore")), 0)
            for cell in find_children(row, "tc"):
                self._read_cell(cell, cells, text_above, depth)
            rows.append(cells)
            check_bound("rows", len(rows) if len(rows) > 10 * BOUNDS_BY_NAME["rows"].most else 0)
        return rows

    def _read_cell(self, cell: _Element, cells: list[str], above: dict[int, str], depth: int) -> None:
        """Add a cell to its row; a merged one repeats the text above or to the left."""
        properties = find_child(cell, "tcPr")
        if find_child(properties, "cellDel") is not None:
            self.builder.lose("deleted", _join_paragraph_texts(cell))
            cells.append("")
            return
        merge = find_child(properties, "vMerge")
        merge = merge if merge is not None else find_child(properties, "vmerge")
        aside = find_child(properties, "hMerge")
        width = parse_attribute_number(get_attribute(find_child(properties, "gridSpan")) or "1", 1) or 1
        text, side = self._read_cell_text(cell, depth), ""
        if merge is not None and get_attribute(merge, "val", "continue") != "restart" and not text.strip():
            text, side = above.get(len(cells), ""), "above"
        elif aside is not None and get_attribute(aside, "val", "continue") != "restart" and cells and not text.strip():
            text, side = cells[-1], "left"
        for place in range(width):
            above[len(cells)] = text
            cells.append(CoveredCell(text, side or "left") if side or place else text)

    def _read_cell_text(self, cell: _Element, depth: int) -> str:
        """Return the text of a cell, with that of its text boxes and inner tables."""
        pieces: list[str] = []
        for child in cell:
            name = get_local_name(child)
            if name == "p":
                pieces.append(self._read_line(child))
                boxes, self.inline.boxes = self.inline.boxes, []
                pieces += [self._read_cell_text(box, depth + 1) for box in boxes if depth < MAX_NESTED_TABLES]
            elif name == "tbl" and depth < MAX_NESTED_TABLES:
                pieces += self._flatten(self._read_rows(child, depth + 1))
            elif name in _TRANSPARENT_TAGS and depth < MAX_NESTED_TABLES:
                pieces.append(self._read_cell_text(child, depth + 1))
        return "\n".join(pieces)

    def _flatten(self, rows: list[list[str]]) -> list[str]:
        """Return a table inside a cell as lines of text."""
        return ["\t".join(text.replace("\n", " ") for text in row) for row in rows]

    def _read_margins(self) -> None:
        """Read each header and footer once."""
        read_parts: set[str] = set()
        for kind, target in self.relations.values():
            if kind not in _MARGIN_KINDS or target in read_parts or (margin := self.package.xml(target)) is None:
                continue
            read_parts.add(target)
            main, self.relations = self.relations, self.package.relations(target)
            self._read_margin(margin, _MARGIN_KINDS[kind])
            self.relations = main

    def _read_margin(self, margin: _Element, kind: str) -> None:
        """Record the text of a header or footer (`kind`) as a loss, unless it is a page number."""
        drop_unended_fields(margin)
        place = "页眉" if kind == "header" else "页脚"
        builder, self.builder = self.builder, DocumentBuilder("")
        inline, self.inline = self.inline, ParagraphReader(self.builder, self.styles, self._draw_in_margin)
        self._read_blocks(margin)
        inner = self.builder.document
        self.builder, self.inline = builder, inline
        self.builder.lose_margin(kind, inner.text, place)
        for loss in inner.losses:
            self.builder.lose(loss.what, loss.text, place)

    def _read_notes(self, notes: _Element, name: str) -> None:
        """Add the footnotes or endnotes as numbered paragraphs."""
        number = 0
        for note in notes:
            if get_attribute(note, "type") in ("separator", "continuationSeparator", "continuationNotice"):
                continue
            text = self._read_cell_text(note, 0)
            if text.strip():
                number += 1
                self.builder.paragraph(f"{name}{number}：{text.strip()}")

    def _read_chunk(self, relation: str) -> None:
        """Read a file that is included by relation; a missing one is recorded as a loss."""
        target = self.relations.get(relation, ("", ""))[1]
        if self.package.find(target):
            append_inner_file(self.builder, posixpath.basename(target), self.package.read(target), self.depth)
        else:
            self.builder.lose("attachment", f"{posixpath.basename(target)}：文件里没有这一部分")

    def _draw_in_margin(self, element: _Element) -> str:
        """Record drawn words of a header or footer as a watermark; draw other elements."""
        if watermark := " ".join(
            filter(None, (get_attribute(text_path, "string") for text_path in find_all(element, "textpath")))
        ):
            self.builder.lose("watermark", watermark)
            return ""
        return self._draw(element)

    def _draw(self, element: _Element) -> str:
        """Record what an element draws; return the words that it draws as text."""
        named_elements = list(element.iter("{*}docPr", "{*}cNvPr", "{*}shape"))
        name = " ".join(
            f"{get_attribute(element_named, 'name')} {get_attribute(element_named, 'id')}"
            for element_named in named_elements
        )
        alternative = next(
            (
                text
                for element_named in named_elements
                if (text := get_attribute(element_named, "descr") or get_attribute(element_named, "alt"))
            ),
            "",
        )
        drawn_text = "".join(
            filter(None, (get_attribute(element_named, "string") for element_named in find_all(element, "textpath")))
        )
        drawn_text = drawn_text or "\n".join(
            filter(None, map(_join_paragraph_texts, element.iter(f"{_DRAWING_NAMESPACE}p")))
        )
        if _WATERMARK_NAME_RE.search(name):
            self.builder.lose("watermark", drawn_text or _join_paragraph_texts(element) or alternative)
            self.inline.boxes.clear()
            return ""
        tags = {get_local_name(element_named) for element_named in element.iter()}
        if "OLEObject" in tags:
            self._record_object(element)
        elif "control" in tags:
            for control in find_all(element, "control"):
                self.builder.lose("control", get_attribute(control, "name"))
        elif "subDoc" in tags:
            target = self.relations.get(get_attribute(element, "id"), ("", ""))[1]
            self.builder.lose("attachment", f"{posixpath.basename(target)}：子文档不在文件里，没有读取")
        elif tags & {"relIds", "chart"}:
            words = " ".join(self.package.find_drawn_words(element, self.relations))
            self.builder.lose("chart", words or alternative)
        elif tags & {"blip", "imagedata", "contentPart"}:
            self._take_pictures(element, alternative)
        return drawn_text

    def _take_pictures(self, element: _Element, alternative: str) -> None:
        """Report pictures as not read, with alternative text or address."""
        drawn = element.iter("{*}blip", "{*}imagedata")
        links = [
            self.relations.get(get_attribute(one, "link") or get_attribute(one, "href"), ("", ""))[1] for one in drawn
        ]
        self.builder.lose("picture", alternative or next(filter(None, links), ""))

    def _record_object(self, element: _Element) -> None:
        """Record embedded objects as attachments, those of equation programs as formulas."""
        for ole_object in find_all(element, "OLEObject"):
            program = get_attribute(ole_object, "ProgID")
            target = self.relations.get(get_attribute(ole_object, "id"), ("", ""))[1]
            if program.startswith(("Equation", "MathType")):
                self.builder.lose("formula", program)
                continue
            name = posixpath.basename(target) or program
            self.builder.document.attachments.append(name)
            self.builder.lose("attachment", f"{name}（{program}）")


def _join_paragraph_texts(element: _Element) -> str:
    """Return the paragraphs' text, deleted text included."""
    paragraphs = list(find_all(element, "p")) or [element]
    return "\n".join(join_texts(paragraph, "t", "delText") for paragraph in paragraphs).strip()


def _find_only_cell(table: _Element) -> _Element | None:
    """Return the only cell of a table, None for others and for tracked changes."""
    rows = list(find_children(table, "tr"))
    cells = list(find_children(rows[0], "tc")) if len(rows) == 1 else []
    properties = find_child(rows[0], "trPr") if cells else None
    is_lost = find_child(properties, "del") is not None or is_on(properties, "hidden")
    return cells[0] if len(cells) == 1 and not is_lost else None


def find_children(parent: _Element, name: str) -> Iterator[_Element]:
    """Yield the children of a name, also those that a control or a tracked change wraps."""
    for child in parent:
        if get_local_name(child) == name:
            yield child
        elif get_local_name(child) in _TRANSPARENT_TAGS:
            yield from find_children(child, name)
