"""Parsed web pages: elements by name, lines of text, links and metadata. Pure."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import FetchResult, PageLink, find_links
from gongkai.lib.outbound.markup import decode_html, limit_page, open_islands, parse_tree
from gongkai.oversight.inspection.site.search_forms import read_search_form

_BLOCK_TAG_NAMES = (
    "p div section article main header footer nav aside center blockquote pre form table tr td th ul ol li dl dt dd "
    "h1 h2 h3 h4 h5 h6 br hr option title figure figcaption fieldset legend button select textarea summary details"
)
BLOCK_TAGS = frozenset(_BLOCK_TAG_NAMES.split())
_INLINE_TAGS = frozenset({"span", "b", "i", "em", "strong", "font", "small", "label"})
_TAGS_WITHOUT_TEXT = ("script", "style", "noscript", "template")
#: Output of inline scripts: document.write('…'), and short scripts that format a date.
_SCRIPT_OUTPUT_RE = re.compile(r"document\.write(?:ln)?\(\s*(?:\w+\(\s*)?[\"']([^\"'<>]{6,40})[\"']")
_DATE_FORMATTING_SCRIPT_RE = re.compile(
    r"^\s*[\w.]*(?:date|time|day)\w*\(\s*[\"']([\d][^\"'<>]{5,30})[\"']", re.IGNORECASE
)
_DECLARED_CHARSET_RE = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)

#: Form fields, and input types that users do not fill in.
_FIELD_TAGS = ("input", "select", "textarea")
_UNFILLED_INPUT_TYPES = frozenset({"hidden", "submit", "button", "image", "reset"})


def _is_user_input(field: _Element) -> bool:
    """Return True for a named form field that users fill in."""
    return bool(field.get("name")) and (field.get("type") or "").lower() not in _UNFILLED_INPUT_TYPES


@dataclass
class WebPage:
    """A downloaded HTML page, parsed.

    Attributes:
        id: number in the crawl.
        address: absolute URL.
        root: root element without scripts and styles (`scripts` contains their text).
        by: elements by name, in document order.
        fetched: the response, or None for stored pages.
    """

    id: int
    address: str
    root: _Element
    by: dict[str, list[_Element]]
    scripts: list[str] = field(default_factory=list)
    source: str = ""
    charset: str = ""
    note: str = ""
    fetched: FetchResult | None = None
    links: list[PageLink] = field(default_factory=list)

    def take_in(self, other: "WebPage") -> None:
        """Add the content of a page that is displayed in a frame of this one.

        Call it before reading any property.
        """
        self.root.append(other.root)
        for tag, elements in other.by.items():
            self.by.setdefault(tag, []).extend(elements)
        self.scripts += other.scripts
        self.source += other.source
        self.links += other.links

    @cached_property
    def text(self) -> str:
        """Return the whole text, one block a line."""
        return "".join(map(str, self.root.itertext()))

    @cached_property
    def lines(self) -> list[str]:
        """Return the non-empty lines with normalised blanks."""
        return [line for part in self.text.split("\n") if (line := " ".join(part.split()))]

    @cached_property
    def listed(self) -> frozenset[str]:
        """Return the lines of list items with links."""
        return frozenset(
            line
            for tag in self.by["li"]
            if next(tag.iter("a"), None) is not None
            for text_line in "".join(map(str, tag.itertext())).split("\n")
            if (line := " ".join(text_line.split()))
        )

    @cached_property
    def title(self) -> str:
        """Return the text of the title element."""
        return next((text for tag in self.by["title"] if (text := get_text(tag))), "")

    @cached_property
    def metas(self) -> dict[str, str]:
        """Return the content of meta elements by lower-case name."""
        found: dict[str, str] = {}
        for tag in self.by["meta"]:
            name = (tag.get("name") or tag.get("property") or tag.get("itemprop") or "").strip().lower()
            if name:
                found.setdefault(name, " ".join((tag.get("content") or "").split()))
        return found

    @cached_property
    def names(self) -> list[str]:
        """Return the text of each link, in order; empty for links that are not followed."""
        return [get_link_name(link) if link.address and link.tag in {"a", "area"} else "" for link in self.links]

    def has_input_form(self, common: frozenset[str] = frozenset()) -> bool:
        """Return true if the page has a form to fill in other than a search.

        Args:
            common: action addresses of forms that most pages have; these are ignored.
        """
        inside = {form: form.get("action") or "" for form in self.by["form"]}
        if any(self._is_visitor_form(form) and action not in common for form, action in inside.items()):
            return True
        secret = [field for field in self.by["input"] if (field.get("type") or "").lower() == "password"]
        forms = (next(field.iterancestors("form"), None) for field in (*secret, *self.by["textarea"]))
        return any(form is None or inside.get(form, "") not in common for form in forms)

    @cached_property
    def has_posted_form(self) -> bool:
        """Return true if the page has a form that is posted, other than the search."""
        return any(map(self._is_visitor_form, self.by["form"]))

    def _is_visitor_form(self, form: _Element) -> bool:
        """Return True for a form that visitors fill in and send by POST, unless it is a search."""
        posted = (form.get("method") or "").lower() == "post"
        return (
            posted
            and any(map(_is_user_input, form.iter(*_FIELD_TAGS)))
            and read_search_form(form, self.address, self.source) is None
        )

    @cached_property
    def heading(self) -> str:
        """Return the title of the text: from its tag, the only heading, or the window title."""
        own = self.metas.get("articletitle", "")
        if own:
            return own
        headings = [text for tag in self.by["h1"] if len(text := get_text(tag)) > 3]
        if len(headings) == 1:
            return headings[0]
        return re.split(r"\s*[-_|—–－]+\s*(?=[^-_|—–－]{2,30}$)", self.title)[0]


def read_page(fetched: FetchResult, whole: Callable[[str, str], str]) -> WebPage | None:
    """Parse a response, or return None if it is not readable.

    Args:
        fetched: the response.
        whole: makes link addresses absolute (`outbound.crawling.links.UrlCache`).
    """
    declared = _DECLARED_CHARSET_RE.search(fetched.data[:4096])
    named = (fetched.charset or (declared[1].decode() if declared else "")).lower()
    page = parse_page(fetched.data, fetched.target.address, fetched.target.id, whole)
    if page is not None:
        page.fetched, page.charset = fetched, named
    return page


def parse_page(data: bytes, address: str, number: int, normalise: Callable[[str, str], str]) -> WebPage | None:
    """Parse bytes into a page without scripts, None if not readable."""
    source, note = decode_html(data)
    source = limit_page(source)[0]
    root = parse_tree(source)
    if root is None:
        return None
    open_islands(root)
    links = list(find_links(root, address, normalise))
    by: dict[str, list[_Element]] = defaultdict(list)
    scripts: list[str] = []
    silent: list[_Element] = []
    for element in root.iter(etree.Element):
        tag = element.tag
        by[tag].append(element)
        if tag in BLOCK_TAGS:
            element.text = f"\n{element.text or ''}"
            element.tail = f"\n{element.tail or ''}"
        elif tag == "a":
            _separate_repeated_words(element)
            _separate_adjacent_links(element)
        elif tag in _INLINE_TAGS:
            # Do not join numbers of adjacent elements: <b>05</b><i>2026-03</i>
            if element.text and element.text[0].isdigit():
                element.text = f" {element.text}"
            # A label and its description are no doubled word: <strong>公报</strong>公报按年查阅
            _separate_repeated_words(element)
        elif tag in _TAGS_WITHOUT_TEXT:
            silent.append(element)
    for element in silent:
        if element.tag == "script" and element.text:
            scripts.append(element.text)
        _empty_element(element)
    etree.strip_tags(root, etree.Comment)
    return WebPage(number, address, root, by, scripts, source, "", note, None, links)


#: Maximum overlap in characters of two adjacent texts: 办公时间 and 时间：…
_MAX_OVERLAP_CHARACTERS = 6


def _separate_repeated_words(element: _Element) -> None:
    """Insert line breaks where adjacent elements repeat a word."""
    text, follows, leads = (element.text or "").strip(), element.getnext(), element.getprevious()
    if not text:
        return
    text_after = (element.tail or "").strip() or (follows.text or "" if follows is not None else "").strip()
    pieces = (
        element.tag == "a" and follows is not None and follows.get("href") == element.get("href") and not element.tail
    )
    if text_after.startswith(text) or (not pieces and not len(element) and _are_joined(text, text_after)):
        element.tail = f"\n{element.tail or ''}"
    parent = element.getparent()
    text_before = leads.tail if leads is not None else parent.text if parent is not None else ""
    if _are_joined((text_before or "").strip(), text):
        element.text = f"\n{element.text or ''}"


def _are_joined(first: str, second: str) -> bool:
    """Return True if the end of one text is the beginning of the other."""
    return any(
        first[-length:] == second[:length]
        for length in range(1, min(_MAX_OVERLAP_CHARACTERS, len(first), len(second)) + 1)
    )


def _separate_adjacent_links(element: _Element) -> None:
    """Insert line breaks between adjacent links to different addresses."""
    node = element
    while node.getnext() is None and not (node.tail or "").strip():
        parent = node.getparent()
        if parent is None or parent.tag not in _INLINE_TAGS:
            return
        node = parent
    follows = node.getnext()
    while follows is not None and follows.tag in _INLINE_TAGS and not (follows.text or "").strip() and len(follows):
        follows = follows[0]
    if follows is None or follows.tag != "a" or (node.tail or "").strip():
        return
    if follows.get("href") != element.get("href"):
        node.tail = "\n"


def _empty_element(element: _Element) -> None:
    """Empty an element, except for the text or day that its script writes into the page."""
    text = (element.text or "") if element.tag == "script" else ""
    match = _SCRIPT_OUTPUT_RE.search(text) or (_DATE_FORMATTING_SCRIPT_RE.search(text) if len(text) < 200 else None)
    for child in list(element):
        element.remove(child)
    element.text = match[1] if match else None


def get_text(element: _Element) -> str:
    """Return an element's text in one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def get_link_name(link: PageLink) -> str:
    """Return the accessible name of a link."""
    element = link.element
    text = get_text(element) or element.get("title") or element.get("aria-label") or ""
    if text:
        return " ".join(text.split())
    return next((alt for img in element.iter("img") if (alt := (img.get("alt") or "").strip())), "")


def get_classes(element: _Element) -> str:
    """Return an element's id and classes in lower case."""
    return f"{element.get('id') or ''} {element.get('class') or ''}".lower().strip()
