"""Register this app's gates, relations, panels, ledger kinds and jobs at start-up."""

from collections.abc import Iterator

from django.urls import reverse

from gongkai.content.editions.erasure import ERASURE_HANDLERS, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.gates import (
    COMPANION_FINDERS,
    ItemPanel,
    PublicationGate,
    register_gate,
    register_item_panel,
    register_step,
)
from gongkai.content.editions.models import Edition
from gongkai.content.editions.parts import (
    DocumentRelation,
    ReceivedDocuments,
    TablePart,
    register_part,
    register_related,
)
from gongkai.content.interpretation import panels, queries, readiness
from gongkai.content.interpretation.forms import press_entries
from gongkai.content.interpretation.models import Interpretation
from gongkai.content.interpretation.news_plan_sheet import PLANNED_RELEASE_IMPORTER
from gongkai.content.interpretation.publication import (
    check_interpretation,
    check_policy_interpretation,
    sync_after_publication,
    sync_all_interpretation_entries,
)
from gongkai.content.interpretation.states import OWED_KIND, PLANNED_RELEASE_KIND, RESULT_HANDOVER_KIND
from gongkai.content.reviewing.required_reading import register_effects
from gongkai.core.acts.following import CatchUpJob, follow_actions
from gongkai.core.ledger import kinds
from gongkai.core.ledger.figures import make_timeliness_source, register_score
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import TODOS_TEMPLATE, EntryPanel, HomeBlock, register_block, register_panel
from gongkai.core.ledger.past_records import register_past, states_timely_past
from gongkai.core.spreadsheets import importers as spreadsheets


class InterpretationErasureHandler(BaseErasureHandler):
    """Names the entries and messages about the interpretation of an erased document; they have no text of their own."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the plan's messages and the entries of the document with its title."""
        document = edition.document
        if not is_erased_by_law(edition):
            return TextEchoes()
        entries = list(Entry.objects.filter(interpretation__document=document))
        return TextEchoes(
            shared=frozenset(entry.stream for entry in entries),
            links=frozenset(
                {reverse("interpretation:plan", args=(document.item_number or 0,)), *(entry.url for entry in entries)}
            ),
            entries=frozenset(entry.pk for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Do nothing: the words are erased with the echoes."""


INTERPRETATION_ERASURE_HANDLER = InterpretationErasureHandler("item")


def register_all() -> None:
    """Register relations, gates, panels, the step, ledger kinds, jobs and package tables."""
    _register_item_parts()
    for kind in (OWED_KIND, PLANNED_RELEASE_KIND, RESULT_HANDOVER_KIND):
        kinds.register_entry_kind(kind)
    spreadsheets.register_importer(PLANNED_RELEASE_IMPORTER)
    press_entries.register_forms()
    register_past("press_plan.hold", states_timely_past)
    register_panel(
        EntryPanel("press_plan", "interpretation/planned.html", panels.planned_release_context, kinds={"press_plan"})
    )
    register_panel(
        EntryPanel("press_result", "interpretation/handed.html", panels.handover_context, kinds={"press_result"})
    )
    register_score(make_timeliness_source("interpretation", "政策解读按期发布"))
    register_panel(
        EntryPanel("interpretation", "interpretation/owed.html", panels.owed_context, kinds={"interpretation"})
    )
    register_block(
        HomeBlock("plans", 91, panels.make_plans_block, TODOS_TEMPLATE, needs=panels.list_unapproved_plan_conditions)
    )
    due = CatchUpJob("interpretation", "待解读清单", sync_all_interpretation_entries, 9)
    follow_actions(("publishing.publish", "publishing.withdraw"), sync_after_publication, due=due)
    fields = ("item_id", "document_id", "text_id", "form")
    register_part(TablePart("interpretation", "政策解读的关联", 320, Interpretation, fields, _iterate_public_links))


def _register_item_parts() -> None:
    """Register the gates, panels, relations and copies of items."""
    ERASURE_HANDLERS.append(INTERPRETATION_ERASURE_HANDLER)
    register_related(DocumentRelation("interpretation", "政策解读", 20, queries.list_interpretations_of))
    register_related(DocumentRelation("interpreted", "本文解读的文件", 21, queries.list_explained_documents))
    register_step("政策解读", queries.describe_interpretation)
    register_gate(PublicationGate("interpretation_plan", 300, check_policy_interpretation))
    register_gate(PublicationGate("interpretation", 310, check_interpretation))
    COMPANION_FINDERS.append(readiness.get_unpublished_explained_document)
    register_effects(readiness.list_approved_effects)
    plan = ItemPanel("interpretation_plan", "interpretation/plan_panel.html", panels.plan_context, 300, warns=True)
    register_item_panel(plan)
    register_item_panel(ItemPanel("interpretation", "interpretation/link_panel.html", panels.link_context, 310))


def _iterate_public_links(documents: ReceivedDocuments) -> Iterator[Interpretation]:
    """Yield links with both documents in the package, filtered in Python because SQL limits parameters."""
    rows = Interpretation.objects.exclude(document=None).exclude(text=None).order_by("pk").iterator(1000)
    return (row for row in rows if row.document_id in documents.documents and row.text_id in documents.documents)
