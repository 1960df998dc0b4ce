"""Back office views: fetches, attachments, listing decisions."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.files.serving import serve_stored
from gongkai.core.units.actors import require_staff_actor
from gongkai.oversight.gathering.models import GatheredFile, Listing, Source, SourceMethod
from gongkai.oversight.gathering.queries import check_source_manager
from gongkai.oversight.gathering.source_checks import queue_source_fetch


@require_POST
def queue_fetch(request: HttpRequest, number: int) -> HttpResponse:
    """Queue the fetch of a source; the errand's page shows the result."""
    by = require_staff_actor(request)
    source: Source = get_visible_or_404(by, Source, number)
    if check_source_manager(by, source):
        raise Http404("没有这个操作")
    if source.way == SourceMethod.MANUAL:
        messages.error(request, "人工录入的来源不用收取。")
        return redirect("gathering:source_entries", number)
    return redirect("errands:one", queue_source_fetch(source, by).pk)


def download_attachment(request: HttpRequest, number: int) -> FileResponse:
    """Download an attachment of an entry, if its source is visible to the user."""
    by = require_staff_actor(request)
    file = get_visible_or_404(by, GatheredFile, number)
    if file.stored is None:
        raise Http404("这个附件没有保存")
    return serve_stored(file.stored, file.name)


def show_listing(request: HttpRequest, number: int) -> HttpResponse:
    """Show a listing decision with columns and reviews."""
    by = require_staff_actor(request)
    listing = get_visible_or_404(by, Listing, number)
    context = {"listing": listing, "latest": listing.latest, "desk": make_source_desk(listing, by, back=request.path)}
    return render(request, "gathering/listing.html", context)
