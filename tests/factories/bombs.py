"""Files that cost whoever opens them far more than they weigh: few bytes that unpack, repeat, nest or go round. Made by code, name → file."""

import zlib
from collections.abc import Callable
from functools import partial

from factories.hostile import DEEP, LAUGHS, packed, picture, sheet, swapped, word

_BODY = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body>%s</w:body></w:document>"
)
_LINE = "（一）推进政务公开。（牵头单位：市财政局）"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def paragraphs(count: int) -> bytes:
    """A .docx of so many paragraphs, each a task."""
    return word(_BODY % (f"<w:p><w:r><w:t>{_LINE}</w:t></w:r></w:p>" * count))


def pdf(stream: bytes, filters: bytes = b"/FlateDecode", pages: bytes = _PAGES) -> bytes:
    """A PDF of one page with this packed content."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def _printed(times: int) -> bytes:
    return zlib.compress(b"BT /F1 9 Tf 1 0 0 1 9 9 Tm (ab) Tj ET\n" * times, 9)


def _merged(count: int) -> bytes:
    cells = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, count + 1))
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    page = f"{head}<sheetData/><mergeCells>{cells}</mergeCells></worksheet>"
    return swapped(sheet(), "xl/worksheets/sheet1.xml", page)


_TABLES = "<w:tbl><w:tr><w:tc>" * 200 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 200
BOMBS: dict[str, Callable[[], bytes]] = {
    "60,000 paragraphs": lambda: paragraphs(60_000),
    "7,900 paragraphs": lambda: paragraphs(7_900),
    "tables 200 deep": lambda: word(_BODY % _TABLES),
    "deep XML": partial(word, DEEP),
    "entities": partial(word, LAUGHS),
    "a zip bomb": lambda: packed(**{"word/document.xml": b"0" * 150_000_000}),
    "a million merged cells": lambda: _merged(1_000_000),
    "80 MB of printing in a PDF": lambda: pdf(_printed(2_100_000)),
    "80 MB of zeros in a PDF": lambda: pdf(zlib.compress(b"\0" * 80_000_000, 9)),
    "a GB packed twice in a PDF": lambda: pdf(
        zlib.compress(zlib.compress(b" " * 1_000_000_000, 9), 9), b"[/FlateDecode/FlateDecode]"
    ),
    "pages that go round": lambda: pdf(
        zlib.compress(b""), pages=b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 99999999>>"
    ),
    "a picture of 3,600 megapixels": lambda: picture(60_000, 60_000),
    "an old file of noise": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 400_000,
    "a bracket that never closes": ("（牵头单位：" * 316_000).encode,
    "29,000 lines": ("（一）甲乙，（二）丙丁；牵头单位：市财政局、市教委\n" * 29_000).encode,
    "tables in divisions without end": lambda: b"<html><body>" + b"<div><table><tr><td>" * 60_000,
}
