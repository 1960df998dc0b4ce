"""Actions of inquiries and the Q&A base."""

from gongkai.work.consultation.actions.answering import (
    answer,
    answer_at_once,
    ask_joint,
    call_back,
    conclude,
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
from gongkai.work.consultation.actions.exchange import close_client, open_client, renew_token, take_order
from gongkai.work.consultation.actions.firms import confirm_firm, leave_firm, subscribe
from gongkai.work.consultation.actions.folders import (
    change_password,
    close_mail_folder,
    finish_round,
    open_mail_folder,
    open_round,
    sort_inquiry,
)
from gongkai.work.consultation.actions.learning import (
    close_window,
    enter_synonym,
    give,
    keep_fit,
    open_window,
    plan_shifts,
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
