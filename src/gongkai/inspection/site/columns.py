"""The columns of a site: pages that menus lead to, their lists, what stands on every page left out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from gongkai.inspection.site.lists import Entry, Layout, groups, title_of
from gongkai.inspection.site.lists import _entries as entries_in
from gongkai.inspection.site.names import MARKS, kind_of_column
from gongkai.inspection.site.page import Page, name_of
from gongkai.inspection.site.store import Store
from gongkai.outbound.crawling.links import Whole

#: Pages that are compared to see what stands on every page.
SAMPLE = 48
MOST_COLUMNS = 600
_NOTHING = re.compile(
    r"暂无(?:内容|信息|数据|记录|相关)|没有(?:内容|信息|数据|记录|找到)|(?:栏目|页面|内容)?(?:正在)?建设中|敬请期待|内容(?:整理|更新|维护)中"
)
#: A column that was closed and says so (归档): it is there to be looked up, not to be kept up.
_ARCHIVED = re.compile(r"已归档|(?:不再|停止)更新")
_BY_SCRIPT = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\(|XMLHttpRequest|axios[.(]|\bfetch\(|new Vue\(|createApp\(|ReactDOM|v-for=|ng-repeat"
)
_PAGING = re.compile(
    r"^(?:\d{1,4}|[<>«»‹›]+|首页|尾页|末页|上一?页|下一?页|前页|后页|跳转|go|共\d+页.*|第\d+页.*)$", re.I
)
_CRUMB = re.compile(r"当前位置|所在位置|您的位置|现在位置|>|»|首页\s*[-/]")


@dataclass
class Column:
    """A column as it was found.

    Attributes:
        id: number of its page.
        address: of its page.
        name: as the menu calls it.
        kind: what its name makes of it (`names`).
        entries: what its list shows, with days; those without one have the day of their own page where that has one.
        empty: nothing stands on it.
        scripted: its list is written by a script; what it holds cannot be told.
        archived: it says that it is archived.
        length: characters of its own words.
    """

    id: int
    address: str
    name: str
    kind: str
    entries: list[Entry] = field(default_factory=list)
    empty: bool = False
    scripted: bool = False
    archived: bool = False
    length: int = 0

    def newest(self, today: date) -> date | None:
        """Return the latest day of its entries that is not ahead."""
        return max(
            (entry.day for entry in self.entries if entry.day and entry.day <= today + timedelta(days=1)),
            default=None,
        )


@dataclass(frozen=True)
class Template:
    """What stands on most pages of a site: links by the way to them (pictures and frames without one), and lines."""

    links: frozenset[tuple[str, str]]
    lines: frozenset[str]


def template_of(store: Store, whole: Whole) -> Template:
    """Return what most of a sample of pages have in common."""
    numbers = [number for (number,) in store.frontier.db.execute("SELECT id FROM page ORDER BY id")]
    step = max(1, len(numbers) // SAMPLE)
    chosen = numbers[::step][:SAMPLE]
    links: Counter[tuple[str, str]] = Counter()
    lines: Counter[str] = Counter()
    for number in chosen:
        page = store.page(number, whole)
        if page is None:
            continue
        links.update({(group.way, link.address) for group in groups(page) for link in group.links})
        links.update({("", link.address) for link in page.links if link.tag != "a"})
        lines.update(set(page.lines))
    least = max(3, 0.5 * len(chosen))
    return Template(
        frozenset(one for one, count in links.items() if count >= least),
        frozenset(one for one, count in lines.items() if count >= least),
    )


def columns_of(
    store: Store, home: Page, template: Template, today: date, whole: Whole, layouts: list[Layout]
) -> list[Column]:
    """Return the columns of a site: what its home page's menus lead to, and what those lead to."""
    facts = {one.address: one for one in store.facts()}
    found: list[Column] = []
    seen = {home.address}
    waiting = list(_menus(home, template, on_home=True))
    while waiting and len(found) < MOST_COLUMNS:
        address, name = waiting.pop(0)
        known = facts.get(address)
        if address in seen or known is None or known.article:
            continue
        seen.add(address)
        page = store.page(known.id, whole)
        if page is None:
            continue
        column = _column(page, name, template, today, layouts)
        if column is None:
            continue
        column.entries = [
            entry
            if entry.day or entry.address not in facts
            else Entry(entry.address, entry.title, facts[entry.address].day)
            for entry in column.entries
        ]
        found.append(column)
        waiting += _menus(page, template, on_home=False)
    return found


def _menus(page: Page, template: Template, *, on_home: bool) -> Iterator[tuple[str, str]]:
    """Yield what a page's menus name: short links, no entries of its lists."""
    for link in page.links:
        if link.tag not in {"a", "area"} or not link.address or link.address == page.address:
            continue
        name = re.sub(r"^(?:更多|more)\s*[>»+]*\s*", "", name_of(link).strip(MARKS), flags=re.I)
        if 2 <= len(name) <= 14 and not _PAGING.match(name):
            yield link.address, name


def _column(page: Page, name: str, template: Template, today: date, layouts: list[Layout]) -> Column | None:
    """Return what a page is as a column; None where it is one text."""
    entries: dict[str, Entry] = {}
    for layout in layouts:
        for entry in layout.entries(page, today):
            entries.setdefault(entry.address, entry)
    if not entries:
        for group in groups(page):
            own = [link for link in group.links if (group.way, link.address) not in template.links]
            for entry in entries_in(own, today):
                if not kindless(entry) or len(own) > 2:
                    entries.setdefault(entry.address, entry)
    titles = {"".join(one.title.split()) for one in entries.values()}
    rest = [
        line
        for line in page.lines
        if line not in template.lines
        and line not in (name, page.title)
        and not _CRUMB.search(line)
        and not any(title in "".join(line.split()) for title in titles)
        and not _NOTHING.search(line)
    ]
    length = sum(len(line) for line in rest)
    said = page.metas.get("columnname") or name
    column = Column(
        page.id,
        page.address,
        said,
        kind_of_column(name) if kind_of_column(name) != "other" else kind_of_column(said),
        list(entries.values()),
        length=length,
    )
    column.archived = any(len(line) < 90 and _ARCHIVED.search(line) for line in rest)
    if not entries:
        column.scripted = bool(_BY_SCRIPT.search(page.source))
        column.empty = length < 30 and not column.scripted and not _has_content(page, template)
    return column


def _has_content(page: Page, template: Template) -> bool:
    """Whether a form, pictures, films or frames of its own are what a page is for."""
    common = {address for _, address in template.links}
    own = [
        link
        for link in page.links
        if link.tag in {"img", "video", "iframe", "embed"} and link.address not in common
    ]
    return (
        page.fillable
        or bool(page.by["textarea"] or page.by["iframe"] or page.by["video"] or page.by["embed"])
        or len(own) > 2
    )


def kindless(entry: Entry) -> bool:
    """Whether an entry has no day and a title too short for one."""
    return entry.day is None and len(entry.title) < 8


__all__ = ["Column", "Template", "columns_of", "kindless", "template_of", "title_of"]
