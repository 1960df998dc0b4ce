"""Find the columns of a site from its menus, and their lists without the page template."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling.addresses import make_url_shape
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.markup import ISLAND_ATTRIBUTE
from gongkai.oversight.inspection.site.breadcrumbs import find_breadcrumbs, find_section_names
from gongkai.oversight.inspection.site.contents import (
    DAY_VALUE,
    has_content,
    has_scripted_element,
    has_scripted_list,
    has_subfolder_links,
    is_calendar,
    is_redirect_page,
)
from gongkai.oversight.inspection.site.data_lists import find_data_addresses, read_inline_entries
from gongkai.oversight.inspection.site.label_patterns import (
    ANNUAL_REPORT_PATTERN,
    UNDER_CONSTRUCTION_PATTERN,
    YEAR_COLUMN_PATTERN,
    get_column_kind,
)
from gongkai.oversight.inspection.site.lists import ListEntry, ListLayout
from gongkai.oversight.inspection.site.menus import (
    find_own_name,
    is_exit_warning,
    is_nested,
    iterate_menu_items,
    list_own_names,
    map_menu_names,
)
from gongkai.oversight.inspection.site.page import WebPage
from gongkai.oversight.inspection.site.page_template import (
    PageBlocks,
    PageTemplate,
    SiteStatistics,
    compute_site_statistics,
    find_blocks,
    find_own_entries,
)
from gongkai.oversight.inspection.site.store import InspectionStore, PageFacts, find_known_day

MAX_COLUMNS = 600
_EMPTY_COLUMN_TEXT_RE = re.compile(
    r"暂(?:时)?(?:无|没有)(?:内容|信息|数据|记录|文章|相关)|(?:没有|无|未)(?:任何|相关|找到|检索到|查询到)?(?:内容|信息|数据|记录|文章|找到)"
    rf"|共\s*0\s*[条篇项页]|{UNDER_CONSTRUCTION_PATTERN}"
)
#: Text of an archived column, which need not be updated.
_ARCHIVED_COLUMN_RE = re.compile(r"已归档|(?:不再|停止)更新")
_SCRIPTED_LIST_RE = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\(|XMLHttpRequest|axios[.(]|\bfetch\(|new Vue\(|createApp\(|ReactDOM|v-for=|ng-repeat"
)
_BREADCRUMB_RE = re.compile(r"当前位置|所在位置|您的位置|现在位置|>|»|首页\s*[-/]")


@dataclass
class InspectedColumn:
    """A column of the inspected site.

    Attributes:
        id, address, name: number and URL of its page, and its label in the menu.
        kind: classification by name (`names`).
        entries: entries of its list with their dates, from the list or from their own pages.
        empty: the page has no content.
        scripted: a script fills the list, so that its content is unknown.
        archived: the page says that it is archived.
        length: number of characters of its own text.
    """

    id: int
    address: str
    name: str
    kind: str
    entries: list[ListEntry] = field(default_factory=list)
    empty: bool = False
    scripted: bool = False
    archived: bool = False
    length: int = 0

    def newest(self, today: date) -> date | None:
        """Return the latest entry date until tomorrow, or None."""
        return max(
            (entry.day for entry in self.entries if entry.day and entry.day <= today + timedelta(days=1)), default=None
        )

    def lines(self, limit: int = 5) -> list[str]:
        """Return the counted lines, newest first, for verification by a person."""
        latest = sorted(self.entries, key=lambda entry: str(entry.day or ""), reverse=True)
        return [f"{entry.day or '无日期'} {entry.title[:40]}" for entry in latest[:limit]]


@dataclass
class _ColumnCandidate:
    """A page named by a menu, before it is compared with the other columns.

    `page` are its blocks of links, `column` the resulting column. `taught`: a learnt layout read its list;
    `data`: entries from its data files, or None; `rest`: its lines without the page template; `filled`: it has other
    content than a list (form, film, calendar, subfolders); `hook`: it has an empty list for a script; `scripts`: it
    has scripts; `says_empty`: a short line says that nothing is there; `section`: names of sections that contain it;
    `above`: address of the column above; `leads_to`: addresses that it links to.
    """

    page: PageBlocks
    column: InspectedColumn
    taught: bool
    data: list[ListEntry] | None
    rest: list[str]
    filled: bool
    hook: bool
    scripts: bool
    says_empty: bool
    section: list[list[str]]
    above: str
    leads_to: set[str]


def find_columns(
    store: InspectionStore,
    home_page: WebPage,
    template: PageTemplate,
    today: date,
    cache: UrlCache,
    layouts: list[ListLayout],
) -> list[InspectedColumn]:
    """Return the columns that the menus of the home page lead to."""
    facts = {page_facts.address: page_facts for page_facts in store.iterate_page_facts()}
    drafts = _follow_menus(store, home_page, template, today, cache, layouts, facts)
    statistics = compute_site_statistics(draft.page for draft in drafts.values() if not draft.taught)
    common_lines = _find_common_lines(drafts.values())
    for draft in drafts.values():
        _add_unread_entries(draft, statistics, common_lines)
        column = draft.column
        column.entries = [
            entry
            for entry in column.entries
            if not _is_filtered_view(entry.address, [column.address], same=True)
            or _has_other_title(facts, entry.address, column.address)
        ]
    dated = {entry.address for draft in drafts.values() for entry in draft.column.entries if entry.day}
    drafts = {
        address: draft
        for address, draft in drafts.items()
        if address not in dated or any(entry.day for entry in draft.column.entries)
    }  # an entry with a date, whose page has no dated list, is a text
    static = any(draft.column.entries and draft.data is None for draft in drafts.values())
    child_counts = Counter(draft.above for draft in drafts.values())
    for draft in drafts.values():
        _complete_column(draft, facts, static=static, dated=dated)
        _set_kind(draft.column, draft.section, today)
        if child_counts[draft.column.address] >= MIN_SUBCOLUMNS and any(
            drafts[address].above == draft.column.address for address in draft.leads_to & drafts.keys()
        ):
            draft.column.empty = False  # it links to its subcolumns
    _mark_scripted([draft for draft in drafts.values() if draft.column.empty], drafts)
    return [draft.column for draft in drafts.values()]


def _follow_menus(
    store: InspectionStore,
    home_page: WebPage,
    template: PageTemplate,
    today: date,
    cache: UrlCache,
    layouts: list[ListLayout],
    facts: Mapping[str, PageFacts],
) -> dict[str, _ColumnCandidate]:
    """Return a column candidate for each page that menus lead to, by address, at most `MAX_COLUMNS`."""
    drafts: dict[str, _ColumnCandidate] = {}
    visited = {home_page.address}
    menu = list(iterate_menu_items(home_page))
    menu_names, common = map_menu_names(menu), {address for _, address in template.links}
    endless = store.list_endless_patterns()
    waiting = deque(menu)
    while waiting and len(drafts) < MAX_COLUMNS:
        address, name = waiting.popleft()
        page_facts = facts.get(address)
        if (
            address in visited
            or page_facts is None
            or _is_filtered_view(address, drafts)
            or make_url_shape(address) in endless
            or is_nested(address)
            or is_exit_warning(address)
        ):
            continue
        if page_facts.article and address not in common:
            continue
        visited.add(address)
        page = store.page(page_facts.id, cache)
        if page is None or is_redirect_page(page):
            continue
        text = find_own_name(page, [*menu_names.get(address, [name]), *list_own_names(page)])
        drafts[address] = _read_column_page(page, text, template, today, layouts, store)
        waiting += iterate_menu_items(page)
    return drafts


def _complete_column(draft: _ColumnCandidate, facts: Mapping[str, PageFacts], *, static: bool, dated: Set[str]) -> None:
    """Complete a column's entries, given the `dated` addresses of all columns; decide if it is scripted or empty."""
    column = draft.column
    column.entries = [
        ListEntry(entry.address, entry.title, find_known_day(entry, facts.get(entry.address)))
        for entry in column.entries
    ]
    if column.entries:
        column.scripted = False
        return
    column.scripted = draft.data is None and (column.scripted or (draft.hook and not static))
    text = column.address in dated or (column.address in facts and facts[column.address].article)
    # A page without a list may consist of a telephone number.
    least = 1 if column.kind == "still" else MIN_CONTENT_CHARACTERS
    if draft.says_empty and column.kind == "other":
        least = MIN_CHARACTERS_OF_EMPTY_PAGE
    column.empty = column.length < least and not (column.scripted or draft.filled or text)


#: Number of subcolumns from which a page is a parent column.
MIN_SUBCOLUMNS = 2
#: Minimum number of dates of a news column, and the maximum typical interval in days.
_MIN_NEWS_DATES, _MAX_NEWS_INTERVAL_DAYS = 4, 14
_NEWS_KINDS = frozenset({"news", "notice", "still", "other"})


def _set_kind(column: InspectedColumn, section: list[list[str]], today: date) -> None:
    """Set the kind of a column from its entries and section, if its name does not tell it; set it archived if old."""
    year = YEAR_COLUMN_PATTERN.fullmatch(column.name)
    column.archived |= bool(year and int(year[1]) < today.year)
    if column.kind != "other":
        return
    reports = sum(bool(ANNUAL_REPORT_PATTERN.search(entry.title)) for entry in column.entries)
    if reports > 1 and reports * 2 > len(column.entries):
        column.kind = "annual"
    elif any(map(_is_news_section, section)) and _has_news_pace(column):
        column.kind = "news"
    elif any(get_column_kind(names[0]) == "overview" for names in section):
        column.kind = "still"  # facts about a place (走进云岭) need not change


def _is_news_section(section: list[str]) -> bool:
    kinds = [get_column_kind(name) for name in section]
    return kinds[0] == "news" and set(kinds) <= _NEWS_KINDS


def _has_news_pace(column: InspectedColumn) -> bool:
    days = sorted({entry.day for entry in column.entries if entry.day})
    gaps = sorted((later - day).days for day, later in pairwise(days))
    return len(days) >= _MIN_NEWS_DATES and gaps[len(gaps) // 2] <= _MAX_NEWS_INTERVAL_DAYS


def _has_other_title(facts: Mapping[str, PageFacts], address: str, other: str) -> bool:
    return address in facts and other in facts and facts[address].title != facts[other].title


def _mark_scripted(empty_columns: list[_ColumnCandidate], drafts: dict[str, _ColumnCandidate]) -> None:
    """Mark empty columns with scripts as scripted if most columns are empty."""
    lists = [draft for draft in drafts.values() if draft.column.entries or draft.column.empty]
    if len(empty_columns) < MIN_COMPARED_COLUMNS or len(empty_columns) * 2 <= len(lists):
        return
    for draft in empty_columns:
        if draft.scripts:
            draft.column.scripted, draft.column.empty = True, False


#: Number of empty columns from which on they are compared with each other.
MIN_COMPARED_COLUMNS = 4
#: Minimum number of characters of a page with content; and of one that says that it has none.
MIN_CONTENT_CHARACTERS, MIN_CHARACTERS_OF_EMPTY_PAGE = 30, 120
#: Maximum length of a line that says that a column is empty.
_MAX_EMPTY_LENGTH = 24
#: Lines that contain only a date or punctuation.
_LINE_WITHOUT_WORDS_RE = re.compile(r"(?:(?:(?:19|20)?\d{2}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|[\W_])+")


def _is_filtered_view(address: str, known_addresses: Iterable[str], *, same: bool = False) -> bool:
    """Return True if the address is only a filtered view of a known one; with `same`, also if it is known itself."""
    path, _, query = address.partition("?")
    if same and (address in known_addresses or path in known_addresses):
        return True
    if not query:
        return False
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&"))
    for known_address in known_addresses:
        known_path, _, other_query = known_address.partition("?")
        if known_path != path:
            continue
        known_pairs = dict(pair.partition("=")[::2] for pair in other_query.split("&") if pair)
        if known_pairs.items() < pairs.items() and known_pairs:
            return True
        if known_pairs.keys() == pairs.keys() and all(
            value == known_pairs[key] or (DAY_VALUE.fullmatch(value) and DAY_VALUE.fullmatch(known_pairs[key]))
            for key, value in pairs.items()
        ):
            return True
    return False


def _read_column_page(
    page: WebPage, name: str, template: PageTemplate, today: date, layouts: list[ListLayout], store: InspectionStore
) -> _ColumnCandidate:
    """Return the column candidate read from a page that a menu names."""
    text = page.metas.get("columnname") or name
    if name not in text and name in (page.heading, page.title):
        text = name  # page headers name the section
    taught: dict[str, ListEntry] = {}
    for layout in layouts:
        for entry in layout.entries(page, today):
            taught.setdefault(entry.address, entry)
    own_lines = [
        line
        for line in page.lines
        if line not in template.lines
        and line not in (name, text, page.title, page.heading)
        and not _BREADCRUMB_RE.search(line)
        and not _EMPTY_COLUMN_TEXT_RE.search(line)
    ]
    kind = get_column_kind(name)
    column = InspectedColumn(
        page.id, page.address, text, kind if kind != "other" else get_column_kind(text), list(taught.values())
    )
    column.archived = _says_archived(page, own_lines)
    column.scripted = bool(_SCRIPTED_LIST_RE.search(page.source)) or has_scripted_element(page)
    addresses = find_data_addresses(page)
    listed = [entries for address in addresses if (entries := store.get_listed_entries(address)) is not None]
    listed += [entries for entries in (read_inline_entries(page, today),) if entries]
    column.scripted |= bool(addresses) and not listed  # its data could not be read
    written = bool(listed) or any(tag.get(ISLAND_ATTRIBUTE) is not None for tag in page.by["div"])
    data = [entry for entries in listed for entry in entries] if written else None
    blocks = find_blocks(page, text, template.links, today)
    return _ColumnCandidate(
        page=blocks,
        column=column,
        taught=bool(taught),
        data=data,
        rest=own_lines,
        filled=has_content(page, template) or is_calendar(page) or has_subfolder_links(page),
        hook=has_scripted_list(page),
        scripts=bool(page.by["script"]),
        says_empty=any(len(line) <= _MAX_EMPTY_LENGTH and _EMPTY_COLUMN_TEXT_RE.search(line) for line in page.lines),
        section=find_section_names(page, template.links),
        above=next((step.address for step in reversed(find_breadcrumbs(page))), ""),
        leads_to={link.address for link in page.links if link.tag == "a"},
    )


def _says_archived(page: WebPage, lines: Iterable[str]) -> bool:
    """Return whether a short line says that the page is archived; names of other pages do not count."""
    other_names = [
        name
        for name, link in zip(page.names, page.links, strict=True)
        if link.address != page.address and _ARCHIVED_COLUMN_RE.search(name)
    ]
    return any(len(line) < 90 and _ARCHIVED_COLUMN_RE.search(_remove_names(line, other_names)) for line in lines)


def _remove_names(line: str, names: Iterable[str]) -> str:
    for name in names:
        line = line.replace(name, " ")
    return line


#: Number of columns with the same line from which the line belongs to the page template.
_MIN_COLUMNS_WITH_LINE = 4


def _find_common_lines(drafts: Iterable[_ColumnCandidate]) -> frozenset[str]:
    lines = Counter(line for draft in drafts for line in set(draft.rest))
    return frozenset(line for line, count in lines.items() if count >= _MIN_COLUMNS_WITH_LINE and "。" not in line)


def _add_unread_entries(draft: _ColumnCandidate, statistics: SiteStatistics, common_lines: Set[str]) -> None:
    """Add the entries of a column that no learnt layout read, and set the length of its own text."""
    if not draft.taught:
        own_entries = find_own_entries(draft.page, statistics)
        draft.column.entries = list({entry.address: entry for entry in (*own_entries, *(draft.data or []))}.values())
    headings = {block.heading for block in draft.page.blocks if len(block.heading) < MIN_CONTENT_CHARACTERS}
    titles = {"".join(entry.title.split()) for block in draft.page.blocks for entry in block.entries if entry.title}
    draft.column.length = sum(
        len(line)
        for line in draft.rest
        if line not in headings
        and line not in common_lines
        and not _LINE_WITHOUT_WORDS_RE.fullmatch(line)
        and not any(_shows_title(line, title) for title in titles)
    )


#: Minimum length of a truncated title, and of the text that may be next to it, in characters.
_START, _MAX_EXTRA = 8, 30


def _shows_title(line: str, title: str) -> bool:
    text = "".join(line.split())
    return len(text) <= len(title) + _MAX_EXTRA and (title in text or (title[:_START] in text and len(title) > _START))
