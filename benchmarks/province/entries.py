"""Benchmark data: notices and ledger entries of the province."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from benchmarks.province.hands import WrittenRows, list_missing_batches, write_batches
from benchmarks.province.size import ProvinceSize
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.chain import append_records, build_record, map_last_records
from gongkai.core.files.store import store
from gongkai.core.ledger.entry_creation import draw_next_numbers, make_entries
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Counter, Entry
from gongkai.core.units.models import Body, BodyKind
from gongkai.work.notices.models import Assignment, Measure, Notice
from gongkai.work.notices.states import AssignmentState, NoticeState

BATCH, YEARS, MEASURES = 1_000, 5, 60


def create_notices(size: ProvinceSize) -> Iterator[int]:
    """Create a notice with measures for each of the last years; yield row counts."""
    government = Body.objects.get(kind=BodyKind.GOVERNMENT)
    this_year = timezone.localdate().year
    known = set(Notice.objects.values_list("year", flat=True))
    for year in range(this_year - YEARS + 1, this_year + 1):
        if year not in known:
            yield _notice(government, year)


@transaction.atomic
def _notice(government: Body, year: int) -> int:
    notice = Notice.objects.create(
        government=government,
        issuer=government,
        title=f"{government.name}{year}年政务公开工作任务分工",
        year=year,
        state=NoticeState.LIVE,
        source_name="规模测试.txt",
        source_file=store(f"规模测试{year}".encode(), "规模测试.txt", SYSTEM),
        source_digest=f"{year:064d}",
        imported_by=SYSTEM.name,
        confirmed_by=SYSTEM.name,
        confirmed_at=timezone.now(),
    )
    Measure.objects.bulk_create(
        [
            Measure(
                notice=notice,
                position=10 * n,
                section=f"第{(n - 1) // 10 + 1}部分",
                section_no=(n - 1) // 10 + 1,
                text=f"公开第{n}类信息并按季度更新。",
            )
            for n in range(1, MEASURES + 1)
        ]
    )
    text = f"写入“{notice.title}”"
    movement = build_record(
        f"notice/{notice.pk}", None, action="notice.confirm", by=SYSTEM, to_state=notice.state, words=text
    )
    append_records([(movement, text)])
    return MEASURES + 3


def create_entries(size: ProvinceSize, hands: int = 1) -> Iterator[WrittenRows]:
    """Create assignments for units, measures and periods; yield the written rows of each batch.

    `hands` is the number of processes. Nearly all assignments of earlier years are closed.
    """
    rows = list(Notice.objects.order_by("year"))
    measures = {row.pk: list(row.measures.order_by("position")) for row in rows}
    places = list(Body.objects.filter(kind=BodyKind.DEPARTMENT).order_by("pk").values_list("pk", flat=True))
    each = -(-size.entries // len(rows))
    for turn, notice in enumerate(rows):
        _draw(notice.year, min(each, size.entries - turn * each))

    def there(number: int) -> bool:
        _, measure, body, period, _ = _place(number, each, rows, measures, places)
        return Assignment.objects.filter(measure=measure, body=body, period=period).exists()

    def work(wanted: range) -> int:
        return _batch([_place(n, each, rows, measures, places) for n in wanted])

    yield from write_batches(work, list_missing_batches(size.entries, BATCH, there), hands)


@transaction.atomic
def _draw(year: int, count: int) -> None:
    """Draw a year's numbers in advance, so that batches do not lock the counter."""
    series = get_kind("assignment").series
    if count > 0 and not Counter.objects.filter(series=series, year=year, last__gte=count).exists():
        draw_next_numbers(series, year, count)


#: Notice, measure, number of a unit, period, number of the entry.
Place = tuple[Notice, Measure, int, str, str]


def _place(number: int, each: int, rows: list[Notice], measures: dict[int, list[Measure]], places: list[int]) -> Place:
    """Return the unit, measure and period of the n-th entry."""
    notice = rows[number // each]
    rest = number % each
    turn, body = divmod(rest, len(places))
    period, measure = divmod(turn, MEASURES)
    return (
        notice,
        measures[notice.pk][measure],
        places[body],
        f"{notice.year}-{_months(notice.year)[period]:02d}",
        f"{get_kind('assignment').series}{notice.year}-{rest + 1:05d}",
    )


def _months(year: int) -> list[int]:
    """Return the months of a notice's year, from the current one backwards, then the future ones."""
    today = timezone.localdate()
    running = today.month if year == today.year else 12
    return [*range(running, 0, -1), *range(running + 1, 13)]


def _batch(places: list[Place]) -> int:
    now = timezone.now()
    drafts, closed = [], []
    for turn, (notice, measure, body, period, number) in enumerate(places):
        opened = now - timedelta(days=365 * (now.year - notice.year) + 60 + turn % 200)
        entry = Entry(
            kind="assignment",
            number=number,
            title=f"{measure.text.rstrip('。')}（{period}）",
            body_id=body,
            year=notice.year,
            opened_at=opened,
            due_at=opened + timedelta(days=30 + turn % 300),
        )
        drafts.append(entry)
        if notice.year < now.year - 1 or turn % 2:
            closed.append(entry)
    with transaction.atomic():
        _store(drafts, closed, places)
    return 5 * len(drafts) + 2 * len(closed)


def _store(drafts: list[Entry], closed: list[Entry], places: list[Place]) -> None:
    make_entries(drafts, by=SYSTEM, words="写入任务")
    Assignment.objects.bulk_create(
        [
            Assignment(
                entry=entry,
                measure=measure,
                notice=notice,
                section_no=measure.section_no,
                body_id=body,
                track="month",
                period=period,
            )
            for entry, (notice, measure, body, period, _) in zip(drafts, places, strict=True)
        ]
    )
    _close(closed)


def _close(closed: list[Entry]) -> None:
    """Close entries on the day before they were due."""
    last = map_last_records(entry.stream for entry in closed)
    rows = [
        build_record(
            entry.stream,
            last[entry.stream],
            action="assignment.accept",
            by=SYSTEM,
            at=(entry.due_at or entry.opened_at) - timedelta(days=1),
            from_state=entry.state,
            to_state=AssignmentState.DONE,
            words="销号",
        )
        for entry in closed
    ]
    day = F("due_at") - timedelta(days=1)
    Entry.objects.filter(pk__in=[entry.pk for entry in closed]).update(
        state=AssignmentState.DONE, outcome="done", closed_at=day, moved_at=day
    )
    append_records([(row, "销号") for row in rows])
