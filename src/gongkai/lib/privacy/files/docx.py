"""Mask Word files; comments, revisions and properties are removed."""

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.files import archive, package
from gongkai.lib.privacy.files.package import local
from gongkai.lib.privacy.files.paragraphs import Paragraphs, paragraphs
from gongkai.lib.privacy.files.slots import Gathered, Hider
from gongkai.lib.privacy.model import PrivacyError

WHAT = "Word文档"
MAIN = "word/document.xml"
_KEEP = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/)?(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|numbering)\.xml(?:\.rels)?|"
    r"word/(?:styles|stylesWithEffects|settings|webSettings|fontTable)\.xml|word/theme/theme[0-9]+\.xml|word/media/[^/]+|"
    r"word/charts/(?:_rels/)?(?:chart|style|colors)[0-9]*\.xml(?:\.rels)?|word/diagrams/(?:_rels/)?[A-Za-z]+[0-9]*\.xml(?:\.rels)?"
)
_READ = re.compile(
    r"word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|charts/chart[0-9]*|diagrams/(?:data|drawing)[0-9]*)\.xml"
)
#: Elements that go with all they hold: what was deleted, what points to parts that go, what only Word needs.
_GONE = frozenset(
    [
        "del",
        "moveFrom",
        "rPrChange",
        "pPrChange",
        "sectPrChange",
        "tblPrChange",
        "tcPrChange",
        "trPrChange",
        "tblGridChange",
        "numberingChange",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "annotationRef",
        "object",
        "control",
        "altChunk",
        "externalData",
        "attachedTemplate",
        "docVars",
        "mailMerge",
        "permStart",
        "permEnd",
        "customXmlInsRangeStart",
        "customXmlInsRangeEnd",
        "customXmlDelRangeStart",
        "customXmlDelRangeEnd",
        "moveFromRangeStart",
        "moveFromRangeEnd",
        "moveToRangeStart",
        "moveToRangeEnd",
        "cellIns",
        "cellDel",
        "cellMerge",
        "dataBinding",
        "rsids",
        "saveSubsetFontsFile",
        "embedRegular",
        "embedBold",
        "embedItalic",
        "embedBoldItalic",
        "subDoc",
    ]
)
_UNWRAP = frozenset(["ins", "moveTo", "customXml", "smartTag"])


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else local(parent)


def _settle_revisions(root: etree._Element) -> None:
    for element in list(root.iter()):
        name = local(element)
        if name in _GONE:
            package.drop(element)
        elif name in _UNWRAP:
            if _parent(element) in ("rPr", "trPr"):
                package.drop(element)
            else:
                package.unwrap(element)
    for element in root.iter():
        for attribute in list(element.attrib):
            if str(attribute).rpartition("}")[2] in ("author", "initials", "date", "userId"):
                del element.attrib[attribute]


def mask_docx(parts: dict[str, bytes], hider: Hider) -> dict[str, bytes]:
    """Return the masked parts of a Word file."""
    kept = package.keep_parts(parts, _KEEP)
    if MAIN not in kept:
        raise PrivacyError(f"{WHAT}打不开：找不到正文部分，文件不完整")
    roots = {
        name: archive.parse(content, WHAT)
        for name, content in kept.items()
        if name.endswith(".xml") and name[0] != "["
    }
    texts: dict[str, Paragraphs] = {}
    for root in roots.values():
        _settle_revisions(root)
    order = sorted((name for name in roots if _READ.fullmatch(name)), key=lambda name: name != MAIN)
    for name in order:
        texts[name] = paragraphs(roots[name])
    # As one text, so that a name known from the body is found in a header too.
    whole = Gathered()
    for name in order:
        whole.gap("\n\n")
        whole.take(texts[name].gathered)
    hider.hide(whole)
    for name, root in roots.items():
        if name in texts:
            texts[name].settle()
        package.sweep(root, hider, texts[name].read if name in texts else ())
        kept[name] = archive.serialise(root)
    for name in kept:
        if name.endswith(".rels"):
            kept[name] = package.sweep_relations(kept[name], hider)
        elif name.startswith("word/media/"):
            kept[name] = package.clean_picture(name, kept[name])
    return kept


def docx_text(parts: dict[str, bytes]) -> str:
    """Return the text of a Word file: body, headers, footers and notes."""
    names = sorted((name for name in parts if _READ.fullmatch(name)), key=lambda name: name != MAIN)
    if MAIN not in names:
        raise PrivacyError(f"{WHAT}打不开：文件损坏、加密或格式不符")
    texts: list[str] = []
    for name in names:
        root = archive.parse(parts[name], WHAT)
        _settle_revisions(root)
        texts.append(paragraphs(root).gathered.text.strip("\n"))
    return "\n".join(texts)
