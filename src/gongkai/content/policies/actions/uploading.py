"""Actions on uploads to the higher government's library, and on the resulting ledger entries."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from gongkai.content.policies.models import SHOWN_STANDING_CHOICES, PolicyRecord, Upload, UploadBack, UpperLibrary
from gongkai.content.policies.queries.uploading import UpperLibraryCache, list_same_receipt_uploads
from gongkai.content.policies.rules import check_library_manager, check_may_maintain
from gongkai.content.policies.states import CANCELLED, DONE
from gongkai.content.policies.validity import get_period
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.core.acts.action import ROW_CHANGED_ERROR, ActionResult, Conflict, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import find_url_errors
from gongkai.core.acts.rows import insert_row, is_new_value, list_related_rows
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.clock import make_redating_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.models import Body
from gongkai.lib.chinese.typed_values import ACCEPTED_YEARS

#: Maximum number of days that a unit may be given for an upload.
MAX_UPLOAD_DAYS = 365
#: First year accepted for an upload.
FIRST_UPLOAD_YEAR = 2000


@action("policies.set_upper_library", label="设置上级文件库", rule=check_library_manager)
def set_upper_library(
    body: Body,
    /,
    *,
    by: Actor,
    name: str,
    covers: str,
    days: int,
    since: date,
    basis: str,
    address: str = "",
    working_days: bool = True,
    refuses: bool = False,
    active: bool = True,
    same: bool | None = None,
    seen: int | None = None,
) -> ActionResult:
    """Set the higher library to which a government's documents must be uploaded (先入库，后公开).

    Args:
        body: the government, or a department with its own system.
        by: its 政务公开办.
        name: the library's name.
        covers: which documents (`UploadedScope`).
        days: the deadline in days, counted as `working_days` says.
        since: the first day.
        basis: the order on which this is based.
        address: the URL of the library.
        working_days: true for working days, false for calendar days.
        refuses: true if nothing is published without a receipt.
        active: false to end the duty.
        same: on a change of name or address, true if it is still the same library; uploads to
            another one do not count.
        seen: the version that the user saw (0: none yet), to detect concurrent changes.
    """
    row = UpperLibrary.objects.filter(body=body).first() or UpperLibrary(body=body, version=0)
    if seen is not None and seen != row.version:
        raise Conflict(ROW_CHANGED_ERROR)
    before = _describe_setting(row) if row.pk else {}
    _set_values(row, name=name.strip(), address=address.strip(), basis=basis.strip(), covers=covers)
    _set_values(row, days=days, working_days=working_days, since=since, refuses=refuses, active=active)
    now = _describe_setting(row)
    changed = {key: [before.get(key, ""), value] for key, value in now.items() if before.get(key) != value}
    if not changed:
        raise Refused("没有改动。")
    moved = any(changed.get(key, [""])[0] for key in ("上级文件库", "网址"))
    if reasons := _find_setting_errors(row, unsaid=moved and same is None):
        raise Refused(reasons)
    row.version += 1
    row.turn += moved and not same
    row.save()
    which = ["同一个库" if same else "另一个库，此前的上传不计"] if moved else []
    facts = {"library": row.pk, "turn": row.turn, **changed}
    return ActionResult(
        words="；".join([*_describe_changes(changed), *which])[:500], facts=facts, stream=row.stream, result=row
    )


def _describe_changes(changed: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the changes ({field: old and new label}) of a setting as Chinese sentences."""
    return [f"{key}由“{old}”改为“{new}”" if old else f"{key}：{new or '（空）'}" for key, (old, new) in changed.items()]


def _set_values(row: Model, **values: object) -> None:
    """Set attributes of a row without saving it."""
    for key, value in values.items():
        setattr(row, key, value)


def _find_setting_errors(row: UpperLibrary, *, unsaid: bool) -> list[str]:
    """Return the Chinese reasons against saving the settings of a higher library.

    `unsaid`: its name or address changed, and the user did not say if it is another library.
    """
    checks = [
        (not row.body.alive, f"{row.body.name}已经撤销，不能设置。"),
        (not row.name, "请填写上级文件库名称。"),
        (not row.basis, "请填写依据：上级的通知、办法，或者本级的决定。"),
        (not 1 <= row.days <= MAX_UPLOAD_DAYS, f"上传期限应在1至{MAX_UPLOAD_DAYS}天之间。"),
        (row.since.year not in ACCEPTED_YEARS, f"日期的年份应在{ACCEPTED_YEARS[0]}年至{ACCEPTED_YEARS[-1]}年之间。"),
        (unsaid, "名称或者网址变了，请选择是原来的库改名、换址，还是换了另一个库。"),
    ]
    reasons = [text for wrong, text in checks if wrong]
    reasons += find_url_errors(row.address)
    return reasons or find_field_errors(row, "name", "address", "covers", "basis")


def find_field_errors(row: Model, *names: str) -> list[str]:
    """Return validation errors of these fields of a row, in Chinese."""
    others = {field.name for field in row._meta.concrete_fields} - set(names)
    try:
        row.clean_fields(exclude=others)
    except ValidationError as wrong:
        return [
            f"{row._meta.get_field(key).verbose_name}：{text}"  # type: ignore[union-attr]
            for key, texts in wrong.message_dict.items()
            for text in texts
        ]
    return []


def _describe_setting(row: UpperLibrary) -> dict[str, str]:
    """Return the values of a setting by label."""
    return {
        "上级文件库": row.name,
        "网址": row.address,
        "范围": row.get_covers_display(),
        "期限": row.limit,
        "没有回执": "不得公开" if row.refuses else "只提醒",
        "自何日起": row.since.isoformat(),
        "依据": row.basis,
        "状态": "正在执行" if row.active else "停止执行",
    }


@action("policies.record_upload", label="登记上传", rule=check_may_maintain)
def record_upload(
    record: PolicyRecord,
    *,
    by: Actor,
    on: date,
    standing: str,
    number: str = "",
    address: str = "",
    file: NamedStoredFile | None = None,
    shared: bool = False,
    settle: bool = True,
    libraries: UpperLibraryCache | None = None,
) -> ActionResult:
    """Record the upload of a document to the higher library, with its receipt.

    Args:
        record: the document.
        by: the user.
        on: the day of the upload; if the receipt comes later, the upload is recorded again with it.
        standing: the validity that the higher library shows.
        number: the receipt's number.
        address: the URL of the document there.
        file: the stored receipt or a screenshot of it.
        shared: true if several documents have one receipt.
        settle: true to close the unit's task at once; an import leaves that to the job.
        libraries: cache of the libraries for many uploads in one action.
    """
    library = (libraries or UpperLibraryCache()).find_library_of_record(record)
    if library is None:
        raise Refused("本级没有设置上级文件库，或者这一级别的文件不须上传。")
    made = Upload(
        record=record,
        library=library,
        turn=library.turn,
        went_to=library.name,
        on=on,
        standing=standing,
        number=number.strip(),
        shared=shared,
        address=address.strip(),
        receipt=file.stored if file else None,
        receipt_name=file.name[-200:] if file else "",
        made_at=timezone.now(),
        made_by=by.name,
    )
    if reasons := find_upload_errors(made):
        raise Refused(reasons)
    insert_row(made)
    if settle:
        _update_tasks(record)
    receipt = (made.number or made.receipt_name or "（待回执）") + ("（整批）" if made.shared else "")
    text = f"{on:%Y-%m-%d}上传{library.name}，{made.get_standing_display()}，回执：{receipt}"
    return ActionResult(words=text, facts={"upload": made.pk, "standing": standing, "on": on.isoformat()}, result=made)


def _find_last_upload(upload: Upload) -> Upload | None:
    """Return the last upload of the same document and turn to the same library that was not withdrawn, or None."""
    rows = list_related_rows(Upload, upload.record, "uploads", library_id=upload.library_id, turn=upload.turn)
    backs = UploadBack.objects.filter(upload__in=[row.pk for row in rows]).values_list("upload_id", flat=True)
    withdrawn = set(backs) if rows else set()
    return max((row for row in rows if row.pk not in withdrawn), key=lambda row: (row.on, row.pk), default=None)


def _is_receipt_number_taken(upload: Upload) -> bool:
    """Return true if another document outside this shared upload has its receipt number."""
    other_uploads = (
        Upload.objects.filter(back=None, library_id=upload.library.pk or 0, turn=upload.turn)
        .filter(number=upload.number)
        .exclude(record=upload.record_id)
    )
    if upload.shared:
        other_uploads = other_uploads.exclude(shared=True, on=upload.on)
    return other_uploads.exists()


def find_upload_errors(upload: Upload) -> list[str]:
    """Return reasons against recording an upload, in Chinese."""
    last = _find_last_upload(upload)
    same = last is not None and _get_compared_facts(last) == _get_compared_facts(upload)
    known = upload.standing in dict(SHOWN_STANDING_CHOICES)
    may_be_taken = bool(upload.number) and not is_new_value(Upload, "number", upload.number)
    elsewhere = may_be_taken and _is_receipt_number_taken(upload)
    formed = upload.record.made_on
    checks = [
        (upload.on > timezone.localdate(), "上传日期不能晚于今天。"),
        (upload.on.year < FIRST_UPLOAD_YEAR, f"上传日期不能早于{FIRST_UPLOAD_YEAR}年。"),
        (bool(formed and upload.on < formed), f"上传日期早于文件的成文日期（{formed}）。"),
        (not known, "请选择上传时的有效性。"),
        (
            elsewhere,
            f"回执号{upload.number}已经登记在另一份文件上，请核对；同一天整批上传、只有一张回执的，请都登记为整批回执。",
        ),
        (
            bool(last and last.on == upload.on and last.has_receipt and not upload.has_receipt and not same),
            "这一天的上传已经登记了回执；要更正的，请写上回执号，或者先撤回。",
        ),
        (
            bool(last and upload.on < last.on),
            f"上传日期早于最近一次登记的上传日期（{last.on if last else ''}）；上次登记有误的，请先撤回。",
        ),
        (same, "这次上传已经登记过。"),
    ]
    reasons = [text for wrong, text in checks if wrong]
    reasons += find_url_errors(upload.address)
    return reasons or find_field_errors(upload, "number", "address")


def record_batch(
    records: Sequence[PolicyRecord],
    *,
    by: Actor,
    on: date,
    standing: str = "",
    number: str = "",
    file: NamedStoredFile | None = None,
) -> list[Upload]:
    """Record the upload of several documents, all or none: a row for each, with one receipt, and update the tasks.

    Args:
        records: the documents.
        by: the user.
        on: the day of the upload.
        standing: the validity that the higher library shows for all of them; "" takes the validity
            that each had on that day.
        number: the receipt's number.
        file: the stored receipt or a screenshot of it.
    """
    with transaction.atomic():
        made = record_upload.many(
            records,
            by=by,
            each=lambda one: {"standing": standing or str(get_period(load_validity_facts(one), on).state)},
            on=on,
            number=number,
            file=file,
            shared=len(records) > 1,
            settle=False,
            libraries=UpperLibraryCache(),
        )
        _update_tasks(*records)
    return made


def _get_compared_facts(upload: Upload) -> tuple[object, ...]:
    return upload.on, upload.number, upload.address, upload.standing, upload.receipt_id


def _update_tasks(*records: PolicyRecord) -> None:
    """Update the upload tasks of the records' units."""
    from gongkai.content.policies.upload_tasks import update_upload_entries

    update_upload_entries(bodies={policy_record.body_id for policy_record in records})


def _check_not_withdrawn(upload: Upload) -> list[str]:
    return ["这次登记已经撤回。"] if UploadBack.objects.filter(upload=upload).exists() else []


@action("policies.take_back_upload", label="撤回误登记的上传", rule=check_may_maintain, ready=_check_not_withdrawn)
def take_back_upload(upload: Upload, *, by: Actor, reason: str, settle: bool = True) -> ActionResult:
    """Withdraw an upload that was entered by mistake: it stays in the history and the document is due again."""
    reason = require_text(reason, "请写明撤回的理由。")
    UploadBack.objects.create(upload=upload, reason=reason[:300], made_at=timezone.now(), made_by=by.name)
    if settle:
        _update_tasks(upload.record)
    return ActionResult(words=f"撤回{upload.on:%Y-%m-%d}的上传登记：{reason}"[:500], facts={"upload": upload.pk})


def take_back_batch(upload: Upload, *, by: Actor, reason: str) -> list[Upload]:
    """Withdraw all uploads with one receipt, all or none."""
    with transaction.atomic():
        rows = list(list_same_receipt_uploads(upload).select_related("record"))
        taken = take_back_upload.many(rows, by=by, reason=reason, settle=False)
        _update_tasks(*(upload.record for upload in rows))
    return taken


@entry_action("upload", "settle", label="自动办结", rule=check_system)
def settle_task(entry: Entry, *, by: Actor, words: str, needless: bool = False) -> ActionResult:
    """Close the entry of uploads that are recorded, or no longer needed (`needless`), with a remark (`words`)."""
    entry.outcome = CANCELLED if needless else DONE
    return ActionResult(words=words, to_state="cancelled" if needless else "done")


@entry_action("upload", "postpone", label="调整期限", rule=check_system)
def postpone_task(entry: Entry, *, by: Actor, until: date, title: str) -> ActionResult:
    """Move an open upload task to the due date that follows from the setting or the documents."""
    before = timezone.localdate(entry.due_at) if entry.due_at else None
    entry.title = title
    return ActionResult(words=f"上传期限由{before}改为{until}", events=make_redating_events(entry, until))


@entry_action("upload", "reopen", label="重新列入", rule=check_system)
def reopen_task(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Reopen the task of a unit that again has documents to upload by its day."""
    entry.outcome = ""
    return ActionResult(words=words)
