"""The steps of a decision on its staff page, with the next task."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.shelves import list_spans
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.participation.announcement_barriers import is_meeting_time_past, list_promised_meetings_not_held
from gongkai.work.participation.models import Announcement, AnnouncementKind, Consultation, Decision, Examination
from gongkai.work.participation.public_timeline import describe_missing_listing
from gongkai.work.participation.queries import find_feedback_gaps, list_last_examinations
from gongkai.work.participation.rules import list_reasons_unless_unit_staff
from gongkai.work.participation.states import PUBLISHED_STATES, RUNNING_STATES, DecisionState

_Kind = AnnouncementKind


@dataclass(frozen=True)
class AnnouncementStatus:
    """An announcement in a step of a decision; `is_out`: published or scheduled.

    `path` is its public path, "" unless it is public now.
    """

    announcement: Announcement
    title: str
    standing: str
    path: str = ""
    is_out: bool = False


@dataclass
class DecisionStep:
    """A step of a decision: done, current or future.

    Attributes:
        label: the name of the step, in Chinese.
        done: true if the step is finished.
        current: true if the decision is in the step.
        words: a remark on its state, in Chinese.
        written: the announcements of the step.
        starts: the kind of announcement that can be started here, or "".
        about_id: the primary key of the announcement that the new one is about, or 0.
    """

    label: str
    done: bool = False
    current: bool = False
    words: str = ""
    written: list[AnnouncementStatus] = field(default_factory=list)
    starts: str = ""
    about_id: int = 0


@dataclass(frozen=True)
class NextTask:
    """The next task in a decision: a sentence (`words`), and a button if it has a URL."""

    words: str
    label: str = ""
    url: str = ""
    starts: str = ""
    about_id: int = 0


def list_announcement_statuses(announcements: list[Announcement]) -> list[AnnouncementStatus]:
    """Return announcements with title and status: under review, public, scheduled, withdrawn or draft."""
    names = [announcement.stream for announcement in announcements]
    documents = {
        one.source: one for one in Document.objects.filter(source__in=names).prefetch_related("editions", "addresses")
    }
    waiting = set(Review.objects.filter(source__in=names, state__in=OPEN_STATES).values_list("source", flat=True))
    moment, statuses = timezone.now(), []
    for announcement in announcements:
        latest = announcement.latest
        document = documents.get(announcement.stream)
        spans = list_spans(document.editions.all()) if document else []
        is_public = any(span.since <= moment and (span.until is None or span.until > moment) for span in spans)
        is_out = is_public or any(span.until is None for span in spans)
        path = next((a.path for a in document.addresses.all() if a.current), "") if document else ""
        if announcement.stream in waiting:
            state_label = "审签中"
        elif is_out:
            state_label = "已公布" if is_public else "等待公布"
        else:
            state_label = "已撤回" if document and document.published_at else "起草中"
        title = latest.title if latest else announcement.get_what_display()
        statuses.append(
            AnnouncementStatus(
                announcement,
                title,
                state_label,
                path if is_public else "",
                is_out,
            )
        )
    return statuses


def list_decision_steps(decision: Decision) -> list[DecisionStep]:
    """Return the steps of a decision."""
    entry = decision.entry
    written = list_announcement_statuses(list(decision.announcements.filter(dropped=False).order_by("pk")))
    by_what = {kind: [status for status in written if status.announcement.what == kind] for kind in _Kind.values}
    consultation = decision.consultations.order_by("-pk").first()
    is_over = consultation is not None and consultation.is_over
    steps = [
        _make_catalogue_step(decision),
        _make_consultation_step(decision, entry, consultation, by_what[_Kind.DRAFT], is_over=is_over),
        DecisionStep(
            "听证、座谈",
            any(status.is_out and is_meeting_time_past(status.announcement) for status in by_what[_Kind.HEARING]),
            False,
            _describe_hearing_days(decision, by_what[_Kind.HEARING]),
            by_what[_Kind.HEARING],
            starts=_Kind.HEARING if entry.state in RUNNING_STATES else "",
        ),
        DecisionStep(
            "意见采纳情况",
            any(announcement_status.is_out for announcement_status in by_what[_Kind.ADOPTION]),
            bool(is_over) and entry.state == DecisionState.CONSULTING,
            "",
            by_what[_Kind.ADOPTION],
        ),
        _make_examination_step(decision, entry),
        DecisionStep(
            "提请审议",
            decision.submitted_on is not None,
            entry.state in {DecisionState.ANSWERED, DecisionState.EXEMPT},
            f"{decision.submitted_on:%Y-%m-%d}" if decision.submitted_on else "",
        ),
        DecisionStep(
            "决定和公布",
            entry.state in PUBLISHED_STATES,
            entry.state == DecisionState.SUBMITTED,
            f"{decision.decided_on:%Y-%m-%d}，{decision.meeting}" if decision.decided_on else "",
            by_what[_Kind.RESULT],
            starts=_Kind.RESULT if decision.decided_on and not by_what[_Kind.RESULT] else "",
        ),
        DecisionStep(
            "执行和后评估",
            entry.state == DecisionState.EVALUATED,
            bool(decision.evaluation) and entry.state == DecisionState.DECIDED,
            decision.evaluation,
            by_what[_Kind.EVALUATION],
            starts=_Kind.EVALUATION if entry.state in PUBLISHED_STATES and not by_what[_Kind.EVALUATION] else "",
        ),
    ]
    if consultation is not None and is_over and not _list_adoption_announcements(by_what[_Kind.ADOPTION], consultation):
        steps[3].starts, steps[3].about_id = _Kind.ADOPTION, consultation.pk
    return steps


def _make_consultation_step(
    decision: Decision,
    entry: Entry,
    consultation: Consultation | None,
    written: list[AnnouncementStatus],
    *,
    is_over: bool,
) -> DecisionStep:
    may_start = entry.state in {DecisionState.LISTED, DecisionState.CONSULTING, DecisionState.ANSWERED}
    return DecisionStep(
        "征求意见",
        is_over or bool(decision.exempt),
        entry.state in {DecisionState.LISTED, DecisionState.CONSULTING} and not is_over,
        _describe_period(decision, consultation),
        written,
        starts=_Kind.DRAFT if may_start else "",
    )


def _make_catalogue_step(decision: Decision) -> DecisionStep:
    """Return the step of the listing in a published catalogue, or what is missing for it."""
    missing = describe_missing_listing(decision)
    if not missing:
        return DecisionStep("列入目录", True, words=str(decision.catalogue))
    return DecisionStep("列入目录", words=missing)


def _describe_hearing_days(decision: Decision, hearings: list[AnnouncementStatus]) -> str:
    """Return the times of announced hearings, and the promised meetings not held in time."""
    days = [hearing.announcement.latest.terms["held_at"] for hearing in hearings if hearing.is_out]
    name_list = "、".join(f"{datetime.fromisoformat(day):%Y-%m-%d %H:%M}" for day in days)
    promised = "、".join(promised_meeting.label for promised_meeting in list_promised_meetings_not_held(decision))
    owed = f"目录写明的{promised}还没有召开" if promised and not decision.submitted_on else ""
    return "；".join(text for text in (name_list, owed) if text) or "需要的召开"


def _make_examination_step(decision: Decision, entry: Entry) -> DecisionStep:
    """Return the examination step, done once legality was examined and did not fail."""
    examinations = list_last_examinations(decision)
    text = "；".join(f"{examination}（{examination.on:%Y-%m-%d}，{examination.organ}）" for examination in examinations)
    legal = any(
        examination.what == Examination.What.LEGALITY and examination.result != Examination.Result.FAILED
        for examination in examinations
    )
    return DecisionStep(
        "专家论证、风险评估、合法性审查", legal, words=text or ("还没有登记" if entry.state in RUNNING_STATES else "")
    )


def _list_adoption_announcements(
    written: list[AnnouncementStatus], consultation: Consultation
) -> list[AnnouncementStatus]:
    """Return those of the announcements that answer this consultation."""
    return [status for status in written if status.announcement.about_id == consultation.pk]


def _describe_period(decision: Decision, consultation: Consultation | None) -> str:
    """Return first and last day of a consultation, or why there is none; "" before it."""
    if decision.exempt:
        return f"依法不公开征求意见：{decision.exempt}"
    if consultation is None:
        return ""
    short = f"（短于法定期限：{consultation.short}）" if consultation.short else ""
    return f"{consultation.starts_on:%Y-%m-%d}至{consultation.ends_on:%Y-%m-%d}{short}"


def get_next_task(decision: Decision, steps: list[DecisionStep], by: Actor) -> NextTask | None:
    """Return the next task in a decision, unfinished announcements first.

    Return None if there is none, or if the user does not work for the unit.
    """
    entry = decision.entry
    if list_reasons_unless_unit_staff(by, entry):
        return None
    due = _list_awaited_kinds(decision)
    unfinished = [
        written
        for step in steps
        for written in step.written
        if written.standing in {"起草中", "审签中"} and written.announcement.what in due
    ]
    if unfinished:
        announcement_status = unfinished[-1]
        text = "正在审签" if announcement_status.standing == "审签中" else "写好后送审"
        return NextTask(
            f"“{announcement_status.title}”{announcement_status.standing}，{text}。",
            "打开公告",
            reverse("participation:announcement", args=[announcement_status.announcement.pk]),
        )
    return _get_next_by_state(decision, entry, by)


def _list_awaited_kinds(decision: Decision) -> set[str]:
    """Return the kinds of announcement that come next in the decision's state."""
    period = decision.consultations.order_by("-pk").first()
    if decision.entry.state == DecisionState.LISTED or (period and not period.is_over):
        return {_Kind.DRAFT, _Kind.HEARING}
    if decision.entry.state == DecisionState.CONSULTING and period is None:  # withdrawn before its day
        return {_Kind.DRAFT}
    if decision.entry.state == DecisionState.CONSULTING:
        return {_Kind.ADOPTION}
    return {_Kind.RESULT, _Kind.EVALUATION}


def _get_next_by_state(decision: Decision, entry: Entry, by: Actor) -> NextTask | None:
    if entry.state == DecisionState.CONSULTING:
        return _get_next_while_consulting(decision)
    if entry.state == DecisionState.SUBMITTED:
        return _get_next_after_submission(decision, entry, by)
    if entry.state in PUBLISHED_STATES:
        return _get_next_after_publication(decision, entry, by)
    simple = {
        DecisionState.LISTED: NextTask(
            "起草征求意见公告：草案、起草说明、截止日期和提交方式。", "起草征求意见公告", starts=_Kind.DRAFT
        ),
        DecisionState.ANSWERED: _make_act_task(entry, "decision.submit", "采纳情况已经公布，可以提请审议。", by),
        DecisionState.EXEMPT: _make_act_task(entry, "decision.submit", "依法不公开征求意见，可以提请审议。", by),
    }
    return simple.get(entry.state)


def _get_next_after_submission(decision: Decision, entry: Entry, by: Actor) -> NextTask:
    """Return the next task after the submission: record the decision, then publish its result."""
    if decision.decided_on is None:
        return _make_act_task(entry, "decision.decide", "审议之后登记决定。", by)
    return NextTask("公布决策结果。", "起草决策结果公告", starts=_Kind.RESULT)


def _get_next_after_publication(decision: Decision, entry: Entry, by: Actor) -> NextTask | None:
    """Return the next task after the result (document, then ordered evaluation), or None."""
    if decision.document_id is None:
        return _make_act_task(entry, "decision.link", "关联决定文件，公众可以看到文件和解读。", by)
    if entry.state == DecisionState.DECIDED and decision.evaluation:
        return NextTask("公布执行和后评估情况。", "起草后评估公告", starts=_Kind.EVALUATION)
    return None


def _make_act_task(entry: Entry, name: str, text: str, by: Actor) -> NextTask:
    """Return the task to take an action with its button, or without one the reasons against it."""
    action = ACTIONS_BY_NAME[name]
    reasons = action.why_not(entry, by=by)
    if reasons:
        return NextTask(f"{text}{''.join(reasons)}")
    return NextTask(text, action.label, reverse("ledger_act", kwargs={"pk": entry.pk, "name": name}))


def _get_next_while_consulting(decision: Decision) -> NextTask | None:
    consultation = decision.consultations.order_by("-pk").first()
    if consultation is None:
        return None
    if not consultation.is_over:
        if not any(written.is_out for written in list_announcement_statuses([consultation.announcement])):
            return NextTask(
                "征求意见公告已经撤回，现在不收意见：修改后重新公布，或者终止决策。",
                "打开公告",
                reverse("participation:announcement", args=[consultation.pk]),
            )
        if not consultation.is_open():
            return NextTask(f"征求意见公告定于{consultation.starts_on:%Y-%m-%d}公布。")
        remaining = (consultation.ends_on - timezone.localdate()).days
        return NextTask(
            f"正在征求意见，还有{remaining}天截止。收到的意见可以先归纳。",
            "查看意见",
            reverse("participation:comments", args=[consultation.pk]),
        )
    if reasons := find_feedback_gaps(consultation):
        return NextTask(
            f"征求意见已经届满：{''.join(reasons)}",
            "归纳意见、填写采纳情况",
            f"{reverse('participation:points')}?consultation={consultation.pk}",
        )
    return NextTask("意见都有了答复，公布采纳情况。", "生成采纳情况表", starts=_Kind.ADOPTION, about_id=consultation.pk)
