"""Models of inquiries, the Q&A base, mailboxes, telephones and windows."""

from gongkai.work.consultation.models.base import WHY, KnownAnswer, Theme, Use, Way
from gongkai.work.consultation.models.exchange import ExchangeClient, ExchangeOrder
from gongkai.work.consultation.models.firms import Firm, PolicyPush, Size
from gongkai.work.consultation.models.inquiry import (
    DECISIONS,
    OFFERED,
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
from gongkai.work.consultation.models.phones import ContactPhone, Heard, PhoneCheck, PhoneOperator
from gongkai.work.consultation.models.publication import MessagePublication, MessageText
from gongkai.work.consultation.models.windows import ServiceWindow, WindowShift

__all__ = [
    "DECISIONS",
    "OFFERED",
    "WHY",
    "Asker",
    "Category",
    "ContactPhone",
    "Contribution",
    "Decision",
    "ExchangeClient",
    "ExchangeOrder",
    "Firm",
    "Heard",
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
    "PolicyPush",
    "Satisfaction",
    "ServiceWindow",
    "Size",
    "Sorted",
    "Theme",
    "Use",
    "Way",
    "WeightFit",
    "WindowShift",
]
