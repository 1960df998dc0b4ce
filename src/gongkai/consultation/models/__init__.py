"""State of this room."""

from gongkai.consultation.models.base import KnownAnswer, Theme, Use
from gongkai.consultation.models.inquiry import Category, Channel, Contribution, Inquiry, Satisfaction

__all__ = [
    "Category",
    "Channel",
    "Contribution",
    "Inquiry",
    "KnownAnswer",
    "Satisfaction",
    "Theme",
    "Use",
]
