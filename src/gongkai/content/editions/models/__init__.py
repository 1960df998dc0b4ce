"""Models of public content: sites, columns, documents, editions, placements."""

from gongkai.content.editions.models.columns import Column, ColumnAlias, ColumnKind, ColumnUse
from gongkai.content.editions.models.editions import (
    Address,
    Audience,
    BlankedRow,
    Document,
    Edition,
    EditionContent,
    EditionEffect,
    EditionFile,
    Erasure,
    ErasureRequest,
    ValidityState,
)
from gongkai.content.editions.models.shelves import Placement, Shelf
from gongkai.content.editions.models.sites import Launch, TreeStamp, Website
