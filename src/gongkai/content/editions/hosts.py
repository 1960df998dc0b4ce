"""Resolve hosts to sites and build URLs on other sites."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from gongkai.content.editions.models import Website


def find_site_of_host(host: str, websites: Iterable[Website]) -> Website | None:
    """Return the site of a host (with or without port), else the first of `websites` (the default site), or None."""
    host = host.lower()
    known = list(websites)
    bare = host.rsplit(":", 1)[0]
    own = (site for site in known if {host, bare} & site.host_names)
    return next(own, known[0] if known else None)


def find_stored_site_of_host(host: str, websites: QuerySet[Website]) -> Website | None:
    """Return the site of a host, loading only candidates, because a province has hundreds; None if there is none."""
    bare = host.lower().rsplit(":", 1)[0]
    candidates = list(websites.filter(Q(is_default=True) | Q(host__icontains=bare) | ~Q(other_hosts=[])))
    return find_site_of_host(host, candidates if candidates and candidates[0].is_default else websites)


def home_url(website: Website) -> str:
    """Return the URL prefix of a site for mails and paper: its scheme and host."""
    return f"{'https' if settings.HTTPS else 'http'}://{website.host}"


def public_url_prefix(request: HttpRequest, website: Website) -> str:
    """Return the URL prefix for feeds, site maps, canonical links and files.

    It is the site's own host, so that each text has one URL. An installation without a base URL
    uses the requested host on the local machine.
    """
    if _is_this_machine(urlsplit(settings.BASE_URL).hostname) and _is_this_machine(_strip_port(request.get_host())):
        return f"{request.scheme}://{request.get_host()}"
    return home_url(website)


def _strip_port(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def _is_this_machine(host: str | None) -> bool:
    """Return true if a host is this machine, by name or address.

    >>> [_is_this_machine(host) for host in ("127.0.0.1", "::1", "qx.localhost", "10.0.0.1", None)]
    [True, True, True, False, False]
    """
    return bool(host) and (host in {"127.0.0.1", "::1"} or f".{host}".endswith(".localhost"))


def other_site_prefix(requested_host: str, website: Website) -> str:
    """Return the URL prefix of another site: its host, with the requested port for plain HTTP."""
    port = re.search(r":\d+\Z", requested_host)
    own = ":" in website.host or settings.HTTPS or port is None
    return f"//{website.host}{'' if own or port is None else port[0]}"


def site_prefix(request: HttpRequest, website: Website) -> str:
    """Return the URL prefix of a site on a page: "" for the site that answers the request."""
    known: Website | None = getattr(request, "_gongkai_answering", None)
    if known is None:
        known = find_site_of_host(request.get_host(), Website.objects.all())
        request._gongkai_answering = known  # type: ignore[attr-defined]
    return "" if known == website else other_site_prefix(request.get_host(), website)
