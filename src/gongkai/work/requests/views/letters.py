"""Views of letters, letter templates and files with their masked copies."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from gongkai.content.checks import masked_copies
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import add_refusal_messages, run_with_messages
from gongkai.core.files.serving import serve_stored
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, download_response
from gongkai.work.requests import actions
from gongkai.work.requests.actions.letters import MAX_TEMPLATE_BYTES
from gongkai.work.requests.letter_signing import HandedOutLetter, get_handed_out_letter
from gongkai.work.requests.letters import LETTER_FIELDS, LETTER_KINDS, make_blank_template
from gongkai.work.requests.models import Letter, LetterTemplate, Material
from gongkai.work.requests.views.register import list_registering_units


def download_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a letter, or its signed PDF for `?as=signed`, and log the access."""
    by = get_actor(request.user)
    letter = get_visible_or_404(by, Letter, pk)
    try:
        content = actions.open_letter(letter, by=by)
        paper = (
            get_handed_out_letter(letter)
            if request.GET.get("as") == "signed"
            else HandedOutLetter(content, "docx", DOCX_CONTENT_TYPE)
        )
    except Refused as refused:
        add_refusal_messages(request, refused)
        return HttpResponseRedirect(reverse("ledger_entry", kwargs={"pk": letter.request_id}))
    return download_response(paper.content, f"{letter.number}.{paper.suffix}", paper.media_type)


def letter_templates(request: HttpRequest) -> HttpResponse:
    """List, upload and reset the letter templates of one of the user's units."""
    by = get_actor(request.user)
    bodies = list_registering_units(by)
    body = bodies.filter(
        pk=parse_whole_number(request.GET.get("body", "") or request.POST.get("body", "")) or 0
    ).first()
    body = body or bodies.first()
    if request.method == "POST" and body:
        kind, upload = request.POST.get("kind", "")[:20], request.FILES.get("file")
        if "drop" in request.POST:
            run_with_messages(request, lambda: actions.drop_letter_template(body, by=by, kind=kind), "已恢复原有模板。")
        elif upload and (upload.size or 0) <= MAX_TEMPLATE_BYTES:
            values = {"kind": kind, "name": upload.name or "", "content": upload.read()}
            run_with_messages(request, lambda: actions.set_letter_template(body, by=by, **values), "已更换模板。")
        else:
            add_refusal_messages(request, Refused("请选择不超过2 MB的.docx文件。"))
        return HttpResponseRedirect(f"{reverse('requests:templates')}?body={body.pk}")
    own_templates = {
        letter_template.kind: letter_template
        for letter_template in LetterTemplate.objects.filter(body=body).defer("content")
    }
    context = {
        "body": body,
        "bodies": bodies,
        "kinds": [(key, letter_kind, own_templates.get(key)) for key, letter_kind in LETTER_KINDS.items()],
        "fields": LETTER_FIELDS,
    }
    return render(request, "requests/templates.html", context)


def download_template(request: HttpRequest, body: int, kind: str) -> HttpResponse:
    """Return the unit's own template for editing, else the built-in one with open fields."""
    found = get_visible_or_404(request.user, Body, body, pk__in=list_registering_units(get_actor(request.user)))
    if kind not in LETTER_KINDS:
        raise Http404("没有这种文书")
    template = LetterTemplate.objects.filter(body=found, kind=kind).first()
    content = bytes(template.content) if template else make_blank_template(kind, found)
    return download_response(content, f"{LETTER_KINDS[kind].title}.docx", DOCX_CONTENT_TYPE)


def _get_visible_material(request: HttpRequest, pk: int) -> Material:
    by = get_actor(request.user)
    return get_visible_or_404(by, Material, pk)


def download_material(request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
    """Return a file, or its masked copy, and log the access."""
    if which not in {"original", "masked"}:
        raise Http404
    material = _get_visible_material(request, pk)
    try:
        stored = actions.open_material(material, by=get_actor(request.user), copy=which == "masked")
    except Refused as refused:
        add_refusal_messages(request, refused)
        return HttpResponseRedirect(material.request.entry.url)
    name = f"遮盖副本-{material.name}" if which == "masked" else material.name
    return serve_stored(stored, name)


def compare_masked_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a file's text with its masked copy, if readable; log both accesses."""
    material = _get_visible_material(request, pk)
    try:
        actions.open_material(material, by=get_actor(request.user))
        actions.open_material(material, by=get_actor(request.user), copy=True)
    except Refused as refused:
        add_refusal_messages(request, refused)
        return HttpResponseRedirect(material.request.entry.url)
    assert material.masked is not None
    same = material.masked.type == material.stored.type and material.suffix in {"docx", "xlsx", "txt", "csv"}
    lines = masked_copies.compare_copy(material.stored, material.masked, material.suffix) if same else []
    return render(request, "requests/compare.html", {"material": material, "lines": lines})
