"""Passkeys (Web Authentication Level 3) as second factor.

python-fido2 checks the protocol: type, origin, challenge, RP, user verification, signature.
This module handles the one-time challenge, the counter and ownership.
"""

import base64
import json
import logging
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from gongkai.core.signin.models import Passkey
from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.typed_json import read_record

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

LOG = logging.getLogger("gongkai.signin")
#: Session key of the last challenge and its time.
CHALLENGE_SESSION_KEY = "gongkai_passkey"
#: Timeout of an answer, in seconds.
ANSWER_TIMEOUT_SECONDS = 300
#: Maximum size of an answer in bytes; the longest key type needs 2 kB.
MAX_ANSWER_BYTES = 20_000


class InvalidPasskeyAnswer(Exception):
    """Raised when the browser's answer to a challenge is invalid, late or repeated."""


class CopiedPasskey(InvalidPasskeyAnswer):
    """Raised when the signature is valid but the counter did not increase, so that the key may have been copied."""

    def __init__(self, key: Passkey) -> None:
        super().__init__("counter")
        self.key = key


class NewKey(NamedTuple):
    """A new passkey from a browser: id and public key (both base64), counter."""

    credential_id: str
    credential: str
    sign_count: int


def find_origin() -> str:
    """Return the site's origin: scheme, host and port of `GONGKAI_BASE_URL`."""
    url_parts = urlsplit(settings.BASE_URL)
    return f"{url_parts.scheme}://{url_parts.netloc}"


def explain_unusable_passkeys() -> str:
    """Return in Chinese why this site cannot use passkeys, or "".

    Browsers require a domain name and an encrypted or local connection.
    """
    url_parts = urlsplit(settings.BASE_URL)
    host = url_parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        if url_parts.scheme == "https" or host == "localhost":
            return ""
    return "通行密钥只能用于以 https 和域名访问的网址，请系统管理员按《安装》设置 GONGKAI_BASE_URL。"


def list_passkeys(user: "User | AnonymousUser") -> list[Passkey]:
    """Return the valid passkeys of a login."""
    return list(Passkey.objects.filter(user_id=user.pk or 0, confirmed=True))


def shows_copied_key(stored_count: int, sent_count: int) -> bool:
    """Return true if the key's counter was not increased, so that it may have been copied; false for a key that does
    not count (both 0)."""
    return bool(stored_count or sent_count) and sent_count <= stored_count


def begin_passkey_setup(request: HttpRequest, user: "User", display_name: str) -> str:
    """Store a challenge in the session; return the JSON options with which the browser creates a further key.

    `display_name` is the name of the login as the browser shows it.
    """
    from fido2.webauthn import PublicKeyCredentialUserEntity, UserVerificationRequirement

    handle = keyed_digest("passkey", str(user.pk)).encode()[:64]
    options, state = _make_server().register_begin(
        PublicKeyCredentialUserEntity(name=user.get_username(), id=handle, display_name=display_name),
        credentials=[_decode_credential(key) for key in Passkey.objects.filter(user=user)],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _store_challenge(request, "add", options, state)


def read_new_key(request: HttpRequest, answer: str) -> NewKey:
    """Return the key that the browser created.

    Raises:
        InvalidPasskeyAnswer: invalid, too late or repeated.
    """
    state = _pop_challenge(request, "add")
    try:
        authenticator_data = _make_server().register_complete(state, _parse_answer(answer))
        data = authenticator_data.credential_data
        assert data is not None
    except Exception as error:  # foreign data can fail in many ways
        LOG.info("a passkey that is none: %r", error)
        raise InvalidPasskeyAnswer(str(error)) from error
    return NewKey(_encode_base64(data.credential_id), _encode_base64(bytes(data)), authenticator_data.counter)


def begin_passkey_check(request: HttpRequest, keys: list[Passkey]) -> str:
    """Store a challenge in the session; return the JSON options with which the browser proves a key.

    `verify_passkey` checks the answer, which proves that the browser has one of the keys.
    """
    from fido2.webauthn import UserVerificationRequirement

    options, state = _make_server().authenticate_begin(
        [_decode_credential(key) for key in keys], user_verification=UserVerificationRequirement.REQUIRED
    )
    return _store_challenge(request, "ask", options, state)


def verify_passkey(request: HttpRequest, user: "User", answer: str) -> Passkey:
    """Return the proven key and store its counter.

    Raises:
        CopiedPasskey: its counter did not increase.
        InvalidPasskeyAnswer: invalid, too late or repeated.
    """
    from fido2.webauthn import AuthenticationResponse

    state = _pop_challenge(request, "ask")
    keys = {key.credential_id: key for key in list_passkeys(user)}
    try:
        response = AuthenticationResponse.from_dict(_parse_answer(answer))
        proof = _make_server().authenticate_complete(
            state, [_decode_credential(key) for key in keys.values()], response
        )
        key, sign_count = keys[_encode_base64(proof.credential_id)], response.response.authenticator_data.counter
    except Exception as error:  # foreign data can fail in many ways
        LOG.info("a passkey that proves nothing: %r", error)
        raise InvalidPasskeyAnswer(str(error)) from error
    row = Passkey.objects.filter(pk=key.pk, sign_count=key.sign_count)
    if shows_copied_key(key.sign_count, sign_count) or not row.update(sign_count=sign_count, used_at=timezone.now()):
        raise CopiedPasskey(key)
    return key


def _make_server() -> "Fido2Server":
    """Return a WebAuthn server that accepts only the origin of this site."""
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    relying_party = PublicKeyCredentialRpEntity(
        name=settings.OTP_TOTP_ISSUER, id=urlsplit(settings.BASE_URL).hostname or ""
    )
    return Fido2Server(relying_party, verify_origin=lambda said: said == find_origin())


def _decode_credential(key: Passkey) -> "AttestedCredentialData":
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(base64.urlsafe_b64decode(key.credential))


def _encode_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _parse_answer(answer: str) -> Mapping[str, object]:
    """Parse the browser's answer.

    Raises:
        ValueError: it is too long or no JSON object.
    """
    if len(answer) > MAX_ANSWER_BYTES:
        raise ValueError("too long")
    return read_record({"answer": json.loads(answer)}, "answer")


def _store_challenge(request: HttpRequest, kind: str, options: object, state: object) -> str:
    """Store a challenge of this kind in the session; return its options as JSON."""
    request.session[CHALLENGE_SESSION_KEY] = {"what": kind, "state": state, "at": int(time.time())}
    return json.dumps(dict(options))  # type: ignore[call-overload]


def _pop_challenge(request: HttpRequest, kind: str) -> Mapping[str, object]:
    """Remove the challenge of this kind from the session and return its state.

    Raises:
        InvalidPasskeyAnswer: there is none, or it is too old.
    """
    record = read_record(
        {CHALLENGE_SESSION_KEY: request.session.pop(CHALLENGE_SESSION_KEY, None)}, CHALLENGE_SESSION_KEY
    )
    at = record.get("at")
    if record.get("what") != kind or not isinstance(at, int) or time.time() - at > ANSWER_TIMEOUT_SECONDS:
        raise InvalidPasskeyAnswer("nothing was asked")
    return read_record(record, "state")
