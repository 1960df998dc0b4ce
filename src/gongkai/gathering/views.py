"""Pages of the office that are no registers: what a source brought, a decision to list links, attachments."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.files.serving import serve_stored
from gongkai.gathering.models import GatheredFile, Listing, Source
from gongkai.gathering.pulling import pull_now
from gongkai.gathering.rules import keeps
from gongkai.publishing.source_desk import desk_of
from gongkai.units.actors import require_staff_actor


@require_POST
def pull(request: HttpRequest, number: int) -> HttpResponse:
    """Read a source now, and say what came of it."""
    by = require_staff_actor(request)
    found: Source = get_visible_or_404(by, Source, number)
    if keeps(by, found):
        raise Http404("没有这个操作")
    if run_with_messages(request, lambda: pull_now(found, by)):
        found.refresh_from_db()
        tell = messages.error if found.failing else messages.success
        tell(request, f"{found.status}。" + ("将自动再试。" if found.failing else ""))
    return redirect("gathering:source_entries", number)


def attachment(request: HttpRequest, number: int) -> FileResponse:
    """An attachment that came with an entry, for who sees its source."""
    by = require_staff_actor(request)
    found = get_visible_or_404(by, GatheredFile, number)
    if found.stored is None:
        raise Http404("这个附件没有保存")
    return serve_stored(found.stored, found.name)


def listing(request: HttpRequest, number: int) -> HttpResponse:
    """One decision: its words, columns, reviews."""
    by = require_staff_actor(request)
    found = get_visible_or_404(by, Listing, number)
    shown = {"listing": found, "latest": found.latest, "desk": desk_of(found, by, back=request.path)}
    return render(request, "gathering/listing.html", shown)
