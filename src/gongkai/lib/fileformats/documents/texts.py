"""Read plain text in any encoding."""

import re

from gongkai.lib.chinese.normalisation import unify_characters
from gongkai.lib.fileformats.charsets import (
    MIN_CHINESE_LIKELIHOOD,
    SURROGATE_PAIR,
    decode,
    decode_damaged_utf8,
    estimate_chinese_likelihood,
    has_doubtful_charset,
)
from gongkai.lib.fileformats.documents.model import Document, DocumentBuilder, check_bound

#: Likelihood of Chinese at which bytes may be UTF-16.
_MIN_CHINESE_LIKELIHOOD = 0.85
_CONTROL_BYTES_RE = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LATIN_WORD_RE = re.compile("[A-Za-z]{4}|[a-z]{3}")
_CONTROL_CHARACTERS_RE = re.compile("[\x00-\x08\x0e-\x1f]")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode_text(data: bytes, builder: DocumentBuilder | None = None, declared_charset: str = "") -> str:
    """Return the text of bytes in any encoding; record invalid bytes as losses of `builder`, if given."""
    for order_mark, charset in _BYTE_ORDER_MARKS:
        if data.startswith(order_mark):
            text = data.decode(charset, "replace")
            beyond = sum(not char.isascii() for char in text)
            if charset == "utf-8-sig" and 2 * text.count("\ufffd") > beyond:  # a mark before a text in GBK
                text = _decode_bytes(data[len(order_mark) :], declared_charset, builder)
            break
    else:
        charset = detect_utf16(data)
        text = data.decode(charset, "replace") if charset else _decode_bytes(data, declared_charset, builder)
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if builder is not None and (fault_count := text.count("\ufffd")):
        first_fault = text.index("\ufffd")
        builder.lose(
            "encoding", f"有{fault_count}处文字编码不能识别：{text[max(0, first_fault - 10) : first_fault + 10]}"
        )
    return text


def is_utf16_or_utf32(data: bytes) -> bool:
    """Return whether a text is in UTF-16 or UTF-32."""
    return any(data.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS[1:]) or bool(detect_utf16(data))


def is_unicode_text(data: bytes) -> bool:
    """Return true if a text is in a Unicode encoding; text in another encoding is hardly ever valid in one."""
    try:
        return is_utf16_or_utf32(data) or data.decode("utf-8") is not None
    except UnicodeDecodeError:
        return False


def _decode_bytes(data: bytes, declared_charset: str, builder: DocumentBuilder | None) -> str:
    """Return bytes without a byte order mark as text: UTF-8, else the likeliest charset."""
    if data.isascii():  # Chinese in seven bits is found, too
        return decode(data, declared_charset)[0]
    try:
        text = data.decode("utf-8")  # other encodings are hardly ever valid in it
    except UnicodeDecodeError as error:
        if builder is not None and (pairs := SURROGATE_PAIR.findall(data)):
            builder.lose("encoding", f"有{len(pairs)}个字由两个代理码写成（CESU-8），已照读")
        if error.start < len(data) - 3 or data[: error.start].isascii():
            return _decode_mixed(data, declared_charset, builder) or _decode_chinese(data, declared_charset, builder)
        text = f"{data[: error.start].decode()}\ufffd"  # the file ends within a character
    return text if estimate_chinese_likelihood(text[:2_000]) >= 0 else decode(data, declared_charset)[0]


def _decode_chinese(data: bytes, declared_charset: str, builder: DocumentBuilder | None) -> str:
    """Return the text in its likeliest Chinese charset; report doubtful ones."""
    text = decode(data, declared_charset)[0]
    if builder is not None and not declared_charset and "\ufffd" not in text and has_doubtful_charset(data):
        builder.lose("encoding", f"不能确定是国标码（GB18030）还是大五码（Big5）：{text.strip()[:20]}")
    return text


def _decode_mixed(data: bytes, declared_charset: str, builder: DocumentBuilder | None) -> str:
    """Return the text of a file whose lines have two encodings; "" for any other file."""
    lines = data.split(b"\n")
    unicode = {at: text for at, line in enumerate(lines) if not line.isascii() and (text := decode_damaged_utf8(line))}
    others = [at for at, line in enumerate(lines) if at not in unicode]
    if not unicode or all(lines[at].isascii() for at in others):
        return ""
    texts = unicode | dict(
        zip(others, decode(b"\n".join(lines[at] for at in others), declared_charset)[0].split("\n"), strict=False)
    )
    if builder is not None:
        builder.lose("encoding", f"文字有两种编码，已逐行识别：{unicode[min(unicode)][:20]}", f"第{min(unicode) + 1}行")
    return "\n".join(texts.get(at, "") for at in range(len(lines)))


def detect_utf16(data: bytes) -> str:
    """Return "utf-16-le" or "utf-16-be" for such a text without a byte order mark, else ""."""
    sample = data[: min(len(data), 4000) // 2 * 2]
    texts = {charset: sample.decode(charset, "replace") for charset in ("utf-16-le", "utf-16-be")}
    shares = {
        charset: len(_CONTROL_CHARACTERS_RE.sub("", text.encode("gbk", "ignore").decode("gbk"))) / max(len(text), 1)
        for charset, text in texts.items()
    }
    best = max(shares, key=lambda one: (shares[one], estimate_chinese_likelihood(texts[one])))
    if shares[best] <= 0.8:
        return ""
    other = _decode_8_bit_sample(sample)
    if b"\x00" in sample or other is None:
        return best
    # The bytes are also valid in an 8-bit charset; such text read as UTF-16 hardly ever has so many common characters.
    is_likelier = estimate_chinese_likelihood(texts[best]) >= _MIN_CHINESE_LIKELIHOOD and len(data) % 2 == 0
    if other.isascii():
        is_strange = len(other) > 7 and len(set(other)) > 2 and not _LATIN_WORD_RE.search(other)
    else:
        is_strange = len(other) > 1 and estimate_chinese_likelihood(decode(sample, "")[0]) < MIN_CHINESE_LIKELIHOOD
    return best if is_likelier and is_strange else ""


def _decode_8_bit_sample(sample: bytes) -> str | None:
    """Return a sample as UTF-8 or GB18030, or None if it is neither before its last characters."""
    for charset in ("utf-8", "gb18030"):
        try:
            return sample.decode(charset)
        except UnicodeDecodeError as error:
            if error.start > len(sample) - 4 and len(sample) > 8:
                return sample[: error.start].decode(charset)
    return None


def to_ascii(data: bytes) -> bytes:
    """Return UTF-16 and UTF-32 as ASCII, to find tags in it; other texts unchanged."""
    for mark, charset in _BYTE_ORDER_MARKS[1:]:
        if data.startswith(mark):
            return data[: len(data) // 4 * 4].decode(charset, "replace").encode("ascii", "replace")
    if charset := detect_utf16(data):
        return data[: len(data) // 2 * 2].decode(charset, "replace").encode("ascii", "replace")
    return data


def is_text(data: bytes) -> bool:
    """Return whether bytes are text: few control characters (more in Chinese as UTF-8), and an encoding that fits."""
    if any(data.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS) or detect_utf16(data):
        return True
    sample = data[:20_000]
    controls = len(_CONTROL_BYTES_RE.findall(sample))
    if controls > max(2, len(sample) // 100) and (controls * 5 > len(sample) or not _is_damaged_utf8(sample)):
        return False
    text = unify_characters(decode(sample[:-4] if len(sample) == 20_000 else sample, "")[0])
    strange = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text)
    return strange * 5 <= len(text) or _is_damaged_utf8(sample)


def _is_damaged_utf8(sample: bytes) -> bool:
    """Return true for Chinese in UTF-8 of which less than a fifth is invalid."""
    text = sample.decode("utf-8", "replace")
    likely = estimate_chinese_likelihood(text.replace("\ufffd", "")) >= MIN_CHINESE_LIKELIHOOD
    return likely and not text.isascii() and text.count("\ufffd") * 5 <= len(sample)


def is_delimited_table(data: bytes) -> bool:
    """Return true if the first lines of a text all contain the same number of one separator."""
    lines = [line for line in decode_text(data[:8000]).split("\n")[:-1][:20] if line.strip()]
    if len(lines) < 2:
        return False
    return any(len({line.count(one) for line in lines}) == 1 and lines[0].count(one) for one in ",\t;")


def read_txt(data: bytes) -> Document:
    """Return a plain text as paragraphs, one a line."""
    builder = DocumentBuilder("txt")
    text = decode_text(data, builder)
    check_bound("lines", text.count("\n"))
    check_bound("characters", len(text))
    for line in text.split("\n"):
        builder.paragraph(line)
    return builder.document
