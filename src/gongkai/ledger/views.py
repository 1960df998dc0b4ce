"""Serving files on entries."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gongkai.ledger.models import Attachment
from gongkai.ledger.queries import visible_to


def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Serve a file to whoever may see its entry; for everybody else it does not exist.

    Always a download, never shown in the page: what people upload must not run under this address.
    """
    found = get_object_or_404(Attachment, pk=pk)
    if not visible_to(request.user).filter(pk=found.entry_id).exists():
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("文件不在存储中，请联系系统管理员") from error
    answer = FileResponse(
        content, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
