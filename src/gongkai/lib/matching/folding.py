"""Normalise text to one spelling: width, case, traditional characters, brackets."""

import unicodedata
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese import traditional
from gongkai.lib.chinese.document_numbers import scan_typed

MAX_CHARS = 20_000_000
"""Maximum characters of a text; a longer one is refused with one line."""

_BRACKETS = {"〔": "〔[［【〖﹝⦗⟦(（﹙<〈＜", "〕": "〕]］】〗﹞⦘⟧)）﹚>〉＞"}
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def _compatibility() -> dict[int, str]:
    blocks = (
        (0x00A0, 0x00C0),
        (0x2000, 0x2200),
        (0x2460, 0x2500),
        (0x2E80, 0x2FE0),
        (0x3000, 0x3001),
        (0x3200, 0x3400),
        (0xF900, 0xFB10),
        (0xFE30, 0xFE70),
        (0xFF00, 0xFFF0),
        (0x1D400, 0x1D800),
        (0x2F800, 0x2FA20),
    )
    table = {}
    for first, last in blocks:
        for point in range(first, last):
            plain = unicodedata.normalize("NFKC", chr(point))
            if plain != chr(point):
                table[point] = plain
    return table


@cache
def _fold_table() -> dict[int, str]:
    table = _compatibility()
    simplified = traditional.simplified_table()
    table.update(simplified)
    for point, plain in table.items():
        if len(plain) == 1:
            table[point] = simplified.get(ord(plain), plain)
    # Zero-width characters and controls vanish or part words; lone surrogates are broken text.
    table |= dict.fromkeys(range(32), " ")
    table |= dict.fromkeys(range(127, 160), " ")
    table |= {0x0A: "\n", 0x0D: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
    table |= dict.fromkeys((173, *range(8203, 8208), *range(8234, 8239), 8288, 65279), "")
    table |= {ord("○"): "〇"}
    return table


class _FoldTable(dict[int, str]):
    """A translation table that caches the characters it leaves unchanged."""

    def __missing__(self, point: int) -> str:
        plain = " " if 0xD800 <= point <= 0xDFFF else chr(point).lower()
        if len(self) < 200_000:
            self[point] = plain
        return plain


@cache
def _folds() -> _FoldTable:
    return _FoldTable({point: plain.lower() for point, plain in _fold_table().items()})


def as_text(value: object) -> str:
    """Return the argument if it is a string.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError(f"需要文本（str），收到的是 {type(value).__name__}")
    return value


def fold(text: str) -> str:
    """Return the text in one spelling: half width, lower case, simplified characters.

    Lone surrogates and NULs become blanks; line ends become a newline.

    Raises:
        TypeError: not a string.
        ValueError: longer than `MAX_CHARS`.
    """
    if len(as_text(text)) > MAX_CHARS:
        raise ValueError(f"文本过长：{len(text)} 字，最多 {MAX_CHARS} 字")
    folded = text.translate(_folds())
    return _THOUSANDS.sub("", folded) if "," in folded else folded


def unify_brackets(text: str) -> str:
    """Return the text with every opening bracket as 〔 and every closing bracket as 〕."""
    return text.translate(_bracket_table())


@cache
def _bracket_table() -> dict[int, str]:
    return {ord(char): plain for plain, chars in _BRACKETS.items() for char in chars}


def document_numbers(text: str) -> list[str]:
    """Return the document numbers in a text as 云府办发〔2026〕15号, in order, each once.

    Where no blank, mark or leading word parts the issuer's mark from what stands before it, the mark
    is given as it stands (at most 12 characters).
    """
    return list(dict.fromkeys(str(number) for number in scan_typed(fold(text))))


def number_tokens(folded: str) -> list[str]:
    """Return the document numbers of a folded text as tokens: 云府办发202615号."""
    tokens: dict[str, None] = {}
    for number in scan_typed(folded):
        for start in range(1 if number.certain else max(1, len(number.mark) - 1)):
            tokens[f"{number.mark[start:]}{number.year}{number.serial}号"] = None
    return list(tokens)
