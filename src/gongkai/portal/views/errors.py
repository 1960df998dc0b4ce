"""What is not there: older addresses, missing slashes, the page that says so."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render as django_render
from django.urls import Resolver404, resolve

from gongkai.portal.context import render
from gongkai.portal.views.items import moved


def fallback(request: HttpRequest, path: str) -> HttpResponse:
    """Any other address: an older one leads to the current one, a missing slash is added, else it is not there."""
    try:
        return moved(request)
    except Http404:
        if not path.endswith("/") and "." not in path.rsplit("/", 1)[-1] and _is_page(f"/{path}/"):
            return HttpResponsePermanentRedirect(f"/{path}/")
        raise


def _is_page(path: str) -> bool:
    try:
        return resolve(path).func is not fallback
    except Resolver404:
        return False


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """One line for what no browser of ours sends. Only words that we wrote ourselves are said (`BadRequest`); nothing that was sent comes back."""
    said = str(exception) if isinstance(exception, BadRequest) else ""
    words = said if said.endswith("。") else "这个请求不能识别，请返回上一页，刷新后重试。"
    response = django_render(request, "portal/bad_request.html", {"words": words}, status=400)
    response["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The page for what is not there (or not there any more), with ways on."""
    try:
        return render(request, "portal/not_found.html", keep="missing", status=404)
    except Http404:
        return django_render(request, "portal/no_site.html", status=404)
