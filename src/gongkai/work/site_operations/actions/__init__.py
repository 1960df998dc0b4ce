"""Actions on faults, and on how sites and accounts are run."""

from gongkai.work.site_operations.actions.faults import answer, dismiss, rate, report_fault, transfer
from gongkai.work.site_operations.actions.handover import enter_part, receive_part, take_along, witness_part
from gongkai.work.site_operations.actions.reading import log_reading, plan_turns, remind_reading
from gongkai.work.site_operations.actions.restoring import log_drill
from gongkai.work.site_operations.actions.upkeep import (
    end_member,
    enter_member,
    enter_regulation,
    keep_place,
    set_funding,
)

__all__ = [
    "answer",
    "dismiss",
    "end_member",
    "enter_member",
    "enter_part",
    "enter_regulation",
    "keep_place",
    "log_drill",
    "log_reading",
    "plan_turns",
    "rate",
    "receive_part",
    "remind_reading",
    "report_fault",
    "set_funding",
    "take_along",
    "transfer",
    "witness_part",
]
