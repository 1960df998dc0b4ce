"""Import a file as a draft notice; the same file is imported only once.

SQLite allows one writer at a time, so a long notice is stored in several transactions. Until the
last one `Notice.objects` does not return the notice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db import IntegrityError, connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ROW_GONE_ERROR, ActionResult, Conflict, Refused, action
from gongkai.core.acts.lock_sharing import write_in_portions
from gongkai.core.files.store import delete_stored, store_parsed_content
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body
from gongkai.core.units.open_government_leads import issues_for_itself
from gongkai.lib.privacy import proofread
from gongkai.lib.typed_json import read_text
from gongkai.work.notices.actions.permissions import can_import_for, list_reasons_against_importing
from gongkai.work.notices.actions.row_storage import NewRow, RowPlan, build_rows, insert_rows, split_row_paths
from gongkai.work.notices.entries.columns import list_column_keys
from gongkai.work.notices.importing.file_remarks import find_remarks, flag_first_row
from gongkai.work.notices.importing.flags import flag_form_owners, flag_unassigned_heads, merge_repeated_questions
from gongkai.work.notices.importing.source import NoticeSource, apply_learnt_heads
from gongkai.work.notices.importing.unit_names import NameResolver, has_strange_issuer
from gongkai.work.notices.models import Amending, Notice
from gongkai.work.notices.models.notice import FIRST_VERSION, UNFINISHED_VERSION
from gongkai.work.notices.planning.draft_rows import DraftMeasure, DraftUnit, apply_choice, build_drafts, find_year
from gongkai.work.notices.planning.paths import SiteColumnPaths
from gongkai.work.notices.planning.roles import CHOICES_BY_FORM, LEAD_OWES, SEPARATE_COLUMNS, PrintedNotice
from gongkai.work.notices.planning.row_checks import flag_mismatches
from gongkai.work.notices.planning.shared_deadlines import apply_deadlines, find_reference_years
from gongkai.work.notices.planning.shared_owners import apply_shared_owners, find_stated_owner
from gongkai.work.notices.planning.unused_words import add_closing_orders, flag_unused_words
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.supersession import find_amended_notice


@dataclass(frozen=True)
class NoticeImportResult:
    """The imported notice; `already` is true if the file had been imported before."""

    notice: Notice
    already: bool


# Characters proofread before the transaction in order to load the proofreading tables.
WARM_UP_CHARACTERS = 500


def import_file(
    source: NoticeSource,
    *,
    by: Actor,
    government: Body,
    issuer: Body | None = None,
    started: "StartedImport | None" = None,
) -> NoticeImportResult:
    """Import a file, or return the notice imported from the same file before.

    `started`: the result of `start_file_import`, for a caller with an open transaction.
    Raises Refused when the user may not import for the government or the file contains no tasks.
    """
    notices = find_notices_of_file(government, source.digest)
    try:
        started = started or start_file_import(source, by=by, government=government, issuer=issuer)
        if started is not None:
            notice = import_notice(None, by=by, source=source, government=government, issuer=issuer, started=started)
            return NoticeImportResult(notice, already=False)
    except IntegrityError:
        if not notices.exists():
            raise
    return NoticeImportResult(notices.get(), already=True)


def start_file_import(
    source: NoticeSource, *, by: Actor, government: Body, issuer: Body | None = None
) -> "StartedImport | None":
    """Start the import of a file (`start_import`); None if it was imported before."""
    if find_notices_of_file(government, source.digest).exists():
        return None
    source = apply_learnt_heads(source, government)
    # Loading the proofreading tables takes 0.8 s once a process: do it before the database is locked.
    proofread(source.text[:WARM_UP_CHARACTERS])
    return start_import(source, by=by, government=government, issuer=issuer)


def find_notices_of_file(government: Body, digest: str) -> QuerySet[Notice]:
    """Return the notice of a government imported from a file; void notices do not count."""
    return Notice.objects.filter(government=government, source_digest=digest).exclude(state=NoticeState.VOID)


#: Rows that the import action itself stores; those of a longer notice are stored before it, in
#: portions.
MAX_ROWS_IN_ACTION = 100
#: An import that stores no rows for this time counts as interrupted.
ABANDONED_AFTER = timedelta(seconds=8)
IMPORT_RUNNING_ERROR = "这个文件正在导入，请稍后再试。"


@dataclass
class StartedImport:
    """A notice whose import has begun: the `rows` not stored yet, the numbers of all its `duties` and `measures`."""

    notice: Notice
    rows: list[NewRow]
    duties: int
    measures: int
    #: Called with the rows of each portion after they are stored, in their transaction.
    then: Callable[[Notice, Sequence[NewRow]], None] | None = None


def refuse_running_import(notice: Notice, reason: str = IMPORT_RUNNING_ERROR) -> None:
    """Refuse while the process that stores the rows of an unfinished notice still works.

    Raises:
        Refused: it stored rows a short time ago.
    """
    if timezone.now() - notice.imported_at < ABANDONED_AFTER:
        raise Refused(reason)


def start_import(source: NoticeSource, *, by: Actor, government: Body, issuer: Body | None = None) -> StartedImport:
    """Plan a notice; store all but the last `MAX_ROWS_IN_ACTION` rows, hidden until `import_notice`.

    What an interrupted import left is removed first.

    Raises:
        Refused: no permission, no tasks in the file, or another process imports it.
    """
    if not can_import_for(by, government):
        raise Refused(f"您不能为{government.label}导入通知，请由它的政务公开办导入。")
    notice = _build_notice(source, government, issuer, by)
    plan = plan_rows(notice, source, find_previous_choices(government))
    rows = build_rows(notice, plan)  # asks about deadlines of its basis before that may turn out to be what it amends
    notice.amends = find_amended_notice(notice, [draft.text for draft in plan.drafts if not draft.dropped])
    if notice.amends:
        notice.amending = Amending.ASKED
        notice.parent = None if notice.parent_id == notice.amends_id else notice.parent
    started = StartedImport(notice, rows, sum(len(row.duties) for row in rows), len(rows))
    if unfinished_import := Notice.unfinished.filter(government=government, source_digest=source.digest).first():
        refuse_running_import(unfinished_import)
        remove_unfinished(unfinished_import)
    if len(rows) > MAX_ROWS_IN_ACTION:
        notice.version = UNFINISHED_VERSION
        try:
            write_in_portions(
                rows[:-MAX_ROWS_IN_ACTION], partial(_store_row_portion, started, source, by), first=MAX_ROWS_IN_ACTION
            )
        except Exception:
            if not connection.in_atomic_block and Notice.unfinished.filter(pk=notice.pk).exists():
                remove_unfinished(notice)
            raise
        started.rows = rows[-MAX_ROWS_IN_ACTION:]
    return started


def _store_row_portion(started: StartedImport, source: NoticeSource, by: Actor, rows: Sequence[NewRow]) -> None:
    """Store rows of the notice, the first time with the notice itself."""
    store_portion(started.notice if started.notice.pk else None, by=by, started=started, source=source, rows=rows)


@action("notice.store_rows", label="写入通知的行", rule=list_reasons_against_importing, quiet=True)
def store_portion(
    stored: Notice | None, *, by: Actor, started: StartedImport, source: NoticeSource | None, rows: Sequence[NewRow]
) -> ActionResult:
    """Store some rows of a notice that is being imported, with the notice itself the first time.

    `source` is None if the file is stored already.
    """
    notice = started.notice
    if stored is None:
        _store_notice(notice, source, by)
    else:
        Notice.unfinished.filter(pk=notice.pk).update(imported_at=timezone.now())
    insert_rows(rows)
    if started.then is not None:
        started.then(notice, rows)
    return ActionResult(words=f"写入“{notice.title}”的{len(rows)}条举措"[:400], stream=f"notice/{notice.pk}")


def remove_unfinished(notice: Notice) -> None:
    """Delete in portions the rows of an interrupted or undone import."""
    rows = list(notice.measures.values_list("pk", flat=True))
    write_in_portions(rows, lambda some: drop_unfinished(notice, by=SYSTEM, rows=some), first=MAX_ROWS_IN_ACTION)
    drop_unfinished(notice, by=SYSTEM)


@action("notice.drop_unfinished", label="清除没有完成的导入", rule=list_reasons_against_importing, quiet=True)
def drop_unfinished(notice: Notice, *, by: Actor, rows: Sequence[int] = ()) -> ActionResult:
    """Delete some rows of an unfinished import, or with no `rows` the notice and its file."""
    stream, file = f"notice/{notice.pk}", notice.source_file_id
    if rows:
        notice.measures.filter(pk__in=rows).delete()
        return ActionResult(words=f"清除{len(rows)}条举措", stream=stream)
    Notice.unfinished.filter(pk=notice.pk).delete()
    delete_stored(file)
    return ActionResult(words=f"清除没有完成的导入“{notice.title}”"[:400], stream=stream, result=True)


def _start_import_before_transaction(
    _: None,
    *,
    by: Actor,
    source: NoticeSource,
    government: Body,
    issuer: Body | None = None,
    started: StartedImport | None = None,
) -> Mapping[str, object]:
    """Start the import before the transaction unless it was started earlier."""
    return {"started": started or start_import(source, by=by, government=government, issuer=issuer)}


@action("notice.import", label="导入通知", rule=list_reasons_against_importing, ahead=_start_import_before_transaction)
def import_notice(
    _: None, *, by: Actor, source: NoticeSource, government: Body, started: StartedImport, issuer: Body | None = None
) -> ActionResult:
    """Store a parsed notice as a draft with measures, duties, resolved units and flags.

    The result is the `Notice`. `started`: the result of `start_import`, which runs first if it is
    not given. Raises Conflict when its rows were removed meanwhile.
    """
    notice = started.notice
    if notice.pk is None:
        _store_notice(notice, source, by)
    elif not Notice.unfinished.filter(pk=notice.pk).update(version=FIRST_VERSION):
        raise Conflict(ROW_GONE_ERROR)
    notice.version = FIRST_VERSION
    insert_rows(started.rows)
    return ActionResult(
        words=f"导入“{notice.title}”，{started.measures}条举措、{started.duties}项要求",
        to_state=notice.state,
        facts={"digest": source.digest, "file": source.name, "measures": started.measures, "duties": started.duties},
        result=notice,
        stream=f"notice/{notice.pk}",
    )


def _store_notice(notice: Notice, source: NoticeSource | None, by: Actor) -> None:
    """Insert a notice with its source file."""
    if source is not None:
        notice.source_file = store_parsed_content(source.data, by)
    notice.save(force_insert=True)


def find_previous_choices(government: Body) -> dict[str, str]:
    """Return {form: chosen key of `OWNER_CHOICES`} of a government's last 20 notices.

    The newest notice wins.
    """
    rows = Notice.objects.filter(government=government).exclude(owing={}).order_by("-pk")
    chosen: dict[str, str] = {}
    for owing in rows.values_list("owing", flat=True)[:20]:
        chosen = {**owing, **chosen}
    return chosen


def build_draft_rows(source: NoticeSource, owner_choices: Mapping[str, str]) -> list[DraftMeasure]:
    """Return the rows of a file with deadlines and owners.

    `owner_choices` comes from `find_previous_choices`.
    """
    printed = PrintedNotice([(head.printed, head.meaning) for head in source.heads], source.text)
    reading_time = find_reference_years(source.parsed)
    measures, _ = apply_shared_owners(build_drafts(source.parsed, printed), source.text, reading_time)
    if (stated_owner := find_stated_owner(source.text)[0]) in CHOICES_BY_FORM[SEPARATE_COLUMNS]:
        owner_choices = {**owner_choices, SEPARATE_COLUMNS: stated_owner}
    all_rows = add_closing_orders(measures, source.parsed, source.text, reading_time)
    rows = apply_deadlines(all_rows, source.parsed, source.text)
    return [apply_choice(row, owner_choices[row.form]) if row.form in owner_choices else row for row in rows]


def complete_rows(
    drafts: Sequence[DraftMeasure],
    parsed: Mapping[str, object],
    text: str,
    owner_choices: Mapping[str, str],
    resolve_unit_keys: Callable[[DraftUnit], frozenset[object]],
    columns: SiteColumnPaths,
) -> list[DraftMeasure]:
    """Return the rows of a notice as stored, with paths split and questions flagged. Pure.

    `drafts` come from `build_draft_rows`; `parsed` is the documented JSON; `owner_choices` maps a form to
    the owner chosen before; `resolve_unit_keys` resolves a printed unit; `columns` are the columns of the site.
    """
    choice, note = find_stated_owner(text)
    stated_forms = {SEPARATE_COLUMNS} if choice == LEAD_OWES else set[str]()
    rows = split_row_paths(
        flag_form_owners(drafts, owner_choices, resolve_unit_keys, stated_forms, note), columns, text
    )
    measures = flag_mismatches(flag_unused_words(rows, text, find_reference_years(parsed)), columns)
    return merge_repeated_questions(flag_unassigned_heads(measures, parsed))


def plan_rows(notice: Notice, source: NoticeSource, owner_choices: Mapping[str, str]) -> RowPlan:
    """Return the rows of a file as they will be stored; nothing is written.

    `owner_choices` maps each form of row to the owner chosen in earlier notices. Raises Refused without rows.
    """
    drafts = build_draft_rows(source, owner_choices)
    if not drafts:
        raise Refused("没有读到任何任务，请确认文件里有任务分工表。")
    names = NameResolver(notice.government, notice.issuer, strange=has_strange_issuer(notice))
    columns = SiteColumnPaths.of(list_column_keys(notice.government))
    flagged = flag_first_row(notice, source, drafts)
    measures = complete_rows(flagged, source.parsed, notice.source_text, owner_choices, names.list_unit_keys, columns)
    return RowPlan(measures, names)


def _build_notice(source: NoticeSource, government: Body, issuer: Body | None, by: Actor) -> Notice:
    """Return an unsaved notice made from its parsed file, with the likely parent."""
    parsed = source.parsed
    notice = Notice(
        government=government,
        own=issues_for_itself(government),
        issuer=issuer,
        issuer_name=str(parsed.get("issuer") or (issuer.name if issuer else ""))[:200],
        title=str(parsed.get("title") or source.name)[:300],
        doc_number=str(parsed.get("doc_number") or "")[:80],
        issued_on=date.fromisoformat(read_text(parsed, "issued_on")) if parsed.get("issued_on") else None,
        year=find_year(parsed, timezone.localdate()),
        for_comment=parsed.get("status") == "draft",
        source_name=source.name[:200],
        source_digest=source.digest,
        source_text=source.text,
        parsed=parsed,
        heads=[{"head": head.printed, "meaning": head.meaning, "by": ""} for head in source.heads],
        remarks=find_remarks(source, issuer),
        basis=list(parsed.get("basis") or ()),
        imported_by=by.name,
    )
    notice.parent = find_parent(notice)
    return notice


def find_parent(notice: Notice) -> Notice | None:
    """Return the notice cited as its basis, by document number or title.

    Notices that other units issued for themselves, and those below this notice, are ignored.
    """
    for basis in notice.basis:
        number, title = basis.get("doc_number"), basis.get("title")
        notices = Notice.objects.exclude(pk=notice.pk).exclude(state=NoticeState.VOID)
        notices = notices.filter(Q(own=False) | Q(government=notice.government_id))
        found = notices.filter(doc_number=number).first() if number else None
        found = found or (notices.filter(title__contains=title).first() if title else None)
        if found and not has_ancestor(found, notice.pk):
            return found
    return None


def has_ancestor(notice: Notice | None, number: int | None) -> bool:
    """Return true if the notice with the key `number` is this one or above it."""
    passed = set[int]()
    while notice is not None and notice.pk not in passed:
        if notice.pk == number:
            return True
        passed.add(notice.pk)
        notice = notice.parent
    return False
