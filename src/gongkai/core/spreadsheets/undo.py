"""Undo an import: find what prevents it, and execute it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from django.apps import apps
from django.db import transaction
from django.db.models import PROTECT, F, ForeignObjectRel, Model, ProtectedError, QuerySet

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.spreadsheets.importers import Importer
from gongkai.core.spreadsheets.models import ImportRun, ImportTouch
from gongkai.core.spreadsheets.snapshots import list_differences, restore_snapshot, save_restored_row

_MAX_OBSTACLES = 50
_MAX_TABLES = 20
_MORE_OBSTACLES = "还有更多，未一一列出。"


def list_rows_to_undo(run: ImportRun, importer: Importer | None = None) -> list[ImportTouch]:
    """Return the touched rows of an import that have not been undone, in the order in which to undo them.

    Created rows come first, those that refer to others before them.
    """
    touches = sorted(run.touches.filter(object_pk__gt=0), key=lambda one: -one.position)
    created_touches = [one for one in touches if one.verb == ImportTouch.Verb.MADE]
    if importer and importer.beside:
        by_key = {(one.model, one.object_pk): one for one in created_touches}
        created_touches = [by_key[model, key] for model, keys in _iterate_tables(created_touches) for key in keys]
    return [*created_touches, *(one for one in touches if one.verb == ImportTouch.Verb.CHANGED)]


def split_by_table(touches: Sequence[ImportTouch]) -> list[list[ImportTouch]]:
    """Split the rows of an import, in their order, wherever the database table or the verb changes.

    Rows that alternate between two tables are not split.
    """
    groups = [list(group) for _, group in groupby(touches, key=lambda one: (one.model, one.verb))]
    return groups if len(groups) <= _MAX_TABLES else [list(touches)]


def list_undo_obstacles(run: ImportRun, portion: Iterable[ImportTouch] | None = None) -> list[str]:
    """Return in Chinese what has changed since an import; empty if it can be undone.

    The number of queries depends on the number of tables, not of rows. Before a portion of the rows (`portion`) is
    undone, effects of earlier portions are ignored: deleted rows and references to them.
    """
    obstacles: list[str] = []
    is_whole_import = portion is None
    touches: dict[str, list[ImportTouch]] = defaultdict(list)
    for touch in list_rows_to_undo(run) if portion is None else portion:
        touches[touch.model].append(touch)
    for model, rows in touches.items():
        rows_by_pk = apps.get_model(model)._base_manager.in_bulk([touch.object_pk for touch in rows])
        for touch in rows:
            row = rows_by_pk.get(touch.object_pk)
            if row is None:
                obstacles += [f"“{touch.label}”已被删除。"] if is_whole_import else []
            elif changed := list_differences(row, touch.after, relations=is_whole_import):
                obstacles.append(f"“{touch.label}”导入后又修改过：{'、'.join(changed)}。")
        created_labels = {t.object_pk: t.label for t in rows if t.verb == ImportTouch.Verb.MADE}
        obstacles += _find_referring_rows(run, apps.get_model(model), created_labels)
        if len(obstacles) >= _MAX_OBSTACLES:
            return [*obstacles[:_MAX_OBSTACLES], _MORE_OBSTACLES]
    return obstacles


def _find_referring_rows(run: ImportRun, model: type[Model], labels: dict[int, str]) -> list[str]:
    """Return Chinese sentences on created rows (primary key → label) to which rows not created by this import refer."""
    references = []
    for relation in model._meta.get_fields(include_hidden=True) if labels else ():
        if not isinstance(relation, ForeignObjectRel):
            continue
        referring_model = relation.related_model
        if isinstance(referring_model, str) or (relation.hidden and relation.on_delete is not PROTECT):
            continue  # rows without a reverse name that are deleted too are derived ones
        field = relation.field.name
        rows = referring_model._base_manager.filter(**{f"{field}__in": labels})
        pairs = list(rows.values_list("pk", field)[:5000])
        created_ids = _list_created_rows(run, referring_model._meta.label_lower, (pk for pk, _ in pairs))
        counts = Counter(key for pk, key in pairs if pk not in created_ids)
        kind = str(referring_model._meta.verbose_name)
        references += [f"“{labels.get(key, key)}”已有{count}条{kind}。" for key, count in counts.items()]
    return references


def _list_created_rows(run: ImportRun, model: str, keys: Iterable[int]) -> set[int]:
    """Return those of these primary keys that the import created, also if they were undone already."""
    created_touches = run.touches.filter(model=model, verb=ImportTouch.Verb.MADE)
    return {
        abs(key)
        for batch in split_into_batches(keys)
        for key in created_touches.filter(object_pk__in=_add_negated_keys(batch)).values_list("object_pk", flat=True)
    }


def _add_negated_keys(keys: Collection[int]) -> list[int]:
    """Return the primary keys, and the same negated, as they are stored after a row was undone."""
    return [*keys, *(-key for key in keys)]


def undo_changes(touches: Sequence[ImportTouch], importer: Importer, *, by: Actor) -> list[Model]:
    """Delete what an import created and restore what it changed; return restored rows.

    Call it in a transaction, with rows in the order of `list_rows_to_undo`; each is checked just before its undo.

    Raises:
        Refused: the importer refuses some rows; roll everything back.
    """
    refused: list[str] = []
    created_touches = [import_touch for import_touch in touches if import_touch.verb == ImportTouch.Verb.MADE]
    for model, keys in _iterate_created(created_touches):
        for batch in split_into_batches(keys):  # SQLite bounds the condition of a prefetch
            for row in _load_with_relations(importer, model).in_bulk(batch).values():
                refused += _format_reasons(row, importer.find_undo_objections(row, None, by=by))
        if not refused and not importer.delete_created_rows(model, keys, by=by):
            _delete_rows(apps.get_model(model), keys)
    restored_rows = []
    changed_ones = [import_touch for import_touch in touches if import_touch.verb == ImportTouch.Verb.CHANGED]
    for touch, row in _iterate_touched_rows(importer, changed_ones):
        changed_columns = restore_snapshot(row, touch.before)
        refused += _format_reasons(touch.label, importer.find_undo_objections(row, changed_columns, by=by))
        if not refused:
            save_restored_row(row)
            restored_rows.append(row)
    if refused:
        raise Refused(_limit_reasons(list(dict.fromkeys(refused))))
    numbers = [import_touch.pk for import_touch in touches]
    for batch in split_into_batches(numbers):
        ImportTouch.objects.filter(pk__in=batch).update(object_pk=-F("object_pk"))
    return restored_rows


def _iterate_created(import_touches: list[ImportTouch]) -> Iterator[tuple[str, list[int]]]:
    """Yield (model, primary keys of created rows), in the order of the touches."""
    for model, group in groupby(import_touches, key=lambda one: one.model):
        yield model, [import_touch.object_pk for import_touch in group]


def _iterate_tables(import_touches: list[ImportTouch]) -> Iterator[tuple[str, list[int]]]:
    """Yield (table, primary keys of touched rows), tables that refer to others before these."""
    keys: dict[str, list[int]] = defaultdict(list)
    for import_touch in import_touches:
        keys[import_touch.model].append(import_touch.object_pk)
    referenced_models = {model: _list_referenced_models(apps.get_model(model)) - {model} for model in keys}
    while keys:
        unreferenced_models = (
            key for key in keys if not any(key in referenced_models[other_model] for other_model in keys)
        )
        model = next(unreferenced_models, next(iter(keys)))
        yield model, keys.pop(model)


def _list_referenced_models(model: type[Model]) -> set[str]:
    """Return the labels of the models to which a model has foreign keys."""
    referenced_models = (field.related_model for field in model._meta.concrete_fields if field.is_relation)
    return {referenced._meta.label_lower for referenced in referenced_models if isinstance(referenced, type)}


def _iterate_touched_rows(importer: Importer, touches: list[ImportTouch]) -> Iterator[tuple[ImportTouch, Model]]:
    """Yield (touch, its row) for the rows that still exist, with the relations in `Importer.beside`."""
    keys: dict[str, list[int]] = defaultdict(list)
    for touch in touches:
        if touch.model in importer.beside:
            keys[touch.model].append(touch.object_pk)
    rows_by_model: dict[str, dict[int, Model]] = defaultdict(dict)
    for model, numbers in keys.items():
        for batch in split_into_batches(numbers):
            rows_by_model[model] |= _load_with_relations(importer, model).in_bulk(batch)
    for touch in touches:
        if touch.model in rows_by_model:
            row = rows_by_model[touch.model].get(touch.object_pk)
        else:
            row = apps.get_model(touch.model)._base_manager.filter(pk=touch.object_pk).first()
        if row is not None:
            yield touch, row


def _load_with_relations(importer: Importer, model: str) -> QuerySet[Model]:
    """Return the rows of a model with the relations that the importer checks before an undo."""
    rows: QuerySet[Model] = apps.get_model(model)._base_manager.all()
    return rows.prefetch_related(*importer.beside.get(model, ()))


def _format_reasons(row: object, reasons: list[str]) -> list[str]:
    return [f"“{str(row)[:200]}”：{reason}" for reason in reasons]


def _limit_reasons(reasons: list[str]) -> list[str]:
    return reasons if len(reasons) <= _MAX_OBSTACLES else [*reasons[:_MAX_OBSTACLES], _MORE_OBSTACLES]


def _delete_rows(model: type[Model], keys: list[int]) -> None:
    """Delete rows in batches, or one by one if a row of the batch is protected by another."""
    for start in range(0, len(keys), 200):
        batch = keys[start : start + 200]
        try:
            with transaction.atomic():
                model._base_manager.filter(pk__in=batch).delete()
        except ProtectedError:
            for key in batch:
                model._base_manager.filter(pk=key).delete()


def erase_import_copies(model: str, numbers: Collection[int], text: str) -> int:
    """Erase the copies of these rows (`numbers`) in import records, and the imported files; return their number.
    `text` replaces the label of each copy.

    A file's digest stays, so that a copy can still be identified.
    """
    touches = ImportTouch.objects.filter(model=model, object_pk__in=_add_negated_keys(numbers))
    runs = list(touches.values_list("run_id", flat=True).distinct())
    ImportRun.objects.filter(pk__in=runs).update(content=b"", key="")
    return touches.update(label=text, before={}, after={})
