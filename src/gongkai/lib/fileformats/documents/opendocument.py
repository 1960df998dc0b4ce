"""Read OpenDocument texts (.odt)."""

import re

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import CoveredCell, Document, DocumentBuilder, UnreadFile, check_bound
from gongkai.lib.fileformats.documents.opendocument_lists import OpenDocumentLists
from gongkai.lib.fileformats.documents.packages import (
    DAMAGED_FILE_ERROR,
    LOCKED_FILE_ERROR,
    Package,
    find_all,
    find_child,
    get_attribute,
    get_local_name,
    get_words,
    parse_attribute_number,
    read_properties,
)
from gongkai.lib.fileformats.documents.symbols import linearise_formula, raise_text, show_in_font
from gongkai.lib.fileformats.workbooks.merged_ranges import MAX_COLUMNS

MAX_DEPTH = 80
#: Maximum rows or columns that one repeated element expands to.
MAX_REPETITIONS = 1_000
_SKIPPED_TAGS = frozenset(
    {"sequence-decls", "forms", "tracked-changes", "variable-decls", "user-field-decls", "shapes"}
)
_DELETED_FIELDS = frozenset({"placeholder"})


def read_opendocument(package: Package) -> Document:
    """Return an OpenDocument text as a document.

    Raises:
        UnreadFile: it is damaged, locked, or a spreadsheet, presentation or drawing.
    """
    manifest = package.read("META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise UnreadFile(LOCKED_FILE_ERROR)
    root, meta = package.xml("content.xml"), package.xml("meta.xml")
    if root is None:
        raise UnreadFile(DAMAGED_FILE_ERROR)
    return _OpenDocumentReader(package).read(root, package.xml("styles.xml"), meta)


class _OpenDocumentReader:
    """Read one OpenDocument file."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._hidden: set[str] = set()
        self._struck: set[str] = set()
        self._raised: dict[str, bool] = {}
        self._fonts: dict[str, str] = {}
        self._based: dict[str, str] = {}
        self._lists = OpenDocumentLists()
        self.builder = DocumentBuilder("odt")

    def read(self, root: _Element, styles: _Element | None, meta: _Element | None) -> Document:
        """Return the document of the XML roots of its content, styles and metadata.

        Raises:
            UnreadFile: it is a spreadsheet, presentation or drawing.
        """
        for style_root in (root, styles):
            if style_root is not None:
                self._load_styles(style_root)
                self._lists.load(style_root)
        info = next(find_all(meta, "meta"), None) if meta is not None else None
        if info is not None:
            self.builder.document.properties.update(read_properties(info))
        body = find_child(root, "body")
        content = body[0] if body is not None and len(body) else None
        if content is None:
            return self.builder.document
        if get_local_name(content) == "spreadsheet":
            raise UnreadFile("不支持的格式（OpenDocument表格.ods）：请另存为.xlsx后再试。")
        if get_local_name(content) in ("presentation", "drawing"):
            raise UnreadFile("不支持的格式（演示文稿或图形）：请另存为.pdf后再试。")
        self._read_changes(content)
        self._read_blocks(content, 0)
        self._read_margins(styles)
        return self.builder.document

    def _load_styles(self, root: _Element) -> None:
        """Store which styles are hidden, struck or raised, their fonts and their parents."""
        for style in root.iter("{*}style", "{*}default-style"):
            name = get_attribute(style, "name")
            self._based[name] = get_attribute(style, "parent-style-name")
            text = find_child(style, "text-properties")
            if text is None:
                continue
            if get_attribute(text, "display") == "none":
                self._hidden.add(name)
            if get_attribute(text, "text-line-through-style") not in ("", "none") or get_attribute(
                text, "text-line-through-type"
            ) not in ("", "none"):
                self._struck.add(name)
            position = get_attribute(text, "text-position")
            if re.match(r"super|sub|-?[1-9]", position):
                self._raised[name] = not position.startswith(("sub", "-"))
            if font := get_attribute(text, "font-name") or get_attribute(text, "font-family"):
                self._fonts[name] = font

    def _has_mark(self, marked: set[str], style: str) -> bool:
        """Return whether a style or one of its parents is among the marked ones."""
        for _ in range(20):
            if style in marked:
                return True
            style = self._based.get(style, "")
            if not style:
                return False
        return False

    def _read_changes(self, content: _Element) -> None:
        """Record text that tracked changes deleted."""
        for region in find_all(content, "changed-region"):
            if (deletion := find_child(region, "deletion")) is not None:
                deleted_text = "\n".join(
                    get_words(paragraph) for paragraph in deletion if get_local_name(paragraph) in ("p", "h")
                )
                self.builder.lose("deleted", deleted_text or get_words(deletion))

    def _read_margins(self, styles: _Element | None) -> None:
        """Record headers and footers, except page numbers, as losses."""
        for margin in styles.iter("{*}header", "{*}footer") if styles is not None else ():
            name = get_local_name(margin)
            self.builder.lose_margin(name, get_words(margin), "页眉" if name == "header" else "页脚")

    def _read_blocks(self, parent: _Element, depth: int) -> None:
        """Read paragraphs, tables, hidden sections and frames, also nested ones."""
        if depth > MAX_DEPTH:
            return
        for child in parent:
            name = get_local_name(child)
            if name in _SKIPPED_TAGS or not name:
                continue
            if name in ("p", "h"):
                level = (
                    parse_attribute_number(get_attribute(child, "outline-level") or "1", 1, 9)
                    if name == "h"
                    else self._find_heading_level(child)
                )
                label, text = self._lists.take_label(child), self._read_text(child, depth)
                self.builder.paragraph(label + text if text.strip() else text, level)
            elif name == "table":
                self._read_table(child, depth)
            elif name == "section" and get_attribute(child, "display") == "none":
                self.builder.lose("hidden", get_words(child))
            elif name in ("frame", "custom-shape", "rect", "g", "line"):
                self.builder.paragraph(self._read_frame(child, depth))
            else:
                self._lists.enter(child)
                self._read_blocks(child, depth + 1)
                self._lists.leave(child)

    def _find_heading_level(self, paragraph: _Element) -> int:
        """Return the heading level of a paragraph by its style, 0 for ordinary text."""
        style = get_attribute(paragraph, "style-name")
        for _ in range(20):
            if style in ("Title", "标题"):
                return 1
            if match := re.fullmatch(r"Heading_20_(\d)|标题_20_(\d)", style):
                return int(match[1] or match[2])
            style = self._based.get(style, "")
        return 0

    def _read_text(self, element: _Element, depth: int) -> str:
        """Return the text of an element; record hidden and struck text as a loss."""
        style = get_attribute(element, "style-name")
        if self._has_mark(self._hidden, style):
            self.builder.lose("hidden", get_words(element))
            return ""
        if self._has_mark(self._struck, style):
            self.builder.lose("deleted", get_words(element))
            return ""
        pieces = [re.sub(r"[ \t\r\n]+", " ", element.text or "")]
        for child in element:
            if get_local_name(child) and depth < MAX_DEPTH:
                pieces.append(self._read_inline(child, depth + 1))
            pieces.append(re.sub(r"[ \t\r\n]+", " ", child.tail or ""))
        text = show_in_font(self._fonts.get(style, ""), "".join(pieces), self.builder.lose)
        return raise_text(text, self._raised[style]) if style in self._raised else text

    def _read_inline(self, element: _Element, depth: int) -> str:  # noqa: PLR0911 - a table of elements
        """Return the text of an inline element; what is no text is recorded as a loss."""
        name = get_local_name(element)
        if name == "s":
            return " " * parse_attribute_number(get_attribute(element, "c") or "1", 1, 200)
        if name in ("tab", "line-break"):
            return "\t" if name == "tab" else "\n"
        if name == "ruby":
            ruby_text, base = find_child(element, "ruby-text"), find_child(element, "ruby-base")
            self.builder.lose("ruby", get_words(ruby_text) if ruby_text is not None else "")
            return self._read_text(base, depth) if base is not None else ""
        if name in ("hidden-text", "hidden-paragraph"):
            self.builder.lose("hidden", get_attribute(element, "string-value") or get_words(element))
            return ""
        if name == "annotation":
            comment = "\n".join(
                get_words(paragraph) for paragraph in element if get_local_name(paragraph) in ("p", "list")
            )
            self.builder.lose("comment", comment)
            return ""
        if name == "note":
            body = find_child(element, "note-body")
            return f"（注：{get_words(body)}）" if body is not None else ""
        if name in ("frame", "custom-shape", "rect", "g", "control"):
            return self._read_frame(element, depth)
        if name in _DELETED_FIELDS:
            self.builder.lose("control", get_words(element))
            return ""
        if name in ("change", "change-start", "change-end", "bookmark", "soft-page-break", "annotation-end"):
            return ""
        text = self._read_text(element, depth)
        if not text and name.endswith(("-get", "-ref", "-input", "date", "time", "field")):
            self.builder.lose("field", get_attribute(element, "formula") or get_attribute(element, "name") or name)
        return text

    def _read_frame(self, frame: _Element, depth: int) -> str:
        """Return the words of a frame; record pictures, formulas and objects as losses."""
        if get_local_name(frame) == "control":
            self.builder.lose("control", get_attribute(frame, "control"))
            return ""
        boxes = list(frame.iter("{*}text-box")) or ([frame] if get_local_name(frame) != "frame" else [])
        if (
            boxes and "水印" in get_attribute(frame, "name") + get_attribute(frame, "id")
        ) or "WaterMark" in get_attribute(frame, "name"):
            self.builder.lose("watermark", get_words(frame))
            return ""
        if boxes:
            lines = [
                self._read_text(one, depth) for box in boxes for one in box.iter("{*}p", "{*}h") if depth < MAX_DEPTH
            ]
            return "\n".join(line for line in lines if line.strip())
        alternative = next((get_words(one) for one in frame.iter("{*}desc", "{*}title") if get_words(one)), "")
        for one in find_all(frame, "object"):
            inner = find_child(one, "math")
            target = get_attribute(one, "href").removeprefix("./")
            if inner is None and target:
                inner = self._package.xml(f"{target}/content.xml")
            if inner is not None and get_local_name(inner) == "math":
                formula = linearise_formula(inner)
                self.builder.lose("formula", formula)
                return formula
            self.builder.document.attachments.append(target)
            self.builder.lose("attachment", alternative or target)
            return ""
        if next(find_all(frame, "image"), None) is not None:
            self.builder.lose("picture", alternative)
        return ""

    def _read_table(self, table: _Element, depth: int) -> None:
        """Add a table; covered cells get the text of the cell that covers them."""
        rows: list[list[str]] = []
        covered: dict[tuple[int, int], str] = {}
        for row in _list_rows(table):
            cells: list[str] = []
            for cell in row:
                repeated = min(
                    parse_attribute_number(get_attribute(cell, "number-columns-repeated") or "1", 1, MAX_REPETITIONS),
                    MAX_COLUMNS,
                )
                if get_local_name(cell) == "covered-table-cell":
                    cells += [covered.get((len(rows), len(cells) + at), "") for at in range(repeated)]
                elif get_local_name(cell) == "table-cell":
                    text = self._read_cell_text(cell, depth)
                    self._record_covered_cells(cell, text, len(rows), len(cells), covered)
                    cells += [text] * repeated
            rows.append(cells)
            check_bound("cells", sum(map(len, rows)))
        self.builder.table(rows)

    def _record_covered_cells(
        self, cell: _Element, text: str, row: int, at: int, covered: dict[tuple[int, int], str]
    ) -> None:
        """Store the text of a cell in `covered` for all other cells that it covers."""
        down = parse_attribute_number(get_attribute(cell, "number-rows-spanned") or "1", 1, MAX_REPETITIONS)
        across = parse_attribute_number(get_attribute(cell, "number-columns-spanned") or "1", 1, MAX_COLUMNS)
        check_bound("merged", len(covered) + down * across)
        covered |= {
            (row + y, at + x): CoveredCell(text, "above" if y else "left")
            for y in range(down)
            for x in range(across)
            if x or y
        }

    def _read_cell_text(self, cell: _Element, depth: int) -> str:
        """Return the text of a cell; tables inside it become lines with tabs."""
        pieces: list[str] = []
        for child in cell:
            if get_local_name(child) in ("p", "h"):
                pieces.append(self._lists.take_label(child) + self._read_text(child, depth))
            elif get_local_name(child) == "table" and depth < MAX_DEPTH:
                rows = (
                    [self._read_cell_text(inner_cell, depth + 1).replace("\n", " ") for inner_cell in row]
                    for row in _list_rows(child)
                )
                pieces += map("\t".join, rows)
            elif get_local_name(child) == "annotation":
                self.builder.lose("comment", get_words(child))
            elif get_local_name(child) in ("list", "list-item", "section") and depth < MAX_DEPTH:
                self._lists.enter(child)
                pieces.append(self._read_cell_text(child, depth + 1))
                self._lists.leave(child)
        return "\n".join(pieces)


def _list_rows(table: _Element) -> list[_Element]:
    """Return the rows of a table, also those in groups."""
    rows: list[_Element] = []
    for child in table:
        if get_local_name(child) == "table-row":
            rows.append(child)
        elif get_local_name(child) in ("table-header-rows", "table-rows", "table-row-group"):
            rows += _list_rows(child)
    return rows
