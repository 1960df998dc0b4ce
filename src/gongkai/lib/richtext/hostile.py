"""Detect HTML content that no text of this system contains: scripts, frames, handlers."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from gongkai.lib.richtext.clean import ATTRIBUTES, SCHEMES, TAGS

_OLDER_TAGS = "div section h1 dl dt dd pre code small abbr time colgroup col mark"
_OLDER_NAMES = "class id rel lang width height span datetime target"
_PLAIN = set(_OLDER_TAGS.split())
_NAMES = set(_OLDER_NAMES.split()).union(*ATTRIBUTES.values())
_ADDRESSES = {"href", "src"}


class _Reader(HTMLParser):
    hostile = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hostile |= tag not in TAGS and tag not in _PLAIN
        for name, value in attrs:
            self.hostile |= name not in _NAMES and not name.startswith("data-")
            if name in _ADDRESSES and value:
                self.hostile |= _scheme(value) not in {"", *SCHEMES}

    def handle_comment(self, data: str) -> None:
        self.hostile = True

    def unknown_decl(self, data: str) -> None:
        self.hostile = True

    def handle_decl(self, decl: str) -> None:
        self.hostile = True

    def handle_pi(self, data: str) -> None:
        self.hostile = True


def _scheme(address: str) -> str:
    try:
        return urlsplit("".join(sign for sign in address if sign > " ")).scheme
    except ValueError:
        return "?"


def is_hostile(html: str) -> bool:
    """Return whether a text has tags, attributes, comments or URLs that are not allowed."""
    reader = _Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return reader.hostile or html.rfind("<") > html.rfind(
        ">"
    )  # a tag left open takes what the page says behind it
