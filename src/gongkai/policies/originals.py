"""The words of an original: .docx through the house's reader, .pdf and .txt as paragraphs. Bounded; a hostile file costs one line."""

import io
from collections.abc import Callable
from html import escape

from charset_normalizer import from_bytes

from gongkai.acts.action import Refused
from gongkai.richtext import UnfitText, from_docx

ALLOWED = frozenset({"docx", "pdf", "txt"})
#: So many bytes of one upload are read.
MOST_UPLOAD = 100_000_000
MOST_PAGES = 500
MOST_CHARS = 1_000_000


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
        text = _pdf(data) if suffix == "pdf" else _txt(data)
    except (Refused, UnfitText) as refused:
        raise Refused([f"“{name[-60:]}”：{reason}" for reason in refused.reasons]) from refused
    note = "" if text.strip() else "读不出文字（可能是扫描件），将只作为附件。"
    return "".join(f"<p>{escape(line)}</p>" for line in _paragraphs(text)), note


def _txt(data: bytes) -> str:
    best = from_bytes(data[:2_000_000]).best()
    if best is None:
        raise Refused("不是文本文件，请另存为 UTF-8 编码的 .txt 后上传。")
    return str(best)[:MOST_CHARS]


def _pdf(data: bytes) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(io.BytesIO(data))
        if len(document) > MOST_PAGES:
            raise Refused(f"超过{MOST_PAGES}页，请拆分后上传。")
        pages = [page.get_textpage().get_text_range() for page in document]
        document.close()
    except pypdfium2.PdfiumError as error:
        raise Refused("PDF 打不开：已损坏或设有密码，请重新生成后上传。") from error
    return "\n".join(pages)[:MOST_CHARS]


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
