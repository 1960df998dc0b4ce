"""Reading a list page after page, back to what its source brought already. Knows no database.

A list is read from its first page until a page has nothing new. What did not fit into one pull (pages, entries, time) is read by the next
ones, from the page on that was to come: entries that came in meanwhile only move others to later pages, so none is passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from gongkai.oversight.gathering.reader import Failed
from gongkai.oversight.gathering.texts import Entry

#: Pages of a list and new entries that one pull takes; the share of its time for lists, which leaves the rest to texts.
MOST_PAGES, MOST_NEW, SHARE = 40, 2_000, 0.5
#: So much is kept of one source.
MOST_OF_SOURCE = 50_000
#: Answers that say that there is no such page.
_NO_PAGE = ("返回错误404", "返回错误410")


@dataclass(frozen=True)
class ListPage:
    """One page of a list: its entries, the address of the next one (empty for none), how many pages it says there are (0: it does not say)."""

    entries: list[Entry]
    onward: str = ""
    said: int = 0


@dataclass(frozen=True)
class Back:
    """The page from which a list is read back further: its address and number. Without address nothing is left."""

    at: str = ""
    page: int = 0


#: The whole list was read.
DONE = Back()


class Spends(Protocol):
    """What knows how much of the time for a source is over."""

    @property
    def spent(self) -> float:
        """From 0 to 1 and beyond."""


@dataclass
class Walk:
    """A list being read.

    Attributes:
        read: reads the page of an address that has a number.
        time: knows how much of the time is over.
        had: addresses that its source brought before.
        back: where an earlier pull left off; then where this one did.
        entries: what was read, by address.
        notes: what whoever keeps the source should know.
        more: whether the next pull should come soon.
        jumped: whether pages between the newest and the older ones were passed over.
        newest: whether no page without anything new was read so far.
    """

    read: Callable[[str, int], ListPage]
    time: Spends
    had: frozenset[str] = frozenset()
    back: Back = DONE
    entries: dict[str, Entry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    more: bool = False
    jumped: bool = False
    newest: bool = True
    _new: int = 0
    _seen: set[str] = field(default_factory=set)

    def go(self, first: str) -> list[Entry]:
        """Read from the first page on and return the entries; `back` says then from where on the next pull goes on.

        Raises:
            Failed: the first page cannot be read.
        """
        was, self.back = self.back, DONE
        here = Back(first, 1)
        while here.at and here.at not in self._seen and not self._is_full(here):
            shown = self._shown(here)
            fresh = self._take(shown, here) if shown else None
            if shown is None or fresh is None:
                break
            onward = Back(shown.onward, here.page + 1)
            if self.newest and not fresh:
                self.newest = False
                self.jumped = was.page > onward.page
                onward = was if self.jumped or not was.at else onward
            here = onward
        return list(self.entries.values())

    def _is_full(self, here: Back) -> bool:
        """Whether this pull has read enough, its first page at least; what is left is noted."""
        if not self._seen:
            return False
        if len(self.had) + self._new >= MOST_OF_SOURCE:
            self.notes.append(f"已满{MOST_OF_SOURCE}条，更早的不收取；还要的请按栏目、年份另行登记来源")
            return True
        if len(self._seen) >= MOST_PAGES or self._new >= MOST_NEW or self.time.spent >= SHARE:
            self.back, self.more = here, True
            self.notes.append(f"列表读到第{here.page - 1}页，更早的稍后自动接着收取")
            return True
        return False

    def _shown(self, here: Back) -> ListPage | None:
        """Return a page; None where a further one cannot be read, which is noted."""
        try:
            shown = self.read(here.at, here.page)
        except Failed as failed:
            if here.page == 1:
                raise
            there = str(failed) not in _NO_PAGE
            self.back = here if there else DONE
            self.notes.append(f"列表第{here.page}页没有读到（{failed}）{'，下次再试' if there else ''}")
            return None
        self._seen.add(here.at)
        if here.page == 1 and not shown.onward and shown.said > 1:
            self.notes.append(
                f"列表共{shown.said}页，翻页由脚本完成，只读到第1页；其余请用订阅源、接口或者表格导入"
            )
        return shown

    def _take(self, shown: ListPage, here: Back) -> int | None:
        """Take the entries of a page and return how many are new; None where the walk ends with it."""
        unread = {entry.address: entry for entry in shown.entries if entry.address not in self.entries}
        fresh = [address for address in unread if address not in self.had]
        over = fresh[MOST_NEW - self._new :]
        left = set(over)
        self.entries |= {address: unread[address] for address in unread if address not in left}
        self._new += len(fresh) - len(over)
        if over:
            self.back, self.more = here, True
            self.notes.append(f"这一页有{len(shown.entries)}条，其余{len(over)}条稍后自动接着收取")
        return None if over or not unread else len(fresh)
