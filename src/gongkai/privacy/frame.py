"""A text made ready for looking: same length, half width, with the borders of its words.

Everything that looks for personal data works on a `Frame`. Offsets in it are offsets in the given text,
because normalising replaces character by character and never adds or removes one.
"""

from dataclasses import dataclass, field

from gongkai.privacy import dictionary
from gongkai.privacy import lazy_re as re
from gongkai.privacy.model import PrivacyError

_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "0012345678912345678912")
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF.update({0x3000: 0x20, 0x00A0: 0x20, 0x2002: 0x20, 0x2003: 0x20, 0x2009: 0x20, 0x202F: 0x20})
#: Circled and mathematical digits stand for digits when a number is disguised.
_HALF.update({0x2460 + n: ord("1") + n for n in range(9)})
for _base in (0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6):
    _HALF.update({_base + n: ord("0") + n for n in range(10)})
_HALF.update({ord(a): ord(b) for a, b in zip("⓪０Ｏ〡", "00O1", strict=True)})
_HALF[0x0D] = 0x20
# Half of a character that broken software left behind; no library takes it.
_HALF.update(dict.fromkeys(range(55296, 57344), 65533))
_NOISE = re.compile(r"(.)\1{39,}", re.DOTALL)
_LINE = re.compile(r"[^\n\x00]{1,4000}")


@dataclass(slots=True)
class Frame:
    """A text and its views.

    Attributes:
        source: the text as given.
        text: same length, full-width ASCII and odd spaces made half width, endless repetition blanked.
        digits: same length, Chinese digits turned into 0-9 as well.
        starts: for each offset the length of the dictionary word that begins there, 0 inside a word.
    """

    source: str
    text: str
    digits: str
    starts: bytearray = field(repr=False)

    def word(self, start: int) -> str:
        """Return the dictionary word that begins at an offset, or an empty string inside a word."""
        return self.text[start : start + self.starts[start]]


def half_width(text: str) -> str:
    """Return the text with full-width ASCII, odd spaces and disguised digits in half width, same length."""
    return text.translate(_HALF)


#: A whole number of a phone, a card or an identity, and a word that only begins with a Chinese digit (15912345678一直).
_WHOLE = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9]{9}|[0-9]{16}|[0-9]{18,19})(?=[一二两三四五六七八九][^〇零一二三四五六七八九])"
)


def chinese_digits(text: str) -> str:
    """Return the text with Chinese digits as 0-9, same length; a word behind a whole number stays as it is."""
    digits = text.translate(_CHINESE_DIGITS)
    for found in _WHOLE.finditer(text):
        at = found.end()
        digits = f"{digits[:at]}{text[at]}{digits[at + 1 :]}"
    return digits


def _word_starts(text: str) -> bytearray:
    starts = bytearray(len(text) + 1)
    for line in _LINE.finditer(text):
        at = line.start()
        for word in dictionary.cut(line[0]):
            size = len(word)
            starts[at] = min(size, 255)
            at += size
    return starts


def text_only(given: object) -> str:
    """Return a text as it is.

    Raises:
        PrivacyError: it is none.
    """
    if not isinstance(given, str):
        raise PrivacyError("要检查的内容应为文字")
    return given


def frame(text: str) -> Frame:
    """Prepare a text. Linear in its length; forty times the same character in a row count as nothing.

    Raises:
        PrivacyError: no text.
    """
    half = half_width(text_only(text))
    half = _NOISE.sub(lambda found: "\x00" * len(found[0]), half)
    return Frame(text, half, chinese_digits(half), _word_starts(half))
