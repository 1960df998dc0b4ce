"""Serving a stored file to staff. Who may have it, the view has asked before."""

from django.http import FileResponse

from gongkai.acts.storage import serve_privately
from gongkai.editions.models import StoredFile


def serve_stored(stored: StoredFile, name: str, *, inline: bool = False) -> FileResponse:
    """Return a stored file as an answer to staff; without a name it is called by its digest."""
    return serve_privately(str(stored.file.name), name or stored.pk[:12], stored.type, inline=inline)
