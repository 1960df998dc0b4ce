"""Bytes of a page → text. Old sites declare gb2312 and write GBK or GB18030. Pure."""

import re

_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.I)
_CHINESE = {"gb2312", "gbk", "gb18030", "gb-2312", "gb_2312-80", "cp936", "x-gbk", "ms936"}


def decode(data: bytes) -> tuple[str, str]:
    """Return a page's text, and a note where some of it could not be read."""
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace"), ""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), ""
    declared = _DECLARED.search(data[:4096])
    name = declared[1].decode().lower() if declared else ""
    first = "gb18030" if name in _CHINESE else (name or "utf-8")
    for encoding in dict.fromkeys([first, "utf-8", "gb18030"]):
        try:
            return data.decode(encoding), ""
        except (UnicodeDecodeError, LookupError):
            continue
    last = "gb18030" if name in _CHINESE else "utf-8"
    return data.decode(last, "replace"), "有个别字读不出，请核对。"
