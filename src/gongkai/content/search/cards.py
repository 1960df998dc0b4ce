"""Cards: results that are no texts but lead straight to what is wanted, such as a unit or a service with its button.

The apps above register who finds them, so that the site, the office, the hotline and the interface show the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gongkai.content.editions.models import Website

MAX_CARDS = 3


@dataclass(frozen=True)
class Card:
    """One card: its kind (单位, 服务), address, title, sentence, facts (name, value), and the label of its button."""

    kind: str
    url: str
    title: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: str = ""


#: Returns the cards of a site for what was typed, the best first.
Finder = Callable[[Website, str], list[Card]]
_FINDERS: dict[str, Finder] = {}


def register_cards(name: str, find: Finder) -> None:
    """Register who finds cards; the same name again replaces it. Finders are asked in the order of their names."""
    _FINDERS[name] = find


def find_cards(website: Website, words: str) -> list[Card]:
    """Return the cards of a site for what was typed."""
    if len(words.strip()) < 2:
        return []
    found = [card for _, find in sorted(_FINDERS.items()) for card in find(website, words)]
    return list({card.url: card for card in found}.values())[:MAX_CARDS]


def find_cards_on_first_site(words: str) -> list[Card]:
    """Return the cards of the installation's first site, for the office and the hotline."""
    website = Website.objects.select_related("body").order_by("pk").first()
    return find_cards(website, words) if website else []
