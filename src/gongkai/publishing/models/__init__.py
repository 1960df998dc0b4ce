"""State of the publishing room."""

from gongkai.publishing.models.checks import (
    CheckResult,
    CheckRules,
    CheckState,
    Fault,
    Look,
    MaskedCopy,
    PictureSize,
    SourceFile,
    Vouching,
    Waiver,
)
from gongkai.publishing.models.columns import Column, ColumnAlias, ColumnKind
from gongkai.publishing.models.disclosure import Channel, ChannelRelease, Disclosure
from gongkai.publishing.models.editions import (
    Act,
    Address,
    Audience,
    Document,
    Edition,
    EditionContent,
    EditionFile,
    Erasure,
    Standing,
)
from gongkai.publishing.models.files import StoredFile
from gongkai.publishing.models.items import ItemAttachment, ItemPage, Manner, UnitPage
from gongkai.publishing.models.migrating import MigratedText, MigrationOrder
from gongkai.publishing.models.reviews import Review, ReviewState
from gongkai.publishing.models.schemes import ReviewScheme
from gongkai.publishing.models.shelves import Placement, SearchRow, Shelf
from gongkai.publishing.models.signatures import (
    Coordination,
    Opened,
    Opinion,
    ReviewTold,
    SecrecySheet,
    Signature,
    SignatureNote,
    Verdict,
)
from gongkai.publishing.models.sites import TreeStamp, Website
from gongkai.publishing.vocabulary import POLICY_KINDS, Attribute, Basis, ItemKind

__all__ = [
    "POLICY_KINDS",
    "Act",
    "Address",
    "Attribute",
    "Audience",
    "Basis",
    "Channel",
    "ChannelRelease",
    "CheckResult",
    "CheckRules",
    "CheckState",
    "Column",
    "ColumnAlias",
    "ColumnKind",
    "Coordination",
    "Disclosure",
    "Document",
    "Edition",
    "EditionContent",
    "EditionFile",
    "Erasure",
    "Fault",
    "ItemAttachment",
    "ItemKind",
    "ItemPage",
    "Look",
    "Manner",
    "MaskedCopy",
    "MigratedText",
    "MigrationOrder",
    "Opened",
    "Opinion",
    "PictureSize",
    "Placement",
    "Review",
    "ReviewScheme",
    "ReviewState",
    "ReviewTold",
    "SearchRow",
    "SecrecySheet",
    "Shelf",
    "Signature",
    "SignatureNote",
    "SourceFile",
    "Standing",
    "StoredFile",
    "TreeStamp",
    "UnitPage",
    "Verdict",
    "Vouching",
    "Waiver",
    "Website",
]
