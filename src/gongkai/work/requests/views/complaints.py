"""Views for registering complaints and opening their written answers."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from gongkai.core.acts.action import Refused
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import say_no
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.forms.tokens import new_token
from gongkai.core.intake.held import Particulars
from gongkai.core.intake.views.registering import registered
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.widgets.answers import DOCX_CONTENT_TYPE, download
from gongkai.work.requests.complaints.actions import open_answer, register_complaint
from gongkai.work.requests.complaints.public import ComplaintForm
from gongkai.work.requests.complaints.rules import check_complaint_registrar
from gongkai.work.requests.models import Complaint
from gongkai.work.requests.public import answering_bodies

# The name of the form for its one-time token.
COMPLAINT_FORM_NAME = "complaint-register"


def _register_complaint(form: ComplaintForm, by: Actor) -> tuple[str, str]:
    data = form.cleaned_data
    facts = {name: data[name] for name in ("about", "text", "number", "channel", "institution")}
    entry: Entry = register_complaint(data["against"], by=by, **facts)
    said = Particulars(name=data["name"], phone=data["phone"])
    matter = f"complaint/{entry.pk}"
    if not said.empty:
        register_party(None, by=by, matter=matter, said=said)
    return matter, said.last_four


def register_complaint_view(request: HttpRequest) -> HttpResponse:
    """Register a complaint."""
    by = actor_of(request.user)
    form = ComplaintForm(request.POST if request.method == "POST" else None, bodies=answering_bodies())
    if made := registered(
        request, form, COMPLAINT_FORM_NAME, lambda: _register_complaint(form, by), by=by, asker="投诉人"
    ):
        # The clerk may belong to a unit that cannot see the complaint.
        seen = visible_to(by).filter(pk=made.number).first()
        return HttpResponseRedirect(seen.url if seen else request.path)
    facts = {
        "form": form,
        "reasons": check_complaint_registrar(by, None),
        "once": new_token(COMPLAINT_FORM_NAME),
    }
    return render(request, "requests/complaint.html", facts)


def download_complaint_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the written answer and log the access."""
    by = actor_of(request.user)
    found = get_visible_or_404(by, Complaint, pk)
    try:
        content = open_answer(found, by=by)
    except Refused as refused:
        if not found.key:
            raise Http404 from refused
        say_no(request, refused)
        return HttpResponseRedirect(found.entry.url)
    return download(content, f"{found.number}.docx", DOCX_CONTENT_TYPE)
