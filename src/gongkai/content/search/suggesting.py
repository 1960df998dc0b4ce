"""Suggest public titles during typing, queried live."""

from dataclasses import dataclass

from gongkai.content.editions.queries.lists import shelf_visible_to
from gongkai.content.editions.queries.plain import among
from gongkai.content.search import facets, table
from gongkai.content.search.asking import understand
from gongkai.content.search.marking import Piece, mark, terms
from gongkai.core.units.actors import ANONYMOUS

MAX_SUGGESTIONS = 6
#: Newest titles with the words that are looked at; some may be limited or not yet visible.
LOOKED_AT = 30


@dataclass(frozen=True)
class Suggestion:
    """A title suggestion: path, pieces (text, marked?), and 文号."""

    path: str
    title: list[Piece]
    number: str


def suggest(typed: str, website_id: int) -> list[Suggestion]:
    """Return titles for a partial input of at least two characters, newest first.

    Only public documents, for all users.

    For the public only, whoever asks: nothing limited, scheduled or withdrawn.
    """
    meaning = understand(typed)
    if len(meaning.words) < 2:
        return []
    site = [facets.token("site", website_id)]
    editions = table.newest(meaning.words, LOOKED_AT, site)
    if not editions:
        return []
    marks = terms(meaning.words)
    shown = among(shelf_visible_to(ANONYMOUS), "edition", editions).filter(website=website_id, column=None)
    found = shown.order_by("-published_at", "-document").values_list("path", "title", "number")
    return [Suggestion(path, mark(title, marks), number) for path, title, number in found[:MAX_SUGGESTIONS]]
