"""Second factor: TOTP codes (RFC 6238, django-otp), passkeys, and recovery codes."""

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django_otp import login, verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongkai.core.signin import passkeys
from gongkai.core.signin.models import OperationKind, Passkey
from gongkai.core.signin.operations import record_operation
from gongkai.core.signin.sessions import end_other_sessions
from gongkai.core.units.actors import get_actor
from gongkai.core.units.middleware import IDENTITY_SESSION_KEY
from gongkai.core.units.models import Person
from gongkai.core.units.separation import CONFIRMED_ROLES
from gongkai.core.vault.sealing import keyed_digest

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

#: Number of recovery codes made at once.
RECOVERY_CODE_COUNT = 10
#: Digits of an authenticator code; characters of a stored recovery code digest.
CODE_DIGITS, DIGEST_LENGTH = 6, 16
#: Session key that is true if the login has no authenticator.
NO_FACTOR_SESSION_KEY = "gongkai_no_factor"
#: Session key of the authenticator that is being set up.
NEW_FACTOR_SESSION_KEY = "gongkai_new_factor"
AUTHENTICATOR_NAME, RECOVERY_NAME = "验证器", "恢复码"
_CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def needs_second_factor(user: "User | AnonymousUser") -> bool:
    """Return true if the login needs a second factor: superusers and guarded roles, unless switched off."""
    if not settings.GONGKAI_SECOND_FACTOR or not getattr(user, "is_authenticated", False):
        return False
    return bool(user.is_superuser) or get_actor(user).has(*CONFIRMED_ROLES)


def find_authenticator(user: "User | AnonymousUser") -> TOTPDevice | None:
    """Return the confirmed authenticator of a login, or None."""
    authenticator: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return authenticator


def has_factor(user: "User | AnonymousUser") -> bool:
    """Return true if a login has a confirmed authenticator or a valid passkey."""
    return find_authenticator(user) is not None or bool(passkeys.list_passkeys(user))


def get_login(request: HttpRequest) -> "User":
    """Return the signed-in user.

    Raises:
        PermissionDenied: nobody is signed in.
    """
    user = request.user
    if not user.is_authenticated:
        raise PermissionDenied
    return user


def is_verified(request: HttpRequest) -> bool:
    """Return true if this session passed a second factor."""
    return bool(request.user.is_verified())  # type: ignore[union-attr]


def is_passed(request: HttpRequest) -> bool:
    """Return true if this session passed a second factor, or the login has and needs none.

    A login without a factor is noted in the session, so that the database is asked once.
    """
    user = request.user
    if is_verified(request) or request.session.get(IDENTITY_SESSION_KEY, {}).get("factor"):
        return True  # a second factor of ours, or one that the identity asked for
    if needs_second_factor(user):
        return False
    if NO_FACTOR_SESSION_KEY not in request.session and not has_factor(user):
        request.session[NO_FACTOR_SESSION_KEY] = (
            True  # asked of the database once a session; setting one up ends the others
        )
    return NO_FACTOR_SESSION_KEY in request.session


def begin_setup(request: HttpRequest) -> TOTPDevice:
    """Return the authenticator that this session is setting up, created if necessary.

    A new one replaces the login's other unfinished authenticators.
    """
    user = request.user
    unfinished = TOTPDevice.objects.filter(user=user, confirmed=False)
    device = unfinished.filter(pk=request.session.get(NEW_FACTOR_SESSION_KEY) or 0).first()
    if device is None:
        unfinished.delete()
        device = TOTPDevice.objects.create(user=user, confirmed=False, name=AUTHENTICATOR_NAME)
        request.session[NEW_FACTOR_SESSION_KEY] = device.pk
    return device


def qr_code(device: TOTPDevice) -> str:
    """Return the QR code of an authenticator as an SVG data URL."""
    import segno  # needed by few pages

    return str(segno.make(device.config_url, error="m").svg_data_uri(scale=4, border=2))


def confirm_setup(request: HttpRequest, code: str) -> list[str]:
    """Finish the set-up with the first code; return recovery codes, or [] for a wrong code.

    The former authenticator is deleted in the same transaction, and other sessions end.
    """
    user = get_login(request)
    number = request.session.get(NEW_FACTOR_SESSION_KEY) or 0
    device = TOTPDevice.objects.filter(user=user, confirmed=False, pk=number).first()
    if device is None or verify_token(user, device.persistent_id, code) is None:
        record_operation(OperationKind.FACTOR_FAILED, request)
        return []
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        codes = _create_recovery_codes(user)
    device.refresh_from_db()
    mark_verified(request, device)
    record_operation(OperationKind.FACTOR_SET, request)
    return codes


def _create_recovery_codes(user: "User") -> list[str]:
    """Replace the recovery codes of a user; return the new ones in clear."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=RECOVERY_NAME, confirmed=True)
    codes = ["".join(secrets.choice(_CODE_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODE_COUNT)]
    tokens = [StaticToken(device=device, token=digest_of_code(code)) for code in codes]
    StaticToken.objects.bulk_create(tokens)
    return codes


def digest_of_code(code: str) -> str:
    """Return the keyed digest under which a recovery code is stored.

    The key is outside the database (`vault`). 16 characters (64 bits) fit django-otp's column.
    """
    return keyed_digest("recovery", code)[:DIGEST_LENGTH]


def use_code(user: "User", code: str) -> TOTPDevice | StaticDevice | None:
    """Use up an authenticator or recovery code; return its device, or None."""
    code = "".join(code.split()).lower()
    is_time_code = code.isdecimal() and len(code) == CODE_DIGITS
    kind = TOTPDevice if is_time_code else StaticDevice
    token = code if is_time_code else digest_of_code(code)
    for device in kind.objects.filter(user=user, confirmed=True):
        if verify_token(user, device.persistent_id, token) is not None:
            used_device: TOTPDevice | StaticDevice = device
            return used_device
    return None


def verify_code(request: HttpRequest, code: str) -> bool:
    """Use up an authenticator or recovery code for this session; failures are throttled and logged."""
    user = get_login(request)
    device = use_code(user, code)
    if device is None:
        record_operation(OperationKind.FACTOR_FAILED, request)
        return False
    login(request, device)
    used_code_note = "" if isinstance(device, TOTPDevice) else "使用恢复码"
    record_operation(OperationKind.FACTOR, request, text=used_code_note)
    return True


def renew_used_up_codes(user: "User") -> list[str]:
    """Return new recovery codes if the login has none left, else []."""
    return [] if count_codes_left(user) else _create_recovery_codes(user)


def mark_verified(request: HttpRequest, device: Device) -> None:
    """Mark this session as verified by a newly set up factor, and end the login's other sessions."""
    login(request, device)
    request.session.pop(NO_FACTOR_SESSION_KEY, None)
    end_other_sessions(get_login(request).pk, request.session.session_key)


def delete_recovery_codes(user: "User") -> None:
    """Delete the recovery codes of a login; for one that has lost its last factor."""
    StaticDevice.objects.filter(user=user).delete()


def count_codes_left(user: "User | AnonymousUser") -> int:
    """Return the number of unused recovery codes."""
    return StaticToken.objects.filter(device__user=user).count()


def delete_factors(person: Person) -> None:
    """Delete all second factors and recovery codes of a person; called when another person reset the password."""
    if person.user_id:
        TOTPDevice.objects.filter(user_id=person.user_id).delete()
        StaticDevice.objects.filter(user_id=person.user_id).delete()
        Passkey.objects.filter(user_id=person.user_id).delete()
