"""Fill `{{name}}` placeholders in .docx templates made with a word processor.

The word processor may split a placeholder over several runs; its value gets the font of its first character. A value of
several lines is written with line breaks. Placeholders with unknown names stay, so that a typing error is visible;
`list_placeholders` finds them before a template is stored.
"""

from collections.abc import Mapping
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.text.run import CT_R
from docx.parts.story import StoryPart

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.fileformats.compound import is_locked
from gongkai.lib.fileformats.zips import BROKEN_ZIP_ERRORS, open_zip
from gongkai.lib.writing.wrapping import remove_forbidden_characters

#: A placeholder and its name.
PLACEHOLDER_PATTERN = re.compile(r"\{\{\s*([^{}\s]{1,20})\s*\}\}")
#: Characters that end a clause or a sentence.
CLAUSE_END_CHARACTERS = "。，；;"


def get_placeholder_value(text: str, match: re.Match[str], fields: Mapping[str, str]) -> str:
    """Return the value for a placeholder, without a final 。 if punctuation follows."""
    value = fields.get(match[1], match[0])
    return value.rstrip(CLAUSE_END_CHARACTERS) if text.startswith(tuple(CLAUSE_END_CHARACTERS), match.end()) else value


class InvalidTemplate(ValueError):
    """Raised when a template is no .docx; the message is one Chinese line."""


#: Maximum unpacked bytes of a template's parts; a letter needs some hundred thousand.
MAX_UNPACKED_BYTES = 6_000_000
#: Maximum stretches of text with a format of their own; a letter has some hundreds.
MAX_RUNS = 20_000
#: Parts that the library does not open.
_NOTES = (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)
_TAG_PATTERN = re.compile(r"<[^>]*>")
#: Exceptions of the library for other files; the last for XML with unexpected elements.
_OPENING_ERRORS: tuple[type[Exception], ...] = (PackageNotFoundError, SyntaxError, *BROKEN_ZIP_ERRORS, AttributeError)
#: Formats of the same programs: a sign in the package's list of parts → what the file is, what to do.
_OTHER_FORMATS = (
    (b"word.document.macroEnabled", "这是启用宏的文档（.docm），请另存为不带宏的.docx"),
    (b"word.template.macroEnabled", "这是启用宏的模板（.dotm），请另存为不带宏的.docx"),
    (b"wordprocessingml.template", "这是Word模板（.dotx），请另存为.docx"),
    (b"http://purl.oclc.org/ooxml/", "这是严格格式（Strict Open XML），请另存为“Word文档（.docx）”"),
    (b'"/xl/workbook.xml"', "这是表格，请用文字处理软件另存"),
    (b'"/ppt/presentation.xml"', "这是演示文稿，请用文字处理软件另存"),
)


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
    except _OPENING_ERRORS as error:
        raise InvalidTemplate(f"模板应为.docx文件：{_describe_fault(template)}。") from error
    raise InvalidTemplate("模板展开后太大，请删去图片和多余内容，另存后再上传。")


def _describe_fault(template: bytes) -> str:
    """Return in Chinese why a file is no usable template: locked, damaged or of another format."""
    locked, damaged = "有密码，请取消打开密码后另存为新文件", "文件已损坏，请用办公软件打开后另存为新文件"
    if is_locked(BytesIO(template)):
        return locked
    if not template.startswith(b"PK"):
        return "这个文件不是，请用办公软件另存"
    try:
        with open_zip(template) as packed:
            if any(zip_info.flag_bits & 1 for zip_info in packed.infolist()):
                return locked
            heads = []
            for part in ("[Content_Types].xml", "_rels/.rels"):
                with packed.open(part) as stream:
                    heads.append(stream.read(MAX_UNPACKED_BYTES))
    except BROKEN_ZIP_ERRORS:
        return damaged
    return next((words for sign, words in _OTHER_FORMATS if sign in b"".join(heads)), damaged)


def fill_docx(template: bytes, fields: Mapping[str, str]) -> bytes:
    """Return a template with its placeholders replaced by `fields`.

    Runs in the caller's process, also in a transaction: only for a template that `list_placeholders` accepted.

    Raises:
        InvalidTemplate: it is no .docx.
    """
    document = _open_template(template)
    for runs in _list_paragraphs(document):
        _fill_paragraph(runs, fields)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@reader(InvalidTemplate, loads=("docx",))
def list_placeholders(template: bytes) -> list[str]:
    """Return the distinct placeholder names of a template.

    Raises:
        InvalidTemplate: it is no .docx, or has a placeholder where `fill_docx` replaces none.
    """
    document = _open_template(template)
    notes = [rel.target_part for rel in document.part.rels.values() if rel.reltype in _NOTES and not rel.is_external]
    if any(PLACEHOLDER_PATTERN.search(_TAG_PATTERN.sub("", part.blob.decode(errors="replace"))) for part in notes):
        raise InvalidTemplate("模板的脚注或尾注里有{{…}}，那里的不会替换，请移到正文、页眉或页脚里，另存后再上传。")
    texts = ("".join(run.text for run in runs) for runs in _list_paragraphs(document))
    return list(dict.fromkeys(name for text in texts for name in PLACEHOLDER_PATTERN.findall(text)))


def _list_paragraphs(document: DocumentObject) -> list[list[CT_R]]:
    """Return the runs of each paragraph of headers, footers and body: also in tables, links, controls and text boxes.

    Raises:
        InvalidTemplate: there are too many, which would delay every letter.
    """
    kinds = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    related = [one.target_part for one in document.part.rels.values() if one.reltype in kinds and not one.is_external]
    runs_by_paragraph: dict[object, list[CT_R]] = {}
    for part in dict.fromkeys((*related, document.part)):
        for run in part.element.iter(qn("w:r")) if isinstance(part, StoryPart) else ():
            if isinstance(run, CT_R) and (paragraph := next(run.iterancestors(qn("w:p")), None)) is not None:
                runs_by_paragraph.setdefault(paragraph, []).append(run)
    if sum(map(len, runs_by_paragraph.values())) > MAX_RUNS:
        raise InvalidTemplate(f"模板中格式不同的文字超过{MAX_RUNS}段，请删去多余内容，另存后再上传。")
    return list(runs_by_paragraph.values())


def _fill_paragraph(runs: list[CT_R], fields: Mapping[str, str]) -> None:
    """Replace the placeholders in the runs of a paragraph; a value goes into the run in which its placeholder begins."""
    texts = [run.text for run in runs]
    whole = "".join(texts)
    matches = [match for match in PLACEHOLDER_PATTERN.finditer(whole) if match[1] in fields][::-1]
    start = 0
    for run, text in zip(runs, texts, strict=True):
        pieces, at, end = [], start, start + len(text)
        while matches and text and matches[-1].start() < end:
            match = matches[-1]
            if match.start() >= start:
                value = get_placeholder_value(whole, match, fields)
                lines = "\n".join(remove_forbidden_characters(line) for line in value.splitlines())
                pieces += [whole[at : match.start()], lines]
            at = min(match.end(), end)
            if match.end() > end:
                break
            matches.pop()
        if at > start or pieces:
            run.text = "".join(pieces) + whole[at:end]
        start = end


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
