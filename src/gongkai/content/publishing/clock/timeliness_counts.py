"""Count texts published in time in a period, for 公开成效 and 公开时效.

The deadline is that of 政府信息公开条例（国务院令第711号）第二十六条. No article states in which year or quarter a text
counts. We use the day of publication, as the annual report does (第五十条). An unpublished text counts
on its due day.

A text counts once, and again for each later change with its own day (形成或者变更). A withdrawn text no
longer counts, unless it was late.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from gongkai.content.editions.models import Edition, EditionEffect, Shelf
from gongkai.content.publishing.clock.disclosures import DISCLOSURE_KIND
from gongkai.content.publishing.clock.timeliness import PublicationTimeliness, compute_promptness
from gongkai.core.ledger.lapses import filter_lapses
from gongkai.core.ledger.models import ClockEvent, Entry, EntryQuerySet
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.lib.law import default_calendar
from gongkai.lib.law.calendar import Calendar

#: Share of a quarter's items above which a span counts as a burst, that is publication in one rush.
BURST_SHARE_OF_QUARTER = 0.5
#: Length of the span of a burst.
BURST_SPAN_WORKING_DAYS = 5
#: Items in a quarter below which bursts are not computed.
MIN_ITEMS_FOR_BURST = 4


@dataclass(frozen=True)
class PublicationBurst:
    """The five working days of a quarter with the most publications.

    `items` were first published in these days, `total` in the whole quarter.
    """

    first: date
    last: date
    items: int
    total: int

    @property
    def share(self) -> float:
        """Return the share of the quarter's items that were published in these days, 0 to 1."""
        return self.items / self.total

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent for display; None if nothing was published."""
        return compute_percent(self.items, self.total)


def find_burst(published: Iterable[date]) -> PublicationBurst | None:
    """Return the 5 working days with more than half of a quarter's publications; None without, or below 4 items."""
    days = sorted(published)
    if len(days) < MIN_ITEMS_FOR_BURST:
        return None
    burst = _find_densest_span(days, default_calendar())
    return burst if burst.share > BURST_SHARE_OF_QUARTER else None


def _find_densest_span(days: Sequence[date], calendar: Calendar) -> PublicationBurst:
    """Return the five working days with most publications; days are sorted."""
    best = PublicationBurst(days[0], days[0], 0, len(days))
    start = 0
    for end, span_end in enumerate(days):
        # A span of five working days: the first day and the four working days after it.
        while calendar.count_working_days(days[start], span_end) > BURST_SPAN_WORKING_DAYS - 1:
            start += 1
        if end - start + 1 > best.items:
            best = PublicationBurst(days[start], span_end, end - start + 1, len(days))
    return best


def get_quarter(day: date) -> tuple[int, int]:
    """Return (year, quarter) of a day."""
    return day.year, (day.month - 1) // 3 + 1


def get_quarter_bounds(year: int, quarter: int) -> tuple[date, date]:
    """Return (first day of a quarter, first day of the next)."""
    first = date(year, 3 * quarter - 2, 1)
    return first, date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)


@dataclass(frozen=True)
class CountedPublication:
    """A publication of a unit (`body`, its key) on a day.

    `first`: it is the first of its document. `prompt`: its timeliness, None without a formation day.
    """

    body: int
    on: date
    first: bool
    prompt: PublicationTimeliness | None

    @property
    def late(self) -> bool:
        """Return true if the text was published after the deadline."""
        return self.prompt is not None and self.prompt.light == "grey_red"


@dataclass(frozen=True)
class TimelinessCounts:
    """Counts of a period: texts published or left unpublished at their due date, those in time, those overdue now."""

    settled: int
    in_time: int
    late_now: int


def list_publications(bodies: QuerySet[Body], first: date, until: date) -> list[CountedPublication]:
    """Return the publications of a period, both days included; texts no longer shown only if they were late."""
    found = [
        (shown, _make_publication(body, formed, at, out))
        for body, formed, at, out, shown in _read_publications(bodies, *_get_time_bounds(first, until))
    ]
    return [publication for shown, publication in found if publication and (shown or publication.late)]


def count_unpublished(bodies: QuerySet[Body], first: date, until: date) -> Counter[int]:
    """Return by unit the number of texts that fell due in a period and are not public now.

    A duty that ended unpublished after its due date (draft deleted, attribute changed) still
    counts.
    """
    start, end = _get_time_bounds(first, until)
    rows = _list_overdue(bodies, start, end)
    entries = filter_lapses(DISCLOSURE_KIND.name).filter(lapse__of__outcome__in=DISCLOSURE_KIND.still_late)
    entries = entries.filter(body__in=bodies, due_at__gt=start, due_at__lte=end).order_by()
    counted = [Counter(dict(some.values_list("body").annotate(n=Count("pk")))) for some in (rows, entries)]
    return counted[0] + counted[1]


def _list_overdue(bodies: QuerySet[Body], start: datetime, end: datetime) -> EntryQuerySet:
    """Return the overdue entries due in (start, end], without those withdrawn late."""
    came_late = ClockEvent.objects.filter(entry=OuterRef("pk"), kind="withdrawn_late", voids=None, voided_by=None)
    rows = Entry.objects.filter(kind=DISCLOSURE_KIND.name, body__in=bodies).overdue(timezone.now())
    return rows.filter(~Exists(came_late), due_at__gt=start, due_at__lte=end).order_by()


def count_timeliness(bodies: QuerySet[Body], first: date, until: date) -> TimelinessCounts:
    """Return the figures of a period for all these units together."""
    dated = [publication for publication in list_publications(bodies, first, until) if publication.prompt]
    owed = count_unpublished(bodies, first, until).total()
    late_now = _list_overdue(bodies, *_get_time_bounds(first, until)).count()
    return TimelinessCounts(len(dated) + owed, sum(not publication.late for publication in dated), late_now)


def _get_time_bounds(first: date, until: date) -> tuple[datetime, datetime]:
    """Return (end of the day before `first`, end of the day `until` or now if that is earlier)."""
    return end_of_day(first - timedelta(days=1)), min(end_of_day(until), timezone.now())


_PublicationRow = tuple[int, str | None, datetime, datetime | None, bool]


def _read_publications(bodies: QuerySet[Body], start: datetime, end: datetime) -> Iterable[_PublicationRow]:
    """Return publications as (unit, formation day, visible from, first publication, still shown),
    each formation day once; editions that a later one replaced before their time are left out."""
    now = timezone.now()
    formed = KeyTextTransform("formed_on", "content__facts")
    later = Edition.objects.filter(document=OuterRef("document"), number__gt=OuterRef("number"))
    overtaken = later.filter(visible_from__lte=OuterRef("visible_from"))
    texts = Edition.objects.filter(~Exists(overtaken), act=EditionEffect.PUBLISH)
    before = texts.filter(document=OuterRef("document"), number__lt=OuterRef("number")).annotate(day=formed)
    shelf = Shelf.objects.filter(document=OuterRef("document"), column=None, from_at__lte=now)
    rows = texts.filter(document__body__in=bodies, visible_from__gt=start, visible_from__lte=end)
    rows = rows.annotate(day=formed, shown=Exists(shelf.filter(Q(until_at=None) | Q(until_at__gt=now))))
    rows = rows.filter(~Exists(before.filter(day=OuterRef("day"))))
    return rows.order_by("visible_from", "pk").values_list(
        "document__body", "day", "visible_from", F("document__published_at"), "shown"
    )


def _make_publication(
    body: int, formed: str | None, moment: datetime, first_published: datetime | None
) -> CountedPublication | None:
    """Return a publication, or None for a later edition without a new change (a corrected day)."""
    day, on = date.fromisoformat(formed) if formed else None, timezone.localdate(moment)
    first = first_published is None or moment <= first_published
    if not first and (day is None or day <= timezone.localdate(first_published)):
        return None
    return CountedPublication(body, on, first, compute_promptness(day, on, on))
