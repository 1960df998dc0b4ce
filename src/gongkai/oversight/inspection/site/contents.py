"""What stands on a page that is no list of its own: forms, films, a calendar, ways to its folders, lists that a script fills. Pure."""

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling.addresses import normal, suffix_of
from gongkai.oversight.inspection.site.more_links import more_links
from gongkai.oversight.inspection.site.page import Page, words
from gongkai.oversight.inspection.site.template import Template

DAY_VALUE = re.compile(r"(?:19|20)\d{2}(?:[-/.]?\d{1,2}){1,2}")


def sends_on(page: Page) -> bool:
    """Whether a page is only there to send its readers on to another one: it is no column."""
    said = (
        _ONWARD.search(tag.get("content") or "")
        for tag in page.by["meta"]
        if (tag.get("http-equiv") or "").lower() == "refresh"
    )
    return any(to and normal(to[1], page.address) != page.address for to in said)


_ONWARD = re.compile(r"url\s*=\s*[\"']?([^\"'\s;]+)", re.IGNORECASE)
#: So many links of a page to itself, asked otherwise, are a calendar.
_DAYS_OF_MONTH = 15


def is_calendar(page: Page) -> bool:
    """Whether a page leads to itself for many days."""
    path = page.address.partition("?")[0]
    again = {
        asked
        for link in page.links
        for where, _, asked in [link.address.partition("?")]
        if where == path and any(DAY_VALUE.fullmatch(part.partition("=")[2]) for part in asked.split("&"))
    }
    return len(again) >= _DAYS_OF_MONTH


def leads_below(page: Page) -> bool:
    """Whether a folder's page leads into folders of its own: it is a way to them, and not empty."""
    folder = page.address.partition("?")[0]
    return folder.endswith("/") and any(
        link.tag == "a"
        and link.address.startswith(folder)
        and link.address.endswith("/")
        and len(link.address) > len(folder)
        for link in page.links
    )


def has_hook(page: Page) -> bool:
    """Whether an empty list waits for a script to fill it."""
    return any(
        len(tag) == 0 and not words(tag) and any(key == "id" or str(key).startswith("data-") for key in tag)
        for name in ("ul", "ol", "dl", "tbody")
        for tag in page.by[name]
    )


def waits(page: Page) -> bool:
    """Whether an empty element is named by a script of its page: the script fills it."""
    said = "\n".join(page.scripts)
    if not said:
        return False
    ids = {
        str(tag.get("id"))
        for name in ("div", "section", "ul", "ol", "dl", "table", "tbody")
        for tag in page.by[name]
        if tag.get("id") and len(tag) == 0 and not words(tag)
    }
    return any(re.search(rf"[\"'#]{re.escape(one)}[\"']", said) for one in ids)


def has_content(page: Page, template: Template) -> bool:
    """Whether a form, a file, pictures, films, frames or a table of its own are what a page is for."""
    common = {address for _, address in template.links}
    own = [link for link in page.links if link.tag in _SHOWN and link.address not in common]
    return (
        page.fills(template.forms)
        or any(link.tag != "img" for link in own)
        or len(own) > 2
        or any(
            link.tag == "a" and suffix_of(link.address) in _FORMS and link.address not in common
            for link in page.links
        )
        or any(address not in common for address, tag, _ in more_links(page) if tag == "video")
        or any(_is_table(table, template) for table in page.by["table"])
    )


#: A page that hands out a form is not empty, however little it says besides.
_FORMS = frozenset({"doc", "docx", "wps", "pdf", "xls", "xlsx"})
_SHOWN = frozenset({"img", "video", "audio", "source", "iframe", "embed", "object"})
#: Rows of two filled cells and more that a table has at least, its heads among them.
_ROWS = 3


def _is_table(table: _Element, template: Template) -> bool:
    """Whether a table holds data of its own: rows of words, no table within, no links, and not the site's foot."""
    if next(table.iterdescendants("table", "a"), None) is not None:
        return False
    rows = [[said for cell in row if (said := words(cell))] for row in table.iter("tr")]
    return sum(len(row) > 1 and row[0] not in template.lines for row in rows) >= _ROWS
