"""The content security policy: strict for the public site, Wagtail's needs for the office; how long a public address may be; one asking a page."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import cache

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, get_urlconf, reverse

from gongkai.core.widgets.once import one_page
from gongkai.lib.confined import one_wait

#: Ways of asking that change nothing.
READING = frozenset({"GET", "HEAD"})


@cache
def _office(addresses: str, prefix: str) -> str:
    """Return where the back office stands; several middlewares ask at each request of anybody."""
    del prefix  # stands before what `reverse` returns
    return reverse("wagtailadmin_home", urlconf=addresses)


def in_office(path: str) -> bool:
    """Whether a path is one of the back office's, wherever the addresses put that."""
    root = _office(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return path.startswith(root) or path == root.rstrip("/")


def _header(policy: dict[str, list[str]]) -> str:
    return "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items())


class ContentSecurityPolicy:
    """Set the policy of each answer by its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.public = _header(settings.CSP_PUBLIC)
        self.office = _header(settings.CSP_OFFICE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy in the header unless the view set its own."""
        response = self.get_response(request)
        policy = self.office if in_office(request.path) else self.public
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class ShortQuery:
    """Refuse a public address that asks for more than any form of the site does: each link of a list would repeat it.

    The longest words that a search takes are some 1,000 bytes as addresses write Chinese; several filters may stand beside them.
    """

    MOST = 3_000

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer.

        Raises:
            BadRequest: the query is too long.
        """
        if len(request.META.get("QUERY_STRING", "")) > self.MOST and not in_office(request.path):
            raise BadRequest("查询的内容过长，请缩短后再查。")
        return self.get_response(request)


class OnePage:
    """While a page of the office is read, what its rules and lists ask several times is asked once (`ui.once.kept`).

    All readers of one file together may take as long as one of them (`confined.one_wait`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        reads = request.method in READING and in_office(request.path)
        with one_wait(), one_page() if reads else nullcontext():
            return self.get_response(request)
