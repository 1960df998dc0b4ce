"""The states of a request and the closed table of acts that move it between them."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from gongkai.core.acts.machine import Machine, move
from gongkai.core.ledger.rules import work
from gongkai.lib.law.figures import with_figures
from gongkai.work.requests.rules import (
    Who,
    applicant_or_staff,
    approves,
    asked_or_staff,
    clears,
    decides,
    reviews_secrecy,
)


class State:
    """States of a request."""

    OPEN = "open"
    CORRECTING = "correcting"
    CONSULTING = "consulting"
    UNPAID = "unpaid"
    ANSWERED = "answered"
    DELIVERED = "delivered"
    ABANDONED = "abandoned"
    WITHDRAWN = "withdrawn"
    PASSED_ON = "passed_on"
    ARCHIVED = "archived"


_S = State
LABELS = {
    _S.OPEN: "办理中",
    _S.CORRECTING: "待申请人补正",
    _S.CONSULTING: "征求意见中",
    _S.UNPAID: "待申请人缴费",
    _S.ANSWERED: "已答复，待送达",
    _S.DELIVERED: "已送达",
    _S.ABANDONED: "不再处理",
    _S.WITHDRAWN: "申请人已撤回",
    _S.PASSED_ON: "已转出或者并入",
    _S.ARCHIVED: "已归档",
}
# States in which the unit (`RUNNING`) or the applicant (`WAITING`) has to act.
RUNNING = frozenset({_S.OPEN, _S.CONSULTING})
WAITING = frozenset({_S.CORRECTING, _S.UNPAID})
OPEN_STATES = RUNNING | WAITING
CLOSED = frozenset(LABELS) - OPEN_STATES


@dataclass(frozen=True)
class Act:
    """An act on a request.

    Attributes:
        verb: the action is named `request.<verb>`.
        label: the text of its button.
        group: its heading on the page of a request.
        law: its provision; empty for office work without one.
        text: the content of the provision in a sentence.
        sources: the states in which it is possible.
        to: the states it may lead to; empty if the state does not change.
        who: the permission, which returns reasons against it.
    """

    verb: str
    label: str
    group: str
    law: str
    text: str
    sources: frozenset[str]
    to: tuple[str, ...]
    who: Who


_ALL = frozenset(LABELS)
_DONE = frozenset({_S.ANSWERED, _S.DELIVERED, _S.ABANDONED, _S.ARCHIVED})
_TABLE: tuple[tuple[str, frozenset[str], tuple[str, ...], Who], ...] = (
    ("propose", RUNNING, (), work),
    ("decide", RUNNING, (_S.ANSWERED,), decides),
    ("add_materials", RUNNING, (), work),
    ("mask_material", RUNNING, (), work),
    ("unmask_material", RUNNING, (), work),
    ("drop_material", RUNNING, (), work),
    ("review_secrecy", RUNNING, (), reviews_secrecy),
    ("ask_correction", frozenset({_S.OPEN}), (_S.CORRECTING, _S.OPEN), work),
    ("record_notice_service", WAITING, (), work),
    ("take_correction", OPEN_STATES, (_S.OPEN, _S.CONSULTING, _S.UNPAID), applicant_or_staff),
    ("ask_third_party", RUNNING, (_S.CONSULTING,), work),
    ("ask_agency", RUNNING, (_S.CONSULTING,), work),
    ("record_service", frozenset({_S.CONSULTING}), (), work),
    ("take_opinion", frozenset({_S.CONSULTING}), (_S.CONSULTING, _S.OPEN), asked_or_staff),
    ("extend", RUNNING, (), approves),
    ("calculate_fee", RUNNING, (), work),
    ("clear_fee", RUNNING, (), clears),
    ("notify_fee", RUNNING, (_S.UNPAID, *RUNNING), work),
    ("take_payment", frozenset({_S.UNPAID, *RUNNING}), (_S.OPEN, _S.CONSULTING), work),
    ("waive_fee", RUNNING, (), approves),
    ("remit_fee", _ALL, (), work),
    ("abandon", WAITING, (_S.ABANDONED,), work),
    ("record_ended", OPEN_STATES, (_S.ABANDONED,), approves),
    ("withdraw", OPEN_STATES, (_S.WITHDRAWN,), applicant_or_staff),
    ("transfer", frozenset({_S.OPEN}), (_S.PASSED_ON,), work),
    ("merge", OPEN_STATES, (_S.PASSED_ON,), work),
    ("unmerge", frozenset({_S.PASSED_ON, _S.ARCHIVED}), (_S.OPEN, _S.CORRECTING, _S.CONSULTING, _S.UNPAID), work),
    ("split", frozenset({_S.OPEN}), (_S.PASSED_ON,), work),
    ("deliver", frozenset({_S.ANSWERED}), (_S.DELIVERED,), work),
    ("give_receipt", OPEN_STATES, (), work),
    ("supplement", OPEN_STATES, (), applicant_or_staff),
    ("record_contact", _ALL, (), work),
    ("set_topic", _ALL, (), work),
    ("compile_case", _DONE, (), work),
    ("answer_alike", frozenset({_S.ANSWERED, _S.DELIVERED}), (), decides),
    ("open_to_all", _DONE, (), work),
    ("open_dispute", _ALL, (), work),
    ("record_dispute_step", _ALL, (), work),
    ("conclude_dispute", _ALL, (), work),
    ("withdraw_dispute", _ALL, (), approves),
    ("reopen", _DONE, (_S.OPEN,), work),
    ("revoke_answer", _DONE, (_S.OPEN,), approves),
    ("archive", frozenset({_S.DELIVERED, _S.ABANDONED, _S.WITHDRAWN, _S.PASSED_ON}), (_S.ARCHIVED,), work),
)  # fmt: skip
_WORDS = tomllib.loads(files("gongkai.work.requests").joinpath("data/acts.toml").read_text("utf-8"))
ACTS: dict[str, Act] = {
    verb: Act(
        verb,
        **{**_WORDS[verb], "text": with_figures(_WORDS[verb]["text"])},
        sources=sources,
        to=to,
        who=who,
    )
    for verb, sources, to, who in _TABLE
}
# Headings of acts, in the order of the table.
GROUPS = tuple(dict.fromkeys(act.group for act in ACTS.values()))
REQUEST = Machine(
    labels=LABELS, moves={act.verb: move(act.sources, *act.to) for act in ACTS.values()}, closed=CLOSED
)
