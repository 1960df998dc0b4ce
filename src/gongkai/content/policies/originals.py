"""The words of an original: Word, WPS and OFD through the house's reader, .pdf and .txt as paragraphs. Bounded; a hostile file costs one line."""

from collections.abc import Callable
from html import escape

from gongkai.core.acts.action import Refused
from gongkai.lib.fileformats.originals import MOST_CHARS, UnreadOriginal, guess_text, pdf_words
from gongkai.lib.richtext import TEXT_KINDS, UnfitText, from_office, joined

ALLOWED = TEXT_KINDS | {"pdf", "txt"}
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
        if suffix in TEXT_KINDS:
            read = from_office(data, name, keep)
            return read.html, " ".join(read.notes)
        text = pdf_words(data) if suffix == "pdf" else guess_text(data[:2_000_000])[:MOST_CHARS]
    except UnfitText as refused:
        raise Refused([f"“{name[-60:]}”：{reason}" for reason in refused.reasons]) from refused
    except UnreadOriginal as refused:
        raise Refused(f"“{name[-60:]}”：{refused}") from refused
    note = "" if text.strip() else "读不出文字（可能是扫描件），将只作为附件。"
    return "".join(f"<p>{escape(line)}</p>" for line in joined(text)), note
