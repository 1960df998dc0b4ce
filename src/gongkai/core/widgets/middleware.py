"""Middleware: content security policy, query length limit, per-page query cache."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, get_urlconf, reverse

from gongkai.core.widgets.once import page_cache
from gongkai.lib.confined import public_slots, shared_time_limit

#: HTTP methods that change nothing.
SAFE_METHODS = frozenset({"GET", "HEAD"})


@cache
def _get_office_path(addresses: str, prefix: str) -> str:
    del prefix  # stands before what `reverse` returns
    return reverse("wagtailadmin_home", urlconf=addresses)


def is_office_path(path: str) -> bool:
    """Return true if a path belongs to the back office."""
    root = _get_office_path(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return path.startswith(root) or path == root.rstrip("/")


def _format_policy(policy: dict[str, list[str]]) -> str:
    return "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items())


class ContentSecurityPolicyMiddleware:
    """Sets the content security policy of each response by its path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.public = _format_policy(settings.CSP_PUBLIC)
        self.office = _format_policy(settings.CSP_OFFICE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy, unless the view set its own."""
        response = self.get_response(request)
        policy = self.office if is_office_path(request.path) else self.public
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class QueryLengthMiddleware:
    """Refuses overlong query strings of public pages, which every link would repeat.

    The longest search text takes about 1,000 bytes when encoded; several filters may be added.
    """

    #: Longest accepted query string, in characters.
    MOST = 3_000

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request.

        Raises:
            BadRequest: the query string is too long.
        """
        if len(request.META.get("QUERY_STRING", "")) > self.MOST and not is_office_path(request.path):
            raise BadRequest("查询的内容过长，请缩短后再查。")
        return self.get_response(request)


class PageCacheMiddleware:
    """Caches repeated queries while a page is rendered (`once.ask_once`).

    All confined readers of one file share one timeout (`confined.shared_time_limit`). Those of public pages take
    slots of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        reads = request.method in SAFE_METHODS
        slots = nullcontext() if is_office_path(request.path) else public_slots(sent=not reads)
        with shared_time_limit(), slots, page_cache() if reads else nullcontext():
            return self.get_response(request)
