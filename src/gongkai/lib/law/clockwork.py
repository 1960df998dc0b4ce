"""The state machine of `due_dates.compute_due`: it processes events one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.lib.chinese.days import as_day, day_in_words, end_of_day
from gongkai.lib.law import explain
from gongkai.lib.law.calendar import Calendar
from gongkai.lib.law.errors import LawError
from gongkai.lib.law.records import ClockStatus, Deadline, Event, ExplanationStep, Irregularity
from gongkai.lib.law.rules import ClockExtension, ClockStop, RuleSet
from gongkai.lib.law.values import PeriodUnit, compute_period_end, find_period_unit

_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class _OpenStop:
    """A stop of the clock that is running since `on`; `counted`: the day from which its own `limit` (working days)
    runs; `lawful`: it began in time by the law known then.
    """

    stop: ClockStop
    on: date
    limit: int | None
    counted: date
    lawful: bool = False


class ClockState:
    """State of the computation of one deadline, which takes the events of a case in order of date."""

    def __init__(self, rules: RuleSet, calendar: Calendar, today: date) -> None:
        self.rules, self.calendar = rules, calendar
        self.period_unit: PeriodUnit = find_period_unit(rules.unit, calendar)
        self.limit_unit: PeriodUnit = (
            self.period_unit if rules.unit == "working_day" else find_period_unit("working_day", calendar)
        )
        self.today = self.period_unit.read(today)
        self.began = self.base = self.today
        self.count = self.extra = 0
        self.until: date | None = None
        self.gaps: list[tuple[date, date]] = []
        self.open: dict[str, _OpenStop] = {}
        #: The days on which the notices of a stop were received, by its key, as far as they are behind today.
        self.received: dict[str, list[date]] = {}
        #: The days on which each stop began, in the same way.
        self.begins: dict[str, list[date]] = {}
        self.lapsed: set[str] = set()
        self.seen: set[str] = set()
        #: The provision under which it counts as given up; none: it does not.
        self.abandoned: str | None = None
        self.closed: date | None = None
        self.closed_by = rules.close_text
        #: Years without a calendar that the answer rests on.
        self.unknown: set[int] = set()
        self.irregular: list[Irregularity] = []
        self.steps: list[ExplanationStep] = []

    # -- events -------------------------------------------------------------------------------------------------

    def record_receipts(self, received_events: Iterable[tuple[date, Event]]) -> None:
        """Record on which days notices of stops were received and stops began, as periods run from them."""
        for on, event in received_events:
            role, stop = self.rules.roles.get(event.kind, ("", None))
            if stop is not None and on <= self.today and role in {"served", "begin"}:
                kept = self.received if role == "served" else self.begins
                kept.setdefault(stop.key, []).append(on)

    def start(self, on: date, event: Event) -> None:
        """Set the first day of the clock."""
        rules = self.rules
        self.began = self.base = on
        if rules.ordered:
            self.until = as_day(event.until) if event.until else None
            text = (
                f"{rules.start_text}，要求于{day_in_words(self.until)}前（含当日）完成。"
                if self.until
                else f"{rules.start_text}，没有规定完成日期。"
            )
        else:
            assert rules.period is not None
            self._refuse_date(event)
            self.count = self._require_value(event, rules.own_period) or rules.period.count
            text = f"{rules.start_text}，期限{explain.explain_period(rules, self.count)}，{explain.PERIOD_START_WORDS[rules.unit]}。"
        self._add_step(on, rules.start_rule, text)

    def process(self, on: date, event: Event) -> None:
        """Process one event (LawError: unknown to the rules or with an invalid value)."""
        role, stop = self.rules.roles.get(event.kind, ("", None))
        if not role:
            raise LawError(f"{self.rules.name}没有这一种事项：{event.kind}")
        extend = self.rules.extend if role == "extend" else None
        takes_value = (role == "begin" and stop is not None and stop.value_limit) or bool(extend and extend.figure)
        value = self._require_value(event, takes_value)
        if not (extend and extend.ordered) and role != "order":
            self._refuse_date(event)
        if on < self.began:
            return self._note_fault(on, event, f"早于{self.rules.start_text}之日（{day_in_words(self.began)}）")
        if on > self.today:
            return self._note_fault(on, event, f"晚于今天（{day_in_words(self.today)}）")
        if role == "reopen":
            return self._reopen(on, event)
        if self.closed is not None:
            return self._note_fault(on, event, f"{day_in_words(self.closed)}已经{self.closed_by}，其后不应再有其他事项")
        self._end_lapsed_stops(on)
        if role in {"close", "finish"}:
            self._close(on, event)
        elif extend is not None:
            self._extend(on, event, extend, value)
        elif role == "order":
            self._set_ordered_date(on, event)
        elif stop is not None:
            self._apply_stop_event(role, on, event, stop, value)

    def _apply_stop_event(self, role: str, on: date, event: Event, stop: ClockStop, value: int | None) -> None:
        """Apply an event of a stop by its role: the stop begins, its paper is served, or it ends."""
        if stop.unknown:
            self._note_fault(on, event, stop.unknown)
        elif role == "begin":
            self._begin_stop(on, event, stop, value)
        elif role == "served":
            self._serve_stop(on, event, stop)
        else:
            self._end_stop(on, event, stop)

    def _begin_stop(self, on: date, event: Event, stop: ClockStop, value: int | None) -> None:
        """Begin a stop of the clock, unless the rules refuse it."""
        if stop.once and stop.key in self.seen:
            return self._note_fault(on, event, f"{stop.begin_text}只能有一次")
        if stop.key in self.open and not stop.renew:
            return self._note_fault(on, event, f"{stop.not_ended('尚未')}，不应再次{stop.begin_text}")
        if stop.within and self._is_past(self.began, stop.within.count, on):
            return self._note_fault(on, event, f"已超过{self.rules.start_text}之日起{stop.within.words}")
        if stop.not_late and self._is_late(on, event):
            return self._note_fault(on, event, "已超过届满之日")
        self.seen.add(stop.key)
        self.lapsed.discard(stop.key)
        limit = value if stop.value_limit else stop.limit.count if stop.limit else None
        lawful = (as_day(on), event.kind) in self.rules.lawful_acts
        since = self.open[stop.key].on if stop.key in self.open else on  # a renewed stop lasts since it first began
        self.open[stop.key] = _OpenStop(stop, since, limit, self._find_stop_count_start(stop, on), lawful)
        self._add_step(on, stop.rule, explain.explain_begun_stop(stop, value, late=self._was_late()))

    def _find_stop_count_start(self, stop: ClockStop, on: date) -> date:
        """Return the day from which a stop's limit runs: receipt of its notice or `on`."""
        received = [day for day in self.received.get(stop.key, ()) if day >= on]
        if not stop.each_served:
            return next(iter(received), on)
        next_begin = min((day for day in self.begins.get(stop.key, ()) if day > on), default=date.max)
        return max((day for day in received if day < next_begin), default=on)

    def _serve_stop(self, on: date, event: Event, stop: ClockStop) -> None:
        """Record that the paper of a running stop was served, or an irregularity if none runs."""
        began = self.open.get(stop.key)
        if began is None or (began.counted != on and not stop.each_served):
            return self._note_fault(on, event, f"此前没有{stop.begin_text}，或者已经{stop.end_text}")
        days = f"，{began.limit}个工作日自次一工作日起算" if began.limit and began.counted == on else ""
        return self._add_step(on, stop.rule, f"{stop.served_text}{days}。")

    def _end_stop(self, on: date, event: Event, stop: ClockStop) -> None:
        """End a stop: restart, continue, or exclude its days, as the rule's `at_end` states."""
        began = self.open.pop(stop.key, None)
        if began is None:
            if stop.key not in self.lapsed:
                return self._note_fault(on, event, f"此前没有{stop.begin_text}，或者已经{stop.end_text}")
            self.lapsed.discard(stop.key)
            effect = "申请已视为放弃" if stop.at_limit == "abandon" else "停止计算已经结束，期限不变"
            return self._add_step(on, stop.rule, f"{stop.end_text}，已经逾期，{effect}。")
        if stop.at_end == "restart":
            self.base = on
            return self._add_step(
                on, stop.rule, f"{stop.end_text}，期限重新起算，{explain.PERIOD_START_WORDS[self.rules.unit]}。"
            )
        if stop.at_end == "keep":
            return self._add_step(on, stop.rule, f"{stop.end_text}，恢复计时，期限不变。")
        self.gaps.append((began.on, on))
        gap = f"自{day_in_words(began.on)}次日至当日的时间不计入期限" if on > began.on else "期限不变"
        return self._add_step(on, stop.rule, f"{stop.end_text}，{gap}。")

    def _set_ordered_date(self, on: date, event: Event) -> None:
        """Set, change or lift the date by which completion was ordered (交办、承诺)."""
        order = self.rules.orders[event.kind]
        self.until = as_day(event.until) if event.until else None
        named = f"{order.text}{day_in_words(self.until)}" if self.until else f"{order.label}：不再规定完成日期"
        self._add_step(on, order.rule, f"{named}。")

    def _reopen(self, on: date, event: Event) -> None:
        """Reopen a closed or abandoned case; some reasons restart the period."""
        reopening = self.rules.reopens[event.kind]
        if self.closed is None and self.abandoned is None:
            return self._note_fault(on, event, "尚未办结，不需要重新打开")
        if self.closed is not None and on < self.closed:
            return self._note_fault(on, event, f"早于{self.rules.close_text}之日（{day_in_words(self.closed)}）")
        self.closed = self.abandoned = None
        text = f"{reopening.text}，继续计时"
        if reopening.restart:
            self.base, self.gaps, self.extra = on, [], 0
            self.open.clear()
            text = f"{reopening.text}，期限重新起算，{explain.PERIOD_START_WORDS[self.rules.unit]}"
        self._add_step(on, reopening.rule, f"{text}。")

    def _extend(self, on: date, event: Event, extend: ClockExtension, value: int | None) -> None:
        """Extend the period: to the date in the event if dates are ordered, else by units up to the legal maximum."""
        if extend.ordered:
            if event.until is None:
                raise LawError(f"{self.rules.label(event.kind)}（{event.kind}）须写明完成日期")
            self.until = as_day(event.until)
            return self._add_step(on, extend.rule, f"同意延期至{day_in_words(self.until)}。")
        assert extend.figure is not None
        added = extend.figure.count if value is None else value
        if self.extra + added > extend.figure.count:
            return self._note_fault(on, event, f"延长期限累计不得超过{extend.figure.words}")
        if self._is_late(on, event):
            return self._note_fault(on, event, "已超过届满之日，不能延长")
        self.extra += added
        return self._add_step(on, extend.rule, f"延长期限{extend.figure.in_units(added)}。")

    def _close(self, on: date, event: Event) -> None:
        """Close the case and note an irregularity if it came before a minimum period was over."""
        finish = self.rules.finishes.get(event.kind)
        self.closed, self.closed_by = on, finish.text if finish else self.rules.close_text
        self.open = {key: began for key, began in self.open.items() if began.stop.at_end != "keep"}
        rule = self.rules.rule
        if finish:  # a request that counts as given up ends by that rule
            rule = finish.rule if self.abandoned is None else self.abandoned
        self._add_step(on, rule, f"{self.closed_by}。")
        if self.rules.minimum and on < self._compute_due():
            text = f"{self.rules.close_text}（{day_in_words(on)}）不合规定：期限{explain.explain_period(self.rules, self.count)}"
            self.irregular.append(Irregularity(on, event.kind, text))
            self._add_step(on, self.rules.rule, f"{text}。")

    # -- the clock ----------------------------------------------------------------------------------------------

    def _end_lapsed_stops(self, at: date) -> None:
        """End the stops whose own limit has passed at a day; by some of these the case counts as given up."""
        for key, began in list(self.open.items()):
            if began.limit is None or not self._is_past(began.counted, began.limit, at):
                continue
            del self.open[key]
            self.lapsed.add(key)
            end = self.limit_unit.add(began.counted, began.limit)
            if began.stop.at_limit == "abandon":
                self.abandoned = began.stop.rule
            else:
                self.gaps.append((began.on, end))
            unserved = began.stop.at_limit == "abandon" and bool(began.stop.served) and not self.received.get(key)
            self._add_step(
                end, began.stop.rule, explain.explain_lapsed_stop(began.stop, end, began.limit, unserved=unserved)
            )

    def _compute_due_before_shift(self) -> date:
        """Return the ordered date, or the end of the counted period."""
        if self.until is not None:
            return self.until
        return compute_period_end(self.rules.unit, self.period_unit, self.base, self.count + self.extra, self.gaps)

    def _compute_due(self) -> date:
        """Return the due day, not before the earliest day that the rules set (hours: before the end of that day)."""
        end, floor = self._compute_due_on_workday(), self.rules.not_before
        if floor is None or as_day(end) >= floor:
            return end
        if self.rules.unit == "hour":
            return end_of_day(floor)
        return self.calendar.on_or_after(floor) if self.rules.roll else floor

    def _compute_due_on_workday(self) -> date:
        """Return the due date, moved to a workday where the rule says so."""
        end = self._compute_due_before_shift()
        rolls = self.rules.roll and self.rules.unit in {"day", "month"}
        return self.calendar.on_or_after(end) if rolls else end

    def _is_late(self, on: date, event: Event) -> bool:
        """Return true if an act is later than the end, and no lawful stop is running."""
        if (self.rules.ordered and self.until is None) or (as_day(on), event.kind) in self.rules.lawful_acts:
            return False
        return (not self.open or self._was_late()) and self.abandoned is None and on > self._compute_due()

    def _was_late(self) -> bool:
        """Return whether the term had already ended when the first stop began."""
        if self.rules.minimum or (self.rules.ordered and self.until is None):
            return False
        if not self.open or any(one.lawful or one.stop.at_end == "restart" for one in self.open.values()):
            return False
        return min(one.on for one in self.open.values()) > self._compute_due()

    def _is_past(self, base: date, count: int, at: date) -> bool:
        """Return true if `count` days after `base` are over at `at`; note days whose holidays are not announced."""
        if at <= base:
            return False
        past = self.limit_unit.past(base, count, at)
        self._note_provisional_days(base, self.limit_unit.add(base, count) if past else at - _ONE_DAY)
        return past

    def _note_provisional_days(self, after: date, upto: date) -> None:
        """Note the days in the period whose holidays are not announced yet."""
        if upto > after:
            self.unknown |= self.calendar.list_unknown_years(after + _ONE_DAY, upto)

    # -- the answer ---------------------------------------------------------------------------------------------

    def finish(self) -> Deadline:
        """Return the deadline as of today."""
        if self.closed is None:
            self._end_lapsed_stops(self.today)
        if self.abandoned is not None:
            return self._make_deadline(None, ClockStatus.ABANDONED)
        if self.closed is None:
            for began in self.open.values():
                self._explain_open_stop(began)
        if self.open and not self._was_late():
            return self._make_paused_deadline()
        if self.rules.ordered and self.until is None:
            return self._make_deadline(None, ClockStatus.RUNNING if self.closed is None else ClockStatus.CLOSED_IN_TIME)
        end = self._compute_due()
        self._explain_due(end)
        return self._make_deadline(end, self._compute_status(end))

    def _make_paused_deadline(self) -> Deadline:
        """Return the deadline while a stop is open: without a date if the stop will move it."""
        if self.closed is not None:
            return self._make_deadline(None, ClockStatus.CLOSED_IN_TIME)
        moves = any(open_stop.stop.at_end != "keep" for open_stop in self.open.values())
        if moves or (self.rules.ordered and self.until is None):
            return self._make_deadline(None, ClockStatus.PAUSED)
        end = self._compute_due()
        self._explain_due(end)
        return self._make_deadline(end, ClockStatus.PAUSED)

    def _compute_status(self, end: date) -> ClockStatus:
        if self.closed is None:
            return ClockStatus.OVERDUE if self.today > end and not self.rules.minimum else ClockStatus.RUNNING
        if self.rules.minimum:
            return ClockStatus.CLOSED_EARLY if self.closed < end else ClockStatus.CLOSED_IN_TIME
        return ClockStatus.CLOSED_LATE if self.closed > end else ClockStatus.CLOSED_IN_TIME

    def _make_deadline(self, end: date | None, status: ClockStatus) -> Deadline:
        if self.unknown:
            self._add_step(end or self.today, self.rules.rule, explain.explain_provisional(self.unknown))
        return Deadline(end, status, bool(self.unknown), tuple(self.irregular), tuple(self.steps), self.base)

    def _explain_open_stop(self, began: _OpenStop) -> None:
        """Add a line on an open stop and the day on which it would lapse."""
        if began.limit is None:
            return
        end = self.limit_unit.add(began.counted, began.limit)
        # That the clock stands still rests on no day to come: without its notice the day is not named.
        is_covered = self.calendar.covers(began.counted + _ONE_DAY, end)
        text = explain.explain_open_stop(began.stop, end if is_covered else None, began.limit)
        self._add_step(end if is_covered else began.on, began.stop.rule, text)

    def _explain_due(self, end: date) -> None:
        """Add the line that explains the due date."""
        rules = self.rules
        if self.until is not None:
            text = explain.explain_ordered_date(end, self.calendar)
        elif rules.not_before and end != self._compute_due_on_workday():
            if rules.roll and rules.unit != "hour":
                self._note_provisional_days(rules.not_before - _ONE_DAY, end)
            text = explain.explain_not_before(rules.not_before, as_day(end))
        elif rules.unit == "working_day":
            self._note_provisional_days(self.base, end)
            left_out = any(upto > self.base for _, upto in self.gaps)
            text = explain.explain_working_days(self.base, end, self.calendar, left_out=left_out)
        else:
            raw = self._compute_due_before_shift()
            if rules.roll and rules.unit != "hour":
                self._note_provisional_days(raw - _ONE_DAY, end)
            text = explain.explain_period_end(rules, raw, end)
            if rules.unit == "month":
                return self._add_step(end, f"{rules.rule}、{explain.get_month_end_rule(as_day(self.began))}", text)
        return self._add_step(end, rules.rule, text)

    # -- small helpers ------------------------------------------------------------------------------------------

    def _add_step(self, on: date, rule: str, text: str) -> None:
        self.steps.append(ExplanationStep(on, rule, text))

    def _note_fault(self, on: date, event: Event, reason: str) -> None:
        """Note an irregularity, which does not change the term."""
        text = f"{self.rules.label(event.kind)}（{day_in_words(on)}）不合规定：{reason}"
        self.irregular.append(Irregularity(on, event.kind, text))
        role, stop = self.rules.roles[event.kind]
        source = stop or (self.rules.extend if role == "extend" else None) or self.rules
        self._add_step(on, source.rule, f"{text}，不影响期限。")

    def _require_value(self, event: Event, allowed: bool) -> int | None:
        """Return the event's value; LawError if it is not allowed or less than 1."""
        if event.value is not None and not allowed:
            raise LawError(f"{self.rules.label(event.kind)}（{event.kind}）不带数值")
        if event.value is not None and event.value < 1:
            raise LawError(f"{self.rules.label(event.kind)}（{event.kind}）的数值应不小于1：{event.value}")
        return event.value

    def _refuse_date(self, event: Event) -> None:
        """Raise LawError if an event has a completion date."""
        if event.until is not None:
            raise LawError(f"{self.rules.label(event.kind)}（{event.kind}）不带完成日期")
