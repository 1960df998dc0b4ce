"""Actions on a migration: start, map its columns, order it, undo it in batches."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from gongkai.content.editions import erasure
from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.models import Column, Document, Edition, Erasure
from gongkai.content.migration import row_samples, windows
from gongkai.content.migration.actions.orders import (
    LATER_APPOINTMENT_ERROR,
    NO_RESPONSIBLE_PERSON_ERROR,
    OTHER_PERSON_ERROR,
    OWN_MAPPING_ERROR,
    find_orderer_errors,
    order_migration,
)
from gongkai.content.migration.actions.orders import find_site_manager_errors as manages_site
from gongkai.content.migration.models import MigrationOrder, MoveRow, MoveRun, RowState, RunState
from gongkai.content.migration.orders import MIGRATED_APPROVAL, ListedText
from gongkai.content.migration.row_matching import (
    delete_uploaded_source,
    map_old_paths_to_columns,
    match_rows,
    restore_columns,
)
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns as publishing_columns
from gongkai.content.publishing.actions.columns import list_missing_fields
from gongkai.content.publishing.models import ItemPage, find_document_item
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.units.another_person import is_among, list_action_people
from gongkai.core.units.models import Body, Person

if TYPE_CHECKING:
    from collections.abc import Callable


def find_manager_errors(by: Actor, run: MoveRun) -> list[str]:
    """Return reasons unless the actor manages the site: as 政务公开办 or administrator."""
    return manages_site(by, run.website)


def find_preparer_errors(by: Actor, run: MoveRun) -> list[str]:
    """Return reasons unless a migration window is open and the actor manages the site.

    The command line may prepare a run, too.
    """
    return (find_manager_errors(by, run) if not by.system else []) or windows.find_window_errors(run.website_id)


def _make_state_check(*states: str, but: str) -> "Callable[[MoveRun], list[str]]":
    """Return a check that refuses a run in other states; `but`: the impossible step in Chinese."""
    return lambda run: [] if run.state in states else [f"这次迁移{run.get_state_display()}，{but}。"]


@action("migration.start", label="开始读取", rule=find_preparer_errors)
def start_run(run: MoveRun, *, by: Actor) -> ActionResult:
    """Store a new run, read by `run_steps.work_on_run`. Nothing is migrated without an order."""
    run.created_by, run.created_at = by.name, timezone.now()
    run.save(force_insert=True)
    return ActionResult(words=f"读取“{run.name}”", to_state=run.state, stream=run.stream, result=run)


@action(
    "migration.read_again",
    label="重新读取",
    rule=find_preparer_errors,
    ready=_make_state_check(RunState.READING, RunState.PLANNED, but="不能重新读取"),
)
def reread_source(run: MoveRun, *, by: Actor) -> ActionResult:
    """Delete the rows of a run, and read its source anew from the beginning."""
    run.rows.all().delete()
    run.cursor, run.total, run.pictures, run.state = 0, 0, {}, RunState.READING
    run.version += 1
    run.save()
    return ActionResult(words="重新读取", to_state=run.state)


@action(
    "migration.change_columns",
    label="修改栏目和单位对应",
    rule=find_manager_errors,
    ready=_make_state_check(RunState.PLANNED, but="不能再改栏目和单位对应"),
)
def set_column_mapping(
    run: MoveRun,
    *,
    by: Actor,
    targets: Mapping[str, str],
    open_columns: bool | None = None,
    units: Mapping[str, Body] | None = None,
) -> ActionResult:
    """Store the mapping of old column paths and of unknown units.

    `targets` maps an old path to a new one; "" drops its items. `units` maps an old name to a unit.
    """
    unknown = set(targets) - set(run.columns)
    if unknown:
        raise Refused([f"没有“{path}”这条栏目路径。" for path in sorted(unknown)])
    for path, target in targets.items():
        run.columns[path]["target"] = target.strip()[:600]
        run.columns[path]["ignored"] = not target.strip()
    if open_columns is not None:
        run.open_columns = open_columns
    if units is not None:
        if outside := [body.name for body in units.values() if not body.path.startswith(run.website.body.path)]:
            raise Refused(f"{'、'.join(outside)}不是{run.website.body.name}的单位。")
        run.units = {name: body.pk for name, body in units.items()}
    run.version += 1
    run.save()
    match_rows(run)
    facts = {"targets": dict(targets), "units": run.units}
    return ActionResult(words="修改栏目和单位对应", facts=facts, to_state=run.state)


@action(
    "migration.discard",
    label="放弃",
    rule=find_manager_errors,
    ready=_make_state_check(RunState.READING, RunState.PLANNED, but="不能放弃"),
)
def discard_run(run: MoveRun, *, by: Actor) -> ActionResult:
    """Delete a run that was not ordered, with its rows and its uploaded file."""
    stream, text = run.stream, f"放弃“{run.name}”"
    delete_uploaded_source(run)
    run.delete()
    return ActionResult(words=text, stream=stream, to_state="discarded", result=stream)


def list_readers(run: MoveRun) -> set[int]:
    """Return the keys of the persons who chose and read a run's source, by the log; 0 means the console."""
    movements = Movement.objects.filter(stream=run.stream, action__in=("migration.start", "migration.read_again"))
    return {number or 0 for row in movements.values_list("person_id", "facts") for number in list_action_people(*row)}


def list_mappers(run: MoveRun) -> set[int]:
    """Return the keys of the persons who mapped columns and units of a run, by the log; 0 means the console."""
    movements = Movement.objects.filter(stream=run.stream, action="migration.change_columns")
    return {number or 0 for row in movements.values_list("person_id", "facts") for number in list_action_people(*row)}


def find_approver_errors(by: Actor, run: MoveRun) -> list[str]:
    """Return reasons unless the actor may approve the run.

    It must be a person of the 政务公开办 who prepared nothing and had the post before the run was read.
    """
    read_by = list_readers(run)
    nobody = [] if any(read_by) else [NO_RESPONSIBLE_PERSON_ERROR]
    if (
        reasons := find_orderer_errors(by, run.website)
        or nobody
        or ([OTHER_PERSON_ERROR] if is_among(by, read_by) else [])
    ):
        return reasons
    if (run.open_columns or run.units) and is_among(by, list_mappers(run)):
        return [OWN_MAPPING_ERROR]
    before = windows.had_post_before(by, run.website, windows.find_source_time(run))
    return ([] if before else [LATER_APPOINTMENT_ERROR]) or windows.find_window_errors(run.website_id)


def _check_approver(by: Actor, run: MoveRun) -> list[str]:
    """Restrict to the approver who opened the sampled rows."""
    return find_approver_errors(by, run) or row_samples.find_unopened_errors(run, by)


@action(
    "migration.order", label="批准迁移", rule=_check_approver, ready=_make_state_check(RunState.PLANNED, but="不能批准")
)
def order_run(run: MoveRun, *, by: Actor) -> ActionResult:
    """Order a migration run: create its columns, store the list of its texts, and start migrating.

    Texts with personal data are not on the list; each needs its own decision (`decide_row`).
    """
    match_rows(run)
    ready = run.rows.filter(state=RowState.READY).order_by("number")
    if not run.rows.filter(state__in=(RowState.READY, RowState.HELD, RowState.DRAFT)).exists():
        raise Refused("没有可以迁移的信息，请先改正错误或选定栏目。")
    if left := row_samples.find_unopened_errors(run, by):  # the sample may include texts just settled
        raise Refused(left)
    _make_columns(run, by)
    texts = [
        ListedText(row.key, row.content_digest, row.published_at, str(row.source.get("digest", "")))
        for row in ready.only("key", "content_digest", "published_at", "source").iterator(2000)
        if row.published_at
    ]
    order: MigrationOrder = order_migration(
        run.website, by=by, origin=run.name, texts=texts, prepared=list_readers(run)
    )
    run.order_id, run.ordered_by, run.ordered_at = order.pk, by.name, timezone.now()
    run.state = RunState.MOVING
    run.version += 1
    run.save()
    return ActionResult(
        words=f"批准迁移{len(texts)}条",
        facts={"order": order.pk, "count": len(texts)},
        to_state=run.state,
    )


def _make_columns(run: MoveRun, by: Actor) -> None:
    """Create or restore a run's columns, and open them if ordered (Refused: a column is closed and none provisional)."""
    restored = restore_columns(run, by)
    usable = {"new", "there", "closed", "shelved"}
    target_paths = [row["target"].split(">") for row in run.columns.values() if row["what"] in usable]
    plan = publishing_columns.plan_columns(run.website, [[n.strip() for n in names] for names in target_paths])
    made_columns = publishing_columns.make_planned_columns(plan, by, made_from=f"迁移：{run.name}")
    run.made_columns = [column.pk for column in (*made_columns.created, *restored)]
    if run.open_columns:
        _open_new_columns(sorted(made_columns.created, key=lambda c: c.path), run, by)
    short = [c for c in map_old_paths_to_columns(run).values() if not c.is_open]
    if short and not Column.objects.filter(website=run.website, provisional=True, opened_at__isnull=False).exists():
        raise Refused(
            f"栏目“{short[0].name}”尚未开通，网站也没有已开通的过渡栏目：请选择“同时开通新建的栏目”，或先开通过渡栏目。"
        )


def _open_new_columns(columns: list[Column], run: MoveRun, by: Actor) -> None:
    """Open new columns with the ordering person as responsible person."""
    hands = list_readers(run) | list_mappers(run)
    person = Person.objects.filter(pk=by.person_id or 0).first()
    for column in columns:
        fresh = Column.objects.get(pk=column.pk)
        facts = {
            "owner": fresh.owner or run.website.body,
            "person": fresh.person or person,
            "cycle_days": 0,
        }
        publishing.change_column(fresh, by=by, **facts)
        fresh.refresh_from_db()
        if not list_missing_fields(fresh) and (fresh.parent is None or fresh.parent.is_open):
            publishing.open_column(fresh, by=by, proposers=hands)


def find_undo_errors(by: Actor, run: MoveRun) -> list[str]:
    """Return reasons unless the actor works in the 政务公开办; administrators may only prepare."""
    return [] if not find_orderer_errors(by, run.website) else ["只有政务公开办可以撤销迁移。"]


@action(
    "migration.undo",
    label="撤销迁移",
    rule=find_undo_errors,
    ready=_make_state_check(RunState.MOVING, RunState.DONE, but="不能撤销"),
)
def undo_run(run: MoveRun, *, by: Actor, reason: str) -> ActionResult:
    """Order the undoing of a run: unchanged texts are withdrawn and erased; changed ones stay and are listed."""
    reason = require_text(reason, "请写明撤销的理由。")
    MoveRow.objects.filter(run=run, state__in=(RowState.READY, RowState.HELD, RowState.DRAFT)).update(
        state=RowState.BACK, words="未迁移，随批次撤销"
    )
    run.state, run.undo_reason, run.undone_by = RunState.UNDOING, reason[:200], by.name
    run.finished_at = None
    run.version += 1
    run.save()
    return ActionResult(words=run.undo_reason, to_state=run.state)


def _check_system(by: Actor, _: Document) -> list[str]:
    return [] if by.system else ["迁移的撤销只由迁移程序办理。"]


def list_changes_since_migration(document: Document) -> list[str]:
    """Return reasons against undoing the migration of a document that was changed since."""
    return map_changes_since_migration([document]).get(document.pk, [])


def map_changes_since_migration(documents: Sequence[Document]) -> dict[int, list[str]]:
    """Return {document key: Chinese reasons against undoing its migration} of changed documents; three queries."""
    items = {document.item_number for document in documents if document.item_number}
    editions: dict[int, list[Edition]] = defaultdict(list)
    for edition in Edition.objects.filter(document__in=documents):
        editions[edition.document_id].append(edition)
    reviewed = set(
        Review.objects.filter(source__in=[f"item/{number}" for number in items]).values_list("source", flat=True)
    )
    drafts = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(pk) for pk in items]
    )
    saved = Counter(drafts.values_list("object_id", flat=True))
    changes: dict[int, list[str]] = {}
    for document in documents:
        made, number = editions[document.pk], document.item_number
        if len(made) != 1 or not any(row.get("kind") == MIGRATED_APPROVAL for row in made[0].approvals):
            changes[document.pk] = ["迁移之后又有新的版本，或已撤回。"]
        elif document.source in reviewed:
            changes[document.pk] = ["迁移之后又送审过。"]
        elif saved[str(number)] > 1:
            changes[document.pk] = ["迁移之后在案头修改过。"]
    return changes


@action("publishing.take_back_migrated", label="撤销迁移", rule=_check_system, ready=list_changes_since_migration)
def take_back_migrated(document: Document, *, by: Actor, reason: str) -> ActionResult:
    """Undo the migration of an unchanged text: withdraw it, erase text and files, release its URLs.

    The append-only edition rows and their digests stay. The page is deleted first, so that its
    attachments no longer use the files.
    """
    edition = document.editions.get()
    withdraw(document, by=by, reason=reason)
    item = find_document_item(document)
    if item is not None:
        item.delete()
    Erasure(edition=edition, basis=reason[:300], at=timezone.now(), by=by.name).save(force_insert=True)
    erasure.erase_content(edition)
    document.placements.all().delete()
    document.addresses.all().delete()
    return ActionResult(words=reason, facts={"edition": edition.pk, "digest": edition.digest}, to_state="erased")


def take_back_many_migrated(documents: Sequence[Document], *, by: Actor, reason: str) -> dict[int, str]:
    """Undo the migration of several texts; return {document key: Chinese reason} of those that stay.

    All pages are deleted in one transaction, which is much faster than single deletions. If one is
    refused, the batch is rolled back and each is tried separately.
    """
    refusals: dict[int, str] = {}
    try:
        with transaction.atomic():
            refusals = {pk: str(Refused(reasons)) for pk, reasons in map_changes_since_migration(documents).items()}
            taken = [document for document in documents if document.pk not in refusals]
            ItemPage.objects.filter(pk__in=[document.item_number for document in taken]).delete()
            for document in taken:
                take_back_migrated(document, by=by, reason=reason)
    except Refused:
        return _take_back_singly(documents, by, reason)
    return refusals


def _take_back_singly(documents: Sequence[Document], by: Actor, reason: str) -> dict[int, str]:
    """Take back each document; return {document key: Chinese refusal} of those that stay."""
    refusals: dict[int, str] = {}
    for document in documents:
        try:
            take_back_migrated(document, by=by, reason=reason)
        except Refused as refused:
            refusals[document.pk] = str(refused)
    return refusals
