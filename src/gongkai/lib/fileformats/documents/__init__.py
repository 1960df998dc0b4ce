"""Read any file from elsewhere as one `Document`: blocks, properties, attachments and losses."""

from gongkai.lib.fileformats.documents.door import LOADS, read_document
from gongkai.lib.fileformats.documents.model import Block, Document, Loss, UnreadFile, Word

__all__ = ["LOADS", "Block", "Document", "Loss", "UnreadFile", "Word", "read_document"]
