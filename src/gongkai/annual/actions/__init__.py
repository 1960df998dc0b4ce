"""Everything that changes state in this room."""

from gongkai.annual.actions.correcting import correct, drop_correction
from gongkai.annual.actions.earlier import confirm_earlier, drop_earlier, keep_earlier
from gongkai.annual.actions.filling import check, confirm, cut_off, draft, drop, explain, fill, write
from gongkai.annual.actions.opening import open_year
from gongkai.annual.actions.publishing import review, review_ended, was_published
from gongkai.annual.actions.submitting import accept, cancel, hand_in, return_, take_back

__all__ = [
    "accept",
    "cancel",
    "check",
    "confirm",
    "confirm_earlier",
    "correct",
    "cut_off",
    "draft",
    "drop",
    "drop_correction",
    "drop_earlier",
    "explain",
    "fill",
    "hand_in",
    "keep_earlier",
    "open_year",
    "return_",
    "review",
    "review_ended",
    "take_back",
    "was_published",
    "write",
]
