"""Decode text files: UTF-8, UTF-16, GB 18030."""

import codecs

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.document import refuse_over
from gongkai.lib.reading.model import ReadingError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Characters of everyday Chinese government prose; a wrong decoding hits them only by accident.
_COMMON_CHARACTERS = frozenset(
    "的公开政府信息工作务单位责任部门各市区县和及时在有关一二三四五做好为行管理解读规定发布（）、，。：；《》"
)
_HAN_CHARACTER = re.compile(rf"[{HAN}]")


def decode(data: bytes) -> str:
    """Return the text of the bytes.

    Raises:
        ReadingError: for what is no text, or in no encoding known here.
    """
    for bom, name in _BYTE_ORDER_MARKS:
        if data.startswith(bom):
            return _clean_text(data.decode(name, errors="replace"))
    if b"\x00" in data[:4000]:
        return _clean_text(_decode_utf16(data))
    try:
        return _clean_text(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.start > 200 and len(data) - error.start < 4:  # cut off inside the last character
            return _clean_text(data.decode("utf-8", errors="ignore"))
    text = data.decode("gb18030", errors="replace")
    if not is_plausible(text):
        raise ReadingError("文字编码无法识别，请另存为UTF-8或GB 18030编码的文本后重试。")
    return _clean_text(text)


def is_plausible(text: str) -> bool:
    """Return whether the text looks like Chinese prose, not like bytes decoded wrongly."""
    sample = text[:20_000]
    chinese = len(_HAN_CHARACTER.findall(sample))
    common = sum(char in _COMMON_CHARACTERS for char in sample)
    bad = sample.count("\ufffd") + sum("\ue000" <= char <= "\uf8ff" for char in sample)
    return bad * 50 <= len(sample) and (chinese < 20 or common * 12 >= chinese)


def _decode_utf16(data: bytes) -> str:
    for name in ("utf-16-le", "utf-16-be"):
        text = data[: len(data) // 2 * 2].decode(name, errors="replace")
        if len(_HAN_CHARACTER.findall(text[:2000])) > 20 and is_plausible(text):
            return text
    raise ReadingError("这不是文本文件，请选择通知的.docx、.xlsx、.pdf、.html或.txt文件。")


def _clean_text(text: str) -> str:
    refuse_over("characters", len(text))
    refuse_over("lines", text.count("\n"))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\ufeff", "")
    return text.replace("\u200b", "").replace("\x00", "")
