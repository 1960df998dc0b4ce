"""Serving files on entries."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gongkai.files.serving import serve_stored
from gongkai.ledger.models import Attachment
from gongkai.ledger.queries import visible_to


def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Serve a file to whoever may see its entry; for everybody else it does not exist.

    Always a download, never shown in the page: what people upload must not run under this address.
    """
    found = get_object_or_404(Attachment, pk=pk)
    if not visible_to(request.user).filter(pk=found.entry_id).exists():
        raise Http404
    return serve_stored(found.stored, found.name)
