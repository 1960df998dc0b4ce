"""Extract the text of items and files for the checks, and locate findings in it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.content.editions.frozen import PUBLIC_FACT_LABELS
from gongkai.core.acts.digest import digest
from gongkai.core.files.models import StoredFile
from gongkai.lib.privacy import PrivacyError
from gongkai.lib.richtext.passages import TextPassages, collect_passages
from gongkai.lib.typed_json import read_text as named

if TYPE_CHECKING:
    from gongkai.content.checks.attachment_reader import AttachmentText


#: Suffixes of files of which a masked copy can be made.
MASKABLE_SUFFIXES = frozenset(["txt", "csv", "docx", "xlsx", "pdf"])
#: Suffixes of sound and film, to which a person must listen (`vouch`).
MEDIA_SUFFIXES = frozenset(["mp3", "mp4"])
#: Suffixes of pictures, which a person must look at.
PICTURE_SUFFIXES = frozenset(["png", "jpg", "jpeg", "gif"])
#: Prefix of the note on a file without visible or audible content; vouching for it is refused.
EMPTY_FILE_PREFIX = "空白文件："
#: Prefixes of notes on files without content, including the prefix of older versions.
EMPTY_FILE_PREFIXES = (EMPTY_FILE_PREFIX, "空文件：文件里没有内容")
#: Bytes of a file in which is looked whether it is empty; longer ones hold something.
_EMPTINESS_CHECK_BYTES = 8_000_000
#: Size up to which a file is checked during the request; a PDF of 40 pages takes 1.1 s.
_MAX_IMMEDIATE_BYTES = 400_000
#: Size up to which a spreadsheet or archive is checked during the request, by suffix.
_MAX_IMMEDIATE_TABLE_BYTES = dict.fromkeys(["xlsx", "xls", "et", "zip"], 60_000)
#: Suffixes of files that are packed, so that their size tells little.
_PACKED_SUFFIXES = frozenset(["docx", "xlsx", "wps", "et", "ofd", "zip"])
#: Office files whose XML is longer when unpacked wait, too (bytes); measured: 3 MB take 4 s, 6 MB of short paragraphs 17 s.
_MAX_IMMEDIATE_XML_BYTES = 1_500_000
#: Suffix → reason why the file has no text to read. All other files are read, or refused with the reason of their reader.
WORDLESS_FILE_REASONS = {
    **dict.fromkeys(PICTURE_SUFFIXES, "图片，机器读不出其中的文字"),
    **dict.fromkeys(MEDIA_SUFFIXES, "音视频，机器听不出其中的内容"),
}


def is_checked_at_once(suffix: str, size: int) -> bool:
    """Return true if a file is checked during the request."""
    return suffix in WORDLESS_FILE_REASONS or size <= _MAX_IMMEDIATE_TABLE_BYTES.get(suffix, _MAX_IMMEDIATE_BYTES)


def is_unpacked_text_short(stored: StoredFile, suffix: str) -> bool:
    """Return true if a file is short enough when unpacked to be checked during the request, is not packed, or cannot
    be opened.
    """
    from gongkai.content.checks.attachment_reader import measure_unpacked_size

    if suffix not in _PACKED_SUFFIXES:
        return True
    try:
        return measure_unpacked_size(read_stored_bytes(stored)) <= _MAX_IMMEDIATE_XML_BYTES
    except (PrivacyError, OSError):
        return True  # the check says why


def read_stored_bytes(stored: StoredFile) -> bytes:
    """Return a stored file's bytes."""
    with stored.open() as source:
        return bytes(source.read())


def read_file_start(stored: StoredFile) -> bytes:
    """Return the first bytes of a large stored file, or all of a small one."""
    with stored.open() as source:
        return bytes(source.read(_EMPTINESS_CHECK_BYTES))


def read_file_words(stored: StoredFile, suffix: str) -> tuple[str, list[int]]:
    """Return (text of a file, for a PDF the offsets at which pages begin, else []).

    Raises:
        PrivacyError: no program can read it; the message gives the reason.
    """
    from gongkai.content.checks.attachment_reader import read_file_text

    if suffix in WORDLESS_FILE_REASONS:
        raise PrivacyError(WORDLESS_FILE_REASONS[suffix])
    return read_file_text(read_stored_bytes(stored), suffix)


def read_stored_attachment(stored: StoredFile, suffix: str) -> "AttachmentText":
    """Return all words of a file: visible, hidden, and the content that a person must inspect.

    Raises:
        PrivacyError: no program can read it; the message gives the reason.
    """
    from gongkai.content.checks.attachment_reader import read_attachment

    if suffix in WORDLESS_FILE_REASONS:
        raise PrivacyError(WORDLESS_FILE_REASONS[suffix])
    return read_attachment(read_stored_bytes(stored), suffix)


def describe_place(suffix: str, text: str, offset: int, pages: list[int]) -> str:
    """Return the Chinese place of an offset in a file: page (`pages`: offsets where those of a PDF begin), or row and column."""
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


#: Facts (metadata) of an item that contain free text, with their labels.
TEXT_FACTS = {name: PUBLIC_FACT_LABELS[name] for name in PUBLIC_FACT_LABELS if not name.endswith("_on")} | {
    "index_number": "索引号",
    "attribute_reason": "属性认定理由",
    "manner_reason": "限定范围的理由",
}
#: Facts that are not proofread, because they contain identifiers and keywords.
FACTS_WITHOUT_PROOFREADING = {"index_number", "document_number", "keywords"}
#: Characters on each side of a finding that count as its passage.
PASSAGE_MARGIN_CHARACTERS = 2_000


@dataclass(frozen=True)
class CheckedTextPart:
    """A part of an item's text within the string that is checked.

    `key` is its place in the item: title, text, fact:summary, name:digest.
    """

    key: str
    label: str
    start: int
    text: str


@dataclass(frozen=True)
class CheckedText:
    """All words of an item as one string (`text`), which is checked, with the parts it is made of (`pieces`)."""

    pieces: tuple[CheckedTextPart, ...]
    passages: TextPassages
    text: str

    @property
    def digest(self) -> str:
        """Return the digest of the checked string."""
        return digest(self.text)

    def piece_at(self, offset: int) -> CheckedTextPart:
        """Return the part that contains an offset."""
        return self.pieces[max(bisect_right(self.pieces, offset, key=lambda one: one.start) - 1, 0)]

    def place(self, piece: CheckedTextPart, offset: int) -> str:
        """Return the position of an offset in Chinese, for example a field and paragraph."""
        return self.passages.describe_place(offset - piece.start) if piece.key == "text" else piece.label

    def passage(self, piece: CheckedTextPart, offset: int) -> tuple[str, int]:
        """Return (line or table row around an offset, offset in it), cut to `PASSAGE_MARGIN_CHARACTERS` on each side."""
        position = offset - piece.start
        low, high = max(0, position - PASSAGE_MARGIN_CHARACTERS), position + PASSAGE_MARGIN_CHARACTERS
        start = max(low, piece.text.rfind("\n", low, position) + 1)
        end = piece.text.find("\n", position, high)
        return piece.text[start : high if end < 0 else end], position - start


def make_checked_text(
    title: str, html: str, facts: Mapping[str, object], files: Sequence[Mapping[str, object]]
) -> CheckedText:
    """Return the words of an item for the checks: title, text, facts and names of files."""
    passages = collect_passages(html)
    parts = [("title", "标题", title), ("text", "正文", passages.text)]
    parts += [(f"fact:{name}", label, str(facts.get(name) or "")) for name, label in TEXT_FACTS.items()]
    parts += [
        (f"name:{file['digest']}", "附件名称", named(file, "name").rpartition(".")[0] or named(file, "name"))
        for file in files
        if not file["picture"]
    ]
    pieces, index, whole = [], 0, []
    for key, label, text in parts:
        if text.strip():
            pieces.append(CheckedTextPart(key, label, index, text))
            whole.append(text)
            index += len(text) + 1
    return CheckedText(tuple(pieces), passages, "\n".join(whole))
