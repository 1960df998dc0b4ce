"""Masked copies of attachments: made by the privacy room, kept beside the original, compared before they are taken over."""

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.checks.pages import beside_pages
from gongkai.checks.reading import beside_words, with_copy, words_of
from gongkai.editions.files import store
from gongkai.files.kinds import suffix_of
from gongkai.files.models import StoredFile
from gongkai.privacy import Masked, PrivacyError, find, mask_file
from gongkai.richtext.difference import Line, compare, fold_same


@dataclass(frozen=True)
class Made:
    """A masked file, stored, and what came of it."""

    stored: StoredFile
    count: int
    warnings: list[str]


def make(
    original: StoredFile, name: str, by: Actor, *, kinds: Collection[str] = (), words: Collection[str] = ()
) -> Made:
    """Mask a stored file into a new stored one.

    Args:
        original: the file.
        name: its name for the reader.
        by: who makes it.
        kinds: kinds of findings that somebody decided to keep, with their ground.
        words: single findings that somebody decided to keep.

    Raises:
        Refused: it cannot be masked; the reason is one Chinese line.
    """
    suffix = suffix_of(name)

    def work(path: Path) -> tuple[Masked, bytes]:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, f"masked{path.suffix}")
            done = mask_file(path, out, spare=lambda one: one.kind in kinds or one.text in words)
            return done, out.read_bytes()

    try:
        done, data = with_copy(original, suffix, work)
    except PrivacyError as error:
        raise Refused(f"“{name}”不能由机器遮盖：{error}。请自行遮盖后重新上传。") from error
    # What no page shows is not masked but left out.
    behind = len(find(beside_words(original, suffix)[0]))
    if not done.findings and not behind:
        raise Refused(f"“{name}”里没有查到要遮盖的内容。")
    return Made(store(data, f"masked.{suffix}", by), len(done.findings) + behind, done.warnings)


def compared(original: StoredFile, masked: StoredFile, suffix: str) -> list[Line | None]:
    """Return the text of the original with what the masked copy shows instead; empty where the copy is a picture."""
    if suffix == "pdf":
        return []
    before, after = (words_of(stored, suffix)[0] for stored in (original, masked))
    return fold_same(compare(before.strip("\n"), after.strip("\n")), around=1)


def pages_of(stored: StoredFile) -> int:
    """Return how many pages a PDF has."""
    import pypdfium2 as pdfium

    def count(path: Path) -> int:
        document = pdfium.PdfDocument(path)
        try:
            return len(document)
        finally:
            document.close()

    return with_copy(stored, "pdf", count)


def page_count(stored: StoredFile) -> int:
    """Return how many pages of a PDF show all of it; 0 where it does not open, or says more than its pages do (`beside_pages`)."""
    import pypdfium2 as pdfium

    try:
        return 0 if with_copy(stored, "pdf", beside_pages) else pages_of(stored)
    except (pdfium.PdfiumError, FileNotFoundError):
        return 0


def page_picture(stored: StoredFile, number: int) -> bytes:
    """Return one page of a PDF as a PNG (number from 1).

    Raises:
        Refused: no such page, or not a PDF that opens.
    """
    import io

    import pypdfium2 as pdfium

    def draw(path: Path) -> bytes:
        document = pdfium.PdfDocument(path)
        try:
            document.init_forms()  # else what stands in the fields of a form is not drawn
            if not 1 <= number <= len(document):
                raise Refused("没有这一页。")
            buffer = io.BytesIO()
            picture = document[number - 1].render(scale=1.2, may_draw_forms=True).to_pil()
            picture.save(buffer, "PNG", optimize=False)
            return buffer.getvalue()
        finally:
            document.close()

    try:
        return with_copy(stored, "pdf", draw)
    except pdfium.PdfiumError as error:
        raise Refused("这个 PDF 打不开。") from error
