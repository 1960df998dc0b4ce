"""Submission of a form in one transaction, once for each token.

It is registered, or held on an outer installation.
"""

from collections.abc import Callable, Sequence
from typing import cast

from django.db import transaction
from django.http import QueryDict

from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake import held
from gongkai.core.intake.actions import issue_code
from gongkai.core.intake.codes import code_of, digest_of, shown
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.forms.definition import IntakeForm, PublicForm, Submission
from gongkai.core.intake.forms.page import Done, Page
from gongkai.core.intake.forms.registering import Registered, acknowledged, progress_of, record_submission
from gongkai.core.intake.matters import Part, matter_of
from gongkai.core.intake.models import Draft, Party, QueryCode, Upload
from gongkai.core.intake.once import SentBefore, claim, sent
from gongkai.core.intake.particulars import Particulars
from gongkai.core.intake.uploads import now_held


def send(
    page: Page, nonce: str, host: str, said: Particulars | None, *, verified: bool, count: Callable[[], None]
) -> Page:
    """Submit a valid form.

    Args:
        page: the validated form page.
        nonce: the unique part of its token.
        host: the host that received it.
        said: the sender's particulars, if given.
        verified: true if the phone was verified.
        count: counts the submission for rate limits, in the same transaction.

    Raises:
        Refused: the app rejects it; nothing was written.
    """
    definition, token = page.definition, tokens.digest_of(nonce)
    try:
        with transaction.atomic():
            sending = claim(definition.name, nonce)
            submission = Submission(page.form.cleaned_data, host, tuple(now_held(token)), said)
            if held.is_outer():
                done = _hold_for_inner_side(page, submission, nonce, verified=verified)
            else:
                done = record_submission(definition, submission, token=nonce, verified=verified)
            sending.matter, sending.turn = done.matter, done.turn
            sending.save(update_fields=["matter", "turn"])
            Draft.objects.filter(token=token).delete()
            count()
    except SentBefore:
        again = done_again(definition, nonce)
        assert again
        return again
    return _make_receipt_page(definition, done, page.form)


def _hold_for_inner_side(page: Page, submission: Submission, nonce: str, *, verified: bool) -> Registered:
    token, said = tokens.digest_of(nonce), submission.said
    given = cast(QueryDict, page.form.data)
    typed = {name: given.getlist(name) for name in page.form.fields if name in given}
    for turn in range(5):
        code = code_of(nonce, turn)
        if not QueryCode.objects.filter(digest=digest_of(code)).exists():
            break
    content = {"data": typed, "host": submission.host, "verified": verified, "code": code}
    one = held.hold_form(None, by=ANONYMOUS, form=page.definition.name, token=token, content=content)
    Upload.objects.filter(token=token, matter="").update(matter=one.matter, token="")
    second = said.last_four if said and page.definition.second else ""
    issue_code(None, by=ANONYMOUS, matter=one.matter, second=second, given=code)
    party = Party.objects.filter(matter=one.matter).first()
    return Registered(one.matter, code, turn, bool(second), party, progress_of(one.matter))


def _get_own_words(matter: str) -> Sequence[Part]:
    found = matter_of(matter)
    return found[0].own_words(found[1])[:1] if found and found[0].own_words else ()


def done_again(definition: PublicForm, nonce: str) -> Page | None:
    """Return the receipt of a form that was sent already, or None."""
    sending = sent(definition.name, nonce)
    if sending is None:
        return None
    row = QueryCode.objects.filter(matter=sending.matter).first()
    party = Party.objects.filter(matter=sending.matter).first()
    return _make_receipt_page(
        definition,
        Registered(
            sending.matter,
            code_of(nonce, sending.turn),
            sending.turn,
            bool(row and row.second_digest),
            party,
            progress_of(sending.matter),
            told=held.is_outer() or bool(party and acknowledged(party)),
        ),
    )


def _make_receipt_page(definition: PublicForm, of: Registered, form: IntakeForm | None = None) -> Page:
    progress = of.progress
    done = Done(
        code=shown(of.code),
        second=of.second,
        number=progress.number if progress else "",
        due=progress.due if progress else None,
        mailed=bool(of.told and of.party and of.party.email),
        unit=progress.unit if progress else "",
        asked=_get_own_words(of.matter),
    )
    return Page(definition, form or definition.form(), tokens.new_token(definition.name), done=done)
