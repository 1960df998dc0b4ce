"""Uploading to the library above: where to, that it was done, that it was entered by mistake; and the entries that units owe."""

from datetime import date

from django.utils import timezone

from gongkai.acts.action import Refused, Step, action
from gongkai.acts.actors import Actor
from gongkai.editions.models import Standing
from gongkai.files.store import Named
from gongkai.ledger.entry_action import entry_action
from gongkai.ledger.models import Entry
from gongkai.ledger.rules import system_only
from gongkai.policies.models import PolicyRecord, Upload, UploadBack, UpperLibrary
from gongkai.policies.queries.uploading import library_for, standing_uploads
from gongkai.policies.rules import keeps, sets_library
from gongkai.units.models import Body

#: Most days that a unit may be given.
MOST_DAYS = 365


@action("policies.set_upper_library", label="设置上级文件库", rule=sets_library)
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
) -> Step:
    """Say to which library above a government's documents go, which, within how many days, on what basis, and whether they wait for the receipt."""
    row = UpperLibrary.objects.filter(body=body).first() or UpperLibrary(body=body)
    before = _said(row) if row.pk else {}
    row.name, row.address, row.covers = name.strip(), address.strip(), covers
    row.days, row.working_days, row.refuses = days, working_days, refuses
    row.since, row.basis, row.active = since, basis.strip(), active
    if reasons := _against_setting(row):
        raise Refused(reasons)
    now = _said(row)
    changed = {key: [before.get(key, ""), value] for key, value in now.items() if before.get(key) != value}
    if not changed:
        raise Refused("没有改动。")
    if row.pk:
        row.version += 1
    row.save()
    words = "；".join(f"{key}：{value}" for key, (_, value) in changed.items())
    return Step(words=words[:500], facts={"library": row.pk, **changed}, stream=row.stream, result=row)


def _against_setting(row: UpperLibrary) -> list[str]:
    checks = [
        (not row.name, "请填写上级文件库名称。"),
        (not row.basis, "请填写依据：上级的通知、办法，或者本级的决定。"),
        (not 1 <= row.days <= MOST_DAYS, f"上传期限应在1至{MOST_DAYS}天之间。"),
        (bool(row.address) and not row.address.startswith(("https://", "http://")), "网址应以 http 开头。"),
    ]
    return [words for wrong, words in checks if wrong]


def _said(row: UpperLibrary) -> dict[str, str]:
    """Return a setting in words."""
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


@action("policies.record_upload", label="登记上传", rule=keeps)
def record_upload(
    record: PolicyRecord,
    *,
    by: Actor,
    on: date,
    standing: str,
    number: str = "",
    address: str = "",
    file: Named | None = None,
    settle: bool = True,
) -> Step:
    """Record that a document was uploaded to the library above, on which day, in which standing, and the receipt that came back.

    Args:
        record: the document.
        by: who records it.
        on: the day of the upload; an upload whose receipt came later is recorded again with it.
        standing: the standing that the library above shows since.
        number: the receipt's number.
        address: where the document stands in the library above.
        file: the receipt or a screenshot of it, stored.
        settle: whether what the unit owed is settled at once; an import leaves that to the job.
    """
    library = library_for(record)
    if library is None:
        raise Refused("本级没有设置上级文件库，或者这一级别的文件不须上传。")
    made = Upload(
        record=record,
        library=library,
        on=on,
        standing=standing,
        number=number.strip(),
        address=address.strip(),
        receipt=file.stored if file else None,
        receipt_name=file.name[-200:] if file else "",
        made_at=timezone.now(),
        made_by=by.name,
    )
    if reasons := against_upload(made):
        raise Refused(reasons)
    made.save(force_insert=True)
    if settle:
        _settle(record)
    receipt = made.number or made.receipt_name or "（待回执）"
    words = f"{on:%Y-%m-%d}上传{library.name}，{Standing(standing).label}，回执：{receipt}"
    return Step(
        words=words, facts={"upload": made.pk, "standing": standing, "on": on.isoformat()}, result=made
    )


def against_upload(made: Upload) -> list[str]:
    """Return why an upload may not be recorded as it is, in Chinese."""
    last = standing_uploads().filter(record=made.record).order_by("-on", "-pk").first()
    same = last is not None and _facts(last) == _facts(made)
    known = made.standing in Standing.values and bool(made.standing)
    checks = [
        (made.on > timezone.localdate(), "上传日期不能晚于今天。"),
        (not known, "请选择上传时的有效性。"),
        (
            bool(last and made.on < last.on),
            f"上传日期早于最近一次登记的上传日期（{last.on if last else ''}）；上次登记有误的，请先撤回。",
        ),
        (same, "这次上传已经登记过。"),
        (
            bool(made.address) and not made.address.startswith(("https://", "http://")),
            "在上级库的网址应以 http 开头。",
        ),
    ]
    return [words for wrong, words in checks if wrong]


def _facts(one: Upload) -> tuple[object, ...]:
    return one.on, one.number, one.address, one.standing, one.receipt_id


def _settle(record: PolicyRecord) -> None:
    from gongkai.policies.upload_tasks import keep_entries

    keep_entries(bodies={record.body_id})


def _taken_back(made: Upload) -> list[str]:
    return ["这次登记已经撤回。"] if UploadBack.objects.filter(upload=made).exists() else []


@action("policies.take_back_upload", label="撤回误登记的上传", rule=keeps, ready=_taken_back)
def take_back_upload(made: Upload, *, by: Actor, reason: str, settle: bool = True) -> Step:
    """Take back an upload that was entered by mistake: it stays in the history, and the document is owed again."""
    if not reason.strip():
        raise Refused("请写明撤回的理由。")
    UploadBack.objects.create(
        upload=made, reason=reason.strip()[:300], made_at=timezone.now(), made_by=by.name
    )
    if settle:
        _settle(made.record)
    return Step(words=f"撤回{made.on:%Y-%m-%d}的上传登记：{reason.strip()}"[:500], facts={"upload": made.pk})


@entry_action("upload", "settle", label="自动办结", rule=system_only)
def settle_task(entry: Entry, *, by: Actor, words: str, needless: bool = False) -> Step:
    """Close what was uploaded, or what is owed no more."""
    return Step(words=words, to_state="cancelled" if needless else "done")


@entry_action("upload", "reopen", label="重新列入", rule=system_only)
def reopen_task(entry: Entry, *, by: Actor, words: str) -> Step:
    """Open again what came back: an upload was taken back."""
    return Step(words=words)
