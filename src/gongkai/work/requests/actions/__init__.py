"""Actions that change requests. `machine.REQUEST_ACTS` declares their states and permissions."""

from gongkai.work.requests.actions.consultations import ask_agency, ask_third_party, record_service, take_opinion
from gongkai.work.requests.actions.corrections import (
    ask_correction,
    record_contact,
    record_notice_service,
    set_topic,
    supplement,
    take_correction,
)
from gongkai.work.requests.actions.decisions import decide, deliver, extend, propose
from gongkai.work.requests.actions.disputes import conclude_dispute, open_dispute, record_dispute_step, withdraw_dispute
from gongkai.work.requests.actions.endings import (
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
from gongkai.work.requests.actions.fees import calculate_fee, clear_fee, notify_fee, remit_fee, take_payment, waive_fee
from gongkai.work.requests.actions.joint_answers import answer_alike
from gongkai.work.requests.actions.letters import (
    collect_letter,
    collect_material,
    drop_template,
    give_receipt,
    open_letter,
    set_template,
)
from gongkai.work.requests.actions.materials import (
    add_materials,
    drop_material,
    mask_material,
    open_material,
    review_secrecy,
    unmask_material,
)
from gongkai.work.requests.actions.payments import order_payment, settle_notice, take_notice
from gongkai.work.requests.actions.registration import register
from gongkai.work.requests.actions.reuse import compile_case, open_to_all, revise_case, withdraw_case
from gongkai.work.requests.actions.revocations import revoke_answer
