"""Pages of the office that are no registers: what a source brought, a decision to list links, attachments."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages, too_many
from gongkai.files.serving import serve_stored
from gongkai.gathering import actions
from gongkai.gathering.forms import columns_offered
from gongkai.gathering.models import Gathered, GatheredFile, Listing, Source
from gongkai.gathering.pulling import pull_now
from gongkai.gathering.rules import keeps
from gongkai.publishing.source_desk import desk_of
from gongkai.ui.asked import ticked, whole
from gongkai.units.actors import Actor, require_staff_actor

MOST_AT_ONCE = 50


@require_POST
def entries(request: HttpRequest, number: int) -> HttpResponse:
    """Read a source now, or do something with the entries that were ticked."""
    by = require_staff_actor(request)
    found: Source = get_visible_or_404(by, Source, number)
    do = request.POST.get("do", "")
    if keeps(by, found) or do not in {"pull", "draft", "link", "drop", "apart"}:
        raise Http404("没有这个操作")
    _pulled(request, by, found) if do == "pull" else _entries(request, by, found, do)
    return redirect("gathering:source", number)


def _pulled(request: HttpRequest, by: Actor, found: Source) -> bool:
    """Read a source at once and say what came of it."""
    if not run_with_messages(request, lambda: pull_now(found, by)):
        return False
    found.refresh_from_db()
    tell = messages.error if found.failing else messages.success
    tell(request, f"{found.status}。" + ("将自动再试。" if found.failing else ""))
    return True


def _entries(request: HttpRequest, by: Actor, found: Source, do: str) -> bool:
    """Make drafts of the ticked entries, or leave them out."""
    numbers = ticked(request.POST.getlist("mark"))
    if too_many(request, numbers, MOST_AT_ONCE):
        return False
    rows = Gathered.objects.filter(source=found, pk__in=numbers)
    if do == "drop":
        reason = request.POST.get("reason", "")
        work = lambda: actions.drop_entry.many(rows, by=by, reason=reason)  # noqa: E731
    elif do == "apart":
        work = lambda: actions.tell_apart.many(rows, by=by)  # noqa: E731
    else:
        column = columns_offered().filter(pk=whole(request.POST.get("column", "")) or 0)
        chosen = list(column)
        work = lambda: actions.make_draft.many(rows, by=by, columns=chosen, link_only=do == "link")  # noqa: E731
    if not numbers:
        messages.error(request, "请先勾选要办理的条目。")
        return False
    return run_with_messages(request, work, f"已办理{len(numbers)}条。")


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
