"""The text of HTML with a mapping from offsets to places and tree nodes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.text_slots import write_replacements
from gongkai.lib.richtext.depth import remove_controls

_BLOCK_TAG_NAMES = "p h1 h2 h3 h4 h5 h6 li blockquote caption figcaption div hr ul ol table figure"
_BLOCK_TAGS = frozenset(_BLOCK_TAG_NAMES.split())
_CELL_TAGS = frozenset(["td", "th"])
_TAG = re.compile(r"<[^>]*>")
#: Attributes that a reader meets: spoken, shown on hover, or followed.
_READABLE_ATTRIBUTES = (("img", "alt", "图片说明"), ("a", "title", "链接提示"))
_CONTACT_SCHEMES = ("mailto:", "tel:")
#: Characters of a URL that are not escaped.
_URL_SAFE_CHARACTERS = "/?&=#:+,;~@!$'()*"
_URL_WHITE_SPACE_RE = re.compile(r"^[\x00- ]+|[\t\r\n]+|[\x00- ]+$")
#: Addresses may be escaped more than once; what is left then is no word that anybody reads.
_MAX_UNESCAPES = 3
#: Place of a link's URL, which is not proofread.
LINK_URL_LABEL = "链接地址"


@dataclass
class TextSlot:
    """One string of the tree, its offset in the text and its `part` of the node: "text", "tail", "address" (of a
    link) or an attribute.
    """

    start: int
    text: str
    node: _Element
    part: str

    def set(self, words: str) -> None:
        """Write the string back."""
        if self.part in ("text", "tail"):
            setattr(self.node, self.part, words)
        elif self.part == "address":
            before, _ = split_url(self.node.get("href", ""))
            self.node.set("href", before + quote(words, safe=_URL_SAFE_CHARACTERS))
        else:
            self.node.set(self.part, words)


@dataclass
class TextPassages:
    """A text as one string, with `slots` that map it to the tree."""

    root: _Element
    slots: list[TextSlot] = field(default_factory=list)
    text: str = ""
    #: (offset, place) of each block, in order.
    places: list[tuple[int, str]] = field(default_factory=list)

    def describe_place(self, offset: int) -> str:
        """Return a description of an offset's place: 正文第3段."""
        at = bisect_right(self.places, offset, key=lambda one: one[0]) - 1
        return self.places[at][1] if at >= 0 else "正文"

    def is_printed(self, offset: int) -> bool:
        """Return whether the text at an offset is printed, not an attribute."""
        at = bisect_right(self.slots, offset, key=lambda slot: slot.start) - 1
        return at >= 0 and self.slots[at].part in _PRINTED_PARTS

    def replace(self, edits: Iterable[tuple[int, int, str]]) -> None:
        """Write replacements (start, end, words; not overlapping) into the tree."""
        write_replacements(self.slots, edits)

    @property
    def words(self) -> str:
        """Return the text between the tags without spaces."""
        return "".join("".join(slot.text for slot in self.slots if slot.part in _PRINTED_PARTS).split())

    def html(self) -> str:
        """Return the tree as HTML."""
        return write_inner_html(self.root)


#: Parts of a tree that are printed; the others are attributes.
_PRINTED_PARTS = ("text", "tail")


def transfer_edits(
    edits: Iterable[tuple[int, int, str]], shown_text: TextPassages, source_text: TextPassages
) -> list[tuple[int, int, str]] | None:
    """Return edits of the displayed text as edits of its source, None if the texts differ."""
    shown_offsets, source_offsets = _find_printed_characters(shown_text), _find_printed_characters(source_text)
    if [shown_text.text[at] for at in shown_offsets] != [source_text.text[at] for at in source_offsets]:
        return None
    starts, twins = [slot.start for slot in shown_text.slots], _match_attributes(shown_text, source_text)
    moved_edits: list[tuple[int, int, str]] = []
    for start, end, replacement in edits:
        at = max(bisect_right(starts, start) - 1, 0)
        low, high = bisect_left(shown_offsets, start), bisect_left(shown_offsets, end)
        if shown_text.slots[at].part not in _PRINTED_PARTS:
            if at not in twins:
                return None
            shift = twins[at].start - shown_text.slots[at].start
            moved_edits.append((start + shift, end + shift, replacement))
        elif low < high:
            moved_edits.append((source_offsets[low], source_offsets[high - 1] + 1, replacement))
        else:
            return None
    return moved_edits


def _match_attributes(shown: TextPassages, source: TextPassages) -> dict[int, TextSlot]:
    """Return {index of an attribute slot of `shown`: slot of `source` with the same part and text}."""
    unmatched: dict[tuple[str, str], list[TextSlot]] = {}
    for slot in reversed(source.slots):
        if slot.part not in _PRINTED_PARTS:
            unmatched.setdefault((slot.part, slot.text), []).append(slot)
    matches = {}
    for at, slot in enumerate(shown.slots):
        if slots := unmatched.get((slot.part, slot.text)):
            matches[at] = slots.pop()
    return matches


def _find_printed_characters(passages: TextPassages) -> list[int]:
    """Return the offsets of the visible characters of a text, without spaces and attributes."""
    return [
        slot.start + place
        for slot in passages.slots
        if slot.part in _PRINTED_PARTS
        for place, sign in enumerate(slot.text)
        if not sign.isspace()
    ]


def differs_from_printed_text(html: str, passages: TextPassages) -> bool:
    """Return true if the text of HTML differs, apart from spaces, from the printed text of the passages."""
    said = unescape(_TAG.sub("", html))
    return "".join(said.split()) != passages.words


def write_inner_html(root: _Element) -> str:
    """Return the content of an element as HTML."""
    parts = [escape(root.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in root]
    return "".join(parts)


def parse_fragment(html: str) -> _Element:
    """Return HTML as one element; never fails on content that a browser would show."""
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    return lxml_html.fragment_fromstring(remove_controls(html or ""), create_parent="div", parser=parser)


def collect_passages(html: str) -> TextPassages:
    """Return the text of HTML with its places."""
    made = TextPassages(parse_fragment(html))
    gather = _TextCollector(made)
    gather.run()
    made.text = "".join(gather.parts)
    return made


class _TextCollector:
    """Collect the text of a tree with its places."""

    def __init__(self, made: TextPassages) -> None:
        self.made = made
        self.parts: list[str] = []
        self.size = 0
        self.paragraphs = self.tables = self.row = self.column = self.pictures = 0
        self.inside = 0

    def run(self) -> None:
        """Collect the texts of all elements and attributes."""
        for event, node in etree.iterwalk(self.made.root, events=("start", "end")):
            if isinstance(node.tag, str):
                (self.start if event == "start" else self.end)(node)
        self.add_attributes()

    def add_separator(self, mark: str) -> None:
        """Add a separator."""
        self.parts.append(mark)
        self.size += len(mark)

    def add(self, text: str | None, node: _Element, part: str) -> None:
        """Add a text with the node and the part of it ("text", "tail" or an attribute)."""
        if text:
            self.made.slots.append(TextSlot(self.size, text, node, part))
            self.parts.append(text)
            self.size += len(text)

    def start(self, node: _Element) -> None:
        """Begin an element: its line, its place in words (正文表1第2行第3列), and its text."""
        name = node.tag
        if name == "table":
            self.tables, self.row = self.tables + 1, 0
            self.inside += 1
        elif name == "tr":
            self.row, self.column = self.row + 1, 0
            self.add_separator("\n")
        elif name in _CELL_TAGS:
            self.column += 1
            self.mark(f"正文表{self.tables}第{self.row}行第{self.column}列")
        elif name == "br":
            self.add_separator("\n")
        if name in _BLOCK_TAGS and not (self.inside and name != "table"):
            self.add_separator("\n")
            if name not in ("ul", "ol", "table", "hr", "figure", "div") or node is self.made.root:
                self.paragraphs += node is not self.made.root
                self.mark(f"正文第{max(self.paragraphs, 1)}段")
        elif name == "p" and self.inside and node.getprevious() is not None:
            self.add_separator(" ")
        self.add(node.text, node, "text")

    def end(self, node: _Element) -> None:
        """End an element: the gap after it and the text after its tag."""
        name = node.tag
        if name == "table":
            self.inside -= 1
        if name in _CELL_TAGS:
            self.add_separator("\t")
        elif name in _BLOCK_TAGS and not self.inside:
            self.add_separator("\n")
        if node is not self.made.root:
            self.add(node.tail, node, "tail")

    def mark(self, place: str) -> None:
        """Record that a place of the document begins at the current offset."""
        self.made.places.append((self.size, place))

    def add_attributes(self) -> None:
        """Add the readable attributes of pictures and links, each on its own line."""
        for node in self.made.root.iter("img", "a"):
            for name, value, label in self.list_readable_attributes(node):
                self.add_separator("\n")
                self.mark(label)
                self.add(value, node, name)

    def list_readable_attributes(self, node: _Element) -> Iterator[tuple[str, str, str]]:
        """Yield (name, text, Chinese label) of an element's readable attributes; count pictures."""
        self.pictures += node.tag == "img"
        for tag, name, label in _READABLE_ATTRIBUTES:
            if node.tag == tag and (text := node.get(name)):
                number = str(self.pictures) if tag == "img" else ""
                yield name, text, f"{label}{number}"
        address = node.get("href", "")
        if node.tag == "a" and address.lower().startswith(_CONTACT_SCHEMES):
            yield "href", address, LINK_URL_LABEL
        elif node.tag == "a" and split_url(address)[1]:
            yield "address", split_url(address)[1], LINK_URL_LABEL


def split_url(address: str) -> tuple[str, str]:
    """Return (scheme and host, unquoted path and query) of a URL; ("", URL) if it is malformed.

    The second part is "" for a site's root. User information belongs to it, not to the host.
    """
    address = _URL_WHITE_SPACE_RE.sub("", address)  # browsers ignore it, and so does urlsplit
    try:
        url = urlsplit(address)
    except ValueError:
        return "", address
    host_part = f"{url.scheme}:" if url.scheme else ""
    if url.netloc:
        host_part += "//"
        host_part += "" if "@" in url.netloc else url.netloc
    path, question_mark, query = address[len(host_part) :].partition("?")
    for _ in range(_MAX_UNESCAPES):
        path, query = unquote(path), unquote_plus(query) if question_mark else ""
    return host_part, "" if path + query in ("", "/") else path + question_mark + query
