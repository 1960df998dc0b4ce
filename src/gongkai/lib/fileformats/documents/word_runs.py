"""Read the inline content of Word paragraphs, such as fields and formulas."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, takewhile

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import DocumentBuilder
from gongkai.lib.fileformats.documents.packages import (
    find_all,
    find_child,
    get_attribute,
    get_local_name,
    join_texts,
    remove_element,
)
from gongkai.lib.fileformats.documents.symbols import linearise_formula, raise_text, show_in_font, show_symbol
from gongkai.lib.fileformats.documents.word_styles import (
    RunProperties,
    WordStyles,
    is_on,
    is_same_colour,
    read_run_properties,
    read_shading,
)

#: The words that an element yields, piece by piece.
Texts = Iterator[str]
MAX_DEPTH = 80
_SKIPPED_TAGS = frozenset({"pPr", "rPr", "tabs", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "sectPr", "numPr"})
_CHARACTERS_BY_TAG = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_MISSING_REFERENCE_RE = re.compile(r"错误[!！]\s*(?:未|没|书签|文档)|Error! |引用源")
_PHONETIC_FIELD_RE = re.compile(r"\\s\s*\\up\s*\d*\s*\(([^()]*)\)\s*[,;，]\s*(.*?)\)*\s*$", re.IGNORECASE)
_CIRCLED_FIELD_RE = re.compile(r"\\o\s*(?:\\a[clr]\s*)?\(\s*[^,()]{1,3}[,，]\s*(.*?)\s*\)", re.IGNORECASE)
_SYMBOL_FIELD_RE = re.compile(r"SYMBOL\s+(\d+|0x[0-9a-f]+)(?:.*?\\f\s*\"?([^\"\\]+)\"?)?", re.IGNORECASE)
#: Fields that only mark a place or do something, and show nothing.
_INVISIBLE_FIELDS = frozenset(
    {"TC", "XE", "RD", "SET", "ASK", "PRIVATE", "TA", "SECTION", "ADVANCE", "TOC", "BIBLIOGRAPHY"}
)


@dataclass
class _Field:
    """A field while its parts are read: instruction, then result."""

    instruction: str = ""
    in_result: bool = False  # past the separator that ends the instruction
    shown: bool = False  # its result has text
    form: _Element | None = None


@dataclass
class ParagraphReader:
    """Read the runs of one paragraph after the other; fields may span several.

    Attributes:
        boxes: text boxes met in the paragraph, read after it.
        picture: callback for each element that draws something; returns text to insert.
        shaded: the colour of the cell around the paragraph.
        raises: whether superscripts become characters of that form.
    """

    builder: DocumentBuilder
    styles: WordStyles
    picture: Callable[[_Element], str]
    boxes: list[_Element] = field(default_factory=list)
    fields: list[_Field] = field(default_factory=list)
    _lost: list[str] = field(default_factory=list)
    _lost_kind: str = ""
    _base: RunProperties = field(default_factory=RunProperties)
    shaded: str | None = None
    raises: bool = True

    def text(self, paragraph: _Element) -> str:
        """Return the words of a paragraph."""
        return "".join(self._pieces(paragraph))

    def _pieces(self, paragraph: _Element) -> list[str]:
        """Return the pieces of text of a paragraph, read with its style and background."""
        properties = find_child(paragraph, "pPr")
        style = get_attribute(find_child(properties, "pStyle")) or self.styles.default
        self._base, self.shaded = self.styles.look(style), self.styles.find_background(paragraph)
        if shading := read_shading(find_child(properties, "shd")):
            self._base = RunProperties(shaded=shading).complete_with(self._base)
        pieces = list(self._inside(paragraph, RunProperties(), 0))
        self._report_lost_words()
        return pieces

    def _lose(self, kind: str, words: str) -> None:
        """Collect unread text of a kind; report the collected text of another kind first."""
        if kind != self._lost_kind:
            self._report_lost_words()
        self._lost_kind = kind
        self._lost.append(words)

    def _report_lost_words(self) -> None:
        if (words := "".join(self._lost)).strip():
            self.builder.lose(self._lost_kind, words)
        self._lost, self._lost_kind = [], ""

    def _inside(self, parent: _Element, look: RunProperties, depth: int) -> Texts:
        """Yield the text inside an element; a method `_read_…` reads each element that needs care."""
        if depth > MAX_DEPTH:
            return
        for child in parent:
            name = get_local_name(child)
            if not name or name in _SKIPPED_TAGS:
                continue
            reader = getattr(self, f"_read_{name}", None)
            if reader is not None:
                yield from reader(child, look, depth)
            elif name in _CHARACTERS_BY_TAG:
                yield from self._show(_CHARACTERS_BY_TAG[name], look)
            elif name in ("oMath", "oMathPara"):
                yield from self.read_formula(child)
            elif name in ("drawing", "pict", "object", "subDoc"):
                yield from self._show_drawing(child, look)
            elif name not in ("instrText", "delText", "delInstrText", "txbxContent", "footnoteReference"):
                yield from self._inside(child, look, depth + 1)

    def _read_r(self, run: _Element, _: RunProperties, depth: int) -> Texts:
        """Read a run with its properties over those of its styles."""
        properties = find_child(run, "rPr")
        style = self.styles.look(get_attribute(find_child(properties, "rStyle")))
        look = read_run_properties(properties).complete_with(style).complete_with(self._base)
        raised = get_attribute(find_child(properties, "vertAlign"))
        if is_on(properties, "del"):
            look = RunProperties(struck=True).complete_with(look)
        for run_text in self._inside(run, look, depth + 1):
            yield raise_text(run_text, raised == "superscript") if raised.startswith("su") and self.raises else run_text

    def _read_t(self, element: _Element, look: RunProperties, _: int) -> Texts:
        """Read text; characters of a symbol font are translated."""
        yield from self._show(show_in_font(look.font or "", element.text or "", self._lose_at_once), look)

    def _lose_at_once(self, kind: str, words: str) -> None:
        """Report a loss after what was collected before it."""
        self._report_lost_words()
        self.builder.lose(kind, words)

    def _read_sym(self, element: _Element, look: RunProperties, _: int) -> Texts:
        """Read a symbol; an unknown one becomes □ and a loss."""
        font, code = get_attribute(element, "font"), get_attribute(element, "char")
        number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else -1
        yield from self._show(show_symbol(font, number, self.builder.lose, f"{font} {code}"), look)

    def _show(self, text: str, look: RunProperties) -> Texts:
        """Yield visible text; record hidden, tiny, struck and invisible text as a loss."""
        if any(not one.in_result for one in self.fields):
            return
        if text.strip():
            if look.hidden or (look.size is not None and look.size <= 2):
                self._lose("hidden", text)
                return
            if look.struck:
                self._lose("deleted", text)
                return
            if is_same_colour(look.colour, look.shaded or self.shaded):
                self._lose("hidden", text)
                return
            self._report_lost_words()
            for one in self.fields:
                one.shown = True
            if self.fields and _MISSING_REFERENCE_RE.search(text):
                self.builder.lose("field", text)
        elif self._lost:
            return
        yield text

    def _read_del(self, element: _Element, _: RunProperties, __: int) -> Texts:
        self._lose("deleted", join_texts(element, "delText", "t"))
        yield from ()

    _read_moveFrom = _read_del

    def _read_annotation(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        """Read changes and comments in the format of Word 2003."""
        kind = get_attribute(element, "type")  # changes as Word 2003 writes them
        if kind == "Word.Deletion":
            yield from self._read_del(element, look, depth)
        elif kind == "Word.Comment":
            self.builder.lose("comment", join_texts(element, "t"))
        elif kind != "Word.Formatting":
            yield from self._inside(element, look, depth + 1)

    def _read_ruby(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        """Read a text with ruby; its reading is recorded as a loss."""
        self._report_lost_words()
        ruby_text, base = find_child(element, "rt"), find_child(element, "rubyBase")
        if ruby_text is not None:
            self.builder.lose("ruby", join_texts(ruby_text, "t"))
        if base is not None:
            yield from self._inside(base, look, depth + 1)

    def read_formula(self, element: _Element) -> Texts:
        """Yield a formula as one line, and record it as a loss."""
        if any(not open_field.in_result for open_field in self.fields):
            return
        formula = linearise_formula(element)
        self._report_lost_words()
        self.builder.lose("formula", formula)
        for open_field in self.fields:
            open_field.shown = True
        yield formula

    def _show_drawing(self, element: _Element, look: RunProperties) -> Texts:
        """Keep the text boxes of a drawing for later and yield its picture."""
        self._report_lost_words()
        for box in find_all(element, "txbxContent"):
            ancestors = takewhile(lambda one: one is not element, box.iterancestors())
            if not any(get_local_name(ancestor) == "Fallback" for ancestor in ancestors):
                self.boxes.append(box)
        yield from self._show(self.picture(element), look)

    def _read_AlternateContent(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        if (chosen := choose_alternative(element)) is not None:
            yield from self._inside(chosen, look, depth + 1)

    def _read_sdt(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        """Read a content control; one that only shows its placeholder is a loss."""
        properties, content = find_child(element, "sdtPr"), find_child(element, "sdtContent")
        if content is None:
            return
        if is_on(properties, "showingPlcHdr"):
            self._report_lost_words()
            name = get_attribute(find_child(properties, "alias")) or get_attribute(find_child(properties, "tag"))
            placeholder = join_texts(content, "t")
            self.builder.lose("control", f"{name}：{placeholder}" if name else placeholder)
            return
        pieces = list(self._inside(content, look, depth + 1))
        box = find_child(properties, "checkbox")
        if not "".join(pieces).strip() and box is not None:
            pieces = [
                "☑" if get_attribute(find_child(box, "checked"), "val", "0").lower() not in ("0", "false") else "☐"
            ]
        yield from pieces

    def _read_fldSimple(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        pieces = list(self._inside(element, look, depth + 1))
        yield from pieces if "".join(pieces).strip() else [resolve_field(self.builder, get_attribute(element, "instr"))]

    def _read_fldChar(self, element: _Element, look: RunProperties, _: int) -> Texts:
        """Handle begin, separator and end of a field; without a result its instruction is resolved."""
        kind = get_attribute(element, "fldCharType")
        if kind == "begin":
            self.fields.append(_Field(form=find_child(element, "ffData")))
        elif kind == "separate" and self.fields:
            self.fields[-1].in_result = True
        elif kind == "end" and self.fields:
            done = self.fields.pop()
            if not done.shown:
                yield from self._show(resolve_field(self.builder, done.instruction, done.form), look)

    def _read_instrText(self, element: _Element, _: RunProperties, __: int) -> Texts:
        """Add to the instruction of the current field."""
        if self.fields and not self.fields[-1].in_result:
            self.fields[-1].instruction += element.text or ""
        yield from ()

    def _read_control(self, element: _Element, _: RunProperties, __: int) -> Texts:
        self.builder.lose("control", get_attribute(element, "name"))
        yield from ()


def join_deleted_ends(root: _Element) -> None:
    """Join each paragraph whose end is deleted (a tracked change) to the next."""
    for paragraph in list(find_all(root, "p")):
        mark_properties = find_child(paragraph, "pPr", "rPr")
        if not any(is_deletion(node) for node in (() if mark_properties is None else mark_properties)):
            continue
        following = paragraph.getnext()
        while following is not None and get_local_name(following).startswith("bookmark"):
            following = following.getnext()
        if following is None or get_local_name(following) != "p":
            continue
        at = 1 if find_child(following, "pPr") is not None else 0
        for child in reversed([node for node in paragraph if get_local_name(node) != "pPr"]):
            following.insert(at, child)
        parent = paragraph.getparent()
        if parent is not None:
            parent.remove(paragraph)


def drop_unended_fields(root: _Element) -> None:
    """Remove the beginnings of fields without end, so that their text is shown."""
    begun: list[list[_Element]] = []
    for mark in list(find_all(root, "fldChar")):
        kind = get_attribute(mark, "fldCharType")
        if kind == "begin":
            begun.append([mark])
        elif kind == "end" and begun:
            begun.pop()
        elif begun:
            begun[-1].append(mark)
    for mark in chain.from_iterable(begun):
        remove_element(mark)


def choose_alternative(element: _Element) -> _Element | None:
    """Return the first choice of an AlternateContent, or its fallback if that is empty."""
    choice, fallback = find_child(element, "Choice"), find_child(element, "Fallback")
    if choice is None or fallback is None:
        return choice if choice is not None else fallback
    has_words = any((one.text or "").strip() for one in choice.iter("{*}t"))
    drawn = next(
        choice.iter("{*}blip", "{*}chart", "{*}relIds", "{*}imagedata", "{*}OLEObject", "{*}contentPart"), None
    )
    return choice if has_words or drawn is not None else fallback


def is_deletion(mark: _Element) -> bool:
    """Return whether an element marks deleted content (a tracked change)."""
    name = get_local_name(mark)
    return name in ("del", "moveFrom") or (name == "annotation" and get_attribute(mark, "type") == "Word.Deletion")


def resolve_field(builder: DocumentBuilder, instruction: str, form: _Element | None = None) -> str:
    """Return the text of a field without a stored result; an unknown one is recorded as a loss.

    Args:
        form: the data of a form field, where the file has them.
    """
    words = instruction.split()
    kind = words[0].upper() if words else ""
    if kind in ("FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT"):
        return _resolve_form(kind, form) if form is not None else ""
    if kind == "MACROBUTTON":
        return " ".join(words[2:])
    if kind in ("QUOTE", "ADDRESSBLOCK") and len(words) > 1:
        return " ".join(words[1:]).strip('"')
    if kind == "EQ":
        return _resolve_equation(builder, instruction)
    if match := _SYMBOL_FIELD_RE.match(instruction.strip()):
        return show_symbol(match[2] or "Symbol", int(match[1], 0), builder.lose, instruction.strip())
    if kind and kind not in _INVISIBLE_FIELDS:
        builder.lose("field", instruction.strip())
    return ""


def _resolve_form(kind: str, form: _Element) -> str:
    """Return the text of a form field: ☑ or ☐, the chosen entry, or the default text."""
    if kind == "FORMCHECKBOX":
        box = find_child(form, "checkBox")
        checked = is_on(box, "checked")
        return "☑" if (checked if checked is not None else is_on(box, "default")) else "☐"
    if kind == "FORMDROPDOWN":
        entries = [get_attribute(entry) for entry in find_all(form, "listEntry")]
        chosen = (
            get_attribute(find_child(form, "ddList", "result"))
            or get_attribute(find_child(form, "ddList", "default"))
            or "0"
        )
        return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ""
    return get_attribute(find_child(form, "textInput", "default"))


def _resolve_equation(builder: DocumentBuilder, instruction: str) -> str:
    """Return the text of an EQ field: base of a ruby, circled number, or the formula."""
    if match := _PHONETIC_FIELD_RE.search(instruction):
        builder.lose("ruby", match[1])
        return match[2].strip(" )")
    if match := _CIRCLED_FIELD_RE.search(instruction):
        return f"({match[1]})"
    formula = instruction.strip()[2:].strip()
    builder.lose("formula", formula)
    return formula
