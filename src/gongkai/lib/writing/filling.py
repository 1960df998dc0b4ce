"""Fill `{{name}}` placeholders in .docx templates made with a word processor.

A field may be torn over several runs by the word processor; what is filled in takes the face of its first character. A text of several lines
stands with line breaks. Names that are not known stay, so that a typing error is seen; `list_placeholders` finds them before a template is taken.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from zipfile import BadZipFile

from docx import Document
from docx.blkcntnr import BlockItemContainer
from docx.document import Document as DocumentObject
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.fileformats.compound import is_locked
from gongkai.lib.fileformats.zips import open_zip
from gongkai.lib.writing.wrapping import remove_forbidden_characters

#: A placeholder and its name.
PLACEHOLDER_PATTERN = re.compile(r"\{\{\s*([^{}\s]{1,20})\s*\}\}")
#: Characters that end a clause or a sentence.
CLAUSE_END_CHARACTERS = "。，；;"


def get_placeholder_value(text: str, match: re.Match[str], fields: Mapping[str, str]) -> str:
    """Return the value for a placeholder, without a final 。 if punctuation follows."""
    value = fields.get(match[1], match[0])
    return (
        value.rstrip(CLAUSE_END_CHARACTERS) if text[match.end() :].startswith(tuple(CLAUSE_END_CHARACTERS)) else value
    )


class InvalidTemplate(ValueError):
    """Raised when a template is no .docx; the message is one Chinese line."""


#: Maximum unpacked bytes of a template's parts; a letter needs some hundred thousand.
MAX_UNPACKED_BYTES = 6_000_000


def _open_template(template: bytes) -> DocumentObject:
    """Return a template as a Word document.

    Raises:
        InvalidTemplate: no .docx file, locked, damaged or too large.
    """
    try:
        with open_zip(template) as packed:
            unpacked = sum(zip_info.file_size for zip_info in packed.infolist())
        if unpacked <= MAX_UNPACKED_BYTES:
            return Document(BytesIO(template))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise InvalidTemplate(f"模板应为.docx文件：{_describe_fault(template)}。") from error
    raise InvalidTemplate("模板展开后太大，请删去图片和多余内容，另存后再上传。")


def _describe_fault(template: bytes) -> str:
    """Return in Chinese why a file is no usable template: locked, damaged or of another format."""
    if is_locked(BytesIO(template)):
        return "有密码，请取消打开密码后另存为新文件"
    return (
        "文件已损坏，请用办公软件打开后另存为新文件" if template.startswith(b"PK") else "这个文件不是，请用办公软件另存"
    )


def fill_docx(template: bytes, fields: Mapping[str, str]) -> bytes:
    """Return a template with its placeholders replaced by `fields`.

    Runs in the caller's process, also in a transaction: only for a template that `list_placeholders` accepted.

    Raises:
        InvalidTemplate: it is no .docx.
    """
    document = _open_template(template)
    for paragraph in _iterate_paragraphs(document):
        _fill_paragraph(paragraph, fields)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@reader(InvalidTemplate, loads=("docx",))
def list_placeholders(template: bytes) -> list[str]:
    """Return the distinct placeholder names of a template.

    Raises:
        InvalidTemplate: it is no .docx.
    """
    texts = (paragraph.text for paragraph in _iterate_paragraphs(_open_template(template)))
    return list(dict.fromkeys(name for text in texts for name in PLACEHOLDER_PATTERN.findall(text)))


def _iterate_paragraphs(document: DocumentObject) -> Iterator[Paragraph]:
    """Yield all paragraphs of headers, footers, body and tables."""
    for section in document.sections:
        for part in (section.header, section.footer):
            yield from _iterate_within(part)
    yield from _iterate_within(document)


def _iterate_within(holder: BlockItemContainer | DocumentObject) -> Iterator[Paragraph]:
    """Yield the paragraphs of a document or a cell, also those in tables inside it."""
    yield from holder.paragraphs
    for table in holder.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _iterate_within(cell)


def _fill_paragraph(paragraph: Paragraph, fields: Mapping[str, str]) -> None:
    """Replace the placeholders of a paragraph, last first, so that earlier offsets stay valid."""
    text = "".join(run.text for run in paragraph.runs)
    for match in reversed(list(PLACEHOLDER_PATTERN.finditer(text))):
        if match[1] in fields:
            value = "\n".join(
                remove_forbidden_characters(line) for line in get_placeholder_value(text, match, fields).splitlines()
            )
            _replace_span(paragraph.runs, match.start(), match.end(), value)


def _replace_span(runs: list[Run], start: int, end: int, value: str) -> None:
    """Replace the characters from start to end, counted over all runs."""
    place = 0
    for run in runs:
        length = len(run.text)
        run_start, run_end = max(start - place, 0), min(end - place, length)
        if run_start < run_end:
            replacement = value if place + run_start == start else ""
            run.text = run.text[:run_start] + replacement + run.text[run_end:]
        place += length


def enlarge_docx(content: bytes, ratio: float) -> bytes:
    """Return a .docx with type, fixed line pitches and first-line indents enlarged by a ratio."""
    document = Document(BytesIO(content))
    for root in (document.element, document.styles.element):
        for size in root.iter(qn("w:sz"), qn("w:szCs")):
            size.set(qn("w:val"), str(round(int(size.get(qn("w:val"))) * ratio)))
        for spacing in root.iter(qn("w:spacing")):
            if spacing.get(qn("w:lineRule")) in {"exact", "atLeast"} and spacing.get(qn("w:line")):
                spacing.set(qn("w:line"), str(round(int(spacing.get(qn("w:line"))) * ratio)))
        for indent in root.iter(qn("w:ind")):
            if indent.get(qn("w:firstLine")):
                indent.set(qn("w:firstLine"), str(round(int(indent.get(qn("w:firstLine"))) * ratio)))
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


__all__ = [
    "PLACEHOLDER_PATTERN",
    "InvalidTemplate",
    "enlarge_docx",
    "fill_docx",
    "get_placeholder_value",
    "list_placeholders",
]
