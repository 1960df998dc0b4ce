"""Read, lock, version and save stored rows; within a batch, in few statements.

Within `run_in_batch()` a row that an act passes to `insert_row` gets its primary key at once and is written at the
end of the batch, with all others of its model; so is a changed row that it passes to `update_row`. Acts on one
target lock and check it once, and increase its version once. `lock_ahead` locks the targets of all acts in one query,
and `list_related_rows` reads the related rows of all of them. Outside of a batch rows are written immediately.

An act reads only rows that were written before the batch, unless it calls `write_inserts`. Locking a row writes the
pending rows (`lock_row`), and so does the log (`joint_transactions`). The first refusal rolls the transaction back.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, TypeVar, cast

from django.db import connection, models
from django.db.models import F, ForeignKey, ManyToOneRel, Model

from gongkai.core.acts.bulk_inserts import insert_rows, reserve_keys, update_rows
from gongkai.core.acts.written_rows import StoredRow

M = TypeVar("M", bound=Model)
T = TypeVar("T")
RowKey = tuple[type[Model], int]
#: Parent model, relation and further conditions of rows read together.
RelationKey = tuple[type[Model], str, tuple[tuple[str, object], ...]]


def _count_savepoints() -> int:
    return sum(name is not None for name in connection.savepoint_ids)


@dataclass
class RowBatch:
    """Rows to insert when the batch ends, and targets already checked in it.

    Attributes:
        size: number of primary keys reserved at once; `keys` are those left.
        made: called with each new row; `rows` are the queued ones.
        held: locked targets; `allowed`: keys of passed checks; `versions`: counted changes of targets.
        lasts: last numbers drawn by key; `answers`: cached results; `draws`: counters to advance, by how much.
    """

    size: int
    made: Callable[[Model], object]
    rows: dict[type[Model], list[Model]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[type[Model], list[int]] = field(default_factory=lambda: defaultdict(list))
    held: dict[RowKey, Model] = field(default_factory=dict)
    allowed: set[Hashable] = field(default_factory=set)
    versions: dict[RowKey, int] = field(default_factory=lambda: defaultdict(int))
    lasts: dict[Hashable, int] = field(default_factory=dict)
    answers: dict[Hashable, object] = field(default_factory=dict)
    draws: dict[Hashable, tuple[Callable[[int], int], int]] = field(default_factory=dict)
    #: Stored values of inserted rows by model; those of a model are dropped when its table changes.
    stored: dict[type[Model], dict[int, StoredRow]] = field(default_factory=lambda: defaultdict(dict))
    #: Changed rows to save when the batch ends.
    changed: dict[type[Model], dict[int, Model]] = field(default_factory=lambda: defaultdict(dict))
    #: Rows locked before the first act on them.
    ahead: dict[RowKey, Model] = field(default_factory=dict)
    #: Primary keys of all rows that were locked ahead, whose related rows are read together.
    peers: dict[type[Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    #: Model → group → related rows by their parent's primary key.
    groups: dict[type[Model], dict[RelationKey, dict[int, list[Model]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    #: Rows that are inserted within a further savepoint may be taken back alone, so nothing is known of them.
    savepoints: int = field(default_factory=_count_savepoints)

    def add(self, row: Model) -> None:
        """Assign a primary key to a row and queue it for insertion."""
        model = type(row)
        if row.pk is None:
            if not self.keys[model]:
                self.keys[model] = reserve_keys(model, self.size)[::-1]
            row.pk = self.keys[model].pop()
        row._state.adding, row._state.db = False, connection.alias
        self.rows[model].append(row)
        for group, rows_by_parent in self.groups[model].items():
            if (parent := _get_parent_id(row, group)) in rows_by_parent:
                rows_by_parent[parent].append(row)
        self.made(row)

    def change(self, row: Model) -> None:
        """Queue a changed row for saving; if the batch counted a new version of it, write the batch and save it now."""
        if (type(row), row.pk) in self.versions:
            self.write()
            row.save()
        elif not any(queued is row for queued in self.rows[type(row)]):
            self.changed[type(row)][row.pk] = row

    def related(self, parent: Model, group: RelationKey) -> list[Model]:
        """Return the related rows of a parent, also queued ones; read those of all rows locked ahead together."""
        relation = _get_relation(group)
        model, column = relation.related_model, cast("ForeignKey[Model, Model]", relation.field).attname
        rows_by_parent = self.groups[model].setdefault(group, {})
        if parent.pk not in rows_by_parent and any(row is parent for row in reversed(self.rows[type(parent)])):
            rows_by_parent[parent.pk] = [row for row in self.rows[model] if _get_parent_id(row, group) == parent.pk]
        elif parent.pk not in rows_by_parent:
            self.write()
            unread = (self.peers[type(parent)] | {parent.pk}) - rows_by_parent.keys()
            rows_by_parent |= {pk: [] for pk in unread}
            for row in model._base_manager.filter(**{f"{column}__in": unread}, **dict(group[2])).order_by("pk"):
                rows_by_parent[getattr(row, column)].append(row)
        return rows_by_parent[parent.pk]

    def write(self) -> None:
        """Insert and update all queued rows and save counters and versions."""
        rows, self.rows = self.rows, defaultdict(list)
        for model, new_rows in rows.items():
            for row in new_rows:
                row._state.adding = True
            self.stored[model] |= insert_rows(new_rows, keep=_count_savepoints() == self.savepoints)
        changed, self.changed = self.changed, defaultdict(dict)
        for model, by_key in changed.items():
            update_rows(list(by_key.values()))
            self.stored.pop(model, None)
        draws, self.draws = self.draws, {}
        for draw, count in draws.values():
            draw(count)
        versions, self.versions = self.versions, defaultdict(int)
        alike: dict[tuple[type[Model], int], list[int]] = defaultdict(list)
        for (kind, pk), count in versions.items():
            alike[kind, count].append(pk)
        for (kind, count), pks in alike.items():
            kind._base_manager.filter(pk__in=pks).update(version=F("version") + count)


def _get_relation(group: RelationKey) -> ManyToOneRel:
    return cast(ManyToOneRel, group[0]._meta.get_field(group[1]))


def _get_parent_id(row: Model, group: RelationKey) -> int | None:
    """Return the primary key of a row's parent if the row meets the group's conditions, else None."""
    column = cast("ForeignKey[Model, Model]", _get_relation(group).field).attname
    return getattr(row, column) if all(getattr(row, name) == value for name, value in group[2]) else None


_CURRENT_BATCH: ContextVar[RowBatch | None] = ContextVar("batch", default=None)


class WritableCollection(Protocol):
    """A collection that is written when its block ends."""

    def write(self) -> None:
        """Write all collected rows."""


W = TypeVar("W", bound=WritableCollection)


@contextmanager
def collect_in(variable: ContextVar[W | None], collection: W) -> Iterator[W]:
    """Context manager that sets a context variable to a collection and writes the collection at the end unless an
    error is raised."""
    token = variable.set(collection)
    try:
        yield collection
        collection.write()
    finally:
        variable.reset(token)


def run_in_batch(size: int, on_insert: Callable[[Model], object]) -> AbstractContextManager[RowBatch]:
    """Return a context manager for actions on about `size` rows, which writes their rows together at the end.

    `on_insert` is called with each new row when it is queued. The caller opens the transaction.
    """
    return collect_in(_CURRENT_BATCH, RowBatch(size, on_insert))


def forget_stored(model: type[Model], pk: int | None = None) -> None:
    """Drop the batch's values of a model's rows, or of the one with `pk`, after they were changed or deleted."""
    if not (batch := _CURRENT_BATCH.get()):
        return
    batch.groups.pop(model, None)
    if pk is not None:
        batch.stored[model].pop(pk, None)
        batch.ahead.pop((model, pk), None)
        return
    batch.stored.pop(model, None)
    for key in [key for key in batch.ahead if key[0] is model]:
        del batch.ahead[key]


def forget_related(model: type[Model]) -> None:
    """Make the batch read related rows of a model again, after rows were inserted without it."""
    if batch := _CURRENT_BATCH.get():
        batch.groups.pop(model, None)


def current_batch() -> RowBatch | None:
    """Return the batch that runs now, or None."""
    return _CURRENT_BATCH.get()


def insert_row(row: M) -> M:
    """Insert a new row, or queue it in the current batch; return it with its primary key."""
    batch = _CURRENT_BATCH.get()
    if batch is None:
        row.save(force_insert=True)
    else:
        batch.add(row)
    return row


def update_row(row: Model) -> None:
    """Save a changed row that the caller has locked, or queue it in the current batch, which sends no signals."""
    if batch := _CURRENT_BATCH.get():
        batch.change(row)
    else:
        row.save()


def lock_ahead(rows: Mapping[int, Model]) -> None:
    """Give the current batch rows of one model that were just read with a lock, for the first act on each."""
    if batch := _CURRENT_BATCH.get():
        for pk, row in rows.items():
            batch.ahead[type(row), pk] = row
            batch.peers[type(row)].add(pk)


def take_locked_row(model: type[M], number: int) -> M | None:
    """Return a row that was locked ahead and that no act has used yet, or None."""
    batch = _CURRENT_BATCH.get()
    return cast(M | None, batch.ahead.pop((model, number), None)) if batch else None


def list_related_rows(model: type[M], parent: Model, relation: str, **narrow: object) -> Sequence[M]:
    """Return the related rows of a parent; a batch reads those of all rows locked ahead at once.

    Args:
        model: the related rows' model.
        parent: a stored row.
        relation: name of the reverse relation.
        narrow: further conditions, each an equality.
    """
    if batch := _CURRENT_BATCH.get():
        return cast(Sequence[M], batch.related(parent, (type(parent), relation, tuple(narrow.items()))))
    return list(getattr(parent, relation).filter(**narrow).order_by("pk"))


def insert_many(rows: Sequence[M]) -> None:
    """Insert new rows of one model in one statement, or queue them in the current batch."""
    batch = _CURRENT_BATCH.get()
    if batch is not None:
        for row in rows:
            batch.add(row)
    elif rows:
        insert_rows(rows)


def write_inserts() -> None:
    """Insert the rows queued in the current batch, so that the next query finds them; nothing without a batch."""
    if batch := _CURRENT_BATCH.get():
        batch.write()


def lock_once(target: T, check_key: Hashable, *, lock: Callable[[T], T], check: Callable[[T], None], again: bool) -> T:
    """Lock and check a target; in a batch only before the first action on it (`check_key` identifies target and
    action).

    Args:
        target: what an act is done to; only stored rows are remembered.
        check_key: names the check; each one is made once for a target.
        lock: reads and locks the target.
        check: refuses the act.
        again: lock and check in any case, because the act changes what later ones depend on.
    """
    batch = _CURRENT_BATCH.get()
    key = (type(target), target.pk) if isinstance(target, Model) and target.pk else None
    if batch is None or again or key is None:
        if batch and key:
            batch.held.pop(key, None)
        locked_target = lock(target)
        check(locked_target)
        return locked_target
    if key not in batch.held:
        batch.held[key] = cast(Model, lock(target))
    remembered_target = cast(T, batch.held[key])
    if (key, check_key) not in batch.allowed:
        batch.allowed.add((key, check_key))
        check(remembered_target)
    return remembered_target


def cached_in_batch(key: Hashable, ask: Callable[[], T]) -> T:
    """Return the result of `ask`, computed once for each key in a batch; its actions must not change the result."""
    batch = _CURRENT_BATCH.get()
    if batch is None:
        return ask()
    if key not in batch.answers:
        batch.answers[key] = ask()
    return cast(T, batch.answers[key])


def read_values_ahead(rows: "models.QuerySet[M]", column: str, values: Sequence[str]) -> None:
    """Read in one query which of the values that a batch will write once stored rows have in a column."""
    if batch := _CURRENT_BATCH.get():
        stored_values = set(rows.filter(**{f"{column}__in": set(values)}).order_by().values_list(column, flat=True))
        counts = Counter(values)
        batch.answers[rows.model, column] = {value for value in counts if counts[value] == 1} - stored_values


def is_new_value(model: type[Model], column: str, value: str) -> bool:
    """Return true if `read_values_ahead` found that no stored row has this value and the batch writes it once; else
    false."""
    batch = _CURRENT_BATCH.get()
    return batch is not None and value in cast("set[str]", batch.answers.get((model, column), ()))


def draw_series_number(key: Hashable, last: Callable[[], int]) -> int:
    """Return the next number of a series that only this transaction extends; `last` reads the last stored number.

    Args:
        key: names the series.
        last: reads the last number; called once in a batch.
    """
    batch = _CURRENT_BATCH.get()
    if batch is None:
        return last() + 1
    batch.lasts[key] = (batch.lasts[key] if key in batch.lasts else last()) + 1
    return batch.lasts[key]


def draw_numbers(key: Hashable, count: int, draw: Callable[[int], int]) -> int:
    """Draw numbers from a locked counter and return the last one; a batch writes the counter once.

    Args:
        key: names the counter.
        count: how many numbers.
        draw: adds to the counter, locks it, and returns its new value.
    """
    batch = _CURRENT_BATCH.get()
    if batch is None:
        return draw(count)
    if key not in batch.draws:
        batch.lasts[key] = draw(0)
    batch.draws[key] = (draw, batch.draws.get(key, (draw, 0))[1] + count)
    batch.lasts[key] += count
    return batch.lasts[key]


#: Rows in one list of `split_into_batches`.
BATCH_SIZE = 500


def split_into_batches(rows: Iterable[T], size: int = BATCH_SIZE) -> Iterator[list[T]]:
    """Yield rows in lists of at most `size`.

    Pass `queryset.iterator(size)` to avoid reading ahead.
    """
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def update_if_unchanged(row: models.Model, *, but: Collection[str] = (), **still: object) -> bool:
    """Save a row's columns (except those named in `but`) if the stored row still has the values `still` (column=value);
    return true if saved.

    Sends no signals.
    """
    assert not row._meta.parents, "a row of one table only"
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in but]
    values = {field.attname: field.pre_save(row, add=False) for field in fields}
    return bool(type(row)._base_manager.filter(pk=row.pk, **still).update(**values))


def increment_version(target: object) -> None:
    """Increase the version of a target in memory and in the database (in a batch at its end), if it has one."""
    if isinstance(target, models.Model) and target.pk and hasattr(target, "version"):
        batch = current_batch()
        if batch and target is batch.changed[type(target)].get(target.pk):
            pass  # its row is saved with the new version
        elif batch:
            batch.versions[type(target), target.pk] += 1
        else:
            type(target)._base_manager.filter(pk=target.pk).update(version=F("version") + 1)
        target.version += 1


def find_row(rows: "models.QuerySet[M]") -> M | None:
    """Return the row of a query that finds at most one, or None.

    Unlike `first` it asks for no order: for that Django compares every selected column, a third of the cost.
    """
    return next(iter(rows.order_by()), None)


def lock_row(model: type[M], number: int) -> M | None:
    """Read a row with a lock until the end of the transaction; return None if it was deleted."""
    if row := take_locked_row(model, number):
        return row
    write_inserts()
    # Without the model's own order: PostgreSQL locks no row that it joins to others.
    return find_row(model._base_manager.select_for_update().filter(pk=number))
