"""How a cache is told. Each way takes one address of one site and raises where the cache did not take it.

- `purge`: an HTTP PURGE (Varnish; docs/portal/varnish.vcl). Everything of a site: `X-Gongkai-Purge: site`.
- `pages`: nginx takes away the files it shows (`portal.kept`): one page, or the whole folder of a host at one word. It does so itself, by DAV at
  a port inside: a server that has no room left for another request holds up no withdrawal, and any machine can tell any other's nginx.
- `wagtail`: Wagtail's front-end cache backends, for CDNs (Cloudflare, CloudFront, Azure: `WAGTAILFRONTENDCACHE`).
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from gongkai.lib.outbound import NoAnswer, Reach, ask
from gongkai.ui.portal.kept import CHANGED, MARKS, NOW, PAGES, folder_of, name_of
from gongkai.ui.portal.purging.affected import EVERYTHING, Place

#: A cache stands beside the application: inside the own network, never behind a proxy.
CACHE = Reach(seconds=2.0, inner=True, most=250_000_000, whole=20.0)
#: Ways by which everything of a site is forgotten at one word that waits for no page: so what was withdrawn is gone before any is made anew.
AT_ONE_WORD = frozenset({"pages"})
#: Ways after which what was being made meanwhile cannot come back.
SURE = frozenset({"pages", "mirror"})


#: Way → called behind each run in which something was told by it, where a room has something to bring to its end then.
AFTER: dict[str, Callable[[], object]] = {}


def receivers() -> list[tuple[str, str]]:
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


def _pages(address: str, place: Place) -> None:
    host, name = folder_of(place.host), name_of(place.path)
    if place.path == EVERYTHING:
        away = f".{host}.{secrets.token_hex(8)}"  # beside it: where it is not there, nothing else is missing either
        if (
            host and settings.GONGKAI_PAGES
        ):  # what this machine can do itself waits for no web server that stands still or begins anew
            with suppress(OSError):
                os.rename(Path(settings.GONGKAI_PAGES, NOW, host), Path(settings.GONGKAI_PAGES, NOW, away))
        _ask(address, "MOVE", place.host, f"/{NOW}/{host}/", {"Destination": f"/{NOW}/{away}/"}, absent=True)
        return
    with suppress(NotTaken):  # the disk is full: then nobody keeps a page either
        write_at(address, host)
    if name:
        for file in (f"{PAGES}/{name}.gz", f"{MARKS}/{name}.mark"):
            _ask(address, "DELETE", place.host, f"/{NOW}/{host}/{file}", {}, absent=True)


def write_at(address: str, name: str) -> None:
    """Have nginx write a name's `changed` anew.

    Raises:
        NotTaken: it did not.
    """
    _ask(address, "PUT", name.strip("."), f"/{CHANGED}/{name}", {}, b"1")


def _ask(
    address: str,
    method: str,
    host: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None = None,
    *,
    absent: bool = False,
) -> None:
    """Ask a cache; `absent`: it is as well where there is nothing to be taken away."""
    secret = {"X-Gongkai-Secret": settings.GONGKAI_CACHE_SECRET} if settings.GONGKAI_CACHE_SECRET else {}
    headers = {"Host": host, **secret, **headers}
    try:
        with ask(
            address.rstrip("/") + quote(path), CACHE, method=method, headers=headers, body=body
        ) as answer:
            status = answer.status
    except NoAnswer as error:
        raise NotTaken(str(error)) from error
    if status >= 400 and not (absent and status == 404):
        raise NotTaken(f"缓存答复 {status}")


def _wagtail(_address: str, place: Place) -> None:
    from wagtail.contrib.frontend_cache.utils import get_backends

    scheme = "https" if settings.HTTPS else "http"
    path = "/" if place.path == EVERYTHING else place.path
    for backend in get_backends().values():
        backend.purge_batch([f"{scheme}://{place.host}{quote(path)}"])


#: Other rooms add theirs when they start (`mirror`).
WAYS: dict[str, Callable[[str, Place], None]] = {"purge": _purge, "pages": _pages, "wagtail": _wagtail}
