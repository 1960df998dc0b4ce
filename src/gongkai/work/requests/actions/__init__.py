"""Actions that change requests. `machine.ACTS` declares their states and permissions."""

from gongkai.work.requests.actions.collecting import collect_letter, collect_material
from gongkai.work.requests.actions.compiling import compile_case, revise_case, withdraw_case
from gongkai.work.requests.actions.consulting import ask_agency, ask_third_party, record_service, take_opinion
from gongkai.work.requests.actions.correcting import ask_correction, record_contact, take_correction
from gongkai.work.requests.actions.deciding import decide, deliver, extend, propose
from gongkai.work.requests.actions.disputing import (
    conclude_dispute,
    open_dispute,
    record_dispute_step,
    withdraw_dispute,
)
from gongkai.work.requests.actions.ending import (
    abandon,
    archive,
    merge,
    record_ended,
    reopen,
    split,
    transfer,
    unmerge,
    withdraw,
)
from gongkai.work.requests.actions.joint_answers import answer_alike
from gongkai.work.requests.actions.lettering import drop_template, give_receipt, open_letter, set_template
from gongkai.work.requests.actions.materials import (
    add_materials,
    drop_material,
    mask_material,
    open_material,
    review_secrecy,
    unmask_material,
)
from gongkai.work.requests.actions.money import (
    calculate_fee,
    clear_fee,
    notify_fee,
    remit_fee,
    take_payment,
    waive_fee,
)
from gongkai.work.requests.actions.opening import open_to_all
from gongkai.work.requests.actions.paying import order_payment, settle_notice, take_notice
from gongkai.work.requests.actions.registering import register
from gongkai.work.requests.actions.revoking import revoke_answer
from gongkai.work.requests.actions.serving import record_notice_service
from gongkai.work.requests.actions.supplementing import set_topic, supplement

__all__ = [
    "abandon",
    "add_materials",
    "answer_alike",
    "archive",
    "ask_agency",
    "ask_correction",
    "ask_third_party",
    "calculate_fee",
    "clear_fee",
    "collect_letter",
    "collect_material",
    "compile_case",
    "conclude_dispute",
    "decide",
    "deliver",
    "drop_material",
    "drop_template",
    "extend",
    "give_receipt",
    "mask_material",
    "merge",
    "notify_fee",
    "open_dispute",
    "open_letter",
    "open_material",
    "open_to_all",
    "order_payment",
    "propose",
    "record_contact",
    "record_dispute_step",
    "record_ended",
    "record_notice_service",
    "record_service",
    "register",
    "remit_fee",
    "reopen",
    "review_secrecy",
    "revise_case",
    "revoke_answer",
    "set_template",
    "set_topic",
    "settle_notice",
    "split",
    "supplement",
    "take_correction",
    "take_notice",
    "take_opinion",
    "take_payment",
    "transfer",
    "unmask_material",
    "unmerge",
    "waive_fee",
    "withdraw",
    "withdraw_case",
    "withdraw_dispute",
]
