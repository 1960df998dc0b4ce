"""Actions on corrections (条例第三十条): ask for them, accept them, record contacts."""

from collections.abc import Sequence
from datetime import date

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.clock import compute_deadline, make_event, void_events
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law import ClockStatus, Event
from gongkai.work.requests.actions.base import (
    check_day,
    check_not_given_up,
    describe_attachments,
    entry_act,
    get_state_after_notice,
    load_request,
    make_clock_event,
)
from gongkai.work.requests.actions.registration import make_request_title
from gongkai.work.requests.letters import make_letter
from gongkai.work.requests.models import DeliveryRoute, Letter, Request, Supplement
from gongkai.work.requests.pending_notices import (
    RECEIPT_EVENTS,
    get_notice_letter,
    get_notice_receipt_day,
    get_pending_notice,
    is_notice_pending,
    is_notice_unserved,
    list_applicant_duties,
)
from gongkai.work.requests.results import EXCESSIVE_WITHOUT_REASON, TOPIC_CHOICES, UNCLEAR_AFTER_CORRECTION
from gongkai.work.requests.states import RequestState


def _list_reasons_unless_notice_pending(entry: Entry) -> list[str]:
    return [] if is_notice_pending(entry) else ["没有等待申请人答复的通知。"]


@entry_act("record_notice_service", ready=_list_reasons_unless_notice_pending)
def record_notice_receipt(
    entry: Entry, *, by: Actor, route: str, proof: str, on: date | None = None, reason: str = ""
) -> ActionResult:
    """Record the receipt of a pending notice; changing the day needs a `reason`.

    The applicant's days count from the day after receipt (条例第三十条; 国办函〔2020〕109号).
    """
    letter, notice = get_notice_letter(entry), get_pending_notice(entry)
    if route not in DeliveryRoute.values:
        raise Refused("没有这种送达方式。")
    text, day = require_text(proof, "请填写送达凭证，如挂号信编号、签收人、发送记录。", 2), check_day(on)
    made_on = letter.made_on if letter else notice.on if notice else day
    if day < made_on:
        raise Refused(f"收到日期不能早于通知的日期（{made_on:%Y-%m-%d}）。")
    previous_day, put_right = get_notice_receipt_day(entry), ""
    if previous_day:
        demand = f"已经登记为{day_in_words(previous_day)}收到；登记有误的，请填写更正的理由。"
        put_right = f"（原登记为{previous_day:%Y-%m-%d}，更正理由：{require_text(reason, demand, 4)}）"
    void_events(entry, [RECEIPT_EVENTS[entry.state]], by=by)
    letter_words = letter.number if letter else "补录的通知"
    log_text = f"申请人{day:%Y-%m-%d}收到{letter_words}（{DeliveryRoute(route).label}，{text}）{put_right}"
    digest = letter.digest if letter else ""
    facts = {"letter": digest, "route": route, "before": previous_day.isoformat() if previous_day else ""}
    return ActionResult(words=log_text, facts=facts, events=(_record_receipt(entry, letter, day),))


def _record_receipt(entry: Entry, letter: Letter | None, day: date) -> Event:
    """Store on the letter, if there is one, when it was received, and return the clock's event."""
    if letter:
        letter.served_on = day
        letter.save(update_fields=["served_on"])
    return make_event(RECEIPT_EVENTS[entry.state], day)


def record_opened_notice(letter: Letter) -> None:
    """Record the receipt of an opened letter today, if it is the pending notice and has no receipt yet."""
    entry = Entry.objects.select_related("body").get(pk=letter.request_id)
    pending_letter = get_notice_letter(entry)
    if pending_letter is None or pending_letter.pk != letter.pk or pending_letter.served_on:
        return
    record_notice_receipt(entry, by=SYSTEM, route=DeliveryRoute.PAGE, proof="申请人凭查询码打开")


def create_implied_receipt_events(entry: Entry, day: date, *, by: Actor) -> tuple[Event, ...]:
    """Store and return the receipt on `day` of a notice answered before its receipt.

    Returns nothing if the receipt is known or the period is still running.
    """
    if not is_notice_unserved(entry) or compute_deadline(entry, today=day).status is not ClockStatus.ABANDONED:
        return ()
    return (_record_receipt(entry, get_notice_letter(entry), day),)


# Maximum number of supplements of a request.
MAX_SUPPLEMENTS = 20


def _find_supplement_errors(entry: Entry) -> list[str]:
    if Supplement.objects.filter(request=entry.pk).count() < MAX_SUPPLEMENTS:
        return []
    return [f"一件申请最多补充{MAX_SUPPLEMENTS}次，请与承办单位联系。"]


@entry_act("supplement", ready=_find_supplement_errors)
def add_supplement(
    entry: Entry, *, by: Actor, text: str, files: Sequence[str] = (), on: date | None = None
) -> ActionResult:
    """Add the applicant's supplement and notify the clerks; the clock keeps running.

    `files` are digests of attachments.
    """
    supplement_text = require_text(text, "请填写补充的内容。", 2)
    supplement_text = supplement_text if by == ANONYMOUS else f"{supplement_text[:4900]}（{by.name}登记）"
    stored = Supplement.objects.create(
        request_id=entry.pk, text=supplement_text[:5000], files=len(files), on=check_day(on)
    )
    tell = Notification(
        subject=f"申请人补充了材料：{entry.number}",
        body=f"{entry.number}的申请人补充了说明，请在办理时一并考虑。",
        link=get_entry_url(entry),
        key=f"request/{entry.pk}/supplement/{stored.pk}",
        posts=((Role.CLERK, entry.body_id),),
    )
    log_text = f"收到申请人补充的说明{describe_attachments(files)}"
    return ActionResult(words=log_text, facts={"supplement": stored.pk, "files": list(files)}, tell=(tell,))


@entry_act("set_topic")
def set_request_topic(entry: Entry, *, by: Actor, topic: str) -> ActionResult:
    """Set the topic of a request, for statistics; the title follows it."""
    if topic not in dict(TOPIC_CHOICES):
        raise Refused("没有这个主题。")
    request = load_request(entry)
    request.topic = topic
    request.save(update_fields=["topic"])
    entry.title = make_request_title(entry.body, topic)
    return ActionResult(words=f"主题：{topic}", facts={"topic": topic})


# Message for a correction without any change or file.
UNCHANGED_CORRECTION_MESSAGE = (
    "申请内容还没有改动：请对照需要补正的事项修改或者补充后再提交；只补交材料的，请选择文件。"
)


@entry_act("ask_correction")
def ask_correction(
    entry: Entry, *, by: Actor, items: str, days: int, on: date | None = None, past: bool = False
) -> ActionResult:
    """Ask the applicant for corrections within `days` working days; `past`: no letter."""
    text = require_text(items, "请写明需要补正的事项。", 4)
    Request.objects.filter(pk=entry.pk).update(asked_correction=text)
    letter = None if past else make_letter(entry, "correction", on=on, fields={"事项": text, "期限": str(days)})
    words = f"一次性告知补正：{text}（补正期限{days}个工作日）"
    facts = {"letter": letter.digest} if letter else {}
    event = make_clock_event("correction_notice", on, value=days)
    state = get_state_after_notice(entry, event, RequestState.CORRECTING, is_past_record=past)
    return ActionResult(words=words, facts=facts, events=(event,), past=past, to_state=state)


#: Reason against registering a correction before the receipt of its notice; the form shows it in advance.
UNSERVED_NOTICE_MESSAGE = "申请人何时收到补正告知书还没有登记：请先“登记通知送达”，再登记补正。"


def describe_unserved_notice(entry: Entry) -> list[str]:
    """Return the reason to register a pending notice's receipt first, or []."""
    return [UNSERVED_NOTICE_MESSAGE] if is_notice_unserved(entry) else []


def _find_correction_errors(entry: Entry) -> list[str]:
    if RequestState.CORRECTING in list_applicant_duties(entry):
        return []
    return ["没有告知过申请人补正；申请人另行说明的，用“登记补充说明”。"]


@entry_act("take_correction", ready=_find_correction_errors)
def accept_correction(
    entry: Entry, *, by: Actor, wanted: str, files: Sequence[str] = (), on: date | None = None, past: bool = False
) -> ActionResult:
    """Accept the corrected request; the answer period restarts if the notice had paused it.

    `files` are digests of attachments. A correction after the given days is refused, because the
    request counts as given up. A correction entered by staff needs the applicant's paper, a second
    person (`registrations`) and a received notice.
    """
    check_not_given_up(entry, on)
    check_not_before_notice(entry, check_day(on))
    if by != ANONYMOUS and not past:
        _check_notice_received(entry, check_day(on))
    request = load_request(entry)
    text = require_text(wanted, "请填写补正后的申请内容。", 2)
    if by == ANONYMOUS and not files and "".join(text.split()) == "".join(request.content.reveal().split()):
        raise Refused(UNCHANGED_CORRECTION_MESSAGE)
    request.corrected_wanted = text
    request.save(update_fields=["corrected_wanted"])
    facts = {"files": list(files)} if files else {}
    log_text = f"收到补正后的申请{describe_attachments(files)}"
    receipt_events = create_implied_receipt_events(entry, check_day(on), by=by)
    stopped = entry.state == RequestState.CORRECTING  # else the notice came too late to pause the clock
    tell = Notification(
        subject=f"申请人已补正：{entry.number}",
        body=f"{entry.number}收到补正，{'答复期限自今日起重新计算' if stopped else '补正告知不合规定，答复期限照旧计算'}，请继续办理。",
        link=get_entry_url(entry),
        key=f"request/{entry.pk}/corrected/{entry.version}",
        posts=((Role.CLERK.value, entry.body_id),),
    )
    notifications = (tell,) if by == ANONYMOUS else ()
    return ActionResult(
        words=log_text,
        facts=facts,
        events=(*receipt_events, make_clock_event("corrected", on)) if stopped else (),
        past=past,
        tell=notifications,
        to_state=RequestState.OPEN if stopped else entry.state,
    )


def _check_notice_received(entry: Entry, on: date) -> None:
    """Refuse a correction whose notice nobody received yet, or received later (条例第三十条).

    Raises:
        Refused: the receipt is not recorded, or later.
    """
    if is_notice_unserved(entry):
        raise Refused(UNSERVED_NOTICE_MESSAGE)
    received = get_notice_receipt_day(entry)
    if received and on < received:
        raise Refused(f"补正日期不能早于申请人收到补正告知书之日（{received:%Y-%m-%d}）。")


def check_not_before_notice(entry: Entry, on: date) -> None:
    """Refuse a correction dated before the notice that asked for it.

    Raises:
        Refused: the day is too early.
    """
    events = entry.clock_events.filter(kind="correction_notice", voids=None, voided_by=None)
    first = events.order_by("pk").last()
    if first and on < first.on:
        raise Refused(f"补正日期不能早于补正告知之日（{first.on:%Y-%m-%d}）。")


@entry_act("record_contact")
def record_contact(entry: Entry, *, by: Actor, way: str, gist: str, on: date | None = None) -> ActionResult:
    """Record a conversation with the applicant in the log: day, channel and gist."""
    day = check_day(on)
    text = require_text(gist, "请写明联系的要点。", 2)
    return ActionResult(words=f"{day:%Y-%m-%d}{way}联系申请人：{text}", facts={"way": way})


def is_corrected(request: Request, on: date | None = None) -> bool:
    """Return true if the applicant corrected the request, by the day `on` if given."""
    events = request.entry.clock_events.filter(kind="corrected", voids=None, voided_by=None)
    return events.filter(on__lte=on).exists() if on else bool(request.corrected_wanted) or events.exists()


def require_earlier_step(request: Request, result: str, on: date | None = None) -> None:
    """Refuse a result whose earlier step with the applicant is not registered; `on`: the day of a past answer."""
    if result == UNCLEAR_AFTER_CORRECTION and not is_corrected(request, on):
        raise Refused("没有经过补正，不能以“补正后申请内容仍不明确”答复（《条例》第三十条）。")
    contacts = Movement.objects.filter(stream=request.entry.stream, action="request.record_contact")
    if result == EXCESSIVE_WITHOUT_REASON and not on and not contacts.exists():
        raise Refused(
            "没有登记要求申请人说明理由，不能以“无正当理由大量反复申请”不予处理（《条例》第三十五条）："
            "请先要求其说明理由，用“登记联系情况”记下怎样要求、申请人怎样说明，再作出答复。"
        )
