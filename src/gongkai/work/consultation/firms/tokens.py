"""Signed tokens for the links in mails of 政策直通车; nothing is stored."""

from django.core import signing

from gongkai.work.consultation.models import Firm, PolicyPush

_SIGNERS = {use: signing.Signer(salt=f"gongkai.firm.{use}") for use in ("confirm", "leave", "open")}


def sign_token(use: str, number: int) -> str:
    """Return the token of a link: `confirm` and `leave` for a firm, `open` for a push."""
    return _SIGNERS[use].sign(str(number)).replace(":", "~")


def _verify_token(use: str, token: str) -> int | None:
    try:
        return int(_SIGNERS[use].unsign(token.replace("~", ":")))
    except (signing.BadSignature, ValueError):
        return None


def get_firm_by_token(use: str, token: str) -> Firm | None:
    """Return the firm of a token, or None."""
    number = _verify_token(use, token)
    return Firm.objects.filter(pk=number).first() if number is not None else None


def get_push_by_token(token: str) -> PolicyPush | None:
    """Return the push of a token, or None."""
    number = _verify_token("open", token)
    return PolicyPush.objects.filter(pk=number).first() if number is not None else None
