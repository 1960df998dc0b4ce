"""Decode text files; refuse when the encoding is uncertain.

Words decoded wrongly are neither found nor masked.
"""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_rare
from gongkai.lib.chinese.normalisation import unify_characters
from gongkai.lib.fileformats.charsets import estimate_chinese_likelihood
from gongkai.lib.fileformats.documents import texts
from gongkai.lib.fileformats.documents.pages import find_declared_charset
from gongkai.lib.privacy.model import UnknownContent

#: Characters that no text contains that was decoded rightly: replacements, controls, escapes of ISO 2022.
_STRANGE_CHARACTER_RE = re.compile("[\ufffd\x80-\x9f\U000f0000-\U0010ffff]|\x1b[$(]")
_PRIVATE_CHARACTER_RE = re.compile("[\ue000-\uf8ff]")
_HAN = re.compile(f"[{HAN}]")
#: Least likelihood of Chinese text in an encoding of one language (`charsets.estimate_chinese_likelihood`); Shift JIS read as GBK has less.
_MIN_LIKELIHOOD = 0.4
_SAMPLE_CHARACTERS = 200_000


def decode_text(content: bytes, file_label: str, *, page: bool = False) -> str:
    """Return the text of a file, decoded as the reader of all files does.

    Args:
        content: its bytes.
        file_label: the name of its format in a refusal.
        page: whether it is a web page, which may declare its encoding.

    Raises:
        UnknownContent: not a text, or its encoding is uncertain.
    """
    if not texts.is_text(content) or (b"\x00" in content and not texts.is_utf16_or_utf32(content)):
        raise UnknownContent(f"{file_label}不是文本，内容无法读取")
    text = texts.decode_text(content, declared_charset=find_declared_charset(content) if page else "")
    unicode = texts.is_unicode_text(content)
    if not unicode:
        text = unify_characters(text)
    if not _is_plausible(text, unicode=unicode):
        raise UnknownContent(f"{file_label}的文字编码无法识别，请另存为UTF-8后再处理")
    return text


def _is_plausible(text: str, *, unicode: bool) -> bool:
    """Return true if a decoded text has no strange characters."""
    if _STRANGE_CHARACTER_RE.search(text) or "\x00" in text:
        return False
    if unicode:
        return True
    if _PRIVATE_CHARACTER_RE.search(text):
        return False
    sample = "".join(char for char in text[:_SAMPLE_CHARACTERS] if not is_rare(char))
    return len(_HAN.findall(sample)) < 4 or estimate_chinese_likelihood(sample) >= _MIN_LIKELIHOOD
