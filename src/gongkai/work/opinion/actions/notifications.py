"""Notifications of cases and promises, and the effects of published statements."""

from datetime import datetime

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification
from gongkai.core.acts.rows import cached_in_batch
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import get_entry_url, make_entry_notification
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.lib.writing.titles import quote_words
from gongkai.work.opinion.models import Promise, Spokesperson, Statement, StatementSort
from gongkai.work.opinion.states import PromiseState


def make_unit_notification(
    entry: Entry,
    subject: str,
    body: str,
    key: str,
    *,
    urgent: bool = False,
    roles: tuple[Role, ...] = (Role.CLERK, Role.LEAD),
) -> Notification:
    """Return a notification to those with `roles` in the responsible unit."""
    return make_entry_notification(
        entry, subject, body, f"{entry.kind}.{key}", posts=tuple((role, entry.body_id) for role in roles), urgent=urgent
    )


def make_office_notification(entry: Entry, subject: str, body: str, key: str) -> Notification:
    """Return a notification to the open-government office above the responsible unit."""
    return Notification(
        subject=f"{subject}：{entry.title[:60]}",
        body=f"{quote_words(entry.title)}（{entry.number}，{entry.body.label}）{body}",
        link=get_entry_url(entry),
        key=f"{entry.kind}.{key}.office:{entry.pk}:{entry.version}",
        posts=((Role.CHIEF, entry.body_id),),
    )


def make_speaker_notifications(
    entry: Entry, subject: str, body: str, key: str, *, urgent: bool = False
) -> tuple[Notification, ...]:
    """Return the notification to the unit's own spokespeople in office, () without any."""
    speakers = Spokesperson.objects.filter(body_id=entry.body_id, end=None)
    people = cached_in_batch(
        ("opinion.speakers", entry.body_id), lambda: tuple(speakers.values_list("person_id", flat=True))
    )
    if not people:
        return ()
    notification = make_entry_notification(
        entry, subject, body, f"{entry.kind}.{key}.speaker", persons=people, urgent=urgent
    )
    return (notification,)


_PROMISE_STATES = {StatementSort.KEPT: PromiseState.KEPT, StatementSort.BROKEN: PromiseState.BROKEN}


@entry_action("promise", "published", label="已公开", rule=check_system)
def apply_published_statement(entry: Entry, *, by: Actor, statement: Statement, at: datetime) -> ActionResult:
    """Apply a published statement to its promise."""
    Statement.objects.filter(pk=statement.pk).update(public_at=at)
    label = statement.get_sort_display()
    text = f"“{label}”于{timezone.localtime(at):%Y-%m-%d %H:%M}公开"
    if statement.sort == StatementSort.PROMISE:
        Promise.objects.filter(pk=entry.pk).update(published_at=at)
        return ActionResult(words=text, to_state=PromiseState.RUNNING)
    if statement.sort == StatementSort.DATE:
        change = make_event("extended", timezone.localdate(at), until=statement.until)
        notification = make_unit_notification(entry, "期限已变更", f"现为{statement.until}，已向社会公开。", "moved")
        return ActionResult(words=text, events=(change,), past=True, to_state=entry.state, tell=(notification,))
    end = _PROMISE_STATES.get(StatementSort(statement.sort))
    if end is None:
        return ActionResult(words=text, to_state=entry.state)
    Promise.objects.filter(pk=entry.pk).update(ended_on=statement.on)
    entry.outcome = statement.sort
    notification = make_unit_notification(entry, f"承诺{label}", f"{label}情况已向社会公开，记录办结。", "ended")
    return ActionResult(
        words=text, events=(make_event(statement.sort, statement.on),), past=True, to_state=end, tell=(notification,)
    )
