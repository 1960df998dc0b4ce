"""How a cache is told. Each way takes one address of one site and raises where the cache did not take it.

- `purge`: an HTTP PURGE (Varnish; the VCL is in docs/portal.md). Everything of a site: `X-Gongkai-Purge: site`.
- `refresh`: a GET that passes the cache and is kept in place of what was there (nginx, which has no purging of its own). Everything of a
  site: a new generation, under which the cache keeps pages from then on. It is named here, so that nginx asks nobody: a server that has no
  room left for another request holds up no withdrawal. What was being fetched meanwhile is kept under the older name, and never found.
- `wagtail`: Wagtail's front-end cache backends, for CDNs (Cloudflare, CloudFront, Azure: `WAGTAILFRONTENDCACHE`).
"""

from collections.abc import Callable
from email.message import Message
from urllib.parse import quote

from django.conf import settings

from gongkai.outbound import NoAnswer, Reach, ask
from gongkai.portal.caching import GENERATION, NAMED, new_generation
from gongkai.portal.purging.affected import EVERYTHING, Place

#: A cache stands beside the application: inside the own network, never behind a proxy.
CACHE = Reach(seconds=2.0, inner=True, most=250_000_000, whole=20.0)
#: Ways by which everything of a site is forgotten at one word that waits for no page: so what was withdrawn is gone before any is made anew.
AT_ONE_WORD = frozenset({"refresh"})
#: Ways after which what was being fetched meanwhile cannot come back: a new generation, and files written here.
SURE = frozenset({"refresh", "mirror"})


#: Way → called behind each run in which something was told by it, where a room has something to bring to its end then.
AFTER: dict[str, Callable[[], object]] = {}


def told() -> list[tuple[str, str]]:
    """Return who is told of what changed, as (way, address): the caches of the settings, and the mirror where there is one."""
    mirror = [("mirror", settings.GONGKAI_MIRROR)] if settings.GONGKAI_MIRROR else []
    return [(way, address) for way, address in settings.GONGKAI_CACHES] + mirror


class NotTaken(Exception):
    """The cache did not answer, or answered that it would not."""


def tell(cache: str, place: Place) -> None:
    """Tell one cache (`way=address`) of one place.

    Raises:
        NotTaken: try again later.
    """
    way, _, address = cache.partition("=")
    known = WAYS.get(way)
    if known is None:
        raise NotTaken(f"没有这种缓存方式：{way}")
    known(address, place)


def _purge(address: str, place: Place) -> None:
    everything = place.path == EVERYTHING
    headers = {"X-Gongkai-Purge": "site"} if everything else {}
    _ask(address, "PURGE", place.host, "/" if everything else place.path, headers)


def _refresh(address: str, place: Place) -> None:
    headers = {"X-Gongkai-Refresh": settings.GONGKAI_CACHE_SECRET or "1"}
    if place.path != EVERYTHING:
        _ask(address, "GET", place.host, place.path, headers)
        return
    said = _ask(address, "GET", place.host, GENERATION, headers | {"X-Gongkai-Name": new_generation()})
    if not said.get(NAMED):  # nginx hides that nobody answered it, so that pages go on
        raise NotTaken("缓存没有换代")


def _ask(address: str, method: str, host: str, path: str, headers: dict[str, str]) -> Message:
    secret = {"X-Gongkai-Secret": settings.GONGKAI_CACHE_SECRET} if settings.GONGKAI_CACHE_SECRET else {}
    headers = {"Host": host, **secret, **headers}
    try:
        with ask(address.rstrip("/") + quote(path), CACHE, method=method, headers=headers) as answer:
            status, said = answer.status, answer.headers
            if status < 400:
                answer.read()  # a refreshed page is kept only when it was taken whole
    except NoAnswer as error:
        raise NotTaken(str(error)) from error
    # What is gone is refreshed to a 404, and an address that redirects is one: both were taken.
    if status >= 400 and not (method == "GET" and status in {404, 410}):
        raise NotTaken(f"缓存答复 {status}")
    return said


def _wagtail(_address: str, place: Place) -> None:
    from wagtail.contrib.frontend_cache.utils import get_backends

    scheme = "https" if settings.HTTPS else "http"
    path = "/" if place.path == EVERYTHING else place.path
    for backend in get_backends().values():
        backend.purge_batch([f"{scheme}://{place.host}{quote(path)}"])


#: Other rooms add theirs when they start (`mirror`).
WAYS: dict[str, Callable[[str, Place], None]] = {"purge": _purge, "refresh": _refresh, "wagtail": _wagtail}
