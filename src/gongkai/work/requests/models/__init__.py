"""Models of information requests: request, decision, consultation, fee, letter, dispute."""

from gongkai.work.requests.models.complaints import Complaint, ComplaintFinding, ComplaintSubject
from gongkai.work.requests.models.disputes import Dispute, DisputeKind, DisputeResult
from gongkai.work.requests.models.fees import (
    OUTCOMES_TO_SETTLE,
    Fee,
    FeeBasis,
    FeeReason,
    PaymentNotice,
    PaymentOrder,
    PaymentOutcome,
)
from gongkai.work.requests.models.handling import Case, Consultation, Decision, Delivery, PartyOpinion
from gongkai.work.requests.models.letters import Letter, LetterTemplate, SignedLetter
from gongkai.work.requests.models.materials import PASSING_VERDICTS, Material, SecrecyReview, SecrecyVerdict
from gongkai.work.requests.models.request import DeliveryRoute, ProvisionForm, ReceiptChannel, Request, Supplement

__all__ = [
    "OUTCOMES_TO_SETTLE",
    "PASSING_VERDICTS",
    "Case",
    "Complaint",
    "ComplaintFinding",
    "ComplaintSubject",
    "Consultation",
    "Decision",
    "Delivery",
    "DeliveryRoute",
    "Dispute",
    "DisputeKind",
    "DisputeResult",
    "Fee",
    "FeeBasis",
    "FeeReason",
    "Letter",
    "LetterTemplate",
    "Material",
    "PartyOpinion",
    "PaymentNotice",
    "PaymentOrder",
    "PaymentOutcome",
    "ProvisionForm",
    "ReceiptChannel",
    "Request",
    "SecrecyReview",
    "SecrecyVerdict",
    "SignedLetter",
    "Supplement",
]
