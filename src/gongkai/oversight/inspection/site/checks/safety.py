"""Find hidden links, unsafe scripts, harmful advertising and unencrypted transport.

The checks of pages are pure; those of a site (`check_…`) send requests.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound import NoAnswer, send_request
from gongkai.lib.outbound.crawling import PageLink, normalise_url
from gongkai.lib.outbound.crawling.addresses import get_host
from gongkai.lib.outbound.permitted_hosts import get_host_name, reaches_ipv6
from gongkai.lib.outbound.reachability import find_ipv6_fault
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.page import WebPage, get_link_name
from gongkai.oversight.inspection.site.site import CrawledSite

#: Advertising words of hijacked sites, searched in titles and in texts of external links.
HARMFUL_WORDS_PATTERN = re.compile(
    r"博彩|赌场|赌博平台|百家乐|六合彩|时时彩|北京赛车|棋牌游戏|老虎机|澳门(?:新)?(?:葡京|威尼斯|金沙|银河|永利)|(?:皇冠|太阳城|乐虎|亚博|开云|九游|必威|万博|德信)"
    r"(?:体育|娱乐|国际|app|网址)|娱乐城|现金网|真人(?:荷官|娱乐)|线上(?:娱乐|投注)|私服发布|代孕|代开.{0,2}发票|办证刻章|裸聊|成人(?:网站|电影|视频|小说)|色情|约炮|无码|"
    r"一夜情|迷(?:情|幻)药|壮阳药|枪支(?:弹药)?出售|casino|baccarat|sex\s?(?:video|cam)|porn|bet365",
    re.IGNORECASE,
)
#: Titles of pages that took over a service's link: gambling, loans, miracle cures.
ADVERTISING_TITLE_PATTERN = re.compile(
    r"棋牌|彩金|(?:注册|首充)送|(?:无抵押|黑户|不看征信|极速|秒批?).{0,6}(?:放款|贷|下款)|(?:放款|下款).{0,4}(?:秒|分钟)|祖传.{0,4}(?:秘方|膏)|一贴见效|包治百病"
)
_HIDDEN_STYLE_RE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?!\.)|(?:left|top|text-indent|margin-left)\s*:\s*-\d{3,}|opacity\s*:\s*0(?![.\d])|"
    r"(?:^|[;\s])(?:height|width)\s*:\s*[01]px",
    re.IGNORECASE,
)
_SUSPICIOUS_SCRIPT_RE = re.compile(
    r"eval\s*\(\s*function\s*\(p,a,c,k|eval\s*\(\s*(?:unescape|atob|String\.fromCharCode)|document\.write\s*\(\s*(?:unescape|atob|String\.fromCharCode)|"
    r"coinhive|CoinImp|document\.referrer[^;]{0,200}(?:baidu|sogou|so\.com)[^;]{0,200}location",
    re.IGNORECASE | re.DOTALL,
)
#: Scripts that only redirect the reader.
_REDIRECT_SCRIPT_RE = re.compile(
    r"\A\s*(?:<!--\s*)?(?:(?:window|document|top|self|parent)\.)?location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*['\"](https?:)?(//[^'\"]+)['\"]",
    re.IGNORECASE,
)
#: Short inline scripts that redirect the reader under any condition.
_REDIRECT_STATEMENT_RE = re.compile(
    r"(?:window|document|top|self|parent)?\.?\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*['\"](https?:)?(//[^'\"]+)['\"]",
    re.IGNORECASE,
)
_MAX_SHORT_SCRIPT_CHARACTERS = 1_500
_ADVERTISING_HOST_RE = re.compile(
    r"googlesyndication|googleads|cpro\.baidu|pos\.baidu\.com|tanx\.com|union\.\w+\.com/|alimama", re.IGNORECASE
)
#: Hosts of governments and public bodies.
_TRUSTED_HOST_RE = re.compile(
    r"(?:^|\.)(?:gov\.cn|政务|政务\.cn|公益|org\.cn|edu\.cn|mil\.cn|people\.com\.cn|xinhuanet\.com|news\.cn|cctv\.com|conac\.cn)$",
    re.IGNORECASE,
)
_REFRESH_URL_RE = re.compile(r"url\s*=\s*['\"]?\s*(\S+?)['\"]?\s*$", re.IGNORECASE)


def is_trusted_host(host: str) -> bool:
    """Return True for hosts of governments and public bodies."""
    return bool(_TRUSTED_HOST_RE.search(host.partition(":")[0]))


def find_security_faults(page: WebPage, hosts: frozenset[str]) -> Iterator[PageFault]:
    """Yield a page's harmful or hidden links, scripts, advertisements and forms."""
    secure = page.address.startswith("https:") or _has_https_canonical(page)
    for link in page.links:
        if not link.address:
            continue
        host = get_host(link.address)
        outer = host not in hosts
        if link.tag in {"a", "area"} and outer and not is_trusted_host(host):
            said = get_link_name(link)
            if HARMFUL_WORDS_PATTERN.search(said):
                yield PageFault("veto.harmful", f"链接到有害信息：{said[:30]}（{host}）", link.address, link.address)
            if is_hidden(link.element):
                yield PageFault(
                    "security.hidden_link", f"隐藏的外部链接：{said[:30]}（{host}）", link.address, link.address
                )
        elif link.tag == "iframe" and outer and not is_trusted_host(host) and _is_invisible(link.element):
            yield PageFault("security.frame", f"隐藏的外部框架：{host}", link.address, link.address)
        elif link.tag == "script" and _ADVERTISING_HOST_RE.search(link.address):
            yield PageFault("advert", f"商业广告：{host}", host, link.address)
        if secure and link.written[:5].lower() == "http:" and link.tag not in {"a", "area"} and not _is_canonical(link):
            yield PageFault("security.mixed", f"加密网页引用不加密的内容：{link.address[:80]}", link.address)
    if HARMFUL_WORDS_PATTERN.search(page.title) or HARMFUL_WORDS_PATTERN.search(page.metas.get("keywords", "")):
        yield PageFault("veto.harmful", f"网页标题或关键词有有害信息：{page.title[:40]}", page.address)
    for script in page.scripts:
        odd = _SUSPICIOUS_SCRIPT_RE.search(script[:200_000])
        if odd:
            yield PageFault("security.script", "可疑的脚本", f"script {odd[0][:40]}", odd[0][:120])
    yield from _find_leaving_faults(page, hosts)


def _has_https_canonical(page: WebPage) -> bool:
    """Return True if the page declares an HTTPS address as its canonical one."""
    return any(
        (tag.get("rel") or "").lower() == "canonical" and (tag.get("href") or "").lower().startswith("https:")
        for tag in page.by["link"]
    )


def _is_canonical(link: PageLink) -> bool:
    return link.tag == "link" and (link.element.get("rel") or "").lower() in {"canonical", "alternate"}


def _runs_at_once(script: str) -> bool:
    """Return True for a short script that runs when loaded: no function, or one called at once."""
    text = script.strip()
    return len(text) < _MAX_SHORT_SCRIPT_CHARACTERS and (
        "function" not in text or re.match(r"[(!;+]+\s*function", text) is not None
    )


#: Link type of automatic redirects to other sites, which are not checked as broken links.
REDIRECT_LINK_TYPE = "leaves"


def list_external_redirects(page: WebPage, hosts: frozenset[str]) -> list[str]:
    """Return the addresses outside the site's `hosts` to which a page redirects."""
    return [address for address, _ in _find_redirects(page, hosts)]


def _find_redirects(page: WebPage, hosts: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield (address, source text) of redirects to other than the own `hosts` by script or meta refresh."""
    for script in page.scripts:
        away = _REDIRECT_SCRIPT_RE.match(script) or (
            _REDIRECT_STATEMENT_RE.search(script) if _runs_at_once(script) else None
        )
        if away:
            yield from _iterate_outer_link(f"{away[1] or 'http:'}{away[2]}", away[0][:120], hosts)
    for tag in page.by["meta"]:
        if (tag.get("http-equiv") or "").lower() == "refresh":
            refresh_match = _REFRESH_URL_RE.search(tag.get("content") or "")
            if refresh_match and "//" in refresh_match[1]:
                yield from _iterate_outer_link(refresh_match[1], refresh_match[1], hosts)


def _iterate_outer_link(written: str, text: str, hosts: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield (URL, text) if a link leads to an untrusted foreign host."""
    address = normalise_url(written, "http://none.invalid/")
    host = get_host(address)
    if host and host not in hosts and not is_trusted_host(host):
        yield address, text


def _find_leaving_faults(page: WebPage, hosts: frozenset[str]) -> Iterator[PageFault]:
    """Yield redirects to other hosts, and forms that send data or passwords unencrypted."""
    for address, text in _find_redirects(page, hosts):
        yield PageFault("security.refresh", f"网页自动跳转到 {get_host(address)}", page.address, text)
    for tag in page.by["form"]:
        action = (tag.get("action") or "").strip()
        open_form = page.address.startswith("https:") and action.startswith("http:")
        if open_form or (
            any((element.get("type") or "").lower() == "password" for element in tag.iter("input"))
            and action.startswith("http:")
        ):
            yield PageFault("security.form", f"表单经不加密的连接提交：{action[:80]}")


def is_hidden(element: _Element) -> bool:
    """Return true if inline styles hide an element or one that contains it."""
    for above in (element, *element.iterancestors()):
        style = above.get("style") if isinstance(above.tag, str) else None
        if style and _HIDDEN_STYLE_RE.search(style):
            return True
        if above.tag == "marquee" and (above.get("height") in {"0", "1", "2"} or above.get("width") in {"0", "1", "2"}):
            return True
    return False


def _is_invisible(element: _Element) -> bool:
    """Return True if an element is hidden, or at most one pixel wide or high."""
    return is_hidden(element) or any(
        (element.get(value) or "").strip().rstrip("px") in {"0", "1"} for value in ("width", "height")
    )


_SERVER_VERSION_RE = re.compile(
    r"(?:nginx|apache|tomcat|iis|php|jetty|openresty|tengine|weblogic)[/ -]v?\d[\d.]*", re.IGNORECASE
)
_SECURITY_HEADERS = {
    "strict-transport-security": "Strict-Transport-Security",
    "x-content-type-options": "X-Content-Type-Options",
}


def check_transport(site: CrawledSite) -> None:
    """Check banner and speed of the home page, HTTPS, security headers and IPv6."""
    headers = site.store.headers(site.home.id)
    banner = " ".join(headers.get(value, "") for value in ("server", "x-powered-by"))
    match = _SERVER_VERSION_RE.search(banner)
    if match:
        site.add("security.banner", site.home.address, f"显示服务器软件版本：{match[0]}", shown=banner)
    row = next(site.store.frontier.rows("id = ?", (site.home.id,)), None)
    slow = float(site.indicators.limit("page.slow", "seconds", 3.0))
    if row is not None and row["seconds"] > slow:
        site.add("page.slow", site.home.address, f"首页用了{row['seconds']:.1f}秒才打开", key=site.home.address)
    if site.private:
        for key in ("security.https", "security.redirect", "security.header", "ipv6.missing", "bonus.ipv6"):
            site.skipped[key] = "内部网络地址，不评"
        return
    _check_https(site, headers)
    _check_ipv6(site)


#: Elements whose address the browser loads with the page, and the maximum number of their hosts.
_LOADED_TAGS, _MAX_LOADED_HOSTS = (
    frozenset({"img", "script", "link", "source", "video", "audio", "iframe", "embed"}),
    20,
)


def _check_ipv6(site: CrawledSite) -> None:
    """Request the home page, and one resource or attachment of each host that any page uses, over IPv6.

    If this machine has no IPv6, only the DNS records are checked.
    """
    first = {get_host_name(site.home.address): site.home.address}
    for link in site.home.links:
        if link.tag in _LOADED_TAGS and get_host_name(link.address):
            first.setdefault(get_host_name(link.address), link.address)
    on_home = set(first)
    for address in site.store.iterate_resources(_LOADED_TAGS):
        if get_host_name(address):
            first.setdefault(get_host_name(address), address)
    connected = reaches_ipv6()
    if not connected:
        for key in ("ipv6.missing", "bonus.ipv6"):
            site.skipped[key] = "检查所用的机器没有接入IPv6网络，只核对了域名有没有IPv6地址"
    for place, (host, address) in enumerate(list(first.items())[: _MAX_LOADED_HOSTS + 1]):
        used = "首页引用的资源所在的" if host in on_home else "内页的资源、附件所在的"
        if fault := find_ipv6_fault(address, site.reach, connected=connected):
            site.add("ipv6.missing", address, f"{used if place else ''}域名 {host} {fault}", key=host)


def check_robots(site: CrawledSite) -> None:
    """Report a site that has neither robots.txt (RFC 9309) nor a sitemap."""
    parts = urlsplit(site.home.address)
    root = f"{parts.scheme}://{parts.netloc}"
    statuses = [site.ask(f"{root}/{name}")[0] for name in ("robots.txt", "sitemap.xml")]
    if all(status in {404, 410} for status in statuses):
        site.add("site.robots", site.home.address, "没有 robots.txt，也没有 sitemap.xml")


def _check_https(site: CrawledSite, headers: dict[str, str]) -> None:
    """Report missing security headers, HTTPS or redirects to it."""
    host = site.host.partition(":")[0]
    if site.home.address.startswith("https:"):
        for name, header_label in _SECURITY_HEADERS.items():
            if name not in headers:
                site.add("security.header", site.home.address, f"缺少响应头 {header_label}", key=name)
        if "x-frame-options" not in headers and "frame-ancestors" not in headers.get("content-security-policy", ""):
            site.add(
                "security.header",
                site.home.address,
                "缺少响应头 X-Frame-Options 或 CSP frame-ancestors",
                key="x-frame-options",
            )
        try:
            with send_request(f"http://{host}/", site.reach) as answer:
                if not answer.headers.get("Location", "").startswith("https:"):
                    site.add("security.redirect", f"http://{host}/", "HTTP 没有转到 HTTPS")
        except NoAnswer:
            pass
        return
    try:
        with send_request(f"https://{host}/", site.reach):
            site.add("security.redirect", site.home.address, "HTTP 没有转到 HTTPS")
    except NoAnswer as error:
        site.add("security.https", site.home.address, f"没有启用 HTTPS（{error}）")
