"""Read the sources that are due, and check used entries at their source.

Network requests run in threads without database access.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import ContinueLater, JobKind, JobResult
from gongkai.core.background_jobs.models import Errand
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.lib.typed_json import read_number
from gongkai.oversight.gathering.actions import record_source_states, store_fetch
from gongkai.oversight.gathering.attachments import redownload_attachments
from gongkai.oversight.gathering.boilerplate import MIN_PAGES_WITH_LINE, REDESIGN_PAGE_SHARE, find_boilerplate_lines
from gongkai.oversight.gathering.entry_store import MAX_TEXT_CHARACTERS, precompute_comparisons
from gongkai.oversight.gathering.list_walk import ResumePoint
from gongkai.oversight.gathering.models import Gathered, GatheredState, Source, SourceMethod
from gongkai.oversight.gathering.near_duplicates import has_fewer_lines, is_another_page
from gongkai.oversight.gathering.queries import list_listed_sources
from gongkai.oversight.gathering.reader import RESPONSE_LIMIT_SECONDS, RUN_LIMIT_SECONDS, SourceReader
from gongkai.oversight.gathering.source_reader import FetchPlan, SourceFetchResult, read_source
from gongkai.oversight.gathering.texts import SourceCheckResult, SourceEntry, SourcePages, fetch_page_state

WORKER_THREADS = 4
#: Maximum number of sources, and of checked entries, in one job run.
MAX_SOURCES_PER_RUN, MAX_CHECKS_PER_RUN = 20, 200
#: Maximum number of entries without text in one fetch.
MAX_TEXTS_PER_FETCH = 500
#: Maximum number of titles used to recognise links to other texts.
MAX_KNOWN_TITLES = 1000
#: Period in which a failed text is read again.
TEXT_RETRY_PERIOD = timedelta(days=3)
#: Interval after which a used entry is checked at its source again.
RECHECK_INTERVAL = timedelta(hours=20)
#: Time for which a source that is being read is locked; it equals the maximum reading time.
SOURCE_LOCK_PERIOD = timedelta(seconds=RUN_LIMIT_SECONDS + RESPONSE_LIMIT_SECONDS)
#: Interval between two lock attempts, and age after which entries are checked again.
LOCKED_RETRY_DELAY, MIN_CHECK_INTERVAL = timedelta(seconds=10), timedelta(minutes=10)
#: Kind of background errand that reads a source.
FETCH_JOB_NAME = "gathering.pull"


def make_reader() -> SourceReader:
    """Return a reader limited to the hosts that the installation allows."""
    return SourceReader(settings.GONGKAI_GATHER_HOSTS, settings.GONGKAI_GATHER_INSIDE, settings.GONGKAI_GATHER_RATE)


def make_fetch_plan(source: Source) -> FetchPlan:
    """Return the fetch instructions of a source."""
    tried = timezone.now() - TEXT_RETRY_PERIOD
    read = source.gathered.filter(~Q(html="") | Q(found_at__lt=tried))
    known_addresses = frozenset(read.values_list("address", flat=True)) if source.whole else frozenset()
    had_addresses = frozenset(source.gathered.values_list("address", flat=True))
    return FetchPlan(
        source.way, source.address, tuple(source.layout), source.example, source.whole, known_addresses, source.text_at,
        had_addresses, ResumePoint(source.back_at, source.back_page), _list_unread_entries(source, tried),
    )  # fmt: skip


def _list_unread_entries(source: Source, found_since: datetime) -> tuple[SourceEntry, ...]:
    """Return a source's entries found since a time whose page was not read yet; none if only the list is read."""
    if not source.whole:
        return ()
    rows = source.gathered.filter(html="", found_at__gte=found_since, gone_at=None)
    rows = rows.exclude(state=GatheredState.ERASED).order_by("pk")
    return tuple(
        SourceEntry(row.address, row.title, row.written_at)
        for row in rows.only("address", "title", "written_at")[:MAX_TEXTS_PER_FETCH]
    )


def claim_source(source: Source, *, earlier_sources: int = 0) -> bool:
    """Lock a source for reading; return False if it is locked already.

    A killed process holds the lock for `SOURCE_LOCK_PERIOD`, and as long again for each source of the host read before.
    """
    now = timezone.now()
    free = Q(reading_until=None) | Q(reading_until__lt=now)
    return bool(
        Source.objects.filter(free, pk=source.pk).update(reading_until=now + SOURCE_LOCK_PERIOD * (1 + earlier_sources))
    )


def queue_source_fetch(source: Source, by: Actor) -> Errand:
    """Queue a source for the background workers."""
    return enqueue_job(
        FETCH_JOB_NAME, by=by, label=f"收取“{source}”", key=f"{FETCH_JOB_NAME}/{source.pk}", facts={"source": source.pk}
    )


def run_source_check(job: RunningJob) -> JobResult | ContinueLater:
    """Read the source of a background job and check its entries."""
    source = Source.objects.select_related("collection__body").get(pk=read_number(job.facts, "source"))
    job.say("正在读取来源")
    try:
        fetch_source_now(source, job.by)
    except Refused:
        if not Source.objects.filter(pk=source.pk, reading_until__gt=timezone.now()).exists():
            raise
        job.say("这个来源正由别处收取，读完后接着办")
        return ContinueLater(LOCKED_RETRY_DELAY)
    source.refresh_from_db()
    text = source.status
    if not source.failing:
        job.say("正在核对已有的内容")
        text += recheck_source(source)
    return JobResult(
        f"{text}。{'将自动再试。' if source.failing else ''}", reverse("gathering:source_entries", args=[source.pk])
    )


def recheck_source(source: Source) -> str:
    """Check a source's drafted and undecided entries again; return a Chinese result."""
    open_ = source.gathered.filter(state__in=[GatheredState.NEW, GatheredState.DRAFTED], gone_at=None)
    rows = open_.exclude(html="").filter(looked_at__lt=timezone.now() - MIN_CHECK_INTERVAL).prefetch_related("files")
    found = list(rows.select_related("source__collection__body").order_by("looked_at", "pk")[:MAX_CHECKS_PER_RUN])
    if not found:
        return ""
    looks = _check_rows(found, _list_titles(source.pk))[1]
    record_source_states(source, by=SYSTEM, check_result=looks)
    changed = {*looks.changed, *looks.files, *looks.gone}
    return f"；核对已有的{len(found)}条，{f'{len(changed)}条有变化' if changed else '没有变化'}"


#: Errand kind for user requests, because reading in a web request would block a server thread.
FETCH_JOB_KIND = JobKind(FETCH_JOB_NAME, "收取归集来源", run_source_check, back=("归集", "gathering:index"))


def fetch_source_now(source: Source, by: Actor) -> int:
    """Read a source now, and return the number of new entries.

    Raises:
        Refused: the source is locked.
    """
    if not claim_source(source):
        raise Refused("这个来源正在收取，请稍候再看结果。")
    source.refresh_from_db()
    pulled = read_source(make_fetch_plan(source), make_reader(), timezone.localdate())
    with precompute_comparisons(source, pulled.entries):
        made_count: int = store_fetch(source, by=by, fetch_result=pulled)
    return made_count


def fetch_due_sources() -> Mapping[str, int]:
    """Read up to `MAX_SOURCES_PER_RUN` due sources, as a job, hosts in parallel; safe to miss and to repeat."""
    if not settings.GONGKAI_GATHER_HOSTS:
        return {"sources": 0}
    due = Source.objects.filter(active=True, due_at__lte=timezone.now()).exclude(way=SourceMethod.MANUAL)
    sources = list(due.select_related("collection__body").order_by("due_at", "pk")[:MAX_SOURCES_PER_RUN])
    hosts = Counter[str]()
    claimed = []
    for source in sources:
        host = urlsplit(source.address).netloc
        if claim_source(source, earlier_sources=hosts[host]):
            claimed.append(source)
            hosts[host] += 1
    sources = claimed
    counts = {"sources": len(sources), "made": 0, "failed": 0}
    for source, pulled in fetch_sources(sources):
        with precompute_comparisons(source, pulled.entries):
            counts["made"] += store_fetch(source, by=SYSTEM, fetch_result=pulled)
        counts["failed"] += bool(pulled.failed)
    return counts


def fetch_sources(sources: Sequence[Source]) -> Iterator[tuple[Source, SourceFetchResult]]:
    """Read sources, those of one host in sequence, and yield (source, result) host by host."""
    today = timezone.localdate()
    hosts: dict[str, list[tuple[Source, FetchPlan]]] = {}
    for source in sources:
        hosts.setdefault(urlsplit(source.address).netloc, []).append((source, make_fetch_plan(source)))
    with ThreadPoolExecutor(WORKER_THREADS) as pool:
        waits = [pool.submit(_read_sources_of_host, rows, today) for rows in hosts.values()]
        for future in as_completed(waits):
            yield from future.result()


def _read_sources_of_host(rows: list[tuple[Source, FetchPlan]], today: date) -> list[tuple[Source, SourceFetchResult]]:
    return [(source, read_source(plan, make_reader(), today)) for source, plan in rows]


def recheck_due_entries() -> Mapping[str, int]:
    """Check the due entries at their source once a day; a job.

    It is safe to miss and to repeat.
    """
    counts = {"looked": 0, "gone": 0, "changed": 0}
    if not settings.GONGKAI_GATHER_HOSTS:
        return counts
    watched = Q(source__in=list_listed_sources()) | Q(source__laws=True)
    used = Q(state=GatheredState.DRAFTED) | (Q(state__in=[GatheredState.NEW, GatheredState.DOUBLE]) & watched)
    rows = Gathered.objects.filter(used, gone_at=None, looked_at__lt=timezone.now() - RECHECK_INTERVAL)
    by_source: dict[int, list[Gathered]] = {}
    rows = rows.select_related("source__collection__body").prefetch_related("files")
    for row in rows.order_by("looked_at", "pk")[:MAX_CHECKS_PER_RUN]:
        by_source.setdefault(row.source_id, []).append(row)
    with ThreadPoolExecutor(WORKER_THREADS) as pool:
        titles = (_list_titles(source) for source in by_source)
        for found, looks in pool.map(_check_rows, by_source.values(), titles):
            record_source_states(found[0].source, by=SYSTEM, check_result=looks)
            counts["looked"] += len(looks.seen)
            counts["gone"] += len(looks.gone)
            counts["changed"] += len(looks.changed)
    return counts


def _list_titles(source: int) -> list[str]:
    rows = Gathered.objects.filter(source=source).order_by("-pk")
    return list(rows.values_list("title", flat=True)[:MAX_KNOWN_TITLES])


def _check_rows(rows: list[Gathered], titles: Sequence[str]) -> tuple[list[Gathered], SourceCheckResult]:
    """Read the pages and files of one source's rows again; return the rows and what was found."""
    asks = make_reader()
    pages = SourcePages(asks, [row.address for row in rows], rows[0].source.text_at)
    there = [(row, fetch_page_state(row.address, pages)) for row in rows]
    moved = {
        row.pk: redownload_attachments(state.files, row.attached, asks.file) for row, state in there if state.files
    }
    asks.through.close()
    gone_keys = [row.pk for row, page_state in there if page_state.status == "gone"]
    read = [
        (row, state, state.words[:MAX_TEXT_CHARACTERS]) for row, state in there if state.status == "there" and row.html
    ]
    boilerplate = find_boilerplate_lines([(row.text, text) for row, _, text in read], titles)
    less = {
        row.pk for row, _, text in read if has_fewer_lines(row.text, text, title=row.title, boilerplate=boilerplate)
    }
    new_place = pages.text_at != rows[0].source.text_at
    redesigned = (
        less
        if new_place or len(less) >= max(MIN_PAGES_WITH_LINE, REDESIGN_PAGE_SHARE * len(read))
        else frozenset[int]()
    )
    changed = {
        row.pk: text
        for row, state, text in read
        if row.pk not in redesigned
        and not is_another_page(
            row.text, text, title=row.title, shown=state.title, is_complete=state.is_complete, boilerplate=boilerplate
        )
        and row.has_other_text(text, boilerplate)
    }
    narrowed = {row.pk: text for row, _, text in read if new_place and row.pk in less}
    files = {number: attachments for number, attachments in moved.items() if attachments}
    html = {row.pk: state.html[:MAX_TEXT_CHARACTERS] for row, state, _ in read if row.pk in {**changed, **narrowed}}
    return rows, SourceCheckResult([row.pk for row in rows], gone_keys, changed, narrowed, files, pages.text_at, html)
