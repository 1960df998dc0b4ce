"""State of this room: requests, what was decided on them, whom they were put to, what they cost, what was disputed."""

from gongkai.requests.models.disputes import Dispute, DisputeKind, DisputeResult
from gongkai.requests.models.fees import Fee, FeeBasis
from gongkai.requests.models.handling import Consultation, Decision, Delivery, Opinion
from gongkai.requests.models.letters import Letter, LetterTemplate
from gongkai.requests.models.request import Channel, Form, Request, Route

__all__ = [
    "Channel",
    "Consultation",
    "Decision",
    "Delivery",
    "Dispute",
    "DisputeKind",
    "DisputeResult",
    "Fee",
    "FeeBasis",
    "Form",
    "Letter",
    "LetterTemplate",
    "Opinion",
    "Request",
    "Route",
]
