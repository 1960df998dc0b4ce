"""Find the further pages of a list by scripts, links or page numbers. Pure."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import PageLink, normalise_url
from gongkai.lib.outbound.crawling.addresses import get_host
from gongkai.oversight.inspection.site.page import WebPage, get_link_name

_MAX_SCRIPT_CHARACTERS = 50_000
_MAX_PAGES = 500
#: Pager call of TRS WCM: number of pages, current page, file name pattern.
_PAGER_CALL_RE = re.compile(
    r"createPageHTML\(\s*(\d{1,4})\s*,\s*(\d{1,4})\s*,\s*[\"']([\w-]{1,40})[\"']\s*,\s*[\"'](\w{2,5})[\"']"
)
#: Text of a link to the next page; an arrow counts only within the folder of the list.
_NEXT_PAGE_LINK_RE = re.compile(r"[\[(【]?(?:下一?页|后一?页|next(?:page)?)[>›»]*[\])】]?", re.IGNORECASE)
_NEXT_ARROW_RE = re.compile(r"[>›»]")
#: Text with the number of pages: 共32页, 1/32页.
_PAGE_COUNT_RE = re.compile(r"共\s*(\d{1,4})\s*页|\b1\s*/\s*(\d{1,4})\s*页")


def iterate_scripted_pages(page: WebPage) -> Iterator[tuple[int, str]]:
    """Yield (number, address) of each further page if a script defines the pager."""
    for script in page.scripts:
        for count, _, name, ending in _PAGER_CALL_RE.findall(script[:_MAX_SCRIPT_CHARACTERS]):
            for number in range(1, min(int(count), _MAX_PAGES)):
                address = normalise_url(f"{name}_{number}.{ending}", page.address)
                if address:
                    yield number + 1, address


def find_next_page(page: WebPage, number: int) -> str:
    """Return the address of the next page of a list on the same host; empty if there is none.

    Args:
        page: a page of the list.
        number: its page number, from 1.
    """
    scripted_pages = dict(iterate_scripted_pages(page))
    if scripted_pages:
        return scripted_pages.get(number + 1, "")
    links = [link for link in page.links if link.tag == "a" and link.address and _may_follow(link, page)]
    for link in links:
        if (
            _NEXT_PAGE_LINK_RE.fullmatch(_get_compact_name(link))
            or "next" in (link.element.get("rel") or "").lower().split()
        ):
            return link.address
    folder_links = [link for link in links if _get_folder(link.address) == _get_folder(page.address)]
    next_labels = {str(number + 1), f"第{number + 1}页", f"[{number + 1}]"}
    next_link = next((link for link in folder_links if _get_compact_name(link) in next_labels), None)
    next_link = next_link or next(
        (link for link in folder_links if _NEXT_ARROW_RE.fullmatch(_get_compact_name(link))), None
    )
    return next_link.address if next_link else ""


def read_page_count(page: WebPage) -> int:
    """Return the number of pages that a list states; 0 if it states none."""
    match = _PAGE_COUNT_RE.search(page.text)
    return int(match[1] or match[2]) if match else 0


def _may_follow(link: PageLink, page: WebPage) -> bool:
    """Return True if a link leads to another page of the same host."""
    return link.address != page.address and get_host(link.address) == get_host(page.address)


def _get_compact_name(link: PageLink) -> str:
    """Return the link's name without spaces."""
    return "".join(get_link_name(link).split())


def _get_folder(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[0]
