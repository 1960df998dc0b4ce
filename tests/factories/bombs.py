"""Small files that cost a lot to read: decompression bombs, deep nesting, repetition and cycles."""

import struct
import zlib
from collections.abc import Callable
from functools import partial

from factories.hostile import BILLION_LAUGHS_XML, DEEP_XML, packed, png_declaring_size, sheet, with_part_replaced, word

_BODY = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body>%s</w:body></w:document>"
)
_LINE = "（一）推进政务公开。（牵头单位：市财政局）"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def docx_of_paragraphs(count: int) -> bytes:
    """Return a .docx with `count` paragraphs, each of them a task."""
    return word(_BODY % (f"<w:p><w:r><w:t>{_LINE}</w:t></w:r></w:p>" * count))


def pdf(
    stream: bytes,
    filters: bytes = b"/FlateDecode",
    pages: bytes = _PAGES,
    resources: bytes = b"<</Font<</F1 5 0 R>>>>",
    objects: tuple[bytes, ...] = (),
) -> bytes:
    """Return a PDF of one page with this content stream; `objects` are numbered from 6."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources%s>>" % resources,
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *objects,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def pdf_of_nested_forms(depth: int, times: int) -> bytes:
    """Return a 2 kB PDF of nested form XObjects, each of which draws the next one `times` times."""
    forms = []
    for number in range(6, 6 + depth):
        last = number == 5 + depth
        body = zlib.compress(b"BT /F1 9 Tf (ab) Tj ET 0 0 m 9 9 l S" if last else b"/X Do " * times)
        inner = b"/Font<</F1 5 0 R>>" if last else b"/XObject<</X %d 0 R>>" % (number + 1)
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<%s>>/Length %d/Filter/FlateDecode>>"
        forms.append(head % (inner, len(body)) + b"stream\n" + body + b"\nendstream")
    return pdf(zlib.compress(b"/X Do"), resources=b"<</XObject<</X 6 0 R>>>>", objects=tuple(forms))


def pdf_of_lines(count: int) -> bytes:
    """Return a PDF of one page with `count` drawn lines."""
    return pdf(zlib.compress(b"0 0 m 9 9 l S\n" * count, 9))


def _printed(times: int) -> bytes:
    return zlib.compress(b"BT /F1 9 Tf 1 0 0 1 9 9 Tm (ab) Tj ET\n" * times, 9)


def _merged(count: int) -> bytes:
    cells = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, count + 1))
    head = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    page = f"{head}<sheetData/><mergeCells>{cells}</mergeCells></worksheet>"
    return with_part_replaced(sheet(), "xl/worksheets/sheet1.xml", page)


_TABLES = "<w:tbl><w:tr><w:tc>" * 200 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 200
BOMBS: dict[str, Callable[[], bytes]] = {
    "60,000 paragraphs": lambda: docx_of_paragraphs(60_000),
    "7,900 paragraphs": lambda: docx_of_paragraphs(7_900),
    "tables 200 deep": lambda: word(_BODY % _TABLES),
    "deep XML": partial(word, DEEP_XML),
    "entities": partial(word, BILLION_LAUGHS_XML),
    "a zip bomb": lambda: packed(**{"word/document.xml": b"0" * 150_000_000}),
    "a million merged cells": lambda: _merged(1_000_000),
    "80 MB of printing in a PDF": lambda: pdf(_printed(2_100_000)),
    "80 MB of zeros in a PDF": lambda: pdf(zlib.compress(b"\0" * 80_000_000, 9)),
    "a GB packed twice in a PDF": lambda: pdf(
        zlib.compress(zlib.compress(b" " * 1_000_000_000, 9), 9), b"[/FlateDecode/FlateDecode]"
    ),
    "forms in forms in a PDF": lambda: pdf_of_nested_forms(8, 10),
    "4.5 million lines in a PDF": lambda: pdf_of_lines(4_500_000),
    "pages that go round": lambda: pdf(
        zlib.compress(b""), pages=b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 99999999>>"
    ),
    "a picture of 3,600 megapixels": lambda: png_declaring_size(60_000, 60_000),
    "an old file of noise": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 400_000,
    "a bracket that never closes": ("（牵头单位：" * 316_000).encode,
    "29,000 lines": ("（一）甲乙，（二）丙丁；牵头单位：市财政局、市教委\n" * 29_000).encode,
    "tables in divisions without end": lambda: b"<html><body>" + b"<div><table><tr><td>" * 60_000,
}


def sheet_part(name: str, head: str, unit: str, count: int) -> bytes:
    """Return a .xlsx in which one part repeats an element `count` times."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    end = head.split()[0]
    return packed(
        **{
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": f"<workbook {space}/>".encode(),
            name: f"<{head} {space}>".encode() + unit.encode() * count + f"</{end}>".encode(),
        }
    )


def nested_mail(levels: int) -> bytes:
    """Return a message with nested multipart parts."""
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(levels)
    )
    ends = b"".join(b"\r\n--b%d--" % level for level in reversed(range(levels)))
    return b"From: a@example.com\r\nSubject: x\r\n" + head + b"Content-Type: text/plain\r\n\r\nabc" + ends


def wide_mail(parts: int) -> bytes:
    """Return a message with very many small parts."""
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nabc\r\n" * parts
    return b'From: a@example.com\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + body + b"--b--"


def nested_zips(levels: int) -> bytes:
    """Return a .docx of nested .zip files, the innermost of which unpacks to 50 MB."""
    inner = packed(**{"a.bin": b"\0" * 50_000_000})
    for _ in range(levels):
        inner = packed(**{f"word/embeddings/{place}.docx": inner for place in range(8)})
    return packed(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>", "word/embeddings/x.docx": inner})


def pdf_of_object_stream() -> bytes:
    """Return a PDF whose object stream unpacks to 400 MB."""
    objects = zlib.compress(b"1 0 " * 100_000_000, 9)
    return pdf(zlib.compress(b"")).replace(
        b"trailer",
        b"9 0 obj\n<</Type/ObjStm/N 100000000/First 9/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\ntrailer"
        % (len(objects), objects),
    )


def large_png(side: int) -> bytes:
    """Return a valid PNG of one colour: a small file that is large when decoded."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" + b"\0" * (4 * side)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zip_with_entries(
    count: int, name: bytes = b"a/%d.html", *, size: int = 0, extra: bytes = b"", part: str = ""
) -> bytes:
    """Return a .zip with `count` entries. If `size` is given, all entries share one file.

    Args:
        count: entries.
        name: name of each entry, with %d for its number.
        size: unpacked size that each entry declares, in bytes.
        extra: extra field of each entry, for zip64.
        part: name of a first entry that makes the file a document.
    """
    inner = zlib.compress(b"\0" * 10_000_000, 9)[2:-4]
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(inner), 10_000_000, 1, 0) + b"a" + inner
    names = [part.encode()] * bool(part) + [name % number if b"%" in name else name for number in range(count)]
    kind, sizes = (20, 0, 20, 0, 0, 8, 0, 0), (0, len(inner) if size else 0, size)
    listed = b"".join(
        struct.pack("<4s4B4H3L5H2L", b"PK\1\2", *kind, *sizes, len(each), len(extra), 0, 0, 0, 0, 0) + each + extra
        for each in names
    )
    stated = min(len(names), 0xFFFF)
    return local + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, stated, stated, len(listed), len(local), 0)


def contradictory_zip64(count: int) -> bytes:
    """Return a .zip whose old end record names no entries and whose zip64 record names all of them."""
    data = zip_with_entries(count)
    (size, start) = struct.unpack("<2L", data[-10:-2])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    return data[:-22] + record + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, 0, 0, 0)


#: Archives whose central directory is expensive to list.
ZIP_BOMBS: dict[str, Callable[[], bytes]] = {
    "a million entries": lambda: zip_with_entries(1_000_000, part="word/document.xml"),
    "a million entries of zip64": lambda: contradictory_zip64(1_000_000),
    "3,000 names of 64 kB": lambda: zip_with_entries(3_000, b"\xe5" * 65_535),
    "4,000 entries that are one": lambda: zip_with_entries(4_000, b"%d.txt", size=10_000_000),
    "sizes of 2 to the 63rd": lambda: zip_with_entries(
        900, b"%d.txt", size=0xFFFFFFFF, extra=struct.pack("<2HQ", 1, 8, (1 << 63) - 1)
    ),
    "a directory of an exabyte": lambda: contradictory_zip64(1).replace(
        struct.pack("<Q", len(zip_with_entries(1)) - 22 - struct.unpack("<L", zip_with_entries(1)[-6:-2])[0]),
        struct.pack("<Q", 1 << 60),
    ),
}


def repeating_page(unit: bytes, size: int = 5_000_000) -> bytes:
    """Return an HTML page that repeats `unit` up to `size` bytes."""
    return b"<!doctype html><html><title>x</title><body>" + unit * (size // max(1, len(unit)))


#: Pages of other sites that are expensive to parse for their length.
PAGE_BOMBS: dict[str, Callable[[], bytes]] = {
    "1.6 million paragraphs": lambda: repeating_page(b"<p>"),
    "bold that never ends": lambda: repeating_page(b"<b>a<p>"),
    "divisions without end": lambda: repeating_page(b"<div>"),
    "a tag of 600,000 attributes": lambda: repeating_page(b"").replace(
        b"<body>", b"<a " + b" ".join(b"a%d=1" % number for number in range(600_000)) + b">"
    ),
    "250,000 links": lambda: repeating_page(b"").replace(
        b"<body>", b"".join(b"<a href=/%d>a</a>" % number for number in range(250_000))
    ),
    "a line of 220,000 days": lambda: repeating_page("关于2026年3月5日".encode()),
    "5 MB of <": lambda: repeating_page(b"<"),
}


def feed_with_description(entry: bytes) -> bytes:
    """Return an RSS feed with one entry that has this description."""
    return (
        b"<?xml version='1.0'?><rss><channel><item><title>a</title><description>"
        + entry
        + b"</description></item></channel></rss>"
    )


#: Feeds that are expensive to parse.
FEED_BOMBS: dict[str, Callable[[], bytes]] = {
    "600,000 elements in each other": lambda: feed_with_description(b"<a>" * 600_000 + b"</a>" * 600_000),
    "a million empty elements": lambda: feed_with_description(b"<a/>" * 1_000_000),
    "a description of <": lambda: feed_with_description(b"&lt;" * 1_000_000),
    "entities of entities": lambda: b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss>&b;</rss>',
}


def cyclic_compound_file() -> bytes:
    """Return a 2 kB compound file with a cyclic sector list that declares two billion sectors."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<5H", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    lists = (1 << 31) // 127
    struct.pack_into("<9I", head, 40, 0, 109 + lists * 127, 0, 0, 4096, 0xFFFFFFFE, 0, 1, lists)
    struct.pack_into("<109I", head, 76, *([0] * 109))
    return bytes(head) + struct.pack("<128I", *([0] * 128)) + struct.pack("<128I", *([0] * 127), 1)


def compound_file_with_wide_directory(megabytes: int) -> bytes:
    """Return a compound file that is one directory whose entries form a sibling chain."""
    sectors = megabytes * 2048
    tables = sectors // 127 + 1
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<5H", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<9I", head, 40, 0, tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", head, 76, *range(min(tables, 109)), *([0xFFFFFFFF] * (109 - min(tables, 109))))
    following = [*([0xFFFFFFFD] * tables), *range(tables + 1, tables + sectors), 0xFFFFFFFE]
    following += [0xFFFFFFFF] * (tables * 128 - len(following))
    entries = []
    for number in range(sectors * 4):
        name = f"{number}".encode("utf-16-le")
        kind, beside, child = (5, 0xFFFFFFFF, 1) if not number else (2, number + 1, 0xFFFFFFFF)
        if number == sectors * 4 - 1:
            beside = 0xFFFFFFFF
        entries.append(
            name.ljust(64, b"\0") + struct.pack("<H2B3I", len(name) + 2, kind, 1, 0xFFFFFFFF, beside, child) + bytes(48)
        )
    return bytes(head) + struct.pack(f"<{len(following)}I", *following) + b"".join(entries)


#: Compound files that keep a library busy if it loads all sector tables.
COMPOUND_BOMBS: dict[str, Callable[[], bytes]] = {
    "tables that go round": cyclic_compound_file,
    "a directory of 7 MB": lambda: compound_file_with_wide_directory(6),
}


def pdf_of_scattered_words(words: int) -> bytes:
    """Return a PDF with words at random places, which layout analysis compares pairwise."""
    places = (((number * 7919) % 595, (number * 104_729) % 842) for number in range(words))
    return pdf(zlib.compress(b"".join(b"BT /F1 3 Tf 1 0 0 1 %d %d Tm (ab) Tj ET\n" % place for place in places), 9))


def cyclic_pdf() -> bytes:
    """Return a PDF whose cross-reference table names itself as the previous one."""
    data = pdf(zlib.compress(b""))
    return data.replace(b"trailer<<", b"trailer<</Prev %d" % data.rindex(b"xref\n0 6"))


def gif(width: int, height: int) -> bytes:
    """Return a GIF of one pixel that declares a frame of this size."""
    frame = b"\x2c" + struct.pack("<4HB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<2H3B", 1, 1, 0x80, 0, 0) + bytes(6) + frame + b";"


def png_with_text_chunk(megabytes: int) -> bytes:
    """Return a PNG with a text chunk that unpacks to `megabytes` MB."""
    said = b"Comment\0\0" + zlib.compress(b"a" * (megabytes * 1_000_000), 9)
    remark = struct.pack(">I", len(said)) + b"zTXt" + said + struct.pack(">I", zlib.crc32(b"zTXt" + said))
    whole = large_png(8)
    return whole[:33] + remark + whole[33:]


#: Files for other readers than those of notices and texts: kind of reader → name → file.
OTHER_BOMBS: dict[str, dict[str, Callable[[], bytes]]] = {
    "sheet": {
        "3 million shared strings": lambda: sheet_part("xl/sharedStrings.xml", "sst", "<si><t>a</t></si>", 3_000_000),
        "5 million styles": lambda: sheet_part("xl/styles.xml", "styleSheet", "<xf/>", 5_000_000),
        "a million merged cells": lambda: _merged(1_000_000),
        "cells at the end of all columns": lambda: with_part_replaced(
            sheet(),
            "xl/worksheets/sheet1.xml",
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            + "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 20_000))
            + '<row r="1048576"><c r="ZZZZZZZ1048576"><v>1</v></c></row></sheetData></worksheet>',
        ),
        "5 million commas": lambda: b",,,,,,,,,\n" * 500_000 + b"a,b\n",
    },
    "mail": {
        "90 parts in each other": lambda: nested_mail(90),
        "5,000 parts in each other": lambda: nested_mail(5_000),
        "a million parts": lambda: wide_mail(1_000_000),
        "a head of 20 MB": lambda: b"Subject: x\r\n" + b"Received: from a by b\r\n" * 900_000 + b"\r\nabc",
        "HTML 100,000 deep": lambda: b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    },
    "docx": {"packages in packages": lambda: nested_zips(4), "entities": partial(word, BILLION_LAUGHS_XML)},
    "pdf": {
        "a table of objects before itself": cyclic_pdf,
        "an inline picture that never ends": lambda: pdf(
            zlib.compress(b"BI /W 9 /H 9 /BPC 8 /CS /G ID " + b"\0" * 20_000_000, 9)
        ),
        "brackets in each other": lambda: pdf(zlib.compress(b"<<" * 500_000)).replace(
            b"/Type/Catalog", b"/A " + b"[" * 200_000
        ),
        "20,000 words anywhere": lambda: pdf_of_scattered_words(20_000),
        "objects in a stream of 400 MB": pdf_of_object_stream,
        "80 MB of printing": lambda: pdf(_printed(2_100_000)),
        "forms in forms": lambda: pdf_of_nested_forms(8, 10),
        "4.5 million lines": lambda: pdf_of_lines(4_500_000),
        "a GB packed twice": lambda: pdf(
            zlib.compress(zlib.compress(b" " * 1_000_000_000, 9), 9), b"[/FlateDecode/FlateDecode]"
        ),
    },
    "picture": {
        "a frame larger than its picture": lambda: gif(65_535, 65_535),
        "a remark of 200 MB": lambda: png_with_text_chunk(200),
        "3,600 megapixels that are not there": lambda: png_declaring_size(60_000, 60_000),
        "79 megapixels of one colour": lambda: large_png(8_900),
        "120 megapixels of one colour": lambda: large_png(11_000),
    },
    "notice": {
        "an old file of noise, .wps": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 400_000,
        "an .ofd of 60 MB of pages": lambda: packed(
            **{"OFD.xml": b"<OFD/>", "Doc_0/Pages/Page_0/Content.xml": b"<TextCode>a</TextCode>" * 2_800_000}
        ),
    },
}
