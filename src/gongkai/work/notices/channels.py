"""Other channels (其他渠道) that duties name: which duties still lack a record of one (P-14)."""

from collections.abc import Iterable

from gongkai.content.publishing.channel_names import channels_named, names_channel
from gongkai.core.ledger.models import Verdict
from gongkai.work.notices.checklist import checklist, duties_of
from gongkai.work.notices.models import Assignment, ChannelRecord, Duty
from gongkai.work.notices.planning.titles import title_of


def naming(duties: Iterable[Duty], channel: str) -> list[Duty]:
    """Return those of the duties that name a channel."""
    return [duty for duty in duties if names_channel(duty.channels, channel)]


def named(assignment: Assignment) -> list[Duty]:
    """Return the duties of an assignment that name a channel beside the site."""
    duties = duties_of(assignment)
    return [duty for duty in duties if any(channels_named(name) for name in duty.channels)]


def records(assignment: Assignment) -> list[ChannelRecord]:
    """Return the records that count: not taken back, and not found wrong by the lead."""
    rows = ChannelRecord.objects.filter(assignment=assignment, evidence__withdrawn=False)
    rows = rows.exclude(evidence__lead=Verdict.FAILS).exclude(release__dropped__gt="")
    return list(rows.select_related("evidence").prefetch_related("duties"))


def unrecorded(assignment: Assignment, *, done: bool = True) -> list[Duty]:
    """Return the duties that name a channel and have no record of one; with `done` only those that are ticked off.

    One record is enough for a duty: what notices print as 其他渠道 is a list to choose from (政务新媒体、宣传栏等其他适合的公开渠道).
    """
    duties = named(assignment)
    if not duties:
        return []
    there = {duty.pk for record in records(assignment) for duty in record.duties.all()}
    ticked = {line.duty.pk for line in checklist(assignment) if line.ticked} if done else None
    return [duty for duty in duties if duty.pk not in there and (ticked is None or duty.pk in ticked)]


def open_names(assignment: Assignment) -> list[str]:
    """Return the names of channels, as printed, of which no record counts yet; 其他渠道 is met by a record of any."""
    recorded: dict[int, set[str]] = {}
    for record in records(assignment):
        for duty in record.duties.all():
            recorded.setdefault(duty.pk, set()).add(record.channel)
    names = [
        name
        for duty in named(assignment)
        for name in duty.channels
        if (meant := channels_named(name)) and not meant & recorded.get(duty.pk, set())
    ]
    return list(dict.fromkeys(names))


def missing(assignment: Assignment) -> list[str]:
    """Return why an assignment cannot be handed in or closed: what is ticked off names channels of which nothing is recorded."""
    return [
        f"“{title_of(duty.text)}”要求同时通过{'、'.join(duty.channels)}公开，还没有发布记录，请先登记。"
        for duty in unrecorded(assignment)
    ]
