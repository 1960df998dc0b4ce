"""Reading inquiries and answers: `visible_to` first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from gongkai.consultation.models import Inquiry, KnownAnswer
from gongkai.consultation.states import SHOWN, AnswerState
from gongkai.ledger.queries import visible_to as visible_entries
from gongkai.units.actors import actor_of
from gongkai.units.models import Body, Role

#: An answer that nobody confirmed for so many days is due for tidying (定期梳理, C-04).
TIDY_AFTER = 180


def visible_to(user: object) -> QuerySet[Inquiry]:
    """Return the inquiries that somebody may see: those whose entries they see."""
    return Inquiry.objects.filter(entry__in=visible_entries(user)).select_related("entry__body", "receiver")


def answers_visible_to(user: object) -> QuerySet[KnownAnswer]:
    """Return the answers that somebody may see: what is in use is for everybody, drafts for their unit and the 政务公开办 over it."""
    actor = actor_of(user)
    rows = KnownAnswer.objects.select_related("body")
    if actor.system:
        return rows
    condition = Q(state__in=SHOWN)
    if actor.known:
        condition |= Q(body_id__in=actor.bodies)
        for post in actor.posts:
            if post.role in {Role.CHIEF, Role.AUDITOR}:
                condition |= Q(body__path__startswith=post.reach)
    return rows.filter(condition)


def public_answers() -> QuerySet[KnownAnswer]:
    """Return what the public reads: answers in use whose day has not passed."""
    today = timezone.localdate()
    shown = KnownAnswer.objects.filter(state__in=SHOWN).filter(
        Q(valid_until=None) | Q(valid_until__gte=today)
    )
    return shown.select_related("body")


def to_tidy(rows: QuerySet[KnownAnswer]) -> QuerySet[KnownAnswer]:
    """Return answers in use that are due for tidying: not confirmed for long, past their day, or found of no help."""
    today = timezone.localdate()
    old = Q(confirmed_on=None) | Q(confirmed_on__lt=date.fromordinal(today.toordinal() - TIDY_AFTER))
    return rows.filter(state=AnswerState.IN_USE).filter(
        old | Q(valid_until__lt=today) | Q(unhelpful__gt=F("helpful"), unhelpful__gte=3)
    )


@dataclass(frozen=True)
class MonthOfUnit:
    """What one unit received and answered in a month (留言统计): answered in time, late, and still open."""

    month: date
    body: Body
    received: int
    answered: int
    in_time: int
    open: int

    @property
    def rate(self) -> int | None:
        """Answered per received, in percent; None where nothing was received."""
        return round(100 * self.answered / self.received) if self.received else None


def by_month(rows: QuerySet[Inquiry], year: int) -> list[MonthOfUnit]:
    """Return the figures of a year by month of receipt and unit, newest month first; not accepted ones do not count."""
    counted = rows.exclude(entry__state="invalid").filter(entry__year=year)
    found = (
        counted.annotate(month=TruncMonth("entry__opened_at"))
        .values("month", "entry__body")
        .annotate(
            received=Count("pk"),
            answered=Count("pk", filter=Q(entry__closed_at__isnull=False)),
            in_time=Count("pk", filter=Q(entry__closed_at__lte=F("entry__due_at"))),
        )
        .order_by("-month", "entry__body")
    )
    bodies = Body.objects.in_bulk({row["entry__body"] for row in found})
    return [
        MonthOfUnit(
            timezone.localtime(row["month"]).date(),
            bodies[row["entry__body"]],
            row["received"],
            row["answered"],
            row["in_time"],
            row["received"] - row["answered"],
        )
        for row in found
    ]


def asked_before(text: str, among: Sequence[Inquiry]) -> list[Inquiry]:
    """Return those inquiries that say nearly the same, so that a question asked again is noticed."""
    from gongkai.matching import near_duplicates

    pairs = [("0", text), *((str(one.pk), one.text) for one in among)]
    twins = {
        two
        for pair in near_duplicates(pairs, at_least=0.7)
        for two in (pair.id, pair.of)
        if "0" in (pair.id, pair.of)
    }
    return [one for one in among if str(one.pk) in twins]
