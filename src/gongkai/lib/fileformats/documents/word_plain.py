"""Rewrite Word files to plain runs of text for every converter; hidden and deleted text is removed."""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import DocumentBuilder
from gongkai.lib.fileformats.documents.packages import Package, find_all, find_child, get_local_name, get_value
from gongkai.lib.fileformats.documents.word_runs import Inline, Texts, join_deleted_ends
from gongkai.lib.fileformats.documents.word_styles import ListCounter, RunProperties, Styles, is_on

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: Children of a run that are no text.
_OTHER = frozenset(
    {"rPr", "drawing", "pict", "object", "AlternateContent", "footnoteReference", "endnoteReference", "fldChar"}
    | {"instrText", "commentReference"}
)
_UNWRAPPED = frozenset({"fldSimple", "sdt", "smartTag", "customXml", "ins", "moveTo"})


class _Rewriter(Inline):
    """Read a paragraph as `Inline` does, and note the text of each run."""

    def __init__(self, styles: Styles) -> None:
        super().__init__(DocumentBuilder(""), styles, lambda _: "")
        self.raises = False
        self.runs: list[tuple[_Element, str]] = []
        self.formulas: list[tuple[_Element, str]] = []
        self.dropped: list[_Element] = []

    def _read_r(self, run: _Element, look: RunProperties, depth: int) -> Texts:
        words = list(super()._read_r(run, look, depth))
        self.runs.append((run, "".join(words)))
        yield from words

    def _formula(self, element: _Element) -> Texts:
        words = list(super()._formula(element))
        self.formulas.append((element, "".join(words)))
        yield from words

    def _read_sdt(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        words = list(super()._read_sdt(element, look, depth))
        if not "".join(words).strip():
            self.dropped.append(element)
        yield from words

    def _read_fldSimple(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        before = len(self.runs)
        words = "".join(super()._read_fldSimple(element, look, depth))
        if len(self.runs) == before and words.strip():
            self.formulas.append((element, words))
        yield words


def make_plain(package: Package) -> bytes:
    """Return a .docx with the same text in plain runs.

    Fields are replaced by their results, formulas by one line, ruby by its base, symbols by
    characters. Hidden, struck-out and deleted words are removed, as are rows and controls of
    that kind. The namespaces are those of the usual form.
    """
    styles = Styles(package.xml("word/styles.xml"))
    main = package.main_part("word/document.xml")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(name.replace("\\", "/") for name in package.names):
            if name.endswith("/"):
                continue
            if name.lower().endswith((".xml", ".rels")) and (root := package.xml(name)) is not None:
                if package.find(main) == package.find(name):
                    _rewrite(root, styles, ListCounter(package.xml("word/numbering.xml"), styles))
                    _drop_broken_links(root, package.relations(main))
                elif name in ("word/footnotes.xml", "word/endnotes.xml"):
                    _rewrite(root, styles, ListCounter(None, styles))
                archive.writestr(name, etree.tostring(root, encoding="utf-8", xml_declaration=True))
            else:
                archive.writestr(name, package.read(name))
    return out.getvalue()


def _drop_broken_links(root: _Element, relations: Mapping[str, object]) -> None:
    """Keep the words of links whose target is missing, and remove pictures whose file is."""
    for element in list(root.iter("{*}hyperlink", "{*}blip", "{*}imagedata")):
        named = [get_value(element, key) for key in ("id", "embed", "link") if get_value(element, key)]
        if all(name in relations for name in named):
            continue
        if get_local_name(element) == "hyperlink":
            _unwrap(element)
        else:
            _remove(next(element.iterancestors("{*}drawing", "{*}pict", "{*}object"), element))


def _number(paragraph: _Element, lists: ListCounter) -> None:
    """Write the number of a list before its paragraph: a list of HTML knows neither its start nor what it continues."""
    properties = find_child(paragraph, "pPr")
    label = lists.label(properties)
    if not label or properties is None:
        return
    if (old := find_child(properties, "numPr")) is not None:
        properties.remove(old)
    none = etree.SubElement(properties, f"{W}numPr")
    for name in ("ilvl", "numId"):
        etree.SubElement(none, f"{W}{name}").set(f"{W}val", "0")
    run = etree.Element(f"{W}r")
    _set_words(run, label)
    paragraph.insert(paragraph.index(properties) + 1, run)


def _rewrite(root: _Element, styles: Styles, lists: ListCounter) -> None:
    rewriter = _Rewriter(styles)
    join_deleted_ends(root)
    _drop_unseen(root)
    for paragraph in find_all(root, "p"):
        parent = paragraph.getparent()
        in_cell = parent is not None and get_local_name(parent) == "tc"  # 序号 may be all that a cell holds
        if rewriter.text(paragraph).strip() or in_cell:
            _number(paragraph, lists)
    for element in (*rewriter.dropped, *root.iter("{*}del", "{*}moveFrom")):
        parent = element.getparent()
        if parent is not None and get_local_name(parent) not in ("rPr", "trPr"):
            parent.remove(element)
    for run, words in rewriter.runs:
        _set_words(run, words)
    for element, words in rewriter.formulas:
        made = etree.Element(f"{W}r")
        _set_words(made, words)
        parent = element.getparent()
        if parent is not None:
            parent.replace(element, made)
    for element in reversed(list(root.iter(*(f"{{*}}{name}" for name in _UNWRAPPED)))):
        _unwrap(element)


def _drop_unseen(root: _Element) -> None:
    """Remove deleted and hidden rows, and controls that nobody filled in."""
    for row in list(find_all(root, "tr")):
        properties = find_child(row, "trPr")
        if find_child(properties, "del") is not None or is_on(properties, "hidden"):
            _remove(row)
    for control in list(find_all(root, "sdt")):
        if is_on(find_child(control, "sdtPr"), "showingPlcHdr"):
            _remove(control)


def _set_words(run: _Element, words: str) -> None:
    """Replace the text of a run; pictures, notes and marks of fields stay."""
    for child in list(run):
        if get_local_name(child) not in _OTHER:
            run.remove(child)
    for at, line in enumerate(words.split("\n")):
        if at:
            etree.SubElement(run, f"{W}br")
        if line:
            text = etree.SubElement(run, f"{W}t")
            text.text = line
            text.set(_SPACE, "preserve")


def _remove(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: _Element) -> None:
    """Replace an element by its content."""
    parent = element.getparent()
    content = find_child(element, "sdtContent") if get_local_name(element) == "sdt" else element
    if parent is None or get_local_name(parent) in ("rPr", "trPr", "tcPr", "pPr"):
        return
    at = parent.index(element)
    for child in list(content) if content is not None else []:
        parent.insert(at, child)
        at += 1
    parent.remove(element)
