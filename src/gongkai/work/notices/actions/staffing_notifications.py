"""Notify administrators of units that have tasks but no staff."""

from collections.abc import Iterable, Iterator

from django.urls import reverse

from gongkai.core.acts.action import Notification
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.staffing import find_administrators, list_units_without_staff

# Units named in one message.
MAX_NAMED_UNITS = 12


def notify_of_staffing(notice: Notice, bodies: Iterable[int], key: str) -> Iterator[Notification]:
    """Notify administrators of units without staff that were given tasks.

    For a unit's own notice nobody outside the unit is notified.
    """
    lacking = [] if notice.own else list_units_without_staff(bodies)
    for persons, units in find_administrators(lacking).items():
        names = "、".join(body.label for body in units[:MAX_NAMED_UNITS])
        more = f"等{len(units)}个单位" if len(units) > MAX_NAMED_UNITS else ""
        yield Notification(
            subject=f"{len(units)}个单位有任务而没有人员",
            body=f"{names}{more}已交办任务，还没有经办人和负责人，收不到任务和提醒。请在“单位与人员”中安排任职。",
            link=reverse("notices_unstaffed"),
            key=f"unstaffed:{key}:{units[0].pk}",
            persons=persons,
        )
