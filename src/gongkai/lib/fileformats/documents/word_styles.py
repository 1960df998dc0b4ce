"""Styles and automatic list numbers of Word files, which their paragraphs only refer to."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lxml.etree import _Element

from gongkai.lib.chinese.numerals import to_words
from gongkai.lib.fileformats.documents.packages import (
    find_all,
    find_child,
    get_attribute,
    get_local_name,
    parse_attribute_number,
)

_HEADING_STYLE_RE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_TITLE_STYLES = frozenset({"title", "标题"})
_OFF_VALUES = frozenset({"0", "false", "off", "none", "no"})
#: Levels of styles based on each other.
MAX_STYLE_LEVELS = 20


@dataclass(frozen=True, slots=True)
class RunProperties:
    """The properties of a run that decide about its text; None where not stated."""

    hidden: bool | None = None
    struck: bool | None = None
    font: str | None = None
    colour: str | None = None
    shaded: str | None = None
    size: int | None = None

    def complete_with(self, below: "RunProperties") -> "RunProperties":
        """Return these properties, completed by `below`."""
        names = ("hidden", "struck", "font", "colour", "shaded", "size")
        return RunProperties(*(getattr(self if getattr(self, name) is not None else below, name) for name in names))


#: Theme colours of the paper; Word writes them beside or instead of FFFFFF.
_PAPER_THEME_COLOURS = frozenset({"background1", "light1", "bg1", "lt1"})
_PAPER_COLOUR = "FFFFFF"
#: Stands for a background of unknown colour that is not that of the paper.
_UNKNOWN_COLOUR = "?"
_HEX_COLOUR_RE = re.compile("[0-9A-F]{6}")
#: Maximum difference of the components of two colours that look the same.
_MAX_SAME_COLOUR_DIFFERENCE = 16


def read_colour(element: _Element | None) -> str | None:
    """Return a stated colour, FFFFFF for the theme's background, None without one."""
    is_paper = get_attribute(element, "themeColor") in _PAPER_THEME_COLOURS and not get_attribute(element, "themeShade")
    return _PAPER_COLOUR if is_paper else get_attribute(element).upper() or None


def read_shading(element: _Element | None) -> str | None:
    """Return the background colour of a shd element, or None without one."""
    if element is None or get_attribute(element, "val") == "nil":
        return None
    fill, is_paper = get_attribute(element, "fill").upper(), get_attribute(element, "themeFill") in _PAPER_THEME_COLOURS
    if get_attribute(element, "val") == "solid" and _HEX_COLOUR_RE.fullmatch(get_attribute(element, "color").upper()):
        fill = get_attribute(element, "color").upper()
    if fill in ("", "AUTO", _PAPER_COLOUR):
        return _UNKNOWN_COLOUR if get_attribute(element, "themeFill") and not is_paper else None
    return fill


def is_same_colour(colour: str | None, background: str | None) -> bool:
    """Return whether text of a colour is indistinguishable from its background."""
    colours = [
        bytes.fromhex(text_part)
        for text_part in (colour or "", background or _PAPER_COLOUR)
        if _HEX_COLOUR_RE.fullmatch(text_part)
    ]
    return len(colours) == 2 and all(
        abs(text_part - background_part) < _MAX_SAME_COLOUR_DIFFERENCE
        for text_part, background_part in zip(*colours, strict=True)
    )


def is_on(properties: _Element | None, *names: str) -> bool | None:
    """Return whether a property is switched on; None where it is not stated."""
    for name in names:
        if (found := find_child(properties, name)) is not None:
            return get_attribute(found, "val", "1").lower() not in _OFF_VALUES
    return None


def read_run_properties(properties: _Element | None) -> RunProperties:
    """Return the properties in an rPr element."""
    if properties is None:
        return RunProperties()
    fonts, colour = find_child(properties, "rFonts"), read_colour(find_child(properties, "color"))
    hidden = [on for on in (is_on(properties, "vanish"), is_on(properties, "webHidden")) if on is not None]
    struck = [on for on in (is_on(properties, "strike"), is_on(properties, "dstrike")) if on is not None]
    marked = get_attribute(find_child(properties, "highlight")) not in ("", "none", "white")
    shaded = _UNKNOWN_COLOUR if marked else read_shading(find_child(properties, "shd"))
    size = get_attribute(find_child(properties, "sz"))
    return RunProperties(
        any(hidden) if hidden else None,
        any(struck) if struck else None,
        (get_attribute(fonts, "ascii") or get_attribute(fonts, "hAnsi") or get_attribute(fonts, "h-ansi")) or None,
        colour,
        shaded,
        int(size) if size.isdecimal() else None,
    )


class ListLevel(NamedTuple):
    """A list of a Word document, by its id, and a level in it from 0."""

    list_id: str
    level: int


class WordStyles:
    """The styles of a file by their ids."""

    def __init__(self, root: _Element | None) -> None:
        self._styles = (
            {get_attribute(one, "styleId"): one for one in find_all(root, "style")} if root is not None else {}
        )
        self._looks: dict[str, RunProperties] = {}
        self._table_fills: dict[str, dict[str, str]] = {}
        self._rows: dict[_Element, dict[_Element, int]] = {}
        self.default = next(
            (
                key
                for key, one in self._styles.items()
                if get_attribute(one, "type") == "paragraph"
                and get_attribute(one, "default").lower() in ("1", "on", "true")
            ),
            "",
        )

    def list_with_bases(self, style: str) -> list[_Element]:
        """Return the elements of a style and of the styles it is based on, nearest first."""
        found: list[_Element] = []
        while style in self._styles and len(found) < MAX_STYLE_LEVELS:
            found.append(self._styles[style])
            style = get_attribute(find_child(found[-1], "basedOn"))
        return found

    def look(self, style: str) -> RunProperties:
        """Return the run properties of a style."""
        if style not in self._looks:
            look = RunProperties()
            for one in self.list_with_bases(style):
                look = look.complete_with(read_run_properties(find_child(one, "rPr")))
            self._looks[style] = look
        return self._looks[style]

    def find_background(self, paragraph: _Element) -> str | None:
        """Return the background colour that a table gives to a paragraph; None for paper."""
        cell = next(paragraph.iterancestors("{*}tc", "{*}txbxContent"), None)
        if cell is None or get_local_name(cell) != "tc":
            return None
        if (cell_shading := find_child(cell, "tcPr", "shd")) is not None:
            return read_shading(cell_shading)
        row, table = next(cell.iterancestors("{*}tr"), None), next(cell.iterancestors("{*}tbl"), None)
        if row is None or table is None:
            return None
        if not (fills := self._read_fills(find_child(table, "tblPr"))):
            return None
        return next(
            (fills[table_part] for table_part in self._iterate_style_parts(cell, row, table) if table_part in fills),
            None,
        )

    def _iterate_style_parts(self, cell: _Element, row: _Element, table: _Element) -> Iterator[str]:
        """Yield the parts of a table's style that apply to a cell, the one that wins first."""
        if table not in self._rows:
            own_rows = (node for node in find_all(table, "tr") if next(node.iterancestors("{*}tbl")) is table)
            self._rows[table] = {node: place for place, node in enumerate(own_rows)}
        cells = [node for node in row if get_local_name(node) == "tc"]
        look, rows = find_child(table, "tblPr", "tblLook"), self._rows[table]
        has_head, has_side = _is_switched(look, "firstRow", 0x20), _is_switched(look, "firstColumn", 0x80)
        down, across = rows[row], cells.index(cell) if cell in cells else 0
        yield from ["firstRow"] * (has_head and down == 0)
        yield from ["lastRow"] * (_is_switched(look, "lastRow", 0x40) and down == len(rows) - 1)
        yield from ["firstCol"] * (has_side and across == 0)
        yield from ["lastCol"] * (_is_switched(look, "lastColumn", 0x100) and across == len(cells) - 1)
        if not _is_switched(look, "noHBand", 0x200):
            yield f"band{1 + (down - has_head) % 2}Horz"
        if not _is_switched(look, "noVBand", 0x400):
            yield f"band{1 + (across - has_side) % 2}Vert"
        yield "wholeTable"

    def _read_fills(self, properties: _Element | None) -> dict[str, str]:
        """Return the background colours of a table style by table part."""
        own_fill, style = read_shading(find_child(properties, "shd")), get_attribute(find_child(properties, "tblStyle"))
        if style not in self._table_fills:
            self._table_fills[style] = {
                get_attribute(style_part, "type") if style_part is not style_element else "wholeTable": fill
                for style_element in reversed(self.list_with_bases(style))
                for style_part in (style_element, *find_all(style_element, "tblStylePr"))
                if (
                    fill := read_shading(find_child(style_part, "tcPr", "shd"))
                    or read_shading(find_child(style_part, "tblPr", "shd"))
                )
            }
        return self._table_fills[style] | ({"wholeTable": own_fill} if own_fill else {})

    def level(self, properties: _Element | None) -> int:
        """Return the heading level of a paragraph by its style or its outline level; 0 for none."""
        outline = find_child(properties, "outlineLvl")
        style = get_attribute(find_child(properties, "pStyle"))
        for one in self.list_with_bases(style):
            name = get_attribute(find_child(one, "name")).strip()
            if match := _HEADING_STYLE_RE.match(name):
                return int(match[1]) or 1
            if name.lower() in _TITLE_STYLES:
                return 1
            if outline is None:
                outline = find_child(one, "pPr", "outlineLvl")
        if style and style not in self._styles and (match := _HEADING_STYLE_RE.match(style)):
            return int(match[1]) or 1
        level = get_attribute(outline)
        return int(level) + 1 if level.isdecimal() and int(level) < 9 else 0

    def find_numbering(self, style: str) -> ListLevel | None:
        """Return the list and level that a style puts its paragraphs into, or None."""
        for style_element in self.list_with_bases(style):
            if list_level := read_list_numbering(find_child(style_element, "pPr")):
                return list_level
        return None


def _is_switched(look: _Element | None, name: str, bit: int) -> bool:
    """Return true if a table switches on a part of its style (tblLook)."""
    stated, bits = get_attribute(look, name), get_attribute(look)
    if stated:
        return stated.lower() not in _OFF_VALUES
    return bool(int(bits, 16) & bit) if re.fullmatch("[0-9A-Fa-f]{1,8}", bits) else bit < 0x80


def read_list_numbering(properties: _Element | None) -> ListLevel | None:
    """Return the list and level in paragraph properties, or None."""
    found = find_child(properties, "numPr")
    if found is None:
        found = find_child(properties, "listPr")
    number = get_attribute(find_child(found, "numId")) or get_attribute(find_child(found, "ilfo"))
    if not number or number == "0":
        return None
    return ListLevel(number, parse_attribute_number(get_attribute(find_child(found, "ilvl")) or "0", 0))


class ListCounter:
    """Count the paragraphs of every list in reading order and return their labels."""

    def __init__(self, root: _Element | None, styles: WordStyles) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._shared: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        if root is None:
            return
        kinds = {get_attribute(one, "abstractNumId"): _read_levels(one) for one in find_all(root, "abstractNum")}
        kinds |= {get_attribute(one, "listDefId"): _read_levels(one) for one in find_all(root, "listDef")}
        for one in root.iter("{*}num", "{*}list"):
            base = get_attribute(find_child(one, "abstractNumId")) or get_attribute(find_child(one, "ilst"))
            number = get_attribute(one, "numId") or get_attribute(one, "ilfo")
            levels = dict(kinds.get(base, {}))
            starts = {}
            for change in find_all(one, "lvlOverride"):
                depth = parse_attribute_number(get_attribute(change, "ilvl"), 0)
                levels |= _read_levels(change)
                if (start := find_child(change, "startOverride")) is not None and depth in levels:
                    form, text, _ = levels[depth]
                    levels[depth] = starts[depth] = (
                        form,
                        text,
                        parse_attribute_number(get_attribute(start), 1, 99_999),
                    )
            self._levels[number] = levels
            # Lists of one kind count on; one that states its start counts for itself.
            self._shared[number] = number if starts else f"kind {base}"

    def find_list_level(self, properties: _Element | None) -> ListLevel | None:
        """Return the list and level of a paragraph; None for a paragraph in no list."""
        style = get_attribute(find_child(properties, "pStyle")) or self._styles.default
        if get_attribute(find_child(properties, "numPr", "numId")) == "0":
            return None
        found = read_list_numbering(properties) or self._styles.find_numbering(style)
        return found if found is not None and found.level in self._levels.get(found.list_id, {}) else None

    def label(self, properties: _Element | None) -> str:
        """Count a paragraph in its list and return its label; "" if it is in no list or has a bullet."""
        if (found := self.find_list_level(properties)) is None:
            return ""
        number, depth = found
        levels, counts = self._levels[number], self._counts[self._shared[number]]
        return count_label(levels, counts, depth)


def _read_levels(kind: _Element) -> dict[int, tuple[str, str, int]]:
    """Return (number format, label text, start) by level."""
    out = {}
    for level in find_all(kind, "lvl"):
        get = {name: get_attribute(find_child(level, name)) for name in ("numFmt", "nfc", "lvlText", "start")}
        form = get["numFmt"] or _WORD_2003_NUMBER_FORMATS.get(get["nfc"], "decimal")
        out[parse_attribute_number(get_attribute(level, "ilvl"), 0)] = (
            form,
            get["lvlText"],
            parse_attribute_number(get["start"], 1, 99_999),
        )
    return out


#: Forms of numbers as Word 2003 names them ([MS-OSHARED] 2.2.1.3).
_WORD_2003_NUMBER_FORMATS = {
    "1": "upperRoman",
    "2": "lowerRoman",
    "3": "upperLetter",
    "4": "lowerLetter",
    "23": "bullet",
}
_WORD_2003_NUMBER_FORMATS |= {"18": "decimalEnclosedCircle", "14": "decimalFullWidth"}
_WORD_2003_NUMBER_FORMATS |= dict.fromkeys(("10", "11", "33", "34", "35", "36", "37", "38", "39"), "chineseCounting")


def count_label(levels: dict[int, tuple[str, str, int]], counts: dict[int, int], level_number: int) -> str:
    """Count an item of a list and return its label with its numbers; bullets have none.

    `levels`: (number format, label pattern, start) by level; `counts`: current number by level.
    """
    counts[level_number] = counts.get(level_number, levels[level_number][2] - 1) + 1
    for deeper in [level for level in counts if level > level_number]:
        del counts[deeper]
    text = levels[level_number][1]
    if levels[level_number][0] in ("bullet", "none"):
        return "" if levels[level_number][0] == "bullet" else re.sub(r"%\d", "", text)
    for level, (form, _, start) in levels.items():
        text = text.replace(f"%{level + 1}", format_list_number(form, counts.get(level, start)))
    return text


def format_list_number(form: str, value: int) -> str:  # noqa: PLR0911 - a table of forms
    """Return a number as Word writes it in a list."""
    if "chinese" in form.lower() or form in ("japaneseCounting", "ideographDigital", "taiwaneseCounting"):
        return to_words(value)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    if form == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(value))
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman") and 0 < value < 4000:
        from pdfminer.utils import format_int_roman  # seldom needed

        return format_int_roman(value).upper() if form == "upperRoman" else format_int_roman(value)
    if form == "ideographTraditional" and 1 <= value <= 10:
        return "甲乙丙丁戊己庚辛壬癸"[value - 1]
    if form == "decimalZero":
        return f"{value:02d}"
    return str(value)


def get_heading_level(name: str) -> int:
    """Return the heading level that a style's name states; 0 for none."""
    match = _HEADING_STYLE_RE.match(name.strip())
    return int(match[1]) if match else int(name.strip().lower() in _TITLE_STYLES)
