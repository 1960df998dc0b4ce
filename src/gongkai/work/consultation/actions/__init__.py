"""Actions of inquiries and the Q&A base."""

from gongkai.work.consultation.actions.answering import (
    answer,
    answer_at_once,
    ask_joint,
    call_back,
    contribute,
    draft,
    rate,
    reopen,
    send_back,
    settle,
)
from gongkai.work.consultation.actions.base import (
    check,
    confirm,
    release,
    retire,
    return_answer,
    revise,
    submit,
    write,
)
from gongkai.work.consultation.actions.concluding import conclude
from gongkai.work.consultation.actions.exchange import close_client, open_client, renew_token, take_order
from gongkai.work.consultation.actions.firms import confirm_firm, leave_firm, subscribe
from gongkai.work.consultation.actions.folders import change_password, close_mail_folder, open_mail_folder
from gongkai.work.consultation.actions.learning import (
    enter_synonym,
    give,
    keep_fit,
    put_fit_aside,
    remove_synonym,
)
from gongkai.work.consultation.actions.mails import dismiss, supplement, take_in
from gongkai.work.consultation.actions.phones import check_phone, end_operator, enter_phone, name_operator
from gongkai.work.consultation.actions.phones import close_phone as close_phone
from gongkai.work.consultation.actions.publication import prepare_publication
from gongkai.work.consultation.actions.registering import (
    assign,
    classify,
    decline,
    extend,
    register_inquiry,
    reject,
)
from gongkai.work.consultation.actions.tidying import finish_round, open_round, sort_inquiry
from gongkai.work.consultation.actions.windows import close_window, open_window, plan_shifts

__all__ = [
    "answer",
    "answer_at_once",
    "ask_joint",
    "assign",
    "call_back",
    "change_password",
    "check",
    "check_phone",
    "classify",
    "close_client",
    "close_mail_folder",
    "close_phone",
    "close_window",
    "conclude",
    "confirm",
    "confirm_firm",
    "contribute",
    "decline",
    "dismiss",
    "draft",
    "end_operator",
    "enter_phone",
    "enter_synonym",
    "extend",
    "finish_round",
    "give",
    "keep_fit",
    "leave_firm",
    "name_operator",
    "open_client",
    "open_mail_folder",
    "open_round",
    "open_window",
    "plan_shifts",
    "prepare_publication",
    "put_fit_aside",
    "rate",
    "register_inquiry",
    "reject",
    "release",
    "remove_synonym",
    "renew_token",
    "reopen",
    "retire",
    "return_answer",
    "revise",
    "send_back",
    "settle",
    "sort_inquiry",
    "submit",
    "subscribe",
    "supplement",
    "take_in",
    "take_order",
    "write",
]
