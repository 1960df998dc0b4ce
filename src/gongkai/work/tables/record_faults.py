"""Faults of records, such as ended legal bases (L-09), and their reminders."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.publishing.models import get_document_title
from gongkai.core.acts.action import Notification
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.models import Role
from gongkai.lib.writing.titles import cite_title
from gongkai.work.tables.fields import RowFault, find_faults
from gongkai.work.tables.models import PublicTable, Record

ENDED_VALIDITY_STATES = (ValidityState.REPEALED, ValidityState.EXPIRED)


def find_ended_bases(records: Iterable[int]) -> dict[int, list[RowFault]]:
    """Return the faults of records whose policies ended, by record."""
    rows = Record.documents.through.objects.filter(
        record__in=list(records), document__standing__in=ENDED_VALIDITY_STATES
    )
    pairs = list(rows.values_list("record_id", "document_id"))
    titles = {
        one.pk: (get_document_title(one), one.get_standing_display())
        for one in Document.objects.filter(pk__in={document for _, document in pairs})
    }
    ended_bases: dict[int, list[RowFault]] = defaultdict(list)
    for record, document in pairs:
        title, policy_standing = titles[document]
        ended_bases[record].append(RowFault("依据", f"{cite_title(title)}{policy_standing}，请核对后改用现行文件"))
    return ended_bases


def list_faults_by_record(table: PublicTable) -> list[tuple[Record, list[RowFault]]]:
    """Return (record, its faults) of every record of a table."""
    return map_faults_by_table([table])[table.pk]


def map_faults_by_table(
    tables: Iterable[PublicTable], today: date | None = None
) -> dict[int, list[tuple[Record, list[RowFault]]]]:
    """Return {table: [(record, its faults)]} by primary key, in few queries; schema and body must be loaded."""
    day = today or timezone.localdate()
    by_number = {table.pk: table for table in tables}
    records = list(Record.objects.filter(table__in=by_number).order_by("position", "pk"))
    ended_bases = find_ended_bases([record.pk for record in records])
    fields = {table.schema_id: table.schema.all_fields for table in by_number.values()}
    faults_by_table: dict[int, list[tuple[Record, list[RowFault]]]] = {number: [] for number in by_number}
    for record in records:
        table = by_number[record.table_id]
        record.table = table
        faults = find_faults(
            fields[table.schema_id],
            record.values,
            level=table.body.level,
            confirmed_on=record.confirmed_on,
            review_days=table.schema.review_days,
            today=day,
        )
        faults_by_table[table.pk].append((record, [*faults, *ended_bases.get(record.pk, [])]))
    return faults_by_table


def get_next_review_day(table: PublicTable, records: Iterable[Record]) -> date | None:
    """Return the day by which a table must be confirmed again; None if there is none."""
    if not table.schema.review_days:
        return None
    oldest = min((record.confirmed_on for record in records if record.confirmed_on), default=None)
    return oldest + timedelta(days=table.schema.review_days) if oldest else None


# Maximum number of tables per run; each is checked once a day.
MAX_PER_RUN = 200


def send_fault_reminders() -> dict[str, int]:
    """Check tables and remind their units once a month; safe to repeat.

    Return {"looked": tables checked, "faulty": reminders sent}.
    """
    today = timezone.localdate()
    rows = PublicTable.objects.filter(schema__active=True).exclude(checked_on=today)
    tables = list(rows.select_related("schema", "body").order_by("checked_on", "pk")[:MAX_PER_RUN])
    judged = map_faults_by_table(tables)
    messages = []
    for table in tables:
        faulty = [(record, faults) for record, faults in judged[table.pk] if faults]
        if faulty:
            messages.append(_make_message(table, faulty, today.strftime("%Y-%m")))
    write_messages(messages)
    PublicTable.objects.filter(pk__in=[table.pk for table in tables]).update(checked_on=today)
    return {"looked": len(tables), "faulty": len(messages)}


def _make_message(table: PublicTable, faulty_records: list[tuple[Record, list[RowFault]]], month: str) -> Notification:
    """Return the monthly message to a unit's clerks about faulty records."""
    record, faults = faulty_records[0]
    return Notification(
        subject=f"{table.title}有{len(faulty_records)}条需要补填或者核对"[:120],
        body=f"如“{record.name}”：{'；'.join(map(str, faults))}。请补填、核对后重新送审公开。",
        link=reverse("tables:table", args=[table.pk]),
        key=f"tables.remind:{table.pk}:{month}",
        posts=((Role.CLERK, table.body_id),),
    )
