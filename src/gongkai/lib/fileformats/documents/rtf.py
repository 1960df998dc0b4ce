"""Read RTF: words, tables with merged cells, fields, hidden and deleted words."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from gongkai.lib.fileformats.charsets import decode_strictly, get_charset_of_code_page
from gongkai.lib.fileformats.documents.model import (
    CUT_SHORT_MESSAGE,
    CoveredCell,
    Document,
    DocumentBuilder,
    UnreadFile,
    check_bound,
)
from gongkai.lib.fileformats.documents.packages import DAMAGED_FILE_ERROR
from gongkai.lib.fileformats.documents.symbols import is_symbol_font, raise_text, show_symbol
from gongkai.lib.fileformats.documents.word_runs import resolve_field
from gongkai.lib.fileformats.documents.word_styles import get_heading_level

_RTF_TOKEN_RE = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
MAX_DEPTH = 400
#: Twips by which the edges of one column differ between rows.
_EDGE_TOLERANCE = 60
#: Destinations whose words are not part of the text.
_SKIPPED_DESTINATION_NAMES = (
    "fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator themedata "
    "colorschememapping datastore latentstyles xmlnstbl mmathPr revtbl pgptbl filetbl wgrffmtfilter "
    "bkmkstart bkmkend pntxta pntxtb nonshppict datafield fchars lchars shpinst sp sn sv userprops "
    "operator company category doccomm hlinkbase ftnsep ftnsepc aftnsep aftnsepc tc xe keycode listname "
    "objclass objname blipuid oldcprops template passwordhash protusertbl upr "
)
_SKIPPED = frozenset(_SKIPPED_DESTINATION_NAMES.split())
_MARGINS = dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header") | {"annotation": "comment"}
_MARGINS |= dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer")
_PROPERTY_WORDS = frozenset({"title", "author", "subject", "keywords"})
#: Destinations that a word begins.
_DESTINATIONS = frozenset({"fldinst", "pict", "object", "mmath", "footnote", "objdata", "info", *_MARGINS}) | _SKIPPED
#: Destinations whose words are collected beside the text.
_SEPARATE_DESTINATIONS = frozenset({"footnote", "mmath", *_MARGINS}) | _PROPERTY_WORDS
_SIGNS_BY_WORD = {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
_SIGNS_BY_WORD |= {"bullet": "•", "tab": "\t", "line": "\n", "emspace": "\u2003", "enspace": "\u2002", "lbr": "\n"}
_CHARSETS = {134: "gb18030", 136: "big5", 128: "cp932", 129: "cp949", 0: "", 1: "", 2: "symbol", 204: "cp1251"}


@dataclass
class _GroupState:
    """The properties of text in RTF that a group inherits from the group around it."""

    destination: str = ""  # for example "fonttbl"
    hidden: bool = False
    struck: bool = False  # struck through or deleted
    deleted: bool = False
    raised: str = ""  # "super", "sub" or ""
    font: int = -1
    fallback: int = 1  # bytes to skip after a Unicode character (\ucN)
    in_table: bool = False
    level: int = 0  # of a heading; 0 for body text


def read_rtf(data: bytes) -> Document:
    """Return an .rtf file as a document."""
    reader = _RtfReader()
    reader.read(data)
    return reader.builder.document


class _RtfReader:
    """Read the tokens of one file."""

    def __init__(self) -> None:
        self.builder = DocumentBuilder("rtf")
        self._charset = "gb18030"
        self._fonts: dict[int, tuple[str, str]] = {}
        self._styles: dict[int, int] = {}
        self._state = _GroupState()
        self._stack: list[_GroupState] = []
        self._bytes = b""
        self._skip = 0
        self._text: list[str] = []
        self._lost: dict[str, list[str]] = {}
        self._asides: dict[str, list[str]] = {}
        self._rows: list[list[str]] = []
        self._row: list[str] = []
        self._merges: list[set[str]] = []
        self._edges: list[int] = []
        self._row_edges: list[list[int]] = []
        self._next_merge: set[str] = set()
        self._entry: tuple[int, str] = (0, "")
        self._fields: list[list[str]] = []
        self._high = 0xD800

    def read(self, data: bytes) -> None:
        """Read all tokens of the file into the builder (UnreadFile: groups are nested too deep)."""
        at = 0
        while at < len(data):
            match = _RTF_TOKEN_RE.match(data, at)
            if match is None:
                at += 1
                continue
            at = match.end()
            word, number, code, sign, brace, plain_bytes = match.groups()
            if plain_bytes is not None:
                self._add_unskipped_bytes(plain_bytes)
            elif code is not None:
                self._add_unskipped_bytes(bytes([int(code, 16)]))
            elif brace == b"{":
                self._flush_decoded_bytes()
                if len(self._stack) > MAX_DEPTH:
                    raise UnreadFile(DAMAGED_FILE_ERROR)
                self._stack.append(replace(self._state))
            elif brace == b"}":
                self._close_group()
            elif sign is not None:
                self._handle_sign(sign.decode("latin-1"))
            elif word is not None:
                name = word.decode("ascii")
                if name == "bin" and number:
                    at += max(int(number), 0)
                else:
                    self._handle_control_word(name, int(number) if number else None)
        self._flush_decoded_bytes()
        self._end_paragraph()
        self._end_table()
        if self._stack:
            self.builder.lose("text", CUT_SHORT_MESSAGE, "末尾")

    def _close_group(self) -> None:
        self._flush_decoded_bytes()
        if not self._stack:
            return
        ended, self._state = self._state, self._stack.pop()
        if ended.destination != self._state.destination:
            self._end_destination(ended.destination)

    def _end_destination(self, name: str) -> None:
        """End a group: a field without a result is resolved, pictures and objects are losses."""
        if name == "field" and self._fields:
            instruction, is_shown = self._fields.pop()
            if not is_shown:
                self._emit(resolve_field(self.builder, instruction))
        elif name == "pict":
            self.builder.lose("picture")
        elif name == "object":
            self.builder.lose("attachment", "嵌入的对象")
        elif name in _SEPARATE_DESTINATIONS:
            self._end_aside(name, "".join(self._asides.pop(name, [])).strip())

    def _end_aside(self, name: str, words: str) -> None:
        """Add the words of a formula, note, margin or property where they belong."""
        if name == "mmath":
            self.builder.lose("formula", words)
            self._emit(words)
        elif name == "footnote":
            self._emit(f"（注：{words}）" if words else "")
        elif name in _MARGINS:
            self.builder.lose_margin(_MARGINS[name], words)
        elif words:
            self.builder.document.properties[name] = words

    def _add_unskipped_bytes(self, data: bytes) -> None:
        """Collect bytes without those that repeat the last Unicode character for old programs."""
        if self._skip:
            taken = min(self._skip, len(data))
            self._skip -= taken
            data = data[taken:]
        self._bytes += data

    def _flush_decoded_bytes(self) -> None:
        """Decode the collected bytes by their font and add them as text or font name."""
        data, self._bytes = self._bytes, b""
        if not data:
            return
        name, charset = self._fonts.get(self._state.font, ("", ""))
        if self._state.destination == "fonttbl":
            text = _decode_leniently(data, self._charset if self._entry[1] in ("", "symbol") else self._entry[1])
            self._add_current_font(text)
        elif charset == "symbol" or is_symbol_font(name):
            self._emit("".join(show_symbol(name or "Symbol", code, self.builder.lose) for code in data))
        else:
            self._emit(_decode_leniently(data, charset or self._charset))

    def _add_current_font(self, text: str) -> None:
        name = text.split(";", maxsplit=1)[0].strip()
        old, charset = self._fonts.get(self._entry[0], ("", self._entry[1]))
        self._fonts[self._entry[0]] = (old or name, self._entry[1] or charset)

    def _handle_sign(self, sign: str) -> None:
        """Handle a control symbol, for example a non-breaking space or an escaped brace."""
        if sign in "\\{}":
            self._add_unskipped_bytes(sign.encode())
            return
        self._flush_decoded_bytes()
        if sign in "~_":
            self._emit("\xa0" if sign == "~" else "-")
        elif sign == "*":
            if not self._state.destination:
                self._state.destination = "*"
        elif sign in "\n\r":
            self._end_paragraph()

    def _emit(self, text: str) -> None:
        """Add text to the destination of its group; hidden and struck text is collected as losses."""
        state = self._state
        if not text or state.destination in _SKIPPED or state.destination in ("*", "pict", "object", "objdata"):
            if state.destination == "stylesheet" and text.strip():
                self._styles[self._entry[0]] = get_heading_level(text.split(";", maxsplit=1)[0])
            return
        if state.destination == "fldinst":
            if self._fields:
                self._fields[-1][0] += text
            return
        if state.destination in _SEPARATE_DESTINATIONS:
            self._asides.setdefault(state.destination, []).append(text)
            return
        if state.destination not in ("", "field", "fldrslt", "body"):
            return
        if state.hidden or state.struck:
            kind = "hidden" if state.hidden else "deleted"
            self._lost.setdefault(kind, []).append(text)
            return
        if text.strip():
            for one in self._fields:
                one[1] = "shown"
        self._text.append(raise_text(text, state.raised == "super") if state.raised else text)

    def _handle_control_word(self, name: str, number: int | None) -> None:
        """Handle a control word: a character, a break, a cell or row, a property or a destination."""
        self._flush_decoded_bytes()
        if name == "u" and number is not None:
            self._emit_utf16_code(number % 65536)
            self._skip = self._state.fallback
            return
        self._skip = 0
        if name in _SIGNS_BY_WORD:
            self._emit(_SIGNS_BY_WORD[name])
        elif name in ("par", "sect", "page"):
            if not (name == "par" and self._state.deleted):
                self._end_paragraph()
        elif name in ("cell", "nestcell"):
            self._row.append("".join(self._text))
            self._text = []
            self._flush_lost()
        elif name in ("row", "nestrow"):
            self._end_row()
        elif name in ("trowd", "clvmgf", "clvmrg", "clmgf", "clmrg", "cellx"):
            self._define_cell(name, number or 0)
        elif not self._set_property(name, number):
            self._handle_destination(name, number)

    def _set_property(self, name: str, number: int | None) -> bool:
        """Set a property of characters or paragraphs; return whether it is one."""
        state, on = self._state, number != 0
        changes: dict[str, dict[str, object]] = {
            "v": {"hidden": on},
            "strike": {"struck": on},
            "striked": {"struck": on},
            "deleted": {"struck": on, "deleted": on},
            "super": {"raised": "super" if on else ""},
            "sub": {"raised": "sub" if on else ""},
            "nosupersub": {"raised": ""},
            "plain": {"hidden": False, "struck": False, "deleted": False, "raised": ""},
            "pard": {"in_table": False, "level": 0},
            "intbl": {"in_table": True},
            "uc": {"fallback": number if number is not None else 1},
        }
        for key, value in changes.get(name, {}).items():
            setattr(state, key, value)
        return name in changes

    def _emit_utf16_code(self, code: int) -> None:
        """Add the character of a UTF-16 code, joining surrogates."""
        name, _ = self._fonts.get(self._state.font, ("", ""))
        if 0xF000 <= code <= 0xF0FF and is_symbol_font(name):
            self._emit(show_symbol(name, code, self.builder.lose))
        elif 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000:
            self._emit(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00))
        else:
            self._emit(chr(code))

    def _handle_destination(self, name: str, number: int | None) -> None:
        """Handle a control word that numbers a font or style, or begins a destination."""
        state = self._state
        if name == "ansicpg" and number:
            self._charset = get_charset_of_code_page(number)
        elif name == "fcharset" and number is not None:
            self._entry = (self._entry[0], _CHARSETS.get(number, ""))
        elif name in ("f", "s", "outlinelevel") and number is not None:
            self._set_by_number(name, number)
        elif name == "field":
            state.destination = "field" if state.destination in ("", "fldrslt", "*") else state.destination
            self._fields.append(["", ""])
        elif name == "ud" and len(self._stack) > 1:  # the words in Unicode, after those for old programs
            state.destination = self._stack[-2].destination
        elif name in ("fldrslt", "shptxt"):
            state.destination = "fldrslt"
        elif name in _DESTINATIONS or (name in _PROPERTY_WORDS and state.destination == "info"):
            state.destination = name
        elif name in ("fftype15", "ffname"):
            state.destination = "*"

    def _set_by_number(self, name: str, number: int) -> None:
        """Set font, style or heading level by its number."""
        state = self._state
        if name == "f":
            state.font = number
            if state.destination == "fonttbl":
                self._entry = (number, "")
        elif state.destination == "stylesheet":
            self._entry = (number, "") if name == "s" else self._entry
        elif name == "s":
            state.level = self._styles.get(number, 0)
        else:
            state.level = number + 1 if number < 9 else 0

    def _define_cell(self, name: str, number: int) -> None:
        """Record a control word of a row's definition; `number` may be a right edge."""
        if name == "trowd":
            self._merges, self._next_merge, self._edges = [], set(), []
        elif name == "cellx":
            self._edges.append(number)
            self._merges.append(self._next_merge)
            self._next_merge = set()
        else:
            self._next_merge.add(name)

    def _end_row(self) -> None:
        """Add a row; merged cells repeat the cell above or to the left."""
        cells: list[str] = []
        previous_row = self._rows[-1] if self._rows else []
        for at, text in enumerate(self._row):
            merge_words = self._merges[at] if at < len(self._merges) else set()
            if "clvmrg" in merge_words and not text.strip() and at < len(previous_row):
                cells.append(CoveredCell(previous_row[at], "above"))
            elif "clmrg" in merge_words and not text.strip() and cells:
                cells.append(CoveredCell(cells[-1], "left"))
            else:
                cells.append(text)
        self._row = []
        self._rows.append(cells)
        self._row_edges.append(self._edges)
        check_bound("sheet rows", len(self._rows))

    def _end_table(self) -> None:
        if self._rows:
            rows, self._rows = self._rows, []
            edges, self._row_edges = self._row_edges, []
            widest = max(edges, key=len)
            self.builder.table(map(_spread_wide_cells, rows, edges, [widest] * len(rows)))

    def _end_paragraph(self) -> None:
        """End a paragraph; in a table or a note it is a line break."""
        if self._state.destination in ("footnote", *_MARGINS):
            self._asides.setdefault(self._state.destination, []).append("\n")
            return
        if self._state.in_table or self._row:
            if self._text:
                self._text.append("\n")
            return
        text, self._text = "".join(self._text), []
        if text.strip() or self._lost:
            self._end_table()
        self._flush_lost()
        self.builder.paragraph(text, self._state.level)

    def _flush_lost(self) -> None:
        for kind, words in self._lost.items():
            self.builder.lose(kind, "".join(words))
        self._lost = {}


def _decode_leniently(data: bytes, charset: str) -> str:
    """Return bytes decoded in their charset, else in GB18030 or UTF-8."""
    tried = (decode_strictly(data, one) for one in (charset, "gb18030", "utf-8"))
    return next(filter(None, tried), data.decode("gb18030", "replace"))


def _spread_wide_cells(cells: list[str], edges: list[int], widest: list[int]) -> list[str]:
    """Return a row's cells in the columns of the widest row, by their right edges."""
    if len(edges) >= len(widest) or len(edges) != len(cells):
        return cells
    spans = [
        sum(low + _EDGE_TOLERANCE < edge <= high + _EDGE_TOLERANCE for edge in widest)
        for low, high in pairwise([-(10**6), *edges])
    ]
    if sum(spans) != len(widest) or not all(spans):
        return cells
    return [
        CoveredCell(cell, "left") if at else cell for cell, span in zip(cells, spans, strict=True) for at in range(span)
    ]
