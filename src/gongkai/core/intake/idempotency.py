"""Idempotent submissions: the token of a form is claimed in the transaction that handles it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.actions import issue_code
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.matter_access import derive_code
from gongkai.core.intake.models import Sending
from gongkai.core.vault.sealing import keyed_digest

#: Refusal of a form whose token has expired.
STALE_PAGE_ERROR = "这个页面打开得太久了，请核对后再提交一次。"


class AlreadySent(Exception):
    """Raised when the form was submitted before."""


def claim_token(form: str, nonce: str) -> Sending:
    """Claim a form's token inside a transaction and return the record; concurrent claims wait.

    Raises:
        AlreadySent: the token was claimed; the transaction cannot be used any more.
    """
    try:
        return Sending.objects.create(token=tokens.digest_form_token(nonce), form=form)
    except IntegrityError:
        raise AlreadySent from None


def find_sending(form: str, nonce: str) -> Sending | None:
    """Return the record of the submission of a form with this nonce, or None."""
    return Sending.objects.filter(token=tokens.digest_form_token(nonce), form=form).first()


@dataclass(frozen=True)
class RegisteredMatter:
    """A matter registered by staff with its query code; `again` is true for a repeated registration."""

    matter: str
    code: str
    again: bool = False

    @property
    def number(self) -> int:
        """Return the number of the matter within its kind."""
        return int(self.matter.partition("/")[2])


def record_once(
    form: str, token: str, work: Callable[[], tuple[str, str]], *, by: Actor, typed: str = ""
) -> RegisteredMatter:
    """Register a matter at the counter with its query code, in one transaction, once for each page.

    Args:
        form: the name of the page's form.
        token: the token of the page (`tokens.new_token(form)`).
        work: registers it; returns the matter and the second key of the code.
        by: the clerk.
        typed: the typed values; other values or another clerk make another registration.

    Raises:
        Refused: the app rejects it, or the page has expired; nothing was written.
    """
    nonce = tokens.read_nonce(form, token)
    if not nonce:
        raise Refused(STALE_PAGE_ERROR)
    nonce = keyed_digest("once", f"{nonce}/{by.person_id}/{typed}")
    try:
        with transaction.atomic():
            row = claim_token(form, nonce)
            row.matter, second = work()
            code, row.turn = issue_code(None, by=by, matter=row.matter, second=second, token=nonce)
            row.save(update_fields=["matter", "turn"])
            return RegisteredMatter(row.matter, code)
    except AlreadySent:
        earlier_sending = find_sending(form, nonce)
        assert earlier_sending
        return RegisteredMatter(earlier_sending.matter, derive_code(nonce, earlier_sending.turn), again=True)
