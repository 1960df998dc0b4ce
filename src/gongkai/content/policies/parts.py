"""Tables of the library in exchange packages: public records, states, decisions, relations.

Only what the library's public pages show: no reasons, no persons, nothing of a record whose document is not public.
"""

from collections.abc import Iterator

from gongkai.content.editions.parts import ReceivedDocuments, TablePart, register_part
from gongkai.content.policies.chain import CONSULTATION_EXEMPT_TEXT
from gongkai.content.policies.models import Decision, KeptText, PolicyRecord, Relation, Span

_RECORD = (
    *("document_id", "body_id", "title", "level", "issuers", "issuers_key", "number", "number_key"),
    *("unified_number", "subject", "headnote", "applies_to", "made_on", "passed_on", "published_on"),
    *("effective_on", "ends_on", "filed_number", "filed_on", "entered_at"),
    *("consulted_from", "consulted_to", "consultation", "exemption"),
)


def _iterate_records(shown: ReceivedDocuments) -> Iterator[PolicyRecord]:
    """Yield public records; of the consultation only its dates and whether it took place."""
    for record in PolicyRecord.objects.exclude(document=None).order_by("pk").iterator(1000):
        if record.document_id in shown.documents:
            record.consultation = "已征求意见" if record.consultation else ""
            record.exemption = CONSULTATION_EXEMPT_TEXT if record.exemption else ""
            yield record


def _list_record_numbers(shown: ReceivedDocuments) -> set[int]:
    return {record.pk for record in _iterate_records(shown)}


def _iterate_spans(shown: ReceivedDocuments) -> Iterator[Span]:
    known = _list_record_numbers(shown)
    yield from (row for row in Span.objects.order_by("pk").iterator(1000) if row.record_id in known)


def _iterate_decisions(shown: ReceivedDocuments) -> Iterator[Decision]:
    """Yield decisions in effect on public documents, without deciding documents that are not public."""
    known = _list_record_numbers(shown)
    for row in Decision.objects.filter(effective_at__isnull=False).order_by("pk").iterator(1000):
        if row.record_id in known:
            row.actor_id = row.actor_id if row.actor_id in known else None
            yield row


def _iterate_relations(shown: ReceivedDocuments) -> Iterator[Relation]:
    known = _list_record_numbers(shown)
    for row in Relation.objects.order_by("pk").iterator(1000):
        source = row.record_id in known or row.user_id in shown.documents
        if source and (row.target_id is None or row.target_id in known):
            yield row


def _iterate_enforced_texts(shown: ReceivedDocuments) -> Iterator[KeptText]:
    """Yield enforced texts with source and date of comparison, without the source's text."""
    known = _list_record_numbers(shown)
    yield from (row for row in KeptText.objects.defer("text").order_by("pk").iterator(1000) if row.record_id in known)


def register_tables() -> None:
    """Register the library's tables for packages."""
    fixed = (("made_by", "内网"),)
    decided = (
        "record_id",
        "what",
        "on",
        "until",
        "actor_id",
        "cited",
        "made_at",
        "effective_at",
        "undone_at",
    )
    related = ("kind", "record_id", "user_id", "target_id", "cited", "made_at")
    register_part(TablePart("policies", "政策文件", 300, PolicyRecord, _RECORD, _iterate_records))
    register_part(
        TablePart("policy_spans", "效力区间", 310, Span, ("record_id", "state", "since", "until"), _iterate_spans)
    )
    register_part(TablePart("policy_decisions", "效力决定", 320, Decision, decided, _iterate_decisions, fixed))
    kept = ("body_id", "record_id", "source", "address", "edition", "checked_on", "result")
    register_part(TablePart("policy_sources", "文字来源", 340, KeptText, kept, _iterate_enforced_texts))
    register_part(TablePart("policy_relations", "文件关系", 330, Relation, related, _iterate_relations, fixed))
