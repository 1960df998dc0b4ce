"""Return the text of a stored file and the page of a word, or the reason why it is unreadable."""

from typing import TYPE_CHECKING

from gongkai.core.files.models import StoredFile
from gongkai.lib.privacy import PrivacyError

if TYPE_CHECKING:
    from gongkai.content.checks.embedded_content import EmbeddedContent

#: What is read; everything else must be looked at by a person.
READABLE_SUFFIXES = frozenset(["txt", "csv", "docx", "xlsx", "pdf"])
#: Sound and film: no text is read from them, so a person must listen and record it (`vouch`).
MEDIA_SUFFIXES = frozenset(["mp3", "mp4"])
PICTURE_SUFFIXES = frozenset(["png", "jpg", "jpeg", "gif"])
#: Prefix of the note on a file without visible or audible content; vouching for it is refused.
EMPTY_FILE_PREFIX = "空白文件："
EMPTY_FILE_PREFIXES = (EMPTY_FILE_PREFIX, "空文件：文件里没有内容")
#: Bytes of a file in which is looked whether it is empty; longer ones hold something.
_HEAD_BYTES = 8_000_000
#: Larger ones wait for the job (bytes); measured: a 40-page PDF of 60,000 characters takes 1.1 s, a sheet of 9,000 cells 1 s.
MAX_IMMEDIATE_BYTES = {"txt": 400_000, "csv": 400_000, "docx": 400_000, "xlsx": 60_000, "pdf": 400_000}
#: Office files whose XML is longer when unpacked wait, too (bytes); measured: 3 MB take 4 s, 6 MB of short paragraphs 17 s.
_MAX_IMMEDIATE_XML = 1_500_000
WHY_UNREADABLE = {
    **dict.fromkeys(PICTURE_SUFFIXES, "图片，机器读不出其中的文字"),
    **dict.fromkeys(MEDIA_SUFFIXES, "音视频，机器听不出其中的内容"),
    **dict.fromkeys(["zip", "rar"], "压缩包，机器不能检查其中的文件"),
    **dict.fromkeys(["doc", "wps"], "这种格式机器读不了，请用办公软件另存为 .docx"),
    **dict.fromkeys(["xls", "et"], "这种格式机器读不了，请用办公软件另存为 .xlsx"),
    **dict.fromkeys(["ppt", "pptx", "ofd"], "这种格式机器读不了，请用办公软件另存为有文字的 .pdf"),
}


def is_light(suffix: str, size: int) -> bool:
    """Return true if a file is checked during the request."""
    return suffix not in READABLE_SUFFIXES or size <= MAX_IMMEDIATE_BYTES[suffix]


def unpacks_light(stored: StoredFile, suffix: str) -> bool:
    """Return true if the unpacked office file is short enough to be checked during the request."""
    from gongkai.content.checks.attachment_reader import unpacked_size

    if suffix not in ("docx", "xlsx"):
        return True
    try:
        return unpacked_size(bytes_of(stored)) <= _MAX_IMMEDIATE_XML
    except (PrivacyError, OSError):
        return True  # the check says why


def bytes_of(stored: StoredFile) -> bytes:
    """Return a stored file's bytes."""
    with stored.open() as source:
        return bytes(source.read())


def head_of(stored: StoredFile) -> bytes:
    """Return the first bytes of a large stored file, or all of a small one."""
    with stored.open() as source:
        return bytes(source.read(_HEAD_BYTES))


def words_of(stored: StoredFile, suffix: str) -> tuple[str, list[int]]:
    """Return the text of a file, and for a PDF the offset at which each page begins.

    Raises:
        PrivacyError: no machine reads it; the message says why.
    """
    from gongkai.content.checks.attachment_reader import words_in

    if suffix not in READABLE_SUFFIXES:
        raise PrivacyError(WHY_UNREADABLE.get(suffix, "这种格式机器读不了"))
    return words_in(bytes_of(stored), suffix)


def read_words_beside(stored: StoredFile, suffix: str) -> "tuple[str, EmbeddedContent]":
    """Return a file's text that no page shows, and its unreadable contents."""
    from gongkai.content.checks.attachment_reader import read_content_beside_pages

    return read_content_beside_pages(bytes_of(stored), suffix)


def describe_place(suffix: str, text: str, offset: int, pages: list[int]) -> str:
    """Describe the place of an offset in a file."""
    if suffix == "pdf" and pages:
        return f"第{sum(start <= offset for start in pages) or 1}页"
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    lead = len(text) - len(text.lstrip("\n"))
    row = line - lead + 1
    cell = text.count("\t", start, offset)
    end = text.find("\n", start)
    in_table = "\t" in text[start : None if end < 0 else end]
    return f"第{row}行第{cell + 1}列" if in_table else f"第{row}行"
