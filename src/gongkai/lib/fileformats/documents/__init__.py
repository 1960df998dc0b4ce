"""Read any file from elsewhere as one `Document`: blocks, properties, attachments and losses."""

from gongkai.lib.fileformats.documents.document_reader import LAZILY_IMPORTED, read_document
from gongkai.lib.fileformats.documents.model import (
    Document,
    DocumentBlock,
    Loss,
    PlacedWord,
    UnreadFile,
    describe_losses,
)

__all__ = [
    "LAZILY_IMPORTED",
    "Document",
    "DocumentBlock",
    "Loss",
    "PlacedWord",
    "UnreadFile",
    "describe_losses",
    "read_document",
]
