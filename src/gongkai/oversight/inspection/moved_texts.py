"""Check duties again at once when texts move, a task is handed in or a deadline changes (P-03)."""

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.core.acts.following import ActionEvent
from gongkai.lib.typed_json import number
from gongkai.oversight.inspection.duties import verify_notice
from gongkai.oversight.inspection.models import DutyVerdict
from gongkai.work.notices.models import ImportedColumn, Notice
from gongkai.work.notices.states import NoticeState


def verify_moved(happened: ActionEvent) -> None:
    """Check the duties of the affected columns.

    Follows `publishing.move` and `publishing.move_waiting`.
    """
    source = happened.target
    ends = {source.pk, number(happened.step.facts, "to")}
    paths = Column.objects.filter(pk__in=ends).values_list("path", flat=True)
    touched = {int(part) for path in paths for part in path.strip("/").split("/") if part}
    asked = ImportedColumn.objects.filter(column_id__in=touched, notice__state=NoticeState.LIVE)
    today = timezone.localdate()
    for notice in Notice.objects.filter(pk__in=asked.values("notice")):
        verify_notice(notice, today)


def verify_changed(happened: ActionEvent) -> None:
    """Check the duties of a corrected notice, or of a task that was handed in or whose deadline was extended."""
    target = happened.target
    whole = isinstance(target, Notice)
    notice = target if whole else target.assignment.notice
    if notice.state == NoticeState.LIVE and DutyVerdict.objects.filter(assignment__notice=notice).exists():
        verify_notice(notice, timezone.localdate(), None if whole else target.pk)
