"""What rooms above ask of a source before it may go out: gates. And what they show of it in the office: panels.

`publication_blockers` (freezing) asks every gate whenever an item is submitted, signed and published, so nothing goes past one.

register_gate(Gate("interpretation", 40, missing_interpretation))
register_item_panel(ItemPanel("interpretation", "interpretation/panel.html", facts))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.editions.frozen import text_lacks
from gongkai.editions.sources import is_item

if TYPE_CHECKING:
    from gongkai.editions.frozen import Frozen
    from gongkai.editions.models import Document
    from gongkai.editions.sources import Source
    from gongkai.units.actors import Actor


@dataclass(frozen=True)
class Gate:
    """A condition on going out. `speak` returns the reasons against it, in Chinese, empty where it holds.

    It gets the item and what would be public of it (the frozen revision), never the request: it holds for page, job, import and code alike.
    """

    name: str
    position: int
    speak: Callable[[Any, "Frozen"], list[str]]
    #: Whether it asks any source, or only items of the editor's desk.
    any_source: bool = False
    #: The panel of the item's page where its reasons are mended; the panel of the same name where none is named.
    panel: str = ""


@dataclass(frozen=True)
class ItemPanel:
    """A part of an item's page and of its review in the office.

    `context` returns what the template gets as `shown`, beside `item` and `actor`, or None where there is nothing to show. Lower
    positions stand higher. Its third argument is the frozen text under review where the panel is drawn for signers, else None.
    """

    name: str
    template: str
    context: Callable[[Any, "Actor", "Frozen | None"], dict[str, object] | None]
    position: int = 200
    #: Whether it can be drawn for any source under review, or only for items.
    any_source: bool = False


GATES: dict[str, Gate] = {}
PANELS: dict[str, ItemPanel] = {}


#: Rooms that keep a document's standing themselves say so here: (document) → why nobody sets it by hand, or nothing.
STANDING_OWNERS: list[Callable[["Document"], list[str]]] = []


def kept_elsewhere(document: "Document") -> list[str]:
    """Return why a document's standing is not set by hand; empty where it is."""
    return [reason for speak in STANDING_OWNERS for reason in speak(document)]


#: Steps of a policy document that other rooms know of (P-20): name → (item) → (done, words). The policies room draws the chain.
STEPS: dict[str, Callable[[Any], tuple[bool, str]]] = {}


def register_step(name: str, speak: Callable[[Any], tuple[bool, str]]) -> None:
    """Enter what a room knows of a step of a policy document, such as 政策解读 or 关切回应."""
    STEPS[name] = speak


def register_gate(gate: Gate) -> None:
    """Enter a gate; the same name again replaces it."""
    GATES[gate.name] = gate


def register_item_panel(panel: ItemPanel) -> None:
    """Enter a panel; the same name again replaces it."""
    PANELS[panel.name] = panel


def publication_blockers(source: "Source", frozen: "Frozen") -> list[str]:
    """Return what a source still lacks before it may be published, a Chinese sentence each: by its own rules, then the gates."""
    own = [*(sentence for _, sentence in text_lacks(frozen)), *source.publication_blockers(frozen)]
    return [*dict.fromkeys(own), *held_back(source, frozen)]


def held_back(item: "Source", frozen: "Frozen") -> list[str]:
    """Return why the gates hold this text back; empty where they let it pass."""
    known = [gate for gate in GATES.values() if gate.any_source or is_item(item)]
    ordered = sorted(known, key=lambda gate: gate.position)
    return [reason for gate in ordered for reason in gate.speak(item, frozen)]


def mended_at(item: "Source", frozen: "Frozen") -> dict[str, str]:
    """Return for each reason of the gates the name of the panel where it is mended."""
    return {reason: gate.panel or gate.name for gate in GATES.values() for reason in gate.speak(item, frozen)}


def panels_for(
    item: "Source", by: "Actor", frozen: "Frozen | None" = None
) -> list[tuple[ItemPanel, dict[str, object]]]:
    """Return the panels of an item with what they show, in order."""
    shown = []
    for panel in sorted(PANELS.values(), key=lambda one: one.position):
        if not panel.any_source and not is_item(item):
            continue
        context = panel.context(item, by, frozen)
        if context is not None:
            shown.append((panel, context))
    return shown
