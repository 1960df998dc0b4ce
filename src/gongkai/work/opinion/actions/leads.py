"""Store leads from feeds, and decide which ones become cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.addresses import web_address
from gongkai.core.ledger.rules import system_only
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.work.opinion import rules
from gongkai.work.opinion.actions.collecting import collect
from gongkai.work.opinion.facts import CaseFacts
from gongkai.work.opinion.models import Feed, Lead, LeadState, Level
from gongkai.work.opinion.proposing import field_of


class Found(NamedTuple):
    """A feed entry; `ref` is its permanent identifier, at most 64 characters."""

    ref: str
    title: str
    text: str = ""
    address: str = ""
    written_at: datetime | None = None


@action("opinion.add_feed", label="新增舆情来源", rule=rules.oversees)
def add_feed(body: Body, *, by: Actor, name: str, address: str, words: str = "") -> ActionResult:
    """Add a feed to be polled, and return it."""
    where = web_address(address)
    if not name.strip() or not where:
        raise Refused("请填写名称和地址。")
    if Feed.objects.filter(body=body, address=where).exists():
        raise Refused("已经有这个来源。")
    feed = Feed.objects.create(body=body, name=name.strip()[:80], address=where, words=words.strip()[:500])
    return ActionResult(words=f"新增舆情来源“{feed.name}”", facts={"feed": feed.pk}, result=feed)


@action("opinion.switch_feed", label="启用、停用舆情来源", rule=rules.oversees)
def switch_feed(feed: Feed, *, by: Actor, active: bool) -> ActionResult:
    """Activate or deactivate a feed."""
    Feed.objects.filter(pk=feed.pk).update(active=active)
    return ActionResult(words="启用" if active else "停用")


@action("opinion.take_in", label="收取线索", rule=system_only)
def take_in(feed: Feed, *, by: Actor, found: Sequence[Found]) -> ActionResult:
    """Store new feed entries that match a keyword, and return the number of new leads."""
    now = timezone.now()
    wanted = [word.strip() for word in feed.words.replace("，", "、").split("、") if word.strip()]
    known = set(feed.leads.filter(ref__in=[match.ref for match in found]).values_list("ref", flat=True))
    fresh = {
        match.ref: match
        for match in found
        if match.ref not in known
        and match.title.strip()
        and (not wanted or any(word in f"{match.title}{match.text}" for word in wanted))
    }
    made = Lead.objects.bulk_create(
        [
            Lead(
                feed=feed,
                ref=match.ref[:64],
                title=match.title.strip()[:300],
                text=match.text.strip()[:5000],
                address=match.address[:500],
                written_at=match.written_at,
                found_at=now,
            )
            for match in fresh.values()
        ]
    )
    tell: tuple[Notification, ...] = ()
    if made:
        tell = (
            Notification(
                subject=f"收到{len(made)}条舆情线索",
                body=f"“{feed.name}”收到{len(made)}条线索，请尽快甄别；回应时限自收到时起算。",
                link=reverse("opinion:leads"),
                key=f"opinion.leads:{feed.pk}:{made[-1].ref}",
                posts=((Role.CHIEF, feed.body_id), (Role.CLERK, feed.body_id)),
                urgent=True,
            ),
        )
    return ActionResult(words=f"收取{len(made)}条线索", facts={"leads": len(made)}, tell=tell, result=len(made))


def _is_new(lead: Lead) -> list[str]:
    return [] if lead.state == LeadState.NEW else ["这条线索已经处理。"]


def _sifts(by: Actor, lead: Lead) -> list[str]:
    return rules.works(by, lead.feed)


@action("opinion.open_lead", label="立案", rule=_sifts, ready=_is_new)
def open_lead(lead: Lead, *, by: Actor, level: str = Level.GENERAL) -> ActionResult:
    """Create a case from a lead and return it; its deadline counts from the lead's discovery."""
    facts = CaseFacts(
        title=lead.title,
        text=lead.text or lead.title,
        platform=lead.feed.name[:60],
        address=lead.address,
        found_at=lead.found_at,
        level=level,
        field=field_of(f"{lead.title}{lead.text}"),
    )
    made = collect(lead.feed.body, by=by, facts=facts)
    Lead.objects.filter(pk=lead.pk).update(state=LeadState.TAKEN, case=made)
    return ActionResult(words=f"立案，编号{made.entry.number}", facts={"case": made.pk}, result=made)


@action("opinion.drop_lead", label="不立案", rule=_sifts, ready=_is_new)
def drop_lead(lead: Lead, *, by: Actor, reason: str) -> ActionResult:
    """Dismiss a lead with a reason."""
    if not reason.strip():
        raise Refused("请写明不立案的理由。")
    Lead.objects.filter(pk=lead.pk).update(state=LeadState.DROPPED, reason=reason.strip()[:300])
    return ActionResult(words=reason.strip())
