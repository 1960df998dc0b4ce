"""The words of an original: .docx through the house's reader, .pdf and .txt as paragraphs. Bounded; a hostile file costs one line."""

from collections.abc import Callable
from html import escape

from gongkai.acts.action import Refused
from gongkai.opening.originals import MOST_CHARS, UnreadOriginal, guess_text, pdf_words
from gongkai.richtext import UnfitText, from_docx

ALLOWED = frozenset({"docx", "pdf", "txt"})
#: So many bytes of one upload are read.
MOST_UPLOAD = 100_000_000


def read_text(data: bytes, name: str, keep: Callable[[bytes, str], str]) -> tuple[str, str]:
    """Return (clean HTML, note) of an original.

    A .pdf that is only a picture gives no text: it is attached, and the note says so.

    Raises:
        Refused: the file is damaged or not what its name says.
    """
    suffix = name.rsplit(".", 1)[-1].lower()
    try:
        if suffix == "docx":
            read = from_docx(data, keep)
            return read.html, " ".join(read.notes)
        text = pdf_words(data) if suffix == "pdf" else guess_text(data[:2_000_000])[:MOST_CHARS]
    except UnfitText as refused:
        raise Refused([f"“{name[-60:]}”：{reason}" for reason in refused.reasons]) from refused
    except UnreadOriginal as refused:
        raise Refused(f"“{name[-60:]}”：{refused}") from refused
    note = "" if text.strip() else "读不出文字（可能是扫描件），将只作为附件。"
    return "".join(f"<p>{escape(line)}</p>" for line in _paragraphs(text)), note


def _paragraphs(text: str) -> list[str]:
    """Return paragraphs: a line that does not end a sentence goes on in the next one where that is not indented or numbered."""
    made: list[str] = []
    for raw in text.replace("\r", "\n").splitlines():
        line = raw.strip(" \t\u3000")
        if not line or (line.startswith("—") and line.endswith("—") and len(line) < 12):
            continue
        goes_on = made and not raw.startswith(("\u3000\u3000", "    ")) and len(made[-1]) >= 20
        if (
            goes_on
            and made[-1][-1] not in "。；：！？.;:"
            and line[0] not in "第一二三四五六七八九十（(1234567890"
        ):
            made[-1] += line
        else:
            made.append(line)
    return made
