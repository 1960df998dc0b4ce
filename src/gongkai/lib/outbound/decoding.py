"""Decode the bytes of a page; old sites declare gb2312 and send GBK, GB18030 or UTF-8."""

from gongkai.lib.fileformats.documents.model import Builder
from gongkai.lib.fileformats.documents.pages import decode_page


def decode(data: bytes) -> tuple[str, str]:
    """Return a page's text, and a note if some bytes could not be decoded."""
    builder = Builder("html")
    text = decode_page(data, builder)
    return text, "有个别字读不出，请核对。" if builder.document.losses else ""
