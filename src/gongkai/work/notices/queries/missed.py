"""Find sentences of a stored notice that became no row."""

from gongkai.work.notices.models import Notice
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.limit_reach import NoticeText, locate_rows
from gongkai.work.notices.planning.missed import find_missed_sentences, select_shown_remarks
from gongkai.work.notices.planning.shared_limits import find_reading_time


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
