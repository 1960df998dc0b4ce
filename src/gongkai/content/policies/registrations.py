"""Register this app's forms, jobs, panels, importers and listeners, and its tables in exchange packages.

Packages contain public records with their states, decisions and relations, but no reasons and no persons.
"""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.erasure import (
    ERASED_TEXT,
    ERASURE_HANDLERS,
    BaseErasureHandler,
    TextEchoes,
    is_erased_by_law,
)
from gongkai.content.editions.gates import ItemPanel, PublicationGate, register_gate, register_item_panel
from gongkai.content.editions.models import Edition
from gongkai.content.editions.parts import (
    DocumentRelation,
    ReceivedDocuments,
    TablePart,
    register_part,
    register_related,
)
from gongkai.content.policies import (
    decision_texts,
    downloads,
    ended_bases,
    expiry_reminders,
    panels,
    publication,
    signed_records,
    states,
    upload_tasks,
    usage_counts,
    validity_periods,
    validity_updates,
)
from gongkai.content.policies.actions import relations
from gongkai.content.policies.forms import records
from gongkai.content.policies.importing.cleanup import CLEANUP_IMPORTER
from gongkai.content.policies.importing.filed_list import FILED_IMPORTER
from gongkai.content.policies.importing.planner import LIBRARY_IMPORTER
from gongkai.content.policies.importing.uploads import UPLOAD_IMPORTER
from gongkai.content.policies.models import CleanupCase, Decision, FiledRow, KeptText, PolicyRecord, Relation, Span
from gongkai.content.policies.policy_steps import CONSULTATION_EXEMPT_TEXT
from gongkai.content.policies.queries import side_column
from gongkai.content.policies.queries.library import find_documents_by_number
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.content.reviewing.required_reading import register_effects, register_paper_source
from gongkai.content.search.query import register_number_finder
from gongkai.core.acts.following import CatchUpJob, follow_actions
from gongkai.core.ledger import kinds as ledger_kinds
from gongkai.core.ledger.audit import register_check
from gongkai.core.ledger.jobs import PeriodicJob, register_job
from gongkai.core.ledger.panels import TODOS_TEMPLATE, EntryPanel, HomeBlock, register_block, register_panel
from gongkai.core.spreadsheets import importers

#: Column → value of an erased record; numbers, days and decisions stay.
ERASED_RECORD_VALUES = {"title": ERASED_TEXT, "headnote": "", "applies_to": "", "html": ""}


class PolicyErasureHandler(BaseErasureHandler):
    """Erases the words of library records and of proposals; decisions on validity stay."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the remaining copies: titles of records, their log streams, and messages about proposals."""
        records = list(_list_records(edition))
        return TextEchoes(
            shared=frozenset(record.stream for record in records),
            links=frozenset({reverse("publishing:words")}),
            titles=frozenset(record.title for record in records),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the records, their lines in lists of filed documents and clean-ups, and withdraw proposals to enter the text."""
        records = list(_list_records(edition))
        proposals = ProposedWords.objects.filter(target__in=[record.stream for record in records])
        proposals.filter(state=WordsState.WAITING).update(state=WordsState.WITHDRAWN, decided_at=timezone.now())
        for proposal in proposals:
            kept = {name: value for name, value in proposal.after.items() if name == "document"}
            proposals.filter(pk=proposal.pk).update(title=ERASED_TEXT, before={}, after=kept)
        numbers = [record.pk for record in records]
        FiledRow.objects.filter(record__in=numbers).update(title=ERASED_TEXT)
        FiledRow.objects.filter(record__in=numbers).exclude(excuse="").update(excuse=ERASED_TEXT)
        CleanupCase.objects.filter(record__in=numbers).update(reason="")
        PolicyRecord.objects.filter(pk__in=numbers).update(**ERASED_RECORD_VALUES)


def _list_records(edition: Edition) -> QuerySet[PolicyRecord]:
    """Return the records bound to, or proposed for, the document of an edition erased by law; none if another edition has a text."""
    editions = edition.document.editions.exclude(pk=edition.pk).filter(content__isnull=False)
    if not is_erased_by_law(edition) or editions.exists():
        return PolicyRecord.objects.none()
    proposed = ProposedWords.objects.filter(
        target__startswith="policy/", after__document__in=[edition.document_id, str(edition.document_id)]
    )
    numbers = [int(target.partition("/")[2]) for target in proposed.values_list("target", flat=True)]
    return PolicyRecord.objects.filter(Q(document=edition.document_id) | Q(pk__in=numbers, document=None))


POLICY_ERASURE_HANDLER = PolicyErasureHandler("item")


_RECORD_FIELDS = (
    *("document_id", "body_id", "title", "level", "issuers", "issuers_key", "number", "number_key"),
    *("unified_number", "subject", "headnote", "applies_to", "made_on", "passed_on", "published_on"),
    *("effective_on", "ends_on", "filed_number", "filed_on", "entered_at"),
    *("consulted_from", "consulted_to", "consultation", "exemption"),
)


def _iterate_records(documents: ReceivedDocuments) -> Iterator[PolicyRecord]:
    """Yield public records; of the consultation only its dates and whether it took place."""
    for record in PolicyRecord.objects.exclude(document=None).order_by("pk").iterator(1000):
        if record.document_id in documents.documents:
            record.consultation = "已征求意见" if record.consultation else ""
            record.exemption = CONSULTATION_EXEMPT_TEXT if record.exemption else ""
            yield record


def _list_record_numbers(documents: ReceivedDocuments) -> set[int]:
    """Return the primary keys of the records in a package."""
    return {record.pk for record in _iterate_records(documents)}


def _iterate_spans(documents: ReceivedDocuments) -> Iterator[Span]:
    record_numbers = _list_record_numbers(documents)
    yield from (row for row in Span.objects.order_by("pk").iterator(1000) if row.record_id in record_numbers)


def _iterate_decisions(documents: ReceivedDocuments) -> Iterator[Decision]:
    """Yield decisions in effect on public documents, without deciding documents that are not public."""
    record_numbers = _list_record_numbers(documents)
    for row in Decision.objects.filter(effective_at__isnull=False).order_by("pk").iterator(1000):
        if row.record_id in record_numbers:
            row.actor_id = row.actor_id if row.actor_id in record_numbers else None
            yield row


def _iterate_relations(documents: ReceivedDocuments) -> Iterator[Relation]:
    """Yield the relations of documents in the package to others in it, or to documents outside the library."""
    record_numbers = _list_record_numbers(documents)
    for row in Relation.objects.order_by("pk").iterator(1000):
        source = row.record_id in record_numbers or row.user_id in documents.documents
        if source and (row.target_id is None or row.target_id in record_numbers):
            yield row


def _iterate_enforced_texts(documents: ReceivedDocuments) -> Iterator[KeptText]:
    """Yield enforced texts with source and date of comparison, without the source's text."""
    known = _list_record_numbers(documents)
    yield from (row for row in KeptText.objects.defer("text").order_by("pk").iterator(1000) if row.record_id in known)


def register_tables() -> None:
    """Register the library's tables for packages between the inner and outer network."""
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
    register_part(TablePart("policies", "政策文件", 300, PolicyRecord, _RECORD_FIELDS, _iterate_records))
    register_part(
        TablePart("policy_spans", "效力区间", 310, Span, ("record_id", "state", "since", "until"), _iterate_spans)
    )
    register_part(TablePart("policy_decisions", "效力决定", 320, Decision, decided, _iterate_decisions, fixed))
    kept = ("body_id", "record_id", "source", "address", "edition", "checked_on", "result")
    register_part(TablePart("policy_sources", "文字来源", 340, KeptText, kept, _iterate_enforced_texts))
    register_part(TablePart("policy_relations", "文件关系", 330, Relation, related, _iterate_relations, fixed))


def register_all() -> None:
    """Register all that the app adds to others.

    Gates and panels of items, ledger kinds, jobs, reactions to actions, erasure, tables,
    search by number, spreadsheet importers.
    """
    _register_item_parts()
    _register_entry_parts()
    _register_jobs()
    follow_actions(("publishing.publish", "publishing.withdraw"), publication.update_standing, due=_make_catch_up_job())
    follow_actions("publishing.erase", downloads.delete_erased_files)
    ERASURE_HANDLERS.append(POLICY_ERASURE_HANDLER)
    register_tables()
    signed_records.register_record_words()
    register_number_finder(find_documents_by_number)
    for one in (LIBRARY_IMPORTER, CLEANUP_IMPORTER, FILED_IMPORTER, UPLOAD_IMPORTER):
        importers.register_importer(one)


def _make_catch_up_job() -> CatchUpJob:
    """Return the catch-up job for missed reactions to publications and to the change of day."""
    return CatchUpJob("standings", "更新文件有效性", publication.settle_rounds_and_decisions, 20)


def _register_item_parts() -> None:
    """Register the gates, signing effects, papers, panels and related documents of items."""
    register_gate(PublicationGate("library", 20, publication.check_library_record, any_source=True))
    register_gate(PublicationGate("issuing", 25, publication.check_issuing_steps, panel="library", any_source=True))
    register_gate(
        PublicationGate("upper_library", 27, publication.check_upload_receipt, panel="library", any_source=True)
    )
    register_gate(PublicationGate("bases", 30, publication.check_published_bases, any_source=True))
    register_gate(PublicationGate("decisions", 31, publication.check_stated_decisions, any_source=True))
    register_effects(decision_texts.list_text_effects)
    register_effects(validity_updates.list_validity_effects)
    register_paper_source(decision_texts.list_opinion_papers)
    register_item_panel(ItemPanel("library", "policies/item_panel.html", panels.library_panel, 110))
    register_item_panel(ItemPanel("bases", "policies/item_bases.html", panels.bases_panel, 120))
    register_item_panel(ItemPanel("response", "policies/item_response.html", panels.response_panel, 125))
    register_item_panel(ItemPanel("decisions", "policies/item_decisions.html", panels.decisions_panel, 130))
    register_related(
        DocumentRelation(
            "announced", "本公告涉及的文件", 8, side_column.list_announced_documents, side_column.find_announcing_texts
        )
    )
    register_related(
        DocumentRelation(
            "announcements",
            "有关效力的公告",
            11,
            side_column.find_announcing_texts,
            side_column.list_announced_documents,
        )
    )
    register_related(
        DocumentRelation(
            "policy_bases", "政策依据", 22, side_column.list_document_bases, side_column.list_documents_naming
        )
    )
    register_related(DocumentRelation("policy_answered", "所回应的政策文件", 23, side_column.list_answered_by))


def _register_entry_parts() -> None:
    """Register the ledger kinds and panels of verdicts, validity reviews and uploads."""
    for kind, facts in (
        (states.CLEANUP_KIND, panels.cleanup_task_context),
        (states.VALIDITY_KIND, panels.validity_review_context),
        (states.UPLOAD_KIND, panels.upload_task_context),
    ):
        ledger_kinds.register_entry_kind(kind)
        template = f"policies/entry_{kind.name}.html"
        register_panel(EntryPanel(kind.name, template, facts, kinds={kind.name}, position=150))
    register_block(HomeBlock("upload_first", 94, panels.upload_first_block, TODOS_TEMPLATE))
    records.register_entry_forms()


def _register_jobs() -> None:
    """Register jobs and the checks of `audit verify`."""
    register_check("policies", "政策库效力区间", validity_periods.verify_spans)
    register_job(PeriodicJob("policy_titles", "更新政策库标题文号", relations.update_all_records, 21))
    register_job(PeriodicJob("validity", "提醒文件有效期", expiry_reminders.update_validity_entries, 25))
    register_job(PeriodicJob("uploads", "提醒向上级文件库上传", upload_tasks.update_upload_entries, 25))
    register_job(PeriodicJob("bases", "提醒依据失效", ended_bases.notify_ended_bases, 26))
    register_job(PeriodicJob("policy_use", "记入政策库使用情况", usage_counts.write_and_sum_up, 90))
