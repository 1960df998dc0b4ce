"""Bytes of a page → text. Old sites declare gb2312 and write GBK, GB18030 or UTF-8. Pure."""

from gongkai.lib.fileformats.documents.model import Builder
from gongkai.lib.fileformats.documents.pages import decode_page


def decode(data: bytes) -> tuple[str, str]:
    """Return a page's text, and a note where some of it could not be read."""
    builder = Builder("html")
    text = decode_page(data, builder)
    return text, "有个别字读不出，请核对。" if builder.document.losses else ""
