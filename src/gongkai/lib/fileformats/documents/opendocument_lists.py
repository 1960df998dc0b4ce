"""Number the lists and headings of OpenDocument texts by their list styles."""

import re
from collections import defaultdict

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.packages import get_attribute, get_local_name, parse_attribute_number
from gongkai.lib.fileformats.documents.word_styles import count_label

_STYLE_TAGS = ("{*}list-style", "{*}outline-style")
_OUTLINE_STYLE = "outline-style"
#: Forms of numbers by their first characters in OpenDocument, as Word names them; others are decimal.
_WORD_NUMBER_FORMATS = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "0": "decimalZero",
}
_WORD_NUMBER_FORMATS |= {"一": "chineseCounting", "壹": "chineseCounting", "甲": "ideographTraditional"}
_WORD_NUMBER_FORMATS |= {"①": "decimalEnclosedCircle", "１": "decimalFullWidth"}


class OpenDocumentLists:
    """Count the items of lists in reading order and return their labels."""

    def __init__(self) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._open: list[str] = []
        self._is_pending = False

    def load(self, root: _Element) -> None:
        """Read the list styles of a part."""
        for style in root.iter(*_STYLE_TAGS):
            name = get_attribute(style, "name") if get_local_name(style) == "list-style" else _OUTLINE_STYLE
            self._levels[name] = {
                parse_attribute_number(get_attribute(one, "level"), 1) - 1: _read_level(one) for one in style
            }

    def enter(self, element: _Element) -> None:
        """Begin a list, or an item of it whose first paragraph gets a label."""
        if get_local_name(element) == "list":
            self._open.append(get_attribute(element, "style-name") or (self._open[-1] if self._open else ""))
            continues = get_attribute(element, "continue-numbering") == "true" or get_attribute(
                element, "continue-list"
            )
            if len(self._open) == 1 and not continues:
                self._counts.pop(self._open[0], None)
        elif get_local_name(element) == "list-item" and self._open:
            first = next((get_local_name(child) for child in element if get_local_name(child)), "")
            self._is_pending = first in ("p", "h")
            if self._is_pending and (start := get_attribute(element, "start-value")):
                self._counts[self._open[-1]][len(self._open) - 1] = parse_attribute_number(start, 1, 99_999) - 1

    def leave(self, element: _Element) -> None:
        """End a list."""
        if get_local_name(element) == "list":
            self._open.pop()

    def take_label(self, paragraph: _Element) -> str:
        """Return the label of a paragraph, "" for one that has none or a bullet."""
        style, depth = self._open[-1] if self._open else "", len(self._open) - 1
        if not self._is_pending and not self._open and get_local_name(paragraph) == "h":
            style, depth = _OUTLINE_STYLE, parse_attribute_number(get_attribute(paragraph, "outline-level"), 1) - 1
        elif not self._is_pending:
            return ""
        self._is_pending = False
        levels, counts = self._levels.get(style, {}), self._counts[style]
        return count_label(levels, counts, depth) if depth in levels else ""


def _read_level(level: _Element) -> tuple[str, str, int]:
    """Return (number format, label text, start) of a level, in Word's terms."""
    number = get_attribute(level, "num-format")
    if not number:
        return ("bullet", "", 1)
    shown = parse_attribute_number(get_attribute(level, "display-levels"), 1)
    last = parse_attribute_number(get_attribute(level, "level"), 1)
    plain = ".".join(f"%{one}" for one in range(max(last - shown + 1, 1), last + 1))
    text = re.sub(r"(%\d)%", r"\1", get_attribute(level, "num-list-format"))
    text = text or f"{get_attribute(level, 'num-prefix')}{plain}{get_attribute(level, 'num-suffix')}"
    return (
        _WORD_NUMBER_FORMATS.get(number[0], "decimal"),
        text,
        parse_attribute_number(get_attribute(level, "start-value"), 1, 99_999),
    )
