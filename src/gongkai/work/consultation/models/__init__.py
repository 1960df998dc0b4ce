"""Models of inquiries, the Q&A base, mailboxes, telephones and windows."""

from gongkai.work.consultation.models.base import (
    UNHELPFUL_REASONS,
    ExchangeClient,
    ExchangeOrder,
    KnownAnswer,
    Theme,
    Use,
    Way,
)
from gongkai.work.consultation.models.firms import Firm, FirmSize, PolicyPush
from gongkai.work.consultation.models.inquiry import (
    DECISIONS_BY_CATEGORY,
    OFFERED_CATEGORIES,
    Asker,
    Category,
    Contribution,
    Decision,
    Inquiry,
    InquiryChannel,
    Outcome,
    Satisfaction,
    Sorted,
)
from gongkai.work.consultation.models.learning import OwnSynonym, WeightFit
from gongkai.work.consultation.models.mail import IncomingMail, MailFolder, MailState
from gongkai.work.consultation.models.phones import (
    ContactPhone,
    PhoneCheck,
    PhoneOperator,
    PhoneTestResult,
    ServiceWindow,
    WindowShift,
)
from gongkai.work.consultation.models.publication import MessagePublication, MessageText

__all__ = [
    "DECISIONS_BY_CATEGORY",
    "OFFERED_CATEGORIES",
    "UNHELPFUL_REASONS",
    "Asker",
    "Category",
    "ContactPhone",
    "Contribution",
    "Decision",
    "ExchangeClient",
    "ExchangeOrder",
    "Firm",
    "FirmSize",
    "IncomingMail",
    "Inquiry",
    "InquiryChannel",
    "KnownAnswer",
    "MailFolder",
    "MailState",
    "MessagePublication",
    "MessageText",
    "Outcome",
    "OwnSynonym",
    "PhoneCheck",
    "PhoneOperator",
    "PhoneTestResult",
    "PolicyPush",
    "Satisfaction",
    "ServiceWindow",
    "Sorted",
    "Theme",
    "Use",
    "Way",
    "WeightFit",
    "WindowShift",
]
