"""Files made to break readers: valid files that are damaged, and files that only claim a type."""

import io
import random
import struct
import zipfile
import zlib
from functools import cache

import docx
import openpyxl


def word(body: str = "") -> bytes:
    paper = docx.Document()
    paper.add_paragraph("关于印发任务分工的通知")
    table = paper.add_table(2, 3)
    for cell in table._cells:
        cell.text = "格"
    out = io.BytesIO()
    paper.save(out)
    return with_part_replaced(out.getvalue(), "word/document.xml", body) if body else out.getvalue()


def sheet() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in range(5):
        page.append(["名称", "=HYPERLINK(1)", row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part_replaced(data: bytes, name: str, text: str) -> bytes:
    """Return a package with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
    return out.getvalue()


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
    return out.getvalue()


def marked_as_encrypted(data: bytes) -> bytes:
    """Return a package that declares its parts as encrypted."""
    made = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(sign)
        while at >= 0:
            made[at + place] |= 1
            at = made.find(sign, at + 4)
    return bytes(made)


def corrupt_bytes(data: bytes, seed: int) -> bytes:
    """Return the bytes with a few of them changed at random."""
    dice, made = random.Random(seed), bytearray(data)
    for _ in range(dice.choice([1, 2, 6])):
        made[dice.randrange(len(made))] = dice.randrange(256)
    return bytes(made)


def png_declaring_size(width: int, height: int) -> bytes:
    """Return a small PNG that declares this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


BILLION_LAUGHS_XML = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 99 + '">]><a>&b;</a>'
EXTERNAL_ENTITY_XML = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
DEEP_XML = "<a>" * 60_000
#: Kinds with a reader of their own: every upload page is tried with these.
DISTINCT_KINDS = ("noise", "a sheet cut", "a Word file cut", "a bomb", "a PDF of a head")


@cache
def hostile_files() -> dict[str, bytes]:
    """Return hostile files by kind; made once, on first use."""
    return {
        "nothing": b"",
        "blanks": b" \n\t" * 9,
        "noise": random.Random(1).randbytes(5000),
        "zeros": b"\0" * 70_000,
        "half a character": "公开".encode()[:-1],
        "utf-16": "名称,代码\n甲,1".encode("utf-16"),
        "one endless line": b"a," * 100_000,
        "quotes that never close": b'"' + b"x\n" * 90_000,
        "a sheet cut": sheet()[:-500],
        "a sheet locked": marked_as_encrypted(sheet()),
        "a sheet that laughs": with_part_replaced(sheet(), "xl/workbook.xml", BILLION_LAUGHS_XML),
        "a sheet that reads files": with_part_replaced(sheet(), "xl/worksheets/sheet1.xml", EXTERNAL_ENTITY_XML),
        "a deep sheet": with_part_replaced(sheet(), "xl/worksheets/sheet1.xml", DEEP_XML),
        "a Word file cut": word()[:-500],
        "a Word file locked": marked_as_encrypted(word()),
        "a Word file that laughs": word(BILLION_LAUGHS_XML),
        "a Word file that reads files": word(EXTERNAL_ENTITY_XML),
        "a deep Word file": word(DEEP_XML),
        "a bomb": packed(**{"xl/workbook.xml": b"0" * 60_000_000, "word/document.xml": b"0" * 60_000_000}),
        "paths upwards": packed(**{"../../../../tmp/x.docx": word(), "/etc/x.txt": b"x", "C:\\x.txt": b"x"}),
        "a zip in a zip": packed(**{"a.zip": packed(**{"b.zip": packed(**{"c.txt": b"x"})})}),
        "an old Word file that is none": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000,
        "a PDF of a head": b"%PDF-1.7\n",
        "a PDF that turns in circles": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>",
        "a picture of a million lines": png_declaring_size(1_000_000, 1_000_000),
        "a page with scripts": b"<html><script>alert(1)</script><table><tr><td>" + b"<td>" * 5000,
    }


UPLOAD_NAMES = ("x.xlsx", "x.docx", "x.zip", "../../x.pdf")
