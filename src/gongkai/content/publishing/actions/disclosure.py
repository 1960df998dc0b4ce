"""System actions on disclosure entries, which have the legal deadline of an item."""

from datetime import date, datetime

from django.utils import timezone

from gongkai.content.publishing.clock.syncing import DISCLOSURE_KIND, title_of
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.content.publishing.states import DisclosureState
from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import make_event, void_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.making import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.models.entry import Audience
from gongkai.core.ledger.rules import check_system


@action("publishing.start_clock", label="起算公开时限", rule=check_system)
def start_clock(item: ItemPage, *, by: Actor, withdrawn: date | None = None) -> ActionResult:
    """Open the disclosure entry of an item with a formation date, unless one is open already.

    Args:
        item: the last draft.
        by: the system.
        withdrawn: the day of withdrawal, if no entry was open before (the item was moved in, or is
            older than this register); its period begins on that day.
    """
    running = Disclosure.objects.filter(item_id=item.pk, entry__closed_at=None).first()
    if running or item.formed_on is None:
        return ActionResult(words="已在计时" if running else "没有形成日期", result=running or item)
    since = withdrawn or item.formed_on
    entry = Entry(
        kind=DISCLOSURE_KIND.name,
        state=DisclosureState.TAKEN_DOWN if withdrawn else DisclosureState.OPEN,
        title=title_of(item),
        body=item.unit,
        year=since.year,
        audience=Audience.PARTIES,
    )
    make_entries(
        [entry],
        by=by,
        words=f"已公开的信息于{since:%Y-%m-%d}撤回" if withdrawn else f"信息于{since:%Y-%m-%d}形成或变更",
        events=lambda _: [make_event("formed", since)],
    )
    disclosure = Disclosure.objects.create(entry=entry, item_id=item.pk, formed_on=item.formed_on)
    return ActionResult(words=f"公开时限自{since:%Y-%m-%d}起算", facts={"entry": entry.pk}, result=disclosure)


@entry_action("disclosure", "publish", label="已公开", rule=check_system)
def close_published(entry: Entry, *, by: Actor, at: datetime) -> ActionResult:
    """Close the entry at the time of publication."""
    entry.closed_at, entry.outcome = at, "public"
    text = f"于{timezone.localtime(at):%Y-%m-%d %H:%M}公开"
    return ActionResult(words=text, events=(make_event("published", at),), past=True)


@entry_action("disclosure", "take_down", label="撤回公开", rule=check_system)
def reopen_withdrawn(entry: Entry, *, by: Actor, at: datetime, who: str, reason: str) -> ActionResult:
    """Reopen the entry of a withdrawn item; `who` is the name to log.

    Its period starts again on that day (rule set `disclosure`); an earlier delay stays recorded.
    """
    late = bool(entry.closed_at and entry.due_at and entry.closed_at > entry.due_at)
    entry.outcome = ""
    text = f"{who}于{timezone.localtime(at):%Y-%m-%d %H:%M}撤回公开：{reason}"
    return ActionResult(words=text, events=(make_event("withdrawn_late" if late else "withdrawn", at),), past=True)


@entry_action("disclosure", "withhold", label="不主动公开", rule=check_system)
def close_withheld(entry: Entry, *, by: Actor, attribute: str, reason: str) -> ActionResult:
    """Close the entry of an item that is not proactively disclosed; the log contains the legal ground."""
    entry.outcome = "withheld"
    return ActionResult(words=f"公开属性定为“{attribute}”：{reason or '未写理由'}", facts={"attribute": attribute})


@entry_action("disclosure", "resume", label="恢复计时", rule=check_system)
def reopen_resumed(entry: Entry, *, by: Actor, formed_on: date) -> ActionResult:
    """Reopen the entry of an item that is disclosed after all; the period runs from the day of formation."""
    entry.outcome = ""
    _count_from(entry, formed_on, by)
    return ActionResult(words="公开属性改为主动公开，恢复计时", events=(make_event("formed", formed_on),))


@entry_action("disclosure", "correct", label="更正形成日期", rule=check_system)
def correct_formation_day(entry: Entry, *, by: Actor, formed_on: date, who: str = "") -> ActionResult:
    """Correct the day of formation of an unpublished item (`who`: name to log); the former day stays in the log."""
    before = entry.disclosure.formed_on
    _count_from(entry, formed_on, by)
    author = f"{who}将" if who else ""
    return ActionResult(
        words=f"{author}形成日期由{before:%Y-%m-%d}改为{formed_on:%Y-%m-%d}",
        facts={"before": before.isoformat(), "formed_on": formed_on.isoformat()},
        events=(make_event("formed", formed_on),),
    )


@entry_action("disclosure", "retitle", label="更改标题", rule=check_system)
def retitle(entry: Entry, *, by: Actor, title: str, who: str = "") -> ActionResult:
    """Give the entry the title of the item's draft, so that both have one name (`who`: name to log)."""
    before, entry.title = entry.title, title
    author = f"{who}将" if who else ""
    return ActionResult(words=f"{author}标题由{before}改为{title}")


@entry_action("disclosure", "drop", label="草稿已删除", rule=check_system)
def close_deleted(entry: Entry, *, by: Actor) -> ActionResult:
    """Close the entry of a draft that was deleted before publication."""
    entry.outcome = "gone"
    return ActionResult(words="信息的草稿已从信息库删除")


def _count_from(entry: Entry, formed_on: date, by: Actor) -> None:
    """Cancel the former formation day and the events that followed; the movement records the correct day."""
    void_events(entry, ["formed", "published", "withdrawn", "withdrawn_late"], by=by)
    Disclosure.objects.filter(pk=entry.pk).update(formed_on=formed_on)
    entry.disclosure.formed_on = formed_on
