"""Reading an uploaded notice: the documented JSON, and its text for the left side of the review screen."""

import hashlib
from dataclasses import dataclass
from typing import Any

from gongkai.acts.action import Refused
from gongkai.reading import ReadingError, read_notice
from gongkai.reading.containers import load
from gongkai.reading.document import Document, Paragraph

#: The longest text kept for showing; the file itself is kept whole.
MAX_TEXT = 300_000
MAX_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A notice's file, read."""

    name: str
    data: bytes
    digest: str
    parsed: dict[str, Any]
    text: str


def read_source(data: bytes, name: str) -> Source:
    """Read a notice from the bytes of its file (or the text that somebody pasted).

    Raises:
        Refused: the file is too large or cannot be read, in one Chinese line.
    """
    if len(data) > MAX_BYTES:
        raise Refused(f"“{name}”超过 {MAX_BYTES // 1024 // 1024} MB，请只保留通知正文和任务表后重试。")
    try:
        parsed = read_notice(data, name=name).to_json()
        text = plain(load(data, name))
    except ReadingError as error:
        raise Refused(str(error)) from error
    return Source(name, data, hashlib.sha256(data).hexdigest(), parsed, text[:MAX_TEXT])


def plain(document: Document) -> str:
    """Return a document as text: paragraphs as they are, each row of a table as a line of cells."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += [" │ ".join(cell.text.replace("\n", " ") for cell in line.cells) for line in block.lines]
    return "\n".join(lines)
