"""Models of publishing."""

from gongkai.content.publishing.models.disclosure import (
    ChannelRelease,
    Disclosure,
    DisclosureChannel,
    ProposedWords,
    WordsState,
)
from gongkai.content.publishing.models.items import ItemAttachment, ItemPage, Manner, PictureSize, SourceFile, UnitPage

__all__ = [
    "ChannelRelease",
    "CheckResult",
    "CheckRules",
    "CheckState",
    "ColumnLook",
    "Disclosure",
    "DisclosureChannel",
    "Fault",
    "ItemAttachment",
    "ItemPage",
    "Look",
    "Manner",
    "MaskedCopy",
    "PictureSize",
    "ProposedWords",
    "SourceFile",
    "UnitPage",
    "Vouching",
    "Waiver",
    "WordsState",
]
