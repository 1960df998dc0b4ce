"""Empty the purge outbox: urgent rows first, each leased to one sender, with retries."""

import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import close_old_connections, connection, connections, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.action import Notification
from gongkai.core.outbox.outbox import write_messages as tell_people
from gongkai.core.units.models import Role
from gongkai.lib.chinese.days import day_in_words
from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging.affected_urls import SiteUrl
from gongkai.ui.portal.purging.cache_protocols import (
    AFTER_RUN_CALLBACKS,
    FINAL_PURGE_METHODS,
    PurgeRefused,
    list_receivers,
    purge_url,
)
from gongkai.ui.portal.replica import get_max_lag_seconds, list_replicas, wait_for_replicas

#: Maximum rows of a run, and of a batch; urgent rows wait for at most one batch.
MAX_ROWS_PER_RUN, BATCH_SIZE = 2000, 20
#: Time limit of a run; the next run continues.
RUN_TIMEOUT_SECONDS = 30.0
#: Lease of a row, short for urgent ones: a second purge does no harm.
LEASE_PERIOD, URGENT_LEASE_PERIOD = timedelta(seconds=45), timedelta(seconds=5)
#: Time that an urgent purge waits for the replica; it is sent then, and repeated once the replica has followed.
URGENT_REPLICA_WAIT_SECONDS = 0.2
#: Delay of the repeated purge: a page rendered before a withdrawal may reach a cache after the first one.
SECOND_PURGE_DELAY = timedelta(seconds=10)
#: Maximum time between writing a row and its commit.
MAX_COMMIT_DELAY = timedelta(seconds=5)
#: A scheduled purge later than this is reported: no job ran in time.
LATE_PURGE_DELAY = timedelta(minutes=10)
#: A cache with this number of failures is skipped for the rest of a run.
MAX_FAILURES_PER_RUN = 3
#: Seconds until the next attempt, for urgent and other rows.
URGENT_RETRY_SECONDS, RETRY_SECONDS = (1, 1, 2, 5, 10, 30, 60), (5, 15, 60, 120, 300, 900, 3600, 14_400)
#: Urgent or not → attempts after which a cache is given up; both take about a day.
MAX_ATTEMPTS = {True: 1500, False: 12}


def send_due_purges(
    now: datetime | None = None,
    *,
    condition: Q | None = None,
    max_rows: int = MAX_ROWS_PER_RUN,
    seconds: float = RUN_TIMEOUT_SECONDS,
) -> dict[str, int]:
    """Send the due purges. Idempotent; may be skipped or run concurrently.

    A cache with `MAX_FAILURES_PER_RUN` failures is skipped for the rest of the run.

    Args:
        condition: restricts the rows, for example to one cache.
        max_rows: maximum number of rows.
        seconds: start nothing new after this time.
    """
    run = PurgeRun(now or timezone.now(), condition or Q(), time.monotonic() + seconds)
    while max_rows > 0 and (rows := run.lease(min(max_rows, BATCH_SIZE))):
        max_rows -= len(rows)
        run.send(rows)
    run.end()
    return run.counts


def send_committed_first(rows: Sequence[Purge], event: threading.Event) -> None:
    """Send purges that were just committed, before querying the database.

    Args:
        event: event that is set once the request to the cache is complete.
    """
    sent_ids: list[int] = []
    try:
        for row in rows:
            with suppress(PurgeRefused):
                purge_url(row.cache, SiteUrl(row.host, row.path))
                sent_ids.append(row.pk)
    finally:
        event.set()
    if sent_ids and not list_replicas():
        Purge.objects.filter(pk__in=sent_ids).delete()


class PurgeRun:
    """One run that sends the due purges to one cache or all caches."""

    def __init__(self, moment: datetime, condition: Q, until: float) -> None:
        self.moment, self.condition, self.until = moment, condition, until
        self.counts = {"sent": 0, "retried": 0}
        self.late: dict[str, list[datetime]] = defaultdict(list)
        self.failed: Counter[str] = Counter()
        self.ways: set[str] = set()

    def lease(self, count: int) -> list[Purge]:
        """Lease the next `count` rows, urgent ones first; return none after the time limit."""
        if time.monotonic() > self.until:
            return []
        failed_caches = [cache for cache, times in self.failed.items() if times >= MAX_FAILURES_PER_RUN]
        free = Purge.objects.filter(self.condition, Q(held_until=None) | Q(held_until__lte=self.moment))
        free = free.filter(due_at__lte=self.moment).exclude(cache__in=failed_caches)
        with transaction.atomic():
            skips = connection.features.has_select_for_update_skip_locked
            purges = free.select_for_update(skip_locked=skips).order_by("-urgent", "due_at", "pk")
            rows = list(purges[:count])
            hold = URGENT_LEASE_PERIOD if all(row.urgent for row in rows) else LEASE_PERIOD
            Purge.objects.filter(pk__in=[row.pk for row in rows]).update(held_until=self.moment + hold)
        return rows

    def send(self, rows: Sequence[Purge]) -> None:
        """Send purges to their caches, each URL once, after the replicas have the change."""
        newest = max(row.told_at or row.due_at + MAX_COMMIT_DELAY for row in rows)
        # Otherwise the cache could fetch and store the old page again.
        age = max((self.moment - newest).total_seconds(), 0.0)
        settled = wait_for_replicas(age, URGENT_REPLICA_WAIT_SECONDS if any(row.urgent for row in rows) else None)
        done: set[tuple[str, str, str]] = set()
        for row in rows:
            key = (row.cache, row.host, row.path)
            if self.failed[row.cache] >= MAX_FAILURES_PER_RUN or time.monotonic() > self.until:
                Purge.objects.filter(pk=row.pk).update(held_until=None)
                continue
            try:
                if key not in done:
                    purge_url(row.cache, SiteUrl(row.host, row.path))
            except PurgeRefused as error:
                self._schedule_retry(row, error)
                continue
            done.add(key)
            self._record_sent(row, settled)

    def _record_sent(self, row: Purge, settled: bool) -> None:
        """Count a sent purge; repeat an urgent one if needed, else delete its row."""
        self.counts["sent"] += 1
        method = row.cache.partition("=")[0]
        self.ways.add(method)
        if row.urgent and row.told_at is None and not (settled and method in FINAL_PURGE_METHODS):
            repeat_at = self.moment + (
                timedelta(seconds=get_max_lag_seconds()) if method in FINAL_PURGE_METHODS else SECOND_PURGE_DELAY
            )
            Purge.objects.filter(pk=row.pk).update(told_at=self.moment, due_at=repeat_at, held_until=None)
            return
        if not row.attempts and row.told_at is None and row.due_at < self.moment - LATE_PURGE_DELAY:
            self.late[row.host].append(row.due_at)
        Purge.objects.filter(pk=row.pk).delete()

    def _schedule_retry(self, row: Purge, error: PurgeRefused) -> None:
        """Count a failed purge and schedule its retry; give up for a removed cache."""
        self.failed[row.cache] += 1
        self.counts["retried"] += 1
        pauses = URGENT_RETRY_SECONDS if row.urgent else RETRY_SECONDS
        if row.attempts >= MAX_ATTEMPTS[row.urgent] and tuple(row.cache.split("=", 1)) not in list_receivers():
            Purge.objects.filter(pk=row.pk).delete()
            return
        wait = timedelta(seconds=pauses[min(row.attempts, len(pauses) - 1)])
        Purge.objects.filter(pk=row.pk).update(
            attempts=row.attempts + 1, error=str(error)[:200], due_at=self.moment + wait, held_until=None
        )

    def end(self) -> None:
        """Call the callbacks of the methods that were used, such as signing the mirror, and report late purges."""
        for method in self.ways & AFTER_RUN_CALLBACKS.keys():
            AFTER_RUN_CALLBACKS[method]()
        if self.late:
            self.counts["late"] = sum(map(len, self.late.values()))
            _report_late(self.late, self.moment)


def _report_late(late: dict[str, list[datetime]], now: datetime) -> None:
    """Tell office and administrators how many purges were late, once per due moment."""
    for website in Website.objects.select_related("body"):
        times = [at for host in website.host_names for at in late.get(host, [])]
        if not times:
            continue
        since = timezone.localtime(min(times))
        text = f"{website.name}有{len(times)}个地址应自{day_in_words(since)}起更新（定时公开或已提交的变更），"
        text += (
            f"因到期工作没有运行，{timezone.localtime(now):%m月%d日%H:%M}才通知缓存；其间访问者可能看到更新前的页面。"
        )
        tell_people(
            [
                Notification(
                    subject="缓存更新迟了",
                    body=f"{text}请检查 gongkai run-due 是否按时运行。",
                    link=reverse("wagtailadmin_home"),
                    key=f"purge-late/{website.pk}/{since.isoformat()}",
                    posts=((Role.CHIEF, website.body_id), (Role.ADMINISTRATOR, website.body_id)),
                )
            ]
        )


LOG = logging.getLogger("gongkai.portal")
#: Without threads: URLs purged right after a change, and the time limit in seconds; the job does
#: the rest.
MAX_IMMEDIATE_URLS, IMMEDIATE_TIMEOUT_SECONDS = 200, 10.0
#: Maximum seconds that an action waits for files to be deleted before its response.
MAX_ACTION_WAIT_SECONDS = 1.0
#: Seconds between two checks, and after a failure.
POLL_SECONDS, FAILURE_PAUSE_SECONDS = 1.0, 5.0


class PurgeThread(threading.Thread):
    """Thread that sends the urgent or the other purges to one cache."""

    def __init__(self, cache: str, *, urgent: bool) -> None:
        super().__init__(name=f"caches{'-urgent' if urgent else ''}-{cache}"[:60], daemon=True)
        self.cache, self.urgent, self.condition = cache, urgent, Q(cache=cache, urgent=urgent)
        self.woken = threading.Event()
        self.waiting: list[tuple[Sequence[Purge], threading.Event]] = []

    def send_first(self, rows: Sequence[Purge]) -> threading.Event:
        """Queue committed rows to be sent first; return an event that is set once the cache has
        answered."""
        event = threading.Event()
        self.waiting.append((rows, event))
        self.woken.set()
        return event

    def run(self) -> None:
        """Wait for a wake-up, send, repeat."""
        while self.woken.wait():
            self.woken.clear()
            try:
                while self.waiting:
                    send_committed_first(*self.waiting.pop(0))
                close_old_connections()
                send_due_purges(condition=self.condition)
            except Exception:  # a database that is away comes back, and the rows are still there
                LOG.exception("caches could not be told; tried again")
                self.woken.wait(FAILURE_PAUSE_SECONDS)
            finally:
                connections.close_all()


#: Running threads of this process.
PURGE_THREADS: list[PurgeThread] = []


def wake_purge_threads(committed_rows: Sequence[Purge] = ()) -> None:
    """Wake the threads that send the due purges, or without threads send some at once.

    Args:
        committed_rows: rows just written that delete files (`WHOLE_SITE_METHODS`). They are sent to all web
            servers in parallel before the action's response, without waiting for the database.
    """
    if not PURGE_THREADS:
        send_due_purges(max_rows=MAX_IMMEDIATE_URLS, seconds=IMMEDIATE_TIMEOUT_SECONDS)
    rows: dict[str, list[Purge]] = defaultdict(list)
    for row in committed_rows:
        rows[row.cache].append(row)
    events = [lane.send_first(rows[lane.cache]) for lane in PURGE_THREADS if lane.urgent and lane.cache in rows]
    until = time.monotonic() + MAX_ACTION_WAIT_SECONDS
    for event in events:
        event.wait(max(until - time.monotonic(), 0.0))
    for lane in PURGE_THREADS:
        lane.woken.set()


def start_purge_threads(*, watch: bool = False) -> list[PurgeThread]:
    """Start the purge threads of this process, if there are caches.

    Args:
        watch: also check every second for leftovers.
    """
    if PURGE_THREADS:
        return PURGE_THREADS
    PURGE_THREADS.extend(
        PurgeThread(f"{method}={address}", urgent=urgent)
        for method, address in list_receivers()
        for urgent in (True, False)
    )
    for lane in PURGE_THREADS:
        lane.start()
    if watch and PURGE_THREADS:
        threading.Thread(target=_watch_outbox, name="caches-watch", daemon=True).start()
    return PURGE_THREADS


def _watch_outbox() -> None:
    """Wake the purge threads whenever purges are due, forever; errors are logged."""
    while True:
        time.sleep(POLL_SECONDS)
        try:
            close_old_connections()
            wake_if_purges_due()
        except Exception:
            LOG.exception("it could not be looked for what caches are to be told; tried again")
            connections.close_all()
            time.sleep(FAILURE_PAUSE_SECONDS)


def wake_if_purges_due() -> bool:
    """Wake the threads if rows are due; return true if so."""
    now = timezone.now()
    free = Q(held_until=None) | Q(held_until__lte=now)
    due = Purge.objects.filter(free, due_at__lte=now).exists()
    if due:
        wake_purge_threads()
    return due
