"""Read an uploaded notice in a confined process (see `parsing`); errors become one line."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gongkai.core.acts.action import Refused
from gongkai.lib.reading.model import ReadingError
from gongkai.work.notices.column_meanings import TableHead

MAX_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True)
class NoticeSource:
    """The file of a notice and what was read from it.

    `heads` are printed heads with meanings, `learnt` those read by a learnt meaning.
    """

    name: str
    data: bytes
    digest: str
    parsed: dict[str, Any]
    text: str
    heads: tuple[TableHead, ...] = ()
    learnt: Mapping[str, str] = field(default_factory=dict)


def read_source(
    data: bytes,
    name: str,
    heads: Mapping[str, str] | None = None,
) -> NoticeSource:
    """Read a notice from a file or pasted text.

    `heads` maps printed heads to meanings set by a clerk. Raises Refused, with one Chinese line, if
    the file is too large or unreadable.
    """
    from gongkai.work.notices.parsing import (
        parse_notice,  # Importing the reader takes a fifth of a process's start.
    )

    if len(data) > MAX_BYTES:
        raise Refused(f"“{name}”超过 {MAX_BYTES // 1024 // 1024} MB，请只保留通知正文和任务表后重试。")
    try:
        read = parse_notice(data, name, heads or {})
    except ReadingError as error:
        raise Refused(str(error)) from error
    parsed: dict[str, Any] = read.notice
    return NoticeSource(name, data, hashlib.sha256(data).hexdigest(), parsed, read.text, read.heads)
