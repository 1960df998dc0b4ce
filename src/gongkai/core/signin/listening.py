"""Write sign-in signals of Django and axes to the operation log."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from gongkai.core.signin.identity.backends import CLAIMS, failure_of
from gongkai.core.signin.models import OperationKind, PastPassword
from gongkai.core.signin.operations import address_of, agent_of, record_operation
from gongkai.core.signin.sessions import ADDRESS, AGENT, STARTED_SESSION_KEY
from gongkai.core.units.middleware import IDENTITY_SESSION_KEY
from gongkai.core.units.models import Person

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def connect() -> None:
    """Connect the sign-in signals."""
    user_logged_in.connect(_on_signed_in, dispatch_uid="signin")
    user_logged_out.connect(_on_signed_out, dispatch_uid="signin")
    user_login_failed.connect(_on_failed, dispatch_uid="signin")
    user_locked_out.connect(_on_locked, dispatch_uid="signin")


def _on_signed_in(sender: object, request: HttpRequest, user: "User", **_: object) -> None:
    claims = getattr(request, CLAIMS, None)
    if getattr(request, "session", None) is not None:
        request.session[ADDRESS], request.session[AGENT] = address_of(request), agent_of(request)
        request.session[STARTED_SESSION_KEY] = timezone.now().isoformat()
        request.session.pop(IDENTITY_SESSION_KEY, None)
        if claims is not None:
            request.session[IDENTITY_SESSION_KEY] = claims.kept()
    record_operation(OperationKind.SIGN_IN, request, user=user, words=claims.in_words() if claims else "")
    if claims is None:
        _require_new_password(user)


def _require_new_password(user: "User") -> None:
    if not settings.GONGKAI_PASSWORD_DAYS:
        return
    last = PastPassword.objects.filter(user=user).first()
    if last is not None and last.at < timezone.now() - timedelta(days=settings.GONGKAI_PASSWORD_DAYS):
        Person.objects.filter(user=user).update(must_change_password=True)


def _on_signed_out(sender: object, request: HttpRequest, user: "User | None", **_: object) -> None:
    if user is not None and not getattr(request, "_gongkai_timed_out", False):
        record_operation(OperationKind.SIGN_OUT, request, user=user)


def _on_failed(
    sender: object, credentials: Mapping[str, object], request: HttpRequest | None = None, **_: object
) -> None:
    failure = failure_of(request)
    words = failure.logged if failure else ""
    record_operation(OperationKind.FAILED, request, account=str(credentials.get("username", "")), words=words)


def _on_locked(sender: object, request: HttpRequest, username: str = "", **_: object) -> None:
    record_operation(OperationKind.LOCKED, request, account=str(username or ""))
