"""Consult units on cases (会商) and judge cases (研判)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.ledger.clock import make_event, void_events
from gongkai.core.ledger.entry_action import entry_action, undo_closing
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import acts_for_another, check_unit_alive
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.models import Body, Role
from gongkai.lib.law import Event
from gongkai.lib.writing.titles import quote_words
from gongkai.work.opinion import rules
from gongkai.work.opinion.actions.case_registration import AUTHORITATIVE_RULES, USUAL_RULES
from gongkai.work.opinion.actions.duties import create_press_duty, remove_press_duty
from gongkai.work.opinion.actions.notifications import make_speaker_notifications, make_unit_notification
from gongkai.work.opinion.facts import check_event_time, check_grade, check_times
from gongkai.work.opinion.models import Consulted, GravityLevel, OpinionCase, OpinionKind
from gongkai.work.opinion.models.cases import MEETING_LABEL
from gongkai.work.opinion.states import CaseState


def _require_text(text: str, message: str) -> str:
    if not text.strip():
        raise Refused(message)
    return text.strip()


def _record_consultation(case: OpinionCase) -> None:
    """Record now as the time of consultation unless it has one."""
    if case.consulted_at is None:
        case.consulted_at = timezone.now()
        case.save(update_fields=["consulted_at"])


#: Reason against asking other units of a case that only the office may read; the form shows it in advance.
RESTRICTED_CASE_MESSAGE = "这件舆情仅政务公开办与承办处室可见，不能请其他单位会商：请先调整可见范围，或者填写会商情况"


def _record_consulted_units(
    entry: Entry, bodies: Sequence[Body], question: str, meeting_result: str, by: Actor
) -> ActionResult:
    """Ask units for their opinions (`question`), record a meeting (`meeting_result`), or both.

    Raises:
        Refused: without both, for a restricted case, or when a unit is asked already.
    """
    case = entry.opinion_case
    if not bodies and not meeting_result.strip():
        raise Refused("请选择会商单位，或者填写会商情况。")
    if bodies and entry.audience == Audience.CHIEF:
        raise Refused(f"{RESTRICTED_CASE_MESSAGE}。")
    asked_words = _require_text(question, "请写明需要会商的内容。") if bodies else ""
    tells = []
    for body in bodies:
        if body.pk == entry.body_id:
            raise Refused("责任单位不需要另外请它会商。")
        _, is_new = Consulted.objects.get_or_create(
            case=case, body=body, guidance=False, defaults={"asked": asked_words[:300], "asked_at": timezone.now()}
        )
        if not is_new:
            raise Refused(f"已经请{body.label}会商。")
        tells.append(
            Notification(
                subject=f"请会商：{entry.title[:60]}",
                body=f"{entry.body.label}请你单位会商{quote_words(entry.title)}（{entry.number}）：{asked_words}",
                link=get_entry_url(entry),
                key=f"opinion.consult:{entry.pk}:{body.pk}",
                posts=((Role.CLERK, body.pk), (Role.LEAD, body.pk)),
                urgent=True,
            )
        )
    if meeting_result.strip():
        held_at = timezone.now()
        row, is_new = Consulted.objects.get_or_create(
            case=case,
            body=entry.body,
            guidance=False,
            defaults={"asked": MEETING_LABEL, "asked_at": held_at, "text": meeting_result.strip(), "at": held_at},
        )
        if not is_new:  # append a second meeting to the first
            row.text, row.at = f"{row.text}\n{meeting_result.strip()}".strip(), held_at
            row.save(update_fields=["text", "at"])
        _record_consultation(case)
    text = "；".join(
        sentence
        for sentence in (
            f"请{'、'.join(body.label for body in bodies)}会商：{asked_words}" if bodies else "",
            f"会商情况：{meeting_result.strip()}" if meeting_result.strip() else "",
        )
        if sentence
    )
    if acts_for_another(by, entry):  # the 政务公开办 went on with the case of a unit
        tells.append(make_unit_notification(entry, "组织会商", text, "consulting"))
    return ActionResult(words=text, facts={"bodies": [body.pk for body in bodies]}, tell=tuple(tells))


@entry_action("opinion", "consult", label="组织会商", rule=rules.list_reasons_unless_unit_staff)
def consult_units(
    entry: Entry, *, by: Actor, bodies: Sequence[Body] = (), asked: str = "", held: str = ""
) -> ActionResult:
    """Ask units for their opinion (会商), or record the result of a meeting.

    `asked` is the question to the units; `held` is the result of a meeting that took place.
    """
    return _record_consulted_units(entry, bodies, asked, held, by)


@entry_action("opinion", "consult_further", label="补充会商", rule=rules.list_reasons_unless_unit_staff)
def consult_further_units(
    entry: Entry, *, by: Actor, bodies: Sequence[Body] = (), asked: str = "", held: str = ""
) -> ActionResult:
    """Consult further units, also after the judgement. Arguments as in `consult_units`.

    In a grave emergency units are consulted while the case is already being handled.
    """
    return _record_consulted_units(entry, bodies, asked, held, by)


@entry_action("opinion", "contribute", label="提出会商意见", rule=rules.list_reasons_unless_contributor)
def submit_consulted_opinion(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Submit the opinion of the first of the user's consulted units that has not answered, else change one."""
    opinion = _require_text(text, "请填写会商意见。")
    case = entry.opinion_case
    consultation = rules.list_answerable_consultations(by, entry)[0]
    consultation.text, consultation.by, consultation.at = opinion, by.name, timezone.now()
    consultation.save()
    _record_consultation(case)
    notification = make_unit_notification(
        entry, "收到会商意见", f"{consultation.body.label}：{opinion}", f"consulted.{consultation.pk}"
    )
    return ActionResult(
        words=f"{consultation.body.label}提出会商意见", facts={"body": consultation.body_id}, tell=(notification,)
    )


@entry_action("opinion", "guide", label="登记指导意见", rule=rules.list_reasons_unless_unit_staff)
def record_guidance(entry: Entry, *, by: Actor, body: Body, text: str) -> ActionResult:
    """Record guidance of the publicity or cyberspace office (宣传、网信部门指导, M-07)."""
    guidance_text = _require_text(text, "请填写指导意见。")
    recorded_at = timezone.now()
    Consulted.objects.create(
        case=entry.opinion_case,
        body=body,
        asked="指导意见",
        asked_at=recorded_at,
        text=guidance_text,
        by=by.name,
        at=recorded_at,
        guidance=True,
    )
    return ActionResult(words=f"{body.label}的指导意见：{guidance_text}", facts={"body": body.pk})


#: Reason against judging a case before consultation; the form shows it in advance.
NEEDS_CONSULTATION_MESSAGE = "还没有会商意见，请先组织会商；特别重大、重大突发事件可以边处置边会商"


@entry_action("opinion", "judge", label="研判", rule=rules.list_reasons_unless_decider)
def judge_case(
    entry: Entry,
    *,
    by: Actor,
    kind: str,
    level: str,
    words: str,
    needed: bool = True,
    occurred_at: datetime | None = None,
) -> ActionResult:
    """Judge a case (研判): kind, gravity, and whether it needs an answer.

    A grave emergency (highest two grades) must be answered within five hours of the event and needs
    a press conference within 24; other cases within 48 hours of discovery (国办发〔2016〕80号, 61号). Only
    a grave emergency may be judged before consultation.
    """
    text = _require_text(words, "请填写研判意见。")
    if not kind:
        raise Refused("请选择舆情类型。")
    check_grade(kind, level)
    case = entry.opinion_case
    happened = occurred_at or case.occurred_at
    check_times(case.found_at, happened)
    check_event_time(kind, level, happened)
    was_grave = case.is_grave
    case.kind, case.level, case.occurred_at = kind, level, happened
    if case.consulted_at is None and not case.is_grave:
        raise Refused(f"{NEEDS_CONSULTATION_MESSAGE}。")
    milder = was_grave and not case.is_grave
    if milder or not needed:
        if not rules.is_supervising_office(by, entry):
            raise Refused("不需要回应，或者不再作为特别重大、重大突发事件，由政务公开办研判。")
        if reasons := check_clears_other_unit(by, entry.body, "把本单位的舆情判得更轻", strict=False):
            raise Refused(reasons)
    case.judged, case.judged_by, case.judged_at = text, by.name, timezone.now()
    case.save()
    label = f"{OpinionKind(kind).label}，{GravityLevel(level).label}"
    if not needed:
        entry.outcome = "dismissed"
        remove_press_duty(case, by=by, reason="研判不需要回应")
        return ActionResult(
            words=f"{label}；不需要回应：{text}", events=(make_event("no_response"),), to_state=CaseState.DISMISSED
        )
    events = _restart_deadline(entry, case, by)
    if case.is_grave:
        create_press_duty(case, by=by, renewed=not was_grave)
    elif milder:
        remove_press_duty(case, by=by, reason="研判不再作为特别重大、重大突发事件")
    message = f"研判为{label}：{text}"
    return ActionResult(
        words=f"{label}；{text}",
        facts={"kind": kind, "level": level},
        events=events,
        to_state=CaseState.JUDGED,
        tell=(
            make_unit_notification(entry, "研判结果", message, "judged", urgent=case.is_grave),
            *make_speaker_notifications(entry, "请准备回应", message, "judged", urgent=case.is_grave),
        ),
    )


@entry_action(
    "opinion", "judge_again", label="重新研判", rule=rules.list_reasons_unless_decider, ready=check_unit_alive
)
def reopen_dismissed_case(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a case that was judged to need no answer; a grave emergency needs its press conference again."""
    text = _require_text(reason, "请写明重新研判的理由。")
    closing = undo_closing(entry, by=by)
    if entry.opinion_case.is_grave:
        create_press_duty(entry.opinion_case, by=by, renewed=True)
    return ActionResult(words=text, to_state=closing.from_state)


def _restart_deadline(entry: Entry, case: OpinionCase, by: Actor) -> tuple[Event, ...]:
    """Set the rules that fit the gravity; return the event that starts the period anew.

    Change nothing and return () if the case was answered before, or if rules and start are unchanged.
    """
    clock_rules = AUTHORITATIVE_RULES if case.is_grave else USUAL_RULES
    if case.responded_at is not None:
        return ()
    start = case.occurred_at or case.found_at if case.is_grave else case.found_at
    kind = "occurred" if case.is_grave else "found"
    now_set = entry.clock_events.filter(kind=kind, voids=None, voided_by=None, at=start).exists()
    if entry.rules == clock_rules and now_set:
        return ()
    void_events(entry, ["found", "occurred"], by=by)
    entry.rules = clock_rules
    return (make_event(kind, start),)
