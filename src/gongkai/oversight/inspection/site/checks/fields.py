"""Labels and what stands beside them, in tables, lists of terms and rows of any elements. Pure."""

from collections.abc import Iterator

from gongkai.oversight.inspection.site.page import Page, words

_LABELS = ("th", "td", "dt", "div", "span", "label", "b", "strong")
_VALUES = frozenset({"td", "dd", "div", "span", "p"})
#: Characters of a label, at most.
_MOST = 12
#: What holds a value though it has no words.
_HOLDS = ("img", "input", "a", "iframe")


def fields_of(page: Page) -> Iterator[tuple[str, str]]:
    """Yield each label with its value: the words of the element beside it, or "…" where that holds a picture, a field or a link without words."""
    for tag in _LABELS:
        for element in page.by[tag]:
            beside = element.getnext()
            if beside is None or not isinstance(beside.tag, str) or beside.tag not in _VALUES:
                continue
            said = words(element)
            if 0 < len(said) <= _MOST:
                yield said, words(beside) or ("…" if next(beside.iter(*_HOLDS), None) is not None else "")
