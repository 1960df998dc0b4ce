"""Text files."""

from gongkai.lib.privacy.files.encoding import decode
from gongkai.lib.privacy.files.slots import MAX_CHARS, Gathered, Hider
from gongkai.lib.privacy.model import PrivacyError


def mask_text(content: bytes, hider: Hider) -> bytes:
    """Return a text file with everything hidden, in UTF-8."""
    text = decode(content, "文本文件").replace("\r\n", "\n")
    if len(text) > MAX_CHARS:
        raise PrivacyError("文本文件过长，请拆分后再处理")
    gathered, box = Gathered(), [text]
    gathered.add(text, lambda words: box.__setitem__(0, words))
    hider.hide(gathered)
    return box[0].encode()
