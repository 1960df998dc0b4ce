"""Actions that apply to entries of every kind."""

from gongkai.core.ledger.actions.evidence import (
    add_evidence,
    add_new_evidence,
    comment,
    find_same_evidence,
    judge_evidence,
    record_evidence,
    withdraw_evidence,
)
from gongkai.core.ledger.actions.place import redate, set_audience, set_external_ref, set_office, set_title
from gongkai.core.ledger.actions.urging import raise_urging, receive_urging, urge, urge_unit

__all__ = [
    "add_evidence",
    "add_new_evidence",
    "comment",
    "find_same_evidence",
    "judge_evidence",
    "raise_urging",
    "receive_urging",
    "record_evidence",
    "redate",
    "set_audience",
    "set_external_ref",
    "set_office",
    "set_title",
    "urge",
    "urge_unit",
    "withdraw_evidence",
]
