"""A completely crawled site, as input of the checks."""

from dataclasses import dataclass, field
from datetime import date

from gongkai.lib.outbound import NoAnswer, OutboundResponse, RequestLimits, send_request
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.markup import decode_html
from gongkai.oversight.inspection.site.columns import InspectedColumn
from gongkai.oversight.inspection.site.page import WebPage
from gongkai.oversight.inspection.site.page_template import PageTemplate
from gongkai.oversight.inspection.site.scoring import FindingCollector, Indicators
from gongkai.oversight.inspection.site.store import InspectionStore, PageFacts


@dataclass
class CrawledSite:
    """The pages, columns and facts of a crawled site, with its indicators and the findings so far.

    `hosts` are its names; `private`: it is in an internal network; `whole` makes addresses absolute; `reach` limits
    requests. `skipped` are reasons by indicator; `asked` counts requests of checks.
    """

    address: str
    host: str
    home: WebPage
    hosts: frozenset[str]
    private: bool
    today: date
    store: InspectionStore
    whole: UrlCache
    indicators: Indicators
    findings: FindingCollector
    reach: RequestLimits
    template: PageTemplate
    columns: list[InspectedColumn] = field(default_factory=list)
    facts: dict[str, PageFacts] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def of_kind(self, *kinds: str) -> list[InspectedColumn]:
        """Return the columns of the given kinds."""
        return [column for column in self.columns if column.kind in kinds]

    def days(self, key: str, usual: int) -> int:
        """Return the number of days that an indicator allows; `usual` if the table has none."""
        return int(self.indicators.limit(key, "days", usual))

    def add(self, indicator: str, url: str, fault: str, *, key: str = "", **evidence: object) -> None:
        """Add a finding, unless the indicator is not chosen; `key` identifies the fault."""
        if indicator in self.indicators:
            self.findings.add(indicator, url, fault, key=key, is_home_page=url == self.home.address, **evidence)

    def page(self, number: int) -> WebPage | None:
        """Return a stored page of the site, or None."""
        return self.store.page(number, self.whole)

    def ask(self, address: str, posted: bytes | None = None) -> tuple[int, str]:
        """Send one more request (POST if `posted`); return (status, text) or (0, reason)."""
        self.asked += 1
        method = "GET" if posted is None else "POST"
        headers = {} if posted is None else {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            with send_request(address, self.reach, method=method, headers=headers, body=posted) as answer:
                if posted is not None and answer.redirect_url and 301 <= answer.status <= 303:
                    return self.ask(answer.redirect_url)
                return answer.status, _read_text(answer)
        except NoAnswer as error:
            return 0, str(error)


def _read_text(response: OutboundResponse) -> str:
    return decode_html(response.read_beginning(2_000_000))[0]
