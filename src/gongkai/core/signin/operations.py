"""Write the operation log: one row, and one JSON line for log collectors (`GONGKAI_SYSLOG`)."""

import json
import logging
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from axes.helpers import get_client_ip_address
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.acts.models import Seal
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.signin.identity.backends import CLAIMS, get_sign_in_failure
from gongkai.core.signin.models import Operation, OperationKind, PastPassword
from gongkai.core.signin.sessions import ADDRESS_SESSION_KEY, AGENT_SESSION_KEY, STARTED_SESSION_KEY
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.middleware import IDENTITY_SESSION_KEY
from gongkai.core.units.models import Appointment, Person, Role
from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.chinese import lazy_re as re

if TYPE_CHECKING:
    from django.contrib.auth.models import User
if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Name logged instead of an unknown account.
UNKNOWN_ACCOUNT_LABEL = "（没有这个账号）"
#: A logged name of an unknown account, which is not digested again.
_UNKNOWN_ACCOUNT_PATTERN = re.compile(f"{UNKNOWN_ACCOUNT_LABEL}[0-9a-f]{{12}}")


def loggable_account_name(typed: str) -> str:
    """Return the name of an existing account, normalised (NFKC); any other typed text as a keyed digest, "" as "".

    A password typed into the wrong field is thus not logged.
    """
    name = unicodedata.normalize("NFKC", typed.replace("\0", ""))
    if not name or _UNKNOWN_ACCOUNT_PATTERN.fullmatch(typed):
        return typed if name else ""
    if get_user_model().objects.filter(username=name).exists():
        return name
    return UNKNOWN_ACCOUNT_LABEL + keyed_digest("signin.name", name)[:12]


def account_name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """Return the account name by which axes counts failures (`AXES_USERNAME_CALLABLE`), or None."""
    fields = credentials if credentials else getattr(request, "POST", {})
    name = fields.get("username")
    return loggable_account_name(str(name)) if name else name


OPERATION_LOGGER = logging.getLogger("gongkai.operations")


def get_client_address(request: HttpRequest | None) -> str | None:
    """Return the client address of a request, or None."""
    return get_client_ip_address(request) or None if request is not None else None


def get_user_agent(request: HttpRequest | None) -> str:
    """Return the browser's User-Agent, cut to 200 characters; "" without a request."""
    return request.headers.get("User-Agent", "")[:200] if request is not None else ""


def record_operation(
    kind: OperationKind,
    request: HttpRequest | None,
    *,
    account: str = "",
    user: "User | None" = None,
    text: str = "",
) -> Operation:
    """Log an operation of `user`, else of the typed `account`, else of the request's user; return the row."""
    account_name = loggable_account_name(account)[:150]
    acting_user = user if user is not None or account_name else getattr(request, "user", None)
    login = acting_user if getattr(acting_user, "pk", None) else None
    owner = {"user_id": login.pk} if login is not None else {"user__username": account_name}
    row = Operation.objects.create(
        kind=kind,
        account=login.get_username() if login is not None else account_name,
        person=Person.objects.filter(**owner).first() if login is not None or account_name else None,
        address=get_client_address(request),
        agent=get_user_agent(request),
        words=text.replace("\0", "")[:300],
    )
    OPERATION_LOGGER.info(
        json.dumps(
            {
                "at": row.at.isoformat(),
                "kind": row.kind,
                "account": row.account,
                "person": row.person_id,
                "address": row.address,
                "agent": row.agent,
                "words": row.words,
                "id": row.pk,
            },
            ensure_ascii=False,
        )
    )
    return row


def record_view(request: HttpRequest, words: str) -> None:
    """Log that the user viewed unmasked personal data.

    Args:
        request: the request; its path is logged.
        words: description without the data itself.
    """
    if request.method != "HEAD":
        record_operation(OperationKind.VIEWED, request, text=f"{words} {request.path}")


def connect_signals() -> None:
    """Connect the sign-in signals."""
    user_logged_in.connect(_record_sign_in, dispatch_uid="signin")
    user_logged_out.connect(_record_sign_out, dispatch_uid="signin")
    user_login_failed.connect(_record_failed_sign_in, dispatch_uid="signin")
    user_locked_out.connect(_record_locked_account, dispatch_uid="signin")


def _record_sign_in(sender: object, request: HttpRequest, user: "User", **_: object) -> None:
    """Record a sign-in and store its address, time and identity in the session."""
    claims = getattr(request, CLAIMS, None)
    if getattr(request, "session", None) is not None:
        request.session[ADDRESS_SESSION_KEY], request.session[AGENT_SESSION_KEY] = (
            get_client_address(request),
            get_user_agent(request),
        )
        request.session[STARTED_SESSION_KEY] = timezone.now().isoformat()
        request.session.pop(IDENTITY_SESSION_KEY, None)
        if claims is not None:
            request.session[IDENTITY_SESSION_KEY] = claims.kept()
    record_operation(OperationKind.SIGN_IN, request, user=user, text=claims.in_words() if claims else "")
    if claims is None:
        _require_new_password(user)


def _require_new_password(user: "User") -> None:
    """Require a new password if the present one is older than `GONGKAI_PASSWORD_DAYS` (0: never)."""
    if not settings.GONGKAI_PASSWORD_DAYS:
        return
    last_password = PastPassword.objects.filter(user=user).first()
    if last_password is not None and last_password.at < timezone.now() - timedelta(days=settings.GONGKAI_PASSWORD_DAYS):
        Person.objects.filter(user=user).update(must_change_password=True)


def _record_sign_out(sender: object, request: HttpRequest, user: "User | None", **_: object) -> None:
    if user is not None and not getattr(request, "_gongkai_timed_out", False):
        record_operation(OperationKind.SIGN_OUT, request, user=user)


def _record_failed_sign_in(
    sender: object, credentials: Mapping[str, object], request: HttpRequest | None = None, **_: object
) -> None:
    failure = get_sign_in_failure(request)
    text = failure.logged if failure else ""
    record_operation(OperationKind.FAILED, request, account=str(credentials.get("username", "")), text=text)


def _record_locked_account(sender: object, request: HttpRequest, username: str = "", **_: object) -> None:
    record_operation(OperationKind.LOCKED, request, account=str(username or ""))


def mail_seal_to_auditors(seal: Seal, line: str) -> bool:
    """Mail the first seal of the day, or its late time stamp, to every auditor.

    Return true if there is an auditor. The line can be verified with `gongkai audit verify
    --anchors`.
    """
    auditors = Appointment.objects.filter(in_force_q(), role=Role.AUDITOR).values_list("person_id", flat=True)
    persons = tuple(sorted(set(auditors)))
    if persons:
        body = f"请保存下面一行，核验流水时使用：\n{line}"
        key = f"anchor/{timezone.localdate(seal.at)}" + ("/stamp" if '"stamp"' in line else "")
        write_messages([Notification("流水封存锚点", body, reverse("signin:log"), key, persons=persons)])
    return bool(persons)
