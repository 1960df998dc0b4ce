"""The checklist of an assignment: duties, ticks, cycles, and the resulting due date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gongkai.content.publishing.channel_names import get_channels, names_channel
from gongkai.core.ledger.models import EvidenceVerdict
from gongkai.core.widgets.request_cache import ask_once
from gongkai.work.notices.entries.expansion import to_planned_duties
from gongkai.work.notices.models import Assignment, ChannelRecord, Duty, DutyCheck
from gongkai.work.notices.planning.descriptions import describe_rule, make_short_title, remove_paths
from gongkai.work.notices.planning.periods import QUARTER, YEAR, TaskPeriod, find_period, parse_period
from gongkai.work.notices.planning.plan import find_due_date, find_duty_date
from gongkai.work.notices.planning.rules import find_track, is_vague


@dataclass(frozen=True)
class ChecklistLine:
    """A line of the checklist.

    `rule` is its deadline in words, `cycle` the current period of a vague duty (`cycle_words`: for
    readers). It was ticked `count` times of the `wanted` ones.
    """

    duty: Duty
    rule: str
    due: date | None
    cycle: str = ""
    cycle_words: str = ""
    count: int = 0
    wanted: int = 1
    returned: bool = False
    """Its tick belongs to a submission that was returned."""
    begins: date | None = None
    """The first day of a cycle that has not begun."""
    ticked_on: date | None = None
    """The day of the tick."""
    until: date | None = None
    """The last day: `due` or the extended due date."""

    @property
    def text(self) -> str:
        """Return the text of the duty without its disclosure path."""
        return remove_paths(self.duty.text)

    @property
    def ticked(self) -> bool:
        """Return true if the line is done in this cycle and was not returned."""
        return self.count >= self.wanted and not self.returned

    @property
    def late(self) -> bool:
        """Return true if the line was ticked after its own last day."""
        if not self.ticked or self.until is None or self.ticked_on is None:
            return False
        return self.ticked_on > self.until


def is_lookback(assignment: Assignment) -> bool:
    """Return true if this is a look-back (回头看), which has no regular period."""
    return "回头看" in assignment.period


def get_period(assignment: Assignment) -> TaskPeriod:
    """Return the period of an assignment."""
    if is_lookback(assignment):
        return parse_period("year", assignment.period[:4])
    return parse_period(assignment.track, assignment.period)


def find_first_day(assignment: Assignment) -> date:
    """Return the first day from which evidence counts.

    It is the start of the period; for a yearly entry the date of the notice, if earlier.
    """
    first = get_period(assignment).first
    issued = assignment.notice.issued_on
    yearly = assignment.track == YEAR and not is_lookback(assignment)
    return min(first, issued) if yearly and issued else first


def _make_cache_key(assignment: Assignment) -> tuple[int | None, int, str, str]:
    return assignment.pk, assignment.measure_id, assignment.track, assignment.period


def list_duties(assignment: Assignment) -> list[Duty]:
    """Return the duties in the rhythm of an assignment; all for a look-back (回头看)."""
    return list(ask_once(("duties", *_make_cache_key(assignment)), lambda: _load_duties(assignment)))


def _load_duties(assignment: Assignment) -> list[Duty]:
    return _select_duties(assignment, Duty.objects.filter(measure=assignment.measure_id).select_related("awaits"))


def _select_duties(assignment: Assignment, duties: Iterable[Duty]) -> list[Duty]:
    """Return the duties of the assignment's track, all for a look-back."""
    if is_lookback(assignment):
        return list(duties)
    return [duty for duty in duties if find_track(duty.due) == assignment.track]


def build_checklist(assignment: Assignment, today: date | None = None) -> list[ChecklistLine]:
    """Return the lines of the checklist with their ticks, in two queries."""
    day = today or timezone.localdate()
    return list(ask_once(("checklist", *_make_cache_key(assignment), day), lambda: _load_checklist(assignment, day)))


def _load_checklist(assignment: Assignment, day: date) -> list[ChecklistLine]:
    checks = DutyCheck.objects.filter(assignment=assignment)
    return _build_lines(assignment, list_duties(assignment), checks, day)


def _build_lines(
    assignment: Assignment, duties: Iterable[Duty], checks: Iterable[DutyCheck], day: date
) -> list[ChecklistLine]:
    """Return the line of each duty, with its tick of the cycle that contains the day."""
    ticks = {(check.duty_id, check.cycle): check for check in checks}
    return [_build_line(assignment, duty, ticks, day) for duty in duties]


def reset_ticks(assignment: Assignment) -> None:
    """Mark ticks of a returned submission as not done. Call it inside an action."""
    ticks = DutyCheck.objects.filter(assignment=assignment, done=True)
    if assignment.submitted_at:
        ticks = ticks.filter(at__lte=assignment.submitted_at)
    ticks.update(done=False)


def _belongs_to_returned_submission(assignment: Assignment, check: DutyCheck, required_count: int) -> bool:
    """Return true if a tick belongs to a returned submission."""
    handed_in = assignment.submitted_at
    return handed_in is not None and check.at <= handed_in and check.count >= required_count and not check.done


def _build_line(
    assignment: Assignment, duty: Duty, ticks: dict[tuple[int, str], DutyCheck], today: date
) -> ChecklistLine:
    """Return the line of a duty today: its cycle, count and last day."""
    year = int(assignment.period[:4])
    cycle, text, begins = "", "", None
    if is_vague(duty.due):
        running = find_period(duty.cycle or QUARTER, min(max(today, date(year, 1, 1)), date(year, 12, 31)))
        cycle, text = running.label, running.words
        begins = running.first if running.first > today else None
    wanted_count = int(duty.due.get("count") or 1) if duty.due.get("kind") == "times" else 1
    check = ticks.get((duty.pk, cycle))
    due = find_duty_date(to_planned_duties([duty], assignment.notice.issued_on)[0], get_period(assignment), year)
    put_off = assignment.extended_to
    return ChecklistLine(
        duty=duty,
        rule=describe_rule(duty.due),
        due=due,
        cycle=cycle,
        cycle_words=text,
        count=check.count if check else 0,
        wanted=wanted_count,
        returned=check is not None and _belongs_to_returned_submission(assignment, check, wanted_count),
        begins=begins,
        ticked_on=timezone.localdate(check.at) if check else None,
        until=max(due, put_off) if due and put_off else due,
    )


def list_unticked_duties(assignment: Assignment) -> list[Duty]:
    """Return duties not done in the current cycle; cycles that have not begun do not count."""
    return [line.duty for line in build_checklist(assignment) if not (line.ticked or line.begins)]


def list_reasons_unless_cycles_begun(assignment: Assignment) -> list[str]:
    """Return reasons against submitting if all duties are checked in cycles that have not begun."""
    lines = build_checklist(assignment)
    days = [line.begins for line in lines if line.begins]
    if not lines or len(days) < len(lines):
        return []
    return [f"清单都是按期核查的要求，第一期从{min(days)}开始，到时再提交。"]


def find_due_day(assignment: Assignment) -> date:
    """Return the due date that follows from the ticks, not before a granted extension."""
    return _find_due_day(assignment, list_duties(assignment), build_checklist(assignment))


def compute_due_day(assignment: Assignment, duties: Iterable[Duty], checks: Iterable[DutyCheck]) -> date:
    """Return `find_due_day` from duties and ticks that were read before."""
    mine = _select_duties(assignment, duties)
    return _find_due_day(assignment, mine, _build_lines(assignment, mine, checks, timezone.localdate()))


def _find_due_day(assignment: Assignment, duties: Sequence[Duty], lines: Iterable[ChecklistLine]) -> date:
    """Return the due day that its open duties give, or a later extension.

    That of a look-back is ordered with it; only an act that an open duty awaits moves it to a later day.
    """
    done = [line.duty.pk for line in lines if line.ticked]
    planned = to_planned_duties(duties, assignment.notice.issued_on)
    if is_lookback(assignment) and assignment.entry.due_at:
        waiting = [duty for duty in planned if duty.awaited and duty.number not in done]
        days = [find_duty_date(duty, get_period(assignment), assignment.notice.year) for duty in waiting]
        return max([timezone.localdate(assignment.entry.due_at), *(day for day in days if day)])
    day = find_due_date(planned, get_period(assignment), int(assignment.period[:4]), done)
    return max(day, assignment.extended_to) if assignment.extended_to else day


def select_by_channel(duties: Iterable[Duty], channel: str) -> list[Duty]:
    """Return the duties that require a channel."""
    return [duty for duty in duties if names_channel(duty.channels, channel)]


def list_channel_duties(assignment: Assignment) -> list[Duty]:
    """Return the duties of an assignment that require a channel other than the site."""
    duties = list_duties(assignment)
    return [duty for duty in duties if any(get_channels(name) for name in duty.channels)]


def list_channel_records(assignment: Assignment) -> list[ChannelRecord]:
    """Return records that are neither withdrawn nor judged wrong by the lead unit."""
    rows = ChannelRecord.objects.filter(assignment=assignment, evidence__withdrawn=False)
    rows = rows.exclude(evidence__lead=EvidenceVerdict.FAILS).exclude(release__dropped__gt="")
    return list(rows.select_related("evidence").prefetch_related("duties"))


def list_unrecorded_duties(assignment: Assignment, *, only_ticked: bool = True) -> list[Duty]:
    """Return the ticked duties that require a channel and have no record of one; without `only_ticked`, all such
    duties.

    One record is enough for a duty, because 其他渠道 in notices is a list to choose from.
    """
    duties = list_channel_duties(assignment)
    if not duties:
        return []
    existing_ids = {duty.pk for record in list_channel_records(assignment) for duty in record.duties.all()}
    ticked = {line.duty.pk for line in build_checklist(assignment) if line.ticked} if only_ticked else None
    return [duty for duty in duties if duty.pk not in existing_ids and (ticked is None or duty.pk in ticked)]


def list_open_channel_names(assignment: Assignment) -> list[str]:
    """Return the printed names of channels without a record; 其他渠道 accepts any record."""
    recorded: dict[int, set[str]] = {}
    for record in list_channel_records(assignment):
        for duty in record.duties.all():
            recorded.setdefault(duty.pk, set()).add(record.channel)
    names = [
        name
        for duty in list_channel_duties(assignment)
        for name in duty.channels
        if (meant := get_channels(name)) and not meant & recorded.get(duty.pk, set())
    ]
    return list(dict.fromkeys(names))


def list_missing_channel_records(assignment: Assignment) -> list[str]:
    """Return reasons if a ticked duty requires a channel of which no release is recorded."""
    return [
        f"“{make_short_title(duty.text)}”要求同时通过{'、'.join(duty.channels)}公开，还没有发布记录，请先登记。"
        for duty in list_unrecorded_duties(assignment)
    ]
