"""Check meta tags and the header and footer of a site: name, codes, operator, error report link."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.outbound.crawling.addresses import get_host, make_url_shape
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.page import WebPage, get_classes, get_link_name
from gongkai.oversight.inspection.site.site import CrawledSite

SITE_META_TAGS = {"sitename": "SiteName", "sitedomain": "SiteDomain", "siteidcode": "SiteIDCode"}
COLUMN_META_TAGS = {"columnname": "ColumnName", "columntype": "ColumnType"}
COLUMN_PAGE_META_TAGS = {
    **COLUMN_META_TAGS,
    "columndescription": "ColumnDescription",
    "columnkeywords": "ColumnKeywords",
}
ARTICLE_META_TAGS = {"articletitle": "ArticleTitle", "pubdate": "PubDate", "contentsource": "ContentSource"}
_DATE_OR_MOMENT_RE = re.compile(
    r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?: [0-2]\d:[0-5]\d(?::[0-5]\d)?)?"
)
#: Site identification code (网站标识码).
SITE_CODE_PATTERN = re.compile(r"\d{10}|bm\d{8}", re.IGNORECASE)


def find_meta_tag_faults(page: WebPage, *, article: bool) -> Iterator[PageFault]:
    """Yield missing and invalid meta tags of a page; those of articles only with `article`."""
    metas = page.metas
    for name, shown in SITE_META_TAGS.items():
        if not metas.get(name):
            yield PageFault("tag.site", f"缺少网站标签 {shown}")
    if article:
        for name, shown in ARTICLE_META_TAGS.items():
            if not metas.get(name):
                yield PageFault("tag.article", f"内容页缺少标签 {shown}")
    moment = metas.get("pubdate", "")
    if moment and not _DATE_OR_MOMENT_RE.fullmatch(moment):
        yield PageFault("tag.wrong", f"PubDate 应写作“年-月-日 时:分”：{moment[:30]}", "PubDate", moment)
    code = metas.get("siteidcode", "")
    if code and not SITE_CODE_PATTERN.fullmatch(code):
        yield PageFault("tag.wrong", f"SiteIDCode 应为10位网站标识码：{code[:20]}", "SiteIDCode", code)
    domain = metas.get("sitedomain", "").removeprefix("http://").removeprefix("https://").strip("/").lower()
    if domain and domain.endswith(".cn") and not _is_own_domain(domain, get_host(page.address)):
        yield PageFault("tag.wrong", f"SiteDomain 与网站域名不符：{domain[:40]}", "SiteDomain", domain)


def _is_own_domain(domain: str, host: str) -> bool:
    """Return True if a declared domain is that of the host; hosts outside .cn are not compared."""
    name = host.partition(":")[0]
    if not name.endswith(".cn"):
        return True
    return domain.removeprefix("www.").partition(":")[0] == name.removeprefix("www.")


def find_missing_column_tags(page: WebPage) -> Iterator[PageFault]:
    """Yield missing meta tags of a column's page."""
    for name, shown in COLUMN_PAGE_META_TAGS.items():
        if not page.metas.get(name):
            yield PageFault("tag.column", f"栏目页缺少标签 {shown}")


_SITE_CODE_RE = re.compile(r"(?:网站)?标识码\s*[:：]?\s*([0-9A-Za-z]{4,16})")
_ICP_NUMBER_RE = re.compile(rf"[{HAN}]\s*ICP\s*[备证]\s*\d{{6,10}}号", re.IGNORECASE)
_POLICE_NUMBER_RE = re.compile(r"公网安备\s*\d{8,16}")
_SPONSOR_RE = re.compile(rf"主\s*办(?:单位)?\s*[:：]|主办\s*[{HAN}]|[{HAN}]{{2,20}}\s*主办")
#: Telephone labels, with an optional note on the purpose: 联系电话（仅受理网站维护）：0871-…
_TELEPHONE_LABEL_RE = re.compile(
    r"(?:电话|联系方式|热线|传真|Tel)(?:\s*[（(【\[][^（）()\d]{1,40}[)）】\]])?\s*[:：]?\s*[（(]?\+?\d{3,}|(?:邮箱|e-?mail)\s*[:：]",
    re.IGNORECASE,
)
_ERROR_REPORT_LINK_RE = re.compile(r"找\s*错|jiucuo|zfwzgl\.www\.gov\.cn", re.IGNORECASE)
_SITE_MAP_LINK_RE = re.compile(r"(?:网站|站点)(?:地图|导航)|sitemap", re.IGNORECASE)
_PARTY_OFFICE_MARK_RE = re.compile(r"conac|党政机关(?:网站)?标识|事业单位(?:网站)?标识|bszs", re.IGNORECASE)


#: Required parts of a footer in bit order: label and pattern.
_FOOTER_PARTS = (
    ("网站标识码", _SITE_CODE_RE),
    ("ICP备案编号", _ICP_NUMBER_RE),
    ("公安机关备案标识", _POLICE_NUMBER_RE),
    ("主办单位", _SPONSOR_RE),
    ("联系方式", _TELEPHONE_LABEL_RE),
)
#: Pages with fewer links may have no footer (pictures, print forms), unless similar pages have one.
_MIN_LINKS_OF_PAGE_WITH_FOOTER = 5
#: Share of pages that must have a part for others to lack it, and the exempt share within a URL pattern.
_MIN_USUAL_PART_SHARE, _MAX_EXEMPT_PAGE_SHARE = 0.8, 0.5
_MIN_COMPARED_PAGES = 10
#: Minimum number of pages with the same footer, and with the same URL pattern, for a comparison.
_MIN_PAGES_WITH_FOOTER, _MIN_PAGES_WITH_URL_PATTERN = 4, 3
#: Bits returned by `compute_footer_mask`: footer parts, then few links, then the number of the page template.
_FEW_LINKS_BIT = 1 << len(_FOOTER_PARTS)
_FOOTER_MASK_BITS = len(_FOOTER_PARTS) + 1


def compute_footer_mask(page: WebPage) -> int:
    """Return a bit mask of the required footer parts on a page, with the number of its page template."""
    text = " ".join(page.lines[-60:])
    shown = sum(1 << index for index, (_, pattern) in enumerate(_FOOTER_PARTS) if pattern.search(text))
    few = _FEW_LINKS_BIT if sum(link.tag == "a" for link in page.links) < _MIN_LINKS_OF_PAGE_WITH_FOOTER else 0
    return shown | few | crc32(_make_template_key(page).encode()) << _FOOTER_MASK_BITS


def _make_template_key(page: WebPage) -> str:
    """Return the style sheets and outer classes that identify a page's template."""
    styles = sorted(
        {(tag.get("href") or "").partition("?")[0] for tag in page.by["link"] if "stylesheet" in (tag.get("rel") or "")}
    )
    body = next(iter(page.by["body"]), None)
    first_element = next((node for node in body if isinstance(node.tag, str)), None) if body is not None else None
    called = [f"{node.tag} {get_classes(node)}" for node in (body, first_element) if node is not None]
    return re.sub(r"\d+", "", " ".join([*styles, *called]))


@dataclass(frozen=True)
class _Footer:
    """The footer of a page: URL, URL pattern (`shape`), number of its template (`template`), and its marks as bits."""

    address: str
    shape: str
    template: int
    marks: int


def check_footers(site: CrawledSite) -> None:
    """Report pages that lack footer parts present on similar pages.

    Print versions and pages displayed in an `iframe` are skipped.
    """
    rows = [
        _Footer(address, _get_url_shape(address), marks >> _FOOTER_MASK_BITS, marks)
        for address, marks in site.store.frontier.db.execute(
            "SELECT address, marks FROM page JOIN target USING (id) WHERE marks >= 0 AND tag != 'frame' ORDER BY page.id"
        )
        if address != site.home.address
    ]
    if len(rows) < _MIN_COMPARED_PAGES:
        return
    footers_by_template: dict[int, list[_Footer]] = defaultdict(list)
    for row in rows:
        footers_by_template[row.template].append(row)
    missing_pages: dict[str, list[str]] = defaultdict(list)
    for footers in footers_by_template.values():
        for row, name in (
            _iterate_lacking_parts(footers, same_template=True) if len(footers) >= _MIN_PAGES_WITH_FOOTER else ()
        ):
            missing_pages[row.address].append(name)
    for row, name in _iterate_lacking_parts(rows, same_template=False):
        if len(footers_by_template[row.template]) < _MIN_PAGES_WITH_FOOTER:
            missing_pages[row.address].append(name)
    for address, names in missing_pages.items():
        message = "网页没有页脚" if len(names) == len(_FOOTER_PARTS) else f"页脚缺少{'、'.join(names)}"
        site.add("mark.page", address, message, key=address)


def _iterate_lacking_parts(peers: Sequence[_Footer], *, same_template: bool) -> Iterator[tuple[_Footer, str]]:
    """Yield (page, missing footer part) where nearly all other pages (`peers`) have that part.

    URL patterns that mostly lack the part are exempt.
    """
    shapes = Counter(row.shape for row in peers)
    for index, (name, _) in enumerate(_FOOTER_PARTS):
        without = [row for row in peers if not row.marks >> index & 1]
        if len(without) > max(1, (1 - _MIN_USUAL_PART_SHARE) * len(peers)):
            continue
        counts = Counter(row.shape for row in without)
        for row in without:
            if shapes[row.shape] >= _MIN_PAGES_WITH_URL_PATTERN:
                lacks = counts[row.shape] <= max(1, _MAX_EXEMPT_PAGE_SHARE * shapes[row.shape])
            else:
                lacks = same_template and not row.marks & _FEW_LINKS_BIT
            if lacks:
                yield row, name


def _get_url_shape(address: str) -> str:
    """Return the URL pattern of a page with the names of its query parameters."""
    path, _, query = address.partition("?")
    return f"{make_url_shape(path)}?{'&'.join(part.partition('=')[0] for part in query.split('&'))}"


def check_site_marks(site: CrawledSite) -> None:
    """Check the required marks, the site's name and the domain on the home page."""
    home, url = site.home, site.home.address
    text = " ".join(home.lines)
    link_texts = " ".join(f"{get_link_name(link)} {link.written}" for link in home.links)
    everything = f"{text} {link_texts} {home.source}"
    code = _SITE_CODE_RE.search(text)
    if not code:
        site.add("mark.id_code", url, "页脚没有网站标识码")
    elif not SITE_CODE_PATTERN.fullmatch(code[1]):
        site.add("mark.id_code_wrong", url, f"网站标识码应为10位数字：{code[1]}", shown=code[0])
    elif home.metas.get("siteidcode", code[1]).lower() != code[1].lower():
        site.add(
            "mark.id_code_wrong", url, f"页脚的网站标识码 {code[1]} 与标签 SiteIDCode {home.metas['siteidcode']} 不一致"
        )
    for key, pattern, searched_text, message in (
        ("mark.icp", _ICP_NUMBER_RE, text, "页脚没有ICP备案编号"),
        ("mark.police", _POLICE_NUMBER_RE, text, "页脚没有公安机关备案标识"),
        ("mark.sponsor", _SPONSOR_RE, text, "页脚没有主办单位"),
        ("mark.contact", _TELEPHONE_LABEL_RE, text, "页脚没有联系方式"),
        ("mark.report_error", _ERROR_REPORT_LINK_RE, everything, "没有“我为政府网站找错”入口"),
        ("mark.map", _SITE_MAP_LINK_RE, link_texts, "页脚没有站点地图"),
        ("mark.party", _PARTY_OFFICE_MARK_RE, everything, "页脚没有党政机关网站标识"),
    ):
        if not pattern.search(searched_text):
            site.add(key, url, message)
    if not (home.title or home.metas.get("sitename")):
        site.add("site.name", url, "首页没有网站名称")
    _check_domain(site, home)


def _check_domain(site: CrawledSite, home_page: WebPage) -> None:
    """Report a home page whose host is not below .gov.cn or .政务; skip internal addresses."""
    name = get_host(home_page.address).partition(":")[0]
    if site.private:
        site.skipped["domain.name"] = "内部网络地址，不评域名"
    elif not re.search(r"\.gov\.cn$|\.政务(?:\.cn)?$|\.xn--zfr164b$", name):
        site.add("domain.name", home_page.address, f"域名 {name} 不是 .gov.cn 或 .政务")
