"""The inner one of two separated networks (内网): register held forms and seal replies."""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.storage import get_files_storage
from gongkai.core.intake import sealed_replies as sealed_replies_module
from gongkai.core.intake import uploads
from gongkai.core.intake.forms.definition import PUBLIC_FORMS_BY_NAME, PublicForm, Submission
from gongkai.core.intake.forms.registration import get_progress, record_submission
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Received
from gongkai.core.ledger.rules import check_system

if TYPE_CHECKING:
    from gongkai.core.intake.models import Upload

#: Period in which replies are sent: longer than any deadline, so that a lost package is harmless.
REPLY_PERIOD = timedelta(days=365)


class HeldFile(TypedDict):
    """A file of a held form, base64-encoded."""

    name: str
    content: str


class HeldContent(TypedDict):
    """The typed data of a held form with host, code and verification."""

    data: dict[str, list[str]]
    host: str
    code: str
    verified: bool


class HeldItem(TypedDict):
    """A form held on the outer side, as transported to the inner side."""

    token: str
    form: str
    sent_at: str
    content: HeldContent
    files: list[HeldFile]


@action("intake.receive_held", label="登记外网来件", rule=check_system)
def receive_held(_: None, *, by: Actor, item: HeldItem) -> ActionResult:
    """Register a held form with its code and time of sending, once.

    Raises:
        Refused: the inner side rejects it; the outer side keeps it.
    """
    received_before = Received.objects.filter(token=item["token"]).first()
    if received_before:
        return ActionResult(words="重复收到，不再登记", stream=received_before.matter, result=received_before)
    definition = PUBLIC_FORMS_BY_NAME.get(str(item["form"]))
    if definition is None:
        raise Refused("内网没有这个表单。")
    content = item["content"]
    sent_at = datetime.fromisoformat(item["sent_at"])
    form = definition.form(_make_query_dict(content["data"]), sent_on=timezone.localdate(sent_at))
    if not form.is_valid():
        faults = "；".join(str(error) for errors in form.errors.values() for error in errors)
        raise Refused(f"内容不合要求：{faults}")
    particulars = form.particulars()
    files: list[Upload] = []
    try:
        files += (_store_file(definition, held_file) for held_file in item["files"])
        submission = Submission(form.cleaned_data, str(content["host"]), tuple(files), particulars, sent_at)
        registered = record_submission(definition, submission, code=content["code"], verified=bool(content["verified"]))
    except BaseException:
        for upload in files:
            get_files_storage().delete(upload.place)
        raise
    salt = sealed_replies_module.new_salt()
    key = sealed_replies_module.derive_key(
        sealed_replies_module.join_code_and_second_key(content["code"], _get_second_key(definition, particulars)), salt
    )
    received = Received.objects.create(token=item["token"], matter=registered.matter, key=key, salt=salt)
    return ActionResult(words="登记外网来件", stream=registered.matter, facts={"token": item["token"]}, result=received)


def _make_query_dict(data: Mapping[str, list[str]]) -> QueryDict:
    parameters = QueryDict(mutable=True)
    for name, values in data.items():
        parameters.setlist(name, values)
    return parameters


def _get_second_key(definition: PublicForm, particulars: SenderParticulars | None) -> str:
    """Return the last four characters that the status query needs with the code, or "" if the form needs none."""
    return particulars.last_four if particulars and definition.second else ""


def _store_file(definition: PublicForm, file: HeldFile) -> "Upload":
    """Store a file of a held form.

    Raises:
        Refused: the form does not accept such a file.
    """
    upload = SimpleUploadedFile(file["name"], base64.b64decode(file["content"]))
    # The outer side looked whether something can be seen in it, before it took the form.
    fault = (
        uploads.find_upload_fault(upload, definition.files, blank_allowed=True)
        if definition.files
        else "这个表单不收文件。"
    )
    if fault:
        raise Refused(fault)
    return uploads.store_upload(upload)


def receive_all(items: list[HeldItem], *, by: Actor) -> tuple[int, list[str]]:
    """Register transported forms one by one; return (their number, Chinese faults of the others)."""
    count, faults = 0, []
    for item in items:
        try:
            with transaction.atomic():
                receive_held(None, by=by, item=item)
            count += 1
        except Refused as refused:
            faults.append(f"{item['form']}（{item['sent_at'][:16]}）：{refused}")
    return count, faults


def iterate_sealed_replies(now: datetime | None = None) -> Iterator[dict[str, str]]:
    """Yield token, salt and encrypted progress (`reply`, "" if the matter is unknown) of each matter received from the
    outer side within `REPLY_PERIOD`."""
    moment = now or timezone.now()
    for row in Received.objects.filter(at__gt=moment - REPLY_PERIOD).order_by("pk").iterator(500):
        progress = get_progress(row.matter)
        text = sealed_replies_module.seal_progress(progress, row.key.reveal()) if progress else ""
        yield {"token": row.token, "salt": row.salt, "reply": text}
