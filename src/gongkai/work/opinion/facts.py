"""Facts of a new case or promise, and their scores for the assessment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.figures import (
    ScoredCase,
    ScoreSource,
    filter_entries_under,
    filter_settled_entries,
    make_timeliness_source,
    register_score,
)
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.work.opinion.kinds import CASE_KIND_NAME, PROMISE_KIND_NAME
from gongkai.work.opinion.models import (
    GRAVE_LEVELS,
    CaseTalk,
    GravityLevel,
    OpinionCase,
    OpinionKind,
    PromiseTopic,
    WatchField,
)
from gongkai.work.opinion.states import PromiseState


def _list_promise_cases(body: Body, first_day: date, until: date) -> list[ScoredCase]:
    """Return a scored case for each promise that was broken, kept or overdue in the period."""
    rows = filter_entries_under(body).filter(kind=PROMISE_KIND_NAME).exclude(state=PromiseState.VOIDED)
    broken = rows.filter(
        state=PromiseState.BROKEN,
        closed_at__gt=end_of_day(first_day) - timedelta(days=1),
        closed_at__lte=end_of_day(until),
    )
    entries_by_key = {
        entry.pk: entry for entry in filter_settled_entries(rows.exclude(state=PromiseState.BROKEN), first_day, until)
    }
    entries_by_key |= {entry.pk: entry for entry in broken}
    return [_make_promise_case(entry) for entry in sorted(entries_by_key.values(), key=lambda one: one.pk)]


def _make_promise_case(entry: Entry) -> ScoredCase:
    """Return the scored case of a promise: 1 if kept in time, else 0."""
    is_kept = entry.state == PromiseState.KEPT
    is_punctual = (
        is_kept and entry.due_at is not None and entry.closed_at is not None and entry.closed_at <= entry.due_at
    )
    words_by_state = {PromiseState.BROKEN: "未兑现", PromiseState.KEPT: "逾期兑现"}
    verdict_words = "按期兑现" if is_punctual else words_by_state.get(entry.state, "逾期未兑现")
    return ScoredCase(entry.number, entry.title, 1.0 if is_punctual else 0.0, verdict_words, get_entry_url(entry), True)


def _list_open_promises(body: Body, until: date) -> list[Entry]:
    """Return the running promises of a unit and those below it that fall due from now to a day, nearest first."""
    rows = filter_entries_under(body).filter(kind=PROMISE_KIND_NAME).running()
    due = rows.filter(due_at__lte=end_of_day(until), due_at__gt=timezone.now())
    return list(due.select_related("body").order_by("due_at", "pk"))


def _list_talk_cases(body: Body, first_day: date, until: date) -> list[ScoredCase]:
    """Return a case of score 0 for each time that a unit or one below it was held accountable."""
    rows = CaseTalk.objects.filter(body__path__startswith=body.path, on__gte=first_day, on__lte=until)
    return [
        ScoredCase(
            case_talk.case.entry.number,
            case_talk.case.entry.title,
            0.0,
            f"{case_talk.on:%Y-%m-%d}{case_talk.get_sort_display()}",
            get_entry_url(case_talk.case.entry),
            is_entry=True,
        )
        for case_talk in rows.select_related("case__entry").order_by("on", "pk")
    ]


def register_score_sources() -> None:
    """Register the scores that this app supplies to the assessment."""
    register_score(make_timeliness_source(CASE_KIND_NAME, "政务舆情按时回应"))
    about = "在考核期内兑现、说明未能兑现或者到期的承诺中，按期兑现的比例"
    register_score(ScoreSource(PROMISE_KIND_NAME, "公开承诺按期兑现", about, _list_promise_cases, _list_open_promises))
    about = "在考核期内因舆情回应被约谈、通报批评的次数，每次计零分"
    register_score(ScoreSource("opinion_talk", "舆情回应约谈、通报", about, _list_talk_cases))


def check_times(found_at: datetime, occurred_at: datetime | None) -> None:
    """Check the times of discovery and event.

    Raises:
        Refused: a time is in the future, or discovery precedes the event.
    """
    now = timezone.now()
    if found_at > now or (occurred_at and occurred_at > now):
        raise Refused("发现时间和发生时间不能晚于现在。")
    if occurred_at and occurred_at > found_at:
        raise Refused("发现时间不能早于事件发生时间。")


def check_event_time(kind: str, level: str, occurred_at: datetime | None) -> None:
    """Check that a grave emergency has a time of event, from which its deadline counts.

    Raises:
        Refused: the time is missing.
    """
    if kind == OpinionKind.EMERGENCY and level in GRAVE_LEVELS and occurred_at is None:
        raise Refused(
            "特别重大、重大突发事件请填写事件发生时间，时限自发生时起算；还不清楚的，填写已知的最早时间，查明后重新研判。"
        )


def check_grade(kind: str, level: str) -> None:
    """Check that kind ("" is allowed) and level are valid choices.

    Raises:
        Refused: they are not.
    """
    if (kind and kind not in OpinionKind.values) or level not in GravityLevel.values:
        raise Refused("请选择舆情类型和等级。")


@dataclass(frozen=True)
class CaseFacts:
    """Facts of a new opinion case.

    Attributes:
        title: short title.
        text: the opinion.
        platform: site, account or newspaper where it appeared.
        address: its URL.
        found_at: time of discovery (default: now).
        occurred_at: time of the event, for an emergency.
        kind: a `OpinionKind`, if known already.
        level: a `GravityLevel`, if known already.
        field: the watched field, whose units answer.
        areas: the districts concerned.
        body: the answering unit; else proposed by the rules, else the collector.
        why: the reason for another unit than the proposed one.
    """

    title: str
    text: str
    platform: str
    address: str = ""
    found_at: datetime | None = None
    occurred_at: datetime | None = None
    kind: str = ""
    level: str = GravityLevel.GENERAL
    field: WatchField | None = None
    areas: Sequence[Body] = ()
    body: Body | None = None
    why: str = ""

    @property
    def grave(self) -> bool:
        """Return True for an emergency of the two highest grades, whose deadline is shorter."""
        return self.kind == OpinionKind.EMERGENCY and self.level in GRAVE_LEVELS

    def check(self, found_at: datetime) -> None:
        """Validate the facts of the case.

        Raises:
            Refused: a fact is missing or impossible.
        """
        if not self.title.strip() or not self.text.strip() or not self.platform.strip():
            raise Refused("请填写标题、舆情内容和来源平台。")
        check_grade(self.kind, self.level)
        check_times(found_at, self.occurred_at)
        check_event_time(self.kind, self.level, self.occurred_at)


@dataclass(frozen=True)
class PromiseFacts:
    """Facts of a new promise.

    Attributes:
        title: short title.
        words: literal text of the promise.
        occasion: press conference, work report, interview, …
        promised_on: day of the promise, not in the future.
        until: the day by which it must be kept.
        promised_by: the person who made it.
        address: its URL.
        file: document or picture of the occasion.
        topic: topic for the public list.
        case: the opinion case that it answers, if any.
    """

    title: str
    words: str
    occasion: str
    promised_on: date
    until: date
    promised_by: str = ""
    address: str = ""
    file: NamedStoredFile | None = None
    topic: PromiseTopic | None = None
    case: OpinionCase | None = None

    def check(self) -> None:
        """Validate the facts of the promise.

        Raises:
            Refused: a fact is missing or impossible.
        """
        if not (self.title.strip() and self.words.strip() and self.occasion.strip()):
            raise Refused("请填写承诺事项、承诺内容和承诺场合。")
        if self.promised_on > timezone.localdate():
            raise Refused("承诺日期不能晚于今天。")
        if self.until < self.promised_on:
            raise Refused("完成期限不能早于承诺日期。")
        if not self.address.strip() and self.file is None:
            raise Refused("请填写承诺的出处（网址），或者上传文件。")
