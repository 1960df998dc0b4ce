"""Page 依申请公开: how to request information, fees, periods and contacts."""

from django.http import HttpRequest, HttpResponse

from gongkai.core.widgets.answers import DOCX, download
from gongkai.lib.law.fees import standard
from gongkai.ui.portal.caching import finish
from gongkai.ui.portal.context import render, site_of
from gongkai.work.requests.actions.fees import is_fee_public as charges_public
from gongkai.work.requests.public import APPLICATION_FORM_TITLE, answering_bodies, application_form_docx

#: Maximum number of units listed with contact details.
MAX_LISTED_UNITS = 300


def requests(request: HttpRequest) -> HttpResponse:
    """Page: the landing page."""
    tree = site_of(request)
    facts = {
        "fees": standard(),
        "bodies": list(answering_bodies()[:MAX_LISTED_UNITS]),
        "guide": tree.fixed("guide"),
        "contact": tree.website.contact,
        "charges": charges_public(tree.website.pk),
    }
    return render(request, "portal/requests.html", facts, keep="list")


def application(request: HttpRequest) -> HttpResponse:
    """Download the paper form."""
    site_of(request)
    answer = download(application_form_docx(), f"{APPLICATION_FORM_TITLE}.docx", DOCX)
    made: HttpResponse = finish(request, answer, "fixed")
    return made
