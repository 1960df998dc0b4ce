"""Read OpenDocument files: texts (.odt) and sheets (.ods), packed or as one XML file."""

import re

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import Builder, Document, UnreadFile, refuse_over
from gongkai.lib.fileformats.documents.packages import (
    DAMAGED,
    LOCKED,
    Package,
    child_of,
    find_all,
    name_of,
    parse_whole,
    parse_xml,
    properties_in,
    value_of,
)
from gongkai.lib.fileformats.documents.sheets import Sheet
from gongkai.lib.fileformats.documents.symbols import is_symbol_font, linearise_formula, raise_text, translate_symbols
from gongkai.lib.fileformats.workbooks.merging import MAX_COLUMNS

MAX_DEPTH = 80
#: Maximum rows or columns that one repeated element expands to.
MAX_REPEATED = 1_000
_SKIPPED = frozenset({"sequence-decls", "forms", "tracked-changes", "variable-decls", "user-field-decls", "shapes"})
_DELETED_FIELDS = frozenset({"placeholder"})


def read_opendocument(package: Package, depth: int) -> Document:
    """Return an OpenDocument file as a document."""
    manifest = package.read("META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise UnreadFile(LOCKED)
    root, meta = package.xml("content.xml"), package.xml("meta.xml")
    if root is None:
        raise UnreadFile(DAMAGED)
    return _Reader(package).read(root, package.xml("styles.xml"), meta)


def read_flat_opendocument(data: bytes, depth: int) -> Document:
    """Return an OpenDocument file in one XML file as a document."""
    root = parse_xml(data)
    return _Reader(Package(None, {})).read(root, root, root)


class _Reader:
    """Read one OpenDocument file."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._hidden: set[str] = set()
        self._struck: set[str] = set()
        self._raised: dict[str, bool] = {}
        self._fonts: dict[str, str] = {}
        self._based: dict[str, str] = {}
        self._notes = 0
        self.builder = Builder("odt")

    def read(self, root: _Element, styles: _Element | None, meta: _Element | None) -> Document:
        """Return the document."""
        for one in (root, styles):
            if one is not None:
                self._load_styles(one)
        info = next(find_all(meta, "meta"), None) if meta is not None else None
        if info is not None:
            self.builder.document.properties.update(properties_in(info))
        body = child_of(root, "body")
        content = body[0] if body is not None and len(body) else None
        if content is None:
            return self.builder.document
        if name_of(content) == "spreadsheet":
            self.builder.document.kind = "ods"
            self._read_sheets(content)
        elif name_of(content) in ("presentation", "drawing"):
            raise UnreadFile("不支持的格式（演示文稿或图形）：请另存为.pdf后再试。")
        else:
            self._read_changes(content)
            self._read_blocks(content, 0)
            self._read_margins(styles)
        return self.builder.document

    def _load_styles(self, root: _Element) -> None:
        for style in root.iter("{*}style", "{*}default-style"):
            name = value_of(style, "name")
            self._based[name] = value_of(style, "parent-style-name")
            text = child_of(style, "text-properties")
            if text is None:
                continue
            if value_of(text, "display") == "none":
                self._hidden.add(name)
            if value_of(text, "text-line-through-style") not in ("", "none") or value_of(
                text, "text-line-through-type"
            ) not in ("", "none"):
                self._struck.add(name)
            position = value_of(text, "text-position")
            if re.match(r"super|sub|-?[1-9]", position):
                self._raised[name] = not position.startswith(("sub", "-"))
            if font := value_of(text, "font-name") or value_of(text, "font-family"):
                self._fonts[name] = font

    def _is(self, marked: set[str], style: str) -> bool:
        for _ in range(20):
            if style in marked:
                return True
            style = self._based.get(style, "")
            if not style:
                return False
        return False

    def _read_changes(self, content: _Element) -> None:
        for region in find_all(content, "changed-region"):
            if (deletion := child_of(region, "deletion")) is not None:
                words = "\n".join(_words(one) for one in deletion if name_of(one) in ("p", "h"))
                self.builder.lose("deleted", words or _words(deletion))

    def _read_margins(self, styles: _Element | None) -> None:
        for margin in styles.iter("{*}header", "{*}footer") if styles is not None else ():
            words = _words(margin)
            if words and not re.fullmatch(r"[-—\s第共页/0-9]*", words):
                self.builder.lose(name_of(margin), words, "页眉" if name_of(margin) == "header" else "页脚")

    def _read_blocks(self, parent: _Element, depth: int) -> None:
        if depth > MAX_DEPTH:
            return
        for child in parent:
            name = name_of(child)
            if name in _SKIPPED or not name:
                continue
            if name in ("p", "h"):
                level = (
                    parse_whole(value_of(child, "outline-level") or "1", 1, 9) if name == "h" else self._level(child)
                )
                self.builder.paragraph(self._text(child, depth), level)
            elif name == "table":
                self._read_table(child, depth)
            elif name == "section" and value_of(child, "display") == "none":
                self.builder.lose("hidden", _words(child))
            elif name in ("frame", "custom-shape", "rect", "g", "line"):
                self.builder.paragraph(self._frame(child, depth))
            else:
                self._read_blocks(child, depth + 1)

    def _level(self, paragraph: _Element) -> int:
        style = value_of(paragraph, "style-name")
        for _ in range(20):
            if style in ("Title", "标题"):
                return 1
            if match := re.fullmatch(r"Heading_20_(\d)|标题_20_(\d)", style):
                return int(match[1] or match[2])
            style = self._based.get(style, "")
        return 0

    def _text(self, element: _Element, depth: int) -> str:
        style = value_of(element, "style-name")
        if self._is(self._hidden, style):
            self.builder.lose("hidden", _words(element))
            return ""
        if self._is(self._struck, style):
            self.builder.lose("deleted", _words(element))
            return ""
        parts = [re.sub(r"[ \t\r\n]+", " ", element.text or "")]
        for child in element:
            if name_of(child) and depth < MAX_DEPTH:
                parts.append(self._inline(child, depth + 1))
            parts.append(re.sub(r"[ \t\r\n]+", " ", child.tail or ""))
        text = "".join(parts)
        font = self._fonts.get(style, "")
        if is_symbol_font(font):
            text, unknown = translate_symbols(font, text)
            if unknown:
                self.builder.lose("symbol", unknown)
        return raise_text(text, self._raised[style]) if style in self._raised else text

    def _inline(self, element: _Element, depth: int) -> str:  # noqa: PLR0911 - a table of elements
        name = name_of(element)
        if name == "s":
            return " " * parse_whole(value_of(element, "c") or "1", 1, 200)
        if name in ("tab", "line-break"):
            return "\t" if name == "tab" else "\n"
        if name == "ruby":
            over, base = child_of(element, "ruby-text"), child_of(element, "ruby-base")
            self.builder.lose("ruby", _words(over) if over is not None else "")
            return self._text(base, depth) if base is not None else ""
        if name in ("hidden-text", "hidden-paragraph"):
            self.builder.lose("hidden", value_of(element, "string-value") or _words(element))
            return ""
        if name == "annotation":
            words = "\n".join(_words(one) for one in element if name_of(one) in ("p", "list"))
            self.builder.lose("comment", words)
            return ""
        if name == "note":
            body = child_of(element, "note-body")
            return f"（注：{_words(body)}）" if body is not None else ""
        if name in ("frame", "custom-shape", "rect", "g", "control"):
            return self._frame(element, depth)
        if name in _DELETED_FIELDS:
            self.builder.lose("control", _words(element))
            return ""
        if name in ("change", "change-start", "change-end", "bookmark", "soft-page-break", "annotation-end"):
            return ""
        text = self._text(element, depth)
        if not text and name.endswith(("-get", "-ref", "-input", "date", "time", "field")):
            self.builder.lose("field", value_of(element, "formula") or value_of(element, "name") or name)
        return text

    def _frame(self, frame: _Element, depth: int) -> str:
        """Return the words of a frame; record a picture, formula or object."""
        if name_of(frame) == "control":
            self.builder.lose("control", value_of(frame, "control"))
            return ""
        boxes = list(frame.iter("{*}text-box")) or ([frame] if name_of(frame) != "frame" else [])
        if (boxes and "水印" in value_of(frame, "name") + value_of(frame, "id")) or "WaterMark" in value_of(
            frame, "name"
        ):
            self.builder.lose("watermark", _words(frame))
            return ""
        if boxes:
            lines = [self._text(one, depth) for box in boxes for one in box.iter("{*}p", "{*}h") if depth < MAX_DEPTH]
            return "\n".join(line for line in lines if line.strip())
        alternative = next((_words(one) for one in frame.iter("{*}desc", "{*}title") if _words(one)), "")
        for one in find_all(frame, "object"):
            inner = child_of(one, "math")
            target = value_of(one, "href").removeprefix("./")
            if inner is None and target:
                inner = self._package.xml(f"{target}/content.xml")
            if inner is not None and name_of(inner) == "math":
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
        rows: list[list[str]] = []
        covered: dict[tuple[int, int], str] = {}
        for row in _rows(table):
            cells: list[str] = []
            for cell in row:
                repeated = min(
                    parse_whole(value_of(cell, "number-columns-repeated") or "1", 1, MAX_REPEATED), MAX_COLUMNS
                )
                if name_of(cell) == "covered-table-cell":
                    cells += [covered.get((len(rows), len(cells) + at), "") for at in range(repeated)]
                elif name_of(cell) == "table-cell":
                    text = self._cell_text(cell, depth)
                    self._cover(cell, text, len(rows), len(cells), covered)
                    cells += [text] * repeated
            rows.append(cells)
            refuse_over("cells", sum(map(len, rows)))
        self.builder.table(rows)

    def _cover(self, cell: _Element, text: str, row: int, at: int, covered: dict[tuple[int, int], str]) -> None:
        down = parse_whole(value_of(cell, "number-rows-spanned") or "1", 1, MAX_REPEATED)
        right = parse_whole(value_of(cell, "number-columns-spanned") or "1", 1, MAX_COLUMNS)
        refuse_over("merged", len(covered) + down * right)
        covered.update({(row + y, at + x): text for y in range(down) for x in range(right) if x or y})

    def _cell_text(self, cell: _Element, depth: int) -> str:
        parts: list[str] = []
        for child in cell:
            if name_of(child) in ("p", "h"):
                parts.append(self._text(child, depth))
            elif name_of(child) == "table" and depth < MAX_DEPTH:
                rows = ([self._cell_text(one, depth + 1).replace("\n", " ") for one in row] for row in _rows(child))
                parts += map("\t".join, rows)
            elif name_of(child) == "annotation":
                self.builder.lose("comment", _words(child))
            elif name_of(child) in ("list", "list-item", "section") and depth < MAX_DEPTH:
                parts.append(self._cell_text(child, depth + 1))
        return "\n".join(parts)

    def _read_sheets(self, content: _Element) -> None:
        tables = [one for one in content if name_of(one) == "table"]
        for table in tables:
            hidden = self._table_is_hidden(table)
            sheet = Sheet(value_of(table, "name"), self.builder, hidden=hidden, titled=len(tables) > 1)
            at = 0
            for column in find_all(table, "table-column"):
                count = parse_whole(value_of(column, "number-columns-repeated") or "1", 1, 20_000)
                if value_of(column, "visibility") in ("collapse", "filter"):
                    sheet.hide_columns(at, at + count - 1)
                at += count
            self._read_sheet(table, sheet)
            sheet.finish()

    def _table_is_hidden(self, table: _Element) -> bool:
        style = value_of(table, "style-name")
        for one in find_all(table.getroottree().getroot(), "style"):
            if value_of(one, "name") == style:
                return value_of(child_of(one, "table-properties"), "display") == "false"
        return False

    def _read_sheet(self, table: _Element, sheet: Sheet) -> None:
        number = 0
        for row in _rows(table):
            number += 1
            repeated = parse_whole(value_of(row, "number-rows-repeated") or "1", 1, 2_000_000)
            for again in range(min(repeated, MAX_REPEATED) if _words(row) else 0):
                if value_of(row, "visibility") in ("collapse", "filter"):
                    sheet.hide_row(number + again)
                self._read_sheet_row(row, number + again, sheet)
            number += repeated - 1

    def _read_sheet_row(self, row: _Element, number: int, sheet: Sheet) -> None:
        at = 0
        for cell in row:
            repeated = parse_whole(value_of(cell, "number-columns-repeated") or "1", 1, 20_000)
            if name_of(cell) in ("table-cell", "covered-table-cell"):
                text = self._cell_text(cell, 0)
                kind, formula = value_of(cell, "value-type"), value_of(cell, "formula")
                if formula and not text.strip() and not value_of(cell, "value"):
                    sheet.lose_formula(formula.removeprefix("of:").removeprefix("="), number, at)
                if kind in ("float", "currency") and re.fullmatch(r"-?\d{16,}(?:\.0*)?", value_of(cell, "value")):
                    sheet.lose("digits", value_of(cell, "value"), number, at)
                down = parse_whole(value_of(cell, "number-rows-spanned") or "1", 1, 5_000)
                right = parse_whole(value_of(cell, "number-columns-spanned") or "1", 1, MAX_COLUMNS)
                if down > 1 or right > 1:
                    sheet.merge(number, at, number + down - 1, at + right - 1)
                for again in range(min(repeated, MAX_COLUMNS - at) if text.strip() else 0):
                    sheet.put(number, at + again, text, error=None, is_text=kind in ("string", ""))
            at += repeated
            if at >= MAX_COLUMNS:
                return


def _rows(table: _Element) -> list[_Element]:
    found: list[_Element] = []
    for child in table:
        if name_of(child) == "table-row":
            found.append(child)
        elif name_of(child) in ("table-header-rows", "table-rows", "table-row-group"):
            found += _rows(child)
    return found


def _words(element: _Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
