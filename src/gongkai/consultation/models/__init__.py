"""State of this room."""

from gongkai.consultation.models.base import KnownAnswer, Theme, Use
from gongkai.consultation.models.exchange import ExchangeClient, ExchangeOrder
from gongkai.consultation.models.firms import Firm, PolicyPush, Size
from gongkai.consultation.models.inquiry import Category, Channel, Contribution, Inquiry, Satisfaction, Sorted
from gongkai.consultation.models.mail import IncomingMail, MailFolder, MailState
from gongkai.consultation.models.phones import ContactPhone, Heard, PhoneCheck
from gongkai.consultation.models.publication import MessagePublication, MessageText

__all__ = [
    "Category",
    "Channel",
    "ContactPhone",
    "Contribution",
    "ExchangeClient",
    "ExchangeOrder",
    "Firm",
    "Heard",
    "IncomingMail",
    "Inquiry",
    "KnownAnswer",
    "MailFolder",
    "MailState",
    "MessagePublication",
    "MessageText",
    "PhoneCheck",
    "PolicyPush",
    "Satisfaction",
    "Size",
    "Sorted",
    "Theme",
    "Use",
]
