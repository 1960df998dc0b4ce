"""What moves between columns, and what is owed by another day, is looked up again at once: no duty stays met, or missing, until tomorrow (P-03)."""

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.core.acts.following import ActionEvent
from gongkai.lib.typed_json import number
from gongkai.oversight.inspection.duties import verify_notice
from gongkai.oversight.inspection.models import DutyVerdict
from gongkai.work.notices.models import ImportedColumn, Notice
from gongkai.work.notices.states import NoticeState


def verify_moved(happened: ActionEvent) -> None:
    """Look up the duties whose paths lead to the columns of a move, or above them (follows `publishing.move`, `publishing.move_waiting`)."""
    source = happened.target
    ends = {source.pk, number(happened.step.facts, "to")}
    paths = Column.objects.filter(pk__in=ends).values_list("path", flat=True)
    touched = {int(part) for path in paths for part in path.strip("/").split("/") if part}
    asked = ImportedColumn.objects.filter(column_id__in=touched, notice__state=NoticeState.LIVE)
    today = timezone.localdate()
    for notice in Notice.objects.filter(pk__in=asked.values("notice")):
        verify_notice(notice, today)


def verify_changed(happened: ActionEvent) -> None:
    """Look up again the duties of a notice that was corrected, or of which a task got more time, where they were looked up before."""
    target = happened.target
    notice = target if isinstance(target, Notice) else target.assignment.notice
    if notice.state == NoticeState.LIVE and DutyVerdict.objects.filter(assignment__notice=notice).exists():
        verify_notice(notice, timezone.localdate())
