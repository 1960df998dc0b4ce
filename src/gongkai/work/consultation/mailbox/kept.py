"""Storage of mails and their attachments, encrypted by `intake`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from gongkai.core.files.kinds import KINDS, clean_name, suffix_of
from gongkai.core.intake.models import Upload
from gongkai.core.intake.uploads import FileRule, fault_of, store

if TYPE_CHECKING:
    from gongkai.lib.fileformats.mails import Attached

# The upload rule for attachments of mails.
ATTACHMENT_RULE = FileRule(most=20, megabytes=20, suffixes=tuple(KINDS), label="附件")
ORIGINAL_FILE_NAME = "原信.eml"


def store_original(raw: bytes, matter: str) -> Upload:
    """Store a raw mail."""
    return store(SimpleUploadedFile(ORIGINAL_FILE_NAME, raw), matter=matter)


def store_attachments(attached: "Iterable[Attached]", matter: str) -> tuple[list[Upload], list[str]]:
    """Store the permitted attachments; return them and the names of the refused ones."""
    taken: list[Upload] = []
    refused: list[str] = []
    for one in attached:
        name = clean_name(one.name)
        file = SimpleUploadedFile(name, one.content)
        fault = (
            suffix_of(name) not in KINDS or len(taken) >= ATTACHMENT_RULE.most or bool(fault_of(file, ATTACHMENT_RULE))
        )
        if fault:
            refused.append(name[:80])
        else:
            taken.append(store(file, matter=matter))
    return taken, refused


def move_uploads(matter: str, uploads: Sequence[Upload]) -> None:
    """Move files to another matter."""
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(matter=matter, token="")


def describe_refused_files(refused: Sequence[str]) -> str:
    """Return the number of refused attachments in words, or "". Their names may be personal."""
    return f"没有收下的附件{len(refused)}个（在原信中）" if refused else ""
