"""An uploaded notice as data, read in a confined process, with learnt headings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body
from gongkai.lib.fileformats.documents import UnreadFile, read_document
from gongkai.lib.fileformats.documents.model import describe_losses
from gongkai.lib.reading.model import ReadingError
from gongkai.work.notices.importing.table_heads import TableHead, strip_blanks
from gongkai.work.notices.models import HeadName

MAX_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True)
class NoticeSource:
    """The file of a notice and its parsed content.

    `heads` are printed headings with meanings, `learnt` those read by a learnt meaning.
    """

    name: str
    data: bytes
    digest: str
    parsed: dict[str, Any]
    text: str
    heads: tuple[TableHead, ...] = ()
    learnt: Mapping[str, str] = field(default_factory=dict)


def read_source(data: bytes, name: str, heads: Mapping[str, str] | None = None) -> NoticeSource:
    """Read a notice from a file or pasted text.

    `heads` maps printed headings to meanings set by a clerk. Raises Refused, with one Chinese line,
    if the file is too large or unreadable.
    """
    from gongkai.work.notices.importing.notice_parser import (
        parse_notice,  # Importing the reader takes a fifth of a process's start.
    )

    if len(data) > MAX_BYTES:
        raise Refused(f"“{name}”超过 {MAX_BYTES // 1024 // 1024} MB，请只保留通知正文和任务表后重试。")
    try:
        read = parse_notice(data, heads or {})
    except ReadingError as error:
        raise Refused(str(error)) from error
    parsed: dict[str, Any] = read.notice
    return NoticeSource(name, data, hashlib.sha256(data).hexdigest(), parsed, read.text, read.heads)


#: Losses that are no part of a notice's text.
_IGNORED_LOSSES = frozenset({"header", "footer"})


def find_losses(source: NoticeSource) -> list[str]:
    """Return Chinese lines about content of the file that is not in its text; none for a file without readable text."""
    try:
        return describe_losses(read_document(source.data, source.name).losses, _IGNORED_LOSSES)
    except UnreadFile:
        return []  # a scan, which the notice reader recognises and flags row by row


def load_learnt_heads(government: Body) -> dict[str, str]:
    """Return {heading: meaning} learnt by a government and those above it; the nearest one wins."""
    government_keys = [int(key) for key in government.path.strip("/").split("/") if key]
    rows = HeadName.objects.filter(government__in=government_keys).values_list("government", "printed", "meaning")
    nearest_last = sorted(rows, key=lambda row: government_keys.index(row[0]))
    return {printed: meaning for _, printed, meaning in nearest_last}


def apply_learnt_heads(source: NoticeSource, government: Body) -> NoticeSource:
    """Return the source, read again if it contains learnt headings that were read differently."""
    heads = load_learnt_heads(government)
    if not heads:
        return source
    text = strip_blanks(source.text)
    learnt_meanings = {printed: meaning for printed, meaning in heads.items() if printed in text}
    as_read = {head.printed: head.meaning for head in source.heads}
    if not any(as_read.get(printed) != meaning for printed, meaning in learnt_meanings.items()):
        return source
    reread = read_source(source.data, source.name, learnt_meanings)
    reread_meanings = {head.printed: head.meaning for head in reread.heads}
    used = {
        head: meaning
        for head, meaning in learnt_meanings.items()
        if reread_meanings.get(head) == meaning != as_read.get(head)
    }
    return replace(reread, learnt=used) if used else source
