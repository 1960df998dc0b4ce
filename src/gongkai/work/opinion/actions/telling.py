"""Notifications of cases and promises."""

from gongkai.core.acts.action import Notification
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.lib.writing.titles import quoted
from gongkai.work.opinion.models import Spokesperson


def to_unit(
    entry: Entry,
    subject: str,
    body: str,
    key: str,
    *,
    urgent: bool = False,
    roles: tuple[Role, ...] = (Role.CLERK, Role.LEAD),
) -> Notification:
    """Return a notification to the staff of the responsible unit."""
    return Notification(
        subject=f"{subject}：{entry.title[:60]}",
        body=f"{quoted(entry.title)}（{entry.number}）{body}",
        link=url_of(entry),
        key=f"{entry.kind}.{key}:{entry.pk}:{entry.version}",
        posts=tuple((role, entry.body_id) for role in roles),
        urgent=urgent,
    )


def to_office(entry: Entry, subject: str, body: str, key: str) -> Notification:
    """Return a notification to the open-government office above the responsible unit."""
    return Notification(
        subject=f"{subject}：{entry.title[:60]}",
        body=f"{quoted(entry.title)}（{entry.number}，{entry.body.label}）{body}",
        link=url_of(entry),
        key=f"{entry.kind}.{key}.office:{entry.pk}:{entry.version}",
        posts=((Role.CHIEF, entry.body_id),),
    )


def to_speakers(entry: Entry, subject: str, body: str, key: str, *, urgent: bool = False) -> tuple[Notification, ...]:
    """Return the notifications to the unit's spokespeople, if there are any."""
    people = tuple(Spokesperson.objects.filter(body_id=entry.body_id, end=None).values_list("person_id", flat=True))
    if not people:
        return ()
    told = Notification(
        subject=f"{subject}：{entry.title[:60]}",
        body=f"{quoted(entry.title)}（{entry.number}）{body}",
        link=url_of(entry),
        key=f"{entry.kind}.{key}.speaker:{entry.pk}:{entry.version}",
        persons=people,
        urgent=urgent,
    )
    return (told,)
