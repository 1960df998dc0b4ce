"""Cache lifetimes of public responses; every public view ends with `finish_response`.

Public responses are the same for everybody, set no cookie and do not vary. Requests with a
session (staff may see restricted items) get uncacheable responses. Shared caches (nginx,
Varnish, CDN) may store responses only if `GONGKAI_CACHES` names one, because only then are they
purged.
"""

import gzip
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.crypto import constant_time_compare

from gongkai.core.signin.middleware import is_fully_signed_in
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.portal.tree import load_sites

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from gongkai.core.acts.actors import Actor

R = TypeVar("R", bound=HttpResponseBase)


class CachePolicy(NamedTuple):
    """Seconds for which a response may be cached: by browsers, by shared caches, and as stale
    content meanwhile."""

    browser: int
    shared: int
    stale: int = 0


HOUR_SECONDS, DAY_SECONDS = 3600, 86_400
#: Limits for caches that cannot be purged: withdrawn content disappears after this time. Each
#: page is rendered once in this time, so shorter limits cost more.
SHARED_SECONDS, STALE_SECONDS = 60, 60
#: Time for which caches serve stored pages while the application is down; purged pages are gone.
STALE_IF_ERROR_SECONDS = DAY_SECONDS
#: Cache policy by kind of response; browsers always revalidate, so that withdrawn content disappears at once.
CACHE_POLICIES: dict[str, CachePolicy] = {
    "page": CachePolicy(0, SHARED_SECONDS, STALE_SECONDS),  # an item: it may be withdrawn
    "list": CachePolicy(0, SHARED_SECONDS, STALE_SECONDS),  # front page, columns, topics, units
    "figures": CachePolicy(0, SHARED_SECONDS, STALE_SECONDS),  # pages made from figures of a ledger
    "fixed": CachePolicy(300, DAY_SECONDS, 600),  # about, openapi: changes with the program or the site
    "feed": CachePolicy(0, SHARED_SECONDS, STALE_SECONDS),
    "file": CachePolicy(0, SHARED_SECONDS, STALE_SECONDS),  # asked again by its digest, it is not sent again
    "missing": CachePolicy(0, 30),
    "api": CachePolicy(0, 0),
    "private": CachePolicy(0, 0),  # searches: nobody keeps what somebody asked
}


def get_reader(request: HttpRequest) -> "Actor | User | AnonymousUser":
    """Return the reader: the public, or the user of a fully signed-in session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not is_fully_signed_in(request):
        return ANONYMOUS
    return request.user


def finish_response(request: HttpRequest, response: R, kind: str) -> R | HttpResponse:
    """Set the cache headers of `kind` and compress; return 304 if the reader has the response."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response["Cache-Control"] = "private, no-store"
        return response
    if kind == "private":
        response["Cache-Control"] = "private, no-store"
        return response
    is_purgeable = not request.META.get("QUERY_STRING") and _is_canonical_request(request)
    response["Cache-Control"] = make_cache_control(kind, query=not is_purgeable)
    if is_purgeable and settings.GONGKAI_CACHES and CACHE_POLICIES[kind].shared:
        mark_shareable(response)
    if request.method not in {"GET", "HEAD"} or response.status_code != 200:
        return response
    if "ETag" not in response and isinstance(response, HttpResponse):
        response["ETag"] = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    if "ETag" not in response:
        return response
    answer = get_conditional_response(request, etag=response["ETag"], response=response)  # type: ignore[arg-type]
    if answer is not response and isinstance(response, FileResponse):
        response.close()
    if answer is response and isinstance(response, HttpResponse):
        return _compress(request, response)
    return answer or response


#: Attribute of a response that may be cached for everybody under a purgeable URL.
_SHARED_CACHING_ATTRIBUTE = "_gongkai_shared"


def mark_shareable(response: HttpResponseBase) -> None:
    """Mark a response as cacheable for everybody."""
    setattr(response, _SHARED_CACHING_ATTRIBUTE, True)


def is_shared(response: HttpResponseBase) -> bool:
    """Return true if `finish_response` marked a response as cacheable for everybody."""
    return getattr(response, _SHARED_CACHING_ATTRIBUTE, False) is True


#: Header with which our cache requests compressed pages; its value is a secret, because other caches cannot
#: decompress.
COMPRESSED_HEADER = "X-Gongkai-Packed"
_COMPRESSIBLE_TYPES = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
_MIN_COMPRESSED_BYTES = 500


def comes_from_cache(request: HttpRequest) -> bool:
    """Return true if a request comes from our cache with the caches' secret."""
    given_secret, secret = request.headers.get(COMPRESSED_HEADER, ""), settings.GONGKAI_CACHE_SECRET
    return bool(given_secret and secret and constant_time_compare(given_secret, secret))


def _compress(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compress a text response that goes to a shared cache; its ETag becomes weak."""
    if not comes_from_cache(request):
        return response
    if len(response.content) < _MIN_COMPRESSED_BYTES or not response.headers.get("Content-Type", "").startswith(
        _COMPRESSIBLE_TYPES
    ):
        return response
    response.content = gzip.compress(response.content, 6, mtime=0)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = f"W/{response.headers['ETag']}"  # other bytes, the same page
    return response


def _is_canonical_request(request: HttpRequest) -> bool:
    """Return true if host and path are spelled as usual, so that a purge reaches them."""
    host = request.get_host().lower()
    request_site = getattr(request, "_gongkai_site", None)
    is_known_host = any(host in tree.website.host_names for tree in ([request_site] if request_site else load_sites()))
    return is_known_host and _is_canonical_path(request)


def _is_canonical_path(request: HttpRequest) -> bool:
    """Return true if the path was sent in its usual percent encoding."""
    raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    if raw is None:
        return quote(request.path) == request.path
    return bool(raw == quote(request.path))


def make_cache_control(kind: str, *, query: bool = False) -> str:
    """Return the Cache-Control header of a kind of response.

    >>> make_cache_control("page", query=True)
    'public, max-age=0, must-revalidate'
    """
    policy = CACHE_POLICIES[kind]
    shared = policy.shared if settings.GONGKAI_CACHES and not query else 0
    directives = ["public", f"max-age={policy.browser}"]
    if shared:
        directives.append(f"s-maxage={shared}")
        directives += (
            [f"stale-while-revalidate={policy.stale}", f"stale-if-error={STALE_IF_ERROR_SECONDS}"]
            if policy.stale
            else []
        )
    elif not policy.browser:
        directives.append("must-revalidate")
    return ", ".join(directives)
