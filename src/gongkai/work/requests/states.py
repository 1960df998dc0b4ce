"""The states of a request, and the acts that move it between them."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.rules import check_may_work
from gongkai.lib.law.figures import LegalFigure, fill_in_figures
from gongkai.work.requests.rules import (
    EntryPermission,
    list_reasons_unless_applicant_or_staff,
    list_reasons_unless_approver,
    list_reasons_unless_decider,
    list_reasons_unless_fee_clearer,
    list_reasons_unless_preparer,
    list_reasons_unless_proposer,
    list_reasons_unless_secrecy_reviewer,
)


class RequestState:
    """States of a request for information (依申请公开).

    `ABANDONED`: not processed further, for example without correction or payment. `PASSED_ON`: handed to another
    agency or merged into another request.
    """

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


_State = RequestState
STATE_LABELS = {
    _State.OPEN: "办理中",
    _State.CORRECTING: "待申请人补正",
    _State.CONSULTING: "征求意见中",
    _State.UNPAID: "待申请人缴费",
    _State.ANSWERED: "已答复，待送达",
    _State.DELIVERED: "已送达",
    _State.ABANDONED: "不再处理",
    _State.WITHDRAWN: "申请人已撤回",
    _State.PASSED_ON: "已转出或者并入",
    _State.ARCHIVED: "已归档",
}
#: States in which the unit must act.
UNIT_STATES = frozenset({_State.OPEN, _State.CONSULTING})
#: States in which the applicant must act.
APPLICANT_STATES = frozenset({_State.CORRECTING, _State.UNPAID})
OPEN_STATES = UNIT_STATES | APPLICANT_STATES
CLOSED_STATES = frozenset(STATE_LABELS) - OPEN_STATES


@dataclass(frozen=True)
class RequestAct:
    """An action on a request: states, permission, label and legal provision.

    Attributes:
        verb: the action is named `request.<verb>`.
        label: the text of its button.
        group: its heading on the page of a request.
        law: its provision; empty for office work without one.
        text: the content of the provision in a sentence, with the keys of figures of law.
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
    who: EntryPermission

    def describe(self, periods: Iterable[LegalFigure]) -> str:
        """Return the content of the provision, with the periods of a case."""
        return fill_in_figures(self.text, periods)


_ALL_STATES = frozenset(STATE_LABELS)
_ENDED_STATES = frozenset({_State.ANSWERED, _State.DELIVERED, _State.ABANDONED, _State.ARCHIVED})
_ACT_TABLE: tuple[tuple[str, frozenset[str], tuple[str, ...], EntryPermission], ...] = (
    ("propose", UNIT_STATES, (), list_reasons_unless_proposer),
    ("decide", UNIT_STATES, (_State.ANSWERED,), list_reasons_unless_decider),
    ("add_materials", UNIT_STATES, (), list_reasons_unless_preparer),
    ("mask_material", UNIT_STATES, (), list_reasons_unless_preparer),
    ("unmask_material", UNIT_STATES, (), check_may_work),
    ("drop_material", UNIT_STATES, (), check_may_work),
    ("review_secrecy", UNIT_STATES, (), list_reasons_unless_secrecy_reviewer),
    ("ask_correction", frozenset({_State.OPEN}), (_State.CORRECTING, _State.OPEN), check_may_work),
    ("record_notice_service", APPLICANT_STATES, (), check_may_work),
    ("take_correction", OPEN_STATES, (_State.OPEN, _State.CONSULTING, _State.UNPAID), list_reasons_unless_applicant_or_staff),
    ("ask_third_party", UNIT_STATES, (_State.CONSULTING,), check_may_work),
    ("ask_agency", UNIT_STATES, (_State.CONSULTING,), check_may_work),
    ("record_service", frozenset({_State.CONSULTING}), (), check_may_work),
    ("take_opinion", frozenset({_State.CONSULTING}), (_State.CONSULTING, _State.OPEN), list_reasons_unless_applicant_or_staff),
    ("extend", UNIT_STATES, (), list_reasons_unless_approver),
    ("calculate_fee", UNIT_STATES, (), check_may_work),
    ("clear_fee", UNIT_STATES, (), list_reasons_unless_fee_clearer),
    ("notify_fee", UNIT_STATES, (_State.UNPAID, *UNIT_STATES), check_may_work),
    ("take_payment", frozenset({_State.UNPAID, *UNIT_STATES}), (_State.OPEN, _State.CONSULTING), check_may_work),
    ("waive_fee", UNIT_STATES, (), list_reasons_unless_approver),
    ("remit_fee", _ALL_STATES, (), check_may_work),
    ("abandon", APPLICANT_STATES, (_State.ABANDONED,), check_may_work),
    ("record_ended", OPEN_STATES, (_State.ABANDONED,), list_reasons_unless_approver),
    ("withdraw", OPEN_STATES, (_State.WITHDRAWN,), list_reasons_unless_applicant_or_staff),
    ("transfer", frozenset({_State.OPEN}), (_State.PASSED_ON,), check_may_work),
    ("merge", OPEN_STATES, (_State.PASSED_ON,), check_may_work),
    ("unmerge", frozenset({_State.PASSED_ON, _State.ARCHIVED}), (_State.OPEN, _State.CORRECTING, _State.CONSULTING, _State.UNPAID), check_may_work),
    ("split", frozenset({_State.OPEN}), (_State.PASSED_ON,), check_may_work),
    ("deliver", frozenset({_State.ANSWERED}), (_State.DELIVERED,), check_may_work),
    ("give_receipt", OPEN_STATES, (), check_may_work),
    ("supplement", OPEN_STATES, (), list_reasons_unless_applicant_or_staff),
    ("record_contact", _ALL_STATES, (), check_may_work),
    ("set_topic", _ALL_STATES, (), check_may_work),
    ("compile_case", _ENDED_STATES, (), check_may_work),
    ("answer_alike", frozenset({_State.ANSWERED, _State.DELIVERED}), (), list_reasons_unless_decider),
    ("open_to_all", _ENDED_STATES, (), check_may_work),
    ("open_dispute", _ALL_STATES, (), check_may_work),
    ("record_dispute_step", _ALL_STATES, (), check_may_work),
    ("conclude_dispute", _ALL_STATES, (), check_may_work),
    ("withdraw_dispute", _ALL_STATES, (), list_reasons_unless_approver),
    ("reopen", _ENDED_STATES, (_State.OPEN,), check_may_work),
    ("revoke_answer", _ENDED_STATES, (_State.OPEN,), list_reasons_unless_approver),
    ("archive", frozenset({_State.DELIVERED, _State.ABANDONED, _State.WITHDRAWN, _State.PASSED_ON}), (_State.ARCHIVED,), check_may_work),
)  # fmt: skip
_ACT_TEXTS = tomllib.loads(files("gongkai.work.requests").joinpath("data/acts.toml").read_text("utf-8"))
REQUEST_ACTS: dict[str, RequestAct] = {
    verb: RequestAct(verb, **_ACT_TEXTS[verb], sources=sources, to=to, who=who) for verb, sources, to, who in _ACT_TABLE
}
# Headings of acts, in the order of the table.
ACT_GROUPS = tuple(dict.fromkeys(act.group for act in REQUEST_ACTS.values()))
REQUEST_MACHINE = StateMachine(
    labels=STATE_LABELS,
    moves={act.verb: make_move(act.sources, *act.to) for act in REQUEST_ACTS.values()},
    closed=CLOSED_STATES,
)
