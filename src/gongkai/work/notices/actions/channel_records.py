"""Record releases through other channels (其他渠道) and checks by the lead unit."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.content.publishing.actions.items import find_release_time_errors
from gongkai.content.publishing.models import ChannelRelease, DisclosureChannel
from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions import record_evidence
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import make_entry_notification
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.units.actors import Actor
from gongkai.core.units.unit_filters import list_responsible_units
from gongkai.lib.writing.titles import quote_words
from gongkai.work.notices.actions.permissions import (
    get_lead_unit_keys,
    list_reasons_against_inspecting,
    list_reasons_against_working,
)
from gongkai.work.notices.entries.checklist import find_first_day, list_channel_duties, select_by_channel
from gongkai.work.notices.models import ChannelRecord, Duty, EvidenceOffer, LeadCheck
from gongkai.work.notices.recipients import get_responsible_recipients

ASSIGNMENT_KIND_NAME = "assignment"


@entry_action(ASSIGNMENT_KIND_NAME, "record_channel", label="登记其他渠道发布", rule=list_reasons_against_working)
def record_channel_release(
    entry: Entry,
    *,
    by: Actor,
    channel: str,
    name: str,
    at: datetime,
    duties: Iterable[int],
    url: str = "",
    file: NamedStoredFile | None = None,
    words: str = "",
) -> ActionResult:
    """Record a release through another channel, as evidence for the duties that require it.

    `channel` is a `DisclosureChannel`; `name` is the account, newspaper or place; `at` must be in
    the period of the task and not in the future; `duties` are primary keys; give a `url` or a
    `file` that shows the release.
    """
    assignment = entry.assignment
    chosen = set(duties)
    counted = [duty for duty in select_by_channel(list_channel_duties(assignment), channel) if duty.pk in chosen]
    reasons = []
    if channel not in DisclosureChannel.values:
        reasons.append("请选择渠道。")
    elif not chosen or len(counted) != len(chosen):
        reasons.append(f"请勾选要求通过“{DisclosureChannel(channel).label}”公开的事项；没有写明这种渠道的，不必登记。")
    if not name.strip():
        reasons.append("请写明账号、报刊或场所的名称。")
    reasons += find_release_time_errors(at)
    if timezone.localdate(at) < find_first_day(assignment):
        reasons.append(f"发布时间早于本期任务的开始时间（{find_first_day(assignment)}），不能证明本期完成。")
    if reasons:
        raise Refused(reasons)
    label = f"{DisclosureChannel(channel).label}{quote_words(name.strip()[:120])}"
    added = record_evidence(
        entry, by=by, title=f"{label}发布", url=url.strip(), file=file, captured_at=at, words=words.strip()
    )
    assert isinstance(added.result, Evidence)
    record = ChannelRecord.objects.create(
        evidence=added.result, assignment=assignment, channel=channel, name=name.strip()[:120]
    )
    record.duties.set(counted)
    return ActionResult(
        words=f"{timezone.localtime(at):%Y-%m-%d %H:%M}在{label}发布",
        facts={**added.facts, "channel": channel, "duties": [duty.pk for duty in counted]},
        result=record,
    )


def record_offered_release(offer: EvidenceOffer, evidence: Evidence) -> ChannelRecord:
    """Record evidence that a text was released through another channel (其他渠道). Call it inside an action."""
    release = ChannelRelease.objects.get(pk=offer.release)
    record = ChannelRecord.objects.create(
        evidence=evidence, assignment=offer.assignment, channel=release.channel, name=release.name, release=release
    )
    record.duties.set(Duty.objects.filter(pk__in=offer.duties))
    return record


@entry_action(ASSIGNMENT_KIND_NAME, "lead_check", label="登记牵头检查", rule=list_reasons_against_inspecting)
def record_lead_check(entry: Entry, *, by: Actor, url: str, holds: bool, words: str = "") -> ActionResult:
    """Record the lead unit's check of the public site; a failed check notifies the unit.

    `url` is the page checked; `holds` is true if the information is published as ordered; `words`
    are required otherwise.
    """
    try:
        address = urlsplit(url.strip())
    except ValueError:  # such as http://[1
        address = urlsplit("")
    if address.scheme not in {"http", "https"} or not address.netloc or len(url.strip()) > 500:
        raise Refused("请填写检查的网址，以 http:// 或 https:// 开头。")
    if not holds and not words.strip():
        raise Refused("没有按要求公开的，请写明缺什么。")
    leads = sorted(get_lead_unit_keys(entry) & list_responsible_units(by)) or sorted(get_lead_unit_keys(entry))
    check = LeadCheck.objects.create(
        assignment=entry.assignment,
        lead_id=leads[0],
        url=url.strip(),
        checked_at=timezone.now(),
        holds=holds,
        words=words.strip()[:300],
        by=by.name,
    )
    finding = "已按要求公开" if holds else f"未按要求公开：{check.words}"
    tell = () if holds else (_make_check_notification(entry, finding),)
    return ActionResult(
        words=f"检查{check.url}，{finding}", facts={"check": check.pk, "holds": holds}, result=check, tell=tell
    )


def _make_check_notification(entry: Entry, finding: str) -> Notification:
    """Return the notification that a lead unit found a task not published as ordered."""
    return make_entry_notification(
        entry, "牵头单位检查", f"{finding}。请抓紧办理。", "lead_check", **get_responsible_recipients(entry)
    )
