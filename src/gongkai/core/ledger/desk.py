"""Registry of panels on an entry's page and blocks on the home page; the back office renders them.

register_panel(Panel("assignment", "notices/panel.html", facts, kinds={"assignment"}))
register_block(Block("accept", 40, waiting_for_me))
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import Rows, there
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.once import one_page

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)

#: Template of a block that lists other rows (`Todos`), each with a button.
TODOS = "ledger/todos.html"
#: Maximum number of lines in such a block; the total is shown, too.
SHOWN = 8
#: Template of a block that lists entries, each with its next action.
ENTRIES = "office/blocks/entries.html"


@dataclass(frozen=True)
class Panel:
    """A part of an entry's page.

    `context` returns what the template gets beside `entry` and `actor`, or None where there is nothing to show. `kinds` empty: every
    kind. Lower positions stand higher; the entry's own facts are at 100, evidence at 300, movements at 500, remarks at 600.
    `acts` in its context says which actions it offers itself, by name, with the place on the page: the page's own list leaves them out.
    `acting`: the template of what must be read before anything is done, shown above the form of each act.
    """

    name: str
    template: str
    context: Callable[[Entry, Actor], dict[str, object] | None]
    kinds: Collection[str] = ()
    position: int = 200
    acting: str = ""


@dataclass(frozen=True)
class Block:
    """A part of the first page (今天要办).

    `build` returns the template's context, or None where this actor has nothing to do with it. The default template lists entries:
    `title`, `entries` (at most 20, with `ledger.kinds.related()` loaded), optional `empty`, `more` (an address), `note`, `near` (numbers of those
    that are not folded), `warned` (from when kinds are warned of, where lights of one day differ). Mine is at 30, my
    unit's at 32, what waits for others at 34 (`office.blocks`).

    An item stands on the page once: from the lists of the context that `once` names (entries, or what has an `entry`), those that a block above shows
    are left out, and the block with them where nothing of `parts` is left.

    Where another block's rows stand for entries (a text that came back, for the entry of its disclosure), its context names their numbers
    in `stands_for`: lists of entries below leave them out.

    `needs` names rows of which one kind at least must be there, or the block has nothing to show this actor (none: it has nothing); it is asked
    for all blocks at once, and a block that lacks them is not built.
    """

    name: str
    position: int
    build: Callable[[Actor], dict[str, Any] | None]
    template: str = ENTRIES
    once: Collection[str] = ()
    parts: Collection[str] = ()
    needs: Callable[[Actor], Sequence[Rows]] | None = None


@dataclass(frozen=True)
class Todo:
    """A line of a block: tag or light, title with link, facts, and the label of its button."""

    title: object
    url: str
    facts: object = ""
    tag: str = ""
    do: str = "办理"
    do_url: str = ""
    light: object = None


@dataclass(frozen=True)
class Todos:
    """The first rows of a block, the total count, and the URL of the full list (`more`)."""

    title: str
    lines: Sequence[Todo]
    count: int
    more: str = ""
    note: object = ""


def first_of(rows: "QuerySet[Row]", line: Callable[[Row], Todo]) -> tuple[list[Todo], int]:
    """Return the lines of the first rows and the total number of rows."""
    found = list(rows[: SHOWN + 1])
    return [line(row) for row in found[:SHOWN]], rows.count() if len(found) > SHOWN else len(found)


def todos(
    title: str, rows: "QuerySet[Row]", line: Callable[[Row], Todo], more: str
) -> dict[str, object] | None:
    """Build the context of a block of rows, or None if there are none."""
    lines, count = first_of(rows, line)
    return {"todos": Todos(title, lines, count, more)} if lines else None


PANELS: dict[str, Panel] = {}
BLOCKS: dict[str, Block] = {}


def register_panel(panel: Panel) -> None:
    """Register a panel; the same name replaces the earlier one."""
    PANELS[panel.name] = panel


def register_block(block: Block) -> None:
    """Register a block; the same name replaces the earlier one."""
    BLOCKS[block.name] = block


def panels_for(entry: Entry, by: Actor, *, acting: bool = False) -> list[tuple[Panel, dict[str, object]]]:
    """Return the panels of an entry with their contexts, in order.

    `acting` selects the panels that also appear above an action's form.
    """
    shown = []
    for panel in sorted(PANELS.values(), key=lambda one: one.position):
        if (not panel.kinds or entry.kind in panel.kinds) and (panel.acting or not acting):
            context = panel.context(entry, by)
            if context is not None:
                shown.append((panel, {"entry": entry, "actor": by, **context}))
    return shown


def blocks_for(by: Actor) -> list[tuple[Block, dict[str, object]]]:
    """Return the blocks of the actor's home page with their contexts, in order."""
    shown = []
    above: set[int] = set()
    stood_for: set[int] = set()
    with one_page():
        for block in promising(by):
            context = block.build(by)
            if context is None:
                continue
            context |= {
                name: [one for one in context[name] if _number(one) not in above] for name in block.once
            }
            if block.parts and not any(context[name] for name in block.parts):
                continue
            stood_for |= context.get("stands_for", frozenset())
            if block.template == ENTRIES:
                context["entries"] = [row for row in context["entries"] if row[0].pk not in stood_for]
                near = context.get("near", ())
                context["later"] = sum(row[0].pk not in near for row in context["entries"]) if near else 0
                above |= {entry.pk for entry, _ in context["entries"]}
            shown.append((block, {"actor": by, **context}))
    return shown


def promising(by: Actor) -> list[Block]:
    """Return the blocks whose required rows exist, in order."""
    blocks = sorted(BLOCKS.values(), key=lambda one: one.position)
    asked = [(block.name, rows) for block in blocks if block.needs for rows in block.needs(by)]
    answers = zip(asked, there([rows for _, rows in asked]), strict=True)
    found = {name for (name, _), is_there in answers if is_there}
    return [block for block in blocks if block.needs is None or block.name in found]


def _number(row: Any) -> int:
    return int(getattr(row, "entry", row).pk)
