"""Views of releases through other channels: record, undo, proof."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.content.editions.sources import document_of
from gongkai.content.publishing import actions
from gongkai.content.publishing.forms.office import ChannelForm
from gongkai.content.publishing.models import ChannelRelease
from gongkai.content.publishing.views.common import get_item
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.serving import serve_stored
from gongkai.core.units.actors import Actor, require_staff_actor


def record_release(request: HttpRequest, number: int) -> HttpResponse:
    """Record a release; an invalid form is shown again."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    form = ChannelForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if run_with_messages(request, lambda: actions.record_channel(document_of(page), by=by, **given), "已登记。"):
            return HttpResponseRedirect(reverse("publishing:item", args=(page.pk,)))
    return render(request, "publishing/channel_form.html", {"item": page, "form": form})


def _seen(by: Actor, number: int) -> ChannelRelease:
    return get_visible_or_404(by, ChannelRelease, number)


def drop_release(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a recorded release."""
    by = require_staff_actor(request)
    release = _seen(by, number)
    if request.method == "POST":
        words = request.POST.get("words", "")
        run_with_messages(
            request, lambda: actions.drop_channel(release, by=by, reason=words), "已作废，登记和理由保留。"
        )
    item = release.document.item_number
    return HttpResponseRedirect(reverse("publishing:item", args=(item,)) if item else reverse("publishing:channels"))


def download_proof(request: HttpRequest, number: str) -> FileResponse:
    """Serve the proof of a release to the office."""
    release = _seen(require_staff_actor(request), int(number))
    if release.proof is None:
        raise Http404("没有佐证文件")
    return serve_stored(release.proof, release.proof_name, inline=True)
