"""Models of information requests: request, decision, consultation, fee, letter, dispute."""

from gongkai.work.requests.models.cases import Case
from gongkai.work.requests.models.complaints import Complaint, ComplaintFinding, ComplaintSubject
from gongkai.work.requests.models.disputes import Dispute, DisputeKind, DisputeResult
from gongkai.work.requests.models.fees import Fee, FeeBasis, FeeReason
from gongkai.work.requests.models.handling import Consultation, Decision, Delivery, PartyOpinion
from gongkai.work.requests.models.letters import Letter, LetterTemplate, SignedLetter
from gongkai.work.requests.models.materials import PASSING_VERDICTS, Material, SecrecyReview, SecrecyVerdict
from gongkai.work.requests.models.payments import (
    OUTCOMES_TO_SETTLE,
    PaymentNotice,
    PaymentOrder,
    PaymentOutcome,
)
from gongkai.work.requests.models.request import DeliveryRoute, ProvisionForm, ReceiptChannel, Request
from gongkai.work.requests.models.supplements import Supplement

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
