"""The steps of a decision on its staff page, with the next thing to do."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.shelves import spans
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.models.reviews import OPEN
from gongkai.core.acts.action import REGISTRY
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.participation.line import not_listed
from gongkai.work.participation.models import (
    Announcement,
    AnnouncementKind,
    Consultation,
    Decision,
    Examination,
)
from gongkai.work.participation.queries import examined, unanswered
from gongkai.work.participation.rules import works
from gongkai.work.participation.states import DONE, RUNNING, State

_K = AnnouncementKind


@dataclass(frozen=True)
class Written:
    """An announcement at a step, with its status in words."""

    announcement: Announcement
    title: str
    standing: str
    path: str = ""
    is_out: bool = False


@dataclass
class Step:
    """A step: done, current or future."""

    label: str
    done: bool = False
    current: bool = False
    words: str = ""
    written: list[Written] = field(default_factory=list)
    starts: str = ""  # the announcement that can be started here
    about: int = 0


@dataclass(frozen=True)
class Next:
    """The next thing to do: a button or a sentence."""

    words: str
    label: str = ""
    url: str = ""
    starts: str = ""
    about: int = 0


def standings(announcements: list[Announcement]) -> list[Written]:
    """Return announcements with their status, in four queries."""
    names = [announcement.stream for announcement in announcements]
    documents = {
        one.source: one
        for one in Document.objects.filter(source__in=names).prefetch_related("editions", "addresses")
    }
    waiting = set(Review.objects.filter(source__in=names, state__in=OPEN).values_list("source", flat=True))
    now, made = timezone.now(), []
    for announcement in announcements:
        latest = announcement.latest
        document = documents.get(announcement.stream)
        out = [s for s in spans(document.editions.all()) if s.until is None] if document else []
        path = next((a.path for a in document.addresses.all() if a.current), "") if document else ""
        if announcement.stream in waiting:
            standing = "审签中"
        elif out:
            standing = "已公布" if out[0].since <= now else "等待公布"
        else:
            standing = "已撤回" if document and document.published_at else "起草中"
        title = latest.title if latest else announcement.get_what_display()
        made.append(
            Written(announcement, title, standing, path if out and out[0].since <= now else "", bool(out))
        )
    return made


def steps_of(decision: Decision) -> list[Step]:
    """Return the steps of a decision."""
    entry = decision.entry
    written = standings(list(decision.announcements.filter(dropped=False).order_by("pk")))
    by_what = {what: [one for one in written if one.announcement.what == what] for what in _K.values}
    consultation = decision.consultations.order_by("-pk").first()
    over = consultation is not None and not consultation.is_open()
    steps = [
        _listed(decision),
        Step(
            "征求意见",
            bool(over) or bool(decision.exempt),
            entry.state in {State.LISTED, State.CONSULTING} and not over,
            _period(decision, consultation),
            by_what[_K.DRAFT],
            starts=_K.DRAFT if entry.state in {State.LISTED, State.CONSULTING, State.ANSWERED} else "",
        ),
        Step(
            "听证、座谈",
            any(one.is_out and _held(one.announcement) for one in by_what[_K.HEARING]),
            False,
            _when(by_what[_K.HEARING]) or "需要的召开",
            by_what[_K.HEARING],
            starts=_K.HEARING if entry.state in RUNNING else "",
        ),
        Step(
            "意见采纳情况",
            any(one.is_out for one in by_what[_K.ADOPTION]),
            bool(over) and entry.state == State.CONSULTING,
            "",
            by_what[_K.ADOPTION],
        ),
        _examinations(decision, entry),
        Step(
            "提请审议",
            decision.submitted_on is not None,
            entry.state in {State.ANSWERED, State.EXEMPT},
            f"{decision.submitted_on:%Y-%m-%d}" if decision.submitted_on else "",
        ),
        Step(
            "决定和公布",
            entry.state in DONE,
            entry.state == State.SUBMITTED,
            f"{decision.decided_on:%Y-%m-%d}，{decision.meeting}" if decision.decided_on else "",
            by_what[_K.RESULT],
            starts=_K.RESULT if decision.decided_on and not by_what[_K.RESULT] else "",
        ),
        Step(
            "执行和后评估",
            entry.state == State.EVALUATED,
            bool(decision.evaluation) and entry.state == State.DECIDED,
            decision.evaluation,
            by_what[_K.EVALUATION],
            starts=_K.EVALUATION if entry.state in DONE and not by_what[_K.EVALUATION] else "",
        ),
    ]
    if consultation is not None and over and not _answering(by_what[_K.ADOPTION], consultation):
        steps[3].starts, steps[3].about = _K.ADOPTION, consultation.pk
    return steps


def _listed(decision: Decision) -> Step:
    missing = not_listed(decision)
    if not missing:
        return Step("列入目录", True, words=str(decision.catalogue))
    return Step("列入目录", words=missing)


def _held(announcement: Announcement) -> bool:
    latest = announcement.latest
    return bool(latest) and datetime.fromisoformat(latest.terms["held_at"]) <= timezone.localtime().replace(
        tzinfo=None
    )


def _when(hearings: list[Written]) -> str:
    days = [written.announcement.latest.terms["held_at"] for written in hearings if written.is_out]
    return "、".join(f"{datetime.fromisoformat(day):%Y-%m-%d %H:%M}" for day in days)


def _examinations(decision: Decision, entry: Entry) -> Step:
    found = examined(decision)
    words = "；".join(f"{one}（{one.on:%Y-%m-%d}，{one.organ}）" for one in found)
    legal = any(
        examination.what == Examination.What.LEGALITY and examination.result != Examination.Result.FAILED
        for examination in found
    )
    return Step(
        "专家论证、风险评估、合法性审查",
        legal,
        words=words or ("还没有登记" if entry.state in RUNNING else ""),
    )


def _answering(written: list[Written], consultation: Consultation) -> list[Written]:
    return [one for one in written if one.announcement.about_id == consultation.pk]


def _period(decision: Decision, consultation: Consultation | None) -> str:
    if decision.exempt:
        return f"依法不公开征求意见：{decision.exempt}"
    if consultation is None:
        return ""
    short = f"（短于法定期限：{consultation.short}）" if consultation.short else ""
    return f"{consultation.starts_on:%Y-%m-%d}至{consultation.ends_on:%Y-%m-%d}{short}"


def next_of(decision: Decision, steps: list[Step], by: Actor) -> Next | None:
    """Return the next thing to do for this user, or None."""
    entry = decision.entry
    if works(by, entry):
        return None
    due = _due(decision)
    open_ones = [
        written
        for step in steps
        for written in step.written
        if written.standing in {"起草中", "审签中"} and written.announcement.what in due
    ]
    if open_ones:
        one = open_ones[-1]
        words = "正在审签" if one.standing == "审签中" else "写好后送审"
        return Next(
            f"“{one.title}”{one.standing}，{words}。",
            "打开公告",
            reverse("participation:announcement", args=[one.announcement.pk]),
        )
    return _by_state(decision, entry, by)


def _due(decision: Decision) -> set[str]:
    period = decision.consultations.order_by("-pk").first()
    if decision.entry.state == State.LISTED or (period and period.is_open()):
        return {_K.DRAFT, _K.HEARING}
    if decision.entry.state == State.CONSULTING:
        return {_K.ADOPTION}
    return {_K.RESULT, _K.EVALUATION}


def _by_state(decision: Decision, entry: Entry, by: Actor) -> Next | None:
    if entry.state == State.CONSULTING:
        return _consulting(decision)
    if entry.state == State.SUBMITTED:
        return _submitted(decision, entry, by)
    if entry.state in DONE:
        return _done(decision, entry, by)
    simple = {
        State.LISTED: Next(
            "起草征求意见公告：草案、起草说明、截止日期和提交方式。", "起草征求意见公告", starts=_K.DRAFT
        ),
        State.ANSWERED: _act(entry, "decision.submit", "采纳情况已经公布，可以提请审议。", by),
        State.EXEMPT: _act(entry, "decision.submit", "依法不公开征求意见，可以提请审议。", by),
    }
    return simple.get(entry.state)


def _submitted(decision: Decision, entry: Entry, by: Actor) -> Next:
    if decision.decided_on is None:
        return _act(entry, "decision.decide", "审议之后登记决定。", by)
    return Next("公布决策结果。", "起草决策结果公告", starts=_K.RESULT)


def _done(decision: Decision, entry: Entry, by: Actor) -> Next | None:
    if decision.document_id is None:
        return _act(entry, "decision.link", "关联决定文件，公众可以看到文件和解读。", by)
    if entry.state == State.DECIDED and decision.evaluation:
        return Next("公布执行和后评估情况。", "起草后评估公告", starts=_K.EVALUATION)
    return None


def _act(entry: Entry, name: str, words: str, by: Actor) -> Next:
    action = REGISTRY[name]
    why = action.why_not(entry, by=by)
    if why:
        return Next(f"{words}{''.join(why)}")
    return Next(words, action.label, reverse("ledger_act", kwargs={"pk": entry.pk, "name": name}))


def _consulting(decision: Decision) -> Next | None:
    consultation = decision.consultations.order_by("-pk").first()
    if consultation is None:
        return None
    if consultation.is_open():
        if not any(written.is_out for written in standings([consultation.announcement])):
            return Next(
                "征求意见公告已经撤回，现在不收意见：修改后重新公布，或者终止决策。",
                "打开公告",
                reverse("participation:announcement", args=[consultation.pk]),
            )
        left = (consultation.ends_on - timezone.localdate()).days
        return Next(
            f"正在征求意见，还有{left}天截止。收到的意见可以先归纳。",
            "查看意见",
            reverse("participation:comments", args=[consultation.pk]),
        )
    if reasons := unanswered(consultation):
        return Next(
            f"征求意见已经届满：{''.join(reasons)}",
            "归纳意见、填写采纳情况",
            f"{reverse('participation:points')}?consultation={consultation.pk}",
        )
    return Next("意见都有了答复，公布采纳情况。", "生成采纳情况表", starts=_K.ADOPTION, about=consultation.pk)
