"""Actions on uploaded originals (read into text, attach to their record) and on lines of the filed list."""

import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone

from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.policies.library_proposals import find_pending_entry_errors
from gongkai.content.policies.models import FiledRow, PolicyRecord, WaitingFile
from gongkai.content.policies.rules import check_decider, check_may_maintain, check_round_manager
from gongkai.content.policies.signed_records import find_field_personal_data, find_signature_errors, is_signed
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import increment_version
from gongkai.core.files.losses import record_losses
from gongkai.core.files.store import sha256_of
from gongkai.core.units.models import Body
from gongkai.lib.confined import with_progress
from gongkai.lib.fileformats.documents.archives import decode_entry_names, is_system_file
from gongkai.lib.fileformats.documents.document_reader import explain_no_zip
from gongkai.lib.fileformats.documents.model import UnreadFile
from gongkai.lib.fileformats.documents.packages import read_zip_entry
from gongkai.lib.fileformats.zips import BROKEN_ZIP_ERRORS, TooManyEntries, open_zip
from gongkai.lib.richtext import TEXT_KINDS, UnfitText, convert_office_text, to_plain_text


@action("policies.list_filed", label="列入备案目录", rule=lambda by, row: check_round_manager(by, row.body))
def add_filed_row(row: FiledRow, *, by: Actor) -> ActionResult:
    """Store a line of the filed list and write its filing number into the matching record."""
    row.save()
    noted = _write_filing_number(row, by)
    return ActionResult(
        words=f"列入备案目录：{row}{'' if noted else NUMBER_WITHHELD_NOTE}", stream=row.stream, result=row
    )


#: Log note if the filing number was not written into the document.
NUMBER_WITHHELD_NOTE = "；备案号未写入已公开或正在审签的文件"


def is_number_withheld(row: FiledRow, by: Actor) -> bool:
    """Return true if a line's filing number differs from the record's and the user may not change that now.

    The user may not while the document is under signature; that of a signed document only deciders may change.
    """
    record = row.record
    differs = bool(record and row.filed_number and record.filed_number != row.filed_number)
    if not differs or record is None:
        return False
    return bool(find_signature_errors(record)) or (is_signed(record) and bool(check_decider(by, record)))


def _write_filing_number(row: FiledRow, by: Actor) -> bool:
    """Write filing number and day into the record; return false if withheld (see `is_number_withheld`).

    Raises:
        Refused: the number contains personal data.
    """
    record = row.record
    if record is None or not row.filed_number or record.filed_number == row.filed_number:
        return True
    if wrong := find_field_personal_data({"filed_number": row.filed_number}):
        raise Refused(wrong)
    if is_number_withheld(row, by):
        return False
    record.filed_number, record.filed_on = row.filed_number, row.filed_on
    increment_version(record)
    record.save()
    return True


@action("policies.link_filed", label="对应库中文件", rule=lambda by, row: check_round_manager(by, row.body))
def link_filed(row: FiledRow, *, by: Actor, record: PolicyRecord | None, **changed: object) -> ActionResult:
    """Link a line of the filed list to a record (None removes the link), and set its `changed` filing number and day."""
    row.record = record
    for key, value in changed.items():
        setattr(row, key, value)
    row.save(update_fields=["record", *changed])
    noted = _write_filing_number(row, by)
    words = f"对应到{record}{'' if noted else NUMBER_WITHHELD_NOTE}" if record else "" if changed else "取消对应"
    return ActionResult(words="，".join(filter(None, (f"备案号{row.filed_number}" if changed else "", words))))


@action("policies.excuse_filed", label="认定不公开", rule=lambda by, row: check_round_manager(by, row.body))
def excuse_filed(row: FiledRow, *, by: Actor, reason: str) -> ActionResult:
    """Record why a filed document is not published; the line then counts as settled.

    Reasons are, for example, that it is repealed, a state secret or about personal matters.
    """
    reason = require_text(reason, "请写明不公开的依据和理由。")
    row.excuse, row.excused_by = reason[:300], by.name
    row.save(update_fields=["excuse", "excused_by"])
    return ActionResult(words=f"{row}：{row.excuse}")


@action("policies.drop_filed", label="从备案目录删除", rule=lambda by, row: check_round_manager(by, row.body))
def drop_filed(row: FiledRow, *, by: Actor) -> ActionResult:
    """Delete a line that does not belong in the list of filed documents (备案清单)."""
    stream, text, body = row.stream, f"从备案目录删除{row}", row.body
    row.delete()
    return ActionResult(words=text, stream=stream, result=body)


#: Suffixes of originals that are accepted.
ALLOWED_SUFFIXES = TEXT_KINDS | {"pdf", "txt"}
#: Beginning of the reader's reason for a file that holds only pictures, and the note for such a file.
_NO_WORDS_NOTE, _ATTACHED_ONLY_NOTE = "没有文字", "读不出文字，将只作为附件"
#: Bytes that are read of one upload.
MAX_UPLOAD_BYTES = 100_000_000


def read_original_text(data: bytes, name: str, keep: Callable[[bytes, str], str]) -> tuple[str, list[str]]:
    """Return (text of an original as clean HTML, notes on content that it lacks).

    `keep` stores its pictures. A .pdf that consists of pictures has no text: it is attached only,
    and a note says so.

    Raises:
        Refused: the file is damaged or of another type than its name.
    """
    try:
        read = convert_office_text(data, name, keep, ALLOWED_SUFFIXES)
    except UnfitText as refused:
        if all(reason.startswith(_NO_WORDS_NOTE) for reason in refused.reasons):
            return "", [f"{_ATTACHED_ONLY_NOTE}（是扫描件或图片）。"]
        raise Refused([f"“{name[-60:]}”：{reason}" for reason in refused.reasons]) from refused
    if to_plain_text(read.html).strip():
        return read.html, list(read.notes)
    return read.html, [f"{_ATTACHED_ONLY_NOTE}。", *read.notes]


_ALLOWED_SUFFIXES_TEXT = "、".join(f".{suffix}" for suffix in sorted(ALLOWED_SUFFIXES))
#: Files in one upload.
MAX_FILES_PER_UPLOAD = 1000
#: Maximum unpacked size of a .zip, which is held in memory until it is stored.
MAX_UNPACKED_BYTES = 200_000_000
#: Time that an uploader waits; a hundred ordinary originals take 10 to 20 seconds.
READ_TIMEOUT_SECONDS = 25


@dataclass(frozen=True)
class OriginalText:
    """An original file as read: `html`, notes on what that lacks, and its pictures as (bytes, name).

    `data` are the bytes of the file.
    """

    name: str
    data: bytes
    html: str
    notes: list[str]
    pictures: list[tuple[bytes, str]]


def _read_ahead(body: Body, /, *, by: Actor, files: list[tuple[str, bytes]]) -> Mapping[str, object]:
    """Read the originals (name, bytes) before the transaction begins; each unusable one becomes a reason.

    Raises:
        Refused: none can be used, or they are too many.
    """
    singles: list[tuple[str, bytes]] = []
    left_out: list[str] = []
    for name, data in files:
        try:
            found, others = unpack_upload(name, data)
        except Refused as refused:
            left_out += refused.reasons
            continue
        singles += found
        left_out += others
    singles, repeated = _split_repeated_names(singles)
    left_out += [f"“{name[-60:]}”有几个内容不同的文件，都没有收下：请改成不同的名称再上传。" for name in repeated]
    if not singles:
        raise Refused(left_out or f"没有可用的文件，可以上传 {_ALLOWED_SUFFIXES_TEXT}，或者含有这些文件的 .zip。")
    if len(singles) > MAX_FILES_PER_UPLOAD:
        raise Refused(f"一次最多上传{MAX_FILES_PER_UPLOAD}个文件，请分次上传。")
    read: list[OriginalText] = []
    until = time.monotonic() + READ_TIMEOUT_SECONDS

    def check() -> None:
        """Refuse the upload when reading its files has taken READ_TIMEOUT_SECONDS."""
        if time.monotonic() > until:
            raise Refused(
                f"一次上传的原文读取超过{READ_TIMEOUT_SECONDS}秒（共{len(singles)}个，已读{len(read)}个），都没有保存：请分成几批上传。"
            )

    with with_progress(lambda *_: None, check):
        for name, data in singles:
            check()
            try:
                read.append(_read_original(name, data))
            except Refused as refused:
                check()  # its refusal is one of the reasons
                left_out += refused.reasons
    if not read:
        raise Refused(left_out)
    return {"read": read, "left_out": left_out}


def _split_repeated_names(files: list[tuple[str, bytes]]) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Return (the files, equal ones once; the names that several different files have, which would replace each other)."""
    files = list(dict.fromkeys(files))
    counts = Counter(name for name, _ in files)
    return [one for one in files if counts[one[0]] == 1], [name for name, count in counts.items() if count > 1]


def _read_original(name: str, data: bytes) -> OriginalText:
    """Return the text, notes and pictures of an uploaded original."""
    pictures: list[tuple[bytes, str]] = []

    def keep(picture: bytes, label: str) -> str:
        """Collect a picture and return its digest."""
        pictures.append((picture, label))
        return sha256_of(picture)

    html, notes = read_original_text(data, name, keep)
    return OriginalText(name, data, html, notes, pictures)


class StoredOriginals(NamedTuple):
    """The originals of an upload: stored ones (`kept`), and a Chinese line for each refused file (`left_out`)."""

    kept: list[WaitingFile]
    left_out: list[str]


@action("policies.upload", label="上传原文", rule=check_may_maintain, ahead=_read_ahead)
def upload_originals(
    body: Body, /, *, by: Actor, files: list[tuple[str, bytes]], read: list[OriginalText], left_out: list[str]
) -> ActionResult:
    """Store originals for an import; a file replaces one of its name.

    Accepted are the types of `ALLOWED_SUFFIXES`, and a .zip with such files.
    """
    kept = [_store_original(body, original, by) for original in read]
    return ActionResult(
        words=f"上传原文{len(kept)}个{f'，{len(left_out)}个没有收下' if left_out else ''}",
        facts={"files": [waiting_file.name for waiting_file in kept[:100]]},
        stream=f"body/{body.pk}",
        result=StoredOriginals(kept, left_out),
    )


def unpack_upload(name: str, data: bytes) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Return ([(name, bytes)] of the originals in an upload or .zip, a line for each omitted member).

    Raises:
        Refused: it is of no accepted type, damaged, or too large.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix != "zip":
        if suffix not in ALLOWED_SUFFIXES:
            raise Refused(f"“{name[-60:]}”不能作为原文，可以上传 {_ALLOWED_SUFFIXES_TEXT} 或 .zip。")
        return [(_get_base_name(name), data)], []
    found: list[tuple[str, bytes]] = []
    left_out: list[str] = []
    remaining = MAX_UNPACKED_BYTES
    try:
        with open_zip(data) as bundle:
            infos = bundle.infolist()
            for info, entry_name in zip(infos, decode_entry_names(infos), strict=True):
                inner = _get_base_name(entry_name)
                if info.is_dir() or inner.startswith((".", "~")) or is_system_file(info.filename):
                    continue
                content, why = _read_member(bundle, info, inner, remaining)
                remaining -= len(content)
                if remaining < 0:
                    raise Refused(f"“{name[-60:]}”解压后过大，请分次上传。")
                if why:
                    left_out.append(f"“{name[-60:]}”中的“{inner[-60:]}”{why}。")
                else:
                    found.append((inner, content))
    except TooManyEntries as error:
        raise Refused(f"“{name[-60:]}”：{error}") from error
    except BROKEN_ZIP_ERRORS as error:
        raise Refused(f"“{name[-60:]}”打不开：{explain_no_zip(data)}，请重新压缩为 .zip 后上传。") from error
    return found, left_out


def _read_member(bundle: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, max_bytes: int) -> tuple[bytes, str]:
    """Return (at most `max_bytes` + 1 bytes of a member of a .zip, Chinese reason for omitting it or "")."""
    if name.rsplit(".", 1)[-1].lower() not in ALLOWED_SUFFIXES:
        return b"", f"不能作为原文，可以上传 {_ALLOWED_SUFFIXES_TEXT}"
    try:
        return read_zip_entry(bundle, info, max_bytes), ""
    except UnreadFile as error:
        return b"", f"{error.reason}，请改正后重新压缩"


def _get_base_name(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1][-200:]


def _store_original(body: Body, original: OriginalText, by: Actor) -> WaitingFile:
    """Store the original of a document with its pictures, as a file waiting for its record."""
    stored = store_publishable_file(original.data, original.name, by)
    for picture, label in original.pictures:
        store_publishable_file(picture, label, by)
    lost = [note for note in original.notes if original.html and note.endswith("对照原文件核对。")]
    record_losses(original_stream(stored.pk), original.name, lost)
    row, _ = WaitingFile.objects.update_or_create(
        body=body,
        name=original.name,
        defaults={
            "stored": stored,
            "html": original.html,
            "note": " ".join(original.notes)[:300],
            "at": timezone.now(),
        },
    )
    return row


def original_stream(digest: str) -> str:
    """Return the key under which notes on an original's unread content are stored (`files.losses`).

    The text may be stored long before its item exists.
    """
    return f"original/{digest}"


@action("policies.give_text", label="放入原文", rule=check_may_maintain)
def attach_text(record: PolicyRecord, *, by: Actor, file: WaitingFile) -> ActionResult:
    """Attach a text and its original file to a record that has no draft yet."""
    if record.document_id:
        raise Refused("这份文件已起草公开，请在信息页修改正文。")
    if reasons := find_pending_entry_errors(record):
        raise Refused(reasons)
    record.html = WaitingFile.objects.values_list("html", flat=True).get(pk=file.pk)
    record.original_id, record.original_name = file.stored_id, file.name
    record.save()
    return ActionResult(words=f"放入原文“{file.name}”", facts={"file": file.stored_id})


@action("policies.discard", label="删除待导入的原文", rule=lambda by, row: check_may_maintain(by, row.body))
def delete_original(row: WaitingFile, *, by: Actor) -> ActionResult:
    """Delete an uploaded original that no import needs."""
    name, body = row.name, row.body
    row.delete()
    return ActionResult(words=f"删除原文“{name}”", stream=f"body/{body.pk}", result=body)
