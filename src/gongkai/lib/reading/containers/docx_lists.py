"""Compute the automatic list numbers of Word, which the text itself lacks."""

from collections import defaultdict

from lxml.etree import _Element

from gongkai.lib.chinese.numerals import to_words
from gongkai.lib.reading.containers.package import Package, whole

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Lists:
    """Count the paragraphs of every list in reading order and return their labels."""

    def __init__(self, numbering: _Element | None, package: Package) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.styles: dict[str, tuple[str, int]] = {}
        if numbering is None:
            return
        shapes = {a.get(f"{W}abstractNumId"): _read_levels(a) for a in numbering.findall(f"{W}abstractNum")}
        for num in numbering.findall(f"{W}num"):
            base = num.find(f"{W}abstractNumId")
            if base is not None:
                self.levels[num.get(f"{W}numId", "")] = shapes.get(base.get(f"{W}val"), {})
        if package.has("word/styles.xml"):
            self._read_styles(package.xml("word/styles.xml"))

    def _read_styles(self, styles: _Element) -> None:
        for style in styles.findall(f"{W}style"):
            if found := _read_list_position(style.find(f"{W}pPr")):
                self.styles[style.get(f"{W}styleId", "")] = found

    def label(self, paragraph: _Element) -> str:
        """Return the label before a paragraph, "" if it is in no list."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return ""
        style = properties.find(f"{W}pStyle")
        found = _read_list_position(properties) or (
            self.styles.get(style.get(f"{W}val", "")) if style is not None else None
        )
        if found is None or found[0] not in self.levels:
            return ""
        number, depth = found
        shapes = self.levels[number]
        if depth not in shapes:
            return ""
        counts = self.counts[number]
        counts[depth] = counts.get(depth, shapes[depth][2] - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        return _fill_label(shapes, counts, depth)


def _read_levels(abstract: _Element) -> dict[int, tuple[str, str, int]]:
    out = {}
    for level in abstract.findall(f"{W}lvl"):
        values = {name: level.find(f"{W}{name}") for name in ("numFmt", "lvlText", "start")}
        get = {name: one.get(f"{W}val") if one is not None else None for name, one in values.items()}
        out[whole(level.get(f"{W}ilvl"), 0)] = (
            get["numFmt"] or "decimal",
            get["lvlText"] or "",
            whole(get["start"], 1, most=99_999),
        )
    return out


def _read_list_position(properties: _Element | None) -> tuple[str, int] | None:
    if properties is None or (found := properties.find(f"{W}numPr")) is None:
        return None
    number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    if number is None or number.get(f"{W}val") == "0":
        return None
    return number.get(f"{W}val", ""), whole(level.get(f"{W}val"), 0) if level is not None else 0


def _fill_label(shapes: dict[int, tuple[str, str, int]], counts: dict[int, int], depth: int) -> str:
    text = shapes[depth][1]
    for level, (form, _, start) in shapes.items():
        text = text.replace(f"%{level + 1}", _format_number(form, counts.get(level, start)))
    return "" if shapes[depth][0] == "bullet" else text


def _format_number(form: str, value: int) -> str:
    if "chinese" in form.lower() or form in ("japaneseCounting", "ideographDigital", "taiwaneseCounting"):
        return to_words(value)
    if form == "decimalEnclosedCircle" and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    if form == "decimalFullWidth":
        return "".join(chr(ord("０") + int(digit)) for digit in str(value))
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (value - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    return str(value)
