"""Other channels (其他渠道) required by duties, and duties without a record of one."""

from collections.abc import Iterable

from gongkai.content.publishing.channel_names import channels_named, names_channel
from gongkai.core.ledger.models import Verdict
from gongkai.work.notices.checklist import build_checklist, list_duties
from gongkai.work.notices.models import Assignment, ChannelRecord, Duty
from gongkai.work.notices.planning.titles import short_title


def select_by_channel(duties: Iterable[Duty], channel: str) -> list[Duty]:
    """Return the duties that require a channel."""
    return [duty for duty in duties if names_channel(duty.channels, channel)]


def list_channel_duties(assignment: Assignment) -> list[Duty]:
    """Return the duties of an assignment that require a channel other than the site."""
    duties = list_duties(assignment)
    return [duty for duty in duties if any(channels_named(name) for name in duty.channels)]


def list_channel_records(assignment: Assignment) -> list[ChannelRecord]:
    """Return records that are neither withdrawn nor judged wrong by the lead unit."""
    rows = ChannelRecord.objects.filter(assignment=assignment, evidence__withdrawn=False)
    rows = rows.exclude(evidence__lead=Verdict.FAILS).exclude(release__dropped__gt="")
    return list(rows.select_related("evidence").prefetch_related("duties"))


def list_unrecorded_duties(assignment: Assignment, *, done: bool = True) -> list[Duty]:
    """Return duties that require a channel and have no record; with `done` only ticked ones.

    One record is enough for a duty, because 其他渠道 in notices is a list to choose from.
    """
    duties = list_channel_duties(assignment)
    if not duties:
        return []
    there = {duty.pk for record in list_channel_records(assignment) for duty in record.duties.all()}
    ticked = {line.duty.pk for line in build_checklist(assignment) if line.ticked} if done else None
    return [duty for duty in duties if duty.pk not in there and (ticked is None or duty.pk in ticked)]


def list_open_channel_names(assignment: Assignment) -> list[str]:
    """Return the printed names of channels without a record; 其他渠道 accepts any record."""
    recorded: dict[int, set[str]] = {}
    for record in list_channel_records(assignment):
        for duty in record.duties.all():
            recorded.setdefault(duty.pk, set()).add(record.channel)
    names = [
        name
        for duty in list_channel_duties(assignment)
        for name in duty.channels
        if (meant := channels_named(name)) and not meant & recorded.get(duty.pk, set())
    ]
    return list(dict.fromkeys(names))


def check_channel_records(assignment: Assignment) -> list[str]:
    """Object if a ticked duty requires a channel of which no release is recorded."""
    return [
        f"“{short_title(duty.text)}”要求同时通过{'、'.join(duty.channels)}公开，还没有发布记录，请先登记。"
        for duty in list_unrecorded_duties(assignment)
    ]
