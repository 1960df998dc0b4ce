"""State of the publishing room."""

from gongkai.publishing.models.checks import (
    CheckResult,
    CheckRules,
    CheckState,
    ColumnLook,
    Fault,
    Look,
    MaskedCopy,
    PictureSize,
    SourceFile,
    Vouching,
    Waiver,
)
from gongkai.publishing.models.disclosure import Channel, ChannelRelease, Disclosure
from gongkai.publishing.models.items import ItemAttachment, ItemPage, Manner, UnitPage
from gongkai.publishing.models.reviews import Review, ReviewState
from gongkai.publishing.models.schemes import ReviewScheme
from gongkai.publishing.models.signatures import (
    Coordination,
    Opinion,
    ReviewTold,
    SecrecySheet,
    Shown,
    Signature,
    SignatureNote,
    Verdict,
)
from gongkai.publishing.models.wording import ProposedWords, WordsState

__all__ = [
    "Channel",
    "ChannelRelease",
    "CheckResult",
    "CheckRules",
    "CheckState",
    "ColumnLook",
    "Coordination",
    "Disclosure",
    "Fault",
    "ItemAttachment",
    "ItemPage",
    "Look",
    "Manner",
    "MaskedCopy",
    "Opinion",
    "PictureSize",
    "ProposedWords",
    "Review",
    "ReviewScheme",
    "ReviewState",
    "ReviewTold",
    "SecrecySheet",
    "Shown",
    "Signature",
    "SignatureNote",
    "SourceFile",
    "UnitPage",
    "Verdict",
    "Vouching",
    "Waiver",
    "WordsState",
]
