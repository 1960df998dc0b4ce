"""Models of publishing."""

from gongkai.content.publishing.models.disclosure import (
    ChannelRelease,
    Disclosure,
    DisclosureChannel,
    ProposedWords,
    WordsState,
)
from gongkai.content.publishing.models.items import ItemAttachment, ItemPage, Manner, PictureSize, SourceFile, UnitPage
