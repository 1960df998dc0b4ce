"""Everything that changes a request. Which act is possible when, and for whom, stands in `machine.ACTS`."""

from gongkai.requests.actions.consulting import ask_agency, ask_third_party, take_opinion
from gongkai.requests.actions.correcting import ask_correction, record_contact, take_correction
from gongkai.requests.actions.deciding import decide, deliver, extend, propose
from gongkai.requests.actions.disputing import conclude_dispute, open_dispute
from gongkai.requests.actions.ending import (
    abandon,
    archive,
    merge,
    record_ended,
    reopen,
    split,
    transfer,
    withdraw,
)
from gongkai.requests.actions.lettering import drop_template, give_receipt, open_letter, set_template
from gongkai.requests.actions.money import (
    calculate_fee,
    clear_fee,
    notify_fee,
    remit_fee,
    take_payment,
    waive_fee,
)
from gongkai.requests.actions.registering import register

__all__ = [
    "abandon",
    "archive",
    "ask_agency",
    "ask_correction",
    "ask_third_party",
    "calculate_fee",
    "clear_fee",
    "conclude_dispute",
    "decide",
    "deliver",
    "drop_template",
    "extend",
    "give_receipt",
    "merge",
    "notify_fee",
    "open_dispute",
    "open_letter",
    "propose",
    "record_contact",
    "record_ended",
    "register",
    "remit_fee",
    "reopen",
    "set_template",
    "split",
    "take_correction",
    "take_opinion",
    "take_payment",
    "transfer",
    "waive_fee",
    "withdraw",
]
