"""What menus lead to, and what they call it; addresses that are no columns, whatever leads to them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from gongkai.lib.chinese import lazy_re as re
from gongkai.oversight.inspection.site.furniture import heading_of
from gongkai.oversight.inspection.site.names import MARKS, kind_of_column
from gongkai.oversight.inspection.site.page import Page, name_of

#: Characters of a column's name, at most.
MOST_NAME = 14
_PAGING = re.compile(
    r"^(?:[上下前后]一[条篇个张则]|随机|\d{1,4}|[<>«»‹›]+|首页|尾页|末页|上一?[页月年日周]|下一?[页月年日周]|前页|后页|前一[天月]|后一[天月]|今天|跳转|go|共\d+页.*|第\d+页.*)$",
    re.IGNORECASE,
)
#: Marks at the foot of every page, which lead to whoever gives them.
_FOOT = re.compile(r"党政机关|网站标识|网站找错|ICP备|公网安备", re.IGNORECASE)
#: A link to the whole of a list that is shown in part: 更多, 更多>>, 查看更多, more.
_MORE = re.compile(
    r"^(?:(?:查看|浏览|点击)?更多|more|(?:查看)?全部(?=[>»›+.…\s]*\Z))\s*[>»›+.…]*\s*", re.IGNORECASE
)


def menus_of(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what a page's menus name: short links, no entries of its lists; 更多 is called by the words above it."""
    for link in page.links:
        if link.tag not in {"a", "area"} or not link.address or link.address == page.address:
            continue
        said = name_of(link).strip(MARKS)
        name = (
            _MORE.sub("", said) or _MORE.sub("", link.element.get("title") or "") or heading_of(link.element)
        )
        name = name.strip(MARKS)
        if 2 <= len(name) <= MOST_NAME and not _PAGING.match(name) and not _FOOT.search(name):
            yield link.address, name


def names_of(menu: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return what a home page calls each address: a menu's head often leads to the first of its columns."""
    names: dict[str, list[str]] = defaultdict(list)
    for address, name in menu:
        if name not in names[address]:
            names[address].append(name)
    return names


def own_name(page: Page, names: list[str]) -> str:
    """Return by which of its names a page calls itself; else the first that says what it is."""
    own = "".join(f"{page.heading} {page.title}".split())
    said = [name for name in names if name in own]
    telling = [name for name in names if kind_of_column(name) != "other"]
    return max(said, key=len) if said else (telling or names)[0]


def calls_itself(page: Page) -> list[str]:
    """Return what a page's own links to itself are called: its menu, the way to it."""
    names = (
        name_of(link).strip(MARKS) for link in page.links if link.tag == "a" and link.address == page.address
    )
    return [name for name in names if 2 <= len(name) <= MOST_NAME and not _PAGING.match(name)]


def is_nested(address: str) -> bool:
    """Whether a folder stands in itself: such pages are made by a fault, and are no columns."""
    pieces = [piece for piece in urlsplit(address).path.split("/") if piece]
    return len(set(pieces)) < len(pieces)


#: A host that an address carries in its query: with a scheme, or of three names and more.
_HOST_ASKED = re.compile(r"https?:/+[\w.-]+|(?:^|[=&/])(?:[\w-]+\.){2,}[a-z]{2,}(?=[/?:#&]|$)", re.IGNORECASE)


def leads_out(address: str) -> bool:
    """Whether an address is that of a page that says one is leaving for another site: such pages are no columns.

    >>> leads_out("http://x.cn/go.html?to=www.y.gov.cn%2Fa"), leads_out("http://x.cn/list.html?page=2")
    (True, False)
    """
    return bool(_HOST_ASKED.search(unquote(urlsplit(address).query)))
