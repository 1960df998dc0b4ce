"""Statistics of inquiries (留言统计) by month of receipt and unit; each figure lists its rows.

The answer rate is answered ÷ received; rejected inquiries do not count. Durations are working days
from receipt to answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.ledger.lapses import filter_lapses
from gongkai.core.ledger.models.entry import make_closed_late_filter, make_overdue_filter
from gongkai.core.ledger.queries import filter_counted_entries
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese.numerals import compute_mean, compute_percent
from gongkai.lib.law import default_calendar
from gongkai.work.consultation.kinds import INQUIRY_KIND_NAME
from gongkai.work.consultation.models import Inquiry
from gongkai.work.consultation.states import InquiryState

# The figures, each of which can be listed.
INQUIRY_FIGURES = {
    "received": "收到",
    "answered": "已答复",
    "in_time": "按期答复",
    "late": "逾期答复",
    "open": "未答复",
    "overdue": "逾期未答复",
}


@dataclass
class InquiryTally:
    """The numbers of inquiries in a month or of a unit; `days` is the sum of working days of the answered ones."""

    received: int = 0
    answered: int = 0
    in_time: int = 0
    overdue: int = 0
    days: int = 0

    @property
    def open(self) -> int:
        """Return the number of inquiries without an answer."""
        return self.received - self.answered

    @property
    def late(self) -> int:
        """Return the number of inquiries answered after the due date."""
        return self.answered - self.in_time

    @property
    def rate(self) -> int | None:
        """Return the answer rate in percent, never rounded up to 100, or None without inquiries."""
        return compute_percent(self.answered, self.received)

    @property
    def in_time_rate(self) -> int | None:
        """Return the percentage of due inquiries that were answered in time, or None."""
        return compute_percent(self.in_time, self.answered + self.overdue)

    @property
    def average(self) -> float | None:
        """Return the average duration in working days, or None without answers."""
        return compute_mean(self.days, self.answered)

    def add(self, other: "InquiryTally") -> None:
        """Add the counts of another group of inquiries."""
        for name in ("received", "answered", "in_time", "overdue", "days"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class UnitMonthTally(InquiryTally):
    """The numbers of a unit's inquiries that were received in a month."""

    month: date = field(default=date.min)
    body: Body = field(default_factory=Body)


def filter_countable_inquiries(rows: QuerySet[Inquiry], year: int | None = None) -> QuerySet[Inquiry]:
    """Return the inquiries that count in statistics, optionally received in a year."""
    valid_inquiries = rows.exclude(entry__state=InquiryState.INVALID)
    if year is None:
        return valid_inquiries
    return valid_inquiries.filter(received_on__gte=date(year, 1, 1), received_on__lte=date(year, 12, 31))


def tally_by_month(rows: QuerySet[Inquiry], year: int) -> list[UnitMonthTally]:
    """Return the counts of a year by month and unit, newest month first."""
    tallies: dict[tuple[date, int], UnitMonthTally] = {}
    fields = ("entry__body", "received_on", "entry__closed_at", "entry__due_at")
    for body, received, closed_at, due in filter_countable_inquiries(rows, year).values_list(*fields).iterator(2000):
        month = received.replace(day=1)
        tally = tallies.setdefault((month, body), UnitMonthTally(month=month))
        tally.add(_tally_inquiry(received, closed_at, due))
    bodies = Body.objects.in_bulk({body for _, body in tallies})
    for (_, body), tally in tallies.items():
        tally.body = bodies[body]
    return sorted(tallies.values(), key=lambda one: (-one.month.toordinal(), one.body.position, one.body.pk))


def _tally_inquiry(received: date, closed: datetime | None, due: datetime | None) -> InquiryTally:
    if closed is None:
        return InquiryTally(received=1, overdue=int(due is not None and due < timezone.now()))
    days = default_calendar().count_working_days(received, timezone.localdate(closed))
    return InquiryTally(received=1, answered=1, in_time=int(due is None or closed <= due), days=days)


def sum_by_unit(rows: Iterable[UnitMonthTally]) -> list[tuple[Body, InquiryTally]]:
    """Return (unit, counts summed over its months), in the order of the units."""
    sums: dict[int, tuple[Body, InquiryTally]] = {}
    for row in rows:
        sums.setdefault(row.body.pk, (row.body, InquiryTally()))[1].add(row)
    return sorted(sums.values(), key=lambda pair: (pair[0].position, pair[0].pk))


def sum_by_month(rows: Iterable[UnitMonthTally]) -> list[tuple[date, InquiryTally]]:
    """Return (month, counts summed over the units), newest first."""
    sums: dict[date, InquiryTally] = {}
    for row in rows:
        sums.setdefault(row.month, InquiryTally()).add(row)
    return sorted(sums.items(), reverse=True)


def sum_tallies(rows: Iterable[InquiryTally]) -> InquiryTally:
    """Return the sum of the counts of all rows."""
    total_tally = InquiryTally()
    for row in rows:
        total_tally.add(row)
    return total_tally


def count_lapses(year: int, by: Actor) -> list[tuple[Body, int]]:
    """Return (unit, number) of the year's inquiries that missed a date before being reassigned."""
    entries = filter_counted_entries(by).filter(pk__in=filter_lapses(INQUIRY_KIND_NAME), year=year).order_by()
    numbers = dict(entries.values_list("body").annotate(n=Count("pk")))
    bodies = Body.objects.filter(pk__in=numbers).order_by("position", "pk")
    return [(body, numbers[body.pk]) for body in bodies]


def make_figure_condition(figure: str) -> Q:
    """Return the filter for the inquiries that a statistic (`figure`) counts."""
    in_time = Q(entry__due_at=None) | Q(entry__closed_at__lte=F("entry__due_at"))
    return {
        "received": Q(),
        "answered": Q(entry__closed_at__isnull=False),
        "in_time": Q(in_time, entry__closed_at__isnull=False),
        "late": make_closed_late_filter("entry__"),
        "open": Q(entry__closed_at=None),
        "overdue": make_overdue_filter(prefix="entry__"),
    }[figure]


def list_site_inquiries(website: Website) -> QuerySet[Inquiry]:
    """Return the inquiries received by a site's government and its units, except units below with a site of their own."""
    top = website.body.path
    rows = Inquiry.objects.filter(receiver__path__startswith=top)
    other_sites = Website.objects.exclude(pk=website.pk).filter(body__path__startswith=top).exclude(body=website.body)
    for path in other_sites.values_list("body__path", flat=True):
        rows = rows.exclude(receiver__path__startswith=path)
    return rows
