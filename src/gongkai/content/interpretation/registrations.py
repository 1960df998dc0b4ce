"""Register this app's forms, jobs, panels and importers at start-up."""

from collections.abc import Iterator

from gongkai.content.editions.gates import (
    COMPANION_FINDERS,
    ItemPanel,
    PublicationGate,
    register_gate,
    register_item_panel,
    register_step,
)
from gongkai.content.editions.parts import (
    DocumentRelation,
    ReceivedDocuments,
    TablePart,
    register_part,
    register_related,
)
from gongkai.content.interpretation import gates, panels, queries, readiness
from gongkai.content.interpretation.forms import releases
from gongkai.content.interpretation.importing import PLANNED_RELEASE_IMPORTER
from gongkai.content.interpretation.kind import OWED_KIND, PLANNED_KIND, RESULT_KIND
from gongkai.content.interpretation.models import Interpretation
from gongkai.content.interpretation.syncing import sync_after_publication, sync_all_entries
from gongkai.content.reviewing.seeing import register_effects
from gongkai.core.acts.following import CatchUp, follow_actions
from gongkai.core.ledger import kinds
from gongkai.core.ledger.desk import TODOS_TEMPLATE, Block, Panel, register_block, register_panel
from gongkai.core.ledger.past import register_past, undoes_lateness
from gongkai.core.ledger.scoring import register_score, timeliness_source
from gongkai.core.spreadsheets import importers as spreadsheets


def register_all() -> None:
    """Register relations, gates, panels, the step, ledger kinds, jobs and package tables."""
    _register_item_parts()
    for kind in (OWED_KIND, PLANNED_KIND, RESULT_KIND):
        kinds.register_entry_kind(kind)
    spreadsheets.register_importer(PLANNED_RELEASE_IMPORTER)
    releases.register_forms()
    register_past("press_plan.hold", undoes_lateness)
    register_panel(
        Panel("press_plan", "interpretation/planned.html", panels.planned_release_context, kinds={"press_plan"})
    )
    register_panel(Panel("press_result", "interpretation/handed.html", panels.handover_context, kinds={"press_result"}))
    register_score(timeliness_source("interpretation", "政策解读按期发布"))
    register_panel(Panel("interpretation", "interpretation/owed.html", panels.owed_context, kinds={"interpretation"}))
    register_block(Block("plans", 91, panels.make_plans_block, TODOS_TEMPLATE, needs=panels.unapproved_plan_rows))
    due = CatchUp("interpretation", "待解读清单", sync_all_entries, 9)
    follow_actions(("publishing.publish", "publishing.withdraw"), sync_after_publication, due=due)
    fields = ("item_id", "document_id", "text_id", "form")
    register_part(TablePart("interpretation", "政策解读的关联", 320, Interpretation, fields, _iterate_public_links))


def _register_item_parts() -> None:
    """Register the gates, panels and relations of items."""
    register_related(DocumentRelation("interpretation", "政策解读", 20, queries.list_interpretations_of))
    register_related(DocumentRelation("interpreted", "本文解读的文件", 21, queries.list_explained_documents))
    register_step("政策解读", queries.describe_interpretation)
    register_gate(PublicationGate("interpretation_plan", 300, gates.check_policy_interpretation))
    register_gate(PublicationGate("interpretation", 310, gates.check_interpretation))
    COMPANION_FINDERS.append(readiness.unpublished_explained_document)
    register_effects(readiness.list_approved_effects)
    plan = ItemPanel("interpretation_plan", "interpretation/plan_panel.html", panels.plan_context, 300, warns=True)
    register_item_panel(plan)
    register_item_panel(ItemPanel("interpretation", "interpretation/link_panel.html", panels.link_context, 310))


def _iterate_public_links(shown: ReceivedDocuments) -> Iterator[Interpretation]:
    """Yield links with both sides in the package, filtered in Python because SQL limits parameters."""
    rows = Interpretation.objects.exclude(document=None).exclude(text=None).order_by("pk").iterator(1000)
    return (row for row in rows if row.document_id in shown.documents and row.text_id in shown.documents)
