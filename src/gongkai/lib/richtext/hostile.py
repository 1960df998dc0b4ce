"""Whether HTML that was made elsewhere holds what no text of ours ever held: scripts, frames, handlers, other addresses than web ones. Pure.

Texts that were cleaned here need no such question; those that come signed from another installation may not be changed any more (their digest was
signed), only refused. Wider than `clean`, so that what an earlier version wrote passes.
"""

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
    """Whether a text holds tags, attributes, comments or addresses that no text here has."""
    reader = _Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return reader.hostile or html.rfind("<") > html.rfind(
        ">"
    )  # a tag left open takes what the page says behind it
