"""Panels of decisions and tasks, and home-page lists."""

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import TodoLine, todo_block
from gongkai.core.ledger.queries import own_visible_to
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.work.participation.decision_steps import get_next_task, list_decision_steps
from gongkai.work.participation.models import Announcement, Consultation, Opening, Survey
from gongkai.work.participation.open_events import list_matching_open_events, list_required_event_kinds
from gongkai.work.participation.public_timeline import describe_missing_listing
from gongkai.work.participation.queries import (
    consultations_visible_to,
    count_comments_by_outcome,
    find_feedback_gaps,
    make_unit_staff_condition,
)
from gongkai.work.participation.rules import list_reasons_unless_unit_staff
from gongkai.work.participation.states import DecisionState
from gongkai.work.participation.surveys import filter_due_surveys

# Maximum number of events in the panel of a task.
MAX_PANEL_ROWS = 8


def make_decision_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a decision: steps, next task, comment periods."""
    decision = entry.decision
    steps = list_decision_steps(decision)
    may = not list_reasons_unless_unit_staff(by, entry)
    # Comments are visible to people who work on the decision only.
    periods = list(decision.consultations.select_related("feedback")) if may else []
    return {
        "decision": decision,
        "steps": steps,
        "next": get_next_task(decision, steps, by),
        "periods": [(period, count_comments_by_outcome(period)) for period in periods],
        "may": may,
    }


def make_unlisted_warning(source: object, by: Actor, frozen: object) -> dict[str, object] | None:
    """Return the warning if no published catalogue lists the decision, else None."""
    decision = source.decision if isinstance(source, Announcement) else None
    text = describe_missing_listing(decision) if decision else ""
    return {"words": text, "catalogue": decision.catalogue} if decision and text else None


def make_feedback_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the panel of a feedback entry, with what is missing."""
    period = entry.consultation
    missing = [] if entry.closed_at else find_feedback_gaps(period)
    may = not list_reasons_unless_unit_staff(by, period)
    return {"period": period, "counts": count_comments_by_outcome(period), "missing": missing, "may": may}


def make_open_events_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of a unit's open days and meetings for a task that requires them, else None."""
    kinds = list_required_event_kinds(entry)
    if not kinds:
        return None
    registered = list_matching_open_events(entry, kinds)
    rows = list(registered.prefetch_related("proofs__evidence")[:MAX_PANEL_ROWS])
    used = {
        opening.pk
        for opening in rows
        for proof in opening.proofs.all()
        if proof.evidence.entry_id == entry.pk and not proof.evidence.withdrawn
    }
    return {
        "openings": [(opening, opening.pk in used) for opening in rows],
        "held": registered.exclude(guests=None).count(),
        "more": registered.count() - len(rows),
        "kinds": kinds,
        "may": not list_reasons_unless_unit_staff(by, entry.body),
    }


def list_open_event_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the list of unrecorded events has rows."""
    return [RowCondition(Opening, {"body": by.bodies, "dropped": "", "guests": None})]


def make_unrecorded_open_events_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of past events without a record, or None."""
    today = timezone.localdate()
    own_openings = Opening.objects.filter(
        make_unit_staff_condition(by, "body"), body__in=by.bodies, dropped="", guests=None
    )

    def line(opening: Opening) -> TodoLine:
        kind, past = opening.get_kind_display(), (today - opening.on).days
        return TodoLine(
            opening.theme,
            reverse("participation:opening", args=[opening.pk]),
            f"{opening.body.label} · {kind} · 计划{opening.on}，已过{past}天",
            "开放",
            "登记",
            reverse("participation:openings_act", args=[opening.pk, "change-opening"]),
        )

    rows = own_openings.filter(on__lt=today).select_related("body").order_by("on", "pk")
    return todo_block("待登记举办情况的开放日", rows, line, reverse("participation:openings"))


def list_survey_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the home page list of due surveys has rows."""
    return [RowCondition(Survey, {"body": by.bodies, "dropped": "", "answered_on": None})]


def make_due_surveys_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of the user's units' surveys whose results are due, or None."""
    today = timezone.localdate()
    surveys = filter_due_surveys(Survey.objects.filter(make_unit_staff_condition(by, "body"), body__in=by.bodies))

    def line(survey: Survey) -> TodoLine:
        past = (today - (survey.ends_on or today)).days
        facts = f"{survey.body.label} · {survey.ends_on}结束，已过{past}天"
        return TodoLine(survey.title, reverse("participation:surveys_row", args=[survey.pk]), facts, "调研", "整理结果")

    rows = surveys.select_related("body").order_by("ends_on", "pk")
    return todo_block("待公布结果的网上调研", rows, line, reverse("participation:surveys"))


def list_decision_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the list of open periods has rows."""
    return [RowCondition(Entry, {"body": by.bodies, "kind": "decision", "state": DecisionState.CONSULTING})]


def make_open_comment_periods_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of running comment periods, or None."""
    if not by.bodies:
        return None
    today = timezone.localdate()
    entries = own_visible_to(by).filter(kind="decision", state=DecisionState.CONSULTING)
    rows = consultations_visible_to(by).filter(decision__entry__in=entries, ends_on__gte=today)

    def line(period: Consultation) -> TodoLine:
        entry, remaining = period.decision.entry, (period.ends_on - today).days
        until = f"还有{remaining}天截止" if remaining else "今天截止"
        facts = f"{entry.body.label} · 收到{period.comments.count()}条意见 · {until}"
        return TodoLine(
            entry.title, entry.url, facts, "决策", "查看意见", reverse("participation:comments", args=[period.pk])
        )

    rows = rows.select_related("decision__entry__body").order_by("ends_on", "pk")
    return todo_block("正在征求意见的草案", rows, line, reverse("participation:decisions"))
