"""Duties with a deadline from the same heading or sentence, which are corrected together."""

from collections import Counter

from gongkai.work.notices.models import Duty, Notice
from gongkai.work.notices.planning.limit_words import SHARED_SOURCES, is_shared_limit

# Kind and words of the source of a deadline; empty if it is not shared.
DeadlineSource = tuple[str, str]


def find_deadline_source(duty: Duty) -> DeadlineSource:
    """Return the source of a shared deadline."""
    if not is_shared_limit(duty.due):
        return "", ""
    return duty.due["source"]["kind"], duty.due["source"]["words"]


def count_shared_deadlines(notice: Notice) -> Counter[DeadlineSource]:
    """Return the number of duties for each source shared by several, in one query."""
    rows = Duty.objects.filter(
        measure__notice=notice, measure__dropped=False, due__source__kind__in=SHARED_SOURCES
    )
    counts = Counter(find_deadline_source(duty) for duty in rows.only("due"))
    return Counter({place: count for place, count in counts.items() if count > 1})


def list_duties_sharing_deadline(duty: Duty) -> list[Duty]:
    """Return the duties with a deadline from the same source, including the given one."""
    if not is_shared_limit(duty.due):
        return [duty]
    kind, words = find_deadline_source(duty)
    rows = Duty.objects.filter(measure__notice=duty.measure.notice_id, measure__dropped=False)
    rows = rows.filter(due__source__kind=kind, due__source__words=words)
    return list(rows.select_related("measure").order_by("measure__position", "position", "pk")) or [duty]
