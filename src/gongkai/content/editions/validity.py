"""Compute the validity of a document on a day from its state and dates. Pure.

This rule applies outside the policy library, whose rule is in `policies.validity`;
`policies.queries.library` calls the right one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.content.editions.models.editions import Document, ValidityState
from gongkai.core.widgets.query_parameters import parse_day
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.typed_json import read_text

#: Standings that begin on a day; before that day the document was in force.
_DATED_STANDINGS = frozenset({ValidityState.AMENDED, ValidityState.REPEALED, ValidityState.EXPIRED})
#: Validity states whose note quotes the words that end the text without a day.
STATES_WITH_QUOTED_NOTE = frozenset({ValidityState.NOT_YET, ValidityState.OPEN_ENDED})
_ENDED_LABELS = {ValidityState.REPEALED: "已废止", ValidityState.EXPIRED: "已失效"}


@dataclass(frozen=True)
class ValiditySentence:
    """A Chinese sentence on a document's validity; `banner`: it is shown above the text."""

    text: str = ""
    banner: bool = False


@dataclass(frozen=True)
class DatedStanding:
    """The validity data of a document outside the policy library.

    `since` is the day on which `standing` began. `ends_when` are the words that end the document without a day.
    """

    standing: str = ""
    since: date | None = None
    effective_on: date | None = None
    ends_on: date | None = None
    note: str = ""
    ends_when: str = ""


def load_dated_standing(document: Document, facts: Mapping[str, object]) -> DatedStanding:
    """Return the validity data of a document; `facts` are those of its edition."""
    own_words = document.standing in STATES_WITH_QUOTED_NOTE
    return DatedStanding(
        document.standing,
        document.standing_on,
        parse_day(read_text(facts, "effective_on")),
        parse_day(read_text(facts, "ends_on")),
        note="" if own_words else document.standing_note,
        ends_when=document.standing_note if own_words else "",
    )


def get_validity_on(document: DatedStanding, day: date) -> str:
    """Return the validity of a document on a day, or "" if not applicable.

    >>> get_validity_on(DatedStanding("in_force", ends_on=date(2028, 12, 31)), date(2029, 1, 1))
    'expired'
    >>> get_validity_on(DatedStanding("repealed", since=date(2026, 5, 1)), date(2026, 4, 30))
    'in_force'
    """
    changed = document.standing in _DATED_STANDINGS and (document.since is None or document.since <= day)
    if changed and document.standing in _ENDED_LABELS:
        return document.standing
    if document.ends_on and document.ends_on < day:
        return ValidityState.EXPIRED.value
    if document.standing and document.effective_on and document.effective_on > day:
        return ValidityState.NOT_YET.value
    began = document.standing == ValidityState.NOT_YET and document.effective_on is not None
    if began or document.standing == ValidityState.IN_FORCE or (document.standing in _DATED_STANDINGS and not changed):
        open_ended = document.ends_when and document.ends_on is None
        return ValidityState.OPEN_ENDED.value if open_ended else ValidityState.IN_FORCE.value
    return document.standing


def find_validity_start(document: DatedStanding, day: date) -> date | None:
    """Return the day on which the state of a day began, or None if no day is known."""
    state = get_validity_on(document, day)
    if state == ValidityState.EXPIRED and document.ends_on and (document.ends_on < day or document.standing != state):
        return document.ends_on + timedelta(days=1)
    if state in _DATED_STANDINGS:
        return document.since
    return document.effective_on if state != ValidityState.NOT_YET else None


def validity_sentence(document: DatedStanding, day: date) -> ValiditySentence:
    """Return a sentence on the validity of a document on a day, and whether it is shown as a banner.

    >>> validity_sentence(DatedStanding("in_force", effective_on=date(2024, 5, 1)), date(2026, 1, 1)).text
    '现行有效，自2024年5月1日起施行'
    """
    state = get_validity_on(document, day)
    state_words = _get_state_words(document, state)
    tail = f"（{document.note}）" if document.note and state_words else ""
    return ValiditySentence(state_words + tail, banner=bool(state_words) and state != ValidityState.IN_FORCE)


def _get_state_words(document: DatedStanding, state: str) -> str:
    """Return the Chinese words for a document in this state."""
    is_stored_state = document.standing == state  # else the dates decide
    start = f"，自{day_in_words(document.effective_on)}起施行" if document.effective_on else ""
    by_date = document.ends_on is not None and document.since == document.ends_on + timedelta(days=1)
    if state == ValidityState.EXPIRED and document.ends_on and (by_date or not is_stored_state):
        return f"有效期已于{day_in_words(document.ends_on)}届满，仅供查阅"
    if state in _ENDED_LABELS:
        return f"{_ENDED_LABELS[ValidityState(state)]}{_describe_since(document.since)}，仅供查阅"
    text = f"，原文写明“{document.ends_when}”" if document.ends_when else ""
    if state == ValidityState.NOT_YET:
        return f"尚未施行{start}{text}"
    if state == ValidityState.AMENDED:
        return f"已被修改{_describe_since(document.since)}，请以修改后的内容为准"
    if state == ValidityState.OPEN_ENDED:
        return f"{ValidityState.OPEN_ENDED.label}{start}{text}"
    end = f"，有效期至{day_in_words(document.ends_on)}" if document.ends_on else ""
    return f"现行有效{start}{end}" if state else ""


def _describe_since(day: date | None) -> str:
    return f"（自{day_in_words(day)}起）" if day else ""
