"""Read the pages of a list back to the known entries, without a database.

Reading starts at the first page and stops at one without new entries. What one fetch cannot
read (pages, entries, time) is read by the next ones; new entries only move others to later
pages, so that none is missed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from gongkai.oversight.gathering.reader import SourceReadError
from gongkai.oversight.gathering.texts import SourceEntry

#: Maximum number of list pages and new entries of one fetch, and the share of time for lists.
MAX_PAGES_PER_FETCH, MAX_NEW_ENTRIES_PER_FETCH, MAX_TIME_SHARE = 40, 2_000, 0.5
#: Maximum number of entries stored for a source.
MAX_SOURCE_ENTRIES = 50_000
#: Errors that mean that a page does not exist.
_MISSING_PAGE_ERRORS = ("返回错误404", "返回错误410")


@dataclass(frozen=True)
class SourceListPage:
    """A page of a list: entries, next address (`onward`, or empty), stated number of pages (`said`, or 0)."""

    entries: list[SourceEntry]
    onward: str = ""
    said: int = 0


@dataclass(frozen=True)
class ResumePoint:
    """The list page, by URL (`at`) and number, at which reading continues; finished if the URL is empty."""

    at: str = ""
    page: int = 0


#: The resume point of a list that was read completely.
LIST_FINISHED = ResumePoint()


class TimeBudget(Protocol):
    """Interface of an object that measures the remaining time of a fetch."""

    @property
    def spent(self) -> float:
        """Return the used share of the time limit; 1 and above means exceeded."""


@dataclass
class ListWalk:
    """The state of reading the list pages of a source.

    Attributes:
        read: function that reads a page by address and number.
        time: measures the used share of the time limit.
        known_urls: known addresses of the source.
        back: the position at which the earlier fetch stopped; afterwards that of this one.
        entries: entries by address.
        notes: messages for the unit.
        more: true if the next fetch should be early.
        jumped: true if pages between newest and older entries were skipped.
    """

    read: Callable[[str, int], SourceListPage]
    time: TimeBudget
    known_urls: frozenset[str] = frozenset()
    back: ResumePoint = LIST_FINISHED
    entries: dict[str, SourceEntry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    more: bool = False
    jumped: bool = False
    newest: bool = True
    _new: int = 0
    _seen: set[str] = field(default_factory=set)

    def read_entries(self, first: str) -> list[SourceEntry]:
        """Return the entries of all pages from `first` to a known page or a limit; sets `back`, the position to continue.

        Raises:
            SourceReadError: the first page cannot be read.
        """
        was, self.back = self.back, LIST_FINISHED
        point = ResumePoint(first, 1)
        while point.at and point.at not in self._seen and not self._is_full(point):
            list_page = self._read_page(point)
            fresh = self._add_entries(list_page, point) if list_page else None
            if list_page is None or fresh is None:
                break
            onward = ResumePoint(list_page.onward, point.page + 1)
            if self.newest and not fresh:
                self.newest = False
                self.jumped = was.page > onward.page
                onward = was if self.jumped or not was.at else onward
            point = onward
        return list(self.entries.values())

    def _is_full(self, point: ResumePoint) -> bool:
        """Return True if a limit of entries, pages or time is reached; note it, and store where to resume."""
        if not self._seen:
            return False
        if len(self.known_urls) + self._new >= MAX_SOURCE_ENTRIES:
            self.notes.append(f"已满{MAX_SOURCE_ENTRIES}条，更早的不收取；还要的请按栏目、年份另行登记来源")
            return True
        if (
            len(self._seen) >= MAX_PAGES_PER_FETCH
            or self._new >= MAX_NEW_ENTRIES_PER_FETCH
            or self.time.spent >= MAX_TIME_SHARE
        ):
            self.back, self.more = point, True
            self.notes.append(f"列表读到第{point.page - 1}页，更早的稍后自动接着收取")
            return True
        return False

    def _read_page(self, point: ResumePoint) -> SourceListPage | None:
        """Return the page at the point, or None if it is unreadable: then note it and store where to resume."""
        try:
            list_page = self.read(point.at, point.page)
        except SourceReadError as failed:
            if point.page == 1:
                raise
            there = str(failed) not in _MISSING_PAGE_ERRORS
            self.back = point if there else LIST_FINISHED
            self.notes.append(f"列表第{point.page}页没有读到（{failed}）{'，下次再试' if there else ''}")
            return None
        self._seen.add(point.at)
        if point.page == 1 and not list_page.onward and list_page.said > 1:
            self.notes.append(
                f"列表共{list_page.said}页，翻页由脚本完成，只读到第1页；其余请用订阅源、接口或者表格导入"
            )
        return list_page

    def _add_entries(self, list_page: SourceListPage, point: ResumePoint) -> int | None:
        """Add the page's unread entries up to the limit and return how many are new; None ends the walk."""
        unread = {entry.address: entry for entry in list_page.entries if entry.address not in self.entries}
        fresh = [address for address in unread if address not in self.known_urls]
        postponed = fresh[MAX_NEW_ENTRIES_PER_FETCH - self._new :]
        remaining = set(postponed)
        self.entries |= {address: unread[address] for address in unread if address not in remaining}
        self._new += len(fresh) - len(postponed)
        if postponed:
            self.back, self.more = point, True
            self.notes.append(f"这一页有{len(list_page.entries)}条，其余{len(postponed)}条稍后自动接着收取")
        return None if postponed or not unread else len(fresh)
