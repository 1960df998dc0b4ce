"""Actions that submit a table for review, and order its rectification."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse

from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rectification import FoundFault, check_not_ordered, check_orderer, order_rectification
from gongkai.work.tables import revisions, rules
from gongkai.work.tables.models import PublicTable, Record
from gongkai.work.tables.record_faults import list_faults_by_record

#: Source stored with rectifications of tables.
REVIEW_SOURCE = "tables"
MAX_LISTED_RECORDS = 30


def _list_reasons_unless_published_whole(table: PublicTable) -> list[str]:
    return ["这种表逐条公开，请在各条的页面送审。"] if table.schema.by_record else []


@action(
    "tables.hand_in",
    label="整理送审稿",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_unless_published_whole,
)
def freeze_table(table: PublicTable, *, by: Actor) -> ActionResult:
    """Store a table with its files as a revision for review; return the table."""
    revision = revisions.make_table_revision(table, by)
    table.latest_revision_id = revision.pk
    table.save(update_fields=["latest_revision_id"])
    return ActionResult(
        words=f"整理送审稿，共{len(revision.content['rows'])}行", facts={"revision": revision.pk, "csv": revision.csv}
    )


def _list_reasons_unless_published_by_record(record: Record) -> list[str]:
    return [] if record.schema.by_record else ["这种表整表公开，请在表的页面送审。"]


@action(
    "tables.hand_in_record",
    label="整理送审稿",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_unless_published_by_record,
)
def freeze_record(record: Record, *, by: Actor) -> ActionResult:
    """Store a record that is published by itself as a revision; return the record."""
    revision = revisions.make_record_revision(record, by)
    record.latest_revision_id = revision.pk
    record.save(update_fields=["latest_revision_id"])
    return ActionResult(words="整理送审稿", facts={"revision": revision.pk})


def send_for_review(source: PublicTable | Record, *, by: Actor, columns: Sequence[Column]) -> Review:
    """Freeze a table or a record, place it in columns and submit it.

    Raises:
        Refused: gaps, or a column that does not admit it; after failed checks the frozen text stays for its review page.
    """
    with transaction.atomic():
        frozen_source = freeze_table(source, by=by) if isinstance(source, PublicTable) else freeze_record(source, by=by)
        document = ensure_document(frozen_source)
        existing_ids = set(document.placements.values_list("column_id", flat=True))
        new_columns = [column for column in columns if column.pk not in existing_ids]
        if new_columns:
            place(document, by=by, columns=new_columns)
    review: Review = submit(frozen_source, by=by)
    return review


def _list_reasons_unless_orderer(by: Actor, table: PublicTable) -> list[str]:
    return check_orderer(by, table.body)


def _list_reasons_against_ordering(table: PublicTable) -> list[str]:
    """Return the Chinese reasons why no rectification of a table can be ordered."""
    if any(faults for _, faults in list_faults_by_record(table)):
        return check_not_ordered(REVIEW_SOURCE, _make_fault_reference(table))
    return ["这张表没有缺项，也没有超过核对周期的内容。"]


def _make_fault_reference(table: PublicTable) -> str:
    return f"table/{table.pk}"


@action(
    "tables.order_mending",
    label="要求补正",
    rule=_list_reasons_unless_orderer,
    ready=_list_reasons_against_ordering,
    quiet=True,
)
def order_table_rectification(table: PublicTable, *, by: Actor, until: date) -> ActionResult:
    """Order a rectification that lists the faults of a table; return the entry."""
    faulty_records = [(record, faults) for record, faults in list_faults_by_record(table) if faults]
    count = sum(len(faults) for _, faults in faulty_records)
    lines = {record.name[:60]: "；".join(map(str, faults)) for record, faults in faulty_records[:MAX_LISTED_RECORDS]}
    if len(faulty_records) > MAX_LISTED_RECORDS:
        lines["其他"] = f"另有{len(faulty_records) - MAX_LISTED_RECORDS}条，见表中标记"
    entry: Entry = order_rectification(
        table.body,
        by=by,
        until=until,
        found=FoundFault(
            source=REVIEW_SOURCE,
            ref=_make_fault_reference(table),
            title=f"{table.title}有{len(faulty_records)}条不完整",
            what=f"共{count}处缺项或者超期未核对",
            demand="补填缺项、核对内容后重新送审公开",
            basis=table.schema.source,
            address=reverse("tables:table", args=[table.pk]),
            page=table.title,
            facts=lines,
        ),
    )
    return ActionResult(words=f"要求补正{count}处", facts={"entry": entry.pk}, result=entry)
