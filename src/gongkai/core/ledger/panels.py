"""Registry of panels on an entry's page and blocks on the home page; the back office renders them.

register_panel(EntryPanel("assignment", "notices/panel.html", facts, kinds={"assignment"}))
register_block(HomeBlock("accept", 40, waiting_for_me))
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import RowCondition, check_existence
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.request_cache import page_cache

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)

#: Template of a block that lists other rows (`TodoList`), each with a button.
TODOS_TEMPLATE = "ledger/todos.html"
#: Maximum number of lines in such a block; the total is shown, too.
MAX_BLOCK_LINES = 8
#: Number of entries that fill the first screen of the home page.
FIRST_SCREEN_LINES = 8
#: Blocks from this position on are below the first screen; they are built when the reader reaches them.
FIRST_POSITION_BELOW = 40
#: Template of a block that lists entries, each with its next action.
ENTRIES_TEMPLATE = "office/blocks/entries.html"


@dataclass(frozen=True)
class EntryPanel:
    """A section of an entry's page: template, position, and the function that returns its context.

    `context` returns the template context in addition to `entry` and `actor`, or None to hide the
    panel. Empty `kinds` means every kind. Lower positions come first: facts of the entry are at
    100, evidence at 300, movements at 500, comments at 600. If the context has `acts`, the panel
    itself offers these actions (name to anchor), and the page omits them. `acting` is the template
    shown above the form of each action, or of those that `during` names.
    """

    name: str
    template: str
    context: Callable[[Entry, Actor], dict[str, object] | None]
    kinds: Collection[str] = ()
    position: int = 200
    acting: str = ""
    during: Collection[str] = ()


@dataclass(frozen=True)
class HomeBlock:
    """A list on the home page (今天要办): template, position, and the function that returns its context.

    `build` returns the template context, or None to hide the block. The default template lists
    entries: `title`, `entries` (at most 20, with `ledger.kinds.related()` loaded), and optionally
    `more` (a URL), `note`, `near` (ids that are not collapsed), `warned` (warning times by kind) and
    `empty`, the sentence of a block without rows (`idle`), which is shown only if the page has nothing
    else. Own entries are at position 30, the unit's at 32, those awaiting others at 34
    (`office.blocks`).

    Each item appears once on the page: an item of the lists named in `once` is omitted if an
    earlier block shows it, and the block is hidden if nothing of `parts` remains. A context may
    name in `stands_for` the ids of entries that its rows represent; later blocks omit them.

    `needs` names rows of which at least one kind must exist; it is checked for all blocks in one
    query before `build`.
    """

    name: str
    position: int
    build: Callable[[Actor], dict[str, Any] | None]
    template: str = ENTRIES_TEMPLATE
    once: Collection[str] = ()
    parts: Collection[str] = ()
    needs: Callable[[Actor], Sequence[RowCondition]] | None = None


@dataclass(frozen=True)
class TodoLine:
    """A line of a home page list: tag or light, linked title, facts, and the label (`do`) and URL of its button."""

    title: object
    url: str
    facts: object = ""
    tag: str = ""
    do: str = "办理"
    do_url: str = ""
    light: object = None


@dataclass(frozen=True)
class TodoList:
    """A list of pending work on the home page: its first `lines`, total `count`, and URL of the full list
    (`more`).
    """

    title: str
    lines: Sequence[TodoLine]
    count: int
    more: str = ""
    note: object = ""


def list_first_lines(rows: "QuerySet[Row]", line: Callable[[Row], TodoLine]) -> tuple[list[TodoLine], int]:
    """Return (first rows as lines of a home page list, total number of rows)."""
    first_rows = list(rows[: MAX_BLOCK_LINES + 1])
    return [line(row) for row in first_rows[:MAX_BLOCK_LINES]], rows.count() if len(
        first_rows
    ) > MAX_BLOCK_LINES else len(first_rows)


def todo_block(
    title: str, rows: "QuerySet[Row]", line: Callable[[Row], TodoLine], more_url: str
) -> dict[str, object] | None:
    """Return the template context of a home page list, or None if there are no rows."""
    lines, count = list_first_lines(rows, line)
    return {"todos": TodoList(title, lines, count, more_url)} if lines else None


#: Predicates registered by higher layers that return true if this installation does not use a block.
HIDING_PREDICATES: list[Callable[[HomeBlock], bool]] = []
#: EntryPanel's name → panel.
PANELS_BY_NAME: dict[str, EntryPanel] = {}
#: HomeBlock's name → block.
BLOCKS_BY_NAME: dict[str, HomeBlock] = {}


def register_panel(panel: EntryPanel) -> None:
    """Register a panel; the same name replaces the earlier one."""
    PANELS_BY_NAME[panel.name] = panel


def register_block(block: HomeBlock) -> None:
    """Register a block; the same name replaces the earlier one."""
    BLOCKS_BY_NAME[block.name] = block


def list_entry_panels(entry: Entry, by: Actor, *, acting: str = "") -> list[tuple[EntryPanel, dict[str, object]]]:
    """Return (panel, template context) of an entry's panels, in order.

    `acting` names an action: only the panels that also appear above its form.
    """
    panels = []
    for panel in sorted(PANELS_BY_NAME.values(), key=lambda one: one.position):
        is_included = not acting or (panel.acting and (not panel.during or acting in panel.during))
        if (not panel.kinds or entry.kind in panel.kinds) and is_included:
            context = panel.context(entry, by)
            if context is not None:
                panels.append((panel, {"entry": entry, "actor": by, **context}))
    return panels


@dataclass
class HomePage:
    """Blocks of a home page with their contexts, in order.

    `above` fill the first screen. `below` are the other blocks; they are built only on demand, and `pending` is true
    if there may be some. A block without rows (`idle`) appears only if the whole page has no other.
    """

    above: list[tuple[HomeBlock, dict[str, object]]] = field(default_factory=list)
    below: list[tuple[HomeBlock, dict[str, object]]] = field(default_factory=list)
    pending: bool = False


def build_home_page(by: Actor, *, whole: bool = True) -> HomePage:
    """Build the actor's home page; without `whole`, only the blocks of the first screen."""
    page, lines = HomePage(), 0
    seen_ids: set[int] = set()
    represented_ids: set[int] = set()
    idle: tuple[HomeBlock, dict[str, object]] | None = None
    with page_cache():
        for block in list_blocks_with_rows(by):
            is_full = lines >= FIRST_SCREEN_LINES or block.position >= FIRST_POSITION_BELOW
            if is_full and not whole:
                page.pending = True
                break
            context = block.build(by)
            if context is None:
                continue
            if context.get("idle"):
                idle = idle or (block, {"actor": by, **context})
                continue
            context |= {
                name: [one for one in context[name] if int(getattr(one, "entry", one).pk) not in seen_ids]
                for name in block.once
            }
            if block.parts and not any(context[name] for name in block.parts):
                continue
            represented_ids |= context.get("stands_for", frozenset())
            if block.template == ENTRIES_TEMPLATE:
                context["entries"] = [row for row in context["entries"] if row[0].pk not in represented_ids]
                near_ids = context.get("near", ())
                context["later"] = sum(row[0].pk not in near_ids for row in context["entries"]) if near_ids else 0
                seen_ids |= {entry.pk for entry, _ in context["entries"]}
                lines += len(context["entries"])
            (page.below if is_full else page.above).append((block, {"actor": by, **context}))
    if idle and not (page.above or page.below or page.pending):
        page.below.append(idle)
    return page


def list_blocks_with_rows(by: Actor) -> list[HomeBlock]:
    """Return the used blocks, in order, without those whose required rows (`needs`) do not exist."""
    used_blocks = (block for block in BLOCKS_BY_NAME.values() if not any(hides(block) for hides in HIDING_PREDICATES))
    blocks = sorted(used_blocks, key=lambda one: one.position)
    conditions = [(block.name, rows) for block in blocks if block.needs for rows in block.needs(by)]
    results = zip(conditions, check_existence([rows for _, rows in conditions]), strict=True)
    names_with_rows = {name for (name, _), is_there in results if is_there}
    return [block for block in blocks if block.needs is None or block.name in names_with_rows]
