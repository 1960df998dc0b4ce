"""Registration of this app's kinds, forms, panels and jobs at start-up."""

from collections.abc import Mapping

from gongkai.content.editions.erasing import ERASURE_HANDLERS
from gongkai.content.editions.gates import ItemPanel, register_item_panel
from gongkai.content.editions.sources import register_source
from gongkai.content.editions.written import WrittenErasureHandler
from gongkai.content.reviewing.seeing import register_effects
from gongkai.core.acts.following import CatchUp, follow_actions
from gongkai.core.background_jobs.kinds import register_kind
from gongkai.core.intake.forms import register_public_form
from gongkai.core.intake.matters import register_matter
from gongkai.core.ledger import kinds
from gongkai.core.ledger.desk import TODOS_TEMPLATE, Block, Panel, register_block, register_panel
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past import is_always_past, register_past
from gongkai.core.spreadsheets import importers
from gongkai.work.participation import forms, panels, public
from gongkai.work.participation.following import find_announcement, follow_publication, open_feedback_entries
from gongkai.work.participation.grouping_errand import GROUPING_ERRAND_KIND
from gongkai.work.participation.holding import list_approved_consents
from gongkai.work.participation.importing import CATALOGUE_IMPORTER, COMMENT_IMPORTER
from gongkai.work.participation.importing_openings import OPENING_IMPORTER
from gongkai.work.participation.models import Announcement, AnnouncementRevision, Examination
from gongkai.work.participation.states import DECISION_KIND, FEEDBACK_KIND


def register_all() -> None:
    """Register kinds, sources, forms, matters, panels, spreadsheets and followers."""
    kinds.register_entry_kind(DECISION_KIND)
    kinds.register_entry_kind(FEEDBACK_KIND)
    forms.register_forms()
    # Findings and decisions of other bodies: the drafting unit enters them with the paper, a second person confirms.
    register_past("decision.examine", _is_finding_of_others)
    register_effects(list_approved_consents)
    register_past("decision.decide", is_always_past)
    register_source("announcement", find_announcement)
    ERASURE_HANDLERS.append(WrittenErasureHandler(Announcement, AnnouncementRevision))
    register_public_form(public.COMMENT_FORM)
    register_matter(public.COMMENT_MATTER)
    register_public_form(public.SURVEY_FORM)
    register_matter(public.SURVEY_MATTER)
    _register_panels()
    register_kind(GROUPING_ERRAND_KIND)
    importers.register_importer(CATALOGUE_IMPORTER)
    importers.register_importer(COMMENT_IMPORTER)
    importers.register_importer(OPENING_IMPORTER)
    due = CatchUp("decision_feedback", "意见采纳反馈", open_feedback_entries, 9)
    follow_actions("publishing.publish", follow_publication, of=Announcement, due=due)


def _is_finding_of_others(entry: Entry, facts: Mapping[str, object]) -> bool:
    """Return whether a finding is another body's, or takes the place of an earlier one."""
    if facts.get("result") != Examination.Result.NEEDLESS:
        return True
    if facts.get("what") == Examination.What.LEGALITY:
        return False  # refused by the action
    own = str(facts.get("organ", "")).strip() in {entry.body.name, entry.body.short_name}
    return not own or entry.decision.examinations.filter(what=facts.get("what")).exists()


def _register_panels() -> None:
    register_panel(
        Panel("decision", "participation/panel.html", panels.decision_panel, kinds={"decision"}, position=90)
    )
    register_panel(
        Panel(
            "decision_feedback",
            "participation/owed.html",
            panels.feedback_panel,
            kinds={"decision_feedback"},
            position=90,
        )
    )
    register_item_panel(
        ItemPanel(
            "decision_catalogue",
            "participation/unlisted.html",
            panels.unlisted_warning,
            40,
            any_source=True,
            warns=True,
        )
    )
    register_block(
        Block("collecting", 210, panels.list_open_periods, TODOS_TEMPLATE, needs=panels.required_decision_rows)
    )
    register_block(
        Block(
            "openings",
            212,
            panels.list_unrecorded_openings,
            TODOS_TEMPLATE,
            needs=panels.required_opening_rows,
        )
    )
    register_block(
        Block(
            "surveys",
            213,
            panels.list_due_surveys,
            TODOS_TEMPLATE,
            needs=panels.required_survey_rows,
        )
    )
    register_panel(
        Panel(
            "openings",
            "participation/entry_openings.html",
            panels.openings_panel,
            kinds={"assignment", "inner"},
            position=115,
        )
    )
