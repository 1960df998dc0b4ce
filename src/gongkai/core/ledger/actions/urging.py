"""Actions for urging (催办): send to a unit, acknowledge, and escalate."""

from collections.abc import Iterable
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, record_many
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.entry_action import shared_action
from gongkai.core.ledger.jobs.reminders import MAX_LISTED_ENTRIES, describe_entry
from gongkai.core.ledger.kinds import get_entry_url, get_kind, list_inner_kinds
from gongkai.core.ledger.models import Audience, Entry, Urging
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, check_may_judge, check_open, check_system
from gongkai.core.outbox.outbox import list_people_to_notify
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import as_day, day_in_words
from gongkai.lib.writing.titles import quote_words

#: Maximum number of entries in one urging.
MAX_URGED_ENTRIES = 200


def list_streams_urged_today(entries: Iterable[Entry]) -> set[str]:
    """Return the streams of the entries that were already urged today."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    streams = [entry.stream for entry in entries]
    rows = Movement.objects.filter(stream__in=streams, action="ledger.urge", at__gte=midnight)
    return set(rows.values_list("stream", flat=True))


def _check_can_urge(entry: Entry) -> list[str]:
    """Return reasons against urging: the entry is closed, or was urged today."""
    return [*check_open(entry), *(["今天已经催办过，明天可以再催。"] if list_streams_urged_today([entry]) else [])]


@shared_action("urge", label="催办", rule=check_may_judge, ready=_check_can_urge, quiet=True)
def urge(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Urge the clerks and the head of an entry's unit, once a day for an entry; `words`: remark in the message."""
    urging = _create_urging(entry.body, [entry], by, words)
    due_text = f"，{day_in_words(as_day(entry.due_at))}到期" if entry.due_at else ""
    text = f"{by.name}催办{quote_words(entry.title)}（{entry.number}{due_text}）。{words}"
    key = f"urge:{entry.pk}:{timezone.localdate()}"
    tell = _make_notification(
        urging,
        f"催办：{entry.title[:60]}",
        text,
        get_entry_url(entry),
        key,
        inside=_list_recipients_of_inner_entry(entry),
    )
    return ActionResult(words=words or "催办", facts={"urging": urging.pk}, tell=(tell,))


def check_may_urge(by: Actor, body: Body) -> list[str]:
    """Return reasons unless the actor is of the 政务公开办 over the unit."""
    return [] if by.reaches(Role.CHIEF, path=body.path) else ["只有政务公开办可以向单位发送催办。"]


@action("ledger.urge_unit", label="发送催办", rule=check_may_urge, quiet=True)
def urge_unit(body: Body, *, by: Actor, entries: Iterable[Entry], words: str = "") -> ActionResult:
    """Urge a unit about several entries with one message that it must acknowledge.

    Skip closed entries and those urged today. Return the `Urging`.
    """
    rows = [entry for entry in entries if entry.body_id == body.pk and entry.closed_at is None][:MAX_URGED_ENTRIES]
    urged_streams = list_streams_urged_today(rows)
    urged_entries = [entry for entry in rows if entry.stream not in urged_streams]
    if not urged_entries:
        raise Refused(f"{body.label}的这些事项今天已经催办过，或者已经办结。")
    urging = _create_urging(body, urged_entries, by, words)
    text = urging.words or "催办"
    steps = [
        (entry, urge.finish(entry, ActionResult(words=text, facts={"urging": urging.pk}), by=by))
        for entry in urged_entries
    ]
    record_many([(urge, entry, step) for entry, step in steps], by=by)
    # Not all who are told may read entries reserved for the 政务公开办 and an office.
    open_entries = [entry for entry in urged_entries if entry.audience != Audience.CHIEF]
    entry_lines = [
        describe_entry(entry) if entry.due_at else entry.title for entry in open_entries[:MAX_LISTED_ENTRIES]
    ]
    remainder = [f"……共{len(urged_entries)}项。"] if len(urged_entries) > len(entry_lines) else []
    is_named = len(urged_entries) == len(open_entries) == 1
    subject = f"催办：{open_entries[0].title[:60]}" if is_named else f"催办：{len(urged_entries)}项工作"
    tell = _make_notification(
        urging,
        subject,
        "\n".join([*filter(None, [words.strip()]), *entry_lines, *remainder]),
        _get_urging_url(urging),
        f"urging:{urging.pk}",
    )
    return ActionResult(
        words=f"催办{len(urged_entries)}项工作",
        facts={"urging": urging.pk, "entries": len(urged_entries)},
        tell=(tell,),
        result=urging,
    )


def _create_urging(body: Body, entries: list[Entry], by: Actor, text: str) -> Urging:
    """Store an urging to a unit about entries, sent from the actor's unit (that of a chief's post first)."""
    posts = [post.body_id for post in by.posts if post.role == Role.CHIEF] or [post.body_id for post in by.posts]
    urging = Urging.objects.create(
        body=body,
        words=text.strip()[:300],
        sent_at=timezone.now(),
        sent_by=by.name,
        person_id=by.person_id,
        office_id=posts[0] if posts else None,
    )
    urging.entries.set(entries)
    return urging


def _get_urging_url(urging: Urging) -> str:
    return reverse("ledger_urgings_row", args=[urging.pk])


def _list_recipients_of_inner_entry(entry: Entry) -> tuple[int, ...] | None:
    """Return the ids of the people to notify of an entry between a unit and its offices; None for other entries."""
    if not get_kind(entry.kind).inner:
        return None
    roles = (Role.CLERK,) if entry.office_id else (Role.CLERK, Role.LEAD)
    return list_people_to_notify(entry.body_id, entry.office_id, giver=get_kind(entry.kind).giver(entry), roles=roles)


def _make_notification(
    urging: Urging, subject: str, body: str, link: str, key: str, *, inside: tuple[int, ...] | None = None
) -> Notification:
    """Return an urgent message to the clerks and heads of the urged unit, or instead to the persons in `inside`."""
    posts: tuple[tuple[str, int], ...] = ((Role.CLERK, urging.body_id), (Role.LEAD, urging.body_id))
    if inside is not None:
        return Notification(subject=subject, body=body, link=link, key=key, persons=inside, by_post=True, urgent=True)
    return Notification(subject=subject, body=body, link=link, key=key, posts=posts, urgent=True)


def _check_works_in_unit(by: Actor, urging: Urging) -> list[str]:
    """Return the Chinese reason if the actor does not work in the urged unit."""
    return [] if by.has(*ENTRY_STAFF_ROLES, body_id=urging.body_id) else ["由被催办单位的人员签收。"]


@action(
    "ledger.receive_urging",
    label="签收催办",
    rule=_check_works_in_unit,
    ready=lambda urging: ["这件催办已经签收。"] if urging.received_at else [],
)
def receive_urging(urging: Urging, *, by: Actor, words: str = "") -> ActionResult:
    """Acknowledge an urging for the unit with an answer (`words`), note it in the log of its entries, and notify the
    sender."""
    urging.received_at, urging.received_by, urging.answer = timezone.now(), by.name, words.strip()[:300]
    urging.save(update_fields=["received_at", "received_by", "answer"])
    text = f"已签收催办{f'：{urging.answer}' if urging.answer else ''}"
    entries = visible_to(by)
    record_many(
        [
            (
                receive_urging,
                entry,
                ActionResult(words=text, stream=entry.stream, facts={"urging": urging.pk}),
            )
            for entry in entries.filter(urgings=urging)
        ],
        by=by,
    )
    notification = Notification(
        subject=f"{urging.body.label}已签收催办",
        body=urging.answer,
        link=_get_urging_url(urging),
        key=f"urging:{urging.pk}:received",
        persons=(urging.person_id,) if urging.person_id else (),
    )
    return ActionResult(words=text, tell=(notification,) if notification.persons else ())


@action("ledger.raise_urging", label="催办上报", rule=check_system)
def raise_urging(urging: Urging, *, by: Actor, why: str) -> ActionResult:
    """Escalate an unanswered urging to the unit's head, the 政务公开办 and the head of the office that sent it.

    An urging inside a unit goes only to the unit's head.
    """
    urging.raised_at = timezone.now()
    urging.save(update_fields=["raised_at"])
    entries = urging.entries.open().exclude(audience=Audience.CHIEF)[
        :MAX_LISTED_ENTRIES
    ]  # not all who are told read those
    names = "\n".join(describe_entry(entry) if entry.due_at else entry.title for entry in entries)
    persons: tuple[int, ...] = ()
    posts = [(Role.LEAD, urging.body_id), (Role.CHIEF, urging.body_id)]
    posts += [(Role.LEAD, urging.office_id)] if urging.office_id else []
    if inner := urging.entries.filter(kind__in=list_inner_kinds()).first():
        giver = get_kind(inner.kind).giver(inner)
        persons, posts = list_people_to_notify(urging.body_id, giver=giver, roles=(Role.LEAD,)), []
    notification = Notification(
        subject=f"催办未落实：{urging.body.label}",
        body=f"{day_in_words(as_day(urging.sent_at))}发出的催办，{why}。\n{names}",
        link=_get_urging_url(urging),
        key=f"urging:{urging.pk}:raised",
        persons=persons,
        by_post=True,
        posts=tuple(posts),
        urgent=True,
    )
    return ActionResult(words=f"催办{why}，已报单位负责人和上级", tell=(notification,))
