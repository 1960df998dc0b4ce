"""Reading decisions and comments: `visible_to` first; what the public may read stands in `public.py`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.models.entry import closed_late, overdue_at
from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.ledger.rules import STAFF
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import belongs, bodies_of
from gongkai.work.participation.models import (
    Announcement,
    AnnouncementKind,
    Catalogue,
    Comment,
    Consultation,
    Decision,
    Examination,
    Outcome,
    Point,
)
from gongkai.work.participation.rules import works
from gongkai.work.participation.states import DONE, RUNNING, State

#: Outcomes that say no in part or whole: their reason is owed to those who commented.
NEEDS_REASON = frozenset({Outcome.PARTLY, Outcome.REJECTED})
#: Points that the field for one offers; others are found by their number or words.
OFFERED = 30


@visible(Decision)
def visible_to(user: object) -> QuerySet[Decision]:
    """Return the decisions that somebody may see: those whose entries they see."""
    rows = Decision.objects.filter(entry__in=visible_entries(user))
    return rows.select_related("entry__body", "catalogue__body")


@visible(Catalogue)
def catalogues_visible_to(user: object) -> QuerySet[Catalogue]:
    """Return the catalogues that staff may see: everybody who holds an office; they are meant for the public."""
    rows = Catalogue.objects.select_related("body")
    actor = actor_of(user)
    return rows if actor.known or actor.system else rows.none()


@visible(Announcement, drafts=True)
def announcements_visible_to(user: object) -> QuerySet[Announcement]:
    """Return the announcements that somebody may see as they are being written: who works for the drafting unit, the 政务公开办 over it.

    What went out is read where the public reads it.
    """
    rows = Announcement.objects.select_related("decision__entry__body", "catalogue__body", "survey__body")
    actor = actor_of(user)
    if actor.system:
        return rows
    owners = ("decision__entry__body", "catalogue__body", "survey__body")
    return rows.filter(reduce(or_, (worked_on(actor, owner) for owner in owners)))


@visible(Consultation, drafts=True)
def consultations_visible_to(user: object) -> QuerySet[Consultation]:
    """Return the periods whose comments and points somebody may see: who works for the drafting unit, the 政务公开办 over it."""
    rows = Consultation.objects.select_related("decision__entry__body", "announcement", "feedback")
    actor = actor_of(user)
    return rows if actor.system else rows.filter(worked_on(actor, "decision__entry__body"))


@visible(Comment, drafts=True)
def comments_visible_to(user: object) -> QuerySet[Comment]:
    """Return the comments of those periods."""
    rows = Comment.objects.filter(consultation__in=consultations_visible_to(user))
    return rows.select_related("consultation__decision__entry__body", "point")


@visible(Point, drafts=True)
def points_visible_to(user: object) -> QuerySet[Point]:
    """Return the points of those periods."""
    rows = Point.objects.filter(consultation__in=consultations_visible_to(user))
    return rows.select_related("consultation__decision__entry__body")


def worked_on(by: Actor, body: str) -> Q:
    """Return the condition for what `rules.works` lets somebody do."""
    return belongs(by, body, roles=STAFF, supervising=(Role.CHIEF,))


def bodies_with_catalogue(by: Actor) -> QuerySet[Body]:
    """Return the bodies for which somebody keeps a catalogue: governments they oversee, units they work for."""
    roles = (Role.CLERK, Role.LEAD, Role.SIGNER)
    return bodies_of(by, roles=roles, supervising=(Role.CHIEF,)).order_by("position", "pk")


def point_asked(consultation: Consultation, asked: str) -> list[Point]:
    """Return the points that somebody means: the one of a number (12, 12. 建议…), else those whose gist has the words, a few of them."""
    points, words = consultation.points.all(), asked.strip()
    position = re.match(r"第?(\d{1,6})(?=$|[.．、项])", words)
    if position:
        return list(points.filter(position=int(position[1])))
    return list(points.filter(gist__icontains=words)[:6]) if words else []


def largest_points(consultation: Consultation) -> list[Point]:
    """Return the points with most comments, which a field offers while somebody types."""
    points = consultation.points.annotate(count=Count("comments"))
    return list(points.order_by("-count", "position")[:OFFERED])


def comments_saying(rows: QuerySet[Comment], asked: str) -> list[int]:
    """Return which comments have words in their masked text or their clause: both stand encrypted, so each is opened."""
    wanted = asked.lower()
    opened = rows.order_by("number").values_list("pk", "masked", "clause").iterator(1000)
    return [pk for pk, *kept in opened if any(wanted in words.reveal().lower() for words in kept)]


def counts_of(consultation: Consultation) -> dict[str, int]:
    """Return how many comments a period got, and of them how many per outcome."""
    rows = consultation.comments.values_list("point__outcome").annotate(count=Count("pk")).order_by()
    found: dict[str, int] = {}
    for outcome, count in rows:  # no point, and a point without an outcome, are both none
        found[outcome or ""] = found.get(outcome or "", 0) + count
    named = {outcome.value: found.get(outcome.value, 0) for outcome in Outcome}
    return {"total": sum(found.values()), **named}


def points_of(consultation: Consultation) -> QuerySet[Point]:
    """Return the points of a period with how many comments each has (`count`)."""
    return consultation.points.annotate(count=Count("comments")).order_by("position")


def unanswered(consultation: Consultation) -> list[str]:
    """Return what is missing before the answer to a period's comments is whole: points, outcomes, reasons."""
    reasons = []
    loose = consultation.comments.filter(point=None).count()
    if loose:
        reasons.append(f"还有{loose}条意见没有归纳。")
    used = consultation.points.filter(Exists(Comment.objects.filter(point=OuterRef("pk"))))
    open_ones = used.filter(outcome="").count()
    if open_ones:
        reasons.append(f"还有{open_ones}项归纳意见没有填写采纳情况。")
    unsaid = used.filter(outcome__in=NEEDS_REASON, reason="").count()
    if unsaid:
        reasons.append(f"有{unsaid}项未采纳或者部分采纳的意见没有说明理由。")
    return reasons


def adoption_rows(consultation: Consultation) -> list[list[str]]:
    """Return the rows of the published table: number, gist, how many, outcome, reason.

    What has nothing to do with the draft (advertisements) is counted and not repeated on a government's site.
    """
    used = [
        point
        for point in points_of(consultation)
        if point.count and point.outcome != Outcome.UNRELATED  # type: ignore[attr-defined]
    ]
    return [
        [str(place), one.gist, str(one.count), one.get_outcome_display(), one.reason]  # type: ignore[attr-defined]
        for place, one in enumerate(used, 1)
    ]


def examined(decision: Decision) -> list[Examination]:
    """Return the last of each kind of step that a draft went through, in the order of the regulation."""
    last = {examination.what: examination for examination in decision.examinations.all()}
    return [last[what] for what in Examination.What.values if what in last]


@dataclass(frozen=True)
class Row:
    """A decision in the office's list: its last period of comments, how many came, the light that counts now."""

    decision: Decision
    consultation: Consultation | None
    comments: int
    light: str
    due: object
    may: bool


def rows_of(decisions: Sequence[Decision], by: Actor) -> list[Row]:
    """Return decisions with what the list says of them, and whether this one reads their comments, in four queries whatever their number."""
    numbers = [one.pk for one in decisions]
    periods: dict[int, Consultation] = {}
    for consultation in (
        Consultation.objects.filter(decision__in=numbers).select_related("feedback").order_by("pk")
    ):
        periods[consultation.decision_id] = consultation
    counted = dict(
        Comment.objects.filter(consultation__decision__in=numbers)
        .values_list("consultation__decision")
        .annotate(count=Count("pk"))
    )
    made = []
    for decision in decisions:
        period = periods.get(decision.pk)
        owed = period.feedback if period and period.feedback and not period.feedback.closed_at else None
        entry = owed or decision.entry
        made.append(
            Row(
                decision,
                period,
                counted.get(decision.pk, 0),
                entry.light,
                entry.due_at,
                not works(by, decision.entry),
            )
        )
    return made


@dataclass(frozen=True)
class YearFigures:
    """What one body's decisions of a year came to."""

    body: Body
    decisions: int
    consulted: int
    short: int
    comments: int
    answered: int
    late: int
    decided: int
    removed: int


def figures(rows: QuerySet[Decision], year: int) -> list[YearFigures]:
    """Return the figures of a year by drafting unit, from rows of the ledger."""
    of_year = rows.filter(entry__year=year)
    bodies = Body.objects.in_bulk(set(of_year.values_list("entry__body", flat=True)))
    periods = Consultation.objects.filter(decision__in=of_year.values("pk"))

    def per_body(found: QuerySet[Model], key: str, of: str = "pk") -> dict[int, int]:
        return dict(found.values_list(key).annotate(count=Count(of, distinct=True)).order_by())

    body = "decision__entry__body"
    everything = per_body(of_year, "entry__body")
    consulted = per_body(periods, body, "decision")
    short = per_body(periods.exclude(short=""), body)
    comments = per_body(
        Comment.objects.filter(consultation__in=periods), "consultation__decision__entry__body"
    )
    done = Announcement.objects.filter(
        what=AnnouncementKind.ADOPTION, decision__in=of_year.values("pk"), decision__isnull=False
    )
    answered = per_body(
        of_year.filter(consultations__feedback__state="done", pk__in=done.values("decision")), "entry__body"
    )
    owed = Entry.objects.filter(kind="decision_feedback", consultation__in=periods)
    late = per_body(owed.filter(overdue_at() | closed_late()), "body")
    decided = per_body(of_year.filter(entry__state__in=DONE), "entry__body")
    removed = per_body(of_year.filter(entry__state=State.REMOVED), "entry__body")
    ordered = sorted(everything, key=lambda number: bodies[number].path)
    return [
        YearFigures(
            bodies[number],
            *(
                some.get(number, 0)
                for some in (everything, consulted, short, comments, answered, late, decided, removed)
            ),
        )
        for number in ordered
    ]


def expired_without_answer(rows: QuerySet[Consultation], today: date | None = None) -> QuerySet[Consultation]:
    """Return the periods that are over and whose answer is owed still."""
    day = today or timezone.localdate()
    return rows.filter(ends_on__lt=day, decision__entry__state__in=RUNNING).exclude(feedback__state="done")
