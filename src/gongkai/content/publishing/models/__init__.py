"""Models of publishing."""

from gongkai.content.publishing.models.disclosure import ChannelRelease, Disclosure, DisclosureChannel
from gongkai.content.publishing.models.files import PictureSize, SourceFile
from gongkai.content.publishing.models.items import ItemAttachment, ItemPage, Manner, UnitPage
from gongkai.content.publishing.models.wording import ProposedWords, WordsState

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
