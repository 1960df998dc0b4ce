"""Match read rows to units, columns and existing documents (safe to repeat); erase rows and source files by law.

A folder that a user named on the server is not deleted; the notes of the run say that it still contains the
text.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.erasure import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Address, Column, Edition
from gongkai.content.editions.rules import describe_publisher_refusal, find_forbidden_column_units
from gongkai.content.migration import windows
from gongkai.content.migration.freezing import compute_edition_digest
from gongkai.content.migration.models import MoveRow, MoveRun, RowState, RunState
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns as publishing_columns
from gongkai.content.publishing.columns import ReusedColumn
from gongkai.content.search.models import SearchRow
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.queries import resolve_all

#: States in which a run still reads its spreadsheet, and its files.
STATES_READING_SHEET, STATES_READING_FILES = (
    (RunState.READING, RunState.PLANNED),
    (RunState.READING, RunState.PLANNED, RunState.MOVING),
)
#: Column → value of an erased row.
ERASED_ROW_VALUES = {
    "title": ERASED_TEXT,
    "place": "",
    "words": "",
    "data": {},
    "problems": [],
    "notes": [],
    "findings": [],
}
#: Note in a run that its operator must also delete the erased text in the folder of pages.
ORIGINALS_REMAIN_NOTE = "有内容已依法删除；原网页文件夹不由本系统保管，请同时删除其中的原文。"


class MigrationErasureHandler(BaseErasureHandler):
    """Erases migration rows of erased texts; another handler erases drafts of the editor."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the remaining copies: row titles, and the log streams of their runs."""
        rows = list(_list_rows(edition))
        return TextEchoes(
            shared=frozenset(move_row.stream for move_row in rows),
            titles=frozenset(move_row.title for move_row in rows),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the rows, and delete the source of their run if it is no longer needed."""
        rows = _list_rows(edition)
        runs = list(MoveRun.objects.filter(rows__in=rows).distinct().defer("sheet"))
        for row in rows:  # the digest of the saved page stays: the order to move it names it
            kept = {name: value for name, value in row.source.items() if name == "digest"}
            rows.filter(pk=row.pk).update(source=kept, **ERASED_ROW_VALUES)
        for run in runs:
            _delete_unneeded_source(run)


def _list_rows(edition: Edition) -> QuerySet[MoveRow]:
    """Return the rows of an edition; none if an earlier edition has the same text, or a migration is being undone."""
    if not is_erased_by_law(edition):
        return MoveRow.objects.none()
    earlier = edition.document.editions.filter(number__lt=edition.number, content__isnull=False)
    rows = MoveRow.objects.filter(document_id=edition.document_id)
    return rows.none() if earlier.exists() else rows


def _delete_unneeded_source(run: MoveRun) -> None:
    """Delete the sheet and the uploaded files that a finished run no longer reads; note that files of the server stay."""
    if run.state not in STATES_READING_SHEET:
        MoveRun.objects.filter(pk=run.pk).update(sheet=None)
    if run.bundle and run.state not in STATES_READING_FILES:
        if run.uploaded:
            delete_uploaded_source(run)
            MoveRun.objects.filter(pk=run.pk).update(bundle="")
        elif ORIGINALS_REMAIN_NOTE not in run.notes:
            MoveRun.objects.filter(pk=run.pk).update(notes=[*run.notes, ORIGINALS_REMAIN_NOTE])


def delete_uploaded_source(run: MoveRun) -> None:
    """Delete a run's uploaded file after the commit."""
    if run.uploaded and run.bundle:
        place = Path(run.files_at)
        transaction.on_commit(lambda: place.unlink(missing_ok=True))


MIGRATION_ERASURE_HANDLER = MigrationErasureHandler()


#: Note on a column that a migration opened and whose undoing left it empty.
ARCHIVED_COLUMN_NOTE = "迁移已撤销，栏目停用。"


def list_shelved_columns(run: MoveRun) -> QuerySet[Column]:
    """Return the site's columns that were archived when a migration was undone."""
    return Column.objects.filter(
        website=run.website_id, archive_note=ARCHIVED_COLUMN_NOTE, archived_at__isnull=False
    ).select_related("website")


def archive_empty_columns(columns: Iterable[Column], by: Actor) -> tuple[list[Column], list[Column]]:
    """Archive the empty columns of a run, children first; return (archived, those in use or not to archive)."""
    archived, kept_columns = [], []
    for column in sorted(columns, key=lambda c: -c.path.count("/")):
        fresh = Column.objects.select_related("website").get(pk=column.pk)
        if fresh.archived_at:
            continue
        if _is_column_in_use(fresh) or publishing.archive_column.why_not(fresh, by=by):
            kept_columns.append(fresh)
        else:
            publishing.archive_column(fresh, by=by, note=ARCHIVED_COLUMN_NOTE)
            archived.append(fresh)
    return archived, kept_columns


def _is_column_in_use(column: Column) -> bool:
    """Return true if a column has active subcolumns, or items placed in it or waiting for it."""
    subcolumns = column.children.filter(archived_at=None)
    return subcolumns.exists() or column.placements.exists() or column.waiting.exists()


def restore_columns(run: MoveRun, by: Actor) -> list[Column]:
    """Restore a run's archived columns, parents first, and return them."""
    needed = [row.get("key", "") for row in run.columns.values() if row.get("what") == "shelved"]
    lines = {key[:n] for key in needed for n in (*[place for place, sign in enumerate(key) if sign == ">"], len(key))}
    back = [column for column in list_shelved_columns(run) if column.key in lines]
    for column in sorted(back, key=lambda c: c.path.count("/")):
        publishing.restore_column(column, by=by)
    return back


#: States of rows that `match_rows` may change.
UNSETTLED_STATES = (
    RowState.READ,
    RowState.READY,
    RowState.HELD,
    RowState.BAD,
    RowState.DOUBLE,
    RowState.SAME,
    RowState.IGNORED,
    RowState.DRAFT,
)
#: Rows matched in one transaction.
BATCH_SIZE = 500


def match_rows(run: MoveRun) -> None:
    """Match the rows of a run with units, columns and existing documents, and set their states."""
    rows = run.rows.filter(state__in=UNSETTLED_STATES)
    counts = Counter(rows.values_list("column", flat=True))
    update_column_mapping(run, counts)
    bodies = _map_units(run, rows.values_list("unit", flat=True).distinct())
    duplicates, others = _DuplicateFinder(run), _find_closed_column_reasons(run, bodies.values())
    numbers = list(rows.values_list("pk", flat=True))
    for start in range(0, len(numbers), BATCH_SIZE):
        some = list(MoveRow.objects.filter(pk__in=numbers[start : start + BATCH_SIZE]).order_by("number"))
        duplicates.load_repetitions(some)
        for row in some:
            row.body = bodies.get(row.unit)
            row.state, row.words = _find_row_state(row, run, duplicates)
            if row.state in {RowState.READY, RowState.HELD, RowState.DRAFT} and row.body:
                why = others.get((row.column, row.body.pk))
                row.state, row.words = (RowState.BAD, why) if why else (row.state, row.words)
            row.content_digest = (
                compute_edition_digest(row) if row.body and row.state in {RowState.READY, RowState.HELD} else ""
            )
        MoveRow.objects.bulk_update(some, ["body", "state", "words", "content_digest"])


def _find_closed_column_reasons(run: MoveRun, bodies: Iterable[Body]) -> dict[tuple[str, int], str]:
    """Return by (old path, unit) the reason why the unit may not publish in the column."""
    units, columns = {body.pk: body for body in bodies}, map_old_paths_to_columns(run)
    pairs = find_forbidden_column_units(columns.values(), set(units))
    return {
        (path, unit): describe_publisher_refusal(column, units[unit])
        for path, column in columns.items()
        for unit in units
        if (column.pk, unit) in pairs
    }


def update_column_mapping(run: MoveRun, counts: Counter[str]) -> None:
    """Update a run's column mapping from its rows and the site's tree; chosen targets stay."""
    for path in counts:
        run.columns.setdefault(path, {"target": path})
    for path in [path for path in run.columns if path not in counts]:
        del run.columns[path]
    wanted = {
        path: tuple(p.strip() for p in row["target"].split(">") if p.strip()) for path, row in run.columns.items()
    }
    plan = publishing_columns.plan_columns(run.website, [names for names in wanted.values() if names])
    reused = {one.path: one for one in plan.reuse}
    refused = {one.path: one.reason for one in plan.refused}
    back = set(list_shelved_columns(run).values_list("key", flat=True))
    for path, row in run.columns.items():
        names = wanted[path]
        row["count"] = counts[path]
        row["reason"], row["key"] = refused.get(names, ""), plan.keys.get(names, "")
        column = reused.get(names)
        if not names:
            row["what"] = "ignored" if row.get("ignored") else "unknown"
        elif names in refused:
            row["what"] = "refused"
        elif column:
            row["what"] = _find_mapping_status(column, back)
        else:
            row["what"] = "new"
    run.save(update_fields=["columns"])


def _find_mapping_status(column: ReusedColumn, back: set[str]) -> str:
    """Return the mapping status of an existing column: there (open), closed, archived, or shelved: archived, and the
    import restores it (its key is in `back`)."""
    if column.archived:
        return "shelved" if column.key in back else "archived"
    return "there" if column.is_open else "closed"


def _map_units(run: MoveRun, units: Iterable[str]) -> dict[str, Body]:
    """Return {unit name: body} of known and mapped names; "" (for saved pages any other name) has the run's default."""
    names = [name for name in units if name]
    found = {
        name: resolution.bodies[0]
        for name, resolution in resolve_all(names, run.website.body).items()
        if len(resolution.bodies) == 1 and resolution.sure
    }
    mapped = Body.objects.in_bulk(run.units.values())
    found |= {name: mapped[number] for name, number in run.units.items() if name in names and number in mapped}
    if run.body:
        found[""] = run.body
        if (
            run.kind == "pages"
        ):  # where a page says only that it was taken from a newspaper, the default unit published it
            found |= {name: run.body for name in names if name not in found}
    return found


def _find_row_state(row: MoveRow, run: MoveRun, duplicates: "_DuplicateFinder") -> tuple[str, str]:
    """Return (state, Chinese reason or "") of a row."""
    mapped = run.columns[row.column]
    if row.problems:
        return RowState.BAD, ""
    if mapped["what"] == "ignored":
        return RowState.IGNORED, "栏目选定为不迁移"
    if row.key in duplicates.moved:
        return RowState.SAME, duplicates.moved[row.key]
    wrong = _find_row_problem(row, mapped)
    if wrong:
        return RowState.BAD, wrong
    double = duplicates.find_repetition(row)
    if double and not row.forced:
        return RowState.DOUBLE, double
    return _find_ready_state(row, run, duplicates)


def _find_ready_state(row: MoveRow, run: MoveRun, duplicates: "_DuplicateFinder") -> tuple[str, str]:
    """Return (state, reason) of a row without obstacles: draft, awaiting a decision on personal data, or ready."""
    if why := _find_review_reason(row, run) or duplicates.find_page_conflict(row):
        return RowState.DRAFT, why
    return (RowState.HELD if row.findings else RowState.READY), ""


def _find_review_reason(row: MoveRow, run: MoveRun) -> str:
    """Return the reason why a row needs review, or ""."""
    window = windows.find_last_window(run.website_id)
    if window is not None and windows.is_published_too_late(row.published_at, window):
        return f"{window.live_on.isoformat()}新网站上线以后发布的，存为草稿送审"
    if not row.source.get("digest"):
        return str(row.source.get("why") or "没有保存的原网页佐证") + "，存为草稿送审"
    return ""


def _find_row_problem(row: MoveRow, mapped: Mapping[str, object]) -> str:
    """Return in Chinese why a row has no unit or no column, or ""; `mapped`: the mapping of its old path."""
    if row.body is None:
        return (
            f"名录中没有“{row.unit}”，或有几个单位叫这个名称：请在“单位对应”中选定。"
            if row.unit
            else "没有写明单位，也没有选定默认单位。"
        )
    if mapped["what"] in {"unknown", "refused", "archived"}:
        reasons_by_mapping = {
            "unknown": "没有认出栏目，请在“栏目对应”中选定。",
            "archived": "栏目已归档，请改选别的栏目。",
        }
        return reasons_by_mapping.get(mapped["what"], str(mapped["reason"]))
    return ""


class _DuplicateFinder:
    """Finds rows that repeat others: the same identity, used URLs, or the same title, unit and day."""

    def __init__(self, run: MoveRun) -> None:
        self.run = run
        self.moved: dict[str, str] = {}
        self.addresses: dict[str, int] = {}
        self.titles: dict[str, list[tuple[int, datetime]]] = {}
        self.seen: dict[str, int] = {}
        self.named: dict[tuple[str, int | None, object], int] = {}
        self.pages: dict[str, str] = {}

    def load_repetitions(self, rows: list[MoveRow]) -> None:
        """Load the data that may repeat these rows: moved rows, saved pages, addresses, titles."""
        under_way = Q(run__state=RunState.MOVING, state__in=(RowState.READY, RowState.HELD, RowState.DRAFT))
        query = Q(state__in=(RowState.MOVED, RowState.DRAFTED, RowState.KEPT)) | under_way
        earlier_rows = MoveRow.objects.filter(query, website_id=self.run.website_id).exclude(run=self.run)
        same_keys = earlier_rows.filter(key__in=[row.key for row in rows])
        self.moved |= {key: f"在“{name}”中已经迁移" for key, name in same_keys.values_list("key", "run__name")}
        digests = [row.source["digest"] for row in rows if row.source.get("digest")]
        used_pages = earlier_rows.exclude(state=RowState.DRAFTED).filter(source__digest__in=digests)
        self.pages |= {
            page_digest: f"“{name}”中的一条"
            for page_digest, name in used_pages.values_list("source__digest", "run__name")
        }
        paths = [row.old[0] for row in rows if row.old]
        known_addresses = Address.objects.filter(website_id=self.run.website_id, path__in=paths)
        self.addresses |= dict(known_addresses.values_list("path", "document_id"))
        titles = SearchRow.objects.filter(title__in=[row.title for row in rows])
        for title, body, moment in titles.values_list("title", "body_id", "published_at"):
            self.titles.setdefault(title, []).append((body, moment))

    def find_page_conflict(self, row: MoveRow) -> str:
        """Return the Chinese reason if another row already uses the saved page (a page proves one text), else ""; remember the row."""
        mark = str(row.source["digest"])
        if mark in self.pages:
            return f"同一原网页已用于{self.pages[mark]}，存为草稿送审"
        self.pages[mark] = f"第{row.number}条"
        return ""

    def find_repetition(self, row: MoveRow) -> str:
        """Return the Chinese reason why a row is a duplicate, or ""; remember the row for later ones."""
        if row.key in self.seen:
            return f"与第{self.seen[row.key]}条是同一个网址或同一条信息"
        self.seen[row.key] = row.number
        if row.old and row.old[0] in self.addresses:
            return f"网址已属于另一条公开信息（编号{self.addresses[row.old[0]]}）"
        day = timezone.localdate(row.published_at) if row.published_at else None
        identity = (row.title, row.body_id, day)
        if identity in self.named:
            return f"与第{self.named[identity]}条的标题、单位、日期相同"
        self.named[identity] = row.number
        for body, at in self.titles.get(row.title, []):
            if body == row.body_id and row.published_at and abs(at - row.published_at) < timedelta(days=1):
                return "网站上已有标题、单位、日期相同的信息"
        return ""


def map_old_paths_to_columns(run: MoveRun) -> dict[str, Column]:
    """Return {old path: column of the site}, without paths whose column does not exist yet."""
    keys = {row.get("key") for row in run.columns.values() if row.get("key")}
    existing = {column.key: column for column in Column.objects.filter(Q(key__in=keys), website=run.website_id)}
    return {path: existing[row["key"]] for path, row in run.columns.items() if row.get("key") in existing}
