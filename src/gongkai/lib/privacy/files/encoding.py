"""Detect the encoding of text files; refuse when it is uncertain.

Words decoded wrongly are neither found nor masked. Offices write UTF-8, GB 18030 and UTF-16.
"""

import base64
import binascii
import codecs

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.model import PrivacyError

#: Marks at the beginning, the longer first: that of UTF-16 begins that of UTF-32.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: ISO 2022 shifts by escapes (ESC $, ESC (), HZ by ~{; both are made of ASCII bytes.
_SHIFT_SEQUENCE = re.compile(rb"\x1b[$(]|~\{[\x21-\x7e\s]*?~\}")
_UTF7_RUN = re.compile(rb"\+([A-Za-z0-9+/]{6,})-?")
_CHINESE_RUN = re.compile(rf"[\u3000-\u303f{HAN}\uff00-\uffef]+")
_PRIVATE_USE_CHARACTER = re.compile(r"[\ue000-\uf8ff\ufffd\x80-\x9f\U000f0000-\U0010ffff]")
_HAN = re.compile(f"[{HAN}]")
#: So many of the Chinese characters must be among those of GB 2312. Of simplified text it is nearly all, of traditional text in GBK more than half;
#: of Shift JIS taken for GBK hardly any.
_MIN_COMMON_SHARE = 0.4
_SAMPLE_CHARACTERS = 200_000
#: What a page may call its encoding (WHATWG Encoding), and by which it is read; utf-16 in a page that is read byte by byte means UTF-8.
DECLARED_ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "chinese": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "shift_jis": "cp932", "sjis": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949",
    "iso-8859-1": "cp1252", "windows-1252": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
}  # fmt: skip


def decode_text(content: bytes, what: str, declared: str = "") -> str:
    """Return the text of a file.

    Args:
        content: its bytes.
        what: how to call it in a refusal.
        declared: what it says its encoding is (a web page); a mark at its beginning outranks that.

    Raises:
        PrivacyError: not a text, or its encoding is not sure.
    """
    text = _decode_by_evidence(content, what, DECLARED_ENCODINGS.get(declared.lower(), ""))
    if "\x00" in text:
        raise PrivacyError(f"{what}不是文本，内容无法读取")
    return text


def _decode_by_evidence(content: bytes, what: str, declared: str) -> str:
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode_strictly(content, name, what)
    if b"\x00" in content:
        raise PrivacyError(f"{what}不是文本，内容无法读取")
    if _has_shift_sequences(content):
        raise _unknown_encoding_error(what)
    for name in filter(None, (declared, "utf-8", "gb18030")):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if name != "gb18030" or _is_plausible_chinese(text):
            return text
    raise _unknown_encoding_error(what)


def _unknown_encoding_error(what: str) -> PrivacyError:
    return PrivacyError(f"{what}的文字编码无法识别，请另存为UTF-8后再处理")


def _decode_strictly(content: bytes, encoding: str, what: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise PrivacyError(f"{what}的文字编码有误，请另存为UTF-8后再处理") from error


def _is_plausible_chinese(text: str) -> bool:
    sample = text[:_SAMPLE_CHARACTERS]
    if _PRIVATE_USE_CHARACTER.search(text):
        return False
    han = _HAN.findall(sample)
    if len(han) < 4:
        return True
    return len("".join(han).encode("gb2312", "ignore")) / 2 >= _MIN_COMMON_SHARE * len(han)


def _has_shift_sequences(content: bytes) -> bool:
    if not content.isascii():
        return b"\x1b$" in content
    return bool(_SHIFT_SEQUENCE.search(content)) or any(
        _is_utf7_chinese(found[1]) for found in _UTF7_RUN.finditer(content)
    )


def _is_utf7_chinese(letters: bytes) -> bool:
    bits = len(letters) * 6 // 16 * 16
    try:
        raw = base64.b64decode(letters + b"A" * (-len(letters) % 4))
    except binascii.Error:
        return False
    if any(raw[bits // 8 : len(letters) * 6 // 8]):
        return False
    return bool(_CHINESE_RUN.fullmatch(raw[: bits // 8].decode("utf-16-be", "replace")))
