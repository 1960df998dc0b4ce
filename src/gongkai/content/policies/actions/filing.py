"""The filed list: linking its lines to the library, excusing what stays unpublished, clearing what was imported wrongly."""

from gongkai.content.policies.models import FiledRow, PolicyRecord
from gongkai.content.policies.rules import decides, runs
from gongkai.content.policies.signed import held, reasons_of, under_signature
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import count_version


@action("policies.list_filed", label="列入备案目录", rule=lambda by, row: runs(by, row.body))
def list_filed(row: FiledRow, *, by: Actor) -> ActionResult:
    """Store a line of the filed list, and write the filing number into the library's record that it means."""
    row.save()
    noted = _note(row, by)
    return ActionResult(words=f"列入备案目录：{row}{'' if noted else UNWRITTEN}", stream=row.stream, result=row)


#: Said in the log where the number stays in the list only.
UNWRITTEN = "；备案号未写入已公开或正在审签的文件"


def unwritten(row: FiledRow, by: Actor) -> bool:
    """Whether a line has a number that this person may not put before the public, or now while its document is signed: it stays in the list."""
    record = row.record
    differs = bool(record and row.filed_number and record.filed_number != row.filed_number)
    if not differs or record is None:
        return False
    return bool(under_signature(record)) or (held(record) and bool(decides(by, record)))


def _note(row: FiledRow, by: Actor) -> bool:
    """Write the number into the record; it is shown to the public, so behind a signed document it takes whoever may change it there.

    Raises:
        Refused: the number holds what must not be shown.
    """
    record = row.record
    if record is None or not row.filed_number or record.filed_number == row.filed_number:
        return True
    if wrong := reasons_of({"filed_number": row.filed_number}):
        raise Refused(wrong)
    if unwritten(row, by):
        return False
    record.filed_number, record.filed_on = row.filed_number, row.filed_on
    count_version(record)
    record.save()
    return True


@action("policies.link_filed", label="对应库中文件", rule=lambda by, row: runs(by, row.body))
def link_filed(row: FiledRow, *, by: Actor, record: PolicyRecord | None) -> ActionResult:
    """Say which document of the library a line of the filed list means."""
    row.record = record
    row.save(update_fields=["record"])
    noted = _note(row, by)
    return ActionResult(words=f"对应到{record}{'' if noted else UNWRITTEN}" if record else "取消对应")


@action("policies.excuse_filed", label="认定不公开", rule=lambda by, row: runs(by, row.body))
def excuse_filed(row: FiledRow, *, by: Actor, reason: str) -> ActionResult:
    """Say why a filed document is not published (repealed long ago, a state secret, personal matters): it counts as settled."""
    if not reason.strip():
        raise Refused("请写明不公开的依据和理由。")
    row.excuse, row.excused_by = reason.strip()[:300], by.name
    row.save(update_fields=["excuse", "excused_by"])
    return ActionResult(words=f"{row}：{row.excuse}")


@action("policies.drop_filed", label="从备案目录删除", rule=lambda by, row: runs(by, row.body))
def drop_filed(row: FiledRow, *, by: Actor) -> ActionResult:
    """Take a line out of the list that does not belong there."""
    stream, words, body = row.stream, f"从备案目录删除{row}", row.body
    row.delete()
    return ActionResult(words=words, stream=stream, result=body)
