"""Detect page content other than lists: forms, films, calendars, subfolders. Pure."""

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling.addresses import get_suffix, normalise_url
from gongkai.oversight.inspection.site.menus import iterate_script_links
from gongkai.oversight.inspection.site.page import WebPage, get_text
from gongkai.oversight.inspection.site.page_template import PageTemplate

DAY_VALUE = re.compile(r"(?:19|20)\d{2}(?:[-/.]?\d{1,2}){1,2}")


def is_redirect_page(page: WebPage) -> bool:
    """Return True if a page only redirects its readers and is therefore no column."""
    matches = (
        _REFRESH_URL_RE.search(tag.get("content") or "")
        for tag in page.by["meta"]
        if (tag.get("http-equiv") or "").lower() == "refresh"
    )
    return any(to and normalise_url(to[1], page.address) != page.address for to in matches)


_REFRESH_URL_RE = re.compile(r"url\s*=\s*[\"']?([^\"'\s;]+)", re.IGNORECASE)
#: Number of links to the same page with other parameters that make it a calendar.
_MIN_CALENDAR_LINKS = 15


def is_calendar(page: WebPage) -> bool:
    """Return True if a page links to itself for many days."""
    path = page.address.partition("?")[0]
    own_queries = {
        query
        for link in page.links
        for target, _, query in [link.address.partition("?")]
        if target == path and any(DAY_VALUE.fullmatch(pair.partition("=")[2]) for pair in query.split("&"))
    }
    return len(own_queries) >= _MIN_CALENDAR_LINKS


def has_subfolder_links(page: WebPage) -> bool:
    """Return True if a folder's page links to its subfolders and is therefore not empty."""
    folder = page.address.partition("?")[0]
    return folder.endswith("/") and any(
        link.tag == "a"
        and link.address.startswith(folder)
        and link.address.endswith("/")
        and len(link.address) > len(folder)
        for link in page.links
    )


def has_scripted_list(page: WebPage) -> bool:
    """Return True if a page has an empty list with an id or data attribute, which a script may fill."""
    return any(
        len(tag) == 0
        and not get_text(tag)
        and any(key == "id" or key.startswith("data-") for key in map(str, tag.attrib))
        for name in ("ul", "ol", "dl", "tbody")
        for tag in page.by[name]
    )


def has_scripted_element(page: WebPage) -> bool:
    """Return True if a script names the id of an empty element of the page, which it may fill."""
    text = "\n".join(page.scripts)
    if not text:
        return False
    ids = {
        str(tag.get("id"))
        for name in ("div", "section", "ul", "ol", "dl", "table", "tbody")
        for tag in page.by[name]
        if tag.get("id") and len(tag) == 0 and not get_text(tag)
    }
    return any(re.search(rf"[\"'#]{re.escape(element_id)}[\"']", text) for element_id in ids)


def has_content(page: WebPage, template: PageTemplate) -> bool:
    """Return True if a form, file, picture, film, frame or table is the page's own content."""
    common = {address for _, address in template.links}
    own_links = [link for link in page.links if link.tag in _EMBEDDED_TAGS and link.address not in common]
    return (
        page.has_input_form(template.forms)
        or any(link.tag != "img" for link in own_links)
        or len(own_links) > 2
        or any(
            link.tag == "a" and get_suffix(link.address) in _FORM_FILE_TYPES and link.address not in common
            for link in page.links
        )
        or any(address not in common for address, tag, _ in iterate_script_links(page) if tag == "video")
        or any(_is_table(table, template) for table in page.by["table"])
    )


#: File types of downloadable forms; a page with one is not empty.
_FORM_FILE_TYPES = frozenset({"doc", "docx", "wps", "pdf", "xls", "xlsx"})
_EMBEDDED_TAGS = frozenset({"img", "video", "audio", "source", "iframe", "embed", "object"})
#: Minimum number of table rows with two filled cells, including headings.
_MIN_TABLE_ROWS = 3


def _is_table(table: _Element, template: PageTemplate) -> bool:
    """Return whether a table holds data, not layout."""
    if next(table.iterdescendants("table", "a"), None) is not None:
        return False
    rows = [[text for cell in row if (text := get_text(cell))] for row in table.iter("tr")]
    return sum(len(row) > 1 and row[0] not in template.lines for row in rows) >= _MIN_TABLE_ROWS
