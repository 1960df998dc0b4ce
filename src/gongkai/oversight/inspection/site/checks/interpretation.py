"""Check that policy documents have interpretations and that both link to each other."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.oversight.inspection.site.label_patterns import ANNUAL_REPORT_PATTERN
from gongkai.oversight.inspection.site.lists import group_links
from gongkai.oversight.inspection.site.page import WebPage, get_link_name
from gongkai.oversight.inspection.site.page_template import find_heading, find_related_links
from gongkai.oversight.inspection.site.site import CrawledSite

#: Maximum number of documents and of interpretations that are opened.
MAX_DOCUMENTS_READ = 400
#: Maximum age in years of documents that need an interpretation.
MAX_DOCUMENT_AGE_YEARS = 3
_RULE_KINDS = "办法|规定|细则|意见|措施|方案|规则|条例|制度|预案|准则|规程|若干政策|行动计划|规范|裁量基准"
#: Titles of documents that lay down rules: 印发《…办法》, 关于…的实施意见.
_ISSUED_DOCUMENT_TITLE_RE = re.compile(rf"《([^《》]{{4,80}}?(?:{_RULE_KINDS})(?:（[^（）]{{1,12}}）)?)》")
_UNQUOTED_DOCUMENT_TITLE_RE = re.compile(rf"印发([^《》]{{4,60}}?(?:{_RULE_KINDS})(?:（[^（）]{{1,12}}）)?)的通知")
_RULE_TITLE_RE = re.compile(
    rf"(?:关于.{{4,60}}的(?:实施|指导|若干)?(?:意见|规定|措施|决定)|[{HAN}]{{6,50}}(?:办法|实施细则|管理规定))(?:（[^（）]{{1,12}}）)?$"
)
_NON_POLICY_TITLE_RE = re.compile(
    r"任免|任职|免职|表彰|奖励|会议|征求|征集|意见稿|预公开|公示|答复|回复|批复|成员|转发|国务院|中共中央|国家[^\s]{2,10}[局委部]|废止|失效|报告$|计划$|规划$|预算|决算"
)
#: Columns that republish documents of higher levels, which interpret them themselves.
_SUPERIOR_COLUMN_NAME_RE = re.compile(r"上级|^(?:中央|国家|国务院|省级?)(?:政策|文件)")
_INTERPRETATION_TITLE_RE = re.compile(r"解读|图解|一图[读看]懂|一问一答|问答|怎么落地|[Qq]\s?&\s?[Aa]")
_DOCUMENT_NUMBER_RE = re.compile(rf"[{HAN}]{{1,10}}[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]\s*\d{{1,4}}\s*号")
#: Document numbers of normative documents: 政规〔2026〕3号, 府办规, 规字, 规发.
_RULES_NUMBER_RE = re.compile(
    rf"(?:(?:发文|文件)?[字文编]号\s*[:：]?\s*)?[{HAN}]{{1,9}}规[字发]?[〔\[【（(]\s*(?:19|20)\d\d\s*[〕\]】）)]\s*\d{{1,4}}\s*号"
)
_INVALID_DOCUMENT_RE = re.compile(r"有\s*效\s*性\s*[:：]?\s*(?:失效|废止|无效)|已(?:废止|失效)")
_QUOTED_NAME_RE = re.compile(r"《([^》]{6,80})》")
_INTERPRETATION_WORDS_RE = re.compile(
    r"^(?:【[^】]*】|一图[读看]懂|图解|政策解读|文字解读|图文解读|专家解读|媒体解读|解读|问答|政策问答)?[:：丨|｜\s—-]*|"
    r"(?:的)?(?:政策)?(?:解读|图解|问答)(?:材料|稿|说明|之.)?$|^关于"
)
#: Lines at the top of a page that may contain the document number.
_MAX_HEADER_LINES = 60
_MIN_NAME_CHARACTERS = 6


@dataclass
class _PolicyText:
    """A document or an interpretation: address, title, names used by the other side, links.

    `has_unread_interpretation`: it links to an interpretation that was not read; `read_links`: those that were read.
    """

    address: str
    title: str
    names: list[str]
    links: set[str] = field(default_factory=set)
    has_unread_interpretation: bool = False
    read_links: set[str] = field(default_factory=set)


def check_interpretations(site: CrawledSite) -> None:
    """Check that each document has an interpretation and that they link to each other, if there are any."""
    interpretations = {text.address: text for text in _iterate_interpretations(site)}
    documents = {text.address: text for text in _iterate_documents_needing_interpretation(site, interpretations)}
    interpretations |= {
        text.address: text for text in _iterate_linked_interpretations(site, documents, interpretations)
    }
    if not interpretations and not site.of_kind("interpretation"):
        return
    if any(column.scripted and not column.entries for column in site.of_kind("interpretation")):
        site.skipped["policy.uninterpreted"] = "解读栏目的列表由脚本生成，没有读到，未能判断哪些文件没有解读"
    interpretations_by_document: dict[str, set[str]] = defaultdict(set)
    for document in documents.values():
        for interpretation in interpretations.values():
            linked = interpretation.address in document.links or document.address in interpretation.links
            if linked or _have_common_ending(document.names, interpretation.names):
                interpretations_by_document[document.address].add(interpretation.address)
    explained = {interpretation for found in interpretations_by_document.values() for interpretation in found}
    for document in documents.values():
        _judge_document(site, document, interpretations_by_document.get(document.address, set()), interpretations)
    for address in explained:
        interpretation = interpretations[address]
        mine = [document for document, found in interpretations_by_document.items() if address in found]
        if not any(document in interpretation.links for document in mine):
            _report_unlinked(site, interpretation, documents[mine[0]].title)
    for interpretation in interpretations.values():
        if interpretation.address not in explained and not _leads_to_text(site, interpretation, interpretations):
            _report_unlinked(site, interpretation, "")


def _judge_document(
    site: CrawledSite, document: _PolicyText, interpretation_urls: set[str], interpretations: dict[str, _PolicyText]
) -> None:
    """Report a document without interpretation, or without links to the interpretations that were found."""
    for address in sorted(interpretation_urls - document.links):
        interpretation = interpretations[address]
        message = f"文件“{document.title[:40]}”没有链接到解读“{interpretation.title[:30]}”"
        key = f"{document.address} {address}"
        site.add("policy.not_linked", document.address, message, key=key, shown=address)
    if (
        not interpretation_urls
        and not document.has_unread_interpretation
        and "policy.uninterpreted" not in site.skipped
    ):
        message = f"文件“{document.title[:40]}”没有找到解读"
        site.add("policy.uninterpreted", document.address, message, key=document.address)


def _report_unlinked(site: CrawledSite, interpretation: _PolicyText, document: str) -> None:
    """Report an interpretation that does not link to its document."""
    site.add(
        "interpretation.not_linked",
        interpretation.address,
        f"解读“{interpretation.title[:30]}”没有链接到文件",
        key=interpretation.address,
        shown=document,
    )


def _iterate_interpretations(site: CrawledSite) -> Iterator[_PolicyText]:
    """Yield the site's interpretations of policies."""
    lists = {column.address for column in site.columns}
    listed = [entry.address for column in site.of_kind("interpretation") for entry in column.entries]
    called = [
        facts.address
        for facts in site.facts.values()
        if facts.article
        and _INTERPRETATION_TITLE_RE.search(facts.title)
        and (_QUOTED_NAME_RE.search(facts.title) or "一图" in facts.title)
    ]
    for address in list(dict.fromkeys([*listed, *called]))[:MAX_DOCUMENTS_READ]:
        facts = site.facts.get(address)
        page = site.page(facts.id) if facts and address not in lists else None
        if facts is None or page is None or ANNUAL_REPORT_PATTERN.search(facts.title):
            continue
        title = page.heading or facts.title
        if _ISSUED_DOCUMENT_TITLE_RE.search(title) and "印发" in title:
            continue  # a document in the column of interpretations
        yield _PolicyText(address, title, _list_document_names(title), _list_own_links(site, page))


def _iterate_documents_needing_interpretation(
    site: CrawledSite, interpretations: dict[str, _PolicyText]
) -> Iterator[_PolicyText]:
    """Yield recent numbered policy documents in force that lay down rules."""
    listed = {entry.address for column in site.of_kind("policy") for entry in column.entries}
    superior_addresses = {
        entry.address
        for column in site.columns
        if _SUPERIOR_COLUMN_NAME_RE.search(column.name)
        for entry in column.entries
    }
    oldest = site.today - timedelta(days=365 * MAX_DOCUMENT_AGE_YEARS)
    chosen = [
        facts
        for facts in site.facts.values()
        if facts.address not in interpretations
        and facts.address not in superior_addresses
        and (facts.article or facts.address in listed)
        and not _NON_POLICY_TITLE_RE.search(facts.title)
        and not _INTERPRETATION_TITLE_RE.search(facts.title)
        and (facts.address in listed or _is_policy_title(facts.title))
        and not (facts.day and facts.day < oldest)
    ]
    chosen.sort(key=lambda facts: not _is_policy_title(facts.title))  # documents known by their number only come last
    for facts in chosen[:MAX_DOCUMENTS_READ]:
        page = site.page(facts.id)
        if page is None or _INVALID_DOCUMENT_RE.search(page.text):
            continue
        numbered = page.metas.get("documentnumber") or any(
            _DOCUMENT_NUMBER_RE.search(line) for line in page.lines[:_MAX_HEADER_LINES]
        )
        if not numbered and facts.address not in listed:
            continue
        if not _is_policy_title(facts.title) and not any(
            map(_RULES_NUMBER_RE.fullmatch, (page.metas.get("documentnumber", ""), *page.lines[:_MAX_HEADER_LINES]))
        ):
            continue
        links = _list_own_links(site, page)
        called = {
            link.address
            for link in page.links
            if link.tag == "a"
            and link.address in links
            and (
                _INTERPRETATION_TITLE_RE.search(get_link_name(link))
                or _INTERPRETATION_TITLE_RE.search(find_heading(link.element))
            )
        }
        unread_links = called - site.facts.keys()
        yield _PolicyText(
            facts.address,
            facts.title,
            _list_document_names(facts.title),
            links,
            bool(unread_links),
            called - unread_links,
        )


def _is_policy_title(title: str) -> bool:
    """Return True for the title of a document that lays down rules, or of the notice that issues it."""
    issued = _ISSUED_DOCUMENT_TITLE_RE.search(title) or _UNQUOTED_DOCUMENT_TITLE_RE.search(title)
    return bool(issued if "印发" in title else _RULE_TITLE_RE.search(title))


def _iterate_linked_interpretations(
    site: CrawledSite, documents: dict[str, _PolicyText], interpretations: dict[str, _PolicyText]
) -> Iterator[_PolicyText]:
    """Yield the pages that documents themselves link to as their interpretation.

    Lists may have further pages that were not read.
    """
    columns = {column.address for column in site.columns}
    called = {address for text in documents.values() for address in text.read_links}
    for address in sorted(called - columns - interpretations.keys() - documents.keys()):
        page = site.page(site.facts[address].id)
        if page is not None:
            title = page.heading or site.facts[address].title
            yield _PolicyText(address, title, _list_document_names(title), _list_own_links(site, page))


def _list_document_names(title: str) -> list[str]:
    """Return the document names in a title: those in 《》, else the title without introductory words."""
    quoted_names = ["".join(quoted.split()) for quoted in _QUOTED_NAME_RE.findall(title)]
    plain = "".join(title.split())
    issued = _UNQUOTED_DOCUMENT_TITLE_RE.search(plain)
    plain = issued[1] if issued else plain
    former = ""
    while plain != former:
        former, plain = plain, _INTERPRETATION_WORDS_RE.sub("", plain)
    return [name for name in (quoted_names or [plain]) if len(name) >= _MIN_NAME_CHARACTERS]


def _have_common_ending(names: list[str], other_names: list[str]) -> bool:
    return any(value.endswith(other) or other.endswith(value) for value in names for other in other_names)


def _list_own_links(site: CrawledSite, page: WebPage) -> set[str]:
    """Return the addresses that a page links to in its own text, without menus and related links."""
    common = site.template.links
    aside = find_related_links(page)
    aside.update(
        link.element for group in group_links(page) for link in group.links if (group.way, link.address) in common
    )
    return {link.address for link in page.links if link.tag == "a" and link.address and link.element not in aside}


def _leads_to_text(site: CrawledSite, interpretation: _PolicyText, interpretations: dict[str, _PolicyText]) -> bool:
    """Return True if an interpretation links to a text that is no column and no interpretation."""
    columns = {column.address for column in site.columns} | {site.home.address, interpretation.address}
    return any(
        address not in columns and address not in interpretations and (address in site.facts or "." in address[-6:])
        for address in interpretation.links
    )
