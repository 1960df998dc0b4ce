"""Read the breadcrumbs of a page and the menu of its section. Pure."""

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import PageLink
from gongkai.oversight.inspection.site.lists import get_title, group_links
from gongkai.oversight.inspection.site.page import WebPage, get_classes, get_text

#: Labels of breadcrumbs, the home page as first step, and separators.
_BREADCRUMB_LABEL_RE = re.compile(r"(?:当前|所在|您的|现在|您在的|当前的)位置|您(?:现在)?(?:所)?在")
_HOME_LINK_NAME_RE = re.compile(r"(?:网站|本站|返回)?首页|主页")
_BREADCRUMB_CLASS_RE = re.compile(r"crumb|bread|posi|locat|weizhi|dqwz|where|path")
_BREADCRUMB_START_RE = re.compile(r"首\s*页\s*(?:[>»›→/|\\-]|&gt;)")
#: Number of levels searched above the home link, and the maximum length of breadcrumbs.
_MAX_LEVELS_ABOVE_HOME_LINK, _MAX_BREADCRUMBS_CHARACTERS = 3, 160


def find_breadcrumbs(page: WebPage) -> list[PageLink]:
    """Return the breadcrumbs of a page (首页 > 政务公开 > 规划计划) without first and last step."""
    for link in page.links:
        if link.tag == "a" and _HOME_LINK_NAME_RE.fullmatch(get_text(link.element)):
            node = _find_breadcrumb_element(link.element)
            if node is not None:
                inside = set(node.iter("a"))
                return [
                    step
                    for step in page.links
                    if step.element in inside and step is not link and step.address not in {"", page.address}
                ]
    return []


def _find_breadcrumb_element(home: _Element) -> _Element | None:
    """Return the element with the whole breadcrumb of a home link, or None."""
    node = home.getparent()
    for _ in range(_MAX_LEVELS_ABOVE_HOME_LINK):
        if node is None or node.tag in {"body", "html"}:
            return None
        text = get_text(node)
        marked = (
            _BREADCRUMB_LABEL_RE.search(text)
            or _BREADCRUMB_START_RE.search(text)
            or _BREADCRUMB_CLASS_RE.search(get_classes(node))
        )
        if marked and len(text) <= _MAX_BREADCRUMBS_CHARACTERS:
            return node
        node = node.getparent()
    return None


def find_section_names(page: WebPage, common: frozenset[tuple[str, str]]) -> list[list[str]]:
    """Return lists of section names to which a page belongs: the last breadcrumb, and each menu that contains the page.

    Args:
        page: the page.
        common: links that most pages have, which are ignored.
    """
    found = [[get_title(step)] for step in find_breadcrumbs(page)[-1:]]
    for group in group_links(page):
        own_links = [link for link in group.links if (group.way, link.address) not in common]
        if len(own_links) > 1 and any(link.address == page.address for link in own_links[1:]):
            found.append([get_title(link) for link in own_links])
    return found
