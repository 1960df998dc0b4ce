"""Queries on the source text of rows: missed sentences, and duties that share a deadline."""

from collections import Counter

from gongkai.work.notices.models import Duty, Notice
from gongkai.work.notices.planning.deadline_scope import NoticeText, locate_rows
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.missed_sentences import find_missed_sentences, select_shown_remarks
from gongkai.work.notices.planning.shared_deadline_words import SHARED_SOURCES, is_shared_limit
from gongkai.work.notices.planning.shared_deadlines import find_reading_time


def list_missed_sentences(notice: Notice) -> list[str]:
    """Return sentences that order something and are in no row, in two queries."""
    if not notice.source_text:
        return []
    drafts = [
        DraftMeasure(
            section=row.section,
            section_no=row.section_no,
            item=row.item,
            text=row.text,
            units=(),
            duties=tuple(DraftDuty(text=duty.text, due=duty.due) for duty in row.duties.all()),
            extras=row.extras,
            cells=tuple(row.cells),
            flags=tuple(row.flags),
            preamble=row.preamble,
            dropped=row.dropped,
        )
        for row in notice.measures.order_by("position", "pk").prefetch_related("duties")
    ]
    text = NoticeText(drafts, notice.source_text.split("\n")[:5000], find_reading_time(notice.parsed))
    locate_rows(text)
    return find_missed_sentences(text, select_shown_remarks(notice.remarks))


# Kind and words of the source of a deadline; empty if it is not shared.
DeadlineSource = tuple[str, str]


def find_deadline_source(duty: Duty) -> DeadlineSource:
    """Return the source of a shared deadline."""
    if not is_shared_limit(duty.due):
        return "", ""
    return duty.due["source"]["kind"], duty.due["source"]["words"]


def count_shared_deadlines(notice: Notice) -> Counter[DeadlineSource]:
    """Return the number of duties for each source shared by several, in one query."""
    rows = Duty.objects.filter(measure__notice=notice, measure__dropped=False, due__source__kind__in=SHARED_SOURCES)
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
