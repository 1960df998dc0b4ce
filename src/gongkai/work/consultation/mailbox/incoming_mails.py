"""Files and losses of mails, mails as matters, their visibility, and held mails."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from gongkai.core.files.kinds import FILE_KINDS_BY_SUFFIX, clean_file_name, get_suffix
from gongkai.core.intake.models import Upload
from gongkai.core.intake.uploads import FileRule, find_upload_fault, store_upload

if TYPE_CHECKING:
    from gongkai.lib.fileformats.mails import AttachedFile
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.files.losses import find_losses, record_losses
from gongkai.core.intake.matters import MatterKind, MatterProgress
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import TodoLine, todo_block
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.rules import runs_installation
from gongkai.lib.fileformats.documents import UnreadFile, describe_losses, read_document
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import IncomingMail, MailFolder, MailState

# The upload rule for attachments of mails.
ATTACHMENT_RULE = FileRule(most=20, megabytes=20, suffixes=tuple(FILE_KINDS_BY_SUFFIX), label="附件")
ORIGINAL_FILE_NAME = "原信.eml"
#: Loss of a mail that is read in part only.
UNREAD_PARTS_LOSS = "附件或正文不能全部读取，请打开原信核对。"
#: Kinds of losses that say nothing about what the sender wrote, and attachments without a text.
_MINOR_LOSSES = frozenset({"picture", "header", "footer", "format", "encoding"})
_PICTURE_SUFFIXES = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "webp", "heic"})


def store_original(raw: bytes, matter: str) -> Upload:
    """Store a mail as received, encrypted, under a matter."""
    return store_upload(SimpleUploadedFile(ORIGINAL_FILE_NAME, raw), matter=matter)


def store_attachments(attached: "Iterable[AttachedFile]", matter: str) -> tuple[list[Upload], list[str]]:
    """Store the permitted attachments of a mail; return (uploads, names of refused ones)."""
    uploads: list[Upload] = []
    refused: list[str] = []
    for one in attached:
        name = clean_file_name(one.name)
        file = SimpleUploadedFile(name, one.content)
        fits = get_suffix(name) in FILE_KINDS_BY_SUFFIX and len(uploads) < ATTACHMENT_RULE.most
        if not fits or find_upload_fault(file, ATTACHMENT_RULE, blank_allowed=True):
            refused.append(name[:80])
        else:
            uploads.append(store_upload(file, matter=matter))
    return uploads, refused


def read_mail_losses(raw: bytes) -> list[str]:
    """Return a line for each kind of content that the text of a mail lacks.

    The lines quote nothing, because they are stored in plain text. Pictures have no text to lack.
    """
    return read_file_losses(raw, ORIGINAL_FILE_NAME, UNREAD_PARTS_LOSS)


def read_file_losses(content: bytes, name: str, unread: str) -> list[str]:
    """Return a line for each kind of content that the text of a file from outside lacks.

    Return [] for pictures, and [`unread`] if the file cannot be read.
    """
    if get_suffix(name) in _PICTURE_SUFFIXES:
        return []
    try:
        losses = read_document(content, name).losses
    except UnreadFile as error:
        return [] if error.reason == "没有文字" else [unread]
    reported = (
        loss for loss in losses if loss.what not in _MINOR_LOSSES and get_suffix(loss.where) not in _PICTURE_SUFFIXES
    )
    return describe_losses(replace(loss, text="") for loss in reported)


def record_mail_losses(entry: Entry, lines: Sequence[str]) -> None:
    """Add lines on content missing from a mail's text to those stored with its inquiry."""
    record_inquiry_losses(entry, "来信", lines)


def record_inquiry_losses(entry: Entry, source: str, lines: Sequence[str]) -> None:
    """Add lines on content missing from the text of a source to those stored with an inquiry."""
    if lines:
        stored = find_losses(entry.stream)
        record_losses(entry.stream, source, list(dict.fromkeys([*(stored.lines if stored else ()), *lines])))


def move_uploads(matter: str, uploads: Sequence[Upload]) -> None:
    """Move files to another matter, without their upload tokens."""
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(matter=matter, token="")


def describe_refused_files(refused: Sequence[str]) -> str:
    """Return the number of refused attachments in words, or "". Their names may be personal."""
    return f"没有收下的附件{len(refused)}个（在原信中）" if refused else ""


@register_visible_to(MailFolder)
def folders_visible_to(by: Actor) -> QuerySet[MailFolder]:
    """Return the mailboxes whose mails a user may see: operators of the installation all of them.

    Others see the registered ones of units whose staff or supervising 政务公开办 they are.
    """
    rows = MailFolder.objects.select_related("body")
    if by.system or runs_installation(by):
        return rows
    own_bodies = by.body_ids(*rules.STAFF_ROLES)
    condition = Q(body_id__in=own_bodies)
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(body__path__startswith=post.reach)
    return rows.exclude(host="").filter(condition)


@register_visible_to(IncomingMail)
def mails_visible_to(user: object) -> QuerySet[IncomingMail]:
    """Return the mails, and their inquiries, of the mailboxes that a user may see.

    `sees_inquiry` is false for one that another unit answers.
    """
    by = get_actor(user)
    rows = IncomingMail.objects.select_related("inquiry__entry", "folder__body")
    rows = rows.annotate(sees_inquiry=Exists(visible_to(by).filter(pk=OuterRef("inquiry__entry"))))
    return rows.filter(folder__in=folders_visible_to(by)) if by.known or by.system else rows.none()


def list_mail_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the home-page list has rows."""
    return [RowCondition(IncomingMail, {"state": MailState.HELD})]


def make_held_mails_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of held mails; None to hide it."""
    incoming_mails = mails_visible_to(by).filter(state=MailState.HELD)

    def line(mail: IncomingMail) -> TodoLine:
        moment = timezone.localtime(mail.at)
        url = reverse("consultation:mail", args=[mail.pk])
        return TodoLine(mail.why or "待处理", url, f"{moment:%Y-%m-%d %H:%M} 收取", "来信", "处理")

    return todo_block("公开信箱：待人工处理的来信", incoming_mails.order_by("pk"), line, reverse("consultation:mails"))


def _list_reasons_unless_mail_reader(by: Actor, number: int) -> list[str]:
    return [] if mails_visible_to(by).filter(pk=number).exists() else ["只有受理单位和政务公开办可以查看信箱里的来信。"]


def _hide_mail_progress(number: int) -> MatterProgress | None:
    return None


def _erase_mail(number: int) -> None:
    IncomingMail.objects.filter(pk=number).update(subject="", message_id="")


MAIL_MATTER = MatterKind(
    name="mail",
    label="信箱来信",
    may_read=_list_reasons_unless_mail_reader,
    progress=_hide_mail_progress,
    erase=_erase_mail,
    office=lambda number: reverse("consultation:mail", args=[number]),
)
