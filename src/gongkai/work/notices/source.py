"""An uploaded notice as data: read in a process of its own (`parsing`), refused in one line."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gongkai.core.acts.action import Refused
from gongkai.lib.reading.model import ReadingError
from gongkai.work.notices.column_meanings import Head

MAX_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A notice's file, read.

    `heads` are the printed heads of its table with what each was taken for, `learnt` those that were read as a person once said.
    """

    name: str
    data: bytes
    digest: str
    parsed: dict[str, Any]
    text: str
    heads: tuple[Head, ...] = ()
    learnt: Mapping[str, str] = field(default_factory=dict)


def read_source(
    data: bytes,
    name: str,
    heads: Mapping[str, str] | None = None,
) -> Source:
    """Read a notice from the bytes of its file (or the text that somebody pasted).

    Args:
        data: the file.
        name: its name, for messages.
        heads: what printed heads mean (`column_meanings.MEANINGS`) where a person said so.

    Raises:
        Refused: the file is too large or cannot be read, in one Chinese line.
    """
    from gongkai.work.notices.parsing import parse  # the reader's words: a fifth of a process's start

    if len(data) > MAX_BYTES:
        raise Refused(f"“{name}”超过 {MAX_BYTES // 1024 // 1024} MB，请只保留通知正文和任务表后重试。")
    try:
        read = parse(data, name, heads or {})
    except ReadingError as error:
        raise Refused(str(error)) from error
    parsed: dict[str, Any] = read.notice
    return Source(name, data, hashlib.sha256(data).hexdigest(), parsed, read.text, read.heads)
