"""Compare reports on sites with planted faults with the gold files: faults found by kind and address, and false findings on the clean twins.

A report is the output of `gongkai inspect … --json`. A fault of `gold.json` is *found* if a finding of one of its
kind's indicators (`KINDS`) names its `url` or its `page`, as the finding's address, among its other addresses, in its
words or in its evidence, and the clean twin has no such finding. On the clean twin every finding is *false* except
those in `BUILD_INDICATORS` (true of the site as it was built: its tags, its server, its phone numbers) and `SUMS`. On the planted
site a finding at no fault's address is false by the same rule.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

#: Kinds of faults → the indicators that name them.
KINDS: dict[str, tuple[str, ...]] = {
    "stale_column": (
        "news.stale",
        "policy.stale",
        "column.stale",
        "interpretation.stale",
        "interaction.stale",
        "service.statistics",
        "column.undated",
    ),
    "empty_column": ("column.empty",),
    "dead_link": (
        "link.outer",
        "link.inner",
        "link.home",
        "link.attachment",
        "link.picture",
        "link.asset",
        "page.soft_404",
        "service.form",
        "file.empty",
    ),
    "missing_interpretation": ("policy.uninterpreted",),
    "annual_missing": ("annual.absent", "annual.missing", "annual.late"),
    "annual_unbalanced": ("annual.wrong", "annual.carry", "annual.text"),
    "personal_data": ("privacy.attachment", "privacy.exposed"),
    "misspelt_state_name": ("words.wrong", "veto.serious_words", "words.agency"),
    "doubled_word": ("words.wrong", "words.doubt"),
    "footer_missing": (
        "mark.page",
        "mark.id_code",
        "mark.police",
        "mark.icp",
        "mark.sponsor",
        "mark.contact",
    ),
    "video_dead": ("link.media", "file.empty"),
    "plain_http_resource": ("security.mixed", "link.outer", "link.picture", "link.asset"),
    "odd_attachment_address": ("link.broken", "link.attachment", "link.private"),
    "search_error": ("search.broken", "search.missing", "search.not_found"),
    "leads_elsewhere": (
        "security.refresh",
        "veto.harmful",
        "link.outer",
        "link.home",
        "link.warning",
        "security.hidden_link",
        "advert",
    ),
    "late_reply": ("interaction.unanswered", "veto.unanswered"),
    "unanswered_letter": ("interaction.unanswered", "veto.unanswered"),
    "guide_incomplete": ("service.guide", "veto.guides"),
}
#: Indicators of how a site was built and served, not of its content.
BUILD_INDICATORS = (
    "access.",
    "bonus.",
    "disclosure.",
    "domain.",
    "interaction.form",
    "interaction.none_public",
    "interaction.statistics",
    "interaction.fields",
    "ipv6.",
    "mark.id_code",
    "mark.icp",
    "mark.police",
    "mark.sponsor",
    "mark.contact",
    "mark.map",
    "mark.party",
    "mark.report_error",
    "mobile.",
    "page.slow",
    "page.large",
    "page.source",
    "security.banner",
    "security.header",
    "security.https",
    "security.redirect",
    "security.form",
    "service.",
    "site.",
    "tag.",
    "overview.missing",
    "institution.missing",
    "leaders.missing",
    "news.missing",
    "policy.missing",
    "interpretation.missing",
    "consultation.",
    "veto.no_",
    "annual.tables",
    "page.placeholder",
)
#: Hosts to which site footers link; a benchmark may have no network.
FOOTER_HOSTS = frozenset({"beian.miit.gov.cn", "beian.mps.gov.cn", "www.beian.gov.cn", "bszs.conac.cn"})
#: The state's own sites, to which footers and menus link.
_STATE = re.compile(r"(?:.+\.)?gov\.cn")
#: URL parameters that change the view of a page, not the page.
VIEW_PARAMETERS = frozenset({"print", "share", "from"})
#: Maximum number of listed false findings of an indicator.
MAX_SHOWN = 6
#: Sums of other findings; and one-way links between a document and its interpretation, which the clean twins also have by design.
SUMS = (
    "policy.not_linked",
    "interpretation.not_linked",
    "veto.columns_stale",
    "veto.columns_long_stale",
    "veto.columns_empty",
    "veto.home_stale",
    "veto.guides",
    "veto.unanswered",
)


@dataclass
class SiteCounts:
    """The counts of one site."""

    planted: int = 0
    found: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    missed: list[Mapping[str, Any]] = field(default_factory=list)
    false: list[Mapping[str, Any]] = field(default_factory=list)


def normalize_address(address: str) -> str:
    """Return an address for comparison: host (if external), path and query; without port, print and share parameters."""
    if address.startswith("file:"):
        return address
    parts = urlsplit(address)
    path = unquote(parts.path).removesuffix("index.html") or "/"
    host = parts.hostname or ""
    asked = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in VIEW_PARAMETERS)
    query = f"?{unquote(urlencode(asked))}" if asked else ""
    return ("" if host in {"", "127.0.0.1", "localhost"} else host) + path + query


def list_addresses(finding: Mapping[str, Any]) -> set[str]:
    """Return every address that a finding names."""
    texts = _addresses([finding["url"], finding["also"], finding["evidence"], finding["what"]])
    if finding["indicator"].startswith("search."):  # the search words are not part of a search page's address
        texts = (text.partition("?")[0] for text in texts)
    return {normalize_address(text) for text in texts}


def _addresses(value: object) -> Iterable[str]:
    if isinstance(value, str):
        for word in (
            value.replace("“", " ").replace("”", " ").replace("，", " ").replace("（", " ").replace("）", " ").split()
        ):
            if word.startswith(("/", "http:", "https:", "file:")):
                yield word
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _addresses(one)
    elif isinstance(value, list):
        for one in value:
            yield from _addresses(one)


def is_found(fault: Mapping[str, Any], findings: Iterable[Mapping[str, Any]]) -> bool:
    """Return true if a finding of the fault's kind has its address or its page."""
    names = ("url",) if fault["kind"] == "dead_link" else ("url", "page")
    wanted = set().union(*(_places_of_fault(fault, name) for name in names))
    return any(
        one["indicator"] in KINDS[fault["kind"]]
        and (fault["kind"] == "annual_missing" or list_addresses(one) & wanted)
        and _is_about(fault, one)
        for one in findings
    )


def _places_of_fault(fault: Mapping[str, Any], name: str) -> set[str]:
    """Return the addresses of a fault; without the search words of a search page."""
    at = normalize_address(fault[name])
    return {at, at.partition("?")[0]} if fault["kind"] == "search_error" else {at}


def _is_about(fault: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    """Return true if a finding is about this fault, where several of a kind have one address. A missing report has no
    address: unit and year identify it.
    """
    if fault["kind"] == "annual_missing":
        unit, _, year = fault["detail"].rpartition(" ")
        said = f"{one['what']} {one['evidence']}"
        return year in said and unit[-4:] in said
    return True


def judge(
    gold: Mapping[str, Any], planted: Mapping[str, Any], clean: Mapping[str, Any]
) -> tuple[SiteCounts, SiteCounts]:
    """Return the planted faults that were found, and the findings on the clean twin."""
    faults = [one for one in gold["faults"] if one["kind"] in KINDS]  # other kinds are not searched
    done, twin = SiteCounts(planted=len(faults)), SiteCounts()
    said = {_finding_key(one) for one in clean["findings"]}
    own = [one for one in planted["findings"] if _finding_key(one) not in said]
    for fault in faults:
        if is_found(fault, own):
            done.found += 1
            done.by_kind[fault["kind"]] += 1
        else:
            done.missed.append(fault)
    twin.false = [one for one in clean["findings"] if _can_be_false(one)]
    explained = set().union(*(_places_of_fault(one, name) for one in gold["faults"] for name in ("url", "page")))
    done.false = [
        one
        for one in planted["findings"]
        if _can_be_false(one)
        and not list_addresses(one) & explained
        and not any(is_found(fault, [one]) for fault in faults)
    ]
    return done, twin


def _finding_key(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the identity of a finding: one with the same words on the clean twin does not count as found."""
    return finding["indicator"], normalize_address(finding["url"]), finding["what"]


def _counts(indicator: str) -> bool:
    return not indicator.startswith(BUILD_INDICATORS) and indicator not in SUMS


def _can_be_false(finding: Mapping[str, Any]) -> bool:
    """Return true if a finding reports a fault that could be false here."""
    host = urlsplit(finding["url"]).hostname or ""
    unreached = finding["indicator"].startswith("link.") and finding["evidence"].get("status") == 0
    return _counts(finding["indicator"]) and host not in FOOTER_HOSTS and not (unreached and _STATE.fullmatch(host))


def measure(folder: Path, reports: Path, show: bool = False) -> dict[str, float]:
    """Judge the reports `NAME-planted.json` and `NAME-clean.json` of each site; return counts by site."""
    figures: dict[str, float] = {}
    for site in sorted(one for one in folder.iterdir() if (one / "gold.json").exists()):
        paths = [reports / f"{site.name}-{copy}.json" for copy in ("planted", "clean")]
        if not all(path.exists() for path in paths):
            continue
        gold = json.loads((site / "gold.json").read_text())
        planted, clean = (json.loads(path.read_text()) for path in paths)
        done, twin = judge(gold, planted, clean)
        figures |= {
            f"{site.name}: planted": done.planted,
            f"{site.name}: found": done.found,
            f"{site.name}: false on the planted site": len(done.false),
            f"{site.name}: false on the clean twin": len(twin.false),
        }
        if show:
            _show(site.name, done, twin)
    return figures


def _show(name: str, done: SiteCounts, twin: SiteCounts) -> None:
    for fault in done.missed:
        print(f"    {name} missed: {fault['kind']} {fault['url']} {fault['page']} {fault['detail']}")
    for label, rows in (("clean", twin.false), ("planted", done.false)):
        shown: Counter[str] = Counter()
        for one in rows:
            shown[one["indicator"]] += 1
            if shown[one["indicator"]] <= MAX_SHOWN:
                print(f"    {name} false, {label}: {one['indicator']} {one['url']} {one['what']} x{one['count']}")
        print(f"    {name} false, {label}: {dict(shown)}")
