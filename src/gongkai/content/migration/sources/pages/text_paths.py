"""Learn the text's element path of a site from several pages, and find it in others. Pure.

One page cannot distinguish a short text from its surroundings; many pages of one design can.
"""

from collections import Counter
from collections.abc import Sequence

from lxml.etree import _Element

from gongkai.content.migration.sources.pages.dom import id_and_class_set
from gongkai.lib.chinese import lazy_re as re

#: Minimum number of pages from which a text path is learnt.
MIN_PAGES_PER_PATH = 4
MIN_SHARE_OF_PAGES, MIN_SHARE_OF_TEXT = 0.8, 0.9
#: Elements that hold a whole page.
_PAGE_TAGS = frozenset({"html", "body", "form"})
#: Maximum length of the text paths of a site together.
MAX_PATHS_CHARACTERS = 1000
#: Elements distinguished by their position, because table cells in page layouts have no id or class.
_TAGS_WITH_POSITION = frozenset({"table", "tbody", "tr", "td", "th"})
_SENTENCE_END_PATTERN = re.compile(r"(?<=[。；！？])")


def make_element_path(element: _Element) -> str:
    """Return the path from a page's root to an element: tag and class names without digits, positions of cells."""
    return ">".join(
        [*(_make_path_step(above) for above in reversed(list(element.iterancestors()))), _make_path_step(element)]
    )


def _make_path_step(element: _Element) -> str:
    """Return the step of the path: tag and class names, or the position for tags of a table."""
    marks = sorted(token for token in id_and_class_set(element) if not re.search(r"\d", token))
    if element.tag in _TAGS_WITH_POSITION:
        return f"{element.tag}[{sum(1 for _ in element.itersiblings(element.tag, preceding=True))}]"
    return ".".join([str(element.tag), *marks])


def find_element_at_path(root: _Element, path: str) -> _Element | None:
    """Return the only element at a path (steps separated by `>`), or None."""
    first, *steps = path.split(">")
    nodes = [root] if _make_path_step(root) == first else []
    for step in steps:
        nodes = [
            child
            for above in nodes
            for child in above
            if isinstance(child.tag, str) and step.startswith(child.tag) and _make_path_step(child) == step
        ]
    return nodes[0] if len(nodes) == 1 else None


def learn_paths(
    pages: Sequence[tuple[_Element, _Element | None]], sentences: Sequence[dict[_Element, str]]
) -> list[str]:
    """Return the innermost paths that contain nearly all sentences unique to each page, one for each page design.

    A path must occur in several pages and contain the sentences in most of them; a whole page is no
    path.

    Args:
        pages: (root, text element) of each page, as found without learnt paths.
        sentences: the sentences of each page by block (`content.find_sentences`).
    """
    counts = Counter(
        piece for one in sentences for piece in {p for text in one.values() for p in _list_sentences(text)}
    )
    own = [
        {
            block: length
            for block, text in one.items()
            if (length := sum(len(p) for p in _list_sentences(text) if counts[p] <= len(pages) / 3))
        }
        for one in sentences
    ]
    remaining = [(root, one) for (root, _), one in zip(pages, own, strict=True) if one]
    tried = {make_element_path(node) for _, node in pages if node is not None and node.tag not in _PAGE_TAGS}
    learnt: list[str] = []
    for place in sorted(tried, key=lambda one: (-one.count(">"), one)):
        held = [_contains_unique_sentences(root, place, one) for root, one in remaining]
        has = sum(answer is not None for answer in held)
        fits = len("\n".join([*learnt, place])) <= MAX_PATHS_CHARACTERS
        if fits and has >= MIN_PAGES_PER_PATH and sum(map(bool, held)) >= MIN_SHARE_OF_PAGES * has:
            learnt.append(place)
            remaining = [one for one, answer in zip(remaining, held, strict=True) if answer is None]
    return learnt


def _list_sentences(text: str) -> list[str]:
    """Return the sentences of a text with digits replaced, because templates contain counters and dates."""
    pieces = (piece for line in text.split("\n") for piece in _SENTENCE_END_PATTERN.split(line))
    return [re.sub(r"\d+", "#", piece) for piece in pieces if piece and piece[-1] in "。；！？"]


def _contains_unique_sentences(root: _Element, path: str, unique_lengths: dict[_Element, int]) -> bool | None:
    """Return true if the element at a path contains nearly all unique sentences of a page; None if the path is missing."""
    node = find_element_at_path(root, path)
    if node is None:
        return None
    inside = {node, *node.iterdescendants()}
    return sum(length for block, length in unique_lengths.items() if block in inside) >= MIN_SHARE_OF_TEXT * sum(
        unique_lengths.values()
    )
