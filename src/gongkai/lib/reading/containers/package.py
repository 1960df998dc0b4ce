"""Open zip packages of office formats within bounds, without entities or network access."""

import zipfile

from lxml import etree

from gongkai.lib.confined import BOUNDS
from gongkai.lib.fileformats.zips import BROKEN_ZIP, Overfull, open_zip
from gongkai.lib.reading.document import refuse_over
from gongkai.lib.reading.model import ReadingError


def whole(text: str | None, default: int, most: int = 60) -> int:
    """Return the whole number of an attribute, at most `most`, or the default if invalid."""
    if text is None or not text.isascii() or not text.isdecimal():
        return default
    return most if len(text) > 9 else min(int(text), most)


class Package:
    """A zip file whose parts are read one at a time within the bounds."""

    def __init__(self, archive: zipfile.ZipFile, kind: str) -> None:
        self.archive = archive
        self.kind = kind
        self.names = set(archive.namelist())

    def has(self, name: str) -> bool:
        """Return whether the part exists."""
        return name in self.names

    def read(self, name: str, limit: int = BOUNDS["part"].most) -> bytes:
        """Return a part, limited in size whatever the zip directory claims."""
        try:
            with self.archive.open(name) as stream:
                data = stream.read(limit + 1)
        except BROKEN_ZIP as error:
            raise ReadingError(f"{self.kind}已损坏或有密码，请用办公软件打开后另存为新文件再试。") from error
        refuse_over("part", len(data) if len(data) > limit else 0)
        return data

    def xml(self, name: str) -> etree._Element:
        """Parse a part."""
        data = self.read(name)
        refuse_over("rows", _count_tag(data, b"<w:tr"))
        refuse_over("cells", _count_tag(data, b"<w:tc"))
        refuse_over("paragraphs", _count_tag(data, b"<w:p") - _count_tag(data, b"<w:tc"))
        refuse_over("elements", data.count(b"<"))
        return parse_xml(data, self.kind)


def _count_tag(data: bytes, tag: bytes) -> int:
    return data.count(tag + b" ") + data.count(tag + b">")


def parse_xml(data: bytes, kind: str) -> etree._Element:
    """Return the root element; no entities, no network, no huge trees.

    Raises:
        ReadingError: for XML that is broken or declares a document type.
    """
    if b"<!DOCTYPE" in data[:4000] or b"<!ENTITY" in data[:100_000]:
        raise ReadingError(f"{kind}含有不允许的XML声明，请用办公软件另存为新文件再试。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadingError(f"{kind}内容已损坏，请用办公软件打开后另存为新文件再试。") from error


def open_package(data: bytes, needed: str, kind: str, *, required: bool = True) -> Package:
    """Open bytes as a package that has the part `needed`.

    Raises:
        ReadingError: where they are no zip, hold too much, or are something else.
    """
    try:
        archive = open_zip(data, "parts")
        infos = archive.infolist()
    except Overfull as error:
        raise ReadingError(str(error)) from error
    except BROKEN_ZIP as error:
        raise ReadingError(f"这不是{kind}或文件已损坏，请用办公软件打开后另存为新文件再试。") from error
    refuse_over("unpacked", sum(info.file_size for info in infos))
    package = Package(archive, kind)
    if required and not package.has(needed):
        raise ReadingError(f"这不是{kind}，请选择通知的.docx、.xlsx、.pdf、.html或.txt文件。")
    return package
