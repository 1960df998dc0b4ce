"""Middleware that lets public pages read from a replica. Innermost, after sessions."""

import math
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gongkai.core.widgets.middleware import is_office_path
from gongkai.ui.portal import replica

#: Cookie of a browser that sent something: it reads from the primary until it expires.
WROTE_COOKIE = "gongkai-wrote"
#: HTTP methods that change nothing.
SAFE_METHODS = {"GET", "HEAD"}


def is_anonymous_read(request: HttpRequest) -> bool:
    """Return true for a read request without session, key or recent write."""
    return (
        request.method in SAFE_METHODS
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and WROTE_COOKIE not in request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and not is_office_path(request.path_info)
    )


class ReadReplicaMiddleware:
    """Lets queries of public pages read from a fresh replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not replica.list_replicas():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Choose the database to read from; after a write, the next reads use the primary."""
        context_token = replica.CURRENT_READ_DATABASE.set(
            replica.choose_database() if is_anonymous_read(request) else replica.PRIMARY_DATABASE
        )
        try:
            response = self.get_response(request)
        finally:
            replica.CURRENT_READ_DATABASE.reset(context_token)
        if request.method not in SAFE_METHODS and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            seconds = math.ceil(settings.GONGKAI_REPLICA_LAG + 2 * replica.CHECK_SECONDS)
            response.set_cookie(  # type: ignore[attr-defined]
                WROTE_COOKIE, "1", max_age=seconds, secure=settings.HTTPS, httponly=True, samesite="Lax"
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Repeat the request on another database if the replica failed."""
        match = request.resolver_match
        if match is None or not isinstance(exception, OperationalError | InterfaceError):
            return None
        while (failed := replica.CURRENT_READ_DATABASE.get()) != replica.PRIMARY_DATABASE:
            replica.get_replica_watch(failed).stop_reading()
            replica.CURRENT_READ_DATABASE.set(replica.choose_database())
            try:
                return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
            except (OperationalError, InterfaceError):
                if replica.CURRENT_READ_DATABASE.get() == replica.PRIMARY_DATABASE:
                    raise
        return None
