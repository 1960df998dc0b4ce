"""The crawl loop: order and rate of requests, and URLs to skip."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from gongkai.lib.outbound.crawling.addresses import (
    UrlKind,
    explain_skipped_url,
    get_host,
    get_url_kind,
    list_urls_without_sorting,
    make_url_shape,
)
from gongkai.lib.outbound.crawling.fetching import FetchResult, RobotsRules, fetch_robots, fetch_url
from gongkai.lib.outbound.crawling.frontier import CrawlTarget, Frontier
from gongkai.lib.outbound.crawling.traps import CrawlLimits, TrapDetector
from gongkai.lib.outbound.http_requests import ConnectionPool
from gongkai.lib.outbound.permitted_hosts import RequestLimits
from gongkai.lib.outbound.reachability import is_busy_server_status

if TYPE_CHECKING:
    from queue import SimpleQueue

LOG = logging.getLogger("gongkai.crawling")
#: A link of a page that was read: absolute URL, HTML element, link text.
FoundLink = tuple[str, str, str]
#: Maximum attempts for a request without response.
MAX_ATTEMPTS = 2
#: Maximum redirects in a row, each of which is an address of its own.
MAX_REDIRECTS = 5
#: Reason why a crawl stopped at its time limit.
TIME_OVER_REASON = "到了规定的时长"
#: Seconds between two commits.
COMMIT_INTERVAL_SECONDS = 1.0
#: Maximum number of responses that wait for an earlier one.
MAX_HELD_RESPONSES = 200
#: Maximum seconds for which pages wait for an earlier request.
MAX_WAIT_SECONDS = 3.0
#: Texts of links to the print view of the same page.
_PRINT_LINK_TEXTS = frozenset({"打印", "打印版", "打印本页", "打印此页", "【打印】", "[打印]", "我要打印", "打印文章"})
#: Seconds between two requests to one external host.
EXTERNAL_PAUSE_SECONDS = 1.0


@dataclass
class Crawl:
    """A crawl of one site.

    Attributes:
        start: the first URL, which is always requested.
        frontier: the store of the crawl's URLs and results.
        reach: limits of a request; redirects are not followed (`hops` 0).
        hosts: the site's own hosts; URLs of others are only tested for a response.
        bounds: limits and rate of the crawl.
        ends: true if files and links to other sites are requested, too.
        inner_ends: links to other internal addresses may be requested (a site in an internal network); never redirects.
        now: returns the current moment, for permitted hours and calendars.
        traps: detects endless parts of the site.
        stopped: the Chinese reason why the crawl ended early, or "".
    """

    start: str
    frontier: Frontier
    reach: RequestLimits
    hosts: frozenset[str]
    bounds: CrawlLimits = field(default_factory=CrawlLimits)
    ends: bool = True
    inner_ends: bool = False
    now: Callable[[], datetime] = datetime.now
    traps: TrapDetector = field(default_factory=TrapDetector)
    stopped: str = ""
    _robots: dict[str, RobotsRules] = field(default_factory=dict)
    _tries: dict[int, int] = field(default_factory=dict)
    _outer: dict[str, float] = field(default_factory=dict)
    _not_before: dict[int, float] = field(default_factory=dict)
    _silent: int = 0
    _views: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[FetchResult]:
        """Run the crawl and yield results in order of arrival; the caller calls `record_result` for each."""
        self.frontier.add(self.start, UrlKind.PAGE, found_on=None)
        self._get_robots_rules(_get_site_root(self.start))
        tasks: queue.SimpleQueue[CrawlTarget | None] = queue.SimpleQueue()
        results: queue.SimpleQueue[FetchResult] = queue.SimpleQueue()
        pool = ConnectionPool(most=4 * self.bounds.workers)
        threads = [
            threading.Thread(target=self._fetch_in_thread, args=(tasks, results, pool), daemon=True)
            for _ in range(self.bounds.workers)
        ]
        for thread in threads:
            thread.start()
        try:
            yield from self._run(tasks, results)
        finally:
            for _ in threads:
                tasks.put(None)
            self.frontier.commit()
            pool.close()

    def record_result(self, fetched: FetchResult, links: Iterable[FoundLink] = (), words: str | None = None) -> None:
        """Record the result of a URL with its links.

        Args:
            fetched: the result of fetching the page.
            links: the links of a page.
            words: the text of the page, to detect pages without new content; None if it is no page.
        """
        target = fetched.target
        self.frontier.record_result(
            target.id,
            status=fetched.status,
            reason=fetched.reason,
            onward=fetched.to,
            type=fetched.type,
            size=fetched.size,
            seconds=fetched.seconds,
            at=fetched.at,
            inner=int(fetched.inner),
        )
        barren = False
        if target.kind == UrlKind.PAGE and words is not None:
            barren = not self.traps.is_new_text(words)
            self.traps.record_page(make_url_shape(target.address), barren=barren and target.barren, new=not barren)
        if fetched.to and (hop := _count_redirects(target.tag) + 1) <= MAX_REDIRECTS:
            links = [*links, (fetched.to, f"{_REDIRECT_KIND}{hop}", target.words)]
        for address, tag, text in links:
            kind = get_url_kind(address, self.hosts)
            if kind == UrlKind.PAGE and tag not in _PAGE_LINK_TAGS and not tag.startswith(_REDIRECT_KIND):
                kind = UrlKind.FILE
            self.frontier.add(address, kind, found_on=target.id, tag=tag, words=text, barren=barren)

    def _run(
        self, tasks: "SimpleQueue[CrawlTarget | None]", results: "SimpleQueue[FetchResult]"
    ) -> Iterator[FetchResult]:
        """Request URLs and yield the results until the crawl ends."""
        counts = self.frontier.count_requested_by_kind()
        state = _RunState({kind: counts.get(kind.value, 0) for kind in UrlKind})
        while True:
            self._check_time(state)
            yield from state.release_results()
            pause = self._send(state, tasks)
            if not state.under_way:
                if state.held:
                    time.sleep(0.05)
                    continue
                if self.stopped or not (state.waiting or state.later):
                    if self.stopped or not self.frontier.list_unfetched(state.after, 1):
                        return
                else:
                    time.sleep(min(pause, 1.0))
                continue
            try:
                fetched = results.get(timeout=pause if pause > 0 else 1.0)
            except queue.Empty:
                continue
            state.under_way -= 1
            if not self._queue_retry(fetched, state.later):
                yield from state.order_results(fetched)

    def _check_time(self, run_state: "_RunState") -> None:
        """Stop at the time limit, commit periodically, and load more URLs."""
        now = time.monotonic()
        if now - run_state.begun > self.bounds.run:
            self.stopped = TIME_OVER_REASON
        if now - run_state.committed > COMMIT_INTERVAL_SECONDS:
            self.frontier.commit()
            run_state.committed = now
        if not run_state.waiting:
            run_state.waiting.extend(self.frontier.list_unfetched(run_state.after))
            run_state.after = run_state.waiting[-1].id if run_state.waiting else run_state.after

    def _send(self, run_state: "_RunState", tasks: "SimpleQueue[CrawlTarget | None]") -> float:
        """Send permitted requests; return the seconds until the next one, 0 to wait for a response."""
        while (
            not self.stopped
            and run_state.under_way < self.bounds.workers
            and (run_state.waiting or run_state.later)
            and len(run_state.held) < MAX_HELD_RESPONSES
        ):
            pause = self._compute_pause(run_state.next_at)
            if pause > 0:
                return pause
            target = self._take_next(run_state.waiting, run_state.later)
            if target is None:
                return 0.05
            if self._is_skipped(target, run_state.asked):
                run_state.order.pop(target.id, None)
            else:
                run_state.record_request(target)
                tasks.put(target)
                run_state.under_way += 1
                run_state.next_at = time.monotonic() + self._get_interval_seconds(target)
        return 0.0

    def _compute_pause(self, next_at: float) -> float:
        """Return the seconds until the next request is allowed: 1 outside the permitted hours, 0 or less if it is
        allowed now.
        """
        if self.bounds.hours is not None and not self.bounds.hours.includes(self.now()):
            return 1.0
        return next_at - time.monotonic() if self.bounds.rate else 0.0

    def _get_interval_seconds(self, target: CrawlTarget) -> float:
        """Return the seconds between requests: our rate or the site's own pause, the longer one."""
        if not self.bounds.rate:
            return 0.0
        rules = self._robots.get(_get_site_root(target.address)) if target.kind != UrlKind.OUTER else None
        return max(1.0 / self.bounds.rate, rules.pause if rules else 0.0)

    def _take_next(self, waiting: deque[CrawlTarget], deferred: deque[CrawlTarget]) -> CrawlTarget | None:
        """Remove and return the next URL that may be requested now, or None; other hosts get one request a second."""
        now = time.monotonic()
        for _ in range(len(deferred)):
            target = deferred.popleft()
            earliest = max(self._outer.get(get_host(target.address), 0.0), self._not_before.get(target.id, 0.0))
            if earliest <= now:
                return self._reserve_pause(target, now)
            deferred.append(target)
        while waiting:
            target = waiting.popleft()
            if target.kind != UrlKind.OUTER or self._outer.get(get_host(target.address), 0.0) <= now:
                return self._reserve_pause(target, now)
            deferred.append(target)
            if len(deferred) > 5_000:
                break
        return None

    def _reserve_pause(self, target: CrawlTarget, now: float) -> CrawlTarget:
        """Delay the next request to the host of an external link by the usual pause."""
        if target.kind == UrlKind.OUTER and self.bounds.rate:
            self._outer[get_host(target.address)] = now + EXTERNAL_PAUSE_SECONDS
        return target

    def _is_skipped(self, target: CrawlTarget, requested_counts: dict[UrlKind, int]) -> bool:
        """Return true if a URL is skipped, and record the reason.

        `requested_counts`: requests so far by kind.
        """
        why = self._find_skip_reason(target, requested_counts)
        if why:
            self.frontier.record_result(target.id, reason=why)
        else:
            requested_counts[target.kind] += 1
        return bool(why)

    def _find_skip_reason(self, target: CrawlTarget, requested_counts: dict[UrlKind, int]) -> str:
        """Return the Chinese reason why a URL is not requested, or ""."""
        if target.found_on is None:
            return ""
        if target.kind == UrlKind.PAGE:
            if requested_counts[UrlKind.PAGE] >= self.bounds.pages:
                return "超过规定的网页数"
            reason = (
                explain_skipped_url(target.address, self.now().date())
                or self._find_duplicate(target)
                or self.traps.find_skip_reason(make_url_shape(target.address))
            )
        elif not self.ends:
            return "未列入检查"
        else:
            reason = (
                "超过规定的链接数"
                if requested_counts[UrlKind.FILE] + requested_counts[UrlKind.OUTER] >= self.bounds.ends
                else self.traps.find_skip_reason(make_url_shape(target.address))
            )
        if reason or target.kind == UrlKind.OUTER:
            return reason
        allowed = self._get_robots_rules(_get_site_root(target.address)).allow(target.address)
        return "" if allowed else "robots.txt 不允许"

    def _get_robots_rules(self, root: str) -> RobotsRules:
        """Return a host's robots.txt rules; fetched once."""
        if root not in self._robots:
            self._robots[root] = fetch_robots(root, self.reach)
        return self._robots[root]

    def _find_duplicate(self, target: CrawlTarget) -> str:
        """Return why a page duplicates a known one (other sort order, print view), or ""."""
        if target.words.strip() in _PRINT_LINK_TEXTS:
            return "打印版"
        plain = list_urls_without_sorting(target.address)
        known = any(next(self.frontier.rows("address = ?", (address,)), None) for address in plain)
        # A list that no page links to without a sort order is requested once, in the order found first. A query of the
        # sort order alone is requested: it may select a list.
        key = plain[-1] if plain and "?" in plain[-1] else ""
        known = known or bool(key and self._views.setdefault(key, target.address) != target.address)
        return "同一列表的另一种排列" if known else ""

    def _queue_retry(self, fetched: FetchResult, later: deque[CrawlTarget]) -> bool:
        """Queue the URL of a busy or failed response for a retry and return true; else return false.

        Stops the crawl after `CrawlLimits.silent` requests in a row without a response.
        """
        target = fetched.target
        silent = fetched.status == 0 and not fetched.inner
        if target.kind != UrlKind.OUTER:
            self.traps.record_response(make_url_shape(target.address), came=not silent)
            self._silent = self._silent + 1 if silent else 0
            if self._silent >= self.bounds.silent:
                self.stopped = f"连续{self._silent}次没有应答"
        busy = is_busy_server_status(fetched.status)
        failed = fetched.status >= 500 or (silent and fetched.reason == "连接不上")
        if (busy or failed) and self._tries.get(target.id, 1) < MAX_ATTEMPTS:
            self._tries[target.id] = self._tries.get(target.id, 1) + 1
            if busy:
                self._not_before[target.id] = time.monotonic() + fetched.wait
            later.append(target)
            return True
        self._tries.pop(target.id, None)
        self._not_before.pop(target.id, None)
        return False

    def _fetch_in_thread(
        self, tasks: "SimpleQueue[CrawlTarget | None]", queue: "SimpleQueue[FetchResult]", pool: ConnectionPool
    ) -> None:
        """Fetch targets until None comes; every target has a result, without which the crawl would never end."""
        while (target := tasks.get()) is not None:
            try:
                queue.put(fetch_url(target, self._get_limits(target), self.bounds, pool))
            except Exception:
                LOG.exception("%s: not read", target.address)
                queue.put(FetchResult(target, reason="应答读不出"))

    def _get_limits(self, target: CrawlTarget) -> RequestLimits:
        """Return the limits of a request; with `inner_ends` an external link, but no redirect, may reach its own
        internal host.
        """
        if not self.inner_ends or target.kind != UrlKind.OUTER or target.tag.startswith(_REDIRECT_KIND):
            return self.reach
        return replace(self.reach, inside={*self.reach.inside, get_host(target.address)})


#: Elements whose link within the site is a page unless its suffix is that of a file.
_PAGE_LINK_TAGS = frozenset({"a", "area", "iframe", "frame", ""})
_REDIRECT_KIND = "redirect"


@dataclass
class _RunState:
    """State of a running crawl: requests by kind (`asked`), queued and running ones, start times."""

    asked: dict[UrlKind, int]
    waiting: deque[CrawlTarget] = field(default_factory=deque)
    later: deque[CrawlTarget] = field(default_factory=deque)  # to be retried
    under_way: int = 0
    after: int = 0  # the ID of the last target read from the frontier
    next_at: float = 0.0  # when the next request may start (`time.monotonic`, as all times here)
    order: dict[int, float] = field(default_factory=dict)  # target IDs of requested pages, with the time
    held: dict[int, FetchResult] = field(default_factory=dict)  # pages that wait for earlier ones
    begun: float = field(default_factory=time.monotonic)
    committed: float = field(default_factory=time.monotonic)

    def record_request(self, target: CrawlTarget) -> None:
        """Record that a page was requested; pages are yielded in request order."""
        if target.kind == UrlKind.PAGE and target.id not in self.order:
            self.order[target.id] = time.monotonic()

    def order_results(self, fetched: FetchResult) -> Iterator[FetchResult]:
        """Accept a result and yield those that are due; a page only after all pages requested before it."""
        if fetched.target.kind != UrlKind.PAGE:
            yield fetched
            return
        if fetched.target.id not in self.order:  # it took so long that the others went ahead
            yield fetched
            return
        self.held[fetched.target.id] = fetched
        yield from self.release_results()

    def release_results(self) -> Iterator[FetchResult]:
        """Yield the pages whose predecessors arrived or timed out."""
        while self.order:
            first, since = next(iter(self.order.items()))
            if first in self.held:
                del self.order[first]
                yield self.held.pop(first)
            elif time.monotonic() - since > MAX_WAIT_SECONDS:
                del self.order[first]
            else:
                return


def _count_redirects(tag: str) -> int:
    """Return the number of redirects that led to a URL."""
    return int(tag.removeprefix(_REDIRECT_KIND)) if tag.startswith(_REDIRECT_KIND) else 0


def _get_site_root(address: str) -> str:
    scheme, _, rest = address.partition("//")
    return f"{scheme}//{rest.partition('/')[0]}"
