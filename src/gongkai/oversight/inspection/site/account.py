"""Inspect a government social-media account (政务新媒体) by its public web page.

The checks are whether the page opens and whether anything was published in the last two weeks.
An account that is only readable inside the platform's app is reported as not judged.
"""

from datetime import UTC, date, datetime, timedelta

from gongkai.lib.outbound import InternalHost, NoAnswer, RequestLimits, send_request
from gongkai.lib.outbound.crawling import normalise_url
from gongkai.lib.outbound.crawling.addresses import get_host
from gongkai.lib.outbound.reachability import is_dead_link_status
from gongkai.oversight.inspection.site.dates import iterate_days
from gongkai.oversight.inspection.site.evidence import store_page
from gongkai.oversight.inspection.site.lists import find_entries
from gongkai.oversight.inspection.site.page import WebPage, parse_page
from gongkai.oversight.inspection.site.report import InspectionReport
from gongkai.oversight.inspection.site.run import (
    USER_AGENT,
    InspectionError,
    InspectionParameters,
    make_inner_host_message,
)
from gongkai.oversight.inspection.site.scoring import FindingCollector, compute_score

STALE, UNREACHABLE = "account.stale", "account.unreachable"


def inspect_account(parameters: InspectionParameters) -> InspectionReport:
    """Inspect an account's page and return a report with the account vetoes only, without false alarms."""
    begun = datetime.now(UTC).isoformat(timespec="seconds")
    findings = FindingCollector()
    skipped = {row.key: "账号不评" for row in parameters.indicators.rows.values() if row.kind == "bonus"}
    data, why = _fetch_account_page(parameters)
    page = parse_page(data, parameters.address, 1, normalise_url) if data else None
    newest = find_newest_post(page, parameters.today) if page else None
    limit = int(parameters.indicators.limit(STALE, "days", 14))
    if why:
        findings.add(UNREACHABLE, parameters.address, f"账号主页打不开：{why}", key="account", at=begun)
    elif newest is None:
        skipped[STALE] = "账号主页没有可以读取的内容和日期，请人工查看"
    elif (parameters.today - newest).days > limit:
        facts = {"at": begun, "shown": newest.isoformat(), **store_page(data, parameters.folder)}
        text = f"最近一次更新是{newest.isoformat()}，已超过{limit}天"
        findings.add(STALE, parameters.address, text, key="account", is_home_page=False, **facts)
    chosen = [finding for finding in findings.rows.values() if finding.indicator in parameters.indicators]
    rows = [finding for finding in chosen if finding.mark not in parameters.aside]
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    columns = [
        {
            "name": "账号主页",
            "kind": "news",
            "url": parameters.address,
            "entries": 0,
            "newest": str(newest or ""),
            "empty": False,
        }
    ]
    score = compute_score(rows, parameters.indicators, skipped)
    return InspectionReport(
        parameters.address, begun, ended, parameters.today.isoformat(), int(bool(page)), 0, score, rows, parameters.indicators, skipped, columns
    )  # fmt: skip


def find_newest_post(page: WebPage, today: date) -> date | None:
    """Return the day of the newest post shown, None if there is none."""
    until = today + timedelta(days=1)
    days = [entry.day for entry in find_entries(page, today)]
    if not any(days):
        days = [day.day for line in page.lines for day in iterate_days(line, today, without_year=True)]
    return max((day for day in days if day and day <= until), default=None)


def _fetch_account_page(parameters: InspectionParameters) -> tuple[bytes, str]:
    """Return (page's bytes, "") or (b"", reason why it could not be fetched).

    Raises:
        InspectionError: the address leads into an internal network that may not be inspected.
    """
    address = parameters.address
    inside = {get_host(address)} if parameters.inside is None else parameters.inside
    reach = RequestLimits(seconds=15, whole=30, hops=5, most=5_000_000, inside=inside, agent=USER_AGENT)
    try:
        with send_request(address, reach) as answer:
            return (b"", f"应答 {answer.status}") if is_dead_link_status(answer.status) else (answer.read(), "")
    except InternalHost as error:
        raise InspectionError(make_inner_host_message(get_host(address))) from error
    except NoAnswer as error:
        return b"", str(error) or "连接不上"
