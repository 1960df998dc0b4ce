"""Check that the site's search finds existing texts."""

from dataclasses import replace
from urllib.parse import urlsplit

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound import is_busy_server_status
from gongkai.oversight.inspection.site.page import parse_page
from gongkai.oversight.inspection.site.search_forms import SEARCH_ACTION_PATTERN, SearchForm, read_search_form
from gongkai.oversight.inspection.site.site import CrawledSite

#: Number of titles that are searched for.
SAMPLED_TITLES = 2
#: Number of columns that are searched for a form if the home page has none.
MAX_COLUMNS_SEARCHED = 4


def check_search(site: CrawledSite) -> None:
    """Check that the site has a search that works and finds titles of the site's texts."""
    form = _find_search_form(site)
    if form is None:
        if re.search(r"搜\s*索|检\s*索", " ".join(site.home.lines)) or site.of_kind("search"):
            site.skipped["search.broken"] = "搜索由脚本完成，未能试用"
        else:
            site.add("search.missing", site.home.address, "没有站内搜索")
        return
    titles = _sample_titles(site)
    if not titles:
        site.skipped["search.not_found"] = "没有可供试搜的标题"
        return
    # Forms on GBK pages send GBK, but the server may accept UTF-8 only.
    forms = [form] if form.encoding == "utf-8" else [form, replace(form, encoding="utf-8")]
    for title in titles:
        for search_form in forms:
            address, posted = search_form.build_request(title)
            status, text = site.ask(address, posted)
            if is_busy_server_status(status):
                site.skipped["search.broken"] = f"站内搜索暂时拒绝访问（应答 {status}），没有评"
                return
            if status == 0 or status >= 400:
                reason = text if status == 0 else f"应答 {status}"
                site.add("search.broken", address, f"站内搜索不能用（{reason}）", key="search", found_on=form.page)
                return
            if _shows_title(site, text, address, title):
                break
        else:
            site.add("search.not_found", address, f"站内搜索找不到“{title[:40]}”", key=title, found_on=form.page)


def _find_search_form(site: CrawledSite) -> SearchForm | None:
    columns = [*site.of_kind("search")[:2], *site.columns[:MAX_COLUMNS_SEARCHED]]
    pages = [site.home, *(page for column in columns if (page := site.page(column.id)))]
    for page in pages:
        origin = f"{urlsplit(page.address).scheme}://{site.host}"
        for form in page.by["form"]:
            search_form = read_search_form(form, page.address, page.source)
            if search_form and (
                search_form.action.startswith(origin)
                or (not search_form.post and SEARCH_ACTION_PATTERN.search(search_form.action))
            ):
                return search_form
    return None


def _sample_titles(site: CrawledSite) -> list[str]:
    """Return up to SAMPLED_TITLES titles of older articles to search for."""
    titles = []
    for facts in sorted(
        (fact for fact in site.facts.values() if fact.article and fact.day),
        key=lambda one: (str(one.day), one.id),
        reverse=True,
    ):
        if facts.day and (site.today - facts.day).days >= 3 and 8 <= len(facts.title) <= 60:
            titles.append(facts.title)
    step = max(1, len(titles) // SAMPLED_TITLES)
    return titles[::step][:SAMPLED_TITLES]


def _shows_title(site: CrawledSite, text: str, address: str, title: str) -> bool:
    """Return true if the result page contains the title as a result."""
    page = parse_page(text.encode(), address, 0, site.whole)
    if page is None:
        return False
    compact_title = "".join(title.split())
    texts = [
        "".join("".join(map(str, link.element.itertext())).split()) + "".join((link.element.get("title") or "").split())
        for link in page.links
        if link.tag == "a"
    ]
    return (
        any(compact_title[:24] in value for value in texts) or "".join(page.text.split()).count(compact_title[:24]) > 1
    )
