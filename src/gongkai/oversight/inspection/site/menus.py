"""Find menu items with their addresses and names, and addresses that are no columns. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import normalise_url
from gongkai.lib.outbound.crawling.addresses import MEDIA_SUFFIXES
from gongkai.oversight.inspection.site.label_patterns import DECORATION_CHARACTERS, get_column_kind
from gongkai.oversight.inspection.site.list_pages import iterate_scripted_pages
from gongkai.oversight.inspection.site.page import WebPage, get_link_name
from gongkai.oversight.inspection.site.page_template import find_heading

#: Video addresses in attributes and scripts.
_VIDEO_URL_RE = re.compile(rf"[^\"'<>\s]{{1,300}}\.(?:{'|'.join(sorted(MEDIA_SUFFIXES))})", re.IGNORECASE)
_QUOTED_VIDEO_URL_RE = re.compile(rf"[\"']({_VIDEO_URL_RE.pattern})[\"']", re.IGNORECASE)
#: Complete addresses in click handlers.
_CLICK_HANDLER_URL_RE = re.compile(
    r"(?:window\.open\(|location(?:\.href)?\s*=|location\.(?:assign|replace)\()\s*[\"']([^\"'<>\s]{2,300})[\"']\s*(?![\s+])"
)
_URL_START_RE = re.compile(r"https?://|\.{0,2}/(?!/)")
_MAX_SCRIPT_CHARACTERS = 50_000
#: Elements whose links are read elsewhere.
_LINK_TAGS = frozenset({"a", "area", "video", "audio", "source", "embed", "iframe", "img", "script", "link"})


def iterate_script_links(page: WebPage) -> Iterator[tuple[str, str, str]]:
    """Yield (address, element, text) of videos and pages that scripts open."""
    for script in page.scripts:
        for match in _QUOTED_VIDEO_URL_RE.finditer(script[:_MAX_SCRIPT_CHARACTERS]):
            yield from _iterate_other_page(page, match[1], "video", "")
    for number, address in iterate_scripted_pages(page):
        yield from _iterate_other_page(page, address, "a", str(number))
    for element in page.root.iter(etree.Element):
        if element.tag == "option":
            value = (element.get("value") or "").strip()
            if _URL_START_RE.match(value):
                yield from _iterate_other_page(page, value, "a", " ".join((element.text or "").split()))
        if element.tag not in _LINK_TAGS:
            for named in map(str, element.attrib.values()):
                if _VIDEO_URL_RE.fullmatch(named):
                    yield from _iterate_other_page(page, named, "video", "")
        opens = _CLICK_HANDLER_URL_RE.search(element.get("onclick") or "")
        if opens:
            text = " ".join("".join(map(str, element.itertext())).split())
            yield from _iterate_other_page(page, opens[1], "a", text[:80])


def _iterate_other_page(page: WebPage, written: str, tag: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (address, tag, text) if a link leads to another page."""
    address = normalise_url(written, page.address)
    if address and address != page.address:
        yield address, tag, text


#: Maximum length of a column name in characters.
MAX_NAME_CHARACTERS = 14
_PAGING_TEXT_RE = re.compile(
    r"^(?:[上下前后]一[条篇个张则]|随机|\d{1,4}|[<>«»‹›]+|首页|尾页|末页|上一?[页月年日周]|下一?[页月年日周]|前页|后页|前一[天月]|后一[天月]|今天|跳转|go|共\d+页.*|第\d+页.*)$",
    re.IGNORECASE,
)
#: Footer badges that link to their issuers.
_FOOTER_BADGE_RE = re.compile(r"党政机关|网站标识|网站找错|ICP备|公网安备", re.IGNORECASE)
#: Links to a complete list: 更多, 更多>>, 查看更多, more.
_MORE_LINK_RE = re.compile(
    r"^(?:(?:查看|浏览|点击)?更多|more|(?:查看)?全部(?=[>»›+.…\s]*\Z))\s*[>»›+.…]*\s*", re.IGNORECASE
)


def iterate_menu_items(page: WebPage) -> Iterator[tuple[str, str]]:
    """Yield (address, name) of a page's links with short names, as in menus; 更多 is named by its heading."""
    for link in page.links:
        if link.tag not in {"a", "area"} or not link.address or link.address == page.address:
            continue
        text = get_link_name(link).strip(DECORATION_CHARACTERS)
        name = (
            _MORE_LINK_RE.sub("", text)
            or _MORE_LINK_RE.sub("", link.element.get("title") or "")
            or find_heading(link.element)
        )
        name = name.strip(DECORATION_CHARACTERS)
        if (
            2 <= len(name) <= MAX_NAME_CHARACTERS
            and not _PAGING_TEXT_RE.match(name)
            and not _FOOTER_BADGE_RE.search(name)
        ):
            yield link.address, name


def map_menu_names(menu: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the menu names by address; menu headings often link to the first column."""
    names: dict[str, list[str]] = defaultdict(list)
    for address, name in menu:
        if name not in names[address]:
            names[address].append(name)
    return names


def find_own_name(page: WebPage, names: list[str]) -> str:
    """Return the longest of a column's names in its page's heading or title, else the first, preferably with a kind."""
    own = "".join(f"{page.heading} {page.title}".split())
    texts = [name for name in names if name in own]
    telling = [name for name in names if get_column_kind(name) != "other"]
    return max(texts, key=len) if texts else (telling or names)[0]


def list_own_names(page: WebPage) -> list[str]:
    """Return the names, short as in menus, of a page's links to itself."""
    names = (
        get_link_name(link).strip(DECORATION_CHARACTERS)
        for link in page.links
        if link.tag == "a" and link.address == page.address
    )
    return [name for name in names if 2 <= len(name) <= MAX_NAME_CHARACTERS and not _PAGING_TEXT_RE.match(name)]


def is_nested(address: str) -> bool:
    """Return True if a folder name occurs twice in a URL's path; such pages result from faulty links."""
    pieces = [piece for piece in urlsplit(address).path.split("/") if piece]
    return len(set(pieces)) < len(pieces)


#: A host in a query string: with a scheme, or with three or more labels.
_HOST_IN_QUERY_RE = re.compile(r"https?:/+[\w.-]+|(?:^|[=&/])(?:[\w-]+\.){2,}[a-z]{2,}(?=[/?:#&]|$)", re.IGNORECASE)


def is_exit_warning(address: str) -> bool:
    """Return True if an address is a warning page for leaving the site.

    >>> is_exit_warning("http://x.cn/go.html?to=www.y.gov.cn%2Fa"), is_exit_warning("http://x.cn/list.html?page=2")
    (True, False)
    """
    return bool(_HOST_IN_QUERY_RE.search(unquote(urlsplit(address).query)))
