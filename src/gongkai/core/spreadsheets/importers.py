"""Importers: declared by apps for import with dry run and undo."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from django.db.models import Model

from gongkai.core.acts.action import Conflict, Notification, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical_json
from gongkai.core.spreadsheets.models import ImportTouch
from gongkai.core.spreadsheets.sheet import CellError, Sheet, SheetHeading, SheetValue, Table
from gongkai.core.spreadsheets.snapshots import take_snapshot
from gongkai.core.vault.sealing import keyed_digest


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that an import changes: heading, old and new value as text."""

    head: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """The change of one row. `target` is None for a new object; `facts` belong to the importer.

    `page` is the sheet name if the file has several.
    """

    row: int
    label: str
    target: Model | None
    differences: tuple[Difference, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""

    @property
    def made(self) -> bool:
        """Return true if the change creates an object."""
        return self.target is None


@dataclass(slots=True)
class ImportPlan:
    """Result of a dry run: changes in order of execution, number of unchanged rows (`same`), errors, notes,
    headings, unknown values, losses."""

    changes: list[RowChange] = field(default_factory=list)
    same: int = 0
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heads: list[SheetHeading] = field(default_factory=list)
    values: list[SheetValue] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    @property
    def made(self) -> int:
        """Return the number of objects that the import creates."""
        return sum(change.made for change in self.changes)

    @property
    def digest(self) -> str:
        """Return a keyed digest of all changes, to detect that the plan changed since the dry run."""
        described_changes = [
            [c.row, c.label, c.target.pk if c.target else None, [[d.head, d.after] for d in c.differences]]
            for c in self.changes
        ]
        return keyed_digest("plan", canonical_json({"changes": described_changes}))

    def as_json(self) -> dict[str, object]:
        """Return the plan as JSON data, for the command line."""
        return {
            "made": self.made,
            "changed": len(self.changes) - self.made,
            "same": self.same,
            "changes": [
                {
                    "row": c.row,
                    "label": c.label,
                    "what": "make" if c.made else "change",
                    "differences": [{"head": d.head, "before": d.before, "after": d.after} for d in c.differences],
                }
                for c in self.changes
            ],
            "errors": [error.as_json() for error in self.errors],
            "notes": self.notes,
            "losses": self.losses,
        }


class ChangeRecorder:
    """Records changes for undo: call `before` with a row to change, `made` with a new one."""

    def __init__(self) -> None:
        #: Model and primary key → position, row, verb and snapshot before the import.
        self.seen: dict[tuple[str, int], tuple[int, Model, ImportTouch.Verb, dict[str, object]]] = {}
        self._fresh: dict[tuple[str, int], None] = {}

    def before(self, row: Model) -> None:
        """Record the present state of a row, once."""
        key = self._note_touched(row)
        if key not in self.seen:
            self.seen[key] = len(self.seen), row, ImportTouch.Verb.CHANGED, take_snapshot(row)

    def made(self, row: Model) -> None:
        """Record a row that the import created."""
        self.seen.setdefault(self._note_touched(row), (len(self.seen), row, ImportTouch.Verb.MADE, {}))

    def take_recorded_keys(self) -> list[tuple[str, int]]:
        """Return (model label, primary key) of the rows recorded since the last call."""
        new_keys, self._fresh = list(self._fresh), {}
        return new_keys

    def _note_touched(self, row: Model) -> tuple[str, int]:
        """Note that a row was touched; return (model label, primary key)."""
        key = row._meta.label_lower, row.pk
        self._fresh[key] = None
        return key


#: Explanation of undo where created rows are deleted.
UNDO_EXPLANATION = "新增的删除，修改的还原。"


class Importer:
    """Base of importers; register an instance with `register_importer` at start-up.

    An importer implements `carry_out`, or `carry_out_many` if it writes several rows at once.
    """

    name: str
    label: str
    sheet: Sheet
    #: URL name of the page to return to.
    home: str
    #: The importer only adds rows.
    adds_only = False
    #: The file contains personal data: it is encrypted, and deleted after the import.
    personal = False
    #: Explanation of undo in Chinese.
    undoing = UNDO_EXPLANATION
    #: Models whose new rows are recorded for undo as actions insert them (`acts.rows`).
    makes: Sequence[type[Model]] = ()
    #: Facts of a change in which the actions look for personal data, and facts that are rows which they lock.
    searches: Sequence[str] = ()
    holds: Sequence[str] = ()
    #: Relations of new rows that `find_undo_objections` reads, by model (`{"requests.request": ("entry__body",)}`); they are prefetched.
    beside: Mapping[str, Sequence[str]] = {}

    def why_not(self, by: Actor) -> list[str]:
        """Return Chinese reasons why the actor may not import or undo with this importer."""
        raise NotImplementedError

    def advice(self, by: Actor) -> list[str]:
        """Return sentences about what this user cannot import, shown before a file is chosen."""
        return []

    def prepare(self, table: Table) -> None:
        """Add slowly computed values to the rows before the transaction; does nothing by default."""

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the changes that the rows would make, without writing."""
        raise NotImplementedError

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Make one change through the app's own actions, with the recorder."""
        raise NotImplementedError

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Make the changes of one batch.

        Raises:
            Refused: a change is refused; the reason names its row.
        """
        for change in changes:
            try:
                self.carry_out(change, by=by, recorder=recorder)
            except Conflict:
                raise
            except Refused as refused:
                raise Refused(f"第{change.row}行：{refused}") from refused

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Remove new rows of a model (`ledger.entry`) on undo; return false if the caller should delete them."""
        return False

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing an import's change to a row.

        Undo saves and deletes rows itself, so check here what the app's action would check.

        Args:
            row: the row as it would be restored (unsaved), or the new row to delete.
            changed: columns to restore; None if the row would be deleted.
            by: the actor who undoes.
        """
        raise NotImplementedError

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the rows of an export that the actor may see."""
        raise NotImplementedError


def describe_empty_plan(importer: Importer, plan: ImportPlan) -> str:
    """Return the message for a file that would change nothing."""
    if importer.adds_only or plan.notes:
        return "表中没有要新导入的内容。"
    return "表中内容与现有内容一致，没有需要导入的变化。"


@runtime_checkable
class MessageMergingImporter(Protocol):
    """Protocol of importers that merge the notifications of many rows into fewer ones."""

    def merge_messages(
        self, messages: Sequence[Notification], changes: Sequence[RowChange], *, by: Actor
    ) -> list[Notification]:
        """Return the messages to send after the last change."""


#: Importer's name → importer.
IMPORTERS_BY_NAME: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    """Register an importer by its unique name."""
    assert importer.name not in IMPORTERS_BY_NAME, f"two importers are called {importer.name}"
    IMPORTERS_BY_NAME[importer.name] = importer


@dataclass(frozen=True)
class ImporterFamily:
    """A family of importers created from data; their names begin with `prefix` (`table-`).

    `make` returns the importer of a name, or None. `why_not` returns reasons against all of them.
    """

    prefix: str
    make: Callable[[str], Importer | None]
    why_not: Callable[[Actor], list[str]]


#: Registered families of importers.
IMPORTER_FAMILIES: list[ImporterFamily] = []


def register_family(family: ImporterFamily) -> None:
    """Register a family of importers."""
    IMPORTER_FAMILIES.append(family)


def find_importer(name: str) -> Importer | None:
    """Return the importer of a name, or None."""
    if name in IMPORTERS_BY_NAME:
        return IMPORTERS_BY_NAME[name]
    return next((family.make(name) for family in IMPORTER_FAMILIES if name.startswith(family.prefix)), None)


def get_importer(name: str) -> Importer:
    """Return the importer with this name.

    Raises:
        KeyError: there is none.
    """
    importer = find_importer(name)
    if importer is None:
        raise KeyError(name)
    return importer
