"""The job that reads files sent with the web form and stores what their text lacks."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.intake.models import Upload
from gongkai.core.intake.uploads import read_upload
from gongkai.core.ledger.models import Entry
from gongkai.work.consultation.mailbox.incoming_mails import read_file_losses, record_inquiry_losses
from gongkai.work.consultation.models import Inquiry, InquiryChannel

#: Maximum number of files in a run.
MAX_FILES_PER_RUN = 100
#: Source of the lines on uploaded files.
UPLOADS_SOURCE = "上传的文件"
#: Line on a file that cannot be read.
UNREAD_FILE_LOSS = "不能读取，请下载后打开核对。"


def read_uploaded_files() -> Mapping[str, int]:
    """Read new files of open inquiries; return {"read": number, "with_losses": number of them with losses}."""
    rows = Upload.objects.filter(read_at=None, erased_at=None, matter__startswith="inquiry/").order_by("pk")
    counts = {"read": 0, "with_losses": 0}
    for upload in rows[:MAX_FILES_PER_RUN]:
        entry = _find_open_entry(upload)
        lines = _describe_losses_of(upload) if entry else []
        with transaction.atomic():
            if entry:
                record_inquiry_losses(entry, UPLOADS_SOURCE, lines)
            Upload.objects.filter(pk=upload.pk).update(read_at=timezone.now())
        counts["read"] += 1
        counts["with_losses"] += bool(lines)
    return counts


def _find_open_entry(upload: Upload) -> Entry | None:
    """Return the open entry of a file's inquiry; None if closed or made from a mail."""
    inquiries = Inquiry.objects.filter(pk=int(upload.matter.partition("/")[2]), entry__closed_at=None)
    inquiry = inquiries.exclude(channel=InquiryChannel.MAILBOX).select_related("entry").first()
    return inquiry.entry if inquiry else None


def _describe_losses_of(upload: Upload) -> list[str]:
    """Return the lines on what one file lacks, without its name."""
    try:
        lines = read_file_losses(read_upload(upload), upload.name.reveal(), UNREAD_FILE_LOSS)
    except Refused:  # erased, or missing in the store: its download says so
        return []
    except ValueError:
        lines = [UNREAD_FILE_LOSS]
    file_number = Upload.objects.filter(matter=upload.matter, pk__lte=upload.pk).count()
    return [f"第{file_number}个文件：{line}" for line in lines]
