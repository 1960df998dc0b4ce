"""Views of letters and letter templates."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages, say_no
from gongkai.core.units.actors import actor_of
from gongkai.core.units.models import Body
from gongkai.core.widgets.answers import DOCX, download
from gongkai.core.widgets.asked import whole
from gongkai.work.requests import actions
from gongkai.work.requests.actions.lettering import LARGEST
from gongkai.work.requests.letters import FIELDS, KINDS, blank
from gongkai.work.requests.models import Letter, LetterTemplate
from gongkai.work.requests.signing import Handed, handed
from gongkai.work.requests.views.register import bodies_of


def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a letter and log the access."""
    by = actor_of(request.user)
    found = get_visible_or_404(by, Letter, pk)
    try:
        content = actions.open_letter(found, by=by)
        paper = handed(found) if request.GET.get("as") == "signed" else Handed(content, "docx", DOCX)
    except Refused as refused:
        say_no(request, refused)
        return HttpResponseRedirect(reverse("ledger_entry", kwargs={"pk": found.request_id}))
    return download(paper.content, f"{found.number}.{paper.suffix}", paper.kind)


def templates(request: HttpRequest) -> HttpResponse:
    """List, upload and reset the unit's letter templates."""
    by = actor_of(request.user)
    bodies = bodies_of(by)
    body = bodies.filter(pk=whole(request.GET.get("body", "") or request.POST.get("body", "")) or 0).first()
    body = body or bodies.first()
    if request.method == "POST" and body:
        kind, upload = request.POST.get("kind", "")[:20], request.FILES.get("file")
        if "drop" in request.POST:
            run_with_messages(
                request, lambda: actions.drop_template(body, by=by, kind=kind), "已恢复原有模板。"
            )
        elif upload and (upload.size or 0) <= LARGEST:
            given = {"kind": kind, "name": upload.name or "", "content": upload.read()}
            run_with_messages(request, lambda: actions.set_template(body, by=by, **given), "已更换模板。")
        else:
            say_no(request, Refused("请选择不超过2 MB的.docx文件。"))
        return HttpResponseRedirect(f"{reverse('requests:templates')}?body={body.pk}")
    own = {
        letter_template.kind: letter_template
        for letter_template in LetterTemplate.objects.filter(body=body).defer("content")
    }
    shown = {
        "body": body,
        "bodies": bodies,
        "kinds": [(key, one, own.get(key)) for key, one in KINDS.items()],
        "fields": FIELDS,
    }
    return render(request, "requests/templates.html", shown)


def template(request: HttpRequest, body: int, kind: str) -> HttpResponse:
    """Return the current template of a unit for editing."""
    found = get_visible_or_404(request.user, Body, body, pk__in=bodies_of(actor_of(request.user)))
    if kind not in KINDS:
        raise Http404("没有这种文书")
    own = LetterTemplate.objects.filter(body=found, kind=kind).first()
    content = bytes(own.content) if own else blank(kind, found)
    return download(content, f"{KINDS[kind].title}.docx", DOCX)
