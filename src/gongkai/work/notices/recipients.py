"""Recipients of notifications on tasks, and the notification of units without staff."""

from collections.abc import Iterable, Iterator
from typing import NotRequired, TypedDict

from django.urls import reverse

from gongkai.core.acts.action import Notification
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.outbox import NotifiedPost, PostHolders, find_administrators, find_unit_to_notify
from gongkai.core.units.models import Body, Role
from gongkai.core.units.open_government_leads import issues_for_itself, list_leading_clerks
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.unstaffed_units import list_units_without_staff
from gongkai.work.notices.states import ASSIGNED


class TaskRecipients(TypedDict):
    """Arguments of `Notification`: keys of persons, and posts as (role, body key)."""

    persons: tuple[int, ...]
    by_post: NotRequired[bool]
    posts: tuple[tuple[str, int], ...]


def get_responsible_recipients(entry: Entry) -> TaskRecipients:
    """Return the clerks and head of the unit; in a unit's own notice the clerks of the office."""
    if entry.kind != ASSIGNED:
        return get_office_recipients(entry.body_id, entry.office_id, get_kind(entry.kind).giver(entry))
    return get_unit_recipients(entry.body_id)


def get_unit_recipients(body_id: int) -> TaskRecipients:
    """Return the clerks and the head of a unit."""
    return {"persons": (), "posts": ((Role.CLERK, body_id), (Role.LEAD, body_id))}


def get_office_recipients(body_id: int, office_id: int | None, giver: int) -> TaskRecipients:
    """Return the clerks of an office, else of its unit, else the nearest users in charge.

    `giver` is the key of the unit that gave the task.
    """
    unit = find_unit_to_notify(body_id, giver)
    if unit != body_id:
        return get_deciding_recipients(unit)
    post = NotifiedPost(Role.CLERK, body_id, office_id)
    holders = PostHolders.read([post]).persons(post, inside=True)
    return {"persons": tuple(sorted(holders)), "by_post": True, "posts": ()}


def get_issuer_recipients(government: Body) -> TaskRecipients:
    """Return the open-government office of a government, or the users in charge in a unit."""
    if issues_for_itself(government):
        return get_deciding_recipients(government.pk)
    return {"persons": (), "posts": ((Role.CHIEF, government.pk),)}


def get_deciding_recipients(unit: int, but: Iterable[int | None] = ()) -> TaskRecipients:
    """Return the head and the clerks in charge in a unit, except those in `but`."""
    head = NotifiedPost(Role.LEAD, unit)
    heads = PostHolders.read([head]).persons(head, inside=True)
    return {"persons": tuple(sorted(heads | (list_leading_clerks(unit) - set(but)))), "by_post": True, "posts": ()}


# Units named in one message.
MAX_NAMED_UNITS = 12


def make_staffing_notifications(notice: Notice, bodies: Iterable[int], key: str) -> Iterator[Notification]:
    """Yield notifications to administrators that units without staff were given tasks.

    None for a unit's own notice, of which nobody outside the unit is notified.
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
