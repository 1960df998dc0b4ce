"""The result type of checks of a single page, and its labelled values."""

from collections.abc import Iterator
from typing import NamedTuple

from gongkai.oversight.inspection.site.page import WebPage, get_text

_LABEL_TAGS = ("th", "td", "dt", "div", "span", "label", "b", "strong")
_VALUE_TAGS = frozenset({"td", "dd", "div", "span", "p"})
#: Maximum length of a label in characters.
_MAX_LABEL_CHARACTERS = 12
#: Elements that count as a value even without text.
_NON_TEXT_VALUE_TAGS = ("img", "input", "a", "iframe")


def iterate_labelled_values(page: WebPage) -> Iterator[tuple[str, str]]:
    """Yield (label, its value) of a page.

    The value is the text of the next element, or "…" if that contains a picture, a form field or a
    link without text.
    """
    for tag in _LABEL_TAGS:
        for element in page.by[tag]:
            node = element.getnext()
            if node is None or not isinstance(node.tag, str) or node.tag not in _VALUE_TAGS:
                continue
            text = get_text(element)
            if 0 < len(text) <= _MAX_LABEL_CHARACTERS:
                yield text, get_text(node) or ("…" if next(node.iter(*_NON_TEXT_VALUE_TAGS), None) is not None else "")


class PageFault(NamedTuple):
    """A fault on a page: indicator, Chinese message (`what`), key against duplicates, and evidence (`shown`)."""

    indicator: str
    what: str
    key: str = ""
    shown: str = ""
