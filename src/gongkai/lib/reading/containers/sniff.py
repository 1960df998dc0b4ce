"""Detect the format of a file by its content and call the reader of that format."""

import re

from gongkai.lib.fileformats.compound import OLE
from gongkai.lib.fileformats.workbooks.rows import is_strict
from gongkai.lib.reading.containers.text import decode
from gongkai.lib.reading.document import Document, refuse_over
from gongkai.lib.reading.model import ReadingError

_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_SIGNATURES = {
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"II*\x00": "图片",
    b"MM\x00*": "图片",
    b"BM": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
}


#: Root elements of office files that are one XML file: flat OPC, Word 2003, Excel 2003, flat OpenDocument.
_OFFICE_XML = re.compile(rb"<(?:\w+:)?(?:package|worddocument|workbook|document-content|office:document)[\s>]")


def load(data: bytes, name: str | None = None) -> Document:
    """Return the blocks of a file.

    Raises:
        ReadingError: one Chinese line that says what to do.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadingError("文件是空的，请选择通知的.docx、.xlsx、.pdf、.html或.txt文件。")
    refuse_over("notice bytes", len(data))
    document = _read_by_signature(data)
    document.check_size()
    return document


def _read_by_signature(data: bytes) -> Document:
    if data.startswith(_ZIP_SIGNATURES):
        return _read_zip(data)
    if data.startswith(OLE):
        from gongkai.lib.reading.containers.ole import read_ole

        return read_ole(data)
    if b"%PDF-" in data[:1024]:
        from gongkai.lib.reading.containers.pdf import read_pdf

        return read_pdf(data)
    for magic, what in _OTHER_SIGNATURES.items():
        if data.startswith(magic) and (magic != b"BM" or b"\x00" in data[:64]):
            if what == "图片":
                from gongkai.lib.reading.containers.scan import pictures_of_image, read_scan

                return read_scan(pictures_of_image(data))
            raise ReadingError(f"这是{what}，不能直接读取，请提供通知的.docx、.xlsx、.pdf、.html或.txt文件。")
    if data.lstrip()[:5] == b"{\\rtf":
        from gongkai.lib.reading.containers.documents import read_document

        return read_document(data, "rtf")
    return _read_text(data)


def _read_zip(data: bytes) -> Document:
    from gongkai.lib.reading.containers.package import open_package

    names = open_package(data, "[any]", "办公文档", required=False).names
    if "word/document.xml" in names:
        from gongkai.lib.reading.containers.documents import read_document

        return read_document(data, "docx")
    if "xl/workbook.xml" in names:
        from gongkai.lib.reading.containers.documents import read_document
        from gongkai.lib.reading.containers.xlsx import read_xlsx

        return read_document(data, "xlsx") if is_strict(data) else read_xlsx(data)
    if "OFD.xml" in names:
        from gongkai.lib.reading.containers.documents import read_ofd

        return read_ofd(data)
    if {"content.xml", "META-INF/manifest.xml"} <= names:
        from gongkai.lib.reading.containers.documents import read_document

        return read_document(data, "odt")
    raise ReadingError("这是压缩包或不认识的格式，请选择通知的.docx、.xlsx、.pdf、.html或.txt文件。")


def _read_text(data: bytes) -> Document:
    head = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _OFFICE_XML.search(head):
        from gongkai.lib.reading.containers.documents import read_document

        return read_document(data, "xml")
    if (
        re.search(rb"<(?:!doctype html|html|head|body|table|div|meta|\?xml)[\s>]", head)
        or b"mime-version:" in head[:500]
    ):
        from gongkai.lib.reading.containers.html import read_html

        return read_html(data)
    from gongkai.lib.reading.layouts.split import blocks_of

    return blocks_of(decode(data))
