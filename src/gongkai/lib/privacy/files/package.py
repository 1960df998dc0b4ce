"""Shared handling of Word and Excel files: parts to keep, and masking of attributes."""

import io
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from lxml import etree
from PIL import Image

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.fileformats.documents.packages import Package, remove_element
from gongkai.lib.privacy.files import archive
from gongkai.lib.privacy.files.slots import FileMasker
from gongkai.lib.privacy.model import PrivacyError
from gongkai.lib.privacy.search_text import to_half_width

_RELATION_TAG = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
#: Text that may hold something that is found, in half width: words, mailboxes, seven digits with marks between them.
_POSSIBLE_PERSONAL_DATA_RE = re.compile(
    rf"[{HAN}]|@|[0-9](?:[\s\u200b-\u200f\u2060\ufeff\u00ad\-‐-―−.·_/()+]{{0,4}}[0-9]){{6}}"
    r"|[A-Za-z\u00c0-\u024f]{2,} [A-Za-z\u00c0-\u024f]{2,}"
)
#: Numbers, colours and identities as programs write them.
_GENERATED_NUMBER_RE = re.compile(r"[0-9A-Fa-f]{8}|\{[0-9A-Fa-f\-]{36}\}|-?[0-9]{1,10}")
#: Cells of a sheet (A1:B9): as many as a sheet has cells, so they are not searched one by one.
_CELL_REFERENCE_RE = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?")
_PICTURE_FORMATS = {
    "png": "PNG",
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "gif": "GIF",
    "bmp": "BMP",
    "tif": "TIFF",
    "tiff": "TIFF",
}


def unwrap_element(element: etree._Element) -> None:
    """Replace an element by its children."""
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    for child in list(element):
        parent.insert(place, child)
        place += 1
    parent.remove(element)


def keep_parts(parts: dict[str, bytes], pattern: re.Pattern[str]) -> dict[str, bytes]:
    """Return {name: content} of the parts whose names match the pattern."""
    kept = {name: content for name, content in parts.items() if pattern.fullmatch(name)}
    for name in list(kept):
        if name.endswith(".rels"):
            if _get_relations_owner(name) not in kept and name != "_rels/.rels":
                del kept[name]
                continue
            kept[name] = _keep_relations(name, kept[name], kept)
    if "[Content_Types].xml" in kept:
        kept["[Content_Types].xml"] = _keep_types(kept["[Content_Types].xml"], kept)
    return kept


def _get_relations_owner(rels: str) -> str:
    """Return the part to which a relations part (`rels`) belongs."""
    folder, _, name = rels.rpartition("_rels/")
    return folder + name.removesuffix(".rels")


def _keep_relations(name: str, content: bytes, kept_parts: dict[str, bytes]) -> bytes:
    """Return a relations part without removed parts and external resources."""
    root = archive.parse_xml(content, "文件关系表")
    targets = Package(None, kept_parts).relations(_get_relations_owner(name))
    for relation in list(root.iter(_RELATION_TAG)):
        external = relation.get("TargetMode") == "External"
        if (external and not relation.get("Type", "").endswith("/hyperlink")) or (
            not external and targets[relation.get("Id") or ""][1] not in kept_parts
        ):
            remove_element(relation)
    return archive.serialise_xml(root)


def _keep_types(content: bytes, kept_parts: dict[str, bytes]) -> bytes:
    """Return the part of content types without removed parts."""
    root = archive.parse_xml(content, "文件类型表")
    for override in list(root.iter(_TYPES_NAMESPACE + "Override")):
        if override.get("PartName", "").lstrip("/") not in kept_parts:
            remove_element(override)
    return archive.serialise_xml(root)


def mask_string(words: str, masker: FileMasker) -> str:
    """Return a masked attribute or stray text; generated numbers stay."""
    if _GENERATED_NUMBER_RE.fullmatch(words) or (_CELL_REFERENCE_RE.fullmatch(words) and words not in masker.hidden):
        return words
    search = bool(_POSSIBLE_PERSONAL_DATA_RE.search(words if words.isascii() else to_half_width(words)))
    return (
        masker.mask_string(words, search=search) if search or masker.list_masked_words().may_occur_in(words) else words
    )


def mask_part(root: etree._Element, masker: FileMasker, skip: Iterable[etree._Element] = ()) -> None:
    """Mask every attribute and text of a part that was not read as content."""
    read = set(skip)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if (words := mask_string(str(value), masker)) != value:
                element.set(name, words)
        if element.text and element not in read and (words := mask_string(element.text, masker)) != element.text:
            element.text = words
        if element.tail and (words := mask_string(element.tail, masker)) != element.tail:
            element.tail = words


def parse_parts(parts: dict[str, bytes], file_label: str) -> dict[str, etree._Element]:
    """Return the trees of the XML parts."""
    names = (name for name in parts if name.endswith(".xml") and name[0] != "[")
    return {name: archive.parse_xml(parts[name], file_label) for name in names}


def finish_parts(
    parts: dict[str, bytes],
    roots: dict[str, etree._Element],
    masker: FileMasker,
    read: Mapping[str, Iterable[etree._Element]],
) -> dict[str, bytes]:
    """Return the parts with masked trees, links and pictures."""
    for name, root in roots.items():
        mask_part(root, masker, read.get(name, ()))
        parts[name] = archive.serialise_xml(root)
    for name, content in list(parts.items()):
        if name.endswith(".rels"):
            parts[name] = mask_relations(content, masker)
        elif "/media/" in name:
            parts[name] = clean_picture(name, content)
    return parts


def mask_relations(content: bytes, masker: FileMasker) -> bytes:
    """Return a relations part with links to about:blank for personal data."""
    root = archive.parse_xml(content, "文件关系表")
    for relation in root.iter(_RELATION_TAG):
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            words = unquote(target)
            if target.lower().startswith("mailto:") or masker.mask_string(words) != words:
                relation.set("Target", "about:blank")
    return archive.serialise_xml(root)


def clean_picture(name: str, content: bytes) -> bytes:
    """Return a picture without its metadata (place, time, author).

    Raises:
        PrivacyError: a kind of picture whose text cannot be looked at (EMF, WMF, …).
    """
    kind = _PICTURE_FORMATS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise PrivacyError("文件中有矢量图（EMF、WMF等），其中的文字无法检查，请改成PNG后再处理")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > 60_000_000:
                raise PrivacyError("文件中的图片过大，不予处理")
            plain = picture.convert("RGB") if kind == "JPEG" else picture.copy()
            plain.info = {}
            buffer = io.BytesIO()
            plain.save(buffer, kind)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, PrivacyError):
            raise
        raise PrivacyError("文件中有一幅图片打不开，不予处理") from error
    return buffer.getvalue()
