"""Masked copies of attachments, stored next to the original and compared before use."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.content.checks.text_extraction import read_file_words, read_stored_bytes
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.kinds import get_suffix
from gongkai.core.files.models import StoredFile
from gongkai.lib.privacy import PrivacyError, find
from gongkai.lib.richtext.difference import DifferenceLine, compare_lines, fold_same

if TYPE_CHECKING:
    from gongkai.lib.privacy.files.run import MaskedContent


@dataclass(frozen=True)
class StoredMaskedCopy:
    """A masked copy of an attachment: `stored` file, `count` of masked findings, `warnings` in Chinese."""

    stored: StoredFile
    count: int
    warnings: list[str]


def store_masked_copy(
    original: StoredFile, name: str, by: Actor, *, kinds: Collection[str] = (), words: Collection[str] = ()
) -> StoredMaskedCopy:
    """Mask a stored file into a new stored file.

    Args:
        original: the file.
        name: its file name.
        by: the user.
        kinds: kinds of findings that remain readable, because a clerk accepted them on a legal ground.
        words: single findings that remain readable.

    Raises:
        Refused: it cannot be masked; the reason is one Chinese line.
    """
    masked_content, hidden_count = mask_file(original, name, kinds=kinds, words=words)
    return StoredMaskedCopy(
        store_publishable_file(masked_content.content, f"masked.{get_suffix(name)}", by),
        len(masked_content.findings) + hidden_count,
        masked_content.warnings,
    )


def mask_file(
    original: StoredFile, name: str, *, kinds: Collection[str] = (), words: Collection[str] = ()
) -> "tuple[MaskedContent, int]":
    """Return (masked content, number of findings that no page shows) without storing it.

    The copy leaves out everything that no page shows.

    Raises:
        Refused: as for `store_masked_copy`.
    """
    from gongkai.lib.privacy.files.hidden_text import read_hidden_text_of_bytes
    from gongkai.lib.privacy.files.run import mask_bytes

    suffix, data = get_suffix(name), read_stored_bytes(original)
    try:
        masked_content = mask_bytes(data, f".{suffix}", "masked", True, sorted(kinds), sorted(words))
    except PrivacyError as error:
        raise Refused(f"“{name}”不能由机器遮盖：{str(error).rstrip('。')}。请自行遮盖后重新上传。") from error
    # Hidden text is removed, not masked.
    hidden_count = len(find(read_hidden_text_of_bytes(data, f".{suffix}").text))
    if not masked_content.findings and not hidden_count:
        raise Refused(f"“{name}”里没有查到要遮盖的内容。")
    return masked_content, hidden_count


def compare_copy(original: StoredFile, masked: StoredFile, suffix: str) -> list[DifferenceLine | None]:
    """Return the lines that differ in a masked copy, None for skipped equal ones; empty for PDFs (compared by page)."""
    if suffix == "pdf":
        return []
    before, after = (read_file_words(stored, suffix)[0] for stored in (original, masked))
    return fold_same(compare_lines(before.strip("\n"), after.strip("\n")), around=1)


def count_pdf_pages(stored: StoredFile) -> int:
    """Return the number of pages of a PDF.

    Raises:
        PrivacyError: it does not open.
    """
    from gongkai.content.checks.attachment_reader import count_pages

    return count_pages(read_stored_bytes(stored), False)


def count_comparable_pages(stored: StoredFile) -> int:
    """Return the number of pages of a PDF.

    It is 0 if the PDF cannot be opened or has content besides its pages
    (`has_unrendered_pdf_content`).
    """
    from gongkai.content.checks.attachment_reader import count_pages

    try:
        return count_pages(read_stored_bytes(stored), True)
    except (PrivacyError, FileNotFoundError):
        return 0


def draw_pdf_page(stored: StoredFile, number: int) -> bytes:
    """Return a PDF page (from 1) as a PNG.

    Raises:
        Refused: no such page, or not a PDF that opens.
    """
    from gongkai.content.checks.attachment_reader import draw_page

    try:
        page = draw_page(read_stored_bytes(stored), number)
    except PrivacyError as error:
        raise Refused(f"{str(error).rstrip('。')}。") from error
    if not page:
        raise Refused("没有这一页。")
    return page
