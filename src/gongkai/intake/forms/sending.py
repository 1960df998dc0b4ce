"""Sending a form: the room's action, party, code, files and acknowledgement in one transaction, once for each token."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from gongkai.acts.action import Tell
from gongkai.acts.actors import ANONYMOUS
from gongkai.intake.actions import issue_code, register_party
from gongkai.intake.codes import code_of, shown
from gongkai.intake.forms import tokens
from gongkai.intake.forms.definition import PublicForm, Submission
from gongkai.intake.forms.page import Done, Page
from gongkai.intake.matters import Progress, matter_of
from gongkai.intake.models import Draft, Party, QueryCode, Sending, Upload
from gongkai.intake.particulars import Particulars
from gongkai.intake.uploads import now_held
from gongkai.outbox.outbox import tell


class _SentBefore(Exception):
    """Somebody sent this very form already."""


def send(
    page: Page, nonce: str, host: str, said: Particulars | None, *, verified: bool, count: Callable[[], None]
) -> Page:
    """Send a form that is in order.

    Args:
        page: the form, judged.
        nonce: what is unique in its token.
        host: the host it was sent to.
        said: who sends it; None for somebody who does not say.
        verified: whether their phone answered with its code.
        count: counts this sending for the limits, in the same transaction.

    Raises:
        Refused: the room does not take it; nothing was written.
    """
    definition, token = page.definition, tokens.digest_of(nonce)
    try:
        with transaction.atomic():
            sending = _claim(token, definition.name)
            submission = Submission(page.form.cleaned_data, host, tuple(now_held(token)), said)
            sending.matter = definition.submit(submission)
            Upload.objects.filter(token=token, matter="").update(matter=sending.matter, token="")
            party = None
            if said:
                party = register_party(
                    None, by=ANONYMOUS, matter=sending.matter, said=said, phone_verified=verified
                )
            second = said.last_four if said and definition.second else ""
            code, sending.turn = issue_code(
                None, by=ANONYMOUS, matter=sending.matter, second=second, token=nonce
            )
            sending.save()
            Draft.objects.filter(token=token).delete()
            count()
            if party:
                _acknowledge(definition, sending.matter, party, code, bool(second))
    except _SentBefore:
        pass
    done = done_again(definition, nonce)
    assert done
    return done


def _claim(token: str, form: str) -> Sending:
    """Take this token; whoever comes second waits until the first is done, and then finds its row."""
    try:
        with transaction.atomic():
            return Sending.objects.create(token=token, form=form)
    except IntegrityError:
        raise _SentBefore from None


def done_again(definition: PublicForm, nonce: str) -> Page | None:
    """Return the acknowledgement of a form that was sent already; None for one that was not."""
    sending = Sending.objects.filter(token=tokens.digest_of(nonce), form=definition.name).first()
    if sending is None:
        return None
    progress = progress_of(sending.matter)
    row = QueryCode.objects.filter(matter=sending.matter).first()
    party = Party.objects.filter(matter=sending.matter).first()
    done = Done(
        code=shown(code_of(nonce, sending.turn)),
        second=bool(row and row.second_digest),
        number=progress.number if progress else "",
        due=progress.due if progress else None,
        mailed=bool(party and party.email),
    )
    return Page(definition, definition.form(), tokens.new_token(definition.name), done=done)


def progress_of(matter: str) -> Progress | None:
    """Return what the asker of a matter may read now."""
    found = matter_of(matter)
    return found[0].progress(found[1]) if found else None


def _acknowledge(definition: PublicForm, matter: str, party: Party, code: str, second: bool) -> None:
    """Write the acknowledgement: what was received, until when it is dealt with, and how to look it up."""
    progress = progress_of(matter)
    number = f"，编号{progress.number}" if progress else ""
    lines = [f"您提交的“{definition.title}”已经收到{number}。"]
    if progress and progress.due:
        lines.append(f"我们将在{progress.due.year}年{progress.due.month}月{progress.due.day}日前办结并答复。")
    lines.append(f"查询码：{shown(code)}")
    lines.append(
        f"在网站“办理情况查询”页面输入查询码{'和您所留号码的后四位' if second else ''}，可以查看办理情况。请勿把查询码告诉他人。"
    )
    subject = f"已收到：{definition.title}{number}"
    tell([Tell(subject, "\n\n".join(lines), "", f"received/{matter}", outside=(party.recipient,))])
