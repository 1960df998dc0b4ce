"""Importers: what a room declares so that its spreadsheets can be imported, with a dry run and undo."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from django.db.models import Model

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical
from gongkai.core.spreadsheets.models import ImportTouch
from gongkai.core.spreadsheets.sheet import CellError, Head, Sheet, Table
from gongkai.core.spreadsheets.snapshots import snapshot
from gongkai.core.vault.sealing import keyed_digest


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that an import will set: its head, and both values in words."""

    head: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one row of the file will do. `target` is None for something new; `facts` are the importer's own; `page` where the file has several."""

    row: int
    label: str
    target: Model | None
    differences: tuple[Difference, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""

    @property
    def made(self) -> bool:
        """Whether it makes something new."""
        return self.target is None


@dataclass(slots=True)
class Plan:
    """What an import would do: changes in the order in which they will be made, rows that change nothing, errors, notes, how its heads are read."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)

    @property
    def made(self) -> int:
        """How many are new."""
        return sum(change.made for change in self.changes)

    @property
    def digest(self) -> str:
        """A keyed digest of what the dry run shows: it may hold words of people outside."""
        shown = [
            [c.row, c.label, c.target.pk if c.target else None, [[d.head, d.after] for d in c.differences]]
            for c in self.changes
        ]
        return keyed_digest("plan", canonical({"changes": shown}))

    def as_json(self) -> dict[str, object]:
        """Return the plan as plain data, for the command line."""
        return {
            "made": self.made,
            "changed": len(self.changes) - self.made,
            "same": self.same,
            "changes": [
                {
                    "row": c.row,
                    "label": c.label,
                    "what": "make" if c.made else "change",
                    "differences": [
                        {"head": d.head, "before": d.before, "after": d.after} for d in c.differences
                    ],
                }
                for c in self.changes
            ],
            "errors": [error.as_json() for error in self.errors],
            "notes": self.notes,
        }


class Recorder:
    """Keeps what an import touches: call `before` on a row that will change and `made` on a new one."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, int], tuple[Model, ImportTouch.Verb, dict[str, object]]] = {}

    def before(self, row: Model) -> None:
        """Keep a stored row as it is now; only its first state counts."""
        self.seen.setdefault((row._meta.label_lower, row.pk), (row, ImportTouch.Verb.CHANGED, snapshot(row)))

    def made(self, row: Model) -> None:
        """Keep that a row is new."""
        self.seen.setdefault((row._meta.label_lower, row.pk), (row, ImportTouch.Verb.MADE, {}))


class Importer(Protocol):
    """What a room gives. Register one instance with `register` in the room's `AppConfig.ready`.

    One that can write many rows at once also has `carry_out_many(changes, *, by, recorder)`, which is then called instead of `carry_out`. One that
    registers what is new and changes nothing that is there has `adds_only = True`, so that its page promises no more.
    """

    name: str
    label: str
    sheet: Sheet
    #: Name of the page that a person comes from and goes back to.
    home: str

    def why_not(self, by: Actor) -> list[str]:
        """Return the reasons why somebody may not import or undo; empty where they may."""

    def plan(self, table: Table, *, by: Actor) -> Plan:
        """Return what the rows would do; writes nothing."""

    def carry_out(self, change: Change, *, by: Actor, recorder: Recorder) -> None:
        """Do one change through the room's own actions, telling the recorder."""

    def against_undo(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return why somebody may not take back what an import did to a row; empty where they may.

        Undo saves and deletes rows itself: ask here what the room's own action would (rule and readiness).

        Args:
            row: as it would be stored again (not saved yet), or the new one that would be deleted.
            changed: the columns that would get their earlier values; None where the row would be deleted.
            by: who takes it back; not always who imported.
        """

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the rows of an export: what this person may see."""


def adds_only(importer: Importer) -> bool:
    """Whether an importer registers what is new, and leaves what is there as it is."""
    return bool(getattr(importer, "adds_only", False))


def nothing_in(importer: Importer, plan: Plan) -> str:
    """Return what is said of a file that would write nothing: that all is the same only where that is known."""
    if adds_only(importer) or plan.notes:
        return "表中没有要新导入的内容。"
    return "表中内容与现有内容一致，没有需要导入的变化。"


@runtime_checkable
class WritesMany(Protocol):
    """An importer that carries all changes out at once."""

    def carry_out_many(self, changes: Sequence[Change], *, by: Actor, recorder: Recorder) -> None:
        """Do all changes, with the movements that the room's own actions would write, telling the recorder."""


@runtime_checkable
class Prepares(Protocol):
    """An importer that works something out of each row that takes long (personal data hidden), before the transaction begins."""

    def prepare(self, table: Table) -> None:
        """Put it into the rows, saying how far it is (`confined.say`)."""


@runtime_checkable
class PersonalSheet(Protocol):
    """An importer whose files hold personal data: they are encrypted while they are tried, and not kept once they were imported."""

    personal: bool


@runtime_checkable
class Advises(Protocol):
    """An importer that says before a file is chosen what this person cannot import with it, and who can."""

    def advice(self, by: Actor) -> list[str]:
        """Return sentences; none where the person may import all of it."""


@runtime_checkable
class RemovesMade(Protocol):
    """An importer whose new rows go by their room's own way when an import is taken back."""

    def remove_made(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Remove new rows of a model (`ledger.entry`); False for those that are simply deleted."""


@runtime_checkable
class LooksBeside(Protocol):
    """An importer whose `against_undo` looks at rows beside a new one: the relations, by model (`{"requests.request": ("entry__body",)}`).

    They are read for all rows at once, and new rows go by table, so that taking an import back does not ask for each of them.
    """

    beside: Mapping[str, Sequence[str]]


@runtime_checkable
class SaysUndo(Protocol):
    """An importer whose new rows are not deleted when an import is taken back: what becomes of them, in a sentence."""

    undoing: str


#: What is said of the others.
UNDOING = "新增的删除，修改的还原。"
IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Enter an importer; one name, one importer."""
    assert importer.name not in IMPORTERS, f"two importers are called {importer.name}"
    IMPORTERS[importer.name] = importer


@dataclass(frozen=True)
class Family:
    """Importers whose sheets are data: their names begin with `prefix` (`table-`).

    `make` gets a whole name and returns the importer as its sheet stands now, None where there is none. `why_not` says who may import none of them.
    """

    prefix: str
    make: Callable[[str], Importer | None]
    why_not: Callable[[Actor], list[str]]


FAMILIES: list[Family] = []


def register_family(family: Family) -> None:
    """Enter a family of importers."""
    FAMILIES.append(family)


def find_importer(name: str) -> Importer | None:
    """Return the importer of a name; None where there is none."""
    if name in IMPORTERS:
        return IMPORTERS[name]
    return next((family.make(name) for family in FAMILIES if name.startswith(family.prefix)), None)


def importer_named(name: str) -> Importer:
    """Return the importer of a name.

    Raises:
        KeyError: there is none.
    """
    found = find_importer(name)
    if found is None:
        raise KeyError(name)
    return found
