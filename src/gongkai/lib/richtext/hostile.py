"""Detect HTML content that no text of this system contains: scripts, frames, handlers."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from gongkai.lib.richtext.clean import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, ALLOWED_URL_SCHEMES

_OLDER_TAGS = "div section h1 dl dt dd pre code small abbr time colgroup col mark"
_OLDER_NAMES = "class id rel lang width height span datetime target"
_ALLOWED_TAGS = set(_OLDER_TAGS.split())
_ALLOWED_ATTRIBUTES = set(_OLDER_NAMES.split()).union(*ALLOWED_ATTRIBUTES.values())
_URL_ATTRIBUTES = {"href", "src"}


class _HostileContentParser(HTMLParser):
    hostile = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hostile |= tag not in ALLOWED_TAGS and tag not in _ALLOWED_TAGS
        for name, value in attrs:
            self.hostile |= name not in _ALLOWED_ATTRIBUTES and not name.startswith("data-")
            if name in _URL_ATTRIBUTES and value:
                self.hostile |= _url_scheme(value) not in {"", *ALLOWED_URL_SCHEMES}

    def handle_comment(self, data: str) -> None:
        self.hostile = True

    def unknown_decl(self, data: str) -> None:
        self.hostile = True

    def handle_decl(self, decl: str) -> None:
        self.hostile = True

    def handle_pi(self, data: str) -> None:
        self.hostile = True


def _url_scheme(address: str) -> str:
    try:
        return urlsplit("".join(sign for sign in address if sign > " ")).scheme
    except ValueError:
        return "?"


def is_hostile(html: str) -> bool:
    """Return whether a text has tags, attributes, comments or URLs that are not allowed."""
    reader = _HostileContentParser(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return reader.hostile or html.rfind("<") > html.rfind(">")  # a tag left open takes what the page says behind it
