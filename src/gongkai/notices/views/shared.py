"""What the pages of this room share: finding what somebody may see, and saying no."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from gongkai.acts.action import Refused
from gongkai.notices.models import Notice
from gongkai.notices.queries.visible import visible_to
from gongkai.units.actors import Actor, actor_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def found(request: HttpRequest, pk: int) -> tuple[Notice, Actor]:
    """Return a notice that this person may see, and who they are; 404 otherwise."""
    rows = visible_to(request.user).select_related("government", "issuer", "parent", "superseded_by")
    return get_object_or_404(rows, pk=pk), actor_of(request.user)


def attempt(request: HttpRequest, work: Callable[[], Any], said: str, to: str, *args: Any) -> HttpResponse:
    """Do something and lead to a page; what speaks against it is said there."""
    try:
        work()
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, said)
    return redirect(to, *args)


def download(data: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file to keep, with its Chinese name."""
    from urllib.parse import quote

    answer = HttpResponse(data, content_type=kind)
    ending = name.rpartition(".")[2]
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"file.{ending}\"; filename*=UTF-8''{quote(name)}"
    )
    return answer
