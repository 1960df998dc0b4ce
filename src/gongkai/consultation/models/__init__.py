"""State of this room."""

from gongkai.consultation.models.base import WHY, KnownAnswer, Theme, Use, Way
from gongkai.consultation.models.exchange import ExchangeClient, ExchangeOrder
from gongkai.consultation.models.firms import Firm, PolicyPush, Size
from gongkai.consultation.models.inquiry import (
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
from gongkai.consultation.models.learning import OwnSynonym, WeightFit
from gongkai.consultation.models.mail import IncomingMail, MailFolder, MailState
from gongkai.consultation.models.phones import ContactPhone, Heard, PhoneCheck, PhoneOperator
from gongkai.consultation.models.publication import MessagePublication, MessageText
from gongkai.consultation.models.windows import ServiceWindow, WindowShift

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
