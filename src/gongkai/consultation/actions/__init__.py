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
from gongkai.consultation.actions.mails import dismiss, supplement, take_in
from gongkai.consultation.actions.publication import prepare
from gongkai.consultation.actions.registering import (
    assign,
    classify,
    decline,
    extend,
    register,
    reject,
)

__all__ = [
    "answer",
    "answer_at_once",
    "ask_joint",
    "assign",
    "call_back",
    "check",
    "classify",
    "confirm",
    "contribute",
    "decline",
    "dismiss",
    "draft",
    "extend",
    "prepare",
    "rate",
    "register",
    "reject",
    "release",
    "reopen",
    "retire",
    "return_answer",
    "revise",
    "send_back",
    "submit",
    "supplement",
    "take_in",
    "write",
]
