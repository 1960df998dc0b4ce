"""Middleware of the back office: second factor, idle sessions, logging of responses."""

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongkai.core.signin import factors
from gongkai.core.signin.identity import protocols
from gongkai.core.signin.models import OperationKind
from gongkai.core.signin.operations import record_operation
from gongkai.core.units.middleware import IDENTITY_SESSION_KEY, is_sign_in_help
from gongkai.core.units.models import Person
from gongkai.core.widgets.middleware import is_office_path
from gongkai.core.widgets.responses import is_download

#: Session key of the session's last use.
LAST_SEEN_SESSION_KEY = "gongkai_seen"
#: Message on the sign-in page after the session expired while a form was open.
SESSION_EXPIRED_MESSAGE = "登录已经到期，您刚才填写的内容没有提交。请重新登录，登录后回到刚才的页面。"
#: Interval of writing a session's last use, in seconds.
LAST_SEEN_INTERVAL_SECONDS = 60
#: URL names reachable without the second factor: sign-in, sign-out and set-up.
_UNVERIFIED_URL_NAMES = (
    "signin:verify",
    "signin:set_up",
    "signin:add_passkey",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
)
_FORBIDDEN_STATUS = 403


def is_idle(request: HttpRequest) -> bool:
    """Return true if the session has been unused longer than allowed."""
    limit, last_seen = settings.GONGKAI_IDLE_MINUTES * 60, request.session.get(LAST_SEEN_SESSION_KEY)
    return bool(limit) and isinstance(last_seen, int) and int(time.time()) - last_seen > limit


def is_fully_signed_in(request: HttpRequest) -> bool:
    """Return true if the user is signed in, the session is not idle and passed the second factor, and the user need not
    change a one-time password."""
    user = request.user
    if not user.is_authenticated or is_idle(request) or not factors.is_passed(request):
        return False
    if IDENTITY_SESSION_KEY in request.session:
        return True
    return not Person.objects.filter(user_id=user.pk, must_change_password=True).exists()


def _redirect_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to sign-in and back to this page; warn if a sent form is lost."""
    next_url = request.get_full_path()
    if request.method == "POST":
        messages.warning(request, SESSION_EXPIRED_MESSAGE)
        next_url = f"{_get_previous_page(request)}#unsent"
    return HttpResponseRedirect(f"{reverse('wagtailadmin_login')}?{urlencode({'next': next_url})}")


def _get_previous_page(request: HttpRequest) -> str:
    """Return path and query of the back-office page from which the request came, else of the home page."""
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    if came_from.netloc != request.get_host() or not is_office_path(came_from.path):
        return reverse("wagtailadmin_home")
    return urlunsplit(("", "", came_from.path, came_from.query, ""))


class SignInMiddleware:
    """Ends idle sessions, requires the second factor, logs refusals and downloads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request, or redirect to sign-in or verification."""
        if not is_office_path(request.path):
            return self.get_response(request)
        if not request.user.is_authenticated:
            open_ = [reverse(name) for name in (*_UNVERIFIED_URL_NAMES, "wagtailadmin_password_reset")]
            sent = request.method == "POST" and not request.path.startswith((*open_, protocols.url_prefix()))
            return _redirect_to_sign_in(request) if sent else self.get_response(request)
        if self._is_idle(request):
            return self._log_out_idle_session(request)
        if request.path.startswith(protocols.url_prefix()):
            return self.get_response(request)
        free = {reverse(name) for name in _UNVERIFIED_URL_NAMES}
        if request.path not in free and not factors.is_passed(request) and not is_sign_in_help(request):
            name = "signin:verify" if factors.has_factor(request.user) else "signin:set_up"
            next_url = request.get_full_path() if request.method == "GET" else ""
            return HttpResponseRedirect(reverse(name) + (f"?{urlencode({'next': next_url})}" if next_url else ""))
        identity = request.session.get(IDENTITY_SESSION_KEY)
        response = self.get_response(request)
        self._log_response(request, response)
        if request.path == reverse("wagtailadmin_logout"):
            if identity and request.method == "POST":
                response = protocols.provider_sign_out_page(request, response, identity)
            response.headers["Clear-Site-Data"] = '"storage"'  # drafts and filters stored in this browser
        return response

    def _is_idle(self, request: HttpRequest) -> bool:
        """Return true if the session was idle too long; else note the time of this request at intervals."""
        if is_idle(request):
            return True
        now, last_seen = int(time.time()), request.session.get(LAST_SEEN_SESSION_KEY)
        if not isinstance(last_seen, int) or now - last_seen > LAST_SEEN_INTERVAL_SECONDS:
            request.session[LAST_SEEN_SESSION_KEY] = now
        return False

    def _log_out_idle_session(self, request: HttpRequest) -> HttpResponse:
        """Log out a session that was idle too long."""
        record_operation(OperationKind.TIMED_OUT, request)
        request._gongkai_timed_out = True  # type: ignore[attr-defined]
        logout(request)
        return _redirect_to_sign_in(request)

    def _log_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Log a refused request or a download."""
        if response.status_code == _FORBIDDEN_STATUS:
            record_operation(OperationKind.REFUSED, request, text=f"{request.method} {request.path}")
        elif is_download(response):
            record_operation(OperationKind.TAKEN, request, text=request.get_full_path())
