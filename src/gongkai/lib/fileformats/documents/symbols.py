"""Convert characters of symbol fonts to Unicode, and formulas of Word to one line."""

import re
from collections.abc import Callable

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.packages import find_child, get_attribute, get_local_name

_CIRCLED_NUMBERS = {0x80 + number: "⓪①②③④⑤⑥⑦⑧⑨⑩"[number] for number in range(11)}
_CIRCLED_NUMBERS |= {0x8B + number: "⓿❶❷❸❹❺❻❼❽❾❿"[number] for number in range(11)}
_WINGDINGS = {
    0x22: "✂", 0x28: "☎", 0x29: "☏", 0x2A: "✉", 0x36: "⌛", 0x3F: "✍", 0x41: "✌", 0x45: "☜", 0x46: "☞", 0x47: "☝",
    0x48: "☟", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x52: "☼", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x70: "□",
    0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "☒", 0x79: "⍓", 0x7A: "⌘",
    0x9E: "·", 0x9F: "•", 0xA0: "▪", 0xA1: "○", 0xA2: "○", 0xA3: "○", 0xA4: "◉", 0xA5: "◎", 0xA7: "▪", 0xA8: "□",
    0xAA: "✦", 0xAB: "★", 0xAC: "✶", 0xAE: "✹", 0xD5: "⌫", 0xD8: "➢", 0xDC: "➲", 0xDF: "←", 0xE0: "→", 0xE1: "↑",
    0xE2: "↓", 0xE3: "↖", 0xE4: "↗", 0xE5: "↙", 0xE6: "↘", 0xE7: "←", 0xE8: "→", 0xE9: "↑", 0xEA: "↓", 0xEF: "⇦",
    0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xF3: "⬄", 0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑", 0x20: " ",
} | _CIRCLED_NUMBERS  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0x98: "●", 0x99: "○", 0xA2: "■",
    0xA3: "□", 0xA4: "□", 0xA5: "□", 0x2A: "□", 0x30: "☑", 0x20: " ",
} | {0x69 + number: "⓪①②③④⑤⑥⑦⑧⑨⑩"[number] for number in range(11)}  # fmt: skip
_WINGDINGS_3 = {0x9D: "▲", 0x70: "▲", 0x71: "▼", 0x74: "◀", 0x75: "▶", 0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓"}
_WEBDINGS = {0x61: "√", 0x72: "×", 0x63: "□", 0x67: "■", 0x6E: "●", 0x34: "▶", 0x33: "◀", 0x35: "▲", 0x36: "▼"}
_SYMBOL_FONT = dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)) | dict(
    zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)
)
_SYMBOL_FONT |= {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0xA2: "′", 0xA3: "≤",
    0xA5: "∞", 0xA7: "♣", 0xA8: "♦", 0xA9: "♥", 0xAA: "♠", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓",
    0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC4: "⊗", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xC9: "⊃", 0xCA: "⊇",
    0xCC: "⊂", 0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏",
    0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑", 0xDE: "⇒", 0xDF: "⇓",
    0xE5: "∑", 0xF2: "∫", 0x20: " ",
}  # fmt: skip
_SYMBOL_FONT |= {
    code: chr(code) for code in (0x21, 0x23, 0x25, 0x26, 0x28, 0x29, 0x2B, 0x2C, 0x2E, 0x2F, *range(0x30, 0x40))
}
_TABLES_BY_FONT = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL_FONT,
}
#: Fonts of letters, of which Word writes a symbol with a private code, too.
_LETTER_FONT = re.compile(
    "arial|calibri|cambria|courier|georgia|helvetica|tahoma|times|verdana|consolas|song|hei|kai|fang|yahei|dengxian"
    "|[宋黑楷]|等线|微软|方正",
    re.IGNORECASE,
)
_SUPERSCRIPT_TABLE = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT_TABLE = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def is_symbol_font(font: str) -> bool:
    """Return whether a font draws symbols in place of letters."""
    return font.strip().lower() in _TABLES_BY_FONT


def find_symbol(font: str, code: int) -> str:
    """Return the character that a font draws for a code; "" if it is unknown."""
    table = _TABLES_BY_FONT.get(font.strip().lower())
    if table is None:
        if 0xF020 <= code <= 0xF0FF and _LETTER_FONT.search(font):
            code -= 0xF000
        return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code < 0xF0000 else ""
    return table.get(code - 0xF000 if 0xF000 <= code <= 0xF0FF else code, "")


def show_in_font(font: str, text: str, lose: Callable[[str, str], None]) -> str:
    """Return a text as its font draws it; pass unknown symbols to `lose`."""
    if not text.strip() or not is_symbol_font(font):
        return text
    shown, unknown = "", ""
    for char in text:
        symbol = char if ord(char) > 0xFF and not 0xF000 <= ord(char) <= 0xF0FF else find_symbol(font, ord(char))
        shown += symbol
        unknown += "" if symbol else f"{font} {ord(char):04X}"
    if unknown:
        lose("symbol", unknown)
    return shown


def show_symbol(font: str, code: int, lose: Callable[[str, str], None], named: str = "") -> str:
    """Return the character of one symbol; an unknown one becomes □ and is passed to `lose`, as `named` if given."""
    symbol = find_symbol(font, code)
    if not symbol:
        lose("symbol", named or f"{font} {code:04X}")
    return symbol or "□"


def raise_text(text: str, is_superscript: bool = True) -> str:
    """Return superscript or subscript text in raised or lowered characters, if they exist.

    >>> raise_text("2"), raise_text("①")
    ('²', '①')
    """
    changed = text.translate(_SUPERSCRIPT_TABLE if is_superscript else _SUBSCRIPT_TABLE)
    return (
        changed if all(original != replacement for original, replacement in zip(text, changed, strict=True)) else text
    )


def linearise_formula(element: _Element, depth: int = 0) -> str:  # noqa: PLR0911 - a table of elements
    """Return a formula (OMML or MathML) as one line: a/b, x^2, √(x)."""
    name = get_local_name(element)
    if depth > 40 or name in ("annotation", "annotation-xml", "rPr", "ctrlPr") or name.endswith("Pr"):
        return ""
    if name in ("t", "mi", "mn", "mo", "mtext", "ms"):
        return (element.text or "").strip() if name != "t" else element.text or ""
    pieces = [
        linearise_formula(child, depth + 1)
        for child in element
        if get_local_name(child) and not get_local_name(child).endswith("Pr")
    ]
    if name in _FORMULA_TEMPLATES:
        parts = [*pieces, "", "", ""][:3]
        return _FORMULA_TEMPLATES[name].format(*parts, *map(_add_brackets, parts))
    if name == "msqrt":
        return f"√({''.join(pieces)})"
    if name == "rad":
        degree, base = linearise_child(element, "deg", depth), linearise_child(element, "e", depth)
        return f"{degree}√({base})" if degree else f"√({base})"
    if name == "nary":
        sign = get_attribute(find_child(element, "naryPr", "chr")) or "∫"
        lower, upper = linearise_child(element, "sub", depth), linearise_child(element, "sup", depth)
        return (
            sign
            + (f"_({lower})" if lower else "")
            + (f"^({upper})" if upper else "")
            + linearise_child(element, "e", depth)
        )
    if name == "d":
        opening = find_child(element, "dPr", "begChr")
        closing = find_child(element, "dPr", "endChr")
        opening_sign = "(" if opening is None else get_attribute(opening)
        closing_sign = ")" if closing is None else get_attribute(closing)
        return opening_sign + ",".join(pieces) + closing_sign
    if name in ("m", "eqArr", "mtable"):
        return "[" + "; ".join(pieces) + "]"
    if name in ("mr", "mtr"):
        return ", ".join(pieces)
    return "".join(pieces)


def linearise_child(element: _Element, name: str, depth: int) -> str:
    """Return a part of a formula as one line."""
    child = find_child(element, name)
    return linearise_formula(child, depth + 1) if child is not None else ""


def _add_brackets(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


#: Elements with their parts in order → how they are written; {3} to {5} are the parts in brackets where they need them.
_FORMULA_TEMPLATES = dict.fromkeys(("f", "mfrac"), "{3}/{4}") | dict.fromkeys(
    ("sSup", "msup", "mover", "limUpp"), "{0}^{4}"
)
_FORMULA_TEMPLATES |= dict.fromkeys(("sSub", "msub", "munder", "limLow"), "{0}_{4}")
_FORMULA_TEMPLATES |= dict.fromkeys(("sSubSup", "msubsup", "munderover"), "{0}_{4}^{5}")
