"""Registration of this app's kinds, forms, panels and jobs at start-up."""

from gongkai.content.editions.erasing import ERASURE_HANDLERS
from gongkai.content.editions.gates import ItemPanel, register_item_panel
from gongkai.content.editions.sources import register_source
from gongkai.content.editions.written import WrittenKeeper
from gongkai.core.acts.following import CatchUp, follow
from gongkai.core.background_jobs.kinds import register_kind
from gongkai.core.intake.forms import register_public_form
from gongkai.core.intake.matters import register_matter
from gongkai.core.ledger import kinds
from gongkai.core.ledger.desk import TODOS, Block, Panel, register_block, register_panel
from gongkai.core.spreadsheets import importers
from gongkai.work.participation import actions, forms, panels, public, survey_public  # noqa: F401 - actions enter themselves
from gongkai.work.participation.following import find_announcement, owe_answers, published
from gongkai.work.participation.grouping_errand import GROUPING
from gongkai.work.participation.importing import CATALOGUE, COMMENTS
from gongkai.work.participation.importing_openings import OPENINGS
from gongkai.work.participation.kinds import DECISION_KIND, FEEDBACK_KIND
from gongkai.work.participation.models import Announcement, AnnouncementRevision


def enter() -> None:
    """Register kinds, sources, forms, matters, panels, spreadsheets and followers."""
    kinds.register(DECISION_KIND)
    kinds.register(FEEDBACK_KIND)
    forms.enter_forms()
    register_source("announcement", find_announcement)
    ERASURE_HANDLERS.append(WrittenKeeper(Announcement, AnnouncementRevision))
    register_public_form(public.COMMENT_FORM)
    register_matter(public.COMMENT_MATTER)
    register_public_form(survey_public.SURVEY_FORM)
    register_matter(survey_public.SURVEY_MATTER)
    register_panel(
        Panel("decision", "participation/panel.html", panels.decision, kinds={"decision"}, position=90)
    )
    register_panel(
        Panel(
            "decision_feedback",
            "participation/owed.html",
            panels.owed,
            kinds={"decision_feedback"},
            position=90,
        )
    )
    register_item_panel(
        ItemPanel(
            "decision_catalogue",
            "participation/unlisted.html",
            panels.unlisted,
            40,
            any_source=True,
            warns=True,
        )
    )
    register_block(Block("collecting", 210, panels.collecting, TODOS, needs=panels.needed))
    register_block(
        Block(
            "openings",
            212,
            panels.openings_due,
            TODOS,
            needs=panels.openings_needed,
        )
    )
    register_block(
        Block(
            "surveys",
            213,
            panels.surveys_due,
            TODOS,
            needs=panels.surveys_needed,
        )
    )
    register_kind(GROUPING)
    importers.register(CATALOGUE)
    importers.register(COMMENTS)
    importers.register(OPENINGS)
    register_panel(
        Panel(
            "openings",
            "participation/entry_openings.html",
            panels.openings,
            kinds={"assignment", "inner"},
            position=115,
        )
    )
    due = CatchUp("decision_feedback", "意见采纳反馈", owe_answers, 9)
    follow("publishing.publish", published, of=Announcement, due=due)
