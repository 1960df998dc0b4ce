"""Files of what is published: of the kinds that the public can open. `queries.file_of` serves them through a visible edition."""

from django.core.files.base import File

from gongkai.core.acts.actors import Actor
from gongkai.core.files.kinds import PUBLIC as TYPES
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store as store_file

__all__ = ["TYPES", "store"]


def store(content: bytes | File[bytes], name: str, by: Actor | None = None) -> StoredFile:
    """Store a file that may be published (`files.store.store`, with the same errors)."""
    return store_file(content, name, by, kinds=TYPES)
