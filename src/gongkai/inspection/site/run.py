"""An inspection from the address to the report."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from gongkai.inspection.availability import WATCHED, Availability
from gongkai.inspection.site import data_lists
from gongkai.inspection.site.checks import (
    annual,
    ends,
    form,
    freshness,
    interpretation,
    marks,
    safety,
    search,
    service,
    tags,
    texts,
    transport,
)
from gongkai.inspection.site.checks.found import Found
from gongkai.inspection.site.checks.wording import Wording
from gongkai.inspection.site.columns import Column, columns_of, template_of
from gongkai.inspection.site.evidence import keep_evidence
from gongkai.inspection.site.findings import Finding, Findings
from gongkai.inspection.site.indicators import Indicators, read_indicators
from gongkai.inspection.site.lists import Layout
from gongkai.inspection.site.page import Page, parse_page, read_page
from gongkai.inspection.site.published import published
from gongkai.inspection.site.report import Report
from gongkai.inspection.site.scoring import score_of
from gongkai.inspection.site.site import Site
from gongkai.inspection.site.store import Store
from gongkai.outbound import Reach
from gongkai.outbound.crawling import Bounds, Crawl, Fetched, Frontier, Kind, normal
from gongkai.outbound.crawling.addresses import host_of
from gongkai.outbound.crawling.crawl import TIME_OVER
from gongkai.outbound.crawling.links import Whole
from gongkai.outbound.where import is_inner

AGENT = "Gongkai-inspect"
STATE = "inspection.sqlite3"
#: Requests a second where nobody says otherwise.
POLITE = 2.0
#: From this weight on a day is taken for the day of publishing of a text.
SURE = 60
_BEGIN_DAY = re.compile(r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")


class InspectionError(ValueError):
    """An inspection that cannot begin; the message is one Chinese line."""


class Unfinished(Exception):
    """Its time is over before the site was read; the next time goes on where it was."""

    def __init__(self, pages: int, ends: int) -> None:
        self.pages, self.ends = pages, ends
        super().__init__(f"{pages} pages")


@dataclass
class Inspection:
    """What an inspection is asked for.

    Attributes:
        address: of the home page.
        folder: where state, pages and report are kept, and where it goes on after a kill; nothing is left behind where there is none.
        bounds: how far and how fast.
        today: the day by which freshness is judged.
        indicators: the table.
        layouts: how the site writes its lists, where that was learnt.
        progress: told now and then: pages asked for, addresses waiting.
        pictures: whether pictures of pages are taken for evidence.
        week: visits of the last week, where somebody counted them.
        aside: marks of findings that somebody knows to be misreadings: they are not reported.
        inside: hosts of inner networks that may be asked, where not all of them may (somebody who works on this machine asks).
        whole: whether it is judged by what was read where its time (`bounds.run`) is over; else it is `Unfinished`.
    """

    address: str
    folder: Path | None = None
    bounds: Bounds = field(default_factory=lambda: Bounds(rate=POLITE))
    today: date = field(default_factory=date.today)
    indicators: Indicators = field(default_factory=read_indicators)
    layouts: list[Layout] = field(default_factory=list)
    progress: Callable[[int, int], None] = lambda pages, ends: None
    pictures: bool = True
    whole: bool = True
    inside: frozenset[str] | None = None
    week: Availability | None = None
    aside: frozenset[str] = frozenset()


def inspect_site(wanted: Inspection) -> Report:
    """Inspect a site.

    Raises:
        InspectionError: the address is none, or the folder cannot be written.
        Unfinished: its time is over, and it is to go on another time.
    """
    start = normal(wanted.address if "//" in wanted.address else f"http://{wanted.address}")
    if not start:
        raise InspectionError("网址写法有误，应为 http:// 或 https:// 开头的网址")
    with _folder(wanted.folder) as folder:
        frontier, begun = _frontier(folder, start)
        try:
            store = Store(frontier)
            crawl = _crawl(start, frontier, wanted)
            findings = Findings()
            whole = Whole()
            _read(crawl, store, whole, wanted)
            if crawl.stopped == TIME_OVER and not wanted.whole:
                counts = frontier.counts()
                raise Unfinished(
                    counts.get(Kind.PAGE, 0), counts.get(Kind.FILE, 0) + counts.get(Kind.OUTER, 0)
                )
            report = _judged(start, begun, crawl, store, findings, whole, wanted)
            if wanted.folder is not None:
                report.write(folder)
            frontier.fact("ended", report.ended)
            return report
        finally:
            frontier.close()


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is None:
        with tempfile.TemporaryDirectory(prefix="gongkai-inspect-") as made:
            yield Path(made)
        return
    try:
        given.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InspectionError(f"文件夹不能写入：{given}") from error
    yield given


def _frontier(folder: Path, start: str) -> tuple[Frontier, str]:
    """Return where the inspection stands: one of this address that was cut off goes on, any other begins anew."""
    path = folder / STATE
    if path.exists():
        old = Frontier(path)
        same, begun, ended = old.fact("start") == start, old.fact("begun"), old.fact("ended")
        if same and begun and not ended:
            return old, begun
        old.close()
        for one in folder.glob(f"{STATE}*"):
            one.unlink()
    made = Frontier(path)
    begun = datetime.now(UTC).isoformat(timespec="seconds")
    made.fact("start", start)
    made.fact("begun", begun)
    return made, begun


def unnamed(host: str) -> str:
    """Return why a site of an inner network is not inspected from the office."""
    return f"“{host}”是内部网络地址：须由系统管理员在“允许检查的内部网络地址”中登记，并由安全保密管理员确认后才能检查。"


def _crawl(start: str, frontier: Frontier, wanted: Inspection) -> Crawl:
    host = host_of(start)
    parts = urlsplit(start)
    private = is_inner(parts.hostname or "", parts.port or 80)
    bare = host.removeprefix("www.")
    if private and wanted.inside is not None and host not in wanted.inside:
        raise InspectionError(unnamed(host))
    bounds = wanted.bounds
    hosts = frozenset({host} if private else {bare, f"www.{bare}"})
    inside = (wanted.inside or {host}) if private else frozenset[str]()
    reach = Reach(seconds=bounds.seconds, whole=bounds.whole, agent=AGENT, inside=inside)
    return Crawl(start, frontier, reach, hosts, bounds, inner_ends=private and wanted.inside is None)


def _read(crawl: Crawl, store: Store, whole: Whole, wanted: Inspection) -> None:
    """Read the site, page after page."""
    wording = Wording()
    pages = other = 0
    for fetched in crawl:
        if fetched.page:
            pages += 1
            _page(fetched, crawl, store, whole, wording, wanted)
        else:
            other += 1
            crawl.note(fetched, _data(fetched, store, wanted))
            _end(fetched, crawl, store)
        if (pages + other) % 20 == 0:
            wanted.progress(pages, other)


def _page(
    fetched: Fetched, crawl: Crawl, store: Store, whole: Whole, wording: Wording, wanted: Inspection
) -> None:
    page = read_page(fetched, whole)
    if page is None:
        crawl.note(fetched)
        store.see(fetched.target.id, [Found("page.empty", "网页没有内容", fetched.target.address)])
        return
    links = [
        (one.address, one.tag, name) for one, name in zip(page.links, page.names, strict=True) if one.address
    ]
    links += [(address, data_lists.TAG, "") for address in data_lists.data_of(page)]
    crawl.note(fetched, links, page.text)
    day, article = _kind(page, wanted.today, home=fetched.target.found_on is None)
    store.keep(page, day=day, article=article)
    found = [
        *form.form_of(page),
        *safety.safety_of(page, crawl.hosts),
        *tags.tags_of(page, article=article),
        *wording.of(page),
        *_broken_links(page),
    ]
    if fetched.cut or fetched.size > int(wanted.indicators.limit("page.large", "bytes", 2_000_000)):
        found.append(
            Found(
                "page.large",
                f"网页有 {fetched.size / 1_000_000:.1f} 兆字节" + ("以上" if fetched.cut else ""),
                page.address,
            )
        )
    store.see(fetched.target.id, found)


def _data(fetched: Fetched, store: Store, wanted: Inspection) -> list[tuple[str, str, str]]:
    """Keep what the data of a list says, and return the links in it."""
    target = fetched.target
    if target.tag != data_lists.TAG or not 200 <= fetched.status < 300:
        return []
    shown_on = next(store.frontier.rows("id = ?", (target.found_on,)), None)
    entries = data_lists.entries_in(
        fetched.data, shown_on["address"] if shown_on else target.address, wanted.today
    )
    if entries is None:
        return []
    store.note_list(target.id, entries)
    return [(entry.address, "a", entry.title) for entry in entries]


def _kind(page: Page, today: date, *, home: bool) -> tuple[date | None, bool]:
    """Return the day of a page and whether it is one text."""
    said = published(page, today)
    day = said.day if said else None
    own = bool(page.metas.get("articletitle") or page.metas.get("pubdate"))
    if own:
        return day, True
    if (
        home
        or "noindex"
        in page.metas.get("robots", "").lower()  # a view of something: found by a search, compared, filtered
        or said is None
        or said.weight < SURE
        or (page.metas.get("columnname") and not page.by["article"] and said.weight < 70)
    ):
        return day, False
    listed = sum(1 for line in page.lines if len(line) < 90 and _BEGIN_DAY.search(line[-22:] + line[:14]))
    return day, listed <= 4


def _broken_links(page: Page) -> Iterator[Found]:
    for link in page.links:
        if not link.address and link.tag == "a" and link.written[:5].lower() in {"http:", "https"}:
            yield Found("link.broken", f"链接地址写法有误：{link.written[:60]}", link.written, link.written)


def _end(fetched: Fetched, crawl: Crawl, store: Store) -> None:
    """Judge what is no page of the site by its beginning."""
    target = fetched.target
    if not 200 <= fetched.status < 300:
        return
    if target.kind == Kind.FILE:
        wrong = ends.wrong_file(target.address, fetched.data, fetched.size, target.tag)
        if wrong:
            store.see(target.id, [Found(wrong[0], wrong[1], target.address)])
    elif target.kind == Kind.OUTER and "html" in fetched.type and not safety.trusted(host_of(target.address)):
        page = parse_page(fetched.data, target.address, target.id, normal)
        if page is not None and safety.HARMFUL.search(f"{page.title} {page.metas.get('keywords', '')}"):
            host = host_of(target.address)
            store.see(
                target.id,
                [
                    Found(
                        "veto.harmful", f"链接已被劫持，打开的是：{page.title[:40]}（{host}）", target.address
                    )
                ],
            )


_CHECKS: tuple[Callable[[Site], None], ...] = (
    ends.check_ends, freshness.check_freshness, freshness.check_presence, marks.check_marks, texts.check_texts, service.check_guides,
    service.check_interaction, service.check_consultations, interpretation.check_interpretations, annual.check_reports, search.check_search,
    transport.check_transport,
)  # fmt: skip


def _judged(
    start: str, begun: str, crawl: Crawl, store: Store, findings: Findings, whole: Whole, wanted: Inspection
) -> Report:
    store.frontier.commit()
    home = _home(start, store, whole)
    skipped: dict[str, str] = {}
    columns = []
    if home is None:
        row = next(store.frontier.rows("address = ?", (start,)), None)
        why = (row["reason"] or f"应答 {row['status']}") if row is not None else ""
        findings.add(
            "veto.unreachable", start, f"首页打不开：{why}", seen_at=row["at"] if row is not None else ""
        )
    else:
        _judge_week(start, findings, wanted)
        template = template_of(store, whole)
        found = columns_of(store, home, template, wanted.today, whole, wanted.layouts)
        facts = {one.address: one for one in store.facts()}
        site = Site(
            start, host_of(home.address), home, crawl.hosts, bool(crawl.reach.inside), wanted.today, store, whole, wanted.indicators,
            findings, crawl.reach, template, found, facts, skipped,
        )  # fmt: skip
        for number, address, one in store.seen():
            if one.indicator in wanted.indicators:
                findings.add(
                    one.indicator, address, one.what, key=one.key, home=number == home.id, shown=one.shown
                )
        for column in found:
            page = store.page(column.id, whole) if _is_column(column) else None
            for match in tags.column_tags(page) if page else ():
                findings.add(match.indicator, column.address, match.what)
        for check in _CHECKS:
            check(site)
        skipped = site.skipped
        columns = [
            {
                "name": one.name,
                "kind": one.kind,
                "url": one.address,
                "entries": len(one.entries),
                "newest": str(one.newest(wanted.today) or ""),
                "empty": one.empty,
                "scripted": one.scripted,
                "lines": one.lines(),
            }
            for one in found
        ]
    rows = _reported(findings, wanted)
    keep_evidence(rows, store, wanted.folder, home=home.address if home else start, pictures=wanted.pictures)
    counts = store.frontier.counts()
    pages = store.frontier.db.execute("SELECT count(*) FROM page").fetchone()[0]
    return Report(
        start, begun, datetime.now(UTC).isoformat(timespec="seconds"), wanted.today.isoformat(), pages,
        counts.get(Kind.FILE, 0) + counts.get(Kind.OUTER, 0), score_of(rows, wanted.indicators, skipped), rows, wanted.indicators, skipped,
        columns, findings.over, crawl.stopped,
    )  # fmt: skip


def _reported(findings: Findings, wanted: Inspection) -> list[Finding]:
    """Return what is reported, what weighs most first: of the table's indicators, and no known misreading."""
    kept = (finding for finding in findings.rows.values() if finding.indicator in wanted.indicators)
    return sorted(
        (finding for finding in kept if finding.mark not in wanted.aside), key=_weight(wanted.indicators)
    )


def _judge_week(start: str, findings: Findings, wanted: Inspection) -> None:
    """Judge the visits of the week before: which share of them did not open."""
    week, most = wanted.week, float(wanted.indicators.limit("veto.unreachable", "share", 0.05))
    if week is not None and week.fails(most):
        words = f"近{WATCHED}天访问{week.count}次，{week.failed}次没有按时打开，占{100 * week.share:.1f}%"
        findings.add("veto.unreachable", start, words, key="week")


def _is_column(column: Column) -> bool:
    """Whether a page that a menu names is surely a column, not a map, a form or a page of help."""
    if column.kind in {"map", "search", "english", "still"}:
        return False
    return column.kind != "other" or column.empty or any(entry.day for entry in column.entries)


def _weight(table: Indicators) -> Callable[..., tuple[int, int]]:
    order = {key: at for at, key in enumerate(table.rows)}
    kinds = {"veto": 0, "deduction": 1, "note": 2, "bonus": 3}
    return lambda one: (kinds[table[one.indicator].kind], order[one.indicator])


def _home(start: str, store: Store, whole: Whole) -> Page | None:
    """Return the home page, behind its redirects."""
    address, passed = start, set[str]()
    while address not in passed:
        passed.add(address)
        row = next(store.frontier.rows("address = ?", (address,)), None)
        if row is None:
            return None
        if not row["onward"]:
            return store.page(row["id"], whole)
        address = row["onward"]
    return None
