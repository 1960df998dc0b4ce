"""Cards: results that link directly to a unit, or to a service with a button.

The apps above register who finds them, so that the site, the office, the hotline and the interface show the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gongkai.content.editions.models import Website

MAX_RESULT_CARDS = 3


@dataclass(frozen=True)
class ResultCard:
    """A card: kind (单位, 服务), URL, title, sentence, facts (name, value), and button label."""

    kind: str
    url: str
    title: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: str = ""


#: Returns the cards of a site for what was typed, the best first.
Finder = Callable[[Website, str], list[ResultCard]]
_FINDERS: dict[str, Finder] = {}


def register_cards(name: str, find: Finder) -> None:
    """Register a card finder, replacing one of the same name. Finders run in the order of names."""
    _FINDERS[name] = find


def find_cards(website: Website, words: str) -> list[ResultCard]:
    """Return the cards of a site for a search."""
    if len(words.strip()) < 2:
        return []
    found = [card for _, find in sorted(_FINDERS.items()) for card in find(website, words)]
    return list({card.url: card for card in found}.values())[:MAX_RESULT_CARDS]


def find_cards_on_first_site(words: str) -> list[ResultCard]:
    """Return the cards of the installation's first site, for the office and the hotline."""
    website = Website.objects.select_related("body").order_by("pk").first()
    return find_cards(website, words) if website else []
