"""Run an inspection from the address to the report."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from gongkai.lib.outbound import RequestLimits, is_busy_server_status
from gongkai.lib.outbound.crawling import Crawl, Frontier, UrlKind, normalise_url
from gongkai.lib.outbound.crawling.addresses import get_host, make_url_shape
from gongkai.lib.outbound.crawling.crawl import TIME_OVER_REASON
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.permitted_hosts import is_internal_host
from gongkai.oversight.inspection.availability import WATCHED_DAYS
from gongkai.oversight.inspection.site.checks import (
    annual,
    attachments,
    broken_links,
    freshness,
    harmful,
    interpretation,
    safety,
    search,
    service,
    site_marks,
    texts,
)
from gongkai.oversight.inspection.site.columns import InspectedColumn, find_columns
from gongkai.oversight.inspection.site.crawling import (
    DEFAULT_REQUESTS_PER_SECOND,
    InspectionError,
    InspectionParameters,
    TimeLimitReached,
    crawl_site,
)
from gongkai.oversight.inspection.site.evidence import store_evidence
from gongkai.oversight.inspection.site.page import WebPage
from gongkai.oversight.inspection.site.page_template import learn_template
from gongkai.oversight.inspection.site.report import InspectionReport
from gongkai.oversight.inspection.site.scoring import FindingCollector, Indicators, InspectionFinding, compute_score
from gongkai.oversight.inspection.site.site import CrawledSite
from gongkai.oversight.inspection.site.store import InspectionStore

__all__ = [
    "DEFAULT_REQUESTS_PER_SECOND",
    "STATE_FILE_NAME",
    "InspectionError",
    "InspectionParameters",
    "TimeLimitReached",
    "inspect_site",
    "make_inner_host_message",
]

USER_AGENT = "Gongkai-inspect"
STATE_FILE_NAME = "inspection.sqlite3"


def inspect_site(parameters: InspectionParameters) -> InspectionReport:
    """Inspect a site and return the report, which is also written to the folder if there is one.

    Raises:
        InspectionError: the address is invalid or an internal one not permitted, or the folder is not writable.
        TimeLimitReached: the time limit passed; call again to resume.
    """
    start = normalise_url(parameters.address if "//" in parameters.address else f"http://{parameters.address}")
    if not start:
        raise InspectionError("网址写法有误，应为 http:// 或 https:// 开头的网址")
    with _open_folder(parameters.folder) as folder:
        frontier, begun = _open_frontier(folder, start)
        try:
            store = InspectionStore(frontier)
            crawl = _make_crawl(start, frontier, parameters)
            findings = FindingCollector()
            cache = UrlCache()
            crawl_site(crawl, store, cache, parameters)
            if crawl.stopped == TIME_OVER_REASON and not parameters.whole:
                counts = frontier.count_requested_by_kind()
                raise TimeLimitReached(
                    counts.get(UrlKind.PAGE, 0), counts.get(UrlKind.FILE, 0) + counts.get(UrlKind.OUTER, 0)
                )
            report = _judge_site(start, begun, crawl, store, findings, cache, parameters)
            if parameters.folder is not None:
                report.write(folder)
            frontier.get_or_set_value("ended", report.ended)
            return report
        finally:
            frontier.close()


@contextmanager
def _open_folder(requested: Path | None) -> Iterator[Path]:
    """Yield the given folder, created if necessary, or a temporary one.

    Raises:
        InspectionError: the folder cannot be written.
    """
    if requested is None:
        with tempfile.TemporaryDirectory(prefix="gongkai-inspect-") as temporary:
            yield Path(temporary)
        return
    try:
        requested.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InspectionError(f"文件夹不能写入：{requested}") from error
    yield requested


def _open_frontier(folder: Path, start: str) -> tuple[Frontier, str]:
    """Return (stored queue of an unfinished run of the address, or a new one; time it began)."""
    path = folder / STATE_FILE_NAME
    if path.exists():
        stored = Frontier(path)
        is_same_start, begun, ended = (
            stored.get_or_set_value("start") == start,
            stored.get_or_set_value("begun"),
            stored.get_or_set_value("ended"),
        )
        if is_same_start and begun and not ended:
            return stored, begun
        stored.close()
        for state_file in folder.glob(f"{STATE_FILE_NAME}*"):
            state_file.unlink()
    frontier = Frontier(path)
    begun = datetime.now(UTC).isoformat(timespec="seconds")
    frontier.get_or_set_value("start", start)
    frontier.get_or_set_value("begun", begun)
    return frontier, begun


def make_inner_host_message(host: str) -> str:
    """Return the message for an internal host that the office may not inspect."""
    return f"“{host}”是内部网络地址：须由系统管理员在“允许检查的内部网络地址”中登记，并由安全保密管理员确认后才能检查。"


def _make_crawl(start: str, frontier: Frontier, parameters: InspectionParameters) -> Crawl:
    """Return the crawl of the site with its hosts, limits and permitted inner hosts.

    Raises:
        InspectionError: the site is in an internal network that may not be inspected.
    """
    host = get_host(start)
    url_parts = urlsplit(start)
    private = is_internal_host(url_parts.hostname or "", url_parts.port or 80)
    bare = host.removeprefix("www.")
    if private and parameters.inside is not None and host not in parameters.inside:
        raise InspectionError(make_inner_host_message(host))
    bounds = parameters.bounds
    hosts = frozenset({host} if private else {bare, f"www.{bare}"})
    inside = (parameters.inside or {host}) if private else frozenset[str]()
    reach = RequestLimits(seconds=bounds.seconds, whole=bounds.whole, agent=USER_AGENT, inside=inside)
    return Crawl(start, frontier, reach, hosts, bounds, inner_ends=private and parameters.inside is None)


#: Maximum nesting of frames.
MAX_FRAME_DEPTH = 3
_SITE_CHECKS: tuple[Callable[[CrawledSite], None], ...] = (
    broken_links.check_link_targets, harmful.check_suspicious_links, freshness.check_freshness, freshness.check_presence,
    site_marks.check_site_marks, site_marks.check_footers,
    texts.check_texts, service.check_guides,
    service.check_interaction, service.check_consultations, interpretation.check_interpretations, annual.check_annual_reports, search.check_search,
    attachments.check_unread_attachments,
    safety.check_transport, safety.check_robots, texts.check_rare_spellings,
)  # fmt: skip


def _describe_column(column: InspectedColumn, today: date) -> dict[str, object]:
    """Return the facts of a column as the report lists them (JSON)."""
    return {
        "name": column.name,
        "kind": column.kind,
        "url": column.address,
        "entries": len(column.entries),
        "newest": str(column.newest(today) or ""),
        "empty": column.empty,
        "scripted": column.scripted,
        "lines": column.lines(),
    }


def _judge_missing_home(start: str, store: InspectionStore, findings: FindingCollector) -> dict[str, str]:
    """Record that the home page does not open; return {skipped indicator: reason}."""
    row = next(store.frontier.rows("address = ?", (start,)), None)
    reason = (row["reason"] or f"应答 {row['status']}") if row is not None else ""
    if row is not None and is_busy_server_status(row["status"] or 0):
        return {"veto.unreachable": f"首页暂时拒绝访问（{reason}），没有评，请过后再检查"}
    findings.add("veto.unreachable", start, f"首页打不开：{reason}", seen_at=row["at"] if row is not None else "")
    return {}


def _judge_site(
    start: str,
    started_at: str,
    crawl: Crawl,
    store: InspectionStore,
    findings: FindingCollector,
    cache: UrlCache,
    parameters: InspectionParameters,
) -> InspectionReport:
    """Judge the crawled pages and return the report; without a home page only that it is unreachable."""
    store.frontier.commit()
    home = _read_home_page(start, store, cache)
    skipped: dict[str, str] = {}
    columns = []
    if home is None:
        skipped = _judge_missing_home(start, store, findings)
    else:
        _judge_week(start, findings, parameters)
        template = learn_template(store, cache)
        inspected_columns = find_columns(store, home, template, parameters.today, cache, parameters.layouts)
        store.forget_texts(store.list_endless_patterns())
        facts = {page_facts.address: page_facts for page_facts in store.iterate_page_facts()}
        site = CrawledSite(
            start, get_host(home.address), home, crawl.hosts, bool(crawl.reach.inside), parameters.today, store, cache, parameters.indicators,
            findings, crawl.reach, template, inspected_columns, facts, skipped,
        )  # fmt: skip
        for number, address, inspected in store.iterate_faults():
            if inspected.indicator in parameters.indicators:
                findings.add(
                    inspected.indicator,
                    address,
                    inspected.what,
                    key=inspected.key,
                    is_home_page=number == home.id,
                    shown=inspected.shown,
                )
        for column in inspected_columns:
            page = store.page(column.id, cache) if _has_checked_tags(column) else None
            for match in site_marks.find_missing_column_tags(page) if page else ():
                findings.add(match.indicator, column.address, match.what)
        for check in _SITE_CHECKS:
            check(site)
        skipped = site.skipped
        columns = [_describe_column(inspected, parameters.today) for inspected in inspected_columns]
    rows = _sort_findings(findings, parameters)
    store_evidence(
        rows, store, parameters.folder, home_url=home.address if home else start, pictures=parameters.screenshots
    )
    counts = store.frontier.count_requested_by_kind()
    pages = store.frontier.db.execute("SELECT count(*) FROM page").fetchone()[0]
    return InspectionReport(
        start, started_at, datetime.now(UTC).isoformat(timespec="seconds"), parameters.today.isoformat(), pages,
        counts.get(UrlKind.FILE, 0) + counts.get(UrlKind.OUTER, 0), compute_score(rows, parameters.indicators, skipped), rows,
        parameters.indicators, skipped,
        columns, findings.over, crawl.stopped, _list_left_out_kinds(store),
    )  # fmt: skip


#: Maximum number of skipped kinds of addresses in a report.
_MAX_SKIPPED_ADDRESS_KINDS = 60


def _list_left_out_kinds(store: InspectionStore) -> list[dict[str, object]]:
    """Return a dict (`why`, `count`, `example`) for each reason and shape of addresses that were left out, most first."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for row in store.frontier.rows("done = 1 AND status IS NULL AND reason != '' ORDER BY id"):
        key = (row["reason"], make_url_shape(row["address"]))
        counts[key] += 1
        examples.setdefault(key, row["address"])
    return [
        {"why": key[0], "count": count, "example": examples[key]}
        for key, count in counts.most_common(_MAX_SKIPPED_ADDRESS_KINDS)
    ]


def _sort_findings(findings: FindingCollector, parameters: InspectionParameters) -> list[InspectionFinding]:
    """Return the findings of the chosen indicators without false alarms, the gravest first."""
    chosen = (finding for finding in findings.rows.values() if finding.indicator in parameters.indicators)
    return sorted(
        (finding for finding in chosen if finding.mark not in parameters.aside),
        key=_make_sort_key(parameters.indicators),
    )


def _judge_week(start: str, findings: FindingCollector, parameters: InspectionParameters) -> None:
    """Add a finding if the failed visits of the last days reach the share that the indicator allows."""
    week, most = parameters.week, float(parameters.indicators.limit("veto.unreachable", "share", 0.05))
    if week is not None and week.fails(most):
        text = f"近{WATCHED_DAYS}天访问{week.count}次，{week.failed}次没有按时打开，占{100 * week.failure_share:.1f}%"
        findings.add("veto.unreachable", start, text, key="week")


def _has_checked_tags(column: InspectedColumn) -> bool:
    """Return true if a column's meta tags are checked."""
    if column.kind in {"map", "search", "english", "still"}:
        return False
    return column.kind != "other" or column.empty or any(entry.day for entry in column.entries)


def _make_sort_key(table: Indicators) -> Callable[..., tuple[int, int]]:
    """Return a sort key for findings: kind of indicator, then its order."""
    order = {key: index for index, key in enumerate(table.rows)}
    kinds = {"veto": 0, "deduction": 1, "note": 2, "bonus": 3}
    return lambda one: (kinds[table[one.indicator].kind], order[one.indicator])


def _read_home_page(start: str, store: InspectionStore, cache: UrlCache) -> WebPage | None:
    """Return the home page after redirects, with its frames; None if it was not read."""
    address, passed = start, set[str]()
    while address not in passed:
        passed.add(address)
        row = next(store.frontier.rows("address = ?", (address,)), None)
        if row is None:
            return None
        if not row["onward"]:
            page = store.page(row["id"], cache)
            return _add_frames(page, store, cache) if page else None
        address = row["onward"]
    return None


def _add_frames(page: WebPage, store: InspectionStore, cache: UrlCache, depth: int = 0) -> WebPage:
    """Add the contents of the page's frames to it, to a depth of MAX_FRAME_DEPTH, and return it."""
    frames = [link.address for link in page.links if link.tag == "frame" and link.address]
    for address in dict.fromkeys(frames if depth < MAX_FRAME_DEPTH else ()):
        row = next(store.frontier.rows("address = ?", (address,)), None)
        inner = store.page(row["id"], cache) if row is not None else None
        if inner is not None:
            page.take_in(_add_frames(inner, store, cache, depth + 1))
    return page
