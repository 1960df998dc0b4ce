"""Parts of packed office files, and their XML without entities or network access."""

import io
import posixpath
import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.confined import BOUNDS_BY_NAME
from gongkai.lib.fileformats.documents.model import Loss, UnreadFile, check_bound
from gongkai.lib.fileformats.zips import BROKEN_ZIP_ERRORS, TooManyEntries, open_zip

DAMAGED_FILE_ERROR = "已损坏：请用办公软件打开后另存为新文件再试。"
DAMAGED_PDF_ERROR = "已损坏：请用阅读器另存或打印为新的PDF后再试。"
LOCKED_FILE_ERROR = "有密码：请取消打开密码后另存为新文件再试。"


def explain_pdf_error(error: Exception) -> str:
    """Return the reason for which PDFium does not open a file."""
    return LOCKED_FILE_ERROR if "password" in str(error).lower() else DAMAGED_PDF_ERROR


#: The namespaces of strict OOXML and of Word 2003, and those of the usual form with the same names.
_STRICT_NAMESPACE_RE = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_WORD_NAMESPACE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: Main parts of packages whose relations name none.
_USUAL_MAIN_PARTS = {"document": "word/document.xml", "workbook": "xl/workbook.xml"}
_PACKAGE_NAMESPACE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"


def get_local_name(element: _Element) -> str:
    """Return the local name of an element; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def join_texts(element: _Element, *names: str) -> str:
    """Return the text of all elements below with one of the local names."""
    return "".join(one.text or "" for one in element.iter(*(f"{{*}}{name}" for name in names)))


def get_words(element: _Element) -> str:
    """Return all words in an element, with one blank between them."""
    return " ".join("".join(map(str, element.itertext())).split())


def remove_element(element: _Element) -> None:
    """Remove an element; keep the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def get_attribute(element: _Element | None, name: str = "val", default: str = "") -> str:
    """Return an attribute by its local name, in any namespace."""
    if element is None:
        return default
    for key, value in element.attrib.items():
        if str(key).rsplit("}", 1)[-1] == name:
            return str(value)
    return default


def find_child(element: _Element | None, *names: str) -> _Element | None:
    """Return the element at a path of local names, or None."""
    for name in names:
        if element is None:
            return None
        element = next((child for child in element if get_local_name(child) == name), None)
    return element


def find_all(element: _Element, name: str) -> Iterator[_Element]:
    """Yield all elements below with a local name."""
    return element.iter("{*}" + name)


def parse_xml(data: bytes) -> _Element:
    """Parse XML of limited size; map older namespaces to transitional OOXML.

    Raises:
        UnreadFile: it is broken, too large, or declares entities.
    """
    check_bound("part", len(data))
    check_bound("elements", data.count(b"<"))
    data = _refuse_entities(to_transitional(data)).replace(_WORD_2003, _WORD_NAMESPACE)
    try:
        return etree.fromstring(
            data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadFile(DAMAGED_FILE_ERROR) from error


def iterate_xml(data: bytes, *names: str) -> Iterator[_Element]:
    """Yield the elements of the given local names and free the memory of each afterwards.

    Raises:
        UnreadFile: the part is broken or declares entities.
    """
    data = _refuse_entities(to_transitional(data))
    tags = [f"{{*}}{name}" for name in names]
    try:
        for _, element in etree.iterparse(
            io.BytesIO(data), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            yield element
            element.clear()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadFile(DAMAGED_FILE_ERROR) from error


def _refuse_entities(data: bytes) -> bytes:
    """Return the XML unchanged (UnreadFile: it declares entities)."""
    if b"<!ENTITY" in data[:100_000]:
        raise UnreadFile("已损坏：文件含有不允许的XML声明，请用办公软件另存为新文件再试。")
    return data


def to_transitional(data: bytes) -> bytes:
    """Return a part of a strict OOXML file with transitional namespaces."""
    return _STRICT_NAMESPACE_RE.sub(rb"http://schemas.openxmlformats.org/\1/2006/", data)


def relations_part(part: str) -> str:
    """Return the name of the relations part of a part; "" is the package itself."""
    folder, _, file = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{file}.rels")


def _fold(name: str) -> str:
    """Return the name of a part as it is looked up: in small letters, with "/" between folders."""
    return name.replace("\\", "/").lstrip("/").lower()


class Package:
    """The parts of a packed file: of a .zip archive, or of one XML file (flat OPC).

    Attributes:
        losses: parts that are not read because a later one with other content has the same name.
    """

    def __init__(self, archive: zipfile.ZipFile | None, parts: Mapping[str, bytes]) -> None:
        self._archive = archive
        self._parts = parts
        self.names = set(parts) if archive is None else set(archive.namelist())
        entries = archive.infolist() if archive else []
        read_entries = {_fold(entry.filename): entry for entry in entries}
        self._folded = {_fold(name): name for name in parts} | {
            name: entry.filename for name, entry in read_entries.items()
        }
        self.losses = [
            Loss("text", name, f"{name}：文件里有内容不同的同名部分，只读取了后一个")
            for name in (entry.filename for entry in entries if entry.CRC != read_entries[_fold(entry.filename)].CRC)
        ]

    def find(self, name: str) -> str:
        """Return the name of a part as the file writes it (upper or lower case), or "" if it has no such part."""
        return self._folded.get(name.lstrip("/").lower(), "")

    def read(self, name: str, bound: str = "part") -> bytes:
        """Return a part; its real size is limited by `bound`, a key of `BOUNDS_BY_NAME`.

        Raises:
            UnreadFile: it is missing, damaged, locked or too large.
        """
        actual = self.find(name)
        if self._archive is None:
            return self._parts.get(actual, b"")
        data = read_zip_entry(self._archive, actual, BOUNDS_BY_NAME[bound].most)
        check_bound(bound, len(data))
        return data

    def xml(self, name: str) -> _Element | None:
        """Return the root element of a part, or None if there is no such part."""
        return parse_xml(self.read(name)) if self.find(name) else None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return {id: (last word of the type, target part or URL)} of a part's relations."""
        folder, root = posixpath.dirname(part), self.xml(relations_part(part))
        found: dict[str, tuple[str, str]] = {}
        for relation in root if root is not None else ():
            target = relation.get("Target") or ""
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found[relation.get("Id") or ""] = ((relation.get("Type") or "").rsplit("/", 1)[-1], target)
        return found

    def find_drawn_words(self, element: _Element, relations: dict[str, tuple[str, str]]) -> Iterator[str]:
        """Yield the words of the charts and diagrams in an element, which are in parts of their own."""
        for drawn in element.iter("{*}chart", "{*}relIds"):
            target = relations.get(get_attribute(drawn, "id") or get_attribute(drawn, "dm"), ("", ""))[1]
            if (root := self.xml(target)) is not None:
                yield " ".join(filter(None, (one.text for one in root.iter("{*}t", "{*}v"))))

    def main_part(self, usual: str) -> str:
        """Return the name of the document's own part, `usual` if the package states none."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument" and self.find(target):
                return target
        return usual

    def main_kind(self) -> str:
        """Return the local name of the main part's root: document, workbook, …; "" if there is none."""
        main = self.main_part("")
        root = self.xml(main) if main and not main.lower().endswith(".bin") else None
        if root is not None:
            return get_local_name(root)
        return next((kind for kind, part in _USUAL_MAIN_PARTS.items() if self.find(part)), "")

    def properties(self) -> dict[str, str]:
        """Return {name: value} of title, author and other properties of an office file."""
        root = self.xml("docProps/core.xml")
        return read_properties(root) if root is not None else {}


def read_properties(root: _Element) -> dict[str, str]:
    """Return {local name: first 500 characters} of the children of a properties element."""
    return {
        get_local_name(child): words[:500] for child in root if get_local_name(child) and (words := get_words(child))
    }


def read_zip_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | str, max_bytes: int) -> bytes:
    """Return at most `max_bytes` + 1 bytes of an entry.

    Raises:
        UnreadFile: it is missing, damaged or locked.
    """
    try:
        info = archive.getinfo(entry) if isinstance(entry, str) else entry
        if info.flag_bits & 1:
            raise UnreadFile(LOCKED_FILE_ERROR)
        with archive.open(info) as stream:
            return stream.read(max_bytes + 1)
    except BROKEN_ZIP_ERRORS as error:
        raise UnreadFile(DAMAGED_FILE_ERROR) from error


def open_archive(data: bytes, bound: str = "zip entries") -> zipfile.ZipFile:
    """Open a .zip archive if the number of its entries is within `bound`, a key of `BOUNDS_BY_NAME`.

    Raises:
        UnreadFile: it is damaged or has too many.
    """
    try:
        return open_zip(data, bound)
    except TooManyEntries as error:
        raise UnreadFile(f"太大：{error}") from error
    except BROKEN_ZIP_ERRORS as error:
        raise UnreadFile(DAMAGED_FILE_ERROR) from error


def open_package(data: bytes, bound: str = "unpacked") -> Package:
    """Open a packed office file; `bound` (a key of `BOUNDS_BY_NAME`) limits its size.

    Raises:
        UnreadFile: it is damaged, locked or too large.
    """
    archive = open_archive(data, "parts")
    check_bound(bound, sum(info.file_size for info in archive.infolist()))
    return Package(archive, {})


def unpack_flat(root: _Element) -> Package:
    """Return the parts of a package in one XML file."""
    parts: dict[str, bytes] = {}
    for part_element in root.iter(f"{_PACKAGE_NAMESPACE}part"):
        name = (part_element.get(f"{_PACKAGE_NAMESPACE}name") or "").lstrip("/")
        inner = part_element.find(f"{_PACKAGE_NAMESPACE}xmlData")
        binary = part_element.find(f"{_PACKAGE_NAMESPACE}binaryData")
        if inner is not None and len(inner):
            parts[name] = etree.tostring(inner[0], encoding="utf-8")
        elif binary is not None:
            try:
                parts[name] = b64decode("".join((binary.text or "").split()))
            except ValueError:
                parts[name] = b""
    return Package(None, parts)


#: A whole number at the start of an attribute (HTML, 2.3.4.2).
_SPAN_DIGITS_RE = re.compile(r"[ \t\n\f\r]*\+?([0-9]+)")


def read_span(cell: _Element, name: str, maximum: int = 60) -> int:
    """Return the colspan or rowspan (`name`) of a cell as browsers read it, at least 1.

    What follows the digits is ignored; rowspan 0 means all further rows of the group.
    """
    found = _SPAN_DIGITS_RE.match(cell.get(name) or "")
    span = parse_attribute_number(found[1], 1, maximum) if found else 1
    row = cell.getparent()
    if not span and name == "rowspan" and row is not None:
        span = 1 + sum(1 for _ in islice(row.itersiblings("tr"), maximum - 1))
    return max(1, span)


def parse_attribute_number(text: str | None, default: int, maximum: int = 60) -> int:
    """Return the whole number of an attribute, at most `maximum`, or the default if invalid."""
    if text is None or not text.isascii() or not text.isdecimal():
        return default
    return maximum if len(text) > 9 else min(int(text), maximum)
