"""Read OFD files (GB/T 33190): text objects of a page, grouped into lines."""

import posixpath
import re

from lxml.etree import _Element

from gongkai.lib.fileformats.documents.model import (
    Document,
    DocumentBuilder,
    PicturesOnly,
    PlacedWord,
    UnreadFile,
    check_bound,
)
from gongkai.lib.fileformats.documents.packages import (
    LOCKED_FILE_ERROR,
    Package,
    find_all,
    find_child,
    get_attribute,
    join_texts,
    read_properties,
)
from gongkai.lib.fileformats.documents.pdf_lines import group_words_into_lines, join_lines

_PICTURE_PAGE = "没有文字（图片页）"


def read_ofd(package: Package) -> Document:
    """Return an .ofd file as a document.

    Raises:
        UnreadFile: it is encrypted.
        PicturesOnly: it has only pictures.
    """
    if package.find("Encryptions.xml") or any("encryption" in name.lower() for name in package.names):
        raise UnreadFile(LOCKED_FILE_ERROR)
    builder = DocumentBuilder("ofd")
    root = package.xml("OFD.xml")
    info = next(find_all(root, "DocInfo"), None) if root is not None else None
    if info is not None:
        builder.document.properties.update(read_properties(info))
    roots = [(doc_root.text or "").strip() for doc_root in find_all(root, "DocRoot")] if root is not None else []
    for part_name in roots or ["Doc_0/Document.xml"]:
        _read_body(builder, package, part_name.lstrip("/"))
    losses = builder.document.losses
    if (
        not builder.document.blocks
        and _PICTURE_PAGE in {loss.text for loss in losses}
        and not any(loss.what == "hidden" for loss in losses)
    ):
        raise PicturesOnly(f"{_PICTURE_PAGE}：OFD里只有图片，请提供有文字的文件，或先识别文字。")
    return builder.document


def _read_body(builder: DocumentBuilder, package: Package, part: str) -> None:
    """Read the pages of a document with their annotations, and the names of its attachments."""
    document = package.xml(part)
    folder = posixpath.dirname(part)
    pages = [one for one in find_all(document, "Page") if one.get("BaseLoc")] if document is not None else []
    check_bound("pages", len(pages))
    templates = (
        {one.get("ID"): _resolve_location(folder, one.get("BaseLoc")) for one in find_all(document, "TemplatePage")}
        if (document is not None)
        else {}
    )
    notes = _find_annotations(package, document, folder) if document is not None else {}
    page_parts = [(_resolve_location(folder, page.get("BaseLoc")), page.get("ID") or "") for page in pages]
    for number, (content, page_id) in enumerate(page_parts or _find_unlisted_pages(package), 1):
        _read_page(builder, package, content, templates, number)
        for kind, note_text in notes.get(page_id, ()):
            builder.lose("watermark" if kind == "Watermark" else "comment", note_text, f"第{number}页")
    attachments = find_child(document, "Attachments")
    if attachments is not None and (root := package.xml(_resolve_location(folder, attachments.text))) is not None:
        for one in find_all(root, "Attachment"):
            name = get_attribute(one, "Name")
            builder.document.attachments.append(name)
            builder.lose("attachment", name)


def _find_unlisted_pages(package: Package) -> list[tuple[str, str]]:
    """Return (part, "") of each page of a file without a page list, by part numbers."""
    names = [name for name in package.names if name.endswith("Content.xml") and "/Pages/" in f"/{name}"]
    check_bound("pages", len(names))
    return [(name, "") for name in sorted(names, key=lambda name: [int(one) for one in re.findall(r"\d+", name)])]


def _resolve_location(folder: str, location: str | None) -> str:
    """Return the path of a location in the archive, relative to a folder or absolute."""
    location = (location or "").strip()
    return location.lstrip("/") if location.startswith("/") else posixpath.normpath(posixpath.join(folder, location))


def _find_annotations(package: Package, document: _Element, folder: str) -> dict[str, list[tuple[str, str]]]:
    """Return the annotations of each page by its id: their kind and words."""
    annotations: dict[str, list[tuple[str, str]]] = {}
    index = _resolve_location(folder, _get_own_text(find_child(document, "Annotations")))
    root = package.xml(index)
    for page in find_all(root, "Page") if root is not None else ():
        place = _get_own_text(find_child(page, "FileLoc"))
        notes = package.xml(_resolve_location(posixpath.dirname(index), place))
        if notes is None:
            notes = package.xml(_resolve_location(folder, place))
        for annotation in find_all(notes, "Annot") if notes is not None else ():
            words = join_texts(annotation, "TextCode") or _get_own_text(find_child(annotation, "Remark"))
            if words:
                annotations.setdefault(page.get("PageID") or "", []).append((annotation.get("Type") or "", words))
    return annotations


def _get_own_text(element: _Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _read_page(
    builder: DocumentBuilder, package: Package, part: str, templates: dict[str | None, str], number: int
) -> None:
    """Read the words of a page and of its templates in lines."""
    root = package.xml(part)
    if root is None:
        builder.lose("page", "缺少这一页的内容", f"第{number}页")
        return
    words: list[PlacedWord] = []
    for template in find_all(root, "Template"):
        if (template_root := package.xml(templates.get(template.get("TemplateID"), ""))) is not None:
            words += _read_words(builder, template_root, number)
    words += _read_words(builder, root, number)
    pictures = sum(1 for _ in find_all(root, "ImageObject"))
    if pictures:
        builder.lose("picture" if words else "page", "" if words else _PICTURE_PAGE, f"第{number}页")
    for text in join_lines([_join_words(row) for row in group_words_into_lines(words)]):
        builder.paragraph(text)


def _read_words(builder: DocumentBuilder, root: _Element, number: int) -> list[PlacedWord]:
    """Return the words of a page; hidden ones and watermarks are recorded as losses."""
    words = []
    for text in find_all(root, "TextObject"):
        content = join_texts(text, "TextCode")
        if text.get("Visible") == "false" or text.get("Alpha") == "0":
            builder.lose("hidden", content, f"第{number}页")
            continue
        if _is_rotated_obliquely(text.get("CTM")) or (
            (text.get("Alpha") or "255").isdecimal() and int(text.get("Alpha") or 255) < 128
        ):
            builder.lose("watermark", content, f"第{number}页")
            continue
        box = [float(value) for value in (text.get("Boundary") or "0 0 0 0").split()[:4]]
        words.append(PlacedWord(content, box[0], box[1], box[0] + box[2], box[1] + box[3]))
    return words


def _is_rotated_obliquely(matrix: str | None) -> bool:
    values = [float(one) for one in (matrix or "").split()[:4]]
    return len(values) == 4 and abs(values[1]) > 0.1 * abs(values[0]) and abs(values[0]) > 0.1 * abs(values[1])


def _join_words(row: list[PlacedWord]) -> str:
    """Return the words of a line with tabs at gaps wider than half a line's height."""
    text, end = "", 0.0
    for word in row:
        size = re.sub(r"\s", "", word.text)
        text += ("\t" if text and word.left - end > (word.bottom - word.top) / 2 and size else "") + word.text
        end = word.right
    return text
