"""The register of requests, registering at the counter, its spreadsheet."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongkai.errands.exports import may_be_long
from gongkai.intake.actions import recorded, register_party
from gongkai.intake.forms.tokens import new_token
from gongkai.intake.views.registering import registered
from gongkai.ledger.models import Entry
from gongkai.ledger.subjects import with_subjects
from gongkai.requests import actions
from gongkai.requests.applicants import ApplicantKind
from gongkai.requests.forms.register import PARTICULARS, RegisterForm
from gongkai.requests.machine import LABELS
from gongkai.requests.models import ReceiptChannel, Request
from gongkai.requests.queries import Wanted, requests_visible_to
from gongkai.requests.queries.listing import STANDING
from gongkai.requests.register_sheet import SHEET, exported
from gongkai.requests.results import RESULTS
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.paging import page_of
from gongkai.units import reach
from gongkai.units.actors import Actor, actor_of
from gongkai.units.choosing import filter_of
from gongkai.units.models import Body, Role

#: Name of the form, for its token.
FORM = "request-register"
PER_PAGE = 50
EXPORT_MOST = 20_000


def bodies_of(by: Actor) -> "QuerySet[Body]":
    """Return the units for which somebody may register a request."""
    return reach.bodies_of(by, roles=(Role.CLERK, Role.LEAD, Role.SIGNER), supervising=(Role.CHIEF,))


def listing(request: HttpRequest) -> HttpResponse:
    """Show the requests that somebody sees, filtered."""
    by = actor_of(request.user)
    wanted = Wanted.read(request.GET.dict())
    offered = bodies_of(by) if by.has(Role.CHIEF) else Body.objects.none()
    units = filter_of(request, offered, wanted.body)
    if units.address:
        return redirect(units.address)
    rows = wanted.apply(requests_visible_to(by), by)
    page = page_of(request, rows, PER_PAGE)
    with_subjects([one.entry for one in page], by)
    facts = {
        "wanted": wanted,
        "page": page,
        "query": wanted.query(),
        "beyond": wanted.beyond(requests_visible_to(by), by),
        "tabs": [(name, words, wanted.query(standing=name)) for name, words in STANDING.items()],
        "states": LABELS.items(),
        "results": [(key, one.name) for key, one in RESULTS.items()],
        "channels": ReceiptChannel.choices,
        "applicants": ApplicantKind.choices,
        "units": units,
        "may_register": bodies_of(by).exists(),
    }
    return render(request, "requests/list.html", facts)


def _asked(request: HttpRequest) -> "QuerySet[Request]":
    return Wanted.read(request.GET.dict()).apply(requests_visible_to(request.user), actor_of(request.user))


@may_be_long(
    "requests.register",
    "依申请公开台账",
    rows=_asked,
    seen=lambda request: requests_visible_to(request.user),
    cap=EXPORT_MOST,
)
def export(request: HttpRequest) -> HttpResponse:
    """Give the filtered register as a spreadsheet, with the columns that an import takes."""
    by = actor_of(request.user)
    rows = recorded(exported(_asked(request)[:EXPORT_MOST], by), by, SHEET.name)
    return spreadsheet(SHEET, rows, f"requests-{timezone.localdate():%Y%m%d}")


def _register(form: RegisterForm, by: Actor) -> tuple[str, str]:
    """Register a request with who asks; return its matter and the last four that its code is asked with."""
    given = {name: value for name, value in form.cleaned_data.items() if name not in PARTICULARS}
    said = form.particulars()
    entry: Entry = actions.register(given.pop("body"), by=by, **given)
    matter = f"request/{entry.pk}"
    register_party(None, by=by, matter=matter, said=said)
    return matter, said.last_four


def register(request: HttpRequest) -> HttpResponse:
    """Register what came in on paper or at the counter."""
    by = actor_of(request.user)
    bodies = bodies_of(by)
    form = RegisterForm(request.POST if request.method == "POST" else None, bodies=bodies)
    if made := registered(request, form, FORM, lambda: _register(form, by), by=by, asker="申请人"):
        return HttpResponseRedirect(reverse("ledger_entry", kwargs={"pk": made.number}))
    facts = {"form": form, "bodies": bodies.exists(), "once": new_token(FORM)}
    return render(request, "requests/register.html", facts)
