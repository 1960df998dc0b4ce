"""Read and rewrite the start tags of HTML; everything between them stays byte for byte.

`lxml` builds a tree and moves what HTML 4 does not allow (a struck-out `<s>` around paragraphs becomes
empty), so a text that is already published does not pass through it again. This tokenizer follows
https://html.spec.whatwg.org/#tokenization for tags, comments and raw text, in linear time.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from html import escape, unescape

from gongkai.lib.chinese import lazy_re as re

_TAG_START_RE = re.compile(r"<(?:(?P<comment>!--)|(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*))")
#: The rest of a tag; a quotation mark matters only after an equals sign.
_REST_OF_TAG_RE = re.compile(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])))*+>""")
_ATTRIBUTE_RE = re.compile(r"""[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)?))?""")
_CHARACTER_REFERENCE_RE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,31});")
#: Elements whose content contains no tags.
RAW_TEXT_TAGS = frozenset({"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"})

#: Attribute names (lower case) and decoded values; None for an attribute without a value.
Attributes = dict[str, str | None]


@dataclass(frozen=True)
class StartTag:
    """A start tag: its lower-case name, its source, and where the source begins in the HTML."""

    name: str
    source: str
    start: int = 0

    @property
    def attributes(self) -> Attributes:
        """Return the attributes; of two with one name the first counts, as in browsers."""
        found: Attributes = {}
        inside = self.source[1 + len(self.name) : -1]
        for match in _ATTRIBUTE_RE.finditer(inside):
            written = next((value for value in match.groups()[1:] if value is not None), None)
            found.setdefault(
                match[1].lower(),
                None if written is None else _CHARACTER_REFERENCE_RE.sub(lambda one: unescape(one[0]), written),
            )
        return found

    def get(self, name: str) -> str:
        """Return the value of an attribute, or "" without it."""
        return self.attributes.get(name) or ""


def iterate_start_tags(html: str, names: Collection[str] = ()) -> Iterator[StartTag]:
    """Yield the start tags of HTML in order.

    Args:
        html: a page or a part of one.
        names: the lower-case names of the elements wanted; empty for all.
    """
    position = 0
    while begins := _TAG_START_RE.search(html, position):
        if begins["comment"]:
            end = html.find("-->", begins.start() + 2)  # "<!-->" is a whole comment
            position = end + 3
        else:
            rest = _REST_OF_TAG_RE.match(html, begins.end())
            end = rest.end() if rest else -1
            position = end
        if end < 0:
            return  # browsers drop a tag or comment that never ends, with everything after it
        if begins["comment"] or begins["end"]:
            continue
        name = begins["name"].lower()
        if not names or name in names:
            yield StartTag(name, html[begins.start() : end], begins.start())
        if name in RAW_TEXT_TAGS:
            closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, end)
            if closing is None:
                return
            position = closing.start()


def rewrite_tags(html: str, names: Collection[str], change: Callable[[StartTag], str]) -> str:
    """Return HTML with each start tag of these names replaced by `change`."""
    parts, index = [], 0
    for tag in iterate_start_tags(html, names):
        parts += [html[index : tag.start], change(tag)]
        index = tag.start + len(tag.source)
    return "".join([*parts, html[index:]])


def write_start_tag(name: str, attributes: Attributes) -> str:
    """Return a start tag as HTML.

    >>> write_start_tag("img", {"src": "/a.png?b=1&c=2", "alt": "“图”", "hidden": None})
    '<img src="/a.png?b=1&amp;c=2" alt="“图”" hidden>'
    """
    written = (key if value is None else f'{key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{' '.join([name, *written])}>"
