"""Shared handling of Word and Excel files: parts to keep, and masking of attributes."""

import io
from collections.abc import Iterable
from urllib.parse import unquote

from lxml import etree
from PIL import Image

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN_ALL
from gongkai.lib.privacy.files import archive
from gongkai.lib.privacy.files.names import target
from gongkai.lib.privacy.files.slots import Gathered, Hider
from gongkai.lib.privacy.frame import to_half_width
from gongkai.lib.privacy.model import PrivacyError

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
#: What may hold something that is found, in half width: words, mailboxes, seven digits with marks between them.
_WORDS = re.compile(
    rf"[{HAN_ALL}]|@|[0-9](?:[\s\u200b-\u200f\u2060\ufeff\u00ad\-‐-―−.·_/()+]{{0,4}}[0-9]){{6}}"
    r"|[A-Za-z\u00c0-\u024f]{2,} [A-Za-z\u00c0-\u024f]{2,}"
)
#: Numbers, colours and identities as programs write them.
_HEX = re.compile(r"[0-9A-Fa-f]{8}|\{[0-9A-Fa-f\-]{36}\}|-?[0-9]{1,10}")
#: Cells of a sheet (A1:B9): as many as a sheet has cells, so they are not searched one by one.
_CELLS = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?")
_PICTURES = {
    "png": "PNG",
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "gif": "GIF",
    "bmp": "BMP",
    "tif": "TIFF",
    "tiff": "TIFF",
}


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def drop(element: etree._Element) -> None:
    """Remove an element; keep the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail
    if tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


def unwrap(element: etree._Element) -> None:
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
    """Return the parts with safe names, with relations and types adjusted."""
    kept = {name: content for name, content in parts.items() if pattern.fullmatch(name)}
    for name in list(kept):
        if name.endswith(".rels"):
            if _owner(name) not in kept and name != "_rels/.rels":
                del kept[name]
                continue
            kept[name] = _relations(name, kept[name], kept)
    if "[Content_Types].xml" in kept:
        kept["[Content_Types].xml"] = _types(kept["[Content_Types].xml"], kept)
    return kept


def _owner(rels: str) -> str:
    folder, _, name = rels.rpartition("_rels/")
    return folder + name.removesuffix(".rels")


def _relations(name: str, content: bytes, kept: dict[str, bytes]) -> bytes:
    root = archive.parse(content, "文件关系表")
    for relation in list(root.iter(_RELATIONS)):
        external = relation.get("TargetMode") == "External"
        if (external and not relation.get("Type", "").endswith("/hyperlink")) or (
            not external and target(name, relation.get("Target", "")) not in kept
        ):
            drop(relation)
    return archive.serialise(root)


def _types(content: bytes, kept: dict[str, bytes]) -> bytes:
    root = archive.parse(content, "文件类型表")
    for override in list(root.iter(_TYPES + "Override")):
        if override.get("PartName", "").lstrip("/") not in kept:
            drop(override)
    return archive.serialise(root)


def swept(words: str, hider: Hider) -> str:
    """Return a masked attribute or stray text; generated numbers stay."""
    if _HEX.fullmatch(words) or (_CELLS.fullmatch(words) and words not in hider.hidden):
        return words
    search = bool(_WORDS.search(words if words.isascii() else to_half_width(words)))
    return hider.string(words, search=search) if search or hider.known().may_stand_in(words) else words


def sweep(root: etree._Element, hider: Hider, skip: Iterable[etree._Element] = ()) -> None:
    """Mask every attribute and text of a part that was not read as content."""
    read = set(skip)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if (words := swept(str(value), hider)) != value:
                element.set(name, words)
        if element.text and element not in read and (words := swept(element.text, hider)) != element.text:
            element.text = words
        if element.tail and (words := swept(element.tail, hider)) != element.tail:
            element.tail = words


def sweep_relations(content: bytes, hider: Hider) -> bytes:
    """Mask the targets of links, such as mailto addresses."""
    root = archive.parse(content, "文件关系表")
    for relation in root.iter(_RELATIONS):
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            words = unquote(target)
            if target.lower().startswith("mailto:") or hider.string(words) != words:
                relation.set("Target", "about:blank")
    return archive.serialise(root)


def clean_picture(name: str, content: bytes) -> bytes:
    """Return a picture without its metadata (place, time, author).

    Raises:
        PrivacyError: a kind of picture whose text cannot be looked at (EMF, WMF, …).
    """
    kind = _PICTURES.get(name.rpartition(".")[2].lower())
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


def gather_text(gathered: Gathered, element: etree._Element) -> None:
    """Add the text of an element as a place."""

    def put(words: str) -> None:
        element.text = words

    gathered.add(element.text or "", put)
