"""Mark found words in titles and excerpts without trusting HTML; suggest titles during typing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.content.editions.queries.prepared import filter_in
from gongkai.content.search import facets, fulltext_table
from gongkai.content.search.parser import interpret_search
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.matching.folding import fold

#: A piece of text; true if it is marked.
MarkedPiece = tuple[str, bool]


def list_terms_to_mark(text: str) -> list[str]:
    """Return the words to highlight in results, folded, the longest first, equally long ones as typed."""
    found = dict.fromkeys(part for part in re.split(r"[\W_]+", fold(text)) if part)
    return sorted(found, key=len, reverse=True)


def _make_word_pattern(word: str) -> re.Pattern[str]:
    """Return the pattern of a word. A number is found as a whole: 20 is not part of 2026."""
    begin, end = r"(?<!\d)" if word[:1].isdigit() else "", r"(?!\d)" if word[-1:].isdigit() else ""
    return re.compile(f"{begin}{re.escape(word)}{end}")


def _find_spans(text: str, marks: Iterable[str]) -> list[tuple[int, int]]:
    """Return (start, end) of the words `marks` in a text, in order and without overlaps."""
    folded = fold(text)
    if len(folded) != len(text):
        folded = text.lower()
    spots: list[tuple[int, int]] = []
    for word in marks:
        for match in _make_word_pattern(word).finditer(folded):
            if all(match.end() <= start or match.start() >= end for start, end in spots):
                spots.append(match.span())
    return sorted(spots)


def mark_terms(text: str, marks: Sequence[str]) -> list[MarkedPiece]:
    """Split a text into pieces (text, true if one of the `marks`), so that templates need no trusted HTML."""
    pieces, at = [], 0
    for start, end in _find_spans(text, marks):
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:end], True))
        at = end
    return [*pieces, (text[at:], False)] if at < len(text) else pieces


def make_excerpt(text: str, marks: Sequence[str], size: int = 110) -> list[MarkedPiece]:
    """Return the part of a text around the first of the `marks`, highlighted, or its beginning; about `size` characters."""
    flat = " ".join(text[:50_000].split())
    first = max(0, _find_first(flat, marks) - 30)
    piece = flat[first : first + size]
    marked = mark_terms(piece, marks)
    head = [("…", False)] if first else []
    tail = [("…", False)] if first + size < len(flat) else []
    return [*head, *marked, *tail]


def _find_first(text: str, marks: Sequence[str]) -> int:
    """Return the position of the longest of the words `marks` in the text, or 0.

    Folding a long text is slow, so only the part before a verbatim occurrence is folded.
    """
    for word in marks:
        pattern = _make_word_pattern(word)
        typed = pattern.search(text)
        before = text[: typed.end() - 1] if typed else text
        folded = fold(before)
        if len(folded) != len(before):
            folded = before.lower()
        first = pattern.search(folded) or typed
        if first:
            return first.start()
    return 0


#: Titles suggested at once.
MAX_SUGGESTIONS = 6
#: Newest matching titles that are checked; some may be restricted or not visible yet.
MAX_TITLES_CHECKED = 30


@dataclass(frozen=True)
class TitleSuggestion:
    """A title suggestion: path, pieces (text, marked?), and 文号."""

    path: str
    title: list[MarkedPiece]
    number: str


def suggest_titles(typed: str, website_id: int) -> list[TitleSuggestion]:
    """Return titles for a partial input of at least two characters, newest first.

    Only public documents, for all users.
    """
    meaning = interpret_search(typed)
    if len(meaning.words) < 2:
        return []
    site = [facets.make_facet_token("site", website_id)]
    editions = fulltext_table.find_newest_by_title(meaning.words, MAX_TITLES_CHECKED, site)
    if not editions:
        return []
    marks = list_terms_to_mark(meaning.words)
    shelves = filter_in(shelf_visible_to(ANONYMOUS), "edition", editions).filter(website=website_id, column=None)
    found = shelves.order_by("-published_at", "-document").values_list("path", "title", "number")
    return [TitleSuggestion(path, mark_terms(title, marks), number) for path, title, number in found[:MAX_SUGGESTIONS]]
