"""Extract a page's metadata from meta tags, fact tables, the line under the title and the breadcrumb. Pure."""

from datetime import datetime

from lxml.etree import _Element

from gongkai.content.migration.sources.pages import tables
from gongkai.content.migration.sources.pages.dom import id_and_classes_of, iter_elements, text_of
from gongkai.content.migration.sources.values import date_in_url, parse_day, parse_moment
from gongkai.lib.chinese import lazy_re as re

_BLANK = re.compile(r"[\s　\xa0]+")
_TITLE_END = re.compile(r"\s*[-_|—–－]+\s*[^-_|—–－]{2,30}$")
#: A heading of more characters names a text.
_NAME = 3
_CRUMB_CUT = re.compile(r"\s*(?:>>|>|＞|»|›|→|/|\|)\s*")
#: Where the next label begins in a line that holds several (来源：市水务局 日期：2020-03-30); titles and summaries may hold colons themselves.
_NEXT = re.compile(r"[\s　|｜]+(?=[^\s：:]{2,6}[：:])")
_LONG = {"title", "summary"}
#: Item fields that are dates.
DATE_FACTS = {"written_on", "formed_on", "effective_on", "ends_on"}


def read_meta_tags(root: _Element) -> dict[str, str]:
    """Return the values of meta tags by our field names."""
    given: dict[str, str] = {}
    for tag in iter_elements(root, "meta"):
        name = (tag.get("name") or tag.get("property") or "").strip().lower()
        content = " ".join((tag.get("content") or "").split())
        if name and content:
            given.setdefault(name, content)
    found = {
        fact: next((given[name] for name in names if given.get(name)), "")
        for fact, names in tables.META_TAG_NAMES.items()
    }
    return {fact: value for fact, value in found.items() if value}


def read_labelled_facts(root: _Element) -> dict[str, str]:
    """Return the label-value pairs of a disclosure page's table."""
    found: dict[str, str] = {}
    for tag in iter_elements(root, "td", "th", "dt", "li", "span", "strong", "b", "label", "p", "div"):
        if len(tag) > 3:
            continue
        text = text_of(tag)
        if not 2 <= len(text) <= 200:
            continue
        label, _, value = re.sub(r"\s*[:：]\s*", "：", text, count=1).partition("：")
        field = tables.FIELDS_BY_LABEL.get(_BLANK.sub("", label).strip("[]【】"))
        if field is None:
            continue
        if not value and tag.tag in {"td", "th", "dt", "span", "strong", "b", "label"}:
            value = _beside(tag)
        if field and value and field not in found:
            found[field] = value if field in _LONG else _NEXT.split(value)[0]
    return found


def _beside(tag: _Element) -> str:
    """Return the value after a label: its tail text, or the next element."""
    tail = " ".join((tag.tail or "").split()).lstrip(":： ")
    if tail:
        return tail
    after = tag.getnext()
    if after is None or len(text_of(after)) > 200:
        return ""
    value = text_of(after)
    bare = _BLANK.sub("", value).rstrip(":：")
    return "" if bare in tables.FIELDS_BY_LABEL else value


def make_fields(labels: dict[str, str]) -> dict[str, str]:
    """Return labelled facts as item fields: normalised dates, without invalid ones."""
    fields = {}
    for name, value in labels.items():
        if name in {"title", "published"}:
            continue
        if name in DATE_FACTS:
            day = parse_day(value)
            if day:
                fields[name] = day.isoformat()
        else:
            fields[name] = value
    return fields


def title_of(root: _Element, said: dict[str, str], labels: dict[str, str]) -> str:
    """Return a page's title: from its meta tags (`said`), the table, a single heading, or the window title without the site's name."""
    given = said.get("title") or labels.get("title")
    if given:
        return _cut(given, root) if not _has_own_title(root) else given
    shown = next((text_of(tag) for tag in iter_elements(root, "title")), "")
    headings = [text_of(tag) for tag in iter_elements(root, "h1") if text_of(tag)]
    others = (text_of(tag) for tag in iter_elements(root, "h2", "h3"))
    # A window is named after its text; where its heading is another, that is the site's name.
    named = [heading for heading in (*headings, *others) if len(heading) > _NAME and heading in shown]
    if named:
        return max(named, key=len)
    if len(headings) == 1:
        return headings[0]
    return _TITLE_END.sub("", shown) if _TITLE_END.search(shown) else shown


def _has_own_title(root: _Element) -> bool:
    return any((tag.get("name") or "").lower() == "articletitle" for tag in iter_elements(root, "meta"))


def _cut(title: str, root: _Element) -> str:
    """Remove a site's name from a title if the page's heading does not have it."""
    for tag in iter_elements(root, "h1", "h2"):
        heading = text_of(tag)
        if len(heading) > 3 and title.startswith(heading):
            return heading
    return title


def find_publication_time(
    root: _Element, said: dict[str, str], labels: dict[str, str], place: str
) -> tuple[datetime | None, str]:
    """Return a page's publication time (first from `said`: meta tags), with a note if guessed from the URL."""
    for given in (said.get("published", ""), labels.get("published", "")):
        found = parse_moment(given) if given else None
        if found:
            return found, ""
    text = text_of(root)
    for match in tables.PUBLICATION_DATE_PATTERN.finditer(text):
        found = parse_moment(text[match.end() : match.end() + 24])
        if found:
            return found, ""
    found = date_in_url(place)
    return found, "发布时间只在网址中，按网址认定，请核对。" if found else ""


def find_source(root: _Element, said: dict[str, str], labels: dict[str, str]) -> str:
    """Return the source of a text from its meta tags (`said`), labels or text, else the publisher."""
    given = said.get("source") or labels.get("source") or ""
    if not given:
        match = tables.SOURCE_PATTERN.search(text_of(root))
        given = match[1] if match else labels.get("issuer", "")
    return given.strip(" ：:　")[:120]


def find_column_path(root: _Element, said: dict[str, str]) -> tuple[str, ...]:
    """Return the column path of the breadcrumb, else the column of the meta tags (`said`)."""
    best: tuple[str, ...] = ()
    for tag in iter_elements(root, "div", "p", "td", "ul", "ol", "span", "nav", "li", "h3"):
        text = text_of(tag, upto="table")
        said_so = tables.CRUMB_LABEL_PATTERN.search(text)
        if len(text) > 200 or not (said_so or tables.BREADCRUMB_PATTERN.search(id_and_classes_of(tag))):
            continue
        path = _path(tag, text[said_so.end() :] if said_so else text)
        if len(path) > len(best):
            best = path
    if best:
        return best
    name = said.get("column", "")
    return tuple(part for part in _CRUMB_CUT.split(name) if part) if name else ()


def _path(tag: _Element, text: str) -> tuple[str, ...]:
    """Return the columns of a breadcrumb between the site's name and the word for the text."""
    parts = _CRUMB_CUT.split(text)
    if len(parts) < 2:
        parts = [text_of(element) for element in tag.iter("a")]
    found = (part.strip(" ：:[]【】　") for part in parts)
    names = [n for n in found if n and n not in tables.CRUMB_STOP_WORDS and len(n) <= 40]
    if len(names) > 1 and tables.CRUMB_SITE_PATTERN.search(names[0]):
        names = names[1:]
    return tuple(names[:8])
