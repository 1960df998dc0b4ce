"""Links in the mails of 政策直通车: signed numbers, nothing stored."""

from django.core import signing

from gongkai.work.consultation.models import Firm, PolicyPush

_SIGNERS = {use: signing.Signer(salt=f"gongkai.firm.{use}") for use in ("confirm", "leave", "open")}


def token_of(use: str, number: int) -> str:
    """Return the token of a link: to `confirm` or to `leave` by a firm's number, to `open` by a push's."""
    return _SIGNERS[use].sign(str(number)).replace(":", "~")


def _number(use: str, token: str) -> int | None:
    try:
        return int(_SIGNERS[use].unsign(token.replace("~", ":")))
    except (signing.BadSignature, ValueError):
        return None


def firm_by(use: str, token: str) -> Firm | None:
    """Return the firm that a token stands for; None for a token that is none."""
    number = _number(use, token)
    return Firm.objects.filter(pk=number).first() if number is not None else None


def push_by(token: str) -> PolicyPush | None:
    """Return the push whose link was opened; None for a token that is none."""
    number = _number("open", token)
    return PolicyPush.objects.filter(pk=number).first() if number is not None else None
