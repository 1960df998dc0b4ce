"""What is sent is done once: the token of a form is claimed in the transaction that does it, so that a double click or a retry finds it done."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.actions import issue_code
from gongkai.core.intake.codes import code_of
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.models import Sending
from gongkai.core.vault.sealing import keyed_digest

STALE = "这个页面打开得太久了，请核对后再提交一次。"


class SentBefore(Exception):
    """Somebody sent this very form already."""


def claim(form: str, nonce: str) -> Sending:
    """Take a form's token, within a transaction; whoever comes second waits until the first is done.

    Raises:
        SentBefore: it was sent already; its row says what became of it. The transaction is spent.
    """
    try:
        return Sending.objects.create(token=tokens.digest_of(nonce), form=form)
    except IntegrityError:
        raise SentBefore from None


def sent(form: str, nonce: str) -> Sending | None:
    """Return what became of a form that was sent; None for one that was not."""
    return Sending.objects.filter(token=tokens.digest_of(nonce), form=form).first()


@dataclass(frozen=True)
class Registered:
    """A matter that staff registered, and the code for whoever asks; `again`: it stood there already."""

    matter: str
    code: str
    again: bool = False

    @property
    def number(self) -> int:
        """The number of the matter within its kind."""
        return int(self.matter.partition("/")[2])


def record_once(
    form: str, token: str, work: Callable[[], tuple[str, str]], *, by: Actor, typed: str = ""
) -> Registered:
    """Register what came at the counter, by post or telephone, with the code that opens it: all or nothing, once for each page that was filled in.

    Args:
        form: the name of the page's form.
        token: as the page had it (`tokens.new_token(form)`).
        work: registers it; returns its matter and the last four that are asked besides the code.
        by: who registers.
        typed: what the page was filled in with: with other words, or by somebody else, it is another registration.

    Raises:
        Refused: the room does not take it, or the page is too old; nothing was written.
    """
    nonce = tokens.nonce_of(form, token)
    if not nonce:
        raise Refused(STALE)
    nonce = keyed_digest("once", f"{nonce}/{by.person_id}/{typed}")
    try:
        with transaction.atomic():
            row = claim(form, nonce)
            row.matter, second = work()
            code, row.turn = issue_code(None, by=by, matter=row.matter, second=second, token=nonce)
            row.save(update_fields=["matter", "turn"])
            return Registered(row.matter, code)
    except SentBefore:
        before = sent(form, nonce)
        assert before
        return Registered(before.matter, code_of(nonce, before.turn), again=True)
