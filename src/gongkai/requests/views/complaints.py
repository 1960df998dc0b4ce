"""Registering a complaint that came by telephone, mail or at the counter; its written answer."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from gongkai.acts.action import Refused
from gongkai.acts.pages import does, say_no
from gongkai.intake.actions import issue_code, register_party
from gongkai.intake.codes import shown
from gongkai.intake.particulars import Particulars
from gongkai.ledger.models import Entry
from gongkai.ledger.queries import visible_to
from gongkai.requests.complaints.actions import open_answer, register_complaint
from gongkai.requests.complaints.forms import ComplaintForm
from gongkai.requests.complaints.rules import registers
from gongkai.requests.models import Complaint
from gongkai.requests.public import answering_bodies
from gongkai.ui.answers import DOCX, download
from gongkai.units.actors import Actor, actor_of


def _register(form: ComplaintForm, by: Actor) -> tuple[Entry, str]:
    """Register it with who complains and the code that opens it, all or nothing."""
    data = form.cleaned_data
    with transaction.atomic():
        facts = {name: data[name] for name in ("about", "text", "number", "channel", "institution")}
        entry: Entry = register_complaint(data["against"], by=by, **facts)
        said = Particulars(name=data["name"], phone=data["phone"])
        if not said.empty:
            register_party(None, by=by, matter=f"complaint/{entry.pk}", said=said)
        code, _ = issue_code(None, by=by, matter=f"complaint/{entry.pk}", second=said.last_four)
    return entry, code


def register(request: HttpRequest) -> HttpResponse:
    """Register a complaint."""
    by = actor_of(request.user)
    form = ComplaintForm(request.POST if request.method == "POST" else None, bodies=answering_bodies())
    if request.method == "POST" and form.is_valid():
        made: list[Any] = []
        if does(request, lambda: made.append(_register(form, by)), "已登记。"):
            entry, code = made[0]
            messages.success(request, f"查询码：{shown(code)}。请交给投诉人，本页之后不再显示。")
            # Who registers it may be of a unit that does not see it.
            seen = visible_to(by).filter(pk=entry.pk).exists()
            return HttpResponseRedirect(entry.url if seen else request.path)
    return render(request, "requests/complaint.html", {"form": form, "reasons": registers(by, None)})


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the written answer to whoever handles the complaint; each opening stands in the log."""
    by = actor_of(request.user)
    found = get_object_or_404(Complaint, pk=pk, entry__in=visible_to(by))
    try:
        content = open_answer(found, by=by)
    except Refused as refused:
        if not found.key:
            raise Http404 from refused
        say_no(request, refused)
        return HttpResponseRedirect(found.entry.url)
    return download(content, f"{found.number}.docx", DOCX)
