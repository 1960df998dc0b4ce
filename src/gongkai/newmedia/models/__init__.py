"""State: accounts with their columns and updates, filings, screenings, posts."""

from gongkai.newmedia.models.accounts import (
    Account,
    AccountColumn,
    AccountState,
    Function,
    Platform,
    Update,
    label_of,
)
from gongkai.newmedia.models.filings import Filing, FilingKind
from gongkai.newmedia.models.posts import Gate, Post, PostState
from gongkai.newmedia.models.screening import Decision, Hit, Reason, Screening

__all__ = [
    "Account",
    "AccountColumn",
    "AccountState",
    "Decision",
    "Filing",
    "FilingKind",
    "Function",
    "Gate",
    "Hit",
    "Platform",
    "Post",
    "PostState",
    "Reason",
    "Screening",
    "Update",
    "label_of",
]
