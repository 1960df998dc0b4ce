"""Models of information requests: request, decision, consultation, fee, letter, dispute."""

from gongkai.work.requests.models.cases import Case
from gongkai.work.requests.models.complaints import About, Complaint, Found
from gongkai.work.requests.models.disputes import Dispute, DisputeKind, DisputeResult
from gongkai.work.requests.models.fees import Fee, FeeBasis, FeeReason
from gongkai.work.requests.models.handling import Consultation, Decision, Delivery, Opinion
from gongkai.work.requests.models.letters import Letter, LetterTemplate, SignedLetter
from gongkai.work.requests.models.materials import PASSED, Material, SecrecyReview, Verdict
from gongkai.work.requests.models.payments import TO_CHECK, Outcome, PaymentNotice, PaymentOrder
from gongkai.work.requests.models.request import Form, ReceiptChannel, Request, Route
from gongkai.work.requests.models.supplements import Supplement

__all__ = [
    "PASSED",
    "TO_CHECK",
    "About",
    "Case",
    "Complaint",
    "Consultation",
    "Decision",
    "Delivery",
    "Dispute",
    "DisputeKind",
    "DisputeResult",
    "Fee",
    "FeeBasis",
    "FeeReason",
    "Form",
    "Found",
    "Letter",
    "LetterTemplate",
    "Material",
    "Opinion",
    "Outcome",
    "PaymentNotice",
    "PaymentOrder",
    "ReceiptChannel",
    "Request",
    "Route",
    "SecrecyReview",
    "SignedLetter",
    "Supplement",
    "Verdict",
]
