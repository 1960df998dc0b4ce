"""Read the text of a file for search and proofreading; mask CSV files by column.

The six formats that can be masked are read as masking reads them. Any other format, under any name,
is read as a `Document` (`fileformats.documents`).
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.confined import PartStopped, describe_excess, reader, within_time_for_parts
from gongkai.lib.fileformats.documents import LAZILY_IMPORTED, Document, UnreadFile
from gongkai.lib.fileformats.documents.archives import read_inner_file
from gongkai.lib.fileformats.documents.document_reader import has_binary_signature, read_nested_document
from gongkai.lib.fileformats.documents.pdf import read_pdf
from gongkai.lib.fileformats.documents.workbooks import parse_csv
from gongkai.lib.privacy.files import archive
from gongkai.lib.privacy.files.docx import WORD_FILE_LABEL as WORD
from gongkai.lib.privacy.files.docx import read_docx_text
from gongkai.lib.privacy.files.encoding import decode_text
from gongkai.lib.privacy.files.page import read_html_text
from gongkai.lib.privacy.files.pdf import read_text_layer
from gongkai.lib.privacy.files.slots import MAX_TEXT_CHARACTERS, FileMasker, SlotText
from gongkai.lib.privacy.files.xlsx import EXCEL_FILE_LABEL as EXCEL
from gongkai.lib.privacy.files.xlsx import read_xlsx_text
from gongkai.lib.privacy.model import PrivacyError, UnknownContent


def _parse_rows(content: bytes) -> tuple[list[list[str]], str]:
    """Return (rows, separator) of a CSV file.

    Raises:
        PrivacyError: too large, or not a valid CSV file.
    """
    text = decode_text(content, "表格文件")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise PrivacyError("表格文件过长，请拆分后再处理")
    try:
        read, separator = parse_csv(text)
        rows = list(read)
    except csv.Error as error:
        raise PrivacyError("表格文件的格式有误，请另存为.xlsx后再处理") from error
    if excess := describe_excess("sheet rows", len(rows)) or describe_excess("sheet cells", sum(map(len, rows))):
        raise PrivacyError(f"太大：{excess}")
    return [[" ".join(cell.split("\n")).replace("\r", "") for cell in row] for row in rows], separator


def _collect_cells(rows: list[list[str]]) -> SlotText:
    """Return the text of a table, cells divided by tabs, with a setter for each cell."""
    gathered = SlotText()
    for row in rows:
        for at, cell in enumerate(row):
            gathered.add_separator("\t" if at else "")
            gathered.add(cell, partial(row.__setitem__, at))
        gathered.add_separator("\n")
    return gathered


def mask_csv(content: bytes, masker: FileMasker) -> bytes:
    """Return a masked table in UTF-8 with a byte order mark, which spreadsheets need."""
    rows, separator = _parse_rows(content)
    masker.hide(_collect_cells(rows))
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


#: Losses of a PDF whose words are in its text layer.
_TEXT_LAYER_LOSS_KINDS = frozenset({"header", "footer", "hidden", "watermark"})


#: Text under a black box that is only a name, and one that is only an address, without the label outside the box.
_NAME_FRAGMENT_RE = re.compile(rf"[\s：:，,、]*(?P<words>[{HAN}]{{2,4}})[\s，,、。；;（(]*")
_ADDRESS_FRAGMENT_RE = re.compile(
    rf"[\s：:，,、]*(?P<words>[{HAN}]{{2,}}[村路街巷寨镇][{HAN}0-9-]*[组号室户])[\s，,、。；;（(]*"
)


def label_fragment(words: str) -> str:
    """Return hidden words with a label if they are only a name or an address.

    >>> label_fragment("：者开云，")
    '姓名：者开云'
    """
    for pattern, label in ((_NAME_FRAGMENT_RE, "姓名"), (_ADDRESS_FRAGMENT_RE, "住址")):
        if match := pattern.fullmatch(words):
            return f"{label}：{match['words']}"
    return words


def read_pdf_text(content: bytes) -> tuple[str, Document | None]:
    """Return (text of a PDF with hidden words of its text layer, document).

    If that reader fails, or finds a picture with few words: the text layer unchanged, and None.

    Raises:
        PrivacyError: damaged, locked, a scan, or a file that draws other words than it declares.
    """
    layer, beside = read_text_layer(content)
    try:
        with within_time_for_parts():
            document = _check_pages(read_pdf(content, 0, with_notes=False))
    except (PrivacyError, UnreadFile, PartStopped, RecursionError):
        return "\n".join([layer, *beside]), None
    beside += [label_fragment(loss.text) for loss in document.losses if loss.what in _TEXT_LAYER_LOSS_KINDS]
    return "\n".join([document.text, *beside]), document


_READERS_BY_SUFFIX: dict[str, Callable[[bytes], str]] = {
    ".docx": lambda content: read_docx_text(archive.read_parts(content, WORD, word=True)),
    ".xlsx": lambda content: read_xlsx_text(archive.read_parts(content, EXCEL, word=False)),
    ".html": read_html_text,
    ".htm": read_html_text,
    ".pdf": lambda content: read_pdf_text(content)[0],
    ".csv": lambda content: _collect_cells(_parse_rows(content)[0]).text,
    **dict.fromkeys((".txt", ".md", ""), lambda content: decode_text(content, "文本文件")),
}


@dataclass
class HiddenContent:
    """Content of a file that it does not show.

    Attributes:
        lines: its words, one line for each item.
        unread: the files inside it that cannot be read, each with the reason.
    """

    lines: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all lines, each once."""
        return "\n".join(dict.fromkeys(line for line in self.lines if line.strip()))

    def add(self, other: "HiddenContent") -> None:
        """Add other content of the same file, without the lines that are there."""
        known = {piece for line in self.lines for piece in line.split("\n")}
        self.lines += [line for line in other.lines if not known.issuperset(line.split("\n"))]
        self.unread += other.unread

    def add_document(self, document: Document, within: str = "") -> None:
        """Add the words that a document hides, and its attachments that were not read."""
        self.lines += list_hidden_words(document)
        self.unread += (f"{within}{loss.text}" for loss in document.losses if loss.what == "attachment" and loss.text)


#: Losses that are shown with the text: on every page, or drawn over it.
_SHOWN_LOSSES = frozenset({"header", "footer"})
#: Losses that only say how the text was read; their words are in the text.
_REMARK_LOSS_KINDS = frozenset({"encoding", "symbol", "page", "format", "more"})


def read_file_text(path: Path) -> str:
    """Return the text of a file of any format.

    Raises:
        PrivacyError: unreadable, damaged or hostile; one line that begins with the reason.
    """
    return read_content_text(archive.read_file_bytes(path), path.suffix.lower())


@reader(PrivacyError, loads=LAZILY_IMPORTED)
def read_content_text(content: bytes, suffix: str) -> str:
    """Return the text of file content, read in a child process; `suffix` includes the dot.

    Raises:
        PrivacyError: as for `read_file_text`.
    """
    return read_content(content, suffix)[0]


def read_content(content: bytes, suffix: str) -> tuple[str, Document | None]:
    """Return (text of file content, document or None), read in this process.

    Raises:
        PrivacyError: as for `read_file_text`.
    """
    read = find_reader(content, suffix)
    if read is not None:
        try:
            return read_pdf_text(content) if suffix == ".pdf" else (read(content), None)
        except UnknownContent as error:
            document = open_document(content, suffix)
            if document.kind == "pdf":
                misnamed = f"扩展名与内容不符：扩展名是{suffix}，内容是PDF文件，请改正扩展名后再试。"
                raise PrivacyError(str(error) if suffix == ".pdf" else misnamed) from error
    else:
        document = open_document(content, suffix)
    margins = [loss.text for loss in document.losses if loss.what in _SHOWN_LOSSES]
    return "\n".join([document.text, *margins]), document


def find_reader(content: bytes, suffix: str) -> Callable[[bytes], str] | None:
    """Return the function that reads content for masking; None if only `open_document` reads it.

    Raises:
        PrivacyError: there is no content.
    """
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise PrivacyError("空文件：文件里没有内容，请选择有内容的文件。")
    if suffix not in (".docx", ".xlsx", ".pdf") and has_binary_signature(content):
        return None
    return _READERS_BY_SUFFIX.get(suffix)


def open_document(content: bytes, suffix: str) -> Document:
    """Return a file as a document.

    Raises:
        PrivacyError: it cannot be read, or a page of it cannot.
    """
    try:
        return _check_pages(read_nested_document(content, f"x{suffix}", 0))
    except UnreadFile as error:
        raise PrivacyError(str(error)) from error


def _check_pages(document: Document) -> Document:
    """Return the document; refuse one with a page without text.

    Raises:
        PrivacyError: a page is unreadable, or its text is only recognised from a picture.
    """
    if page := next((loss for loss in document.losses if loss.what == "page"), None):
        raise PrivacyError(f"{page.where}读不出：{page.text}，无法检查，请先识别文字或者人工遮盖")
    if any(loss.what == "recognised" for loss in document.losses):
        raise PrivacyError("没有文字（图片页）：文字只能由图片识别，不能据此检查，请人工遮盖")
    return document


def list_hidden_words(document: Document) -> list[str]:
    """Return the words of a document that its text does not show."""
    losses = (
        label_fragment(loss.text) if loss.what == "hidden" else loss.text
        for loss in document.losses
        if loss.what not in _SHOWN_LOSSES | _REMARK_LOSS_KINDS
    )
    return [words for words in (*losses, *document.properties.values(), *document.attachments) if words.strip()]


def read_embedded(name: str, content: bytes, hidden: HiddenContent) -> None:
    """Add the words of a file inside another, or the reason why they cannot be read."""
    try:
        document = _check_pages(read_inner_file(f"x.{name.rpartition('.')[2].lower()}", content, 1))
    except (PrivacyError, UnreadFile) as error:
        hidden.unread.append(f"{name}：{error}")
        return
    hidden.add_document(document, f"{name}内的")
    hidden.lines += document.text.split("\n")
