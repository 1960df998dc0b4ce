"""Does the site's search find what stands on the site."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from gongkai.inspection.site.page import Page, parse_page
from gongkai.inspection.site.site import Site

if TYPE_CHECKING:
    from lxml.etree import _Element

_FIELD = re.compile(
    r"^(?:q|s|wd|kw|key|keys|keyword|keywords|search\w*|query|title|word|text|sousuo|ss)$|search|keyword|sousuo",
    re.I,
)
_ACTION = re.compile(r"search|sousuo|query|find|检索|搜索|/so(?:/|$)", re.I)
_SEARCHES = re.compile(r"搜\s*索|检\s*索|查\s*[询找]|关键[字词]|(?:^|\s)搜(?:\s|$)|search", re.I)
SAMPLES = 2
#: Columns whose pages are looked at where the home page has no search.
INNER = 4


def check_search(site: Site) -> None:
    """Look for titles that are known to stand on the site."""
    form = _form(site)
    if form is None:
        if re.search(r"搜\s*索|检\s*索", " ".join(site.home.lines)) or site.of_kind("search"):
            site.skipped["search.broken"] = "搜索由脚本完成，未能试用"
        else:
            site.add("search.missing", site.home.address, "没有站内搜索")
        return
    titles = _known(site)
    if not titles:
        site.skipped["search.not_found"] = "没有可供试搜的标题"
        return
    for title in titles:
        address = _asked(form, title)
        status, text = site.ask(address)
        if status == 0 or status >= 400:
            site.add(
                "search.broken",
                address,
                f"站内搜索不能用（{text if status == 0 else f'应答 {status}'}）",
                key="search",
            )
            return
        if not _shows(site, text, address, title):
            site.add("search.not_found", address, f"站内搜索找不到“{title[:40]}”", key=title)


def _form(site: Site) -> tuple[str, str, dict[str, str]] | None:
    """Return where a search form of the site sends to, the name of its field, and its other fields; None where none can be sent without a script."""
    others = [*site.of_kind("search")[:2], *site.columns[:INNER]]
    pages = [site.home, *(page for column in others if (page := site.page(column.id)))]
    for page in pages:
        for form in page.by["form"]:
            made = _read(page, form)
            if made and (
                made[0].startswith(f"{urlsplit(page.address).scheme}://{site.host}")
                or _ACTION.search(made[0])
            ):
                return made
    return None


def _read(page: Page, form: "_Element") -> tuple[str, str, dict[str, str]] | None:
    if (form.get("method") or "get").lower() != "get" or next(form.iter("textarea"), None) is not None:
        return None
    inputs = [(element, name) for element in form.iter("input") if (name := element.get("name"))]
    fields = [name for one, name in inputs if (one.get("type") or "text").lower() in {"text", "search"}]
    if any((element.get("type") or "").lower() == "password" for element in form.iter("input")):
        return None
    named = [name for name in fields if _FIELD.search(name)] or (
        fields if _ACTION.search(form.get("action") or "") or (len(fields) == 1 and _is_search(form)) else []
    )
    if not named:
        return None
    others = {
        name: one.get("value") or "" for one, name in inputs if (one.get("type") or "").lower() == "hidden"
    }
    return urljoin(page.address, form.get("action") or ""), named[0], others


def _is_search(form: "_Element") -> bool:
    """Whether a form says that it searches: on its button, in its field, of itself."""
    said = [form.get("role") or "", *map(str, form.itertext())]
    said += [
        element.get(name) or ""
        for element in form.iter("input", "button")
        for name in ("value", "placeholder", "title", "alt")
    ]
    return bool(_SEARCHES.search(" ".join(said)))


def _asked(form: tuple[str, str, dict[str, str]], title: str) -> str:
    action, name, others = form
    parts = urlsplit(action)
    pairs = "&".join(f"{quote(one)}={quote(value)}" for one, value in {**others, name: title}.items())
    return urlunsplit((parts.scheme, parts.netloc, parts.path, f"{parts.query}&{pairs}".lstrip("&"), ""))


def _known(site: Site) -> list[str]:
    """Return titles that a search must find: of texts some days old, so that an index had its time."""
    found = []
    for facts in sorted(
        (one for one in site.facts.values() if one.article and one.day),
        key=lambda one: (str(one.day), one.id),
        reverse=True,
    ):
        if facts.day and (site.today - facts.day).days >= 3 and 8 <= len(facts.title) <= 60:
            found.append(facts.title)
    step = max(1, len(found) // SAMPLES)
    return found[::step][:SAMPLES]


def _shows(site: Site, text: str, address: str, title: str) -> bool:
    page = parse_page(text.encode(), address, 0, site.whole)
    if page is None:
        return False
    wanted = "".join(title.split())
    said = [
        "".join("".join(map(str, link.element.itertext())).split())
        + "".join((link.element.get("title") or "").split())
        for link in page.links
        if link.tag == "a"
    ]
    return any(wanted[:24] in value for value in said) or "".join(page.text.split()).count(wanted[:24]) > 1
