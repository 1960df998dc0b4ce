"""The outer one of two separated networks (外网): hold forms, encrypted, until the inner one (内网) has
them.

Replies are sealed with the query code. Transport and signatures belong to the app `packages`.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.files.storage import get_files_storage
from gongkai.core.intake import sealed_replies, spelling, uploads
from gongkai.core.intake.matters import FollowUp, MatterKind, MatterProgress, ProgressStage, register_matter
from gongkai.core.intake.models import Held, Party, QueryCode, Upload
from gongkai.core.ledger.rules import check_system
from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.chinese.normalisation import close_letter_spacing
from gongkai.lib.law import get_figures_in_force

# Encrypted columns with their labels; contact and identity are revealed separately.
CONTACT_LABELS = {
    "name": "姓名或者名称",
    "phone": "联系电话",
    "email": "电子邮箱",
    "fax": "传真号码",
    "address": "通信地址",
    "postcode": "邮政编码",
    "representative": "法定代表人",
    "contact_person": "联系人",
}
#: Encrypted identity columns with their labels.
IDENTITY_LABELS = {"id_number": "证件号码"}
#: All encrypted columns with their labels.
ENCRYPTED_LABELS = {**CONTACT_LABELS, **IDENTITY_LABELS}
# Search key → digest column and particular.
SEARCH_DIGESTS = {
    "name": ("name_digest", "name"),
    "phone": ("phone_digest", "phone"),
    "email": ("email_digest", "email"),
    "document": ("id_digest", "id_number"),
}
_NORMALISER_BY_DATUM = {
    "name": spelling.normalize_name,
    "phone": spelling.normalize_phone,
    "email": spelling.normalize_email,
    "document": spelling.normalize_identity_number,
}


@dataclass(frozen=True)
class SenderParticulars:
    """A person's identity and contact data, decrypted. Its `repr` is empty, so it is never logged."""

    kind: str = "person"
    name: str = ""
    phone: str = ""
    email: str = ""
    fax: str = ""
    address: str = ""
    postcode: str = ""
    representative: str = ""
    contact_person: str = ""
    id_kind: str = ""
    id_number: str = ""

    def __repr__(self) -> str:
        return "<Particulars>"

    @classmethod
    def read(cls, form_data: Mapping[str, object]) -> "SenderParticulars":
        """Return particulars from form data (kind as `party_kind`); other fields are ignored.

        Blanks that only space the characters of a name (张 开 琴) are closed, because letters print it.
        """
        field_names = {field.name for field in fields(cls)} - {"kind"}
        values = {name: str(value or "") for name, value in form_data.items() if name in field_names}
        if "name" in values:
            values["name"] = close_letter_spacing(values["name"])
        return cls(kind=str(form_data.get("party_kind") or "person"), **values)

    @property
    def empty(self) -> bool:
        """Return true if no data is given."""
        return not any(getattr(self, name) for name in ENCRYPTED_LABELS)

    @property
    def last_four(self) -> str:
        """Return the second key of a query code: the last four characters of the document number, else of the phone
        number."""
        return spelling.last_four(self.id_number or spelling.normalize_phone(self.phone))

    @property
    def identity(self) -> tuple[str, ...]:
        """Return the values that identify the person: the document, else name and contact; empty for a name alone.

        Relatives share telephones and strangers share names.
        """
        if self.id_number:
            return (spelling.normalize_identity_number(self.id_number),)
        contact = (spelling.normalize_phone(self.phone), spelling.normalize_email(self.email))
        return (spelling.normalize_name(self.name), *contact) if any(contact) else ()


def set_party_columns(party: Party, particulars: SenderParticulars) -> None:
    """Set a party's columns and digests from particulars, without saving."""
    party.kind, party.id_kind = particulars.kind or "person", particulars.id_kind
    for name in ENCRYPTED_LABELS:
        setattr(party, name, getattr(particulars, name).strip())
    for search_key, (column, name) in SEARCH_DIGESTS.items():
        setattr(party, column, digest_for_search(search_key, getattr(particulars, name)))


def digest_for_search(kind: str, value: str) -> str:
    """Return the keyed digest by which a person is found; "" for an empty value. `kind`: key of `SEARCH_DIGESTS`."""
    normalized = _NORMALISER_BY_DATUM[kind](value)
    return keyed_digest(kind, normalized) if normalized else ""


#: Time for which a form is stored after the inner side acknowledged it.
ACKNOWLEDGED_RETENTION = timedelta(days=7)
# Maximum size of a batch's files, in bytes.
MAX_BATCH_BYTES = 40 * 1024 * 1024


def is_outer() -> bool:
    """Return true if this installation is the outer one of two networks."""
    return bool(settings.GONGKAI_OUTER)


def _check_nothing(_by: Actor, _target: object) -> list[str]:
    return []


@action("intake.hold_form", label="外网收件", rule=_check_nothing)
def hold_form(_: None, *, by: Actor, form: str, token: str, content: Mapping[str, object]) -> ActionResult:
    """Store a submission until it is carried to the inner network; the result is the `Held`.

    `token` is the digest of the form's token, which its uploads have too.
    """
    text = json.dumps(content, ensure_ascii=False)
    held_form = Held.objects.create(form=form, token=token, content=text, sent_at=timezone.now())
    return ActionResult(words="外网收件，待转内网", facts={"form": form}, stream=held_form.stream, result=held_form)


@action("intake.note_carried", label="记录送出", rule=check_system)
def note_carried(held: Held, *, by: Actor) -> ActionResult:
    """Record that a held form was put into a package for the inner side."""
    held.carried_at = timezone.now()
    held.save(update_fields=["carried_at"])
    return ActionResult(words="装入送往内网的包")


@action("intake.take_reply", label="收内网答复", rule=check_system)
def take_reply(held_form: Held, *, by: Actor, made_at: datetime, salt: str, reply: str) -> ActionResult:
    """Record the inner side's acknowledgement and sealed reply; older packages change nothing."""
    held_form.acknowledged_at = held_form.acknowledged_at or timezone.now()
    if held_form.reply_at is None or held_form.reply_at < made_at:
        held_form.reply, held_form.reply_salt, held_form.reply_at = reply, salt, made_at
    held_form.save(update_fields=["acknowledged_at", "reply", "reply_salt", "reply_at"])
    return ActionResult(words="内网已签收", facts={"made_at": made_at.isoformat()})


@action("intake.erase_held", label="清除外网来件", rule=check_system)
def erase_held(held: Held, *, by: Actor) -> ActionResult:
    """Erase a held form with its files; code and sealed reply stay."""
    held.content, held.erased_at = "", timezone.now()
    held.save(update_fields=["content", "erased_at"])
    files = Upload.objects.filter(matter=held.matter, erased_at=None)
    paths = list(files.values_list("place", flat=True))
    files.delete()
    transaction.on_commit(lambda: _delete_stored_files(paths))
    return ActionResult(words="内网签收期满，清除外网存留", facts={"files": len(paths)})


def _delete_stored_files(paths: list[str]) -> None:
    for place in paths:
        get_files_storage().delete(place)


def erase_carried(now: datetime) -> int:
    """Erase acknowledged forms after `ACKNOWLEDGED_RETENTION` and expired replies; return the
    number of erased forms."""
    due_forms = Held.objects.filter(erased_at=None, acknowledged_at__lt=now - ACKNOWLEDGED_RETENTION)
    rows = list(due_forms.order_by("pk")[:500])
    for row in rows:
        erase_held(row, by=SYSTEM)
    expires_before = now - timedelta(days=get_figures_in_force()["intake.retention"].count)
    expired_replies = Held.objects.filter(erased_at__isnull=False, reply_at__lt=expires_before)
    QueryCode.objects.filter(matter__in=[expired_form.matter for expired_form in expired_replies]).delete()
    expired_replies.delete()
    return len(rows)


def iterate_forms_to_send(now: datetime) -> Iterator[tuple[Held, dict[str, object]]]:
    """Yield (held form, its data with files as in `receiving.HeldItem`) of forms neither acknowledged nor sent in the
    last hour, up to `MAX_BATCH_BYTES` of files, and the first files whatever their size."""
    is_unsent = Q(carried_at=None) | Q(carried_at__lt=now - timedelta(hours=1))
    size = 0
    for held_form in Held.objects.filter(is_unsent, acknowledged_at=None).order_by("pk").iterator(100):
        files = [_pack_upload(upload) for upload in Upload.objects.filter(matter=held_form.matter)]
        is_first, size = size == 0, size + sum(len(file["content"]) for file in files)
        if size > MAX_BATCH_BYTES and files and not is_first:
            return
        yield (
            held_form,
            {
                "token": held_form.token,
                "form": held_form.form,
                "sent_at": held_form.sent_at.isoformat(),
                "content": json.loads(held_form.content.reveal()),
                "files": files,
            },
        )


def _pack_upload(upload: Upload) -> dict[str, str]:
    """Return {"name", "content"} of an upload for transport; the content is base64."""
    return {"name": upload.name.reveal(), "content": base64.b64encode(uploads.read_upload(upload)).decode()}


def get_outer_progress(number: int, secret: str = "") -> MatterProgress | None:
    """Return the progress of a form held on the outer side: the sealed reply, opened with `secret`, else that it awaits
    registration; None for an unknown number or a wrong secret."""
    held_form = Held.objects.filter(pk=number).first()
    if held_form is None:
        return None
    if held_form.reply and secret:
        return sealed_replies.open_sealed(held_form.reply, sealed_replies.derive_key(secret, held_form.reply_salt))
    return MatterProgress(
        title="您提交的材料",
        number="",
        state="已收到，待登记",
        received_at=held_form.sent_at,
        stages=(
            ProgressStage("收到", held_form.sent_at),
            ProgressStage("转承办单位登记", current=True),
            ProgressStage("答复"),
        ),
    )


def _refuse_handling(_by: Actor, _number: int) -> list[str]:
    return ["外网端不办理来件，请在内网办理。"]


def _erase_nothing(_number: int) -> None:
    pass


_NO_FOLLOW_UPS: tuple[FollowUp, ...] = ()
#: The kind of matter for held forms.
HELD_MATTER = MatterKind(
    "held",
    "外网来件",
    _refuse_handling,
    get_outer_progress,
    _erase_nothing,
    lambda _: "/",
    _NO_FOLLOW_UPS,
    sealed=get_outer_progress,
)


def register_held_matter() -> None:
    """Register the kind of matter for held forms."""
    register_matter(HELD_MATTER)
