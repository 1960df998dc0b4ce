"""Actions that ask applicants for corrections (条例第三十条), take them, and record contacts."""

from collections.abc import Sequence
from datetime import date

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.requests.actions.acting import (
    check_day,
    check_not_given_up,
    describe_attachments,
    entry_act,
    load_request,
    make_clock_event,
    require_text,
    state_after_notice,
)
from gongkai.work.requests.actions.serving import implied_receipt_events
from gongkai.work.requests.letters import make_letter
from gongkai.work.requests.machine import RequestState
from gongkai.work.requests.models import Request
from gongkai.work.requests.timing import list_applicant_duties

# Message for a correction without any change or file.
UNCHANGED_CORRECTION_MESSAGE = (
    "申请内容还没有改动：请对照需要补正的事项修改或者补充后再提交；只补交材料的，请选择文件。"
)


@entry_act("ask_correction")
def ask_correction(
    entry: Entry, *, by: Actor, items: str, days: int, on: date | None = None, past: bool = False
) -> ActionResult:
    """Notify the applicant once of all items to correct and of the period in working days."""
    said = require_text(items, "请写明需要补正的事项。", 4)
    Request.objects.filter(pk=entry.pk).update(asked_correction=said)
    letter = None if past else make_letter(entry, "correction", on=on, fields={"事项": said, "期限": str(days)})
    words = f"一次性告知补正：{said}（补正期限{days}个工作日）"
    facts = {"letter": letter.digest} if letter else {}
    told = make_clock_event("correction_notice", on, value=days)
    state = state_after_notice(entry, told, RequestState.CORRECTING, past=past)
    return ActionResult(words=words, facts=facts, events=(told,), past=past, to_state=state)


def _check_correction_awaited(entry: Entry) -> list[str]:
    if RequestState.CORRECTING in list_applicant_duties(entry):
        return []
    return ["没有告知过申请人补正；申请人另行说明的，用“登记补充说明”。"]


@entry_act("take_correction", ready=_check_correction_awaited)
def take_correction(
    entry: Entry,
    *,
    by: Actor,
    wanted: str,
    files: Sequence[str] = (),
    on: date | None = None,
    past: bool = False,
) -> ActionResult:
    """Take the corrected request; the answer period restarts. `files` are digests of attachments.

    A correction after the given days is refused: the request counts as given up.
    """
    check_not_given_up(entry, on)
    check_not_before_notice(entry, check_day(on))
    request = load_request(entry)
    said = require_text(wanted, "请填写补正后的申请内容。")
    if by == ANONYMOUS and not files and _is_same_text(said, request.content.reveal()):
        raise Refused(UNCHANGED_CORRECTION_MESSAGE)
    request.corrected_wanted = said
    request.save(update_fields=["corrected_wanted"])
    facts = {"files": list(files)} if files else {}
    words = f"收到补正后的申请{describe_attachments(files)}"
    before = implied_receipt_events(entry, check_day(on), by=by)
    stopped = entry.state == RequestState.CORRECTING  # else the notice came too late to pause the clock
    tell = Notification(
        subject=f"申请人已补正：{entry.number}",
        body=f"{entry.number}收到补正，{'答复期限自今日起重新计算' if stopped else '补正告知不合规定，答复期限照旧计算'}，请继续办理。",
        link=url_of(entry),
        key=f"request/{entry.pk}/corrected/{entry.version}",
        posts=((Role.CLERK.value, entry.body_id),),
    )
    told = (tell,) if by == ANONYMOUS else ()
    return ActionResult(
        words=words,
        facts=facts,
        events=(*before, make_clock_event("corrected", on)) if stopped else (),
        past=past,
        tell=told,
        to_state=RequestState.OPEN if stopped else entry.state,
    )


def check_not_before_notice(entry: Entry, on: date) -> None:
    """Refuse a correction dated before the notice that asked for it.

    Raises:
        Refused: the day is too early.
    """
    asked = entry.clock_events.filter(kind="correction_notice", voids=None, voided_by=None)
    first = asked.order_by("pk").last()
    if first and on < first.on:
        raise Refused(f"补正日期不能早于补正告知之日（{first.on:%Y-%m-%d}）。")


def _is_same_text(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


@entry_act("record_contact")
def record_contact(entry: Entry, *, by: Actor, way: str, gist: str, on: date | None = None) -> ActionResult:
    """Record a conversation with the applicant: day, channel and gist."""
    day = check_day(on)
    said = require_text(gist, "请写明联系的要点。")
    return ActionResult(words=f"{day:%Y-%m-%d}{way}联系申请人：{said}", facts={"way": way})
