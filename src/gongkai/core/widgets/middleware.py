"""Middleware: content security policy, checks of sent texts, per-page query cache."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import get_script_prefix, get_urlconf, reverse

from gongkai.core.widgets.request_cache import page_cache
from gongkai.lib.confined import public_slots, shared_time_limit

#: HTTP methods that change nothing.
SAFE_METHODS = frozenset({"GET", "HEAD"})


@cache
def _get_office_path(addresses: str, prefix: str) -> str:
    del prefix  # stands before what `reverse` returns
    return reverse("wagtailadmin_home", urlconf=addresses)


def is_office_path(path: str) -> bool:
    """Return true if a URL path (with script prefix) belongs to the back office."""
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


#: Content type of a form without uploads; its body can be read again.
_SIMPLE_FORM = "application/x-www-form-urlencoded"


class SentTextMiddleware:
    """Removes NUL from sent values, as PostgreSQL cannot store it; refuses it in paths, and overlong public queries.

    Every link of a page would repeat its query. The longest search text takes about 1,000 bytes when encoded; several
    filters may be added.
    """

    #: Longest accepted query string, in characters.
    MOST = 3_000

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request.

        Raises:
            BadRequest: the path has NUL, which no row can be asked for, or the query string is too long.
        """
        if "\0" in request.path:
            raise BadRequest
        query = request.META.get("QUERY_STRING", "")
        if len(query) > self.MOST and not is_office_path(request.path):
            raise BadRequest("查询的内容过长，请缩短后再查。")
        if "%00" in query:
            request.GET = _remove_nul(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *_: object) -> None:
        """Remove NUL from the posted values.

        A view without CSRF check may read its body itself, which parsed uploads would prevent.
        """
        is_parsed = not getattr(view, "csrf_exempt", False) or request.content_type == _SIMPLE_FORM
        if request.method != "POST" or not is_parsed:
            return
        if any("\0" in value for _, values in request.POST.lists() for value in values):
            request.POST = _remove_nul(request.POST)  # type: ignore[assignment]


def _remove_nul(sent: QueryDict) -> QueryDict:
    """Return a copy of the values without NUL characters."""
    clean = sent.copy()
    for name, values in sent.lists():
        clean.setlist(name, [value.replace("\0", "") for value in values])
    return clean


class PageCacheMiddleware:
    """Caches repeated queries while a page is rendered (`request_cache.ask_once`).

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
