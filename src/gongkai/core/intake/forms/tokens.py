"""The token of a form: made when it is shown, the same until it was sent.

It says when that was, names drafts and files, and makes sending idempotent.
"""

import secrets

from django.core import signing

from gongkai.core.vault.sealing import keyed_digest

#: A form that comes back sooner was filled in by a machine; one that comes back later is shown again, with all that was typed (seconds).
SOONEST, LATEST = 2, 24 * 3600


def _signer(form: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"gongkai.intake.form.{form}")


def new_token(form: str) -> str:
    """Return a token for a form that is shown now."""
    return _signer(form).sign(secrets.token_urlsafe(16))


def nonce_of(form: str, token: str) -> str:
    """Return what is unique in a token; "" for one that is none, is another form's, or is too old."""
    try:
        return _signer(form).unsign(token[:200], max_age=LATEST)
    except signing.BadSignature:
        return ""


def too_soon(form: str, token: str) -> bool:
    """Whether a form came back sooner than anybody types."""
    try:
        _signer(form).unsign(token[:200], max_age=SOONEST)
    except signing.BadSignature:
        return False
    return True


def digest_of(nonce: str) -> str:
    """Return what is stored of a token."""
    return keyed_digest("form", nonce)
