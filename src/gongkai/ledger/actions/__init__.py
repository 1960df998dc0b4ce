"""What may be done to every entry, whatever its kind."""

from gongkai.ledger.actions.evidence import add_evidence, judge_evidence, withdraw_evidence
from gongkai.ledger.actions.place import redate, set_audience, set_external_ref, set_office
from gongkai.ledger.actions.talk import comment, urge

__all__ = [
    "add_evidence",
    "comment",
    "judge_evidence",
    "redate",
    "set_audience",
    "set_external_ref",
    "set_office",
    "urge",
    "withdraw_evidence",
]
