"""Decode text whose declared charset is wrong. Never raises on invalid bytes."""

import codecs
import re
from functools import lru_cache

from gongkai.lib.chinese.characters import is_han

#: Charsets tried in turn if the declared one does not fit.
FALLBACK_CHARSETS = ("utf-8", "gb18030", "big5")
#: Charsets that accept any bytes; programs declare them without checking, so Chinese charsets are tried first.
_WESTERN_NAMES = "iso-8859-1 iso8859-1 latin1 latin-1 iso-8859-15 windows-1252 cp1252 us-ascii ascii"
WESTERN_CHARSETS = frozenset(_WESTERN_NAMES.split())
#: Names that mean more than they say: what calls itself GB2312 is mostly GBK, which GB18030 contains.
SUPERSET_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "hz-gb-2312": "hz", "x-gbk": "gb18030"}
_LONE_HIGH_BYTE_RE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH_BYTE_RE = re.compile(rb"[\x80-\xff]")
#: The byte order marks of UTF-16.
_UTF16_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: Bytes beyond ASCII from which a charset is certain; likelihood (`estimate_chinese_likelihood`) from which a text is
#: Chinese; advantage in likelihood of valid UTF-8, which hardly any other text is by chance.
_MIN_BYTES_FOR_CERTAINTY, MIN_CHINESE_LIKELIHOOD, _UTF8_ADVANTAGE = 8, 0.7, 0.2
#: Characters beyond ASCII, and how many of them are examined to tell what a text is written in.
_NON_ASCII_RUN_RE, _MAX_SAMPLED_CHARACTERS = re.compile("[^\x00-~]+"), 4_000
#: Letters of Europe; short words in GBK that are valid UTF-8, too, read as others (通知.txt: ֪ͨ.txt).
_EUROPEAN_TEXT_RE = re.compile("[\x00-\u024f\u0370-\u04ff\u1e00-\u20ff]*")
#: Marks and signs of Chinese texts, forms and tables; read as Big5 they would be common characters (─│ as 岸岫).
_COMMON_SIGNS = frozenset(
    "\u3000\xa0·—…“”‘’。，、；：？！（）《》【】〔〕﹍﹎¤§№※￥℃㎡㎜㎝㎞＋－×÷±≤≥√○●◎□■☆★◇◆△▲▽▼→←↑↓①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ"
)
#: Largest difference between the likelihoods of two readings that leaves the charset in doubt, and the likelihood above which GB18030 is sure.
_MAX_DOUBTFUL_DIFFERENCE, _SURE_GB18030, _COMPARED_BYTES = 0.3, 0.95, 4_000
_HZ_ESCAPE_RE = re.compile(rb"~\{[!-~]{2,}~\}")
#: The byte of the euro sign in code page 936, and a pair of surrogates in UTF-8, as Oracle and older Java write it.
_EURO_SIGN_BYTE, SURROGATE_PAIR = 0x80, re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_FAULTY_OR_RARE_CHARACTER_RE, _HAN_PER_FAULT = re.compile("[\ufffd\U00020000-\U0003ffff]"), 3
_UTF7_SEQUENCE_RE = re.compile(rb"\+[A-Za-z0-9/]{6,}-?")


def decode(content: bytes, declared_charset: str) -> tuple[str, bool]:
    """Return (decoded text, True if the declared charset or a superset of it fits).

    >>> decode("公租房".encode("gb18030"), "utf-8")
    ('公租房', False)
    """
    declared_charset = declared_charset.lower().strip("\"' ")
    charset_wanted = SUPERSET_CHARSETS.get(declared_charset, declared_charset) or "utf-8"
    if content.startswith(_UTF16_BYTE_ORDER_MARKS) and not declared_charset.startswith("utf-16"):
        charset_wanted = "utf-16"
    undeclared_text = _to_chinese_charset(content) if declared_charset in WESTERN_CHARSETS else ""
    undeclared_text = undeclared_text or (
        "" if charset_wanted in {"hz", "utf-7"} else _decode_seven_bit_chinese(content)
    )
    undeclared_text = undeclared_text or ("" if charset_wanted.startswith("utf") else _decode_certain_utf8(content))
    if undeclared_text:
        return undeclared_text, False
    if (
        (full_text := decode_strictly(content, charset_wanted))
        and declared_charset
        and estimate_chinese_likelihood(full_text) >= MIN_CHINESE_LIKELIHOOD
    ):
        return _clean_decoded_text(full_text), True
    read = {
        charset: text for charset in (charset_wanted, *FALLBACK_CHARSETS) if (text := decode_strictly(content, charset))
    }
    if "utf-8" not in read and (text := decode_damaged_utf8(content)):
        return _clean_decoded_text(text), False
    first_charset = next(iter(read), "")
    for charset in (charset_wanted, *FALLBACK_CHARSETS) if not first_charset else (charset_wanted, "utf-8"):
        if (text := _cut_half_character(content, charset)) and estimate_chinese_likelihood(
            text
        ) >= MIN_CHINESE_LIKELIHOOD:
            return f"{_clean_decoded_text(text)}\ufffd", charset == charset_wanted
    if not first_charset:
        worst = [content.decode("utf-8", "replace"), content.decode("gb18030", "replace_or_euro")]
        return _clean_decoded_text(max(worst, key=estimate_chinese_likelihood)), False
    best = max(
        read, key=lambda charset: estimate_chinese_likelihood(read[charset]) + (charset == "utf-8") * _UTF8_ADVANTAGE
    )
    telling = len(_HIGH_BYTE_RE.findall(content)) >= _MIN_BYTES_FOR_CERTAINTY or not _EUROPEAN_TEXT_RE.fullmatch(
        read[first_charset]
    )
    doubted = telling and estimate_chinese_likelihood(
        read[first_charset]
    ) < MIN_CHINESE_LIKELIHOOD <= estimate_chinese_likelihood(read[best])
    chosen = best if doubted else first_charset
    return _clean_decoded_text(
        _undo_double_encoding(read[chosen])
    ), chosen == charset_wanted and not content.startswith(_UTF16_BYTE_ORDER_MARKS)


def has_doubtful_charset(content: bytes) -> bool:
    """Return whether bytes without a declared charset are nearly as likely GB18030 as Big5."""
    read = [content[:_COMPARED_BYTES].decode(charset, "replace") for charset in ("gb18030", "big5")]
    simplified, traditional = map(estimate_chinese_likelihood, read)
    return simplified < _SURE_GB18030 and abs(simplified - traditional) < _MAX_DOUBTFUL_DIFFERENCE


def get_charset_of_code_page(number: int) -> str:
    """Return the charset of a Windows code page; GB18030 for simplified Chinese and 0."""
    known = {65001: "utf-8", 936: "gb18030", 54936: "gb18030", 20936: "gb18030", 950: "big5", 1200: "utf-16-le"}
    return known.get(number, f"cp{number}" if number else "gb18030")


def decode_strictly(content: bytes, charset: str) -> str:
    """Return the decoded text, or "" if a byte does not fit."""
    try:
        return content.decode(charset)
    except (ValueError, LookupError):  # a ValueError for a NUL in the charset's name
        return ""


def _decode_certain_utf8(content: bytes) -> str:
    """Return bytes that are certainly Chinese in UTF-8 as text, whatever is declared; else ""."""
    text = decode_strictly(content, "utf-8")
    return (
        _clean_decoded_text(text)
        if any(map(is_han, text)) and estimate_chinese_likelihood(text) > _UTF8_ADVANTAGE
        else ""
    )


def decode_damaged_utf8(content: bytes) -> str:
    r"""Return Chinese in CESU-8 or UTF-8 with a few invalid bytes; "" for other bytes.

    >>> decode_damaged_utf8(b"\xe6\x88\xb7\xe4\xb8\xbb\xed\xa1\x83\xed\xb2\x96\xe6\x9f\x90")
    '户主𠲖某'
    """
    text = SURROGATE_PAIR.sub(_join_pair, content).decode("utf-8", "replace")
    han = sum(map(is_han, text))
    if text.count("\ufffd") * _HAN_PER_FAULT > han or not han:
        return ""
    return (
        text
        if estimate_chinese_likelihood(_FAULTY_OR_RARE_CHARACTER_RE.sub("", text)) >= MIN_CHINESE_LIKELIHOOD
        else ""
    )


def _join_pair(pair: re.Match[bytes]) -> bytes:
    units = pair[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass")
    return units.decode("utf-16").encode()


def _replace_or_euro(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: replace undecodable bytes; the byte 0x80 is the euro sign of code page 936."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == _EURO_SIGN_BYTE:
        return "€", error.start + 1
    return codecs.replace_errors(error)  # type: ignore[return-value]


codecs.register_error("replace_or_euro", _replace_or_euro)


def _cut_half_character(content: bytes, charset: str) -> str:
    """Return a text that ends within a character without that one; "" for any other text."""
    try:
        content.decode(charset)
    except UnicodeDecodeError as error:
        if (
            error.start >= len(content) - 3
            and content[error.start] != _EURO_SIGN_BYTE
            and not content[: error.start].isascii()
        ):
            return content[: error.start].decode(charset)
    except (ValueError, LookupError):
        pass
    return ""


def _clean_decoded_text(text: str) -> str:
    """Return the text with Unix line ends, without NUL characters and byte order mark."""
    return text.replace("\r\n", "\n").replace("\0", "").removeprefix("\ufeff")


def _decode_seven_bit_chinese(content: bytes) -> str:
    """Return Chinese in an undeclared 7-bit encoding (HZ or UTF-7), else ""."""
    if not content.isascii():
        return ""
    for pattern, charset in ((_HZ_ESCAPE_RE, "hz"), (_UTF7_SEQUENCE_RE, "utf-7")):
        text = decode_strictly(content, charset) if pattern.search(content) else ""
        if text and not text.isascii() and estimate_chinese_likelihood(text) >= MIN_CHINESE_LIKELIHOOD:
            return _clean_decoded_text(text)
    return ""


def estimate_chinese_likelihood(text: str) -> float:
    """Return the likelihood that a text is Chinese, from −1 to 1; 1 for a text of ASCII only.

    The share of common characters and marks among non-ASCII ones, minus that of rare ones.

    >>> estimate_chinese_likelihood("公租房") > 0.7 > estimate_chinese_likelihood("公租房".encode("gb18030").decode("big5", "replace"))
    True
    """
    beyond = "".join(_NON_ASCII_RUN_RE.findall(text))[:_MAX_SAMPLED_CHARACTERS]
    return sum(map(_score_character, beyond)) / len(beyond) if beyond else 1.0


@lru_cache(maxsize=20_000)
def _score_character(character: str) -> float:
    """Return how likely a character is in Chinese text, from 1 (common) to -1 (not Chinese)."""
    if character in _COMMON_SIGNS or "\u2500" <= character <= "\u257f":
        return 1.0
    # Both charsets have their common characters first: level one of GB2312, of Big5.
    for charset, lowest, highest, worth in (("gb2312", 0xB0, 0xD7, 1.0), ("big5", 0xA4, 0xC6, 0.9)):
        try:
            lead = character.encode(charset)[0]
        except UnicodeEncodeError:
            continue
        if lowest <= lead <= highest and "一" <= character <= "鿿":
            return worth
    return 0.0 if "一" <= character <= "鿿" or "！" <= character <= "～" else -1.0


def _undo_double_encoding(text: str) -> str:
    """Return a text without double UTF-8 encoding if that makes it Chinese."""
    if estimate_chinese_likelihood(text) >= 0:
        return text
    for charset in ("latin-1", "cp1252"):
        try:
            once = text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
        if estimate_chinese_likelihood(once) >= MIN_CHINESE_LIKELIHOOD:
            return once
    return text


def _to_chinese_charset(content: bytes) -> str:
    """Return bytes declared as Western as UTF-8 or GB18030 text; "" if they do not fit."""
    high = len(_HIGH_BYTE_RE.findall(content))
    if not high or len(_LONE_HIGH_BYTE_RE.findall(content)) * 10 > high:
        return ""
    return _clean_decoded_text(decode_strictly(content, "utf-8") or decode_strictly(content, "gb18030"))
