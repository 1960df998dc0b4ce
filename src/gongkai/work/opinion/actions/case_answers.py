"""Answer cases (回应) and evaluate the answers (评估)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Shelf
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.action import ActionResult, Refused, require_text
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import states_timely_past, with_proof
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.widgets.request_cache import ask_once
from gongkai.work.opinion import rules
from gongkai.work.opinion.actions.duties import close_met_duty
from gongkai.work.opinion.actions.notifications import make_office_notification, make_unit_notification
from gongkai.work.opinion.columns import RESPONSE_COLUMNS, find_column_by_name, find_submission_gaps
from gongkai.work.opinion.models import (
    PRESS_CONFERENCE_MEANS,
    AnswerEffect,
    AnswerMeans,
    DutySort,
    OpinionCase,
    Response,
    ResponseText,
)
from gongkai.work.opinion.rules import store_evidence
from gongkai.work.opinion.states import CaseState


def find_streams_in_review(streams: Collection[str]) -> set[str]:
    """Return those sources of which a text is under review, or signed for publication at a later time."""
    reviewed = Review.objects.filter(source__in=streams, state=ReviewState.WAITING)
    scheduled = Shelf.objects.filter(document__source__in=streams, from_at__gt=timezone.now())
    return {
        *reviewed.values_list("source", flat=True),
        *scheduled.values_list("document__source", flat=True),
    }


def is_under_review(stream: str) -> bool:
    """Return true if a text of this source is under review, or signed for publication at a later time."""
    return bool(find_streams_in_review([stream]))


def _get_answer_draft(entry: Entry) -> Response | None:
    """Return the newest website answer of a case that is not public yet, or None."""
    rows = Response.objects.filter(case_id=entry.pk, means=AnswerMeans.WEBSITE, responded_at=None)
    return ask_once(("opinion draft", entry.pk), rows.order_by("-pk").first)


def _write_draft(entry: Entry, by: Actor, title: str, text: str, channel: str, speaker: str) -> ActionResult:
    """Store a text as a new revision of the pending website answer, or of a new answer without one.

    Raises:
        Refused: when title or text is missing.
    """
    if not title.strip() or len(text.strip()) < 10:
        raise Refused("请填写回应的标题和正文。")
    response = _get_answer_draft(entry)
    drafted_at = timezone.now()
    if response is None:
        response = Response(case=entry.opinion_case, means=AnswerMeans.WEBSITE, drafted_at=drafted_at)
    response.channel, response.speaker = channel.strip()[:120], speaker.strip()[:120]
    response.text = text.strip()
    response.save()
    ResponseText.objects.create(
        response=response,
        title=title.strip()[:200],
        text=text.strip(),
        account=by.user_id,
        person=by.person_id,
        by=by.name,
        at=drafted_at,
    )
    return ActionResult(words=f"起草网站回应“{title.strip()}”", facts={"response": response.pk}, result=response)


def list_reasons_unless_answer_writer(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may draft for the unit and the answer is not under review."""
    response = _get_answer_draft(entry)
    waits = response is not None and is_under_review(response.stream)
    return rules.list_reasons_unless_drafter(by, entry) or (
        ["回应正在审签或者等待定时公开，要改动请先撤回。"] if waits else []
    )


def list_reasons_unless_answer_submitter(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is unit staff and a draft can be submitted."""
    response = _get_answer_draft(entry)
    if response is None:
        return rules.list_reasons_unless_unit_staff(by, entry) or ["还没有起草网站回应。"]
    return rules.list_reasons_unless_unit_staff(by, entry) or (
        ["回应正在审签或者等待定时公开。"] if is_under_review(response.stream) else []
    )


def _list_reasons_against_submitting_answer(by: Actor, entry: Entry) -> list[str]:
    """Return the reasons why the drafted answer cannot be submitted."""
    response = _get_answer_draft(entry)
    assert response is not None  # `list_reasons_unless_answer_submitter`
    return find_submission_gaps(response, entry.body, RESPONSE_COLUMNS, by)


@entry_action("opinion", "draft_response", label="起草网站回应", rule=list_reasons_unless_answer_writer)
def draft_response(
    entry: Entry, *, by: Actor, title: str, text: str, channel: str = "", speaker: str = ""
) -> ActionResult:
    """Write or change the answer for the website, and return the `Response`."""
    return _write_draft(entry, by, title, text, channel, speaker)


@entry_action("opinion", "draft_further", label="起草后续回应", rule=list_reasons_unless_answer_writer)
def draft_further_response(
    entry: Entry, *, by: Actor, title: str, text: str, channel: str = "", speaker: str = ""
) -> ActionResult:
    """Write another answer for the website; return the `Response`."""
    return _write_draft(entry, by, title, text, channel, speaker)


@entry_action(
    "opinion",
    "submit_response",
    label="回应送审",
    rule=list_reasons_unless_answer_submitter,
    last_rule=_list_reasons_against_submitting_answer,
)
def submit_response(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Submit the drafted answer to the reviews with a note (`words`)."""
    response = _get_answer_draft(entry)
    assert response is not None  # checked by `list_reasons_unless_answer_submitter`
    place(ensure_document(response), by=by, columns=[find_column_by_name(entry.body, RESPONSE_COLUMNS)])
    review = submit(response, by=by, note=words)
    return ActionResult(words=words or "回应送审", facts={"response": response.pk, "review": review.pk})


@entry_action("opinion", "record_response", label="登记已作出的回应", rule=rules.list_reasons_unless_speaker)
@with_proof("opinion.record_response")
def record_response(
    entry: Entry,
    *,
    by: Actor,
    means: str,
    channel: str,
    speaker: str,
    text: str,
    at: datetime,
    url: str = "",
    file: NamedStoredFile | None = None,
    why_late: str = "",
) -> ActionResult:
    """Record an answer given by other means than the website, and return the `Response`.

    A record made after the deadline can turn a late case into a punctual one. It then needs a
    document, a second person (`ledger.past_records`) and a reason; the open-government office is
    notified.
    """
    public_answer = PublicAnswer(means, channel.strip(), speaker.strip(), text.strip(), at)
    late = entry.state == CaseState.JUDGED and states_timely_past(entry, {"at": at})
    if late and len(why_late.strip()) < 5:
        raise Refused("时限已过，登记的回应时间在时限以内：请在“补登原因”中写明为什么现在才登记（至少5个字）。")
    step = _record_answer(entry, by, public_answer, url, file)
    if not late:
        return step
    late_note = f"补登（{timezone.localtime():%Y-%m-%d %H:%M}登记）：{why_late.strip()}"
    return replace(
        step,
        words=f"{step.words}；{late_note}",
        tell=(*step.tell, make_office_notification(entry, "请核实补登的回应", late_note, "late")),
    )


def would_make_case_punctual(entry: Entry, facts: Mapping[str, object]) -> bool:
    """Return true if an answer with these `facts` would make a late case punctual."""
    owed = [entry] if entry.state == CaseState.JUDGED else []
    if facts.get("means") in PRESS_CONFERENCE_MEANS:
        open_ones = entry.opinion_case.duties.filter(sort=DutySort.PRESS, entry__closed_at=None)
        owed += [duty.entry for duty in open_ones.select_related("entry")]
    return any(states_timely_past(one, facts) for one in owed)


@entry_action("opinion", "record_further", label="登记后续回应", rule=rules.list_reasons_unless_speaker)
@with_proof("opinion.record_further")
def record_further_response(
    entry: Entry,
    *,
    by: Actor,
    means: str,
    channel: str,
    speaker: str,
    text: str,
    at: datetime,
    url: str = "",
    file: NamedStoredFile | None = None,
) -> ActionResult:
    """Record a further public answer after the first one, and return the `Response`."""
    return _record_answer(entry, by, PublicAnswer(means, channel.strip(), speaker.strip(), text.strip(), at), url, file)


class PublicAnswer(NamedTuple):
    """A public answer: means, channel, speaker, text and time."""

    means: str
    channel: str
    speaker: str
    text: str
    at: datetime


def _find_answer_error(case: OpinionCase, answer: PublicAnswer) -> str:
    """Return the fault of an answer given elsewhere, or ""."""
    if answer.means not in AnswerMeans.values or answer.means == AnswerMeans.WEBSITE:
        return "请选择回应方式；网站回应请起草后送审。"
    if not (answer.channel and answer.speaker and answer.text):
        return "请填写媒体或者渠道、回应人和回应内容。"
    if answer.at > timezone.now():
        return "回应时间不能晚于现在。"
    started_at = min(case.found_at, case.occurred_at or case.found_at)
    return "回应时间不能早于发现舆情的时间。" if answer.at < started_at else ""


def _record_answer(
    entry: Entry, by: Actor, answer: PublicAnswer, url: str, file: NamedStoredFile | None
) -> ActionResult:
    """Store an answer given elsewhere with its evidence, and end the response period.

    Raises:
        Refused: when it has a fault or no evidence.
    """
    case = entry.opinion_case
    if fault := _find_answer_error(case, answer):
        raise Refused(fault)
    label = AnswerMeans(answer.means).label
    evidence = store_evidence(entry, by=by, title=f"{label}：{answer.channel}", url=url, file=file)
    if evidence is None:
        raise Refused("请填写报道网址，或者上传新闻通稿、照片等文件作为佐证。")
    response = Response.objects.create(
        case=case,
        means=answer.means,
        channel=answer.channel[:120],
        speaker=answer.speaker[:120],
        text=answer.text,
        evidence=evidence.pk,
        responded_at=answer.at,
        drafted_at=timezone.now(),
    )
    if answer.means in PRESS_CONFERENCE_MEANS:
        _close_press_duties(entry, answer.at, f"{answer.speaker}在{answer.channel}发布")
    step = _end_response_period(entry, answer.at, f"{label}，{answer.speaker}，{answer.channel}")
    return replace(step, facts={"response": response.pk, "means": answer.means}, result=response)


def _close_press_duties(entry: Entry, held_at: datetime, text: str) -> None:
    for duty in entry.opinion_case.duties.filter(sort=DutySort.PRESS, entry__closed_at=None):
        close_met_duty(duty.entry, by=SYSTEM, at=held_at, words=text)


def _end_response_period(entry: Entry, answered_at: datetime, text: str) -> ActionResult:
    """Return the result of an answer.

    The first one, also after 继续回应, sets the case's time of response and asks the unit for an evaluation.
    """
    case = entry.opinion_case
    is_first = entry.state == CaseState.JUDGED
    if is_first:
        case.responded_at = answered_at
        case.save(update_fields=["responded_at"])
    notification = (
        make_unit_notification(entry, "已回应，请评估", f"{text}。请评估回应效果。", "responded") if is_first else None
    )
    return ActionResult(
        words=f"作出回应：{text}",
        events=(make_event("answered", answered_at),) if is_first else (),
        to_state=CaseState.RESPONDED,
        tell=(notification,) if notification else (),
    )


@entry_action("opinion", "published", label="网站回应已公开", rule=check_system)
def record_publication(entry: Entry, *, by: Actor, response: Response, at: datetime) -> ActionResult:
    """Record the publication time of an answer on the website."""
    Response.objects.filter(pk=response.pk).update(responded_at=at)
    step = _end_response_period(
        entry, at, f"{AnswerMeans(response.means).label}，{timezone.localtime(at):%Y-%m-%d %H:%M}"
    )
    return ActionResult(words=step.words, events=step.events, to_state=step.to_state, tell=step.tell, past=True)


@entry_action("opinion", "respond_again", label="继续回应", rule=rules.list_reasons_unless_decider)
def require_further_response(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Declare the answer insufficient: another is owed by the same deadline."""
    reason = require_text(reason, "请写明还需要回应什么。")
    notification = make_unit_notification(entry, "继续回应", reason, "again", urgent=True)
    return ActionResult(words=reason, events=(make_event("unanswered"),), tell=(notification,))


def _list_reasons_unless_answered(entry: Entry) -> list[str]:
    """Return a Chinese reason if the case has not been consulted on, judged and answered."""
    case = entry.opinion_case
    missing = [
        word
        for word, moment in (("会商", case.consulted_at), ("研判", case.judged_at), ("回应", case.responded_at))
        if moment is None
    ]
    return [f"还没有{'、'.join(missing)}的记录，不能评估办结。"] if missing else []


@entry_action(
    "opinion",
    "evaluate",
    label="评估并办结",
    rule=rules.list_reasons_unless_decider,
    ready=_list_reasons_unless_answered,
)
def evaluate_response(entry: Entry, *, by: Actor, effect: str, evaluation: str, lessons: str) -> ActionResult:
    """Evaluate the effect of the answer and close the case (M-06).

    The case was in time if its answer was.
    """
    if effect not in AnswerEffect.values:
        raise Refused("请选择回应效果。")
    if not evaluation.strip() or not lessons.strip():
        raise Refused("请填写效果评估和经验教训。")
    case = entry.opinion_case
    assert case.responded_at is not None  # checked by `_list_reasons_unless_answered`
    case.effect, case.evaluation, case.lessons = effect, evaluation.strip(), lessons.strip()
    case.evaluated_at = timezone.now()
    case.save(update_fields=["effect", "evaluation", "lessons", "evaluated_at"])
    entry.outcome = effect
    return ActionResult(
        words=f"{AnswerEffect(effect).label}：{evaluation.strip()}",
        facts={"effect": effect},
        events=(make_event("responded", case.responded_at),),
        past=True,
    )
