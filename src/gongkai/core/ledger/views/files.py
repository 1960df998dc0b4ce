"""Download of files of entries."""

from django.http import FileResponse, HttpRequest

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.files.serving import serve_stored
from gongkai.core.ledger.models import Attachment


def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Download a file if the user sees its entry, else 404.

    Always as a download, so that uploaded content never runs under this origin.
    """
    found = get_visible_or_404(request.user, Attachment, pk)
    return serve_stored(found.stored, found.name)
