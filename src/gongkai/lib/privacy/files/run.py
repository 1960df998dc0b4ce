"""Mask one file in a child process: choose the method by kind, mask, search every byte and word of the output again,
then write.
"""

import io
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pypdfium2 as pdfium
from lxml import etree, html
from pdfminer.pdfexceptions import PDFException

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.fileformats.documents.model import KIND_NAMES
from gongkai.lib.privacy.files import archive
from gongkai.lib.privacy.files.docx import mask_docx
from gongkai.lib.privacy.files.encoding import decode_text
from gongkai.lib.privacy.files.known_words import KnownBytes, KnownWords
from gongkai.lib.privacy.files.page import mask_html
from gongkai.lib.privacy.files.pdf import mask_pdf
from gongkai.lib.privacy.files.pdf_reading import list_unread_glyphs, open_pdf
from gongkai.lib.privacy.files.pdf_second import extract_words
from gongkai.lib.privacy.files.slots import MAX_TEXT_CHARACTERS, FileMasker, SlotText, normalise_words
from gongkai.lib.privacy.files.text import find_reader, list_hidden_words, mask_csv, open_document, read_content_text
from gongkai.lib.privacy.files.xlsx import mask_xlsx
from gongkai.lib.privacy.masks import load_mask_patterns
from gongkai.lib.privacy.model import Finding, MaskedFile, PrivacyError, UnknownContent, describe_os_error

#: Separator of texts from different places: no finding extends over it, and no normalisation removes it.
_TEXT_SEPARATOR = "\n\x00\n"
_REFUSAL_MESSAGE = "输出前复查时仍发现未遮盖的内容（“{words}”，在{where}中），已停止输出，请人工处理"
_CHECKED_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def _extract_xml_text(content: bytes) -> str:
    """Return the text of an XML part with its tags and attributes; empty if it cannot be parsed."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    return _extract_tree_text(root)


def _extract_tree_text(root: etree._Element) -> str:
    """Return the text of a tree, followed by its different tags and attributes."""
    markup_words: dict[str, None] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        markup_words[element.tag] = None
        for name, value in element.attrib.items():
            markup_words[str(name)] = None
            markup_words[str(value)] = None
            if "%" in str(value):
                markup_words[unquote(str(value))] = None
    return _TEXT_SEPARATOR.join(["".join(map(str, root.itertext())), *markup_words])


def _read_as_document(content: bytes, suffix: str) -> list[tuple[str, bytes, str]]:
    """Return [(label, b"", words)] of a file's text with hidden words, [] if unreadable."""
    try:
        document = open_document(content, suffix)
    except PrivacyError:  # nothing is left to read
        return []
    return [("读出的文字", b"", _TEXT_SEPARATOR.join([document.text, *list_hidden_words(document)]))]


def _list_parts(content: bytes, suffix: str) -> list[tuple[str, bytes, str]]:
    """Return (name, content, text) of the parts of a masked file."""
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                (
                    name,
                    archive.read(name),
                    name + _TEXT_SEPARATOR + _extract_xml_text(archive.read(name))
                    if name.endswith((".xml", ".rels"))
                    else name,
                )
                for name in archive.namelist()
            ]
    if suffix == ".html":
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
        return [("网页", content, _extract_tree_text(root))]
    if suffix == ".pdf":
        return [("PDF", content, _extract_pdf_text(content))]
    return [("文本", content, content.decode())]


def _extract_pdf_text(content: bytes) -> str:
    """Return the text that two libraries read from a PDF, and its metadata."""
    with pdfium.PdfDocument(content) as document:
        page_texts = [page.get_textpage().get_text_range() for page in document]
        values = [str(value) for value in document.get_metadata_dict().values()]
    return "\n".join([*values, *page_texts, extract_words(content)])


def refuse_remaining_words(content: bytes, suffix: str, words: list[str]) -> None:
    """Refuse a masked file that still contains one of the masked words.

    Args:
        content: the masked file.
        suffix: its kind (.docx).
        words: what was masked, without spaces and in half width.

    Raises:
        PrivacyError: a word is left, or the file cannot be read.
    """
    try:
        parts = _list_parts(content, suffix)
    except (
        zipfile.BadZipFile,
        etree.LxmlError,
        pdfium.PdfiumError,
        PDFException,
        UnicodeDecodeError,
        OSError,
    ) as error:
        raise PrivacyError("输出前复查时文件无法重新打开，已停止输出") from error
    if suffix != ".pdf":  # a masked PDF is a picture and was read by two libraries already
        parts += _read_as_document(content, suffix)
    known_words = KnownWords(words)
    for name, _, text in parts:
        if remaining_word := known_words.find_first_in(text):
            raise PrivacyError(_REFUSAL_MESSAGE.format(where=name, words=remaining_word))
    if suffix == ".pdf":
        return
    encoded = KnownBytes((word for word in words if len(word) > 2), _CHECKED_ENCODINGS)
    for name, content_of, _ in parts:
        if remaining_word := encoded.find_first_in(content_of):
            raise PrivacyError(_REFUSAL_MESSAGE.format(where=name, words=remaining_word))


def mask_plain_text(content: bytes, masker: FileMasker) -> bytes:
    """Return a masked text file in UTF-8 (PrivacyError: it is too long)."""
    text = decode_text(content, "文本文件").replace("\r\n", "\n")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise PrivacyError("文本文件过长，请拆分后再处理")
    gathered, box = SlotText(), [text]
    gathered.add(text, lambda words: box.__setitem__(0, words))
    masker.hide(gathered)
    return box[0].encode()


_ARCHIVE_FORMATS: dict[str, tuple[str, Callable[[dict[str, bytes], FileMasker], dict[str, bytes]]]] = {
    ".docx": ("Word文档", mask_docx),
    ".xlsx": ("Excel表格", mask_xlsx),
}
_SINGLE_FILE_FORMATS: dict[str, Callable[[bytes, FileMasker], bytes]] = {
    ".txt": mask_plain_text,
    ".csv": mask_csv,
    ".html": mask_html,
    ".htm": mask_html,
    ".pdf": mask_pdf,
}


@dataclass(frozen=True)
class MaskedContent:
    """A masked file: bytes, neutral name without suffix, and the facts for `MaskedFile`."""

    content: bytes
    name: str
    findings: list[Finding]
    elsewhere: list[Finding]
    warnings: list[str]


def mask_file(source: Path, out: Path, *, kinds: Collection[str] = (), words: Collection[str] = ()) -> MaskedFile:
    """Write a copy of a file without the personal data in it.

    Args:
        source: .txt, .csv, .html, .docx, .xlsx or .pdf.
        out: the file to write, of the same kind as the source; one that is there already is replaced. A folder takes the source's
            name, masked.
        kinds: kinds of findings that stay (a person decided so); their words stay everywhere in the file.
        words: single findings that stay.

    Raises:
        PrivacyError: a kind that is not read, a damaged or hostile file, or one that cannot be made clean.
    """
    suffix = source.suffix.lower()
    into = out.is_dir()
    if not into:
        _check_target(source, out)
    done = mask_bytes(
        archive.read_file_bytes(source), suffix, source.stem if into else out.stem, not into, [*kinds], [*words]
    )
    target = out / f"{done.name}{source.suffix}" if into else out
    if into:
        _check_target(source, target)
    try:
        target.write_bytes(done.content)
    except OSError as error:
        raise PrivacyError(f"无法写入输出文件：{describe_os_error(error)}") from error
    return MaskedFile(target, done.findings, done.warnings, done.elsewhere)


def _require_known_format(data: bytes, suffix: str) -> None:
    """Refuse files whose format cannot be masked.

    Raises:
        PrivacyError: the file is damaged, or of another format.
    """
    if suffix in _ARCHIVE_FORMATS or suffix in _SINGLE_FILE_FORMATS:
        return
    find_reader(data, suffix)
    open_document(data, suffix)  # a file that cannot be read is refused for that reason
    raise PrivacyError(
        f"不支持遮盖{suffix or '没有扩展名的'}文件，请另存为 .txt .csv .html .docx .xlsx 或 .pdf 后再遮盖"
    )


def mask_bytes(data: bytes, suffix: str, name: str, given: bool, kinds: list[str], words: list[str]) -> MaskedContent:
    """Mask file content in child processes.

    The arguments are those of `mask_in_child`.

    Raises:
        PrivacyError: as for `mask_file`.
    """
    said = read_content_text(data, suffix) if suffix == ".pdf" else ""
    return mask_in_child(data, said, suffix, name, given, kinds, words)


@reader(PrivacyError, loads=("gongkai.lib.privacy.preloading",))
def mask_in_child(
    data: bytes, said: str, suffix: str, name: str, given: bool, kinds: list[str], words: list[str]
) -> MaskedContent:
    """Mask file content in a child process.

    Args:
        data: the file.
        said: the text of a PDF, in which names are found that its text layer breaks; "" for another file.
        suffix: its kind, with the dot.
        name: its name without suffix.
        given: whether it must keep this name; else the name is masked as well.
        kinds: kinds of findings that stay.
        words: single findings that stay.

    Raises:
        PrivacyError: as for `mask_file`.
    """
    _require_known_format(data, suffix)
    masker = FileMasker(load_mask_patterns(), lambda one: one.kind in kinds or one.text in words)
    try:
        _search_document(data, said, suffix, masker)
        content = _mask_content(data, suffix, masker)
    except UnknownContent as error:
        raise _explain_failure(data, suffix, error) from error
    plain_kind = _normalise_suffix(suffix)
    refuse_remaining_words(content, plain_kind, [word for word, masked in masker.hidden.items() if word != masked])
    if given and masker.mask_string(name, note=False) != name:
        raise PrivacyError("输出文件名中有个人信息，请换一个文件名")
    warnings = _list_warnings(data, content, plain_kind)
    return MaskedContent(content, _clean_name(name, masker), masker.findings, masker.elsewhere, warnings)


def _check_target(source: Path, target: Path) -> None:
    """Refuse a target that is the source file or of another type."""
    if _normalise_suffix(target.suffix.lower()) != _normalise_suffix(source.suffix.lower()):
        raise PrivacyError(f"输出文件的扩展名应与原文件相同（{source.suffix}）")
    if target.exists() and target.samefile(source):
        raise PrivacyError("输出文件不能与原文件相同，请换一个文件名")


def _normalise_suffix(suffix: str) -> str:
    return ".html" if suffix == ".htm" else suffix


def _search_document(data: bytes, pdf_text: str, suffix: str, masker: FileMasker) -> None:
    """Search also the words that only the reader of all files sees.

    Raises:
        UnknownContent: the file is of another format than its suffix names.
    """
    read = find_reader(data, suffix)
    if read is None:
        raise UnknownContent(f"不支持的格式：{suffix}的内容不能遮盖")
    if suffix == ".pdf":  # becomes pictures, so that only its text layer counts
        masker.findings += masker.find_findings(pdf_text)
        for finding in masker.findings:
            masker.remember(finding)
        return
    seen = {normalise_words(line) for line in read(data).split("\n")}
    try:
        document = open_document(data, suffix)
    except PrivacyError:  # no visible words, or more of them than documents have
        return
    lines = [*document.text.split("\n"), *list_hidden_words(document)]
    for finding in masker.find_findings("\n".join(line for line in lines if normalise_words(line) not in seen)):
        masker.remember(finding)


def _explain_failure(data: bytes, suffix: str, error: UnknownContent) -> PrivacyError:
    """Return the true reason for which a file cannot be masked."""
    try:
        kind = open_document(data, suffix).kind
    except PrivacyError as reason:
        return reason
    if kind == suffix[1:]:
        return error
    named = KIND_NAMES.get(kind, f"{kind}文件")
    return PrivacyError(f"扩展名与内容不符：扩展名是{suffix}，内容是{named}，请用办公软件另存为{suffix}后再遮盖")


def _mask_content(data: bytes, suffix: str, masker: FileMasker) -> bytes:
    """Return the masked content of a file of a known format (UnknownContent: it does not open)."""
    if suffix not in _ARCHIVE_FORMATS:
        return _SINGLE_FILE_FORMATS[suffix](data, masker)
    label, mask_parts = _ARCHIVE_FORMATS[suffix]
    parts = archive.read_parts(data, label, word=suffix == ".docx")
    if "[Content_Types].xml" not in parts:
        raise UnknownContent(f"{label}打不开：文件损坏、加密或格式不符")
    return archive.write_archive(mask_parts(parts, masker))


def _clean_name(stem: str, masker: FileMasker) -> str:
    """Return a file name with personal data masked by 某."""
    return re.sub(r"[*/\\:?\"<>|]+", "某", normalise_words(masker.mask_string(stem, note=False)))


def _list_warnings(data: bytes, content: bytes, suffix: str) -> list[str]:
    """Return Chinese warnings about content that was not examined or left out.

    Args:
        data: the original.
        content: the masked file.
        suffix: its kind, with the dot.
    """
    if suffix in _ARCHIVE_FORMATS:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            pictures = sum("/media/" in name for name in package.namelist())
        if pictures:
            return [f"文件中有{pictures}幅图片，机器看不出其中的文字，请人工查看"]
    if suffix == ".html" and b"<img" in content:
        return ["网页中有图片，机器看不出其中的文字，请人工查看"]
    if suffix == ".pdf":
        with open_pdf(data) as document:
            form = ["表单域没有画入图片，其中填写的内容不再显示"] if document.get_formtype() else []
        return ["已转为图片并涂黑；图片、印章、签名中的信息请人工查看", *form, *list_unread_glyphs(data)]
    return []
