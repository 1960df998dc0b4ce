"""Job: remind units of faults in their tables."""

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.outbox import tell
from gongkai.core.units.models import Role
from gongkai.work.tables.fields import Fault
from gongkai.work.tables.models import PublicTable, Record
from gongkai.work.tables.record_faults import faults_of_tables

# Maximum number of tables per run; each is checked once a day.
MAX_PER_RUN = 200


def remind() -> dict[str, int]:
    """Check tables that were not checked today and remind their units once a month. Safe to miss and to repeat."""
    today = timezone.localdate()
    rows = PublicTable.objects.filter(schema__active=True).exclude(checked_on=today)
    tables = list(rows.select_related("schema", "body").order_by("checked_on", "pk")[:MAX_PER_RUN])
    judged = faults_of_tables(tables)
    messages = []
    for table in tables:
        bad = [(record, faults) for record, faults in judged[table.pk] if faults]
        if bad:
            messages.append(_message(table, bad, today.strftime("%Y-%m")))
    tell(messages)
    PublicTable.objects.filter(pk__in=[table.pk for table in tables]).update(checked_on=today)
    return {"looked": len(tables), "faulty": len(messages)}


def _message(table: PublicTable, bad: list[tuple[Record, list[Fault]]], month: str) -> Notification:
    first, faults = bad[0]
    return Notification(
        subject=f"{table.title}有{len(bad)}条需要补填或者核对"[:120],
        body=f"如“{first.name}”：{'；'.join(map(str, faults))}。请补填、核对后重新送审公开。",
        link=reverse("tables:table", args=[table.pk]),
        key=f"tables.remind:{table.pk}:{month}",
        posts=((Role.CLERK, table.body_id),),
    )
