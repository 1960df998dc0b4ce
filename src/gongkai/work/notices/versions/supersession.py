"""Find the notice that a draft amends or supersedes, and what happens to its open tasks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from gongkai.lib.chinese.document_numbers import iterate_numbers
from gongkai.work.notices.alignment.stored_notices import is_issued_here
from gongkai.work.notices.models import Amending, Ask, Assignment, Notice
from gongkai.work.notices.states import OPEN_STATES, AssignmentState, NoticeState
from gongkai.work.notices.versions.row_pairs import NoticeVersion, find_amending_reasons, normalize_text

OLDER_NOTICE_MESSAGE = "“{}”早于本通知，不能取代它：取代一份通知的，是其后印发的通知。"


class NoticeIssue(NamedTuple):
    """Year, date of issue and document number of a notice."""

    year: int
    on: date | None
    number: str


def is_older(issue: NoticeIssue, other: NoticeIssue) -> bool:
    """Return true if a notice is older: by year, date of issue, or serial number on one day.

    >>> plan = NoticeIssue(2026, date(2026, 4, 1), "云府办发〔2026〕12号")
    >>> is_older(NoticeIssue(2025, None, ""), plan), is_older(NoticeIssue(2026, date(2026, 3, 1), ""), plan)
    (True, True)
    >>> is_older(NoticeIssue(2026, date(2026, 4, 1), "云府办发〔2026〕9号"), plan)
    True
    >>> is_older(NoticeIssue(2026, None, "云府办发〔2026〕30号"), plan)
    False
    """
    if issue.year != other.year:
        return issue.year < other.year
    if issue.on and other.on and issue.on != other.on:
        return issue.on < other.on
    ours, theirs = next(iterate_numbers(issue.number), None), next(iterate_numbers(other.number), None)
    same_series = ours and theirs and (ours.mark, ours.year) == (theirs.mark, theirs.year)
    return bool(ours and theirs and same_series and int(ours.serial) < int(theirs.serial))


def can_supersede(newer: Notice, notice: Notice) -> bool:
    """Return true unless the newer notice is in fact older than the other one."""
    return not is_older(_get_issue(newer), _get_issue(notice))


def _get_issue(notice: Notice) -> NoticeIssue:
    return NoticeIssue(notice.year, notice.issued_on, notice.doc_number)


@dataclass(frozen=True)
class SupersessionEffects:
    """The effects of superseding a notice on its tasks.

    `cancelled` will be cancelled, `stay` is the number that stay, `submitted` that of those with
    submitted work, `asks` that of open requests which are dropped.
    """

    cancelled: Sequence[Assignment]
    stay: int
    submitted: int
    asks: int

    @property
    def units(self) -> list[tuple[str, int]]:
        """Return (unit, number of its tasks that will be cancelled), the most first."""
        return Counter(task.entry.body.label for task in self.cancelled if task.entry.body).most_common()

    @property
    def seen(self) -> str:
        """Return the tasks and states that the user confirms, to detect changes since."""
        return ",".join(f"{task.pk}:{task.entry.state}" for task in self.cancelled)


def preview_supersession(notice: Notice) -> SupersessionEffects:
    """Return a preview of superseding a notice now."""
    rows = notice.assignments.select_related("entry__body").order_by("pk")
    tasks = list(rows.filter(entry__state__in=OPEN_STATES))
    return SupersessionEffects(
        cancelled=tasks,
        stay=rows.exclude(entry__state__in=OPEN_STATES).count(),
        submitted=sum(task.entry.state == AssignmentState.SUBMITTED for task in tasks),
        asks=Ask.objects.filter(assignment__in=tasks, granted=None).count(),
    )


# Notices in force compared with a draft to find the one it amends.
MAX_COMPARED_NOTICES = 30


def to_version(notice: Notice, rows: Sequence[str] | None = None) -> NoticeVersion:
    """Return the parts of a notice needed to find the one it amends."""
    if rows is None:
        measures = notice.measures.filter(dropped=False).order_by("position", "pk")
        rows = list(measures.values_list("text", flat=True))
    return NoticeVersion(
        title=notice.title,
        number=notice.doc_number,
        issuer=str(notice.issuer_id or normalize_text(notice.issuer_name)),
        year=notice.year,
        rows=tuple(rows),
        words=notice.source_text,
    )


def list_amendable_notices(notice: Notice) -> QuerySet[Notice]:
    """Return notices in force of the same body and year, the newest first."""
    rows = Notice.objects.filter(
        government=notice.government_id, own=notice.own, year=notice.year, state=NoticeState.LIVE
    )
    return rows.exclude(pk=notice.pk).select_related("government", "issuer").order_by("-pk")


def find_amended_notice(notice: Notice, rows: Sequence[str] | None = None) -> Notice | None:
    """Return the notice in force that a draft (with these rows) probably amends, or None."""
    own_version = to_version(notice, rows)
    candidates = [
        (len(reasons), candidate)
        for candidate in list_amendable_notices(notice)[:MAX_COMPARED_NOTICES]
        if is_issued_here(candidate) and (reasons := find_amending_reasons(own_version, to_version(candidate)))
    ]
    return max(candidates, key=lambda pair: pair[0])[1] if candidates else None


def list_amending_reasons(notice: Notice) -> list[str]:
    """Return reasons why a notice is an amended version of the one in `amends`."""
    return find_amending_reasons(to_version(notice), to_version(notice.amends)) if notice.amends else []


def propose_amended_notice(notice: Notice) -> None:
    """Set the notice that a draft probably amends, as a question for the clerk.

    A question that was answered before is not asked again.
    """
    if notice.amending in {Amending.YES, Amending.NO}:
        return
    found = find_amended_notice(notice)
    notice.amends, notice.amending = found, Amending.ASKED if found else Amending.NOT_ASKED
    notice.save(update_fields=["amends", "amending"])
