"""Update the stored validity of records by period, and the validity in lists and search."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.policies.models import Decision, PolicyRecord, Relation, RelationKind, Span
from gongkai.content.policies.validity import (
    EARLIEST_DATE,
    DatedDecision,
    ValidityFacts,
    ValidityPeriod,
    get_last_day,
    get_period,
    list_periods,
)
from gongkai.content.publishing.actions import set_standing
from gongkai.core.acts.rows import current_batch, insert_many, insert_row
from gongkai.core.acts.seal import LogVerdict
from gongkai.core.units.actors import ANONYMOUS, SYSTEM

#: Records held in memory at once.
BATCH_SIZE = 500


def find_first_day(record: PolicyRecord) -> date | None:
    """Return a document's first day in force: its 施行日期, else the day it was published or made, or None."""
    return record.effective_on or record.published_on or record.made_on


def load_validity_facts(record: PolicyRecord) -> ValidityFacts:
    """Return the dates and decisions that determine a record's validity. For several records use
    `map_validity_facts`."""
    return map_validity_facts([record])[record.pk]


def load_last_day(record: PolicyRecord) -> date | None:
    """Return the last day of a record's validity after its extensions; None if unlimited."""
    return get_last_day(load_validity_facts(record))


def map_validity_facts(records: Collection[PolicyRecord]) -> dict[int, ValidityFacts]:
    """Return the dates and decisions that determine validity, by record key.

    Prefetch `decisions__actor`. A deciding document is named only while it is public.
    """
    rows = {record.pk: _list_decisions_in_effect(record) for record in records}
    out = _find_public_documents(
        {decision.actor.document_id for some in rows.values() for decision in some if decision.actor}
    )
    return {record.pk: _make_validity_facts(record, rows[record.pk], out) for record in records}


def _list_decisions_in_effect(record: PolicyRecord) -> list[Decision]:
    """Return the decisions in effect, in the order in which they apply."""
    return sorted(
        (one for one in record.decisions.all() if one.effective_at is not None and one.undone_at is None),
        key=lambda one: (one.on, one.pk),
    )


def _make_validity_facts(record: PolicyRecord, rows: Iterable[Decision], public_documents: set[int]) -> ValidityFacts:
    """Return the facts that decide a record's validity; decisions (`rows`) by public documents name these."""
    decided = tuple(
        DatedDecision(
            decision.what,
            decision.on,
            decision.until,
            decision.by_words if not decision.actor or decision.actor.document_id in public_documents else "",
        )
        for decision in rows
    )
    stated = record.effective_on is not None or record.published_on is not None
    return ValidityFacts(find_first_day(record), record.ends_on, decided, record.ends_when or "", begins_stated=stated)


def _find_public_documents(documents: set[int | None]) -> set[int]:
    """Return which of these documents are public."""
    numbers = [number for number in documents if number]
    if not numbers:
        return set()
    return set(documents_visible_to(ANONYMOUS).filter(pk__in=numbers).values_list("pk", flat=True))


def insert_record(record: PolicyRecord) -> None:
    """Insert a new record with its spans, which follow from its dates alone."""
    if current_batch() is None:
        record.save(force_insert=True)
        return
    record.set_search_keys()
    insert_row(record)
    life = ValidityFacts(find_first_day(record), record.ends_on, (), record.ends_when or "")
    insert_many([Span(record=record, state=one.state, since=one.since, until=one.until) for one in list_periods(life)])


def rewrite_spans(record: PolicyRecord) -> None:
    """Rewrite a stored record's spans from its dates and decisions."""
    fresh = PolicyRecord.objects.prefetch_related("decisions__actor").get(pk=record.pk)
    rows = [
        Span(record=fresh, state=stretch.state, since=stretch.since, until=stretch.until)
        for stretch in list_periods(load_validity_facts(fresh))
    ]
    Span.objects.filter(record=fresh).delete()
    Span.objects.bulk_create(rows)


def refresh_validity(record: PolicyRecord) -> None:
    """Rewrite a record's spans and update its document's validity."""
    rewrite_spans(record)
    sync_standing(PolicyRecord.objects.get(pk=record.pk))


class ShownStanding(NamedTuple):
    """The validity that a document should show today: since a day (`on`), with a note and its successor, if any."""

    standing: str
    on: date
    note: str
    successor: Document | None


def compute_standing(record: PolicyRecord, life: ValidityFacts, successor: Document | None, day: date) -> ShownStanding:
    """Return the validity that a record's document should show on a day."""
    now = get_period(life, day)
    on = now.since if now.since > EARLIEST_DATE else timezone.localdate(record.entered_at)
    return ShownStanding(now.state, on, describe_cause(now), successor)


def describe_cause(now: ValidityPeriod) -> str:
    """Return which document decided on a period, or ""."""
    by = now.cause.by if now.cause else ""
    verbs = {"amend": "修改", "repeal": "废止", "expire": "宣布失效"}
    verb = verbs.get(now.cause.what, "") if now.cause else ""
    return f"被{by}{verb}"[:300] if by and verb else ""


def _map_successors(records: Collection[PolicyRecord]) -> dict[int, Document]:
    """Return the replacing documents by record key, the last recorded one each."""
    rows = Relation.objects.filter(
        kind=RelationKind.REPLACES, target__in=[record.pk for record in records], record__document__isnull=False
    )
    found = rows.select_related("record__document").order_by("kind", "pk")
    return {row.target_id: row.record.document for row in found if row.target_id and row.record and row.record.document}


def sync_standing(record: PolicyRecord) -> bool:
    """Update the validity of a record's document; return true if it changed."""
    return bool(sync_standings([record], timezone.localdate()))


def sync_standings(records: Collection[PolicyRecord], day: date) -> int:
    """Update the validity of several records' documents; return how many changed. Four queries plus the changes."""
    some = [record for record in records if record.document_id]
    documents = Document.objects.in_bulk([record.document_id or 0 for record in some])
    lives, successors = map_validity_facts(some), _map_successors(some)
    return sum(
        _write_shown_standing(
            documents[record.document_id], compute_standing(record, lives[record.pk], successors.get(record.pk), day)
        )
        for record in some
        if record.document_id in documents
    )


def _write_shown_standing(document: Document, now: ShownStanding) -> bool:
    """Write a document's validity if it differs; return true if so."""
    before = (
        document.standing,
        document.standing_on,
        document.standing_note,
        document.successor_id,
    )
    if before == (now.standing, now.on, now.note, now.successor.pk if now.successor else None):
        return False
    set_standing(document, by=SYSTEM, standing=now.standing, on=now.on, note=now.note, successor=now.successor)
    return True


def make_day_filter(day: date) -> Q:
    """Return the condition for the spans of a day."""
    return Q(since__lte=day, until__gte=day)


def list_outdated_standings(day: date) -> QuerySet[PolicyRecord]:
    """Return the records whose document shows another state on a day, or may name another document wrongly."""
    rows = Span.objects.filter(make_day_filter(day), record__document__isnull=False).exclude(
        record__document__standing=F("state")
    )
    # Recheck documents named by others: the other may have come into force, or been withdrawn, since.
    naming = PolicyRecord.objects.filter(
        document__isnull=False,
        decisions__in=Decision.objects.counting().filter(actor__document__isnull=False),
    )
    return PolicyRecord.objects.filter(Q(pk__in=rows.values("record")) | Q(pk__in=naming.values("pk")))


def sync_all_standings() -> dict[str, int]:
    """Job: update every document's validity to today; return counts. May be repeated safely."""
    today = timezone.localdate()
    return {"standings": sum(sync_standings(some, today) for some in iterate_batches(list_outdated_standings(today)))}


def iterate_batches(records: QuerySet[PolicyRecord]) -> Iterator[list[PolicyRecord]]:
    """Yield records by primary key in lists of at most `BATCH_SIZE`, without an open cursor."""
    rows, last = records.prefetch_related("decisions__actor").order_by("pk"), 0
    while some := list(rows.filter(pk__gt=last)[:BATCH_SIZE]):
        yield some
        last = some[-1].pk


def verify_spans() -> LogVerdict:
    """Verify for `audit verify` that each record's spans follow from its dates and decisions."""
    kept: dict[int, list[tuple[str, date, date]]] = {}
    for number, state, since, until in Span.objects.order_by("since").values_list("record", "state", "since", "until"):
        kept.setdefault(number, []).append((state, since, until))
    count = 0
    for some in iterate_batches(PolicyRecord.objects.all()):
        lives = map_validity_facts(some)
        for record in some:
            count += 1
            if _to_span_rows(lives[record.pk]) != kept.get(record.pk):
                return LogVerdict(count, f"{record}的效力区间与日期、决定不符")
    return LogVerdict(count)


def _to_span_rows(life: ValidityFacts) -> list[tuple[str, date, date]]:
    return [(str(stretch.state), stretch.since, stretch.until) for stretch in list_periods(life)]
