"""Word files: body, headers, footers, notes, text boxes, charts; comments, revisions and properties go."""

import re

from lxml import etree

from gongkai.privacy.files import archive, package
from gongkai.privacy.files.package import local
from gongkai.privacy.files.slots import Gathered, Hider
from gongkai.privacy.model import PrivacyError

WHAT = "Word文档"
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
_TEXT = frozenset(["t", "delText", "instrText", "v"])


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


def _gather(root: etree._Element) -> tuple[Gathered, list[etree._Element]]:
    """Return the text of a part in reading order: cells parted by tabs, rows and paragraphs by line breaks."""
    gathered = Gathered()
    read: list[etree._Element] = []
    fresh_cell = False
    for element in root.iter():
        name = local(element)
        if name == "tr":
            gathered.gap("\n")
            fresh_cell = True
        elif name == "tc":
            gathered.gap("" if fresh_cell else "\t")
            fresh_cell = False
            element.set("_first", "1")
        elif name == "p":
            parent = element.getparent()
            in_cell = parent is not None and local(parent) == "tc"
            if in_cell and parent is not None and "_first" in parent.attrib:
                del parent.attrib["_first"]
                continue
            gathered.gap(" " if in_cell else "\n")
        elif name == "tab" and _parent(element) == "r":
            gathered.gap("\t")
        elif name in ("br", "cr"):
            gathered.gap("\n")
        elif name in _TEXT and element.text:
            package.gather_text(gathered, element)
            read.append(element)
            if name in ("v", "instrText"):
                gathered.gap("\n")
    for element in root.iter():
        if "_first" in element.attrib:
            del element.attrib["_first"]
    return gathered, read


def mask_docx(parts: dict[str, bytes], hider: Hider) -> dict[str, bytes]:
    """Return the parts of a Word file with everything hidden."""
    kept = package.keep_parts(parts, _KEEP)
    roots = {
        name: archive.parse(content, WHAT)
        for name, content in kept.items()
        if name.endswith(".xml") and name[0] != "["
    }
    gathered: dict[str, tuple[Gathered, list[etree._Element]]] = {}
    for root in roots.values():
        _settle_revisions(root)
    order = sorted(
        (name for name in roots if _READ.fullmatch(name)), key=lambda name: name != "word/document.xml"
    )
    for name in order:
        gathered[name] = _gather(roots[name])
    _hide_together(hider, [gathered[name][0] for name in order])
    for name, root in roots.items():
        package.sweep(root, hider, gathered[name][1] if name in gathered else ())
        kept[name] = archive.serialise(root)
    for name in kept:
        if name.endswith(".rels"):
            kept[name] = package.sweep_relations(kept[name], hider)
        elif name.startswith("word/media/"):
            kept[name] = package.clean_picture(name, kept[name])
    return kept


def _hide_together(hider: Hider, texts: list[Gathered]) -> None:
    """Search all parts as one text, so that a name known from the body is found in a header too."""
    whole = Gathered()
    for text in texts:
        whole.gap("\n\n")
        offset = whole.size
        for slot in text.slots:
            slot.start += offset
            whole.slots.append(slot)
        whole.parts.extend(text.parts)
        whole.size += text.size
    hider.hide(whole)


def docx_text(parts: dict[str, bytes]) -> str:
    """Return the text of a Word file: body first, then headers, footers and notes."""
    names = sorted(
        (name for name in parts if _READ.fullmatch(name)), key=lambda name: name != "word/document.xml"
    )
    if "word/document.xml" not in names:
        raise PrivacyError(f"{WHAT}打不开：文件损坏、加密或格式不符")
    texts: list[str] = []
    for name in names:
        root = archive.parse(parts[name], WHAT)
        _settle_revisions(root)
        texts.append(_gather(root)[0].text.strip("\n"))
    return "\n".join(texts)
