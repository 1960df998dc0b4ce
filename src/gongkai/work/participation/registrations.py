"""Register this app's kinds, forms, panels and jobs at start-up, and the background grouping of comments."""

from collections.abc import Mapping

from django.urls import reverse

from gongkai.content.editions.erasure import ERASURE_HANDLERS
from gongkai.content.editions.full_text_sources import FullTextErasureHandler
from gongkai.content.editions.gates import ItemPanel, register_item_panel
from gongkai.content.editions.models import Document
from gongkai.content.editions.sources import register_source
from gongkai.content.reviewing.required_reading import register_effects
from gongkai.core.acts.action import Refused
from gongkai.core.acts.following import CatchUpJob, follow_actions
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import PROMPT_QUEUE, JobKind, JobResult, register_kind
from gongkai.core.background_jobs.models import Errand
from gongkai.core.intake.forms import register_public_form
from gongkai.core.intake.matters import register_matter
from gongkai.core.ledger import kinds
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import TODOS_TEMPLATE, EntryPanel, HomeBlock, register_block, register_panel
from gongkai.core.ledger.past_records import is_always_past, register_past
from gongkai.core.spreadsheets import importers
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import read_number
from gongkai.work.participation import forms, panels, public
from gongkai.work.participation.actions.commenting import group_comments
from gongkai.work.participation.announcement_barriers import list_consents_to_approve
from gongkai.work.participation.importers import CATALOGUE_IMPORTER, COMMENT_IMPORTER
from gongkai.work.participation.importing_open_events import OPEN_EVENT_IMPORTER
from gongkai.work.participation.models import Announcement, AnnouncementRevision, Consultation, Examination
from gongkai.work.participation.publication_followers import (
    catch_up,
    find_announcement,
    follow_publication,
    follow_withdrawal,
)
from gongkai.work.participation.states import DECISION_KIND, FEEDBACK_KIND
from gongkai.work.participation.texts import propose_groups

GROUPING_ERRAND_NAME = "participation.group"
# Maximum comments grouped during a request; more are handed to a worker.
MAX_GROUPED_IN_REQUEST = 300


def start_background_grouping(consultation: Consultation, *, by: Actor) -> Errand:
    """Start the background grouping of a period, or return the running one."""
    return enqueue_job(
        GROUPING_ERRAND_NAME,
        by=by,
        label=f"{consultation.decision.entry.title}：归纳相近意见"[:200],
        key=f"{GROUPING_ERRAND_NAME}:{consultation.pk}",
        facts={"consultation": consultation.pk},
    )


def describe_grouping_result(consultation: Consultation, grouped_count: int) -> str:
    """Return in words how many comments were grouped and how many have no point."""
    remaining = consultation.comments.filter(point=None).count()
    rest = f"，其余{remaining}条没有相近的意见，请逐条归纳" if remaining else ""
    return f"归纳了{grouped_count}条相近的意见{rest}。"


def run_grouping(job: RunningJob) -> JobResult | None:
    """Run the grouping as a job: compare with progress messages, then write in one action.

    Raises:
        Refused: the consultation is gone.
    """
    consultation = (
        Consultation.objects.select_related("decision__entry__body")
        .filter(pk=read_number(job.facts, "consultation"))
        .first()
    )
    if consultation is None:
        raise Refused("这次征求意见已经不在。")
    proposals = propose_groups(consultation, job.say)
    with job.finishing() as end:
        grouped_count = group_comments(consultation, by=job.by, proposed=proposals)
        end(
            JobResult(
                describe_grouping_result(consultation, grouped_count),
                reverse("participation:comments", args=[consultation.pk]),
            )
        )
    return None


GROUPING_ERRAND_KIND = JobKind(
    GROUPING_ERRAND_NAME, "归纳相近意见", run_grouping, lane=PROMPT_QUEUE, back=("决策事项", "participation:decisions")
)


def register_all() -> None:
    """Register kinds, sources, forms, matters, panels, spreadsheets and followers."""
    kinds.register_entry_kind(DECISION_KIND)
    kinds.register_entry_kind(FEEDBACK_KIND)
    forms.register_forms()
    # Findings and decisions of other bodies: the drafting unit enters them with the paper, a second person confirms.
    register_past("decision.examine", _is_finding_of_others)
    register_effects(list_consents_to_approve)
    register_past("decision.decide", is_always_past)
    register_source("announcement", find_announcement)
    ERASURE_HANDLERS.append(FullTextErasureHandler(Announcement, AnnouncementRevision))
    register_public_form(public.COMMENT_FORM)
    register_matter(public.COMMENT_MATTER)
    register_public_form(public.SURVEY_FORM)
    register_matter(public.SURVEY_MATTER)
    _register_panels()
    register_kind(GROUPING_ERRAND_KIND)
    importers.register_importer(CATALOGUE_IMPORTER)
    importers.register_importer(COMMENT_IMPORTER)
    importers.register_importer(OPEN_EVENT_IMPORTER)
    due = CatchUpJob("decision_feedback", "决策公布和采纳反馈", catch_up, 9)
    follow_actions("publishing.publish", follow_publication, target_classes=Announcement, due=due)
    follow_actions("publishing.withdraw", follow_withdrawal, target_classes=Document)


def _is_finding_of_others(entry: Entry, facts: Mapping[str, object]) -> bool:
    """Return true if an examination needs its paper: another body's, or with a result."""
    if facts.get("result") != Examination.Result.NEEDLESS:
        return True
    if facts.get("what") == Examination.What.LEGALITY:
        return False  # refused by the action
    is_own = str(facts.get("organ", "")).strip() in {entry.body.name, entry.body.short_name}
    return not is_own or entry.decision.examinations.filter(what=facts.get("what")).exists()


def _register_panels() -> None:
    """Register the panels of entries and documents, and the home page blocks."""
    register_panel(
        EntryPanel("decision", "participation/panel.html", panels.make_decision_panel, kinds={"decision"}, position=90)
    )
    register_panel(
        EntryPanel(
            "decision_feedback",
            "participation/owed.html",
            panels.make_feedback_panel,
            kinds={"decision_feedback"},
            position=90,
        )
    )
    register_item_panel(
        ItemPanel(
            "decision_catalogue",
            "participation/unlisted.html",
            panels.make_unlisted_warning,
            40,
            any_source=True,
            warns=True,
        )
    )
    register_block(
        HomeBlock(
            "collecting",
            210,
            panels.make_open_comment_periods_block,
            TODOS_TEMPLATE,
            needs=panels.list_decision_row_conditions,
        )
    )
    register_block(
        HomeBlock(
            "openings",
            212,
            panels.make_unrecorded_open_events_block,
            TODOS_TEMPLATE,
            needs=panels.list_open_event_row_conditions,
        )
    )
    register_block(
        HomeBlock(
            "surveys", 213, panels.make_due_surveys_block, TODOS_TEMPLATE, needs=panels.list_survey_row_conditions
        )
    )
    register_panel(
        EntryPanel(
            "openings",
            "participation/entry_openings.html",
            panels.make_open_events_panel,
            kinds={"assignment", "inner"},
            position=115,
        )
    )
