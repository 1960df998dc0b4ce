"""How long an answer may be kept, and by whom. One table; every public view ends in `finish`.

What the public gets is the same for everybody: it sets no cookie and varies by none. Whoever brings a session (staff, who may see limited
items) gets an answer that nobody keeps. A shared cache (nginx, Varnish, CDN) may keep answers only where `GONGKAI_CACHES` names one, because
only then is it told when something is published or withdrawn (`purging`); and only addresses without a query, because only those are known.
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

from gongkai.core.signin.middleware import is_through
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.portal.tree import sites

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from gongkai.core.acts.actors import Actor

R = TypeVar("R", bound=HttpResponseBase)


class Policy(NamedTuple):
    """Seconds: a browser keeps it, a shared cache keeps it, and serves it while it fetches it anew behind its readers."""

    browser: int
    shared: int
    stale: int = 0


HOUR, DAY = 3600, 86_400
#: A cache that is told forgets at once. `SHORT` and `BEHIND` are for one that cannot be told: it shows what was withdrawn this long at most.
#: They are not shorter, since each page that readers ask for is made anew once in that time, however many they are.
SHORT, BEHIND = 60, 60
#: While nothing answers the cache, readers go on with what it kept: so long. What it was told to forget it has not.
FAILING = DAY
#: Kind of answer → its policy. Browsers ask again each time (with ETag: 304), so what was withdrawn is gone at the next look.
POLICIES: dict[str, Policy] = {
    "page": Policy(0, SHORT, BEHIND),  # an item: it may be withdrawn
    "list": Policy(0, SHORT, BEHIND),  # front page, columns, topics, units
    "figures": Policy(0, SHORT, BEHIND),  # pages made from figures of a ledger
    "fixed": Policy(300, DAY, 600),  # about, openapi: changes with the program or the site
    "feed": Policy(0, SHORT, BEHIND),
    "file": Policy(0, SHORT, BEHIND),  # asked again by its digest, it is not sent again
    "missing": Policy(0, 30),
    "api": Policy(0, 0),
    "private": Policy(0, 0),  # searches: nobody keeps what somebody asked
}


def reader(request: HttpRequest) -> "Actor | User | AnonymousUser":
    """Return who reads: the public, unless the request brings a session that has passed the door. Without one none is looked at."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not is_through(request):
        return ANONYMOUS
    return request.user


def finish(request: HttpRequest, response: R, kind: str) -> R | HttpResponse:
    """Say how long an answer may be kept, name it (ETag), and answer 304 where the reader has it already."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response["Cache-Control"] = "private, no-store"
        return response
    if kind == "private":
        response["Cache-Control"] = "private, no-store"
        return response
    told = not request.META.get("QUERY_STRING") and _by_its_name(request)
    response["Cache-Control"] = header(kind, query=not told)
    if told and settings.GONGKAI_CACHES and POLICIES[kind].shared:
        share(response)
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
        return _packed(request, response)
    return answer or response


#: Said of an answer that may be kept for everybody: it stands under a name by which those who keep it are told.
_SHARED = "_gongkai_shared"


def share(response: HttpResponseBase) -> None:
    """Let an answer be kept for everybody."""
    setattr(response, _SHARED, True)


def is_shared(response: HttpResponseBase) -> bool:
    """Whether `finish` said that an answer may be kept for everybody."""
    return getattr(response, _SHARED, False) is True


#: By this header a cache that unpacks for readers who cannot (docs/portal/nginx.conf) asks for packed pages. Its value is the caches' secret: what is
#: packed for one that does not know how would be shown to readers as it is.
PACKED = "X-Gongkai-Packed"
_TEXTS = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
_LEAST = 500


def comes_from_cache(request: HttpRequest) -> bool:
    """Whether a request came through a cache of ours that is set up as docs/portal/nginx.conf: it knows the caches' secret."""
    asked, secret = request.headers.get(PACKED, ""), settings.GONGKAI_CACHE_SECRET
    return bool(asked and secret and constant_time_compare(asked, secret))


def _packed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Pack a page for a cache that asks so: it keeps the bytes that readers get, and packs nothing anew for each of them."""
    if not comes_from_cache(request):
        return response
    if len(response.content) < _LEAST or not response.headers.get("Content-Type", "").startswith(_TEXTS):
        return response
    response.content = gzip.compress(response.content, 6, mtime=0)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = f"W/{response.headers['ETag']}"  # other bytes, the same page
    return response


def _by_its_name(request: HttpRequest) -> bool:
    """Whether a site was asked by one of its hosts, at the one spelling of the address, that caches are told of.

    What is asked by another host or on a port that is not the site's, or spelled otherwise, no shared cache keeps: it would not hear of it.
    """
    asked = request.get_host().lower()
    answered = getattr(request, "_gongkai_site", None)
    known = any(asked in tree.website.answers_to for tree in ([answered] if answered else sites()))
    return known and _spelled_so(request)


def _spelled_so(request: HttpRequest) -> bool:
    """Whether an address came as purges write it (`quote`), to the character: no bare query mark, nothing escaped that needs no escape.

    The server says how it came (gunicorn RAW_URI, others REQUEST_URI). Granian says neither: it hands over the path
    unescaped, and spellings cannot be told apart here. Then an address that needs any escape is not kept, and the cache itself must keep none
    that came with one (docs/portal/nginx.conf, varnish.vcl).
    """
    raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    if raw is None:
        return quote(request.path) == request.path
    return bool(raw == quote(request.path))


def header(kind: str, *, query: bool = False) -> str:
    """Return the Cache-Control header of a kind of answer.

    >>> header("page", query=True)
    'public, max-age=0, must-revalidate'
    """
    policy = POLICIES[kind]
    shared = policy.shared if settings.GONGKAI_CACHES and not query else 0
    parts = ["public", f"max-age={policy.browser}"]
    if shared:
        parts.append(f"s-maxage={shared}")
        parts += (
            [f"stale-while-revalidate={policy.stale}", f"stale-if-error={FAILING}"] if policy.stale else []
        )
    elif not policy.browser:
        parts.append("must-revalidate")
    return ", ".join(parts)
