"""Write the rows of an import in short transactions that are undone together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Conflict, Notification, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.bulk_inserts import insert_values
from gongkai.core.acts.following import forward_messages, hold_messages
from gongkai.core.acts.joint_transactions import run_together
from gongkai.core.acts.lock_sharing import MIN_PORTION_ROWS, write_in_portions
from gongkai.core.acts.rows import lock_ahead, run_in_batch
from gongkai.core.acts.written_rows import StoredRow
from gongkai.core.spreadsheets.importers import ChangeRecorder, Importer, MessageMergingImporter, RowChange
from gongkai.core.spreadsheets.models import ImportRun, ImportTouch, RunState
from gongkai.core.spreadsheets.snapshots import take_snapshot, take_snapshot_of_values
from gongkai.lib import privacy

#: Size of the first batch of importers that write several rows in one statement.
FIRST_BULK_ROWS = 50
#: Time without a new batch after which the writing process is taken to be dead.
ABANDONED_AFTER = timedelta(seconds=30)
_TOUCH_COLUMNS = ("run_id", "position", "model", "object_pk", "verb", "label", "before", "after")
ALREADY_REGISTERED_ERROR = "表中有的内容在导入过程中已由他人登记，请重新上传核对后再确认。"
#: More messages of one import on the same kind of matter to the same persons are merged.
MAX_SINGLE_MESSAGES = 5
IMPORT_RUNNING_ERROR = "这次导入正在写入，请稍后刷新页面查看结果。"

#: Reports the number of written rows.
Progress = Callable[[int], object]


def is_abandoned(run: ImportRun) -> bool:
    """Return true if an import is unfinished and wrote nothing for `ABANDONED_AFTER`, so its process must have
    stopped."""
    late = run.applied_at is None or timezone.now() - run.applied_at >= ABANDONED_AFTER
    return run.state == RunState.APPLYING and late


class PortionWriter:
    """Writes the changes of one import in portions, each together with its data for undo."""

    def __init__(self, run: ImportRun, importer: Importer, by: Actor) -> None:
        self._run, self._importer, self._by = run, importer, by
        self._recorder = ChangeRecorder()
        self._targets: set[tuple[str, int]] = set()
        self._stored: set[tuple[str, int]] = set()
        self._changes: Sequence[RowChange] = ()
        self._messages: list[Notification] = []

    def write(self, changes: Sequence[RowChange], progress: Progress) -> None:
        """Write all changes of the import.

        Raises:
            Conflict: another process writes this import, or another user changed one of its rows.
        """
        self._changes = changes
        written = 0

        def write(portion: Sequence[RowChange]) -> None:
            """Write one portion after reporting progress."""
            nonlocal written
            if written:
                progress(written)
            with _explain_conflicts():
                self._write_portion(portion)
            written += len(portion)

        writes_many = type(self._importer).carry_out_many is not Importer.carry_out_many
        first_size = FIRST_BULK_ROWS if writes_many else MIN_PORTION_ROWS
        write_in_portions(changes, write, first=first_size, around=self._search_personal_data)

    def give_up(self, error: Exception, take_back: Callable[[], object]) -> None:
        """Undo the portions written so far, unless another process continues this import.

        Raises:
            Refused: they cannot be undone; the import remains interrupted, for an undo by hand.
        """
        own_run = ImportRun.objects.filter(pk=self._run.pk, state=RunState.APPLYING, applied_at=self._run.applied_at)
        if self._run.state != RunState.APPLYING or not own_run.update(applied_at=None):
            return
        try:
            take_back()
        except Refused as refused:
            reasons = error.reasons if isinstance(error, Refused) else ["写入时程序出错。"]
            advice = "已写入的行没有全部收回，处理后请在导入记录中点“收回已写入的行”："
            raise Refused([*reasons, advice, *refused.reasons]) from error

    def send_merged_messages(self) -> None:
        """Send the messages to staff after the last change, many to the same persons as one."""
        if isinstance(self._importer, MessageMergingImporter):
            messages = self._importer.merge_messages(self._messages, self._changes, by=self._by)
        else:
            messages = _merge_similar_messages(self._messages, self._run, reverse(self._importer.home))
        forward_messages(messages, self._by)

    def require_own_import(self, run: ImportRun) -> None:
        """Raise Conflict unless this object wrote the last portion of the import."""
        if (run.state, run.applied_at) != (RunState.APPLYING, self._run.applied_at):
            raise Conflict(IMPORT_RUNNING_ERROR)

    def _write_portion(self, changes: Sequence[RowChange]) -> None:
        """Carry out some changes in one transaction, store the touched rows and forward the messages.

        Raises:
            Refused: a change is refused, or a row was changed meanwhile.
        """
        with transaction.atomic():
            claimed_at = self._claim_import()
            locked_rows = self._lock_unchanged_rows(changes)
            with hold_messages() as messages, run_together():
                with run_in_batch(len(changes), self._record_new_row) as batch:
                    for rows in (*locked_rows, *self._lock_named_rows(changes)):
                        lock_ahead(rows)
                    self._importer.carry_out_many(changes, by=self._by, recorder=self._recorder)
                self._store_touched(batch.stored)
            merges_messages = isinstance(self._importer, MessageMergingImporter)
            self._messages += [message for message in messages if merges_messages or not message.outside]
            forward_messages([message for message in messages if message.outside and not merges_messages], self._by)
        self._run.state, self._run.applied_at = RunState.APPLYING, claimed_at

    @contextmanager
    def _search_personal_data(self, changes: Sequence[RowChange]) -> Iterator[None]:
        """Search the texts for personal data before the transaction; the actions use the cached results."""
        with privacy.cache_findings():
            with suppress(privacy.PrivacyError):
                for change in changes:
                    for name in self._importer.searches:
                        for text in _iterate_texts(change.facts.get(name)):
                            privacy.find(text)
            yield

    def _record_new_row(self, row: Model) -> None:
        """Record a new row if the importer makes rows of its model."""
        if isinstance(row, tuple(self._importer.makes)):
            self._recorder.made(row)

    def _claim_import(self) -> datetime:
        """Mark the import as running in this process; return the time.

        Raises:
            Conflict: another process has it.
        """
        run, now = self._run, timezone.now()
        import_runs = ImportRun.objects.filter(pk=run.pk, state=run.state, applied_at=run.applied_at)
        if not import_runs.update(state=RunState.APPLYING, applied_at=now):
            raise Conflict(IMPORT_RUNNING_ERROR)
        return now

    def _lock_named_rows(self, changes: Sequence[RowChange]) -> Iterator[Mapping[int, Model]]:
        """Yield the rows named by the facts in `Importer.holds`, read with a lock, by primary key, for each fact."""
        for name in self._importer.holds:
            rows = {row.pk: row for change in changes if isinstance(row := change.facts.get(name), Model)}
            if rows:
                yield _lock_rows(rows)

    def _lock_unchanged_rows(self, changes: Sequence[RowChange]) -> list[Mapping[int, Model]]:
        """Lock the rows to change and return them; refuse if one changed since the dry run."""
        planned: dict[type[Model], dict[int, Model]] = defaultdict(dict)
        for change in changes:
            if change.target is not None:
                planned[type(change.target)].setdefault(change.target.pk, change.target)
        stored_rows: list[Mapping[int, Model]] = []
        for model, rows in planned.items():
            stored_rows.append(stored := _lock_rows(rows))
            for pk, row in rows.items():
                key = (model._meta.label_lower, pk)
                if key in self._targets or key in self._recorder.seen:
                    continue  # this import changed it before
                self._targets.add(key)
                if pk not in stored or take_snapshot(stored[pk]) != take_snapshot(row):
                    raise Conflict(f"“{str(row)[:100]}”在导入过程中被他人改动，请重新上传核对后再确认。")
        return stored_rows

    def _store_touched(self, new_rows: Mapping[type[Model], Mapping[int, StoredRow]]) -> None:
        """Store the rows recorded since the last portion; `new_rows` has the values of new ones."""
        recorded_keys = self._recorder.take_recorded_keys()
        snapshots = _take_snapshots(recorded_keys, new_rows)
        inserted: list[tuple[object, ...]] = []
        updated: list[tuple[object, ...]] = []
        for model, pk in recorded_keys:
            position, touched, verb, before = self._recorder.seen[model, pk]
            after = snapshots[model, pk]
            if verb == ImportTouch.Verb.CHANGED and before == after:
                continue
            row = (self._run.pk, position, model, pk, verb.value, str(touched)[:200], before, after)
            (updated if (model, pk) in self._stored else inserted).append(row)
            self._stored.add((model, pk))
        insert_values(ImportTouch, _TOUCH_COLUMNS, inserted)
        ImportTouch.objects.bulk_create(
            [ImportTouch(**dict(zip(_TOUCH_COLUMNS, row, strict=True))) for row in updated],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["run", "model", "object_pk"],
            update_fields=["after"],
        )


def _lock_rows(rows: Mapping[int, Model]) -> dict[int, Model]:
    """Read these rows of one model again with a lock, with the relations already loaded on the first; return them by
    primary key."""
    first = next(iter(rows.values()))
    stored = type(first)._base_manager.order_by("pk")
    paths = list(_find_read_relations(first))
    if not paths:
        return stored.select_for_update().in_bulk(list(rows))
    if connection.features.has_select_for_update:
        # A joined row would be as old as the statement, however long it waits for the lock.
        list(stored.select_for_update().filter(pk__in=list(rows)).values_list("pk"))
    return stored.select_related(*paths).in_bulk(list(rows))


def _find_read_relations(row: Model, rows_above: tuple[Model, ...] = ()) -> Iterator[str]:
    """Yield the `select_related` paths of the relations to a single row that are loaded on this row."""
    foreign_keys = [field.name for field in row._meta.concrete_fields if field.is_relation]
    backward = [relation.name for relation in row._meta.related_objects if relation.one_to_one]
    for name in foreign_keys + backward:
        related = row._state.fields_cache.get(name, row)
        if related not in (row, *rows_above):
            yield name
            inner = _find_read_relations(related, (row, *rows_above)) if related else ()
            yield from (f"{name}__{path}" for path in inner)


def _take_snapshots(
    keys: Iterable[tuple[str, int]], new_rows: Mapping[type[Model], Mapping[int, StoredRow]]
) -> dict[tuple[str, int], dict[str, object]]:
    """Return the snapshots of stored rows by (model label, primary key); those with known values are not read."""
    snapshots: dict[str, list[int]] = defaultdict(list)
    for label, pk in keys:
        snapshots[label].append(pk)
    found: dict[tuple[str, int], dict[str, object]] = {}
    for label, pks in snapshots.items():
        model = apps.get_model(label)
        known_values = new_rows.get(model, {})
        read = model._base_manager.in_bulk([pk for pk in pks if pk not in known_values])
        for pk in pks:
            found[label, pk] = (
                take_snapshot_of_values(model, known_values[pk]) if pk in known_values else take_snapshot(read[pk])
            )
    return found


def _merge_similar_messages(messages: Sequence[Notification], run: ImportRun, page: str) -> list[Notification]:
    """Return the messages, with more than `MAX_SINGLE_MESSAGES` of the same kind to the same persons merged into one
    that links to `page`."""
    alike: dict[tuple[object, ...], list[Notification]] = defaultdict(list)
    for message in messages:
        alike[message.subject.partition("：")[0], message.persons, message.posts, message.urgent].append(message)
    notifications = []
    for (subject, *_), similar in alike.items():
        if len(similar) <= MAX_SINGLE_MESSAGES:
            notifications += similar
            continue
        text = f"从“{run.file_name}”导入{len(similar)}件，请到列表中查看。"
        merged_message = replace(
            similar[0], subject=f"{subject}：{len(similar)}件", body=text, link=page, settled=False
        )
        notifications.append(replace(merged_message, key=f"import/{run.pk}/{similar[0].key}"))
    return notifications


@contextmanager
def _explain_conflicts() -> Iterator[None]:
    """Raise `Conflict` in Chinese if a row violates a constraint of the database."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(ALREADY_REGISTERED_ERROR) from error


def _iterate_texts(value: object) -> Iterator[str]:
    """Yield all texts in a nested value."""
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, list | tuple | dict):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _iterate_texts(child)
