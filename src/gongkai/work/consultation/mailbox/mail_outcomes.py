"""Decide the outcome of a mail; doubtful ones are held for a clerk."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.intake.actions import register_party, schedule_erasure
from gongkai.core.intake.held_forms import SenderParticulars, digest_for_search
from gongkai.core.intake.models import Party, Upload
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.actions import record_delivery_report
from gongkai.core.outbox.models import Letter
from gongkai.core.units.models import Body
from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.mail_senders import normalise_address
from gongkai.lib.fileformats.mails import Mail, read_mail
from gongkai.work.consultation.actions.mails import append_to_inquiry, make_mail_title, register_mail_inquiry
from gongkai.work.consultation.mailbox.incoming_mails import (
    move_uploads,
    read_mail_losses,
    store_attachments,
    store_original,
)
from gongkai.work.consultation.models import IncomingMail, Inquiry, MailFolder, MailState

# The purpose of mail digests (`vault.sealing.keyed_digest`).
MAIL_DIGEST_PURPOSE = "message"
# Maximum mails of a sender in a day; more are held, since they may be a loop.
MAX_MAILS_PER_SENDER_AND_DAY = 20
# Maximum hops of a mail; more indicate a loop (RFC 5321, 6.3).
MAX_HOPS = 100
# Maximum characters of a text; the rest is in the original.
MAX_TEXT_CHARACTERS = 20_000


@dataclass(frozen=True)
class NumberedMail:
    """A raw mail with its UID in a folder; `whole` is false if only its header was fetched."""

    folder: MailFolder
    uid: int
    raw: bytes
    whole: bool = True


def parse_before_transaction(raw: bytes) -> None:
    """Parse a mail before the transaction, so that `sort_mail` finds the result in the cache."""
    with suppress(UnreadFile):
        read_mail(raw)
        read_mail_losses(raw)


def sort_mail(numbered_mail: NumberedMail, receiver: Body) -> IncomingMail:
    """Store a mail and decide its outcome; return its row."""
    try:
        mail = read_mail(numbered_mail.raw)
        broken = ""
    except UnreadFile as error:
        mail, broken = Mail(), str(error)
    own_addresses = list_own_addresses()
    mail.senders = mail.senders.without_own_addresses(own_addresses)
    row = IncomingMail.objects.create(
        folder=numbered_mail.folder,
        uid_validity=numbered_mail.folder.uid_validity,
        uid=numbered_mail.uid,
        message_id=mail.message_id[:250],
        message_key=digest_message(mail.message_id or numbered_mail.raw),
        content_key=_digest_mail_content(mail) if not broken and numbered_mail.whole else "",
        sender_digest=keyed_digest("email", mail.sender.lower()) if mail.sender else "",
        subject=mail.subject[:500],
        state=MailState.HELD,
        why=broken,
    )
    if earlier_mail := _find_duplicate_mail(row):
        row.inquiry = earlier_mail.inquiry
        row.save(update_fields=["inquiry"])
        return _save_mail_state(row, MailState.COPY, "")
    store_original(numbered_mail.raw, row.matter)
    particulars = SenderParticulars(name=mail.senders.name, email=mail.address)
    if state := _get_automatic_state(mail, numbered_mail.raw):
        register_party(None, by=ANONYMOUS, matter=row.matter, particulars=particulars)
        schedule_erasure(row.matter, timezone.localdate())
        return _save_mail_state(row, state, "")
    if doubt := broken or _find_reason_to_hold_mail(row, mail, own_addresses, is_complete=numbered_mail.whole):
        register_party(None, by=ANONYMOUS, matter=row.matter, particulars=particulars)
        return _save_mail_state(row, MailState.HELD, doubt)
    return _register_or_join(row, mail, particulars, receiver)


def _save_mail_state(row: IncomingMail, state: MailState, reason: str) -> IncomingMail:
    row.state, row.why = state, reason[:300]
    row.save(update_fields=["state", "why"])
    return row


def digest_message(value: str | bytes) -> str:
    """Return the keyed digest of a Message-ID or of a whole mail, to recognise duplicates."""
    plain = sha256(value.encode("utf-8", "replace") if isinstance(value, str) else value)
    return keyed_digest(MAIL_DIGEST_PURPOSE, plain.hexdigest())


def _digest_mail_content(mail: Mail) -> str:
    files = sorted(sha256(attached.content).hexdigest() for attached in mail.attached)
    return digest_message("\0".join([mail.sender.lower(), mail.subject, mail.text, *files]))


def _find_duplicate_mail(row: IncomingMail) -> IncomingMail | None:
    rows = IncomingMail.objects.filter(message_key=row.message_key, content_key=row.content_key)
    return rows.exclude(pk=row.pk).order_by("pk").first()


def _get_automatic_state(mail: Mail, raw: bytes) -> MailState | None:
    """Return the state of an automatic mail, or None; pass delivery reports to the outbox."""
    if mail.report:
        record_delivery_report(raw)
        return MailState.REPORT
    return MailState.AUTO if mail.automatic else None


def _find_reason_to_hold_mail(row: IncomingMail, mail: Mail, own_addresses: set[str], *, is_complete: bool) -> str:
    """Return the first reason to hold a mail for a clerk, or ""."""
    same_mails = IncomingMail.objects.filter(message_key=row.message_key).exclude(pk=row.pk)
    day = timezone.now() - timedelta(days=1)
    recent_mails = IncomingMail.objects.filter(sender_digest=row.sender_digest, at__gt=day)
    checks = [
        (not is_complete, "邮件太大，只收取了信头，原信在邮件服务器上。"),
        (not mail.address, "没有发件人地址，无法答复。"),
        (mail.senders.unclear, "发件人或者回复地址不止一个，请核对答复寄给谁。"),
        (mail.looped, "邮件带有循环转发标记（X-Loop）。"),
        (_is_own_mail(mail, own_addresses), "发件人是本系统的邮箱，可能是循环转发。"),
        (mail.hops > MAX_HOPS, "邮件经过的服务器太多，可能是循环转发。"),
        (same_mails.exists(), "邮件标识与以前的来信相同、内容不同。"),
        (
            bool(row.sender_digest) and recent_mails.count() > MAX_MAILS_PER_SENDER_AND_DAY,
            f"同一发件人一天内来信超过{MAX_MAILS_PER_SENDER_AND_DAY}封。",
        ),
        (mail.sealed, "邮件经过加密或者整体签名，打不开。"),
        (mail.winmail and not mail.text, "正文在winmail.dat中（Outlook专用格式），已损坏，打不开。"),
        (not mail.text and not mail.attached and not mail.subject, "没有内容。"),
    ]
    return next((reason for applies, reason in checks if applies), "")


def list_own_addresses() -> set[str]:
    """Return the installation's own addresses, normalised by `normalise_address`."""
    addresses = (
        settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> "),
        str(settings.GONGKAI_MAILBOX["user"]),
        *MailFolder.objects.values_list("account", flat=True),
    )
    return {normalise_address(address) for address in addresses if address}


def _is_own_mail(mail: Mail, own_addresses: set[str]) -> bool:
    name = mail.message_id.strip("<>").partition("@")[0]
    return normalise_address(mail.sender) in own_addresses or Letter.objects.filter(message_id=name or "-").exists()


def _register_or_join(row: IncomingMail, mail: Mail, particulars: SenderParticulars, receiver: Body) -> IncomingMail:
    """Append a mail to the open inquiry of its thread, else register it."""
    thread = _find_thread_inquiry(mail)
    uploads, refused = store_attachments(mail.attached, row.matter)
    notes = [
        *dict.fromkeys(mail.faults),
        *(["来信人要求答复另一个地址（Reply-To），回执和答复寄往该地址，见联系方式"] if mail.senders.reply_to else []),
        *([f"没有收下的附件（在原信中）：{'、'.join(refused)}"] if refused else []),
    ]
    mail_text = (mail.text or f"（正文为空，见{'附件' if mail.attached else '标题'}）")[:MAX_TEXT_CHARACTERS]
    if len(mail.text) > MAX_TEXT_CHARACTERS:
        notes.append(f"正文有{len(mail.text)}字，只登记了前{MAX_TEXT_CHARACTERS}字，其余的见原信")
    text = "\n".join([mail_text, *(f"（{note.rstrip('。')}）" for note in notes)])
    if thread and thread.entry.closed_at is None:
        return _append_mail_to_inquiry(row, thread, text)
    facts: dict[str, object] = {"title": make_mail_title(mail.subject, mail.text), "text": text}
    try:
        facts |= {"uploads": uploads, "refused": refused, "repeat_of": thread}
        register_mail_inquiry(row, by=SYSTEM, receiver=receiver, said=particulars, **facts)
    except Refused as refusal:
        register_party(None, by=ANONYMOUS, matter=row.matter, particulars=particulars)
        return _save_mail_state(row, MailState.HELD, str(refusal))
    row.refresh_from_db()
    return row


def _append_mail_to_inquiry(row: IncomingMail, thread: Inquiry, text: str) -> IncomingMail:
    """Append text and files of a mail to the open inquiry of its thread."""
    append_to_inquiry(Entry.objects.get(pk=thread.pk), by=SYSTEM, text=text)
    move_uploads(thread.matter, list(Upload.objects.filter(matter=row.matter)))
    row.inquiry = thread
    row.save(update_fields=["inquiry"])
    return _save_mail_state(row, MailState.JOINED, "")


def _find_thread_inquiry(mail: Mail) -> Inquiry | None:
    """Return the newest inquiry of the sender to whose mails a mail replies, or None."""
    names = [reference.strip("<>").partition("@")[0] for reference in mail.references]
    recipients = Letter.objects.filter(message_id__in=names).values_list("recipient", flat=True)
    parties = [int(recipient.partition("/")[2]) for recipient in recipients if recipient.startswith("party/")]
    matters = set(Party.objects.filter(pk__in=parties).values_list("matter", flat=True))
    earlier_mails = IncomingMail.objects.filter(
        message_key__in=[digest_message(reference) for reference in mail.references]
    )
    matters |= {f"inquiry/{pk}" for pk in earlier_mails.exclude(inquiry=None).values_list("inquiry", flat=True)}
    sender_parties = Party.objects.filter(
        matter__in=matters, email_digest=digest_for_search("email", mail.address), erased_at=None
    ).exclude(email_digest="")
    party = sender_parties.filter(matter__startswith="inquiry/").order_by("-pk").first()
    if party is None:
        return None
    return Inquiry.objects.select_related("entry").filter(pk=int(party.matter.partition("/")[2])).first()
