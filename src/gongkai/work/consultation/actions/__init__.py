"""Actions of inquiries and the Q&A base."""

from gongkai.work.consultation.actions.answering import (
    answer,
    answer_at_once,
    close_settled_inquiry,
    contribute,
    draft_answer,
    rate,
    record_decision,
    record_follow_up_call,
    reopen,
    request_contribution,
    send_back,
)
from gongkai.work.consultation.actions.base import check, confirm, release, retire, return_answer, revise, submit, write
from gongkai.work.consultation.actions.exchange import close_client, open_client, register_order, renew_token
from gongkai.work.consultation.actions.folders import (
    change_password,
    close_mail_folder,
    decide_on_inclusion,
    finish_review_round,
    open_mail_folder,
    open_review_round,
)
from gongkai.work.consultation.actions.learning import (
    close_window,
    disable_weight_fit,
    open_service_window,
    plan_shifts,
    record_spoken_answer,
    remove_synonym,
    save_synonym,
    save_weight_fit,
)
from gongkai.work.consultation.actions.mails import append_to_inquiry, dismiss, register_mail_inquiry
from gongkai.work.consultation.actions.phones import assign_operator, end_operator, enter_phone, record_test_call
from gongkai.work.consultation.actions.phones import close_phone as close_phone
from gongkai.work.consultation.actions.publication import confirm_firm, prepare_publication, subscribe, unsubscribe_firm
from gongkai.work.consultation.actions.registering import assign, classify, decline, extend, register_inquiry, reject
