"""State of this room."""

from gongkai.consultation.models.base import KnownAnswer, Theme, Use
from gongkai.consultation.models.inquiry import Category, Channel, Contribution, Inquiry, Satisfaction
from gongkai.consultation.models.mail import IncomingMail, MailFolder, MailState
from gongkai.consultation.models.publication import MessagePublication, MessageText

__all__ = [
    "Category",
    "Channel",
    "Contribution",
    "IncomingMail",
    "Inquiry",
    "KnownAnswer",
    "MailFolder",
    "MailState",
    "MessagePublication",
    "MessageText",
    "Satisfaction",
    "Theme",
    "Use",
]
