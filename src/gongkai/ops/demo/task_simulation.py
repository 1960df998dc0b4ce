"""Simulate the work on the sample city's tasks; each gets an outcome, in order of time."""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.queries.lists import find_column_of_path
from gongkai.content.publishing.channel_names import get_channels
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.actions import comment, urge
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import BodyLevel, Role
from gongkai.ops.demo import clock, site
from gongkai.ops.demo.people import SampleStaff
from gongkai.work.notices import actions
from gongkai.work.notices.entries.checklist import (
    build_checklist,
    find_first_day,
    list_channel_duties,
    list_unrecorded_duties,
)
from gongkai.work.notices.entries.columns import find_website
from gongkai.work.notices.models import Assignment, Notice

#: Outcome of a due task → weight: most are done in time, some late, a few not.
PAST_OUTCOME_WEIGHTS = (("in_time", 82), ("late", 8), ("owed", 5), ("not_applicable", 3), ("more_time", 2))
#: Outcome of a task that is not due → weight: most are in work, some done early, a few submitted or
#: returned.
FUTURE_OUTCOME_WEIGHTS = (("early", 30), ("waiting", 6), ("returned", 4), ("asked", 3), ("at_work", 57))
#: Outcomes of due entries in a fixed order, for the small city.
PAST_OUTCOMES_IN_ORDER = (
    *("in_time", "late", "owed", "in_time", "reassigned", "in_time", "not_applicable", "in_time"),
    *("withdrawn", "in_time", "more_time", "in_time", "cancelled", "in_time"),
)
#: Outcomes of entries not yet due in a fixed order, for the small city.
FUTURE_OUTCOMES_IN_ORDER = (
    *("waiting", "at_work", "early", "at_work", "returned", "asked_na", "at_work", "asked"),
    *("asked_unit", "at_work", "asked_back", "waiting"),
)
#: Outcome that is a request → true if the sample grants it.
REQUEST_OUTCOMES = {
    "not_applicable": True,
    "asked_na": False,
    "more_time": True,
    "asked": False,
    "reassigned": True,
    "asked_unit": False,
    "withdrawn": True,
    "asked_back": False,
}
#: Period before today in which the sample's units publish most.
RECENT_PERIOD = timedelta(days=100)
#: Outcomes in which an entry is not submitted.
UNFINISHED_OUTCOMES = {"owed", "at_work"}
#: Outcomes in which an entry is submitted.
SUBMITTED_OUTCOMES = {"early", "waiting", "returned"}


@dataclass
class Simulation:
    """Simulation of the work on tasks: a queue of events in order of time up to `end`, with seeded chance.

    `known` are ids of planned assignments; `items` counts published items, at most `most_items`.
    """

    staff: SampleStaff
    end: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(20))  # noqa: S311 - a sample, the same each time
    thinning: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    turn: Counter[str] = field(default_factory=Counter)
    queue: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    serial: "count[int]" = field(default_factory=count)
    known: set[int] = field(default_factory=set)
    items: int = 0
    most_items: int = 260
    #: Outcomes come one after the other instead of by chance, so that few entries show all of them.
    in_turn: bool = False

    def schedule(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        """Schedule an event, unless it is after the end."""
        if moment < self.end:
            heapq.heappush(self.queue, (moment, next(self.serial), act))

    def run(self, progress: Callable[[str], None]) -> None:
        """Run all events in order; refused actions are skipped."""
        done = 0
        while self.queue:
            moment, _, act = heapq.heappop(self.queue)
            with clock.travel_to(moment):
                try:
                    act(moment)
                except Refused:
                    continue
            done += 1
            if done % 500 == 0:
                progress(f"已推演到 {timezone.localtime(moment):%Y-%m-%d}")

    def plan(self, notice: Notice, moment: datetime) -> None:
        """Choose an outcome for each new assignment of a notice, and schedule it."""
        rows = Assignment.objects.filter(notice=notice).exclude(pk__in=self.known)
        for assignment in rows.select_related("entry__body", "measure").order_by("pk"):
            self.known.add(assignment.pk)
            self._schedule_outcome(assignment, moment)

    def _schedule_outcome(self, assignment: Assignment, moment: datetime) -> None:
        """Choose the outcome of a task, and schedule its action before or after the due date."""
        entry = assignment.entry
        due = timezone.localtime(entry.due_at).date() if entry.due_at else self.end.date() + timedelta(days=60)
        today, opened = self.end.date(), timezone.localtime(moment).date()
        outcomes = PAST_OUTCOME_WEIGHTS if due < today else FUTURE_OUTCOME_WEIGHTS
        outcome = self._choose_outcome(outcomes)
        if due.year > today.year and outcome in SUBMITTED_OUTCOMES:
            outcome = "at_work"  # an annual report, or the account of a year, is not there before the year is over
        if outcome in UNFINISHED_OUTCOMES:
            if outcome == "owed":
                self.schedule(
                    self._choose_office_hour(min(due + timedelta(days=3), today)),
                    lambda m: self._urge_and_comment(assignment.pk),
                )
            return
        last_day = {"in_time": due, "late": due + timedelta(days=25)}.get(outcome, today)
        first_day = due + timedelta(days=1) if outcome == "late" else opened + timedelta(days=3)
        day = self._choose_day(max(first_day, opened + timedelta(days=1)), min(last_day, today))
        self.schedule(self._choose_office_hour(day), lambda m: self._carry_out_outcome(assignment.pk, outcome, m))

    def _choose_outcome(self, outcomes: tuple[tuple[str, int], ...]) -> str:
        """Choose an outcome by weight, or in turn so that a small city has every outcome."""
        if not self.in_turn:
            return self.chance.choices([name for name, _ in outcomes], [w for _, w in outcomes])[0]
        name = "past" if outcomes is PAST_OUTCOME_WEIGHTS else "ahead"
        order = PAST_OUTCOMES_IN_ORDER if outcomes is PAST_OUTCOME_WEIGHTS else FUTURE_OUTCOMES_IN_ORDER
        self.turn[name] += 1
        return order[(self.turn[name] - 1) % len(order)]

    def _choose_day(self, first: date, last: date) -> date:
        """Return a random day from `first` to `last`, more often a late one."""
        span = max((last - first).days, 0)
        return first + timedelta(days=round(span * self.chance.betavariate(2.2, 1.3)))

    def _choose_office_hour(self, day: date) -> datetime:
        return clock.office_hour(day, self.chance.randrange(470))

    def _get_clerk(self, entry: Entry) -> Actor:
        return self.staff.actor(Role.CLERK, entry.body)

    def _load_entry(self, number: int) -> Entry:
        return Entry.objects.select_related("body", "assignment__measure").get(pk=number)

    def _carry_out_outcome(self, number: int, outcome: str, moment: datetime) -> None:
        """Make a task's unit apply for a change or submit, or cancel the task, and schedule the decision on it."""
        entry = self._load_entry(number)
        if (Role.CLERK, entry.body_id) not in self.staff.actors:
            return
        by = self._get_clerk(entry)
        if outcome in REQUEST_OUTCOMES:
            self._request_change(entry, by, outcome, moment)
            if REQUEST_OUTCOMES[outcome]:
                self.schedule(moment + timedelta(days=2), lambda m: self._grant_request(number))
        elif outcome == "cancelled":
            actions.cancel_assignment(entry, by=self.staff.chief, reason="上级调整任务，本项不再执行。")
        else:
            self._submit_task(entry, by, moment)
            if outcome == "returned":
                self.schedule(moment + timedelta(hours=20), lambda m: self._return_submission(number))
            elif outcome != "waiting":
                self.schedule(
                    moment + timedelta(hours=5 + self.chance.randrange(60)), lambda m: self._accept_submission(number)
                )

    def _request_change(self, entry: Entry, by: Actor, outcome: str, moment: datetime) -> None:
        """Request an exemption, extension, other unit or return, by the chosen outcome."""
        if outcome in {"not_applicable", "asked_na"}:
            actions.request_not_applicable(entry, by=by, reason="本单位不承担该项职能，无此类信息。")
        elif outcome in {"reassigned", "asked_unit"}:
            other = self.staff.bodies["zhengwu" if entry.body.level == BodyLevel.CITY else "qxcaizheng"]
            actions.request_other_unit(entry, by=by, body=other, reason="机构职能调整，该项工作已划转。")
        elif outcome in {"withdrawn", "asked_back"}:
            actions.request_send_back(entry, by=by, reason="牵头单位已统一公开，本单位不再重复公开。")
        else:
            due = timezone.localtime(entry.due_at).date() if entry.due_at else moment.date()
            until = max(due, moment.date()) + timedelta(days=20)
            actions.request_more_time(entry, by=by, until=until, reason="上级统一部署的时间调整，数据尚在汇总。")

    def _submit_task(self, entry: Entry, by: Actor, moment: datetime) -> None:
        """Publish in the measure's column or give a URL, complete the checklist, submit."""
        published = self._publish_item(entry, moment)
        done = {line.duty.pk: line.wanted for line in build_checklist(entry.assignment)}
        urls = [] if published else [self._find_page(entry)]
        if duties := [duty.pk for duty in list_unrecorded_duties(entry.assignment, only_ticked=False)]:
            self._record_channels(entry, by, moment, duties)
            entry = self._load_entry(entry.pk)
        actions.submit_task(entry, by=by, done=done, urls=urls, statement="已按要求完成。")

    def _find_page(self, entry: Entry) -> str:
        """Return the address of a public page in one of the task's columns."""
        return site.find_page_url(
            find_website(entry.assignment.measure.notice.government), entry.body, list(self._iterate_columns(entry))
        )

    def _record_channels(self, entry: Entry, by: Actor, moment: datetime, duties: list[int]) -> None:
        """Record the additional channels of publication."""
        printed = {name for duty in list_channel_duties(entry.assignment) for name in duty.channels}
        meant = next(
            (found for name in printed if len(found := get_channels(name)) == 1),
            {DisclosureChannel.MEDIA.value},
        )
        channel = min(meant)
        name = "村（居）务公开栏" if channel == DisclosureChannel.BOARD else f"{entry.body.label}发布"
        url = self._find_page(entry)
        actions.record_channel_release(
            entry, by=by, channel=channel, name=name, at=moment - timedelta(hours=1), duties=duties, url=url
        )

    def _publish_item(self, entry: Entry, moment: datetime) -> bool:
        """Publish an item on the task's first column, dated some days back; return True if it was published."""
        if not self._has_room(moment):
            return False
        columns = list(self._iterate_columns(entry))
        if not columns:
            return False
        day = timezone.localtime(moment).date() - timedelta(days=self.chance.choice((1, 2, 4, 9, 16, 33)))
        day = max(day, find_first_day(entry.assignment))  # earlier publication does not prove anything for this period
        document = site.publish_item(self.staff, entry.body, columns[:1], day, next(self.serial), moment)
        self.items += document is not None
        return document is not None

    def _has_room(self, moment: datetime) -> bool:
        """Return true if one more item may be created: fewer before the recent weeks, and some left out by chance."""
        recent = moment > self.end - RECENT_PERIOD
        most = self.most_items if recent else self.most_items * 3 // 5
        return self.items < most and (self.in_turn or self.thinning.random() < (0.7 if recent else 0.3))

    def _iterate_columns(self, entry: Entry) -> Iterable[Column]:
        """Yield the existing columns that the task's duties name."""
        measure = entry.assignment.measure
        for duty in measure.duties.all():
            for path in duty.paths:
                column = find_column_of_path(path, find_website(measure.notice.government))
                if column is not None:
                    yield column

    def _iterate_deciders(self, entry: Entry) -> Iterable[Actor]:
        """Yield who may decide on the task: clerk and head of each lead unit, then the chief."""
        for lead in entry.assignment.leads.all():
            for role in (Role.CLERK, Role.LEAD):
                if (role, lead.pk) in self.staff.actors:
                    yield self.staff.actors[role, lead.pk]
        yield self.staff.chief

    def _run_as_first_allowed(self, entry: Entry, act: Callable[[Entry, Actor], None]) -> None:
        """Run the action as the first actor who is not refused; do nothing if all are."""
        for by in self._iterate_deciders(entry):
            try:
                act(entry, by)
                return
            except Refused:
                continue

    def _accept_submission(self, number: int) -> None:
        """Accept the submission with all its evidence."""
        entry = self._load_entry(number)
        opened = list(entry.evidence.filter(withdrawn=False).values_list("pk", flat=True))
        self._run_as_first_allowed(entry, lambda entry, by: actions.accept_submission(entry, by=by, holds=opened))

    def _return_submission(self, number: int) -> None:
        reason = "公开的内容缺少咨询电话，请补充后重新提交。"
        self._run_as_first_allowed(
            self._load_entry(number), lambda entry, by: actions.return_submission(entry, by=by, reason=reason)
        )

    def _grant_request(self, number: int) -> None:
        self._run_as_first_allowed(self._load_entry(number), lambda entry, by: actions.grant_request(entry, by=by))

    def _urge_and_comment(self, number: int) -> None:
        entry = self._load_entry(number)
        urge(entry, by=self.staff.chief, words="请抓紧办理，办理中有困难的请及时说明。")
        comment(self._load_entry(number), by=self.staff.chief, text="已电话联系经办人，答复正在收集材料。")
