"""Helpers for parsed HTML. Pure."""

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element
from lxml.html import HtmlMixin

from gongkai.content.migration.sources.pages.images import unify_pictures
from gongkai.lib.fileformats.documents.model import Loss
from gongkai.lib.fileformats.documents.page_styles import PageStyles
from gongkai.lib.outbound.markup import add_losses, parse_tree

#: Names of heading elements.
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: Names of elements whose content begins on a new line.
BLOCK_TAGS = frozenset(
    (
        *("p", "div", "section", "article", "center", "blockquote", "pre", "form"),
        *("table", "ul", "ol", "li", "dl", "dt", "dd"),
        *HEADING_TAGS,
    )
)
_REMOVED_TAGS = ("script", "style", "noscript", "template", "select", "input", "button", "textarea")
#: Marks of elements that the page's styles hide or strike out, and of those that had fields of a form.
UNSEEN_ATTRIBUTE, STRUCK_ATTRIBUTE, FORM_ATTRIBUTE = "data-unseen", "data-struck", "data-form"
_INPUT_TYPES_WITH_WORDS = frozenset({"text", "checkbox", "radio", "number", "date", "email", "tel"})
#: Tags that separate their words from the neighbouring words on a line.
_SEPARATING_TAGS = BLOCK_TAGS | {"td", "th", "tr", "br", "option"}


def parse_page(text: str) -> _Element | None:
    """Return a page's root with pictures as `img`, without scripts, styles and comments; None if there is no element.

    Hidden and struck content and form fields are marked.
    """
    root = parse_tree(text)
    if root is None:
        return None
    unify_pictures(root)
    looks = PageStyles(root)
    add_losses(root, [Loss("text", "", words) for words in looks.list_generated_words(root)])
    for element in root.iter("*"):
        if looks.is_struck(element):
            element.set(STRUCK_ATTRIBUTE, "")
        elif looks.is_hidden(element):
            element.set(UNSEEN_ATTRIBUTE, "")
    for element in list(root.iter(etree.Comment, etree.ProcessingInstruction, *_REMOVED_TAGS)):
        above = element.getparent()
        if above is not None:
            if _is_text_field(element):
                above.set(FORM_ATTRIBUTE, "")
            # A heading that folds the text below it is often a button within the heading: its words stay.
            remove_element(element, words_stay=element.tag == "button" and above.tag in HEADING_TAGS)
    return root


def _is_text_field(element: _Element) -> bool:
    """Return true for a field that may contain words of a person."""
    return element.tag in ("textarea", "select") or (
        element.tag == "input" and (element.get("type") or "text").lower() in _INPUT_TYPES_WITH_WORDS
    )


def remove_element(element: _Element, *, words_stay: bool = False) -> None:
    """Remove an element from its page, with its contents unless `words_stay`."""
    assert isinstance(element, HtmlMixin)
    if words_stay:
        element.drop_tag()
    else:
        element.drop_tree()


def get_element_text(element: _Element, *, until: str = "") -> str:
    """Return an element's text in one line, optionally only up to the first descendant of a name."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if until and node.tag == until and node is not element:
            break
        if not isinstance(node.tag, str):
            continue
        parts += [" "] if node.tag in _SEPARATING_TAGS else []
        parts += [(node.text if event == "start" else node.tail if node is not element else "") or ""]
    return " ".join("".join(parts).split())


def list_element_lines(element: _Element) -> list[str]:
    """Return an element's visible text by line: blocks, cells and line breaks."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        parts += ["\n"] if node.tag in _SEPARATING_TAGS else []
        said = (node.text if event == "start" else node.tail if node is not element else "") or ""
        parts.append(" ".join(f" {said} ".split("\n")))
    return [line for line in (" ".join(part.split()) for part in "".join(parts).split("\n")) if line]


def get_id_and_classes(element: _Element) -> str:
    """Return an element's id and classes, in lower case."""
    return f"{element.get('id') or ''} {element.get('class') or ''}".lower().strip()


def id_and_class_set(element: _Element) -> set[str]:
    """Return an element's id and classes as a set."""
    return set(get_id_and_classes(element).split())


def iter_elements(root: _Element, *names: str) -> Iterator[_Element]:
    """Return all descendants with one of these tag names."""
    return iter(root.iter(*names))


def count_characters(element: _Element) -> int:
    """Return the number of characters in an element, without white space."""
    return sum(len("".join(str(part).split())) for part in element.itertext())


def count_link_characters(element: _Element) -> int:
    """Return the number of characters within links."""
    return sum(count_characters(anchor) for anchor in element.iter("a"))
