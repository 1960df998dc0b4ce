"""Serving a private file to staff: nothing of it runs in a browser, nothing of it is kept on the way."""

from django.http import FileResponse

from gongkai.publishing.files import INLINE
from gongkai.publishing.models import StoredFile
from gongkai.publishing.models.files import files_storage


def serve_privately(stored: StoredFile, name: str, *, download: bool = True) -> FileResponse:
    """Return a stored file as an answer to staff."""
    response = FileResponse(
        files_storage().open(str(stored.file.name)),
        content_type=stored.type,
        filename=name,
        as_attachment=download or stored.type not in INLINE,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
