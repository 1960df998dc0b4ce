"""Visibility of decisions, announcements and comments, and queries on them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.models.entry import make_closed_late_filter, make_overdue_filter
from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import list_actor_bodies, own_units_q
from gongkai.work.participation.models import (
    Announcement,
    AnnouncementKind,
    Catalogue,
    Comment,
    CommentChannel,
    Consultation,
    Decision,
    Examination,
    Point,
    PointOutcome,
)
from gongkai.work.participation.rules import list_reasons_unless_unit_staff
from gongkai.work.participation.states import PUBLISHED_STATES, RUNNING_STATES, DecisionState

# Outcomes that need a reason.
REASONED_OUTCOMES = frozenset({PointOutcome.PARTLY, PointOutcome.REJECTED})
# Maximum number of points offered by the field; others are found by typing.
MAX_OFFERED_POINTS = 30


@register_visible_to(Decision)
def decisions_visible_to(user: object) -> QuerySet[Decision]:
    """Return the decisions whose entries are visible to a user."""
    rows = Decision.objects.filter(entry__in=visible_entries(user))
    return rows.select_related("entry__body", "catalogue__body")


def list_decision_titles(decisions: QuerySet[Decision]) -> set[tuple[int, int, str]]:
    """Return year, unit and title of decisions, the unit being the catalogue's or the one in charge."""
    rows = decisions.exclude(entry__state=DecisionState.REMOVED).values_list(
        "catalogue__year", "catalogue__body", "entry__body", "entry__title"
    )
    return {(year, unit, title) for year, *units, title in rows for unit in units}


@register_visible_to(Catalogue)
def catalogues_visible_to(user: object) -> QuerySet[Catalogue]:
    """Return the catalogues, drafts included, which all staff may see."""
    rows = Catalogue.objects.select_related("body")
    actor = get_actor(user)
    return rows if actor.known or actor.system else rows.none()


@register_visible_to(Announcement, drafts=True)
def announcements_visible_to(user: object) -> QuerySet[Announcement]:
    """Return the announcements of the user's own and supervised units, also drafts."""
    rows = Announcement.objects.select_related("decision__entry__body", "catalogue__body", "survey__body")
    actor = get_actor(user)
    if actor.system:
        return rows
    owners = ("decision__entry__body", "catalogue__body", "survey__body")
    return rows.filter(reduce(or_, (make_unit_staff_condition(actor, owner) for owner in owners)))


@register_visible_to(Consultation, drafts=True)
def consultations_visible_to(user: object) -> QuerySet[Consultation]:
    """Return the comment periods of units for which the user works or that the user supervises."""
    rows = Consultation.objects.select_related("decision__entry__body", "announcement", "feedback")
    actor = get_actor(user)
    return rows if actor.system else rows.filter(make_unit_staff_condition(actor, "decision__entry__body"))


def find_only_running_period(user: object) -> int | None:
    """Return the primary key of the user's visible comment period in progress; None if there are several or none."""
    running = consultations_visible_to(user).filter(decision__entry__state=DecisionState.CONSULTING)
    numbers = list(running.values_list("pk", flat=True)[:2])
    return numbers[0] if len(numbers) == 1 else None


@register_visible_to(Comment, drafts=True)
def comments_visible_to(user: object) -> QuerySet[Comment]:
    """Return the comments in the periods that the user may see."""
    rows = Comment.objects.filter(consultation__in=consultations_visible_to(user))
    return rows.select_related("consultation__decision__entry__body", "point")


@register_visible_to(Point, drafts=True)
def points_visible_to(user: object) -> QuerySet[Point]:
    """Return the points of the periods that the user may see."""
    rows = Point.objects.filter(consultation__in=consultations_visible_to(user))
    return rows.select_related("consultation__decision__entry__body")


def make_unit_staff_condition(by: Actor, body: str) -> Q:
    """Return the condition that corresponds to `rules.list_reasons_unless_unit_staff`."""
    return own_units_q(by, body, roles=ENTRY_STAFF_ROLES, supervising=(Role.CHIEF,))


def list_catalogue_units(by: Actor) -> QuerySet[Body]:
    """Return the units whose catalogue the user may edit, in their order."""
    roles = (Role.CLERK, Role.LEAD, Role.SIGNER)
    return list_actor_bodies(by, roles=roles, supervising=(Role.CHIEF,)).order_by("position", "pk")


def search_points(consultation: Consultation, typed: str) -> list[Point]:
    """Return the points with the typed number, else at most 6 whose gist has the text."""
    points, text = consultation.points.all(), typed.strip()
    position = re.match(r"第?(\d{1,6})(?=$|[.．、项])", text)
    if position:
        return list(points.filter(position=int(position[1])))
    return list(points.filter(gist__icontains=text)[:6]) if text else []


def list_largest_points(consultation: Consultation) -> list[Point]:
    """Return at most MAX_OFFERED_POINTS points, those with the most comments first."""
    points = consultation.points.annotate(count=Count("comments"))
    return list(points.order_by("-count", "position")[:MAX_OFFERED_POINTS])


def search_comments(rows: QuerySet[Comment], search_words: str) -> list[int]:
    """Return primary keys of the comments whose masked text or clause contains the words."""
    search_text = search_words.lower()
    opened = rows.order_by("number").values_list("pk", "masked", "clause").iterator(1000)
    return [
        pk
        for pk, *encrypted_texts in opened
        if any(search_text in encrypted_text.reveal().lower() for encrypted_text in encrypted_texts)
    ]


def count_comments_by_outcome(consultation: Consultation) -> dict[str, int]:
    """Return the number of a period's comments: `total`, `entered` by staff, and by `PointOutcome` value."""
    rows = consultation.comments.values_list("point__outcome").annotate(count=Count("pk")).order_by()
    outcomes: dict[str, int] = {}
    for outcome, count in rows:  # no point and no outcome are counted together
        outcomes[outcome or ""] = outcomes.get(outcome or "", 0) + count
    count_by_outcome = {outcome.value: outcomes.get(outcome.value, 0) for outcome in PointOutcome}
    entered = consultation.comments.exclude(channel=CommentChannel.FORM).count()
    return {"total": sum(outcomes.values()), "entered": entered, **count_by_outcome}


def list_counted_points(consultation: Consultation) -> QuerySet[Point]:
    """Return the points of a period with their number of comments (`count`), by position."""
    return consultation.points.annotate(count=Count("comments")).order_by("position")


def find_feedback_gaps(consultation: Consultation) -> list[str]:
    """Return in Chinese what is missing in the feedback on a period: points, outcomes, reasons."""
    reasons = []
    ungrouped = consultation.comments.filter(point=None).count()
    if ungrouped:
        reasons.append(f"还有{ungrouped}条意见没有归纳。")
    used = consultation.points.filter(Exists(Comment.objects.filter(point=OuterRef("pk"))))
    open_ones = used.filter(outcome="").count()
    if open_ones:
        reasons.append(f"还有{open_ones}项归纳意见没有填写采纳情况。")
    without_reason = used.filter(outcome__in=REASONED_OUTCOMES, reason="").count()
    if without_reason:
        reasons.append(f"有{without_reason}项未采纳或者部分采纳的意见没有说明理由。")
    return reasons


def make_adoption_rows(consultation: Consultation) -> list[list[str]]:
    """Return the rows of the published table: number, gist, count, outcome, reason.

    Unrelated comments (advertisements) are counted but not repeated.
    """
    used = [
        point
        for point in list_counted_points(consultation)
        if point.count and point.outcome != PointOutcome.UNRELATED  # type: ignore[attr-defined]
    ]
    return [
        [str(number), one.gist, str(one.count), one.get_outcome_display(), one.reason]  # type: ignore[attr-defined]
        for number, one in enumerate(used, 1)
    ]


def list_last_examinations(decision: Decision) -> list[Examination]:
    """Return the last examination of each kind, in the order of the regulation."""
    last_by_kind = {examination.what: examination for examination in decision.examinations.all()}
    return [last_by_kind[kind] for kind in Examination.What.values if kind in last_by_kind]


@dataclass(frozen=True)
class DecisionListRow:
    """A decision in the office's list, with its last period and number of comments.

    `light` and `due` are of its pending feedback, else of the decision; `may` is true if the user may work on it.
    """

    decision: Decision
    consultation: Consultation | None
    comments: int
    light: str
    due: object
    may: bool


def make_decision_rows(decisions: Sequence[Decision], by: Actor) -> list[DecisionListRow]:
    """Return rows of decisions; pending feedback determines their traffic light and due date."""
    numbers = [one.pk for one in decisions]
    periods: dict[int, Consultation] = {}
    for consultation in Consultation.objects.filter(decision__in=numbers).select_related("feedback").order_by("pk"):
        periods[consultation.decision_id] = consultation
    counted = dict(
        Comment.objects.filter(consultation__decision__in=numbers)
        .values_list("consultation__decision")
        .annotate(count=Count("pk"))
    )
    decision_list_rows = []
    for decision in decisions:
        period = periods.get(decision.pk)
        owed = period.feedback if period and period.feedback and not period.feedback.closed_at else None
        entry = owed or decision.entry
        decision_list_rows.append(
            DecisionListRow(
                decision,
                period,
                counted.get(decision.pk, 0),
                entry.light,
                entry.due_at,
                not list_reasons_unless_unit_staff(by, decision.entry),
            )
        )
    return decision_list_rows


@dataclass(frozen=True)
class DecisionYearFigures:
    """The numbers of a unit's decisions in a year.

    `consulted`: with a comment period; `short`: shortened periods; `answered`, `late`: comments
    answered, and answered late or overdue.
    """

    body: Body
    decisions: int
    consulted: int
    short: int
    comments: int
    answered: int
    late: int
    decided: int
    removed: int


def compute_decision_year_figures(rows: QuerySet[Decision], year: int) -> list[DecisionYearFigures]:
    """Return the figures of a year by drafting unit, in the order of the units' paths."""
    of_year = rows.filter(entry__year=year)
    bodies = Body.objects.in_bulk(set(of_year.values_list("entry__body", flat=True)))
    periods = Consultation.objects.filter(decision__in=of_year.values("pk"))

    def per_body(found: QuerySet[Model], key: str, of: str = "pk") -> dict[int, int]:
        """Return {unit: number of distinct `of` values} of the rows; `key` is the lookup path to the unit."""
        return dict(found.values_list(key).annotate(count=Count(of, distinct=True)).order_by())

    body = "decision__entry__body"
    everything = per_body(of_year, "entry__body")
    consulted = per_body(periods, body, "decision")
    short = per_body(periods.exclude(short=""), body)
    comments = per_body(Comment.objects.filter(consultation__in=periods), "consultation__decision__entry__body")
    announcements = Announcement.objects.filter(
        what=AnnouncementKind.ADOPTION, decision__in=of_year.values("pk"), decision__isnull=False
    )
    answered = per_body(
        of_year.filter(consultations__feedback__state="done", pk__in=announcements.values("decision")), "entry__body"
    )
    owed = Entry.objects.filter(kind="decision_feedback", consultation__in=periods)
    late = per_body(owed.filter(make_overdue_filter() | make_closed_late_filter()), "body")
    decided = per_body(of_year.filter(entry__state__in=PUBLISHED_STATES), "entry__body")
    removed = per_body(of_year.filter(entry__state=DecisionState.REMOVED), "entry__body")
    ordered = sorted(everything, key=lambda number: bodies[number].path)
    return [
        DecisionYearFigures(
            bodies[number],
            *(
                counts_by_unit.get(number, 0)
                for counts_by_unit in (everything, consulted, short, comments, answered, late, decided, removed)
            ),
        )
        for number in ordered
    ]


def filter_pending_feedback(rows: QuerySet[Consultation], today: date | None = None) -> QuerySet[Consultation]:
    """Return the periods ended before a day (default: today) whose feedback is pending, of running decisions."""
    day = today or timezone.localdate()
    return rows.filter(ends_on__lt=day, decision__entry__state__in=RUNNING_STATES).exclude(feedback__state="done")


def export_comments(period: Consultation) -> Iterable[object]:
    """Yield the masked comments of a period as rows, with point and outcome."""
    labels = {comment_channel.value: comment_channel.label for comment_channel in CommentChannel}
    for comment in period.comments.select_related("point").order_by("number").iterator(1000):
        point = comment.point
        yield {
            "period": period.pk,
            "number": comment.number,
            "received_on": timezone.localdate(comment.received_at),
            "channel": labels[comment.channel],
            "recorded_by": comment.recorded_by,
            "clause": comment.clause.reveal(),
            "text": comment.masked.reveal(),
            "point": point.position if point else None,
            "gist": point.gist if point else "",
            "outcome": point.get_outcome_display() if point else "",
            "reason": point.reason if point else "",
        }
