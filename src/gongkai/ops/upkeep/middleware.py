"""The outermost middleware: probes without host or session, request ids, access log."""

import logging
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from gongkai.core.signin.throttle import client_ip
from gongkai.core.widgets.machine_urls import is_machine_request, method_not_allowed
from gongkai.lib.chinese import lazy_re as re
from gongkai.ops.upkeep import metrics, probes
from gongkai.ops.upkeep.logs import REQUEST_ID
from gongkai.ui.portal.views.errors import explain_method

REQUEST_LOGGER = logging.getLogger("gongkai.requests")
# Pattern of a request id from a reverse proxy; other values are replaced.
_REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9-]{8,64}")
#: HTTP methods that have handlers. TRACE would echo the request; the others belong to unused
#: protocols.
SUPPORTED_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
# URL parameters that are secrets: the URL pattern is logged instead of the URL.
_SECRET_URL_PARAMETERS = {"token", "key", "code", "ref"}


class OutermostMiddleware:
    """Refuse unsupported methods, answer probes, assign request ids, count and log requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse unsupported methods, answer probes; give other requests an id, and count and log the answer."""
        if request.method not in SUPPORTED_METHODS:
            return (
                method_not_allowed(request)
                if is_machine_request(request)
                else HttpResponseNotAllowed(SUPPORTED_METHODS)
            )
        if probe := probes.PROBES_BY_PATH.get(request.path_info):
            return probe(request)
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        name = given if _REQUEST_ID_PATTERN.fullmatch(given) else uuid.uuid4().hex
        mark, began = REQUEST_ID.set(name), time.perf_counter()
        try:
            response = self.get_response(request)
            if isinstance(response, HttpResponseNotAllowed) and request.method == "GET":
                explain_method(request, response)
            response.headers["X-Request-Id"] = name
            self._record_request(request, response, time.perf_counter() - began)
            return response
        finally:
            REQUEST_ID.reset(mark)

    def _record_request(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        """Count an answered request if metrics are enabled, and log it if INFO is."""
        match = request.resolver_match
        if metrics.metrics_enabled():
            metrics.count_request(request.method or "", match.view_name if match else "", response.status_code, seconds)
        if REQUEST_LOGGER.isEnabledFor(logging.INFO):
            facts = {
                "method": request.method,
                "path": _get_loggable_path(request),
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "client": client_ip(request) or "",
                "account": _get_account_name(request),
            }
            REQUEST_LOGGER.info("request", extra={"facts": facts})


def _get_account_name(request: HttpRequest) -> str:
    """Return the name of the signed-in account if the user was loaded already, else ""; makes no query."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return str(user.get_username()) if user is not None and user.is_authenticated else ""


def _get_loggable_path(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match and _SECRET_URL_PARAMETERS & match.kwargs.keys() else request.path
