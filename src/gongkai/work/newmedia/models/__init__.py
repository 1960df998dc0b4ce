"""Models: accounts, columns, updates, filings, screenings, posts."""

from gongkai.work.newmedia.models.accounts import (
    Account,
    AccountColumn,
    AccountState,
    Function,
    Platform,
    Update,
    label_of,
)
from gongkai.work.newmedia.models.filings import Filing, FilingKind
from gongkai.work.newmedia.models.posts import Gate, Post, PostState
from gongkai.work.newmedia.models.screening import Decision, Hit, Reason, Screening
