"""Follow-ups of an asker on the page of their matter, with attached files."""

from collections.abc import Mapping, Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from gongkai.core.acts.action import Refused
from gongkai.core.files.kinds import clean_file_name
from gongkai.core.files.storage import get_files_storage
from gongkai.core.intake import throttle, uploads
from gongkai.core.intake.actions import is_code_known_to_staff
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.idempotency import claim_token
from gongkai.core.intake.matters import MATTER_KINDS_BY_NAME, FollowUp
from gongkai.core.intake.models import Upload

# The name of the follow-up forms for their one-time token.
FOLLOW_UP_FORM_NAME = "follow-up"
# Maximum number of files of a matter.
MAX_FILES_OF_MATTER = 30
#: Refusal of a follow-up with a code that staff have read.
STAFF_CODE_ERROR = (
    "查询码由工作人员发放或者补发，只用来查看办理情况和领取文书：撤回、补正、提出意见和评价，请本人当面或者书面提出。"
)
#: Refusal of more files than `throttle.FILES_LIMIT` allows.
TOO_MANY_FILES_ERROR = "从您所在的网络上传的文件太多，请一小时后再试。"


def sort_attachments(
    follow_up: FollowUp, files: "Sequence[UploadedFile[bytes]]", matter: str, address: str
) -> "tuple[list[UploadedFile[bytes]], list[str]]":
    """Return the attached files that can be accepted, and the faults of the others as sentences.

    Args:
        follow_up: the follow-up.
        files: the files.
        matter: the name of the matter.
        address: the client address (`throttle.client_address`).
    """
    rule = follow_up.files
    if not files or rule is None:
        return [], []
    if throttle.FILES_LIMIT.full(address):
        return [], [TOO_MANY_FILES_ERROR]
    accepted: list[UploadedFile[bytes]] = []
    faults = []
    stored_count = Upload.objects.filter(matter=matter).count()
    for upload in files:
        if len(accepted) >= rule.most:
            fault = f"“{clean_file_name(upload.name or '')}”：一次最多上传{rule.most}个文件"
        elif stored_count + len(accepted) >= MAX_FILES_OF_MATTER:
            fault = f"“{clean_file_name(upload.name or '')}”：一个事项最多收{MAX_FILES_OF_MATTER}个文件，更多的请交给承办单位"
        else:
            fault = uploads.find_upload_fault(upload, rule)
        if fault:
            faults.append(fault)
        else:
            accepted.append(upload)
    return accepted, faults


def list_typed_words(post: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (label, text) of the texts typed into a follow-up form, to show them on an expired page.

    Forms are identified by name only: an expired page no longer reveals its matter.
    """
    fields = {
        name: field.label or ""
        for matter in MATTER_KINDS_BY_NAME.values()
        for up in matter.follow_ups
        if up.name == post.get("follow_up")
        for name, field in up.form.base_fields.items()
        if isinstance(field.widget, (forms.Textarea, forms.TextInput))
    }
    return [(str(label), text) for name, label in fields.items() if (text := post.get(name, "").strip())]


def is_barred(follow_up: FollowUp, matter: str) -> bool:
    """Return true if a follow-up may not be made by code, because staff read the code of the matter."""
    return follow_up.decides and is_code_known_to_staff(matter)


def run_follow_up(
    follow_up: FollowUp,
    number: int,
    matter: str,
    data: dict[str, object],
    *,
    files: "Sequence[UploadedFile[bytes]]" = (),
    address: str = "",
    token: str = "",
) -> object:
    """Run an action of the sender on a submitted matter and store its files, in one transaction.

    Select the files with `sort_attachments` first; the app gets their rows as `files`. With the page's
    `token` (`FOLLOW_UP_FORM_NAME`) it runs only once.

    Raises:
        Refused: the app rejects it; nothing was written.
        AlreadySent: the page was sent already.
    """
    if is_barred(follow_up, matter):
        raise Refused(STAFF_CODE_ERROR)
    stored: list[Upload] = []
    try:
        with transaction.atomic():
            if nonce := tokens.read_nonce(FOLLOW_UP_FORM_NAME, token):
                claim_token(FOLLOW_UP_FORM_NAME, f"{nonce}/{follow_up.name}")
            if follow_up.files is None:
                return follow_up.act(number, data)
            for uploaded_file in uploads.drop_repeated(files, ()):
                throttle.FILES_LIMIT.hit(address)
                stored.append(uploads.store_upload(uploaded_file, matter=matter))
            return follow_up.act(number, {**data, "files": stored})
    except BaseException:
        for row in stored:
            get_files_storage().delete(row.place)
        raise
