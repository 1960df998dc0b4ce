"""Detect links and redirects to harmful pages by the content of the linked page.

Addresses that only look harmful are left for a person to check.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import UrlKind
from gongkai.lib.outbound.crawling.addresses import get_host
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.checks.safety import (
    ADVERTISING_TITLE_PATTERN,
    HARMFUL_WORDS_PATTERN,
    is_trusted_host,
)
from gongkai.oversight.inspection.site.page import WebPage
from gongkai.oversight.inspection.site.scoring import DOUBT, VETO, describe_unjudged
from gongkai.oversight.inspection.site.site import CrawledSite

#: Minimum number of different advertising words on a page; a single one may be in a news text.
MIN_ADVERTISING_WORDS = 3
#: Words of texts that report about such sites instead of advertising them.
_ANTI_CRIME_WORD_RE = re.compile(
    r"打击|整治|严禁|举报|防范|警惕|查处|打掉|抓获|反诈|警方|公安|法院|检察|判处|被判|危害|远离|拒绝"
)
#: Host names typical of such sites: bet365.com, www.casino88.net, 6hc.cc.
_HARMFUL_HOST_NAME_RE = re.compile(
    r"(?:^|[.-])(?:\d{0,4}(?:bet|casino|poker|slots?|porn|xxx|6hc|lhc)\d{0,4}|\d{2,4}bet\w{0,4}|bet(?:365|way|victor|fair)\w{0,3}|"
    r"(?:yabo|kaiyun|jiuyou|leyu|bwin|wanbo|hth|manbetx|bob)(?:\d{1,5}|vip|app|tiyu|sports?)?)(?=[.:-])",
    re.IGNORECASE,
)


def looks_harmful(host: str) -> bool:
    """Return True if a host name resembles those of harmful sites; this proves nothing alone.

    >>> looks_harmful("www.bet365-cn.com"), looks_harmful("kaiyun88.vip:8443"), looks_harmful("www.alphabet.com")
    (True, True, False)
    """
    return not is_trusted_host(host) and bool(_HARMFUL_HOST_NAME_RE.search(host) or HARMFUL_WORDS_PATTERN.search(host))


def find_harmful_words(page: WebPage) -> str:
    """Return the harmful words on an external page."""
    titled = f"{page.title} {page.metas.get('keywords', '')}"
    if _ANTI_CRIME_WORD_RE.search(titled):
        return ""
    match = HARMFUL_WORDS_PATTERN.search(
        f"{titled} {page.metas.get('description', '')}"
    ) or ADVERTISING_TITLE_PATTERN.search(titled)
    if match:
        return match[0]
    found = dict.fromkeys(match[0] for match in HARMFUL_WORDS_PATTERN.finditer(page.text))
    return (
        "、".join([*found][:5])
        if len(found) >= MIN_ADVERTISING_WORDS and not _ANTI_CRIME_WORD_RE.search(page.text)
        else ""
    )


def judge_page(page: WebPage, *, redirected: bool, found_on: str) -> Iterator[PageFault]:
    """Yield the finding for a harmful page; `redirected`: the site redirects there, otherwise it has a link to it."""
    harmful_words = find_harmful_words(page)
    if harmful_words:
        manner = "网页自动转向有害网站" if redirected else "链接已被劫持，打开的是"
        message = f"{manner}：{page.title[:40] or harmful_words[:40]}（{get_host(page.address)}）"
        yield PageFault(VETO, message, page.address, f"{found_on} 打开后显示：{harmful_words}")


def check_suspicious_links(site: CrawledSite) -> None:
    """Report links with suspicious addresses whose pages could not be read, without a verdict."""
    frontier = site.store.frontier
    known_addresses = {finding.url for finding in site.findings.get_findings(VETO)}
    for row in frontier.rows("kind = ? AND done = 1", (UrlKind.OUTER,)):
        host = get_host(row["address"])
        if not looks_harmful(host) or row["address"] in known_addresses:
            continue
        if _was_read(site, row["address"]):
            continue  # its content was checked already
        source = next(frontier.rows("id = ?", (row["found_on"],)), None)
        found_on = source["address"] if source else ""
        message = f"地址像有害网站，没有读到内容，待核实：{host}"
        site.add(
            DOUBT, found_on or row["address"], message, key=row["address"], shown=row["address"], found_on=found_on
        )
    doubts = len(site.findings.get_findings(DOUBT))
    if doubts and not site.findings.get_findings(VETO):
        site.skipped[VETO] = describe_unjudged(doubts)


def _was_read(site: CrawledSite, address: str) -> bool:
    """Return True if the address, or one that it redirects to, answered with success."""
    passed: set[str] = set()
    while address and address not in passed:
        passed.add(address)
        row = next(site.store.frontier.rows("address = ?", (address,)), None)
        if row is not None and row["status"] and 200 <= row["status"] < 300:
            return True
        address = row["onward"] if row is not None else ""
    return False
