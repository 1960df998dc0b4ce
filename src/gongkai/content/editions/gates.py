"""Registries for publication gates and office panels of other apps.

`publication_blockers` asks every gate once in each act: when a text is submitted, at each signature, and when it is published.

register_gate(PublicationGate("interpretation", 40, missing_interpretation))
register_item_panel(ItemPanel("interpretation", "interpretation/panel.html", facts))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai.content.editions.sources import is_item

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import FrozenContent
    from gongkai.content.editions.sources import OutgoingText, Source
    from gongkai.core.units.actors import Actor


@dataclass(frozen=True)
class PublicationGate:
    """A publication gate: `find_reasons` returns reasons (Chinese) against publishing a text, [] for none.

    It gets the text, never the request, so it applies to pages, jobs, imports and code alike.
    """

    name: str
    position: int
    find_reasons: Callable[["OutgoingText"], list[str]]
    #: True if it checks texts of any source; false: only items.
    any_source: bool = False
    #: The panel of the item's page for corrections; by default the panel of its own name.
    panel: str = ""


@dataclass(frozen=True)
class ItemPanel:
    """A panel on an item's office page and review.

    `context` returns the template context, or None to hide the panel. Panels are ordered by
    position. Its third argument is the frozen text under review for signers, else None.
    """

    name: str
    template: str
    context: Callable[[Any, "Actor", "FrozenContent | None"], dict[str, object] | None]
    position: int = 200
    #: True if it can be drawn for any source under review, or only for items.
    any_source: bool = False
    #: True if signers must have read it; it is then also shown in the signing queue.
    warns: bool = False


#: Panels from this position on are below the first screen of a page and are loaded on demand.
FIRST_POSITION_BELOW = 100
#: Gate's name → gate.
GATES_BY_NAME: dict[str, PublicationGate] = {}
#: Panel's name → panel.
PANELS_BY_NAME: dict[str, ItemPanel] = {}


#: Functions of higher layers that return the documents to be published together with a text.
COMPANION_FINDERS: list[Callable[["OutgoingText"], set[int]]] = []


#: Steps of a policy document that other apps register (P-20), by name.
STEPS_BY_NAME: dict[str, Callable[[Any], tuple[bool, str]]] = {}


def register_step(name: str, describe: Callable[[Any], tuple[bool, str]]) -> None:
    """Register a step of a policy document, such as 政策解读.

    `describe` returns (done, Chinese description) for an item.
    """
    STEPS_BY_NAME[name] = describe


def register_gate(gate: PublicationGate) -> None:
    """Register a check before publication, replacing one of the same name."""
    GATES_BY_NAME[gate.name] = gate


def register_item_panel(panel: ItemPanel) -> None:
    """Register a panel of an item's page, replacing one of the same name."""
    PANELS_BY_NAME[panel.name] = panel


def list_item_panels(
    item: "Source",
    by: "Actor",
    frozen: "FrozenContent | None" = None,
    *,
    warnings: bool = False,
    is_wanted: Callable[[ItemPanel], bool] = lambda _: True,
) -> list[tuple[ItemPanel, dict[str, object]]]:
    """Return (panel, template context) of the wanted panels of an item, in order; those without context are left out.

    `warnings`: return only panels that signers must read.
    """
    shown = []
    for panel in sorted(filter(is_wanted, PANELS_BY_NAME.values()), key=lambda one: one.position):
        if (warnings and not panel.warns) or (not panel.any_source and not is_item(item)):
            continue
        context = panel.context(item, by, frozen)
        if context is not None:
            shown.append((panel, context))
    return shown
