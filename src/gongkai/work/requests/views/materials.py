"""Views of files: original, masked copy and comparison."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from gongkai.content.checks import copies
from gongkai.core.acts.action import Refused
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import say_no
from gongkai.core.files.serving import serve_stored
from gongkai.core.units.actors import actor_of
from gongkai.work.requests import actions
from gongkai.work.requests.models import Material


def _get_visible_material(request: HttpRequest, pk: int) -> Material:
    by = actor_of(request.user)
    return get_visible_or_404(by, Material, pk)


def download_material(request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
    """Return a file and log the access."""
    if which not in {"original", "masked"}:
        raise Http404
    found = _get_visible_material(request, pk)
    try:
        stored = actions.open_material(found, by=actor_of(request.user), copy=which == "masked")
    except Refused as refused:
        say_no(request, refused)
        return HttpResponseRedirect(found.request.entry.url)
    name = f"遮盖副本-{found.name}" if which == "masked" else found.name
    return serve_stored(stored, name)


def compare_masked_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare the text of a file with its masked copy; both accesses are logged."""
    found = _get_visible_material(request, pk)
    try:
        actions.open_material(found, by=actor_of(request.user))
        actions.open_material(found, by=actor_of(request.user), copy=True)
    except Refused as refused:
        say_no(request, refused)
        return HttpResponseRedirect(found.request.entry.url)
    assert found.masked is not None
    same = found.masked.type == found.stored.type and found.suffix in {"docx", "xlsx", "txt", "csv"}
    lines = copies.compared(found.stored, found.masked, found.suffix) if same else []
    return render(request, "requests/compare.html", {"material": found, "lines": lines})
