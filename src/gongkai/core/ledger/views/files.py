"""Serving files on entries."""

from django.http import FileResponse, HttpRequest

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.files.serving import serve_stored
from gongkai.core.ledger.models import Attachment


def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Serve a file to whoever may see its entry; for everybody else it does not exist.

    Always a download, never shown in the page: what people upload must not run under this address.
    """
    found = get_visible_or_404(request.user, Attachment, pk)
    return serve_stored(found.stored, found.name)
