"""The job that reads mailboxes, one transaction for each mail."""

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongkai.content.editions.queries import default_website
from gongkai.core.units.models import Body
from gongkai.lib.confined import cache_readings
from gongkai.lib.outbound.imap import MailboxAccount, open_folder
from gongkai.lib.outbound.permitted_hosts import NoAnswer
from gongkai.work.consultation.mailbox.incoming_mails import read_mail_losses, record_mail_losses, store_original
from gongkai.work.consultation.mailbox.mail_outcomes import (
    NumberedMail,
    digest_message,
    parse_before_transaction,
    sort_mail,
)
from gongkai.work.consultation.models import IncomingMail, MailFolder, MailState

# Maximum number of mails in a run.
MAX_MAILS_PER_RUN = 200
# Maximum size of a mail, in bytes; of larger ones only the header is fetched.
MAX_MAIL_BYTES = 30 * 1024 * 1024


class OpenMailFolder(Protocol):
    """The interface of an open mail folder (`outbound.imap.MailFolder`)."""

    uid_validity: int

    def list_numbers(self, after: int) -> list[int]:
        """Return the UIDs of the mails above a UID."""

    def get_sizes(self, numbers: list[int]) -> dict[int, int]:
        """Return the sizes of mails in bytes by mail number."""

    def fetch_message(self, number: int) -> bytes | None:
        """Return the raw mail with this UID, if any."""

    def fetch_header(self, number: int) -> bytes | None:
        """Return the raw header of the mail with this UID, if any."""


def get_configured_account() -> MailboxAccount | None:
    """Return the login of the government's mailbox from the settings, or None if none is set."""
    mailbox = settings.GONGKAI_MAILBOX
    if not mailbox["host"]:
        return None
    return MailboxAccount(**mailbox)  # type: ignore[arg-type]


def list_mailboxes() -> list[tuple[MailboxAccount, Body]]:
    """Return (mailbox, the unit that receives its mails) of all mailboxes to read."""
    account, website = get_configured_account(), default_website()
    configured = [(account, website.body.successor)] if account and website else []
    rows = MailFolder.objects.exclude(host="").filter(closed_at=None, body__isnull=False)
    rows = rows.select_related("body__merged_into")
    return configured + [(make_folder_account(row), row.body.successor) for row in rows if row.body]


def make_folder_account(row: MailFolder) -> MailboxAccount:
    """Return the login account of a registered mailbox."""
    plain = settings.GONGKAI_MAILBOX["plain"] and row.host == settings.GONGKAI_MAILBOX["host"]
    return MailboxAccount(
        host=row.host,
        user=row.account,
        password=row.secret.reveal(),
        port=row.port,
        folder=row.folder,
        plain=bool(plain),
    )


def fetch_mail() -> Mapping[str, int]:
    """Read new mails of all mailboxes and count them by state."""
    counts: Counter[str] = Counter()
    for account, body in list_mailboxes():
        counts.update(fetch_folder(account.name, open_folder(account), body))
    return counts


def fetch_folder(name: str, opening: AbstractContextManager[OpenMailFolder], receiver: Body) -> dict[str, int]:
    """Read new mails of a mailbox, and store when it was read or why not.

    Args:
        opening: a context manager that opens the folder.

    Returns:
        The number of mails by `MailState`, or `unreachable`.
    """
    row, _ = MailFolder.objects.get_or_create(name=name, defaults={"body": receiver})
    counts: dict[str, int] = {}
    try:
        with opening as folder:
            _reset_changed_numbering(row, folder.uid_validity)
            numbers = folder.list_numbers(row.last_uid)[:MAX_MAILS_PER_RUN]
            sizes = folder.get_sizes(numbers)
            for number in numbers:
                state = _fetch_mail(row, folder, number, sizes.get(number, 0), receiver)
                counts[state] = counts.get(state, 0) + 1
    except NoAnswer as error:
        MailFolder.objects.filter(pk=row.pk).update(error=str(error)[:300])
        return {**counts, "unreachable": 1}
    MailFolder.objects.filter(pk=row.pk).update(read_at=timezone.now(), error="")
    return counts


def _reset_changed_numbering(row: MailFolder, uid_validity: int) -> None:
    """Read a mailbox from the beginning again if its server numbers mails differently now."""
    if row.uid_validity != uid_validity:
        row.uid_validity, row.last_uid = uid_validity, 0
        row.save(update_fields=["uid_validity", "last_uid"])


def _fetch_mail(row: MailFolder, folder: OpenMailFolder, number: int, size: int, receiver: Body) -> str:
    """Fetch a mail, only its header if it is too large, and sort it; return its state."""
    is_whole = size <= MAX_MAIL_BYTES
    raw = folder.fetch_message(number) if is_whole else folder.fetch_header(number)
    with cache_readings():
        if raw is not None:
            parse_before_transaction(raw)
        return _process_mail_once(row, number, raw, is_whole, receiver)


def _process_mail_once(row: MailFolder, number: int, raw: bytes | None, is_complete: bool, receiver: Body) -> str:
    """Sort a mail and move the folder's position, in one transaction; return its state.

    `is_complete` is false if only the header was fetched. Other states: `gone` for a deleted mail,
    `taken_by_other` after another run.
    """
    with transaction.atomic():
        folder = MailFolder.objects.select_for_update().get(pk=row.pk)
        if folder.uid_validity != row.uid_validity or folder.last_uid >= number:
            return "taken_by_other"  # another run was faster
        state = "gone"
        if raw is not None:
            state = _sort_mail_safely(NumberedMail(folder, number, raw, is_complete), receiver)
        folder.last_uid = number
        folder.save(update_fields=["last_uid"])
    return state


def _sort_mail_safely(numbered_mail: NumberedMail, receiver: Body) -> str:
    """Sort a mail and record what its text lacks; hold it for a clerk if that fails."""
    try:
        with transaction.atomic():
            row = sort_mail(numbered_mail, receiver)
            if row.inquiry and row.state in {MailState.TAKEN, MailState.JOINED}:
                record_mail_losses(row.inquiry.entry, read_mail_losses(numbered_mail.raw))
            return row.state
    except Exception as error:  # no mail may stop the mailbox or get lost
        row = IncomingMail.objects.create(
            folder=numbered_mail.folder,
            uid_validity=numbered_mail.folder.uid_validity,
            uid=numbered_mail.uid,
            message_key=digest_message(numbered_mail.raw),
            state=MailState.HELD,
            why=f"处理时出错（{type(error).__name__}），请人工登记。",
        )
        store_original(numbered_mail.raw, row.matter)
        return row.state
