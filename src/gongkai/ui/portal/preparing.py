"""Middleware before the site is opened (筹备): the public sees a placeholder, staff see the site."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from gongkai.content.editions.launching import in_preparation
from gongkai.content.editions.models import Website
from gongkai.core.units.actors import actor_of
from gongkai.core.widgets.machines import by_machine, said
from gongkai.core.widgets.middleware import in_office
from gongkai.ui.portal.caching import reader

R = TypeVar("R", bound=HttpResponseBase)
#: Value of Retry-After in seconds.
AGAIN = 3600
_SAFE_METHODS = {"GET", "HEAD"}
_CLOSED_MESSAGE = "网站正在筹备，尚未开通。"
_NO_FORMS_MESSAGE = "网站尚未开通，预览时不能提交表单。"


class BeforeLaunch:
    """Answers 503 with Retry-After at every public URL until the site is opened.

    No cache or search engine stores these responses. Static files and probes are handled earlier;
    the back office is unaffected.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request."""
        if in_office(request.path_info) or not in_preparation():
            return self.get_response(request)
        if not actor_of(reader(request)).known:
            return _make_closed_response(request, _CLOSED_MESSAGE)
        if request.method not in _SAFE_METHODS:
            return _make_closed_response(request, _NO_FORMS_MESSAGE)
        request.gongkai_preview = True  # type: ignore[attr-defined]
        return _forbid_caching(self.get_response(request))


def _make_closed_response(request: HttpRequest, words: str) -> HttpResponse:
    response: HttpResponse
    if by_machine(request):
        response = said(words, 503)
    else:
        shown = {
            "preview": words == _NO_FORMS_MESSAGE,
            "words": words,
            "site": Website.objects.order_by("pk").first(),
        }
        page = render_to_string("portal/preparing.html", shown)
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(AGAIN)
    return _forbid_caching(response)


def _forbid_caching(response: R) -> R:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
