"""Actions on faults: report, transfer, answer, dismiss, rate."""

from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.actions import schedule_erasure
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.models import Body, Role
from gongkai.lib.writing.titles import quote_words
from gongkai.work.site_operations.models import Fault, FaultAnswerSatisfaction, FaultKind
from gongkai.work.site_operations.permissions import list_no_reasons, list_reasons_unless_reporter
from gongkai.work.site_operations.states import FAULT_KIND


@action("platform.report_fault", label="我为政府网站找错", rule=list_no_reasons)
def report_fault(
    website: Website, *, by: Actor, kind: str, text: str, page: str = "", at: datetime | None = None, **others: object
) -> ActionResult:
    """Record a fault as an entry of the unit that runs the site.

    The reader's text is neither logged nor in the title. `at` is the time of sending if it differs
    from now; the deadline counts from it. `others` are the other declared fields.
    """
    now = at or timezone.now()
    entry = Entry(
        kind=FAULT_KIND.name,
        title=f"{website.name}：{FaultKind(kind).label}",
        body=website.body,
        year=timezone.localdate(now).year,
        opened_at=now,
        audience=Audience.PARTIES,
    )
    make_entries([entry], by=by, words="收到网民留言", events=lambda _: [make_event("received", now)])
    Fault.objects.create(entry=entry, website=website, page=page[:500], kind=kind, text=text, **others)
    tell = Notification(
        subject=f"网站找错：{FaultKind(kind).label}",
        body=f"有网民反映“{website.name}”的问题（{entry.number}），请在期限内核实、改正并答复。",
        link=get_entry_url(entry),
        key=f"fault:{entry.pk}",
        posts=((Role.CLERK, website.body_id),),
    )
    return ActionResult(words="收到网民留言", facts={"kind": kind, "entry": entry.pk}, tell=(tell,), result=entry)


@entry_action("fault", "transfer", label="转其他单位", rule=check_may_work)
def transfer_fault(entry: Entry, *, by: Actor, body: Body, words: str = "") -> ActionResult:
    """Transfer a fault to the unit responsible for the page; the due date stays."""
    if body.pk == entry.body_id:
        raise Refused("已经由这个单位承办。")
    if body.active_to:
        raise Refused("这个单位已经撤销。")
    earlier_unit, entry.body, entry.office = entry.body.label, body, None
    tell = Notification(
        subject=f"转办：{entry.title[:60]}",
        body=f"{earlier_unit}转来{quote_words(entry.title)}（{entry.number}），请在期限内核实、改正并答复。{words}",
        link=get_entry_url(entry),
        key=f"fault:{entry.pk}:to:{body.pk}:{entry.version}",
        posts=((Role.CLERK, body.pk),),
    )
    return ActionResult(
        words=f"由{earlier_unit}转{body.label}办理{f'：{words}' if words else ''}",
        facts={"body": body.pk},
        tell=(tell,),
    )


@entry_action("fault", "answer", label="答复", rule=check_may_work)
def answer_fault(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Answer a fault; the reader sees it with the query code and by mail if an address was left."""
    return _close_fault(entry, text, "answered", "您反映的网站问题已办结")


@entry_action("fault", "dismiss", label="不予受理", rule=check_may_work)
def dismiss_fault(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Dismiss a fault with a reason that the reader sees."""
    return _close_fault(entry, text, "dismissed", "您反映的网站问题不予受理")


def _close_fault(entry: Entry, text: str, outcome: str, subject: str) -> ActionResult:
    """Answer and close a fault, schedule its erasure, and tell those who reported it.

    Raises:
        Refused: when the answer has fewer than 5 characters.
    """
    answer_text = text.strip()
    if len(answer_text) < 5:
        raise Refused("请写明核实和处理的情况，让反映人看得懂。")
    answered_at = timezone.now()
    Fault.objects.filter(pk=entry.pk).update(answer=answer_text, answered_at=answered_at)
    entry.outcome = outcome
    schedule_erasure(f"fault/{entry.pk}", timezone.localdate(answered_at))
    parties = Party.objects.filter(matter=f"fault/{entry.pk}", erased_at=None)
    tell = tuple(
        Notification(
            f"{subject}（{entry.number}）",
            f"{answer_text}\n\n{entry.body.successor.name}",
            "",
            f"fault/{entry.pk}/{outcome}",
            outside=(party.recipient,),
        )
        for party in parties
    )
    return ActionResult(
        words=answer_text, facts={"outcome": outcome}, tell=tell, events=(make_event("replied", answered_at),)
    )


def _list_reasons_if_rated(entry: Entry) -> list[str]:
    return ["已经评价过了。"] if Fault.objects.filter(pk=entry.pk, satisfaction__isnull=False).exists() else []


@entry_action("fault", "rate", label="评价", rule=list_reasons_unless_reporter, ready=_list_reasons_if_rated)
def rate_fault_answer(entry: Entry, *, by: Actor, satisfaction: int, remark: str = "") -> ActionResult:
    """Record the reader's satisfaction once; the remark stays out of the log."""
    chosen = FaultAnswerSatisfaction(satisfaction)
    Fault.objects.filter(pk=entry.pk).update(satisfaction=chosen, remark=remark.strip()[:500])
    return ActionResult(words=f"反映人评价：{chosen.label}", facts={"satisfaction": chosen.value})
