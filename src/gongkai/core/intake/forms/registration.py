"""Registration of a submission: action of the app, party, code, files and receipt.

Call it inside a transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.core.acts.action import Notification
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.acts.joint_transactions import run_together
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.forms.definition import PublicForm, Submission
from gongkai.core.intake.matter_access import format_code
from gongkai.core.intake.matters import FiledMatter, MatterProgress, ProgressSection, parse_matter
from gongkai.core.intake.models import Party, Upload
from gongkai.core.intake.queries import get_party_contact
from gongkai.core.intake.throttle import may_send_receipt
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outbox import write_messages


@dataclass(frozen=True)
class RegisteredSubmission:
    """A registered submission: matter, code, party and progress.

    `turn` is the counter from which the code was derived (`matter_access.derive_code`). `second` is true if the code
    has a second key; `told` is false if the limit of receipts was reached. `own_words` are the sender's own texts if
    the app returned them.
    """

    matter: str
    code: str
    turn: int
    second: bool = False
    party: Party | None = None
    progress: MatterProgress | None = None
    told: bool = True
    own_words: Sequence[ProgressSection] | None = None


def record_submission(
    definition: PublicForm, submission: Submission, *, token: str = "", code: str = "", verified: bool = False
) -> RegisteredSubmission:
    """Register a valid submission with the app of its form, once for each token.

    Args:
        definition: the form.
        submission: the submission.
        token: the token from which the code is derived; or
        code: a code issued before.
        verified: true if the phone was verified.

    Raises:
        Refused: the app rejects it.
    """
    particulars, party, receipt_sent = submission.said, None, True
    with run_together():
        filed_matter = definition.submit(submission)
        matter, known_progress, own_words = (
            filed_matter if isinstance(filed_matter, FiledMatter) else FiledMatter(filed_matter, None)
        )
        if submission.files:
            numbers = [upload.pk for upload in submission.files]
            Upload.objects.filter(pk__in=numbers).update(matter=matter, token="")
        if particulars:
            party = register_party(None, by=ANONYMOUS, matter=matter, particulars=particulars, phone_verified=verified)
        second = particulars.last_four if particulars and definition.second else ""
        issued_code, turn = issue_code(None, by=ANONYMOUS, matter=matter, second=second, token=token, given=code)
        progress = known_progress or get_progress(matter)
        if party:
            receipt_sent = _mail_receipt(definition, party, issued_code, progress, needs_digits=bool(second))
    return RegisteredSubmission(matter, issued_code, turn, bool(second), party, progress, receipt_sent, own_words)


def get_progress(matter: str) -> MatterProgress | None:
    """Return the progress of a matter named like `fault/12`; None for an unknown one."""
    kind_and_row = parse_matter(matter)
    return kind_and_row[0].progress(kind_and_row[1]) if kind_and_row else None


def _mail_receipt(
    definition: PublicForm, party: Party, code: str, progress: MatterProgress | None, *, needs_digits: bool
) -> bool:
    """Write the receipt of a submission to its party; return false if the limit of receipts is reached.

    `needs_digits`: the query page also asks for the last four digits of the document or phone number.
    """
    contact = get_party_contact(party)
    if not may_send_receipt(contact.mail, contact.mobile):
        return False
    number = f"，编号{progress.number}" if progress else ""
    lines = [f"您提交的“{definition.title}”已经收到{number}。"]
    if progress and progress.due:
        lines.append(f"我们将在{progress.due.year}年{progress.due.month}月{progress.due.day}日前办结并答复。")
    lines.append(f"查询码：{format_code(code)}")
    lines.append(
        f"在网站“查办理情况”页面输入查询码{'和您所留号码的后四位' if needs_digits else ''}，可以查看办理情况。请勿把查询码告诉他人。"
    )
    subject = f"已收到：{definition.title}{number}"
    text, outside = "\n\n".join(lines), (party.recipient,)
    write_messages(
        [
            Notification(
                subject, text, "", _make_receipt_key(party), outside=outside, reached=(contact.mail, contact.mobile)
            )
        ]
    )
    return True


def was_receipt_mailed(party: Party) -> bool:
    """Return true if a receipt was written to a party."""
    return Letter.objects.filter(recipient=party.recipient, key=_make_receipt_key(party)).exists()


def _make_receipt_key(party: Party) -> str:
    return f"received/{party.matter}"
