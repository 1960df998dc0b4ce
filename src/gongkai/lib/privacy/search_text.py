"""Prepare a text for the search: normalised to half width, same length, with word lengths.

Every rule works on a `SearchText`. Its offsets equal those of the given text because each character
is replaced by exactly one character.
"""

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import SupportsIndex, overload

from gongkai.lib.chinese import dictionary
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.normalisation import get_unified_characters
from gongkai.lib.chinese.traditional import get_traditional_characters
from gongkai.lib.privacy.model import PrivacyError

_CHINESE_DIGITS = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "0012345678912345678912", strict=True))
#: Superscripts and subscripts mark notes and units; a number is disguised by them only where all its digits are.
_SUPERSCRIPTS_AND_SUBSCRIPTS = "¹²³⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_RAISED_NUMBER_RE = re.compile(f"[{_SUPERSCRIPTS_AND_SUBSCRIPTS}]{{7,}}")
#: Marks of a list, which are no digits of the number after them: ①13912345678.
_LIST_MARKS = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉①②③④⑤⑥⑦⑧⑨⒈⒉⒊⒋⒌⒍⒎⒏⒐⑴⑵⑶⑷⑸⑹⑺⑻⑼❶❷❸❹❺❻❼❽❾"
_DIGIT = "[0-9\uff10-\uff19]"
_ODD_SIGN = r"[()/~|·_#*,，\-－\u2010-\u2015.\s]{0,3}"
_MARKED_NUMBER_RE = re.compile(
    rf"(?<![{_LIST_MARKS}])[{_LIST_MARKS}](?=[0０]?[1１](?:{_ODD_SIGN}{_DIGIT}){{10}}(?!{_DIGIT})|1[0-9]{{15}}(?![0-9])"
    rf"|[0０]{_DIGIT}{{2,3}}-?[1-9１-９]{_DIGIT}{{6,7}}(?!{_DIGIT})|[1-9１-９]{_DIGIT}{{15}})"
)

#: Signs that are typed as the dot of a name, between two Chinese characters.
NAME_DOTS = "·•・‧∙･⋅ㆍᆞᐧ﹒∘⸱ꞏ"


@cache
def _make_plain_character_table() -> dict[int, str]:
    """Return {character: plain one} for search, over all widths and forms."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys((0x3000, 0x00A0, 0x2002, 0x2003, 0x2009, 0x202F, 0x0D), " ")
    for code in (*range(0x80, 0x3300), *range(0xA620, 0xABFA), *range(0xFF10, 0xFF1A), *range(0x104A0, 0x1FBFA)):
        digit = unicodedata.digit(chr(code), None)
        if digit is not None and chr(code) not in _SUPERSCRIPTS_AND_SUBSCRIPTS:
            table[code] = str(digit)
    for code in (*range(0xFE10, 0xFE1A), *range(0xFE31, 0xFE6C), *range(0xFF61, 0xFF65)):  # ﹐ ︐ ､
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and chr(code) not in NAME_DOTS:
            table[code] = plain
    table[0xFE30] = ":"  # typed for a colon
    table |= {
        code_before + place: sign for code_before in (0x3220, 0x3280) for place, sign in enumerate("一二三四五六七八九")
    }
    table |= {
        ord(character): digit_form for character, digit_form in zip("⓪Ｏ〡〢〣〤〥〦〧〨〩", "0O123456789", strict=True)
    }
    table |= dict(get_traditional_characters())
    table |= {code: table.get(ord(char), char) for code, char in get_unified_characters().items()}
    # Half of a character that broken software left behind; no library takes it.
    return table | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


_LONG_REPETITION_RE = re.compile(r"(.)\1{39,}", re.DOTALL)
#: A character three times in a row. A repetition of 40 or more is also one in every thirteenth character, so most texts
#: need no longer search.
_TRIPLE_CHARACTER_RE = re.compile(r"(.)\1\1", re.DOTALL)
_SAMPLING_STEP = 13
_SHORT_LINE_RE = re.compile(r"[^\n\x00]{1,4000}")


@dataclass(slots=True)
class SearchText:
    """A text with its normalised forms of equal length, and the lengths of its dictionary words.

    Attributes:
        source: the text as given.
        text: same length, full-width ASCII and odd spaces made half width, endless repetition blanked.
        starts: for each offset the length of the dictionary word that begins there, 0 inside a word.
    """

    source: str
    text: str
    starts: bytearray = field(repr=False)
    _digits: str | None = field(default=None, repr=False)

    @property
    def digits(self) -> str:
        """Return the text with Chinese digits as 0-9, in the same length."""
        if self._digits is None:
            self._digits = replace_chinese_digits(self.text)
        return self._digits

    def word(self, start: int) -> str:
        """Return the dictionary word that begins at an offset, or an empty string inside a word."""
        return self.text[start : start + self.starts[start]]


_OTHER_DOT_RE = re.compile(rf"(?<=[{HAN}])[{NAME_DOTS[1:]}](?=[{HAN}])")
#: A full stop that divides words of two characters and more, and no number: 阿卜杜拉.买买提.
_TYPED_DOT_RE = re.compile(rf"(?<=[{HAN}]{{2}})(?<![〇一二三四五六七八九十])\.(?=[{HAN}]{{2}})")


def join_dotted_names(text: str) -> str:
    """Return a text with one kind of dot in names, same length."""
    if "." in text:
        text = _TYPED_DOT_RE.sub("·", text)
    return _OTHER_DOT_RE.sub("·", text) if any(dot in text for dot in NAME_DOTS[1:]) else text


def to_half_width(text: str) -> str:
    """Convert full-width characters to half width, in the same length."""
    # Many times as quick as `translate`, which looks up every character of a text.
    table, used = _make_plain_character_table(), set(text)
    if not used.isdisjoint(_LIST_MARKS):
        text = _MARKED_NUMBER_RE.sub(" ", text)
    if not used.isdisjoint(_SUPERSCRIPTS_AND_SUBSCRIPTS):
        text = _RAISED_NUMBER_RE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    for char in used:
        if (plain := table.get(ord(char))) is not None:
            text = text.replace(char, plain)
    return join_dotted_names(text)


#: A whole number of a phone, a card or an identity, and a word that only begins with a Chinese digit (15912345678一直).
_COMPLETE_NUMBER_RE = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{16}|[0-9]{18,19})(?=[一二两三四五六七八九][^〇零一二三四五六七八九])"
)
#: Characters typed instead of 〇 between Chinese digits: 一九八Ｏ年.
_TYPED_ZERO_RE = re.compile("(?<=[〇零一二三四五六七八九])[Oo○◯](?=[Oo○◯〇零一二三四五六七八九年])")
_ELEVEN_DIGITS_RE = re.compile("[0-9]{11}")


def replace_chinese_digits(text: str) -> str:
    """Replace Chinese digits by 0-9, keeping the length."""
    digits = _TYPED_ZERO_RE.sub("0", text)
    for char, digit in _CHINESE_DIGITS.items():
        digits = digits.replace(char, digit)
    if _ELEVEN_DIGITS_RE.search(text):
        for match in _COMPLETE_NUMBER_RE.finditer(text):
            at = match.end()
            digits = f"{digits[:at]}{text[at]}{digits[at + 1 :]}"
    return digits


#: A word for a daughter or a son whose last character is a word together with a surname: 养女|王磊.
_CHILD_WORD_BEFORE_SURNAME_RE = re.compile("[养继长次]女(?=[王方])|其女(?=王)|[养继长次]子(?=房)")


def _store_word_lengths(text: str, starts: bytearray, begin: int, end: int) -> None:
    """Store the length of each word, at most 255, at its first character."""
    for line in _SHORT_LINE_RE.finditer(text, begin, end):
        at = line.start()
        for word in dictionary.split_words(line[0]):
            size = len(word)
            starts[at] = size if size < 256 else 255
            at += size
        for match in _CHILD_WORD_BEFORE_SURNAME_RE.finditer(line[0]):
            at = line.start() + match.start()
            if starts[at + 1]:
                starts[at], starts[at + 1], starts[at + 2] = 2, 0, 1


class _LazyWordLengths(bytearray):
    """Word lengths computed line by line on first access."""

    def __init__(self, text: str) -> None:
        super().__init__(len(text) + 1)
        self._text, self._read = text, bytearray(len(text) + 1)

    @overload
    def __getitem__(self, at: SupportsIndex) -> int: ...

    @overload
    def __getitem__(self, at: slice) -> bytearray: ...

    def __getitem__(self, at: SupportsIndex | slice) -> int | bytearray:
        """Return the length of the word that begins at an offset."""
        if not isinstance(at, int):
            raise TypeError("one offset at a time")
        if at < 0:
            at += len(self)
        if at < len(self) and not self._read[at]:
            begin = self._text.rfind("\n", 0, at) + 1
            end = self._text.find("\n", at)
            end = end if end >= 0 else len(self._text)
            self._read[begin : end + 1] = b"\1" * (end + 1 - begin)
            _store_word_lengths(self._text, self, begin, end)
        return super().__getitem__(at)


def check_text(given: object) -> str:
    """Return the argument if it is a string.

    Raises:
        PrivacyError: it is none.
    """
    if not isinstance(given, str):
        raise PrivacyError("要检查的内容应为文字")
    return given


def prepare_text(text: str, *, seldom: bool = False) -> SearchText:
    """Return the `SearchText` of a text, in linear time; a character repeated 40 times or more is
    blanked.

    Args:
        text: any text.
        seldom: true if few word lengths will be read; then only their lines are segmented, on access.

    Raises:
        PrivacyError: `text` is no string.
    """
    half = to_half_width(check_text(text))
    if _TRIPLE_CHARACTER_RE.search(half[::_SAMPLING_STEP]):
        half = _LONG_REPETITION_RE.sub(lambda found: "\x00" * len(found[0]), half)
    if seldom:
        return SearchText(text, half, _LazyWordLengths(half))
    starts = bytearray(len(half) + 1)
    _store_word_lengths(half, starts, 0, len(half))
    return SearchText(text, half, starts)
