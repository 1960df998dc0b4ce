"""Compute the validity of a document on a day from its dates and decisions.

Source: 规章制定程序条例 第三十二条 (a rule takes effect on its own date, generally 30 days after publication).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from gongkai.content.editions.models.editions import ValidityState
from gongkai.lib.chinese.days import day_in_words

EARLIEST_DATE, LATEST_DATE = date.min, date.max
ONE_DAY = timedelta(days=1)
#: States in which a document may be applied; an amended one is in force as amended.
VALID_STANDINGS = frozenset({ValidityState.IN_FORCE, ValidityState.OPEN_ENDED, ValidityState.AMENDED})
#: Final states.
ENDED_STANDINGS = frozenset({ValidityState.REPEALED, ValidityState.EXPIRED})


class DecisionKind(TextChoices):
    """Decisions that change the validity or text of a policy document.

    `UPDATE`: the text is replaced by the amended one. `EXPIRE`: declared no longer valid.
    """

    AMEND = "amend", "修改"
    UPDATE = "update", "更新为修改后的文本"
    REPEAL = "repeal", "废止"
    EXPIRE = "expire", "宣布失效"
    EXTEND = "extend", "延长有效期"


#: Decisions that end a document's validity.
ENDING_KINDS = (DecisionKind.REPEAL, DecisionKind.EXPIRE)


@dataclass(frozen=True)
class DatedDecision:
    """A decision on a document with its day.

    `what` is its kind, `on` its first day; `until` is the new last day of an extension (None:
    unlimited); `by` names the document that made it.
    """

    what: str
    on: date
    until: date | None = None
    by: str = ""


@dataclass(frozen=True)
class ValidityFacts:
    """The dates (inclusive; None: unlimited) and decisions that determine a document's validity.

    `ends_when` are the words that end the text without a day; such a text is not shown as in force.
    `begins_stated` is false if `begins` is only the day on which the document was made.
    """

    begins: date | None = None
    ends: date | None = None
    decisions: tuple[DatedDecision, ...] = ()
    ends_when: str = ""
    begins_stated: bool = True


@dataclass(frozen=True)
class ValidityPeriod:
    """A period of constant validity, both ends included, with its cause (None: the document's own dates)."""

    state: ValidityState
    since: date
    until: date
    cause: DatedDecision | None = None


def list_periods(life: ValidityFacts) -> list[ValidityPeriod]:
    """Return the periods of a document's validity, without gap or overlap, oldest first.

    Before its first day it is 尚未施行, after its last day 已失效. 修改 makes it 已修改 until the amended text
    is published (更新). 废止 and 宣布失效 end it from their day on; decisions after its end change nothing.
    An extension counts if it took effect no later than the last day before it.
    """
    marks, end, cause = _apply_decisions(life)
    begins = life.begins or EARLIEST_DATE
    points = [(begins, _get_living_state(life), None), *((max(on, begins), state, by) for on, state, by in marks)]
    periods = [ValidityPeriod(ValidityState.NOT_YET, EARLIEST_DATE, begins - ONE_DAY)] if begins > EARLIEST_DATE else []
    for place, (since, state, by) in enumerate(points):
        following = points[place + 1][0] if place + 1 < len(points) else None
        if following is None:
            periods.append(ValidityPeriod(state, since, LATEST_DATE, by))
        elif following > since:
            periods.append(ValidityPeriod(state, since, following - ONE_DAY, by))
    if end is None:
        return periods
    kept = [_cut_period(stretch, end) for stretch in periods if stretch.since < end]
    state = ValidityState.REPEALED if cause and cause.what == DecisionKind.REPEAL else ValidityState.EXPIRED
    return [*kept, ValidityPeriod(state, end, LATEST_DATE, cause)]


def _cut_period(period: ValidityPeriod, end: date) -> ValidityPeriod:
    """Return a period that ends at the latest on the day before `end`."""
    return ValidityPeriod(period.state, period.since, min(period.until, end - ONE_DAY), period.cause)


def _apply_decisions(
    life: ValidityFacts,
) -> tuple[list[tuple[date, ValidityState, DatedDecision | None]], date | None, DatedDecision | None]:
    """Return (changes of state by day, first day after the end or None, ending decision or None)."""
    ends = life.ends
    marks: list[tuple[date, ValidityState, DatedDecision | None]] = []
    for decided in sort_decisions(life.decisions):
        if ends is not None and ends < decided.on:
            break
        if decided.what in ENDING_KINDS:
            return marks, decided.on, decided
        if decided.what == DecisionKind.EXTEND:
            ends = decided.until
        else:
            state = ValidityState.AMENDED if decided.what == DecisionKind.AMEND else _get_living_state(life)
            marks.append((decided.on, state, decided))
    return marks, (None if ends is None or ends == LATEST_DATE else ends + ONE_DAY), None


def sort_decisions(decisions: Iterable[DatedDecision]) -> list[DatedDecision]:
    """Return decisions by day; those of one day in the order in which they were made."""
    return sorted(decisions, key=lambda one: one.on)


def get_period(life: ValidityFacts, day: date) -> ValidityPeriod:
    """Return the period that contains a day."""
    return next(stretch for stretch in list_periods(life) if stretch.since <= day <= stretch.until)


def find_known_beginning(life: ValidityFacts, now: ValidityPeriod) -> date | None:
    """Return the day on which a period of validity began; None if no text or decision states it."""
    is_assumed = now.cause is None and now.since == life.begins and not life.begins_stated
    return None if is_assumed or now.since == EARLIEST_DATE else now.since


def get_last_day(life: ValidityFacts) -> date | None:
    """Return the last day of validity after extensions; None if unlimited."""
    ends = life.ends
    for decided in sort_decisions(life.decisions):
        if ends is not None and ends < decided.on:
            break
        if decided.what == DecisionKind.EXTEND:
            ends = decided.until
    return ends


def describe_validity(life: ValidityFacts, day: date) -> str:
    """Return a document's validity on a day as a sentence without a full stop.

    >>> describe_validity(ValidityFacts(date(2024, 5, 1), date(2029, 4, 30)), date(2026, 1, 1))
    '现行有效，自2024年5月1日起施行，有效期至2029年4月30日'
    """
    now = get_period(life, day)
    ends = get_last_day(life)
    start = f"，自{day_in_words(life.begins)}起施行" if life.begins and life.begins_stated else ""
    limit = f"，有效期至{day_in_words(ends)}" if ends else ""
    if life.ends_when and not ends:
        limit = f"，原文写明“{life.ends_when}”"
    if now.state == ValidityState.EXPIRED:
        return _describe_expiry(now) + "，仅供查阅"
    if now.state == ValidityState.REPEALED:
        return f"已废止，自{day_in_words(now.since)}起废止{_describe_cause(now.cause, '废止')}，仅供查阅"
    if now.state == ValidityState.NOT_YET:
        return f"尚未施行{start}{limit}"
    if now.state == ValidityState.AMENDED:
        return f"已修改{start}，{day_in_words(now.since)}起修改{_describe_cause(now.cause, '修改')}，请以修改后的内容为准{limit}"
    updated = "，文本已按修改决定更新" if now.cause else ""
    return f"{now.state.label}{start}{updated}{limit}"


def _get_living_state(life: ValidityFacts) -> ValidityState:
    """Return the state of a document that began and has not ended."""
    return ValidityState.OPEN_ENDED if life.ends_when and get_last_day(life) is None else ValidityState.IN_FORCE


def _describe_expiry(now: ValidityPeriod) -> str:
    """Return the sentence that a document has expired, by decision or by its term."""
    if now.cause:
        return f"已失效，自{day_in_words(now.since)}起失效{_describe_cause(now.cause, '宣布失效')}"
    return f"已失效，有效期已于{day_in_words(now.since - ONE_DAY)}届满"


def _describe_cause(cause: DatedDecision | None, verb: str) -> str:
    """Return the document that caused a state, as a Chinese remark (被某文件废止)."""
    return f"（被{cause.by}{verb}）" if cause and cause.by else ""
