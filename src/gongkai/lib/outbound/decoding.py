"""Bytes of a page → text. Old sites declare gb2312 and write GBK or GB18030. Pure."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_CHINESE = {"gb2312", "gbk", "gb18030", "gb-2312", "gb_2312-80", "cp936", "x-gbk", "ms936"}


_OTHERS = {"big5", "utf-16", "shift_jis", "euc-kr"}
_HAN = re.compile(f"[{HAN}]")


def decode(data: bytes) -> tuple[str, str]:
    """Return a page's text, and a note where some of it could not be read.

    What is valid UTF-8 and holds Chinese is UTF-8, whatever it declares; else what is valid GB18030 is that.
    """
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace"), ""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), ""
    declared = _DECLARED.search(data[:4096])
    name = declared[1].decode().lower() if declared else ""
    found = likely(data, *([name] if name in _OTHERS else []))
    if found is not None:
        return found, ""
    last = "gb18030" if name in _CHINESE else "utf-8"
    return data.decode(last, "replace"), "有个别字读不出，请核对。"


def likely(data: bytes, *first: str) -> str | None:
    """Return bytes as the text that they most likely are; None where no encoding fits whole."""
    fitting = []
    for encoding in (*first, "utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.isascii() or _HAN.search(text):
            return text
        fitting.append(text)
    return fitting[0] if fitting else None
