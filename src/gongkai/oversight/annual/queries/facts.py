"""Count a year's facts for the drafted texts, from the ledgers of a unit or an area."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q
from django.utils import timezone

from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.models.editions import ItemKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.queries import map_successors
from gongkai.lib.chinese.days import end_of_day
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.area import NON_REPORTING_KINDS
from gongkai.oversight.annual.queries.figures import get_period
from gongkai.work.notices.models import Assignment, Notice
from gongkai.work.notices.queries.lights import LightCounts, count_lights_by
from gongkai.work.notices.states import NoticeState
from gongkai.work.participation.open_events import count_open_events_held_between
from gongkai.work.requests.models import Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.queries.statistics import make_late_condition, sum_paid_fees


@dataclass(frozen=True)
class YearFacts:
    """Counts of a year up to the report's last day; see `count_facts`.

    Attributes:
        published: documents published, and by `kinds` (label, count); `interpretations` among them.
        prompt: disclosure duties met in time; `not_prompt` those met late.
        answered: requests ended in the year, without void ones; `late_requests` those answered late.
        cleanups: clean-ups of policy documents completed.
        columns: columns open on the last day.
        faults: reported faults of websites handled; `inquiries` messages answered.
        ordered: rectifications ordered in the year; `mended` those of them that are closed.
        fees: fees paid for requests, in yuan.
        tasks: lights of the tasks from notices of others; `notice` is the title if there is only one.
        own_tasks: lights of the tasks that the unit's own notices set.
        open_events: by kind, government open days and similar events held, and their visitors.
    """

    published: int
    kinds: list[tuple[str, int]]
    interpretations: int
    prompt: int
    not_prompt: int
    answered: int
    late_requests: int
    cleanups: int
    columns: int
    faults: int
    inquiries: int
    ordered: int
    mended: int
    fees: int
    tasks: LightCounts
    notice: str
    own_tasks: LightCounts
    open_events: dict[str, tuple[int, int]]


def _make_unit_condition(report: Report, prefix: str) -> Q:
    """Return the condition for the report's units, whose field is `prefix`."""
    if report.area:
        silent = Q(**{f"{prefix}__kind__in": NON_REPORTING_KINDS})
        return Q(**{f"{prefix}__path__startswith": report.body.path}) & ~silent
    return Q(**{f"{prefix}__in": map_successors([report.body_id])})


def _get_time_bounds(report: Report) -> tuple[datetime, datetime]:
    """Return (start of the year, end of the period or now)."""
    zone = timezone.get_default_timezone()
    first = datetime(report.year, 1, 1, tzinfo=zone)
    return first, min(end_of_day(report.until), timezone.now())


def count_facts(report: Report) -> YearFacts:
    """Count the facts of a year's ledgers, in about twelve queries."""
    days = _get_time_bounds(report)
    span = get_period(report)
    entries = Entry.objects.filter(_make_unit_condition(report, "body"))
    closed = Q(closed_at__range=days)
    documents = Document.objects.filter(_make_unit_condition(report, "body"), published_at__range=days)
    kinds = (
        documents.exclude(kind=ItemKind.OTHER)
        .values_list("kind")
        .annotate(count=Count("pk"))
        .order_by("-count", "kind")
    )
    disclosed = entries.filter(closed, kind="disclosure", state="public")
    orders = entries.filter(kind="rectification", opened_at__range=days)
    requests = Request.objects.filter(_make_unit_condition(report, "entry__body"))
    tasks, notice = _count_tasks(report, days[1])
    return YearFacts(
        published=documents.count(),
        kinds=[(str(dict(ItemKind.choices).get(kind, kind)), count) for kind, count in kinds],
        interpretations=documents.filter(kind=ItemKind.INTERPRETATION).count(),
        prompt=disclosed.exclude(closed_at__gt=F("due_at")).count(),
        not_prompt=disclosed.filter(closed_at__gt=F("due_at")).count(),
        answered=requests.filter(ended_on__range=(span.first, span.until)).exclude(ended_as=VOID_RESULT).count(),
        late_requests=requests.filter(make_late_condition(span.first, span.until)).count(),
        cleanups=entries.filter(closed, kind="cleanup").count(),
        columns=Column.objects.filter(
            Q(archived_at=None) | Q(archived_at__gt=days[1]),
            website__body__path__startswith=report.body.path,
            opened_at__lte=days[1],
        ).count(),
        faults=entries.filter(closed, kind="fault").count(),
        inquiries=entries.filter(closed, kind="inquiry", outcome="answered").count(),
        ordered=orders.count(),
        mended=orders.filter(closed_at__isnull=False).count(),
        fees=sum_paid_fees(requests, span),
        tasks=tasks,
        notice=notice,
        own_tasks=_count_own_tasks(report, days[1]),
        open_events=count_open_events_held_between(_make_unit_condition(report, "body"), span.first, span.until),
    )


def _count_tasks(report: Report, moment: datetime) -> tuple[LightCounts, str]:
    """Return (counts of the year's tasks, title of their notice if there is only one, else "")."""
    rows = Assignment.objects.filter(_make_unit_condition(report, "body"), notice__year=report.year)
    rows = rows.filter(notice__state=NoticeState.LIVE, notice__own=False)
    lights = count_lights_by(rows, prefix="entry__", now=moment)
    notices = Notice.objects.filter(pk__in=rows.values("notice")).values_list("title", flat=True)
    titles = list(notices[:2])
    return lights.get((), LightCounts()), titles[0] if len(titles) == 1 else ""


def _count_own_tasks(report: Report, moment: datetime) -> LightCounts:
    """Return the counts of the tasks that a unit set itself; none for a government."""
    if report.area:
        return LightCounts()
    rows = Assignment.objects.filter(notice__government=report.body_id, notice__own=True, notice__year=report.year)
    lights = count_lights_by(rows.filter(notice__state=NoticeState.LIVE), prefix="entry__", now=moment)
    return lights.get((), LightCounts())
