"""Find text that a PDF page shows but its text layer does not give in order.

These are numbers and addresses broken at the line end of a column, and glyphs that the file maps to no character.
"""

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pypdfium2 import PdfTextPage, raw

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.normalisation import unify_characters
from gongkai.lib.fileformats.documents.symbols import is_symbol_font
from gongkai.lib.privacy.model import Finding

#: Placeholder for an unmapped glyph: a rare character used in names, so that the search finds names with it.
UNMAPPED_GLYPH = "\U0003134a"
#: An unmapped glyph that is the whole name after a label.
_UNMAPPED_NAME_RE = re.compile(
    rf"(?:申请人|申诉人|投诉人|举报人|当事人|联系人|委托人|代理人|收件人|户主|姓\s{{0,9}}名)\s{{0,9}}[：:]?\s{{0,9}}(?P<name>{UNMAPPED_GLYPH})(?![{HAN}])"
)
#: Private characters without the places of symbol fonts (F020 to F0FF).
_PRIVATE_CHARACTER_RE = re.compile("[\ue000-\uf01f\uf100-\uf8ff]")
_HAN_CHARACTER, _MAX_UNMAPPED_GLYPHS = re.compile(f"[{HAN}]"), 200
_CHECKED_KINDS = frozenset({"id_number", "phone", "bank_card", "credit_code", "account", "passport", "address"})
_PLACE_SUFFIX = "[省市县区镇乡村街路巷道组社园苑号栋幢座单元室]"
#: The end of a line and the start of the next that may be one number, and those of one address.
_OPEN_PARTS = (
    (re.compile(r"[^\d\n]{0,8}[\dXx -]*\d-?$"), re.compile(r"[\dXx][\dXx -]*[^\d\n]{0,2}")),
    (
        re.compile(rf"[^\n]{{0,20}}{_PLACE_SUFFIX}[{HAN}\d]{{0,4}}$"),
        re.compile(rf"(?:[{HAN}]{{0,8}}{_PLACE_SUFFIX}|[{HAN}]{{0,8}}\d+{_PLACE_SUFFIX})[^\n]{{0,20}}"),
    ),
)
_POSSIBLE_BREAK_RE = re.compile(rf"\d[ \n]|{_PLACE_SUFFIX}[{HAN}\d]{{0,4}}\n")
#: Minimum gap between columns, maximum gap between lines and maximum indent, in line heights.
_COLUMN_GAP, _LINE_GAP, _INDENT = 0.8, 1.6, 2.5


@dataclass(frozen=True)
class BrokenText:
    """The end of a line and the start of the next, which may be one number.

    Attributes:
        text: both with the words around them.
        upper: offset of the first part in the page's text.
        lower: offset of the second part.
        cut: offset of the second part in `text`.
    """

    text: str
    upper: int
    lower: int
    cut: int

    def list_spans(self, findings: Iterable[Finding]) -> list[tuple[int, int, str]]:
        """Return (start, end, whole text) of the parts of split numbers and addresses."""
        crossing = (one for one in findings if one.kind in _CHECKED_KINDS and one.start < self.cut < one.end)
        return [
            span
            for one in crossing
            for span in (
                (self.upper + one.start, self.upper + self.cut, one.text),
                (self.lower, self.lower + one.end - self.cut, one.text),
            )
        ]


@dataclass(frozen=True)
class UnmappedGlyph:
    """A glyph that the file maps to no character, with its line.

    Attributes:
        text: the words around it on the page.
        places: offset in the page's text of each of their characters.
        at: place of the glyph in `text`.
    """

    text: str
    places: tuple[int, ...]
    at: int

    def find_name(self, search: Callable[[str], Iterable[Finding]]) -> tuple[tuple[int, ...], str]:
        """Return (offsets, name) of the name that the glyph is part of, or ((), "")."""
        spans = [(one.start, one.end) for one in search(self.text)]
        spans += (match.span("name") for match in _UNMAPPED_NAME_RE.finditer(self.text))
        start, end = next((span for span in spans if span[0] <= self.at < span[1]), (0, 0))
        return self.places[start:end], self.text[start:end]


@dataclass
class _LinePiece:
    """A part of a line in one column: offsets of its characters, and its box."""

    start: int
    end: int
    left: float
    bottom: float
    right: float
    top: float


def find_broken_texts(textpage: PdfTextPage, text: str) -> tuple[BrokenText, ...]:
    """Return the texts that a column break may split."""
    if not _POSSIBLE_BREAK_RE.search(text):
        return ()
    pieces = _list_pieces(textpage, text)
    broken = []
    for upper in pieces:
        if not _HAN_CHARACTER.search(text[upper.start : upper.end]):
            continue  # figures of a table
        ends = [
            (end, rest) for open_end, rest in _OPEN_PARTS if (end := open_end.search(text[upper.start : upper.end]))
        ]
        lower = _find_next(upper, pieces) if ends else None
        if lower is None or not text[upper.end : lower.start].strip():
            continue
        for end, rest in ends:
            if start := rest.match(text[lower.start : lower.end]):
                broken.append(BrokenText(end[0] + start[0], upper.start + end.start(), lower.start, len(end[0])))
    return tuple(broken)


def _find_next(upper: _LinePiece, pieces: list[_LinePiece]) -> _LinePiece | None:
    """Return the next line of the column of a piece."""
    height = upper.top - upper.bottom
    below = [
        one
        for one in pieces
        if -0.5 * height < upper.bottom - one.top < _LINE_GAP * height and abs(one.left - upper.left) < _INDENT * height
    ]
    return max((one for one in below if one.top < upper.top - 0.5 * height), key=lambda one: one.top, default=None)


def _list_pieces(textpage: PdfTextPage, text: str) -> list[_LinePiece]:
    """Return the lines of a page, divided at the gaps between columns."""
    pieces: list[_LinePiece] = []
    is_new = True
    for index, char in enumerate(text):
        if char == "\n":
            is_new = True
        if char.isspace():
            continue
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        last = pieces[-1] if pieces and not is_new else None
        if last is None or left - last.right > _COLUMN_GAP * (top - bottom):
            pieces.append(_LinePiece(index, index + 1, left, bottom, right, top))
        else:
            last.end, last.right = index + 1, max(last.right, right)
            last.bottom, last.top = min(last.bottom, bottom), max(last.top, top)
        is_new = False
    return pieces


def is_unmapped(textpage: PdfTextPage, index: int, char: str) -> bool:
    """Return true if a visible glyph is mapped to no character."""
    if _PRIVATE_CHARACTER_RE.match(char) and _PRIVATE_CHARACTER_RE.match(unify_characters(char)):
        return True
    if raw.FPDFText_HasUnicodeMapError(textpage, index) != 1:
        return False
    owner = raw.FPDFText_GetTextObject(textpage, index)
    left, bottom, right, top = textpage.get_charbox(index)
    if owner and raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(owner)) == 1 and (left >= right or bottom >= top):
        return False  # a blank
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(textpage, index, name, 128, None)
    return not is_symbol_font(name.value.decode("utf-8", "replace").rpartition("+")[2])


def find_unmapped(textpage: PdfTextPage, text: str) -> tuple[UnmappedGlyph, ...]:
    """Return the unmapped glyphs of a page with their lines, in whatever order they are drawn."""
    indices = [index for index, char in enumerate(text) if char == UNMAPPED_GLYPH][:_MAX_UNMAPPED_GLYPHS]
    if not indices:
        return ()
    boxes = {index: textpage.get_charbox(index, loose=True) for index, char in enumerate(text) if not char.isspace()}
    glyphs = []
    for index in indices:
        left, bottom, right, top = boxes[index]
        reach = 14 * (top - bottom)
        row = sorted(
            (box[0], at)
            for at, box in boxes.items()
            if bottom < (box[1] + box[3]) / 2 < top and left - reach < box[0] < right + reach
        )
        places = tuple(at for _, at in row)
        glyphs.append(UnmappedGlyph("".join(text[at] for at in places), places, places.index(index)))
    return tuple(glyphs)


def list_lines_to_search(
    broken: Iterable[BrokenText], unmapped: Iterable[UnmappedGlyph], search: Callable[[str], Iterable[Finding]]
) -> list[str]:
    """Return joined numbers and addresses, and names with unmapped glyphs, to search."""
    joined = [one.text for one in broken if one.list_spans(search(one.text))]
    names = dict.fromkeys(name for one in unmapped if (name := one.find_name(search)[1]))
    return joined + [f"姓名：{name if len(name) > 1 else name * 2}" for name in names]


def find_spans_in_gaps(
    broken: Iterable[BrokenText], unmapped: Iterable[UnmappedGlyph], search: Callable[[str], Iterable[Finding]]
) -> dict[tuple[int, int], str]:
    """Return {span in the page's text: word} of broken texts that `search` finds."""
    spans = {(start, end): word for one in broken for start, end, word in one.list_spans(search(one.text))}
    for glyph in unmapped:
        places, name = glyph.find_name(search)
        spans |= dict.fromkeys(((place, place + 1) for place in places), name)
    return spans
