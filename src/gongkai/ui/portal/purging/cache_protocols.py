"""Purge protocols; each takes one URL of a site and raises if the cache refused.

- `purge`: HTTP PURGE (Varnish; docs/portal/varnish.vcl). Whole site: `X-Gongkai-Purge: site`.

- `pages`: nginx deletes its page files (`portal.page_files`), one page or a host's whole folder,
through WebDAV on an internal port. A server that has no capacity for requests does not delay a
withdrawal.

- `wagtail`: Wagtail's front-end cache backends for CDNs (`WAGTAILFRONTENDCACHE`).
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from gongkai.lib.outbound import NoAnswer, RequestLimits, send_request
from gongkai.ui.portal.page_files import (
    CHANGED_FOLDER,
    MARKS_FOLDER,
    NOW_FOLDER,
    PAGES_FOLDER,
    make_host_folder_name,
    make_page_file_name,
)
from gongkai.ui.portal.purging.affected_urls import WHOLE_SITE_PATH, SiteUrl

#: Caches are in the internal network, never behind a proxy.
CACHE_REQUEST_LIMITS = RequestLimits(seconds=2.0, inner=True, most=250_000_000, whole=20.0)
#: Methods that purge a whole site in one request, before any page is rendered again.
WHOLE_SITE_METHODS = frozenset({"pages"})
#: Methods after which a page being rendered cannot come back.
FINAL_PURGE_METHODS = frozenset({"pages", "mirror"})


#: Purge method → callback after each run that used it.
AFTER_RUN_CALLBACKS: dict[str, Callable[[], object]] = {}


def list_receivers() -> list[tuple[str, str]]:
    """Return the receivers of purges as (method, address): configured caches and the mirror."""
    mirror = [("mirror", settings.GONGKAI_MIRROR)] if settings.GONGKAI_MIRROR else []
    return [(method, address) for method, address in settings.GONGKAI_CACHES] + mirror


class PurgeRefused(Exception):
    """Raised when a cache did not answer or refused a purge, so that it is retried."""


def purge_url(cache: str, place: SiteUrl) -> None:
    """Purge one URL at one cache (`method=address`).

    Raises:
        PurgeRefused: retry later.
    """
    method, _, address = cache.partition("=")
    purge = PURGE_METHODS.get(method)
    if purge is None:
        raise PurgeRefused(f"没有这种缓存方式：{method}")
    purge(address, place)


def _purge_by_http(address: str, place: SiteUrl) -> None:
    """Purge a URL or a whole site with the HTTP method PURGE."""
    everything = place.path == WHOLE_SITE_PATH
    headers = {"X-Gongkai-Purge": "site"} if everything else {}
    _send_request(address, "PURGE", place.host, "/" if everything else place.path, headers)


def _delete_files(address: str, place: SiteUrl) -> None:
    """Have nginx delete the files of a URL, or a host's whole folder.

    Raises:
        PurgeRefused: the server did not do it.
    """
    host, name = make_host_folder_name(place.host), make_page_file_name(place.path)
    if place.path == WHOLE_SITE_PATH:
        discarded_folder = f".{host}.{secrets.token_hex(8)}"  # in the same folder, so that only the host can be missing
        if host and settings.GONGKAI_PAGES:  # delete local files first: a web server may hang or restart
            with suppress(OSError):
                os.rename(
                    Path(settings.GONGKAI_PAGES, NOW_FOLDER, host),
                    Path(settings.GONGKAI_PAGES, NOW_FOLDER, discarded_folder),
                )
        _send_request(
            address,
            "MOVE",
            place.host,
            f"/{NOW_FOLDER}/{host}/",
            {"Destination": f"/{NOW_FOLDER}/{discarded_folder}/"},
            absent=True,
        )
        return
    with suppress(PurgeRefused):  # the disk is full: then nobody keeps a page either
        write_changed_file(address, host)
    if name:
        for file in (f"{PAGES_FOLDER}/{name}.gz", f"{MARKS_FOLDER}/{name}.mark"):
            _send_request(address, "DELETE", place.host, f"/{NOW_FOLDER}/{host}/{file}", {}, absent=True)


def write_changed_file(address: str, name: str) -> None:
    """Have nginx write the `changed` file of a name.

    Raises:
        PurgeRefused.
    """
    _send_request(address, "PUT", name.strip("."), f"/{CHANGED_FOLDER}/{name}", {}, b"1")


def _send_request(
    address: str,
    method: str,
    host: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None = None,
    *,
    absent: bool = False,
) -> None:
    """Send a request to a cache with the shared secret; with `absent`, 404 is success.

    Raises:
        PurgeRefused: no answer, or an error status.
    """
    secret = {"X-Gongkai-Secret": settings.GONGKAI_CACHE_SECRET} if settings.GONGKAI_CACHE_SECRET else {}
    headers = {"Host": host, **secret, **headers}
    try:
        with send_request(
            address.rstrip("/") + quote(path), CACHE_REQUEST_LIMITS, method=method, headers=headers, body=body
        ) as answer:
            status = answer.status
    except NoAnswer as error:
        raise PurgeRefused(str(error)) from error
    if status >= 400 and not (absent and status == 404):
        raise PurgeRefused(f"缓存答复 {status}")


def _purge_by_wagtail(_address: str, place: SiteUrl) -> None:
    """Purge a URL at the CDNs configured in Wagtail; for a whole site only its home page."""
    from wagtail.contrib.frontend_cache.utils import get_backends

    scheme = "https" if settings.HTTPS else "http"
    path = "/" if place.path == WHOLE_SITE_PATH else place.path
    for backend in get_backends().values():
        backend.purge_batch([f"{scheme}://{place.host}{quote(path)}"])


#: Purge method → function; other apps add theirs at start-up (`mirror`).
PURGE_METHODS: dict[str, Callable[[str, SiteUrl], None]] = {
    "purge": _purge_by_http,
    "pages": _delete_files,
    "wagtail": _purge_by_wagtail,
}
