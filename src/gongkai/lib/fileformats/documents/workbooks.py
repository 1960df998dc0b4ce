"""Read workbooks in XML (.xlsx, strict, flat) and tables of text (.csv)."""

import csv
import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import Document, DocumentBuilder, UnreadFile, check_bound
from gongkai.lib.fileformats.documents.number_formats import BUILT_IN_FORMATS, show_number, type_number
from gongkai.lib.fileformats.documents.packages import (
    DAMAGED_FILE_ERROR,
    Package,
    find_all,
    find_child,
    get_attribute,
    get_local_name,
    iterate_xml,
    join_texts,
    parse_attribute_number,
    parse_xml,
)
from gongkai.lib.fileformats.documents.sheets import RANGE_PATTERN, SheetBuilder
from gongkai.lib.fileformats.documents.symbols import raise_text, show_in_font
from gongkai.lib.fileformats.documents.texts import decode_text
from gongkai.lib.fileformats.documents.word_styles import is_on
from gongkai.lib.fileformats.workbooks.merged_ranges import MAX_COLUMNS
from gongkai.lib.fileformats.workbooks.values import (
    CellFault,
    check_value,
    looks_like_formula,
    parse_column_letters,
    parse_finite,
    round_to_fifteen_digits,
    unescape_cell_text,
)

_CELL_REFERENCE_RE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
#: Elements of a sheet beside its rows that are read.
_TAGS_OUTSIDE_ROWS = ("col", "mergeCell", "conditionalFormatting", "headerFooter", "control", "legacyControl")
#: Parts of a sheet that are read, by the last word of their relation.
_READ_PARTS = ("comments", "threadedComment", "drawing", "table")
_SEPARATOR_LINE_RE = re.compile(r"\s*sep=(.)\n")
_CELL_SEPARATORS = ",\t;，；|"
MAX_FIELD_CHARACTERS = 20_000_000


@dataclass(slots=True)
class CellText:
    """A cell's text, with the parts not in it: ruby, words struck out.

    Attributes:
        written: the words as the file has them, with those struck out.
    """

    text: str
    written: str
    losses: list[tuple[str, str]] = field(default_factory=list)


class WorkbookReader:
    """Read one workbook; `most_rows`: as for `DocumentBuilder`."""

    def __init__(self, package: Package, *, most_rows: int = 0) -> None:
        self.package = package
        self.builder = DocumentBuilder("xlsx", most_rows=most_rows)
        self.part = package.main_part("xl/workbook.xml")
        self.relations = package.relations(self.part)
        self.from_1904 = False
        self.number_formats: list[str] = []
        self.struck: list[bool] = []
        self.white: list[bool] = []
        self.symbol_fonts: list[str] = []
        self.quoted: list[bool] = []
        self.texts: list[CellText] = []

    def read(self) -> Document:
        """Return the document of the sheets (UnreadFile: there is no workbook part)."""
        root = self.package.xml(self.part)
        if root is None:
            raise UnreadFile("已损坏：工作簿缺少正文，请用表格软件打开后另存为新文件再试。")
        self.builder.document.properties.update(self.package.properties())
        self.from_1904 = get_attribute(find_child(root, "workbookPr"), "date1904").lower() in ("1", "true")
        self.load_styles()
        self._load_texts()
        sheets = [node for node in find_all(root, "sheet") if get_local_name(node.getparent()) == "sheets"]  # type: ignore[arg-type]
        parts = [self.relations.get(get_attribute(node, "id"), ("", ""))[1] for node in sheets]
        if not any(map(self.package.find, parts)) and (sheets or self.builder.most_rows):
            raise UnreadFile(DAMAGED_FILE_ERROR)
        visible_count = sum(get_attribute(node, "state") in ("", "visible") for node in sheets)
        for node, part in zip(sheets, parts, strict=True):
            name, hidden = get_attribute(node, "name"), get_attribute(node, "state") not in ("", "visible")
            if self.package.find(part):
                self._read_sheet(part, name, hidden=hidden, with_title=visible_count > 1)
            else:
                self.builder.lose("page", f"{name}：文件里没有这张工作表的内容", f"工作表“{name}”")
        return self.builder.document

    def load_styles(self) -> None:
        """Read number formats, fonts and white text of cell styles, and which are text."""
        target = next((style_part for kind, style_part in self.relations.values() if kind == "styles"), "xl/styles.xml")
        if not self.package.find(target):
            return
        root = parse_xml(self.package.read(target, "sheet styles" if self.builder.most_rows else "part"))
        own_formats = {
            get_attribute(number_format, "numFmtId"): get_attribute(number_format, "formatCode")
            for number_format in find_all(root, "numFmt")
        }
        fonts = find_child(root, "fonts")
        struck = [bool(is_on(font, "strike")) for font in fonts] if fonts is not None else []
        white = [_is_white(find_child(font, "color")) for font in fonts] if fonts is not None else []
        fills = [find_child(fill, "patternFill") for fill in find_all(root, "fill")]
        papers = [
            get_attribute(fill, "patternType", "none") in ("none", "gray125") or _is_white(find_child(fill, "fgColor"))
            for fill in fills
        ]
        names = [get_attribute(find_child(font, "name")) for font in fonts] if fonts is not None else []
        for cell_format in find_child(root, "cellXfs") if find_child(root, "cellXfs") is not None else ():  # type: ignore[union-attr]
            number, font = get_attribute(cell_format, "numFmtId", "0"), get_attribute(cell_format, "fontId", "0")
            code = own_formats.get(number) or BUILT_IN_FORMATS.get(int(number) if number.isdecimal() else 0, "General")
            self.number_formats.append(code)
            at = int(font) if font.isdecimal() and int(font) < len(struck) else -1
            self.struck.append(at >= 0 and struck[at])
            fill = parse_attribute_number(get_attribute(cell_format, "fillId", "0"), 0, len(papers))
            self.white.append(at >= 0 and white[at] and (fill == len(papers) or papers[fill]))
            self.symbol_fonts.append(names[at] if at >= 0 else "")
            self.quoted.append(get_attribute(cell_format, "quotePrefix") in ("1", "true"))

    def _load_texts(self) -> None:
        """Read the shared strings of the workbook."""
        target = next((text_part for kind, text_part in self.relations.values() if kind == "sharedStrings"), "")
        if self.package.find(target := target or "xl/sharedStrings.xml"):
            for shared_string in iterate_xml(self.package.read(target, "sheet unpacked"), "si"):
                self.texts.append(read_cell_text(shared_string))
                check_bound("sheet texts", len(self.texts))

    def _read_sheet(self, part: str, name: str, *, hidden: bool, with_title: bool) -> None:
        """Read a sheet, its comments and drawings; a `hidden` one as losses."""
        sheet, number = SheetBuilder(name, self.builder, hidden=hidden, titled=with_title), 0
        for element in iterate_xml(self.package.read(part, "sheet unpacked"), "row", *_TAGS_OUTSIDE_ROWS):
            if sheet.is_full:
                break
            if get_local_name(element) == "row":
                number = int(get_attribute(element, "r") or number + 1)
                check_bound("sheet rows", number if number > 1_048_576 else 0)
                self._read_row(element, number, sheet)
            else:
                self._read_beside_rows(element, sheet)
        self._read_related(part, sheet)
        sheet.finish()

    def _read_beside_rows(self, element: _Element, sheet: SheetBuilder) -> None:
        """Read hidden columns, merged ranges, controls and margins of a sheet."""
        kind = get_local_name(element)
        if kind == "col":
            if get_attribute(element, "hidden").lower() in ("1", "true") or get_attribute(element, "width") == "0":
                first_column, last_column = get_attribute(element, "min", "0"), get_attribute(element, "max", "0")
                sheet.hide_columns(int(first_column) - 1, int(last_column) - 1)
        elif kind == "mergeCell":
            if (match := RANGE_PATTERN.fullmatch(get_attribute(element, "ref"))) and match[3]:
                sheet.merge(
                    int(match[2]), parse_column_letters(match[1]), int(match[4]), parse_column_letters(match[3])
                )
        elif kind == "headerFooter":
            for margin in element:
                sheet.lose_margin("header" if "eader" in get_local_name(margin) else "footer", margin.text or "")
        elif kind == "conditionalFormatting":
            sheet.reveal(get_attribute(element, "sqref"))
        else:
            self.builder.lose("control", get_attribute(element, "name"), sheet.name)

    def _read_row(self, row: _Element, number: int, sheet: SheetBuilder) -> None:
        """Read the cells of a row by their references; a cell without one follows the last."""
        if get_attribute(row, "hidden").lower() in ("1", "true") or get_attribute(row, "ht") == "0":
            sheet.hide_row(number)
        at = -1
        for cell in row:
            if get_local_name(cell) != "c":
                continue
            place = _CELL_REFERENCE_RE.fullmatch(get_attribute(cell, "r"))
            at = parse_column_letters(place[1]) if place else at + 1
            if at < MAX_COLUMNS:
                self._read_cell(cell, number, at, sheet)
            elif len(cell):
                sheet.is_cut = True

    def _read_cell(self, cell: _Element, number: int, at: int, sheet: SheetBuilder) -> None:
        """Read a cell: its value, shown text, and hidden, struck or unreadable parts as losses."""
        kind, value = get_attribute(cell, "t", "n"), find_child(cell, "v")
        raw = (value.text or "") if value is not None else ""
        style = get_attribute(cell, "s", "0")
        look = int(style) if style.isdecimal() else 0
        number_format = self.number_formats[look] if look < len(self.number_formats) else "General"
        formula = find_child(cell, "f")
        if kind == "s" and raw.isdecimal():
            is_known = int(raw) < len(self.texts)
            text, kind = (self.texts[int(raw)], kind) if is_known else (CellText("#REF!", "#REF!"), "e")
        elif kind == "inlineStr":
            inline = find_child(cell, "is")
            text = read_cell_text(inline) if inline is not None else CellText("", "")
        elif kind in ("str", "d", "e"):
            text = CellText(unescape_cell_text(raw), raw)
        elif kind == "b":
            text = CellText("TRUE" if raw.strip() == "1" else "FALSE" if raw.strip() else "", raw)
        else:
            text = CellText(self._format_value(raw, number_format, sheet, number, at), raw.strip())
        if self.builder.most_rows:
            is_quoted = look < len(self.quoted) and self.quoted[look]
            sheet.keep(number, at, self._convert_value(kind, text.written, number_format, at, is_quoted=is_quoted))
        if formula is not None and not text.text.strip() and kind != "str":
            sheet.lose_formula(formula.text or "", number, at)
        is_struck = look < len(self.struck) and self.struck[look]
        if (number_format == ";;;" or is_struck) and text.text.strip():
            sheet.lose("hidden" if number_format == ";;;" else "deleted", text.text, number, at)
            return
        if look < len(self.white) and self.white[look]:
            sheet.conceal(number, at)
        for loss_kind, lost_text in text.losses:
            sheet.lose(loss_kind, lost_text, number, at)
        shown = text.text  # `text` is shared by the cells with the same words
        if look < len(self.symbol_fonts):
            shown = show_in_font(
                self.symbol_fonts[look], shown, lambda kind, unknown: sheet.lose(kind, unknown, number, at)
            )
        is_text = kind in ("s", "inlineStr", "str")
        sheet.put(number, at, shown, error=kind == "e", is_text=is_text, written=raw if kind == "n" else "")

    def _format_value(self, raw: str, number_format: str, sheet: SheetBuilder, number: int, at: int) -> str:
        """Return a number as its format shows it; other values as they are."""
        raw = raw.strip()
        try:
            value = parse_finite(raw)
        except ValueError:
            return raw
        sheet.check_digits(value, raw, number, at)
        if abs(value) >= 1e15:
            return raw if raw.lstrip("-").isdigit() else f"{round_to_fifteen_digits(value):f}"
        return show_number(value, number_format, from_1904=self.from_1904)

    def _convert_value(self, kind: str, raw: str, number_format: str, at: int, *, is_quoted: bool) -> object:
        """Return a cell's value for an import, by its type (`kind`) and number format."""
        if kind == "e":
            return CellFault(raw, "error", at)
        if kind == "b":
            return raw.strip() == "1" if raw.strip() else None
        try:
            if kind == "d":
                return datetime.fromisoformat(raw)
            if kind == "n":
                return check_value(type_number(parse_finite(raw), number_format, from_1904=self.from_1904), at)
        except ValueError:
            pass
        return check_value(raw, at, xml=True, quoted=is_quoted)

    def _read_related(self, part: str, sheet: SheetBuilder) -> None:
        """Read the sheet's comments, drawings, embedded objects, tables and background pictures."""
        for kind, target in self.package.relations(part).values():
            inner = self.package.xml(target) if kind in _READ_PARTS else None
            if kind in ("comments", "threadedComment") and inner is not None:
                for comment in inner.iter("{*}comment", "{*}threadedComment"):
                    words = join_texts(comment, "t", "text")
                    self.builder.lose("comment", words, f"{sheet.name}!{get_attribute(comment, 'ref')}")
            elif kind == "drawing" and inner is not None:
                self._read_drawing(target, inner, sheet)
            elif kind in ("oleObject", "package"):
                self.builder.document.attachments.append(posixpath.basename(target))
                self.builder.lose("attachment", posixpath.basename(target), sheet.name)
            elif kind == "table" and inner is not None:
                sheet.reveal(get_attribute(inner, "ref"))
            elif kind == "image":
                self.builder.lose("picture", "", sheet.name)

    def _read_drawing(self, part: str, root: _Element, sheet: SheetBuilder) -> None:
        """Read text boxes; record pictures and charts of a drawing as losses."""
        for shape in root.iter("{*}sp", "{*}pic", "{*}graphicFrame"):
            properties = next(shape.iter("{*}cNvPr"), None)
            shape_text = "\n".join(join_texts(paragraph, "t") for paragraph in find_all(shape, "p")).strip()
            if get_local_name(shape) == "sp":
                if shape_text:
                    sheet.add_box(shape_text, watermark="水印" in get_attribute(properties, "name"))
            else:
                drawn = self.package.find_drawn_words(shape, self.package.relations(part))
                words = get_attribute(properties, "descr") or shape_text or next(drawn, "")
                self.builder.lose("picture", words, sheet.name)


def _is_white(colour: _Element | None) -> bool:
    """Return whether a colour is white, as the background of sheets is."""
    is_named = get_attribute(colour, "theme") == "0" or get_attribute(colour, "indexed") in ("1", "9")
    return is_named or get_attribute(colour, "rgb")[-6:].upper() == "FFFFFF"


def unescape_control_codes(text: str) -> str:
    """Return a text with its characters unescaped if it contains escaped control characters (_x000D_)."""
    return unescape_cell_text(text) if "_x00" in text else text


def read_cell_text(element: _Element) -> CellText:
    """Return the text of a cell or of a shared string (si)."""
    out = CellText("", "")
    for child in element:
        name = get_local_name(child)
        if name not in ("t", "r", "rPh"):
            continue
        piece = join_texts(child, "t")
        out.written += piece if name != "rPh" else ""
        if name == "rPh":
            out.losses.append(("ruby", piece))
        elif name == "r" and is_on(find_child(child, "rPr"), "strike"):
            out.losses.append(("deleted", unescape_cell_text(piece)))
        else:
            raised = get_attribute(find_child(child, "rPr", "vertAlign"))
            out.text += raise_text(piece, raised == "superscript") if raised.startswith("su") else piece
    out.text = unescape_cell_text(out.text)
    return out


def read_csv(data: bytes, *, most_rows: int = 0) -> Document:
    """Return a table of text (comma, tab or semicolon) as a document."""
    builder = DocumentBuilder("csv", most_rows=most_rows)
    sheet = SheetBuilder("", builder)
    for number, cells in enumerate(_iterate_csv_rows(decode_text(data, builder)), 1):
        check_bound("sheet rows", number)
        if sheet.is_full:
            break
        for at, cell in enumerate(cells[:MAX_COLUMNS]):
            is_quoted = cell[:1] == "'" and looks_like_formula(cell[1:])  # as `core.spreadsheets` writes it
            text = cell[1:] if is_quoted else cell
            text = found[1] if (found := re.fullmatch(r'="([^"]*)"', text)) else text
            if most_rows:
                sheet.keep(number, at, check_value(text, at, quoted=is_quoted))
            sheet.put(number, at, unescape_control_codes(text), is_text=True)
    sheet.finish()
    return builder.document


def parse_csv(text: str) -> tuple[Iterator[list[str]], str]:
    """Return (rows, separator) of a CSV text.

    Raises the field limit of the `csv` module for the whole process.

    Raises:
        csv.Error: when the rows are read, if the text is not CSV.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    if stated := _SEPARATOR_LINE_RE.match(text):
        return csv.reader(io.StringIO(text[stated.end() :], newline=""), delimiter=stated[1]), stated[1]
    lines = text.lstrip("\r\n").split("\n", 20)[:20]
    head = "".join(lines)
    separator = max(
        _CELL_SEPARATORS,
        key=lambda one: (sum(one in line for line in lines), one.isascii(), head.count(one), one == ","),
    )
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator), separator


def _iterate_csv_rows(text: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV text (UnreadFile: it is none)."""
    try:
        yield from parse_csv(text)[0]
    except csv.Error as error:
        raise UnreadFile("已损坏：不是可读取的CSV表格，请另存为.xlsx后再试。") from error
