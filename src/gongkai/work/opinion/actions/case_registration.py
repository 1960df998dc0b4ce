"""Register opinion cases and assign them to the unit that answers first."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Address, Document
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.publishing.models import get_document_title
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.acts.rows import insert_row, write_inserts
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import check_may_register_entries, check_system
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.opinion import rules
from gongkai.work.opinion.actions.notifications import make_speaker_notifications, make_unit_notification
from gongkai.work.opinion.facts import CaseFacts
from gongkai.work.opinion.kinds import CASE_KIND_NAME
from gongkai.work.opinion.models import CaseLink, CaseTalk, Feed, GravityLevel, Lead, LeadState, OpinionCase, TalkSort
from gongkai.work.opinion.published_texts import find_watched_field, propose_responder

_ENTRY_PATH_RE = re.compile(r"/ledger/(\d{1,15})(?:/|$)")
_ITEM_PATH_RE = re.compile(r"/columns/\d{1,15}/(\d{1,15})\.html$")


def find_linked_object(number_or_address: str, *, by: Actor) -> Entry | Document:
    """Return the visible entry or public document with a ledger number or address.

    Raises:
        Refused: there is none that the user may see.
    """
    text = number_or_address.strip()
    path = urlsplit(text).path if "/" in text else ""
    numbered = _ENTRY_PATH_RE.search(path)
    entries = visible_to(by)
    entry = entries.filter(pk=numbered[1]).first() if numbered else entries.filter(number=text).first()
    if entry is not None:
        return entry
    item = _ITEM_PATH_RE.search(path)
    number = item[1] if item else None
    if path and number is None:
        number = Address.objects.filter(path=path).values_list("document_id", flat=True).first()
    document = documents_visible_to(ANONYMOUS).filter(pk=number).first() if number else None
    if document is None:
        raise Refused("没有找到。请填写台账编号（如“咨询〔2026〕12号”），或者本平台台账、公开信息的网址。")
    return document


@entry_action("opinion", "relate", label="关联", rule=rules.list_reasons_unless_unit_staff)
def link_case(entry: Entry, *, by: Actor, address: str, words: str = "") -> ActionResult:
    """Link a case, with a remark (`words`), to an entry or a public document."""
    target = find_linked_object(address, by=by)
    if isinstance(target, Entry) and target.pk == entry.pk:
        raise Refused("不能关联它自己。")
    facts = {"entry": target} if isinstance(target, Entry) else {"document": target}
    _, is_new = CaseLink.objects.get_or_create(
        case=entry.opinion_case, **facts, defaults={"words": words.strip()[:100], "by": by.name}
    )
    if not is_new:
        raise Refused("已经关联。")
    target_name = target.number if isinstance(target, Entry) else get_document_title(target)
    return ActionResult(words=f"关联{target_name}{f'：{words.strip()}' if words.strip() else ''}")


@entry_action("opinion", "talk", label="登记约谈、通报", rule=rules.list_reasons_unless_supervisor)
def record_accountability_talk(entry: Entry, *, by: Actor, body: Body, sort: str, on: date, words: str) -> ActionResult:
    """Record that a unit was held accountable for its answer (a `TalkSort`, M-08)."""
    if sort not in TalkSort.values:
        raise Refused("请选择方式。")
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    words = require_text(words, "请写明事由和要求。")
    talk = CaseTalk.objects.create(case=entry.opinion_case, body=body, sort=sort, on=on, words=words, by=by.name)
    return ActionResult(words=f"{TalkSort(sort).label}{body.label}：{words}", facts={"talk": talk.pk, "body": body.pk})


MAX_TITLE_CHARACTERS = 300
#: Rule sets of `law`: 48 hours, and 5 hours for grave emergencies.
USUAL_RULES, AUTHORITATIVE_RULES = "opinion", "opinion_authoritative"


@action("opinion.collect", label="登记舆情", rule=check_may_register_entries, quiet=True)
def register_case(collector: Body, *, by: Actor, facts: CaseFacts) -> ActionResult:
    """Register an opinion case (舆情) with its answering unit; tell unit and spokespeople.

    Its deadline counts from discovery, or for a grave emergency from the event.

    Args:
        collector: the unit that found it and keeps access to it.

    Returns:
        The `OpinionCase`.
    """
    found_at = facts.found_at or timezone.now()
    facts.check(found_at)
    proposed, because = propose_responder(facts.field, list(facts.areas))
    reason = facts.why.strip()
    if facts.body and proposed and facts.body.pk != proposed.pk and not reason:
        raise Refused(f"按首要责任规则应为{proposed.label}（{because}），改由其他单位回应请写明理由。")
    entry = _open_entry(facts, facts.body or proposed or collector, found_at, by=by)
    case = insert_row(
        OpinionCase(
            entry=entry,
            text=facts.text.strip(),
            platform=facts.platform.strip()[:60],
            address=normalize_entered_url(facts.address),
            found_at=found_at,
            occurred_at=facts.occurred_at,
            collector=collector,
            field=facts.field,
            proposed=proposed,
            assigned_why=reason[:500] or because,
            kind=facts.kind,
            level=facts.level,
        )
    )
    if facts.areas:
        write_inserts()
        case.areas.set(facts.areas)
    if facts.grave:
        from gongkai.work.opinion.actions.duties import create_press_duty

        create_press_duty(case, by=by)
    due = timezone.localtime(entry.due_at) if entry.due_at else found_at
    text = f"请尽快会商研判，最迟在{due:%Y-%m-%d %H:%M}前回应。"
    return ActionResult(
        words=f"登记舆情，编号{entry.number}",
        facts={"entry": entry.pk, "platform": case.platform},
        tell=(
            make_unit_notification(entry, "新的舆情", text, "collected", urgent=facts.grave),
            *make_speaker_notifications(entry, "新的舆情", text, "collected", urgent=facts.grave),
        ),
        result=case,
        stream=f"opinion_case/{entry.pk}",
    )


def _open_entry(facts: CaseFacts, body: Body, found_at: datetime, *, by: Actor) -> Entry:
    """Store the entry of a case, whose clock starts with the event or the discovery."""
    entry = Entry(
        kind=CASE_KIND_NAME,
        title=facts.title.strip()[:MAX_TITLE_CHARACTERS],
        body=body,
        year=timezone.localdate(found_at).year,
        rules=AUTHORITATIVE_RULES if facts.grave else USUAL_RULES,
        audience=Audience.PARTIES,
    )
    first_event = (
        make_event("occurred", facts.occurred_at or found_at) if facts.grave else make_event("found", found_at)
    )
    make_entries([entry], by=by, words=f"收集：{facts.platform.strip()}", events=lambda _: [first_event])
    return entry


@entry_action("opinion", "assign", label="确定责任单位", rule=rules.list_reasons_unless_supervisor)
def assign_case(entry: Entry, *, by: Actor, body: Body, reason: str) -> ActionResult:
    """Assign a case to another unit with a reason and tell it; the deadline stays (M-05)."""
    if body.pk == entry.body_id:
        raise Refused("已经由这个单位回应。")
    reason = require_text(reason, "请写明改由这个单位回应的理由。")
    previous_body, entry.body, entry.office = entry.body, body, None
    OpinionCase.objects.filter(pk=entry.pk).update(assigned_why=reason[:500])
    text = f"已确定由你单位首先回应。{reason}"
    return ActionResult(
        words=f"由{previous_body.label}改为{body.label}：{reason}",
        facts={"from": previous_body.pk, "to": body.pk},
        tell=(make_unit_notification(entry, "新的舆情", text, "assigned", urgent=True),),
    )


class LeadFeedEntry(NamedTuple):
    """An entry of a monitored feed; `ref` is its permanent identifier, at most 64 characters."""

    ref: str
    title: str
    text: str = ""
    address: str = ""
    written_at: datetime | None = None


@action("opinion.add_feed", label="新增舆情来源", rule=rules.list_reasons_unless_supervisor)
def add_feed(body: Body, *, by: Actor, name: str, address: str, words: str = "") -> ActionResult:
    """Add a feed, new for the unit, to be polled for the keywords `words`; return the `Feed`."""
    url = normalize_entered_url(address)
    if not name.strip() or not url:
        raise Refused("请填写名称和地址。")
    if Feed.objects.filter(body=body, address=url).exists():
        raise Refused("已经有这个来源。")
    feed = Feed.objects.create(body=body, name=name.strip()[:80], address=url, words=words.strip()[:500])
    return ActionResult(words=f"新增舆情来源“{feed.name}”", facts={"feed": feed.pk}, result=feed)


@action("opinion.switch_feed", label="启用、停用舆情来源", rule=rules.list_reasons_unless_supervisor)
def switch_feed(feed: Feed, *, by: Actor, active: bool) -> ActionResult:
    """Activate or deactivate the polling of a feed."""
    Feed.objects.filter(pk=feed.pk).update(active=active)
    return ActionResult(words="启用" if active else "停用")


@action("opinion.take_in", label="收取线索", rule=check_system)
def store_feed_entries(feed: Feed, *, by: Actor, found: Sequence[LeadFeedEntry]) -> ActionResult:
    """Store entries of a feed as leads if they are new and contain a keyword of it; return their number."""
    stored_at = timezone.now()
    keywords = [word.strip() for word in feed.words.replace("，", "、").split("、") if word.strip()]
    known_refs = set(feed.leads.filter(ref__in=[match.ref for match in found]).values_list("ref", flat=True))
    fresh = {
        match.ref: match
        for match in found
        if match.ref not in known_refs
        and match.title.strip()
        and (not keywords or any(word in f"{match.title}{match.text}" for word in keywords))
    }
    leads = Lead.objects.bulk_create(
        [
            Lead(
                feed=feed,
                ref=match.ref[:64],
                title=match.title.strip()[:300],
                text=match.text.strip()[:5000],
                address=match.address[:500],
                written_at=match.written_at,
                found_at=stored_at,
            )
            for match in fresh.values()
        ]
    )
    tell: tuple[Notification, ...] = ()
    if leads:
        tell = (
            Notification(
                subject=f"收到{len(leads)}条舆情线索",
                body=f"“{feed.name}”收到{len(leads)}条线索，请尽快甄别；回应时限自收到时起算。",
                link=reverse("opinion:leads"),
                key=f"opinion.leads:{feed.pk}:{leads[-1].ref}",
                posts=((Role.CHIEF, feed.body_id), (Role.CLERK, feed.body_id)),
                urgent=True,
            ),
        )
    return ActionResult(words=f"收取{len(leads)}条线索", facts={"leads": len(leads)}, tell=tell, result=len(leads))


def _list_reasons_unless_new_lead(lead: Lead) -> list[str]:
    return [] if lead.state == LeadState.NEW else ["这条线索已经处理。"]


def _list_reasons_unless_lead_sifter(by: Actor, lead: Lead) -> list[str]:
    return rules.list_reasons_unless_unit_staff(by, lead.feed)


@action("opinion.open_lead", label="立案", rule=_list_reasons_unless_lead_sifter, ready=_list_reasons_unless_new_lead)
def open_case_from_lead(lead: Lead, *, by: Actor, level: str = GravityLevel.GENERAL) -> ActionResult:
    """Create an opinion case from a lead; the deadline counts from the discovery."""
    facts = CaseFacts(
        title=lead.title,
        text=lead.text or lead.title,
        platform=lead.feed.name[:60],
        address=lead.address,
        found_at=lead.found_at,
        level=level,
        field=find_watched_field(f"{lead.title}{lead.text}"),
    )
    case = register_case(lead.feed.body, by=by, facts=facts)
    Lead.objects.filter(pk=lead.pk).update(state=LeadState.TAKEN, case=case)
    return ActionResult(words=f"立案，编号{case.entry.number}", facts={"case": case.pk}, result=case)


@action("opinion.drop_lead", label="不立案", rule=_list_reasons_unless_lead_sifter, ready=_list_reasons_unless_new_lead)
def dismiss_lead(lead: Lead, *, by: Actor, reason: str) -> ActionResult:
    """Dismiss a feed entry as irrelevant, with a reason."""
    reason = require_text(reason, "请写明不立案的理由。")
    Lead.objects.filter(pk=lead.pk).update(state=LeadState.DROPPED, reason=reason[:300])
    return ActionResult(words=reason)
