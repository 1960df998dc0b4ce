"""Which notice may take another's place, and what becomes of the open tasks then. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from gongkai.lib.chinese.document_numbers import scan
from gongkai.work.notices.models import Ask, Assignment, Notice
from gongkai.work.notices.states import OPEN, State

OLDER = "“{}”早于本通知，不能取代它：取代一份通知的，是其后印发的通知。"


class Issued(NamedTuple):
    """The year of a notice, its day of issue, and its document number."""

    year: int
    on: date | None
    number: str


def is_older(one: Issued, other: Issued) -> bool:
    """Whether a notice came before another: by year, by the day of issue, on one day by the serial of one series of numbers.

    >>> plan = Issued(2026, date(2026, 4, 1), "云府办发〔2026〕12号")
    >>> is_older(Issued(2025, None, ""), plan), is_older(Issued(2026, date(2026, 3, 1), ""), plan)
    (True, True)
    >>> is_older(Issued(2026, date(2026, 4, 1), "云府办发〔2026〕9号"), plan), is_older(Issued(2026, None, "云府办发〔2026〕30号"), plan)
    (True, False)
    """
    if one.year != other.year:
        return one.year < other.year
    if one.on and other.on and one.on != other.on:
        return one.on < other.on
    ours, theirs = next(scan(one.number), None), next(scan(other.number), None)
    same_series = ours and theirs and (ours.mark, ours.year) == (theirs.mark, theirs.year)
    return bool(ours and theirs and same_series and int(ours.serial) < int(theirs.serial))


def may_replace(newer: Notice, notice: Notice) -> bool:
    """Whether a notice may take the place of another."""
    return not is_older(_issued(newer), _issued(notice))


def _issued(notice: Notice) -> Issued:
    return Issued(notice.year, notice.issued_on, notice.doc_number)


@dataclass(frozen=True)
class Effects:
    """What superseding a notice does: the tasks that are cancelled, those that stay as they are, and the requests that fall away."""

    cancelled: Sequence[Assignment]
    stay: int
    submitted: int
    asks: int

    @property
    def units(self) -> list[tuple[str, int]]:
        """The units whose tasks are cancelled, with how many each, most first."""
        return Counter(task.entry.body.label for task in self.cancelled if task.entry.body).most_common()

    @property
    def seen(self) -> str:
        """What a person confirms: the tasks and their states, so that one that moved since is noticed."""
        return ",".join(f"{task.pk}:{task.entry.state}" for task in self.cancelled)


def effects_of(notice: Notice) -> Effects:
    """Return what superseding a notice would do now."""
    rows = notice.assignments.select_related("entry__body").order_by("pk")
    tasks = list(rows.filter(entry__state__in=OPEN))
    return Effects(
        cancelled=tasks,
        stay=rows.exclude(entry__state__in=OPEN).count(),
        submitted=sum(task.entry.state == State.SUBMITTED for task in tasks),
        asks=Ask.objects.filter(assignment__in=tasks, granted=None).count(),
    )
