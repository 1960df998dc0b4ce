"""Duties with a deadline from the same heading or sentence, which are corrected together."""

from collections import Counter

from gongkai.work.notices.models import Duty, Notice
from gongkai.work.notices.planning.limit_words import SHARED, is_shared_limit

# Kind and words of the source of a deadline; empty if it is not shared.
Place = tuple[str, str]


def place_of(duty: Duty) -> Place:
    """Return the source of a shared deadline."""
    if not is_shared_limit(duty.due):
        return "", ""
    return duty.due["source"]["kind"], duty.due["source"]["words"]


def taken_limits(notice: Notice) -> Counter[Place]:
    """Return the number of duties for each source shared by several, in one query."""
    rows = Duty.objects.filter(measure__notice=notice, measure__dropped=False, due__source__kind__in=SHARED)
    counts = Counter(place_of(duty) for duty in rows.only("due"))
    return Counter({place: count for place, count in counts.items() if count > 1})


def taken_with(duty: Duty) -> list[Duty]:
    """Return the duties with a deadline from the same source, including the given one."""
    if not is_shared_limit(duty.due):
        return [duty]
    kind, words = place_of(duty)
    rows = Duty.objects.filter(measure__notice=duty.measure.notice_id, measure__dropped=False)
    rows = rows.filter(due__source__kind=kind, due__source__words=words)
    return list(rows.select_related("measure").order_by("measure__position", "position", "pk")) or [duty]
