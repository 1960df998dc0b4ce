"""Reading a party in the clear, opening a file, finding a matter by a number. Each is an action on the log."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gongkai.acts.action import Refused
from gongkai.acts.pages import say_no
from gongkai.intake.actions import open_file, reveal_party
from gongkai.intake.matters import matter_of, why_not_read
from gongkai.intake.models import Party, Upload
from gongkai.ui.answers import download
from gongkai.units.actors import actor_of


def _office_page(matter: str) -> str:
    found = matter_of(matter)
    if found is None:
        raise Http404
    return found[0].office(found[1])


@never_cache
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show contact or identity of a party to whoever handles the matter."""
    party = get_object_or_404(Party, pk=pk)
    by = actor_of(request.user)
    if why_not_read(by, party.matter):
        raise Http404
    back = _office_page(party.matter)
    try:
        clear = reveal_party(party, by=by, part=request.POST.get("part", "contact"))
    except Refused as refused:
        say_no(request, refused)
        return redirect(back)
    return render(request, "intake/revealed.html", {"party": party, "clear": clear, "back": back})


@never_cache
@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a file out to whoever handles the matter; always a download."""
    upload = get_object_or_404(Upload, pk=pk)
    by = actor_of(request.user)
    if not upload.matter or why_not_read(by, upload.matter):
        raise Http404
    try:
        content = open_file(upload, by=by)
    except Refused as refused:
        say_no(request, refused)
        return redirect(_office_page(upload.matter))
    return download(content, upload.name, upload.kind)
