"""Models of information requests: request, decision, consultation, fee, letter, dispute."""

from gongkai.work.requests.models.decisions import (
    PASSING_VERDICTS,
    Case,
    Consultation,
    Decision,
    Delivery,
    Letter,
    LetterTemplate,
    Material,
    PartyOpinion,
    SecrecyReview,
    SecrecyVerdict,
    SignedLetter,
)
from gongkai.work.requests.models.disputes import (
    Complaint,
    ComplaintFinding,
    ComplaintSubject,
    Dispute,
    DisputeKind,
    DisputeResult,
)
from gongkai.work.requests.models.fees import (
    OUTCOMES_TO_SETTLE,
    Fee,
    FeeBasis,
    FeeReason,
    PaymentNotice,
    PaymentOrder,
    PaymentOutcome,
)
from gongkai.work.requests.models.request import DeliveryRoute, ProvisionForm, ReceiptChannel, Request, Supplement
