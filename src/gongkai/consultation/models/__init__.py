"""State of this room."""

from gongkai.consultation.models.base import KnownAnswer, Theme, Use
from gongkai.consultation.models.inquiry import Category, Channel, Contribution, Inquiry, Satisfaction
from gongkai.consultation.models.publication import MessagePublication, MessageText

__all__ = [
    "Category",
    "Channel",
    "Contribution",
    "Inquiry",
    "KnownAnswer",
    "MessagePublication",
    "MessageText",
    "Satisfaction",
    "Theme",
    "Use",
]
