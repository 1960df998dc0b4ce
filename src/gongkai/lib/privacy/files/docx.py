"""Mask Word files; comments, revisions and properties are removed."""

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.packages import get_local_name, remove_element
from gongkai.lib.privacy.files import archive, package
from gongkai.lib.privacy.files.paragraphs import read_part_text
from gongkai.lib.privacy.files.slots import FileMasker, SlotText
from gongkai.lib.privacy.model import UnknownContent

WORD_FILE_LABEL = "Word文档"
MAIN_PART = "word/document.xml"
_KEPT_PARTS_RE = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/)?(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|numbering)\.xml(?:\.rels)?|"
    r"word/(?:styles|stylesWithEffects|settings|webSettings|fontTable)\.xml|word/theme/theme[0-9]+\.xml|word/media/[^/]+|"
    r"word/charts/(?:_rels/)?(?:chart|style|colors)[0-9]*\.xml(?:\.rels)?|word/diagrams/(?:_rels/)?[A-Za-z]+[0-9]*\.xml(?:\.rels)?"
)
READ_PARTS = re.compile(
    r"word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|charts/chart[0-9]*|diagrams/(?:data|drawing)[0-9]*)\.xml"
)
#: Elements that go with all they hold: what was deleted, what points to parts that go, what only Word needs.
_REMOVED_ELEMENTS_NAMES = (
    "del moveFrom rPrChange pPrChange sectPrChange tblPrChange tcPrChange trPrChange tblGridChange "
    "numberingChange commentRangeStart commentRangeEnd commentReference annotationRef object control altChunk "
    "externalData attachedTemplate docVars mailMerge permStart permEnd customXmlInsRangeStart "
    "customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd moveFromRangeStart moveFromRangeEnd "
    "moveToRangeStart moveToRangeEnd cellIns cellDel cellMerge dataBinding rsids saveSubsetFontsFile "
    "embedRegular embedBold embedItalic embedBoldItalic subDoc"
)
REMOVED_ELEMENTS = frozenset(_REMOVED_ELEMENTS_NAMES.split())
_UNWRAPPED_ELEMENTS = frozenset(["ins", "moveTo", "customXml", "smartTag"])


def _get_parent_name(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else get_local_name(parent)


def _accept_revisions(root: etree._Element) -> None:
    """Remove deleted text, unwrap inserted text and remove authors and dates of changes."""
    for element in list(root.iter()):
        name = get_local_name(element)
        if name in REMOVED_ELEMENTS:
            remove_element(element)
        elif name in _UNWRAPPED_ELEMENTS:
            if _get_parent_name(element) in ("rPr", "trPr"):
                remove_element(element)
            else:
                package.unwrap_element(element)
    for element in root.iter():
        for attribute in list(element.attrib):
            if str(attribute).rpartition("}")[2] in ("author", "initials", "date", "userId"):
                del element.attrib[attribute]


def _require_document(root: etree._Element) -> None:
    if get_local_name(root) != "document":
        raise UnknownContent(f"{WORD_FILE_LABEL}打不开：内容不是Word文档")


def mask_docx(parts: dict[str, bytes], masker: FileMasker) -> dict[str, bytes]:
    """Return the masked parts of a Word file (UnknownContent: it has no main part)."""
    kept_parts = package.keep_parts(parts, _KEPT_PARTS_RE)
    if MAIN_PART not in kept_parts:
        raise UnknownContent(f"{WORD_FILE_LABEL}打不开：找不到正文部分，文件不完整")
    roots = package.parse_parts(kept_parts, WORD_FILE_LABEL)
    _require_document(roots[MAIN_PART])
    for root in roots.values():
        _accept_revisions(root)
    order = sorted((name for name in roots if READ_PARTS.fullmatch(name)), key=lambda name: name != MAIN_PART)
    texts = {name: read_part_text(roots[name]) for name in order}
    # As one text, so that a name known from the body is found in a header too.
    full_text = SlotText()
    for name in order:
        full_text.add_separator("\n\n")
        full_text.append(texts[name].gathered)
    masker.hide(full_text)
    for part in texts.values():
        part.remove_masked_readings()
    return package.finish_parts(kept_parts, roots, masker, {name: part.read for name, part in texts.items()})


def read_docx_text(parts: dict[str, bytes]) -> str:
    """Return the text of a Word file with headers, footers and notes."""
    names = sorted((name for name in parts if READ_PARTS.fullmatch(name)), key=lambda name: name != MAIN_PART)
    if MAIN_PART not in names:
        raise UnknownContent(f"{WORD_FILE_LABEL}打不开：文件损坏、加密或格式不符")
    texts: list[str] = []
    for name in names:
        root = archive.parse_xml(parts[name], WORD_FILE_LABEL)
        if name == MAIN_PART:
            _require_document(root)
        _accept_revisions(root)
        texts.append(read_part_text(root).gathered.text.strip("\n"))
    return "\n".join(texts)
