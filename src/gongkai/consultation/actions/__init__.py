"""Everything that changes state in this room."""

from gongkai.consultation.actions.answering import (
    answer,
    answer_at_once,
    ask_joint,
    call_back,
    contribute,
    draft,
    rate,
    reopen,
    send_back,
)
from gongkai.consultation.actions.base import (
    check,
    confirm,
    release,
    retire,
    return_answer,
    revise,
    submit,
    write,
)
from gongkai.consultation.actions.exchange import close_client, open_client, renew_token, take_order
from gongkai.consultation.actions.firms import confirm_firm, leave_firm, subscribe
from gongkai.consultation.actions.mails import dismiss, supplement, take_in
from gongkai.consultation.actions.phones import check_phone
from gongkai.consultation.actions.phones import close as close_phone
from gongkai.consultation.actions.phones import enter as enter_phone
from gongkai.consultation.actions.publication import prepare
from gongkai.consultation.actions.registering import (
    assign,
    classify,
    decline,
    extend,
    register,
    reject,
)
from gongkai.consultation.actions.tidying import finish, open_round, sort

__all__ = [
    "answer",
    "answer_at_once",
    "ask_joint",
    "assign",
    "call_back",
    "check",
    "check_phone",
    "classify",
    "close_client",
    "close_phone",
    "confirm",
    "confirm_firm",
    "contribute",
    "decline",
    "dismiss",
    "draft",
    "enter_phone",
    "extend",
    "finish",
    "leave_firm",
    "open_client",
    "open_round",
    "prepare",
    "rate",
    "register",
    "reject",
    "release",
    "renew_token",
    "reopen",
    "retire",
    "return_answer",
    "revise",
    "send_back",
    "sort",
    "submit",
    "subscribe",
    "supplement",
    "take_in",
    "take_order",
    "write",
]
