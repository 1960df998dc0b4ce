"""The one-time token of a form: it dates the form and prevents duplicates."""

import secrets

from django.core import signing

from gongkai.core.vault.sealing import keyed_digest

# Maximum age of a submitted form, in seconds.
MAX_FORM_AGE_SECONDS = 24 * 3600


def _make_signer(form: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"gongkai.intake.form.{form}")


def new_token(form: str) -> str:
    """Return a token for a new form page."""
    return _make_signer(form).sign(secrets.token_urlsafe(16))


def read_nonce(form: str, token: str) -> str:
    """Return the unique part of a token; "" if it is invalid, of another form or expired."""
    try:
        return _make_signer(form).unsign(token[:200], max_age=MAX_FORM_AGE_SECONDS)
    except signing.BadSignature:
        return ""


def digest_form_token(nonce: str) -> str:
    """Return the keyed digest under which a form token is stored."""
    return keyed_digest("form", nonce)
