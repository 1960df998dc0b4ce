"""The first bytes of a file must fit its suffix."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.files.content_checks import (
    SIGNATURE_CHECKS,
    describe_misfit,
    has_first_bytes_of,
    has_matching_content,
)
from gongkai.core.files.kinds import (
    FILE_KINDS_BY_SUFFIX,
    PUBLIC_FILE_TYPES,
    clean_file_name,
    has_stored_type,
    share_signature,
)


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SAMPLES = {
    "pdf": b"%PDF-1.4 x",
    "ofd": zipped("OFD.xml"),
    "doc": OLE,
    "docx": zipped("[Content_Types].xml", "word/document.xml"),
    "wps": OLE,
    "xls": OLE,
    "xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "et": OLE,
    "ppt": OLE,
    "pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    "dps": OLE,
    "rtf": b"{\\rtf1 x}",
    "odt": zipped("content.xml"),
    "txt": "名单".encode(),
    "csv": "名单,电话".encode("gb18030"),
    "eml": b"From: a@b\r\n\r\nx",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "jpg": b"\xff\xd8\xff\xe0" + bytes(40),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(40),
    "gif": b"GIF89a" + bytes(40),
    "webp": b"RIFF\0\0\0\0WEBPVP8 " + bytes(40),
    "bmp": b"BM" + bytes(40),
    "tif": b"II*\0" + bytes(40),
    "tiff": b"MM\0*" + bytes(40),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(8),
    "mp3": b"\xff\xe3" + bytes(40),
    "m4a": b"\0\0\0\x20ftypM4A " + bytes(40),
    "wav": b"RIFF\0\0\0\0WAVE" + bytes(40),
    "mp4": b"\0\0\0\x18ftypisom\0\0\0\0isom" + bytes(8),
    "mov": b"\0\0\0\x14ftypqt  " + bytes(40),
    "zip": zipped("a.txt"),
    "rar": b"Rar!\x1a\x07\x00" + bytes(40),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
}


def fits_bytes(data, suffix):
    return has_matching_content(io.BytesIO(data), suffix)


def test_every_file_kind_has_a_signature_and_a_sample():
    assert set(SAMPLES) == set(FILE_KINDS_BY_SUFFIX)
    assert {kind.family for kind in FILE_KINDS_BY_SUFFIX.values()} == set(SIGNATURE_CHECKS)


@pytest.mark.parametrize("suffix", sorted(FILE_KINDS_BY_SUFFIX))
def test_sample_fits_only_kinds_of_its_signature(suffix):
    data = SAMPLES[suffix]
    assert fits_bytes(data, suffix)
    wrong = {
        other
        for other, kind in FILE_KINDS_BY_SUFFIX.items()
        if fits_bytes(data, other) and not share_signature(suffix, other) and kind.family != "ole or zip"
    }
    allowed = {"heic": {"m4a", "mp4", "mov"}, "rtf": {"doc", "xls", "ppt"}}
    if FILE_KINDS_BY_SUFFIX[suffix].family == "ole or zip":
        allowed = {suffix: {"doc", "xls", "ppt"}}
    assert wrong <= allowed.get(suffix, set())


@pytest.mark.parametrize("suffix", ["docx", "odt", "xlsx", "pptx", "ofd"])
def test_zip_without_the_document_part_does_not_fit(suffix):
    assert not fits_bytes(zipped("run.exe"), suffix)


def test_truncated_document_is_described_as_damaged():
    cut = io.BytesIO(zipped("word/document.xml")[:60])
    assert describe_misfit(cut, "docx", "不符", damaged=False).startswith("文件已损坏")
    assert describe_misfit(io.BytesIO(zipped("run.exe")), "docx", "不符", damaged=False) == "不符"


@pytest.mark.parametrize("data", [b"MZ" + bytes(60), b"\x7fELF" + bytes(60), b"<html>", b"<svg/>", b"#!/bin/sh\0"])
def test_programs_and_web_pages_fit_no_kind(data):
    assert [suffix for suffix in FILE_KINDS_BY_SUFFIX if fits_bytes(data, suffix)] == []


def test_word_xml_and_mht_fit_doc():
    flat = b'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    archive = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x"
    assert fits_bytes(flat, "doc")
    assert fits_bytes(archive, "doc")
    assert not fits_bytes(flat, "docx")
    assert not fits_bytes(b'<?xml version="1.0"?><html>', "doc")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16", "utf-16-be", "utf-16-le"])
def test_text_fits_in_any_supported_encoding(charset):
    assert fits_bytes("石桥县通知\n户主李明住桃柳村。\n".encode(charset), "txt")


@pytest.mark.parametrize("text", ["BM系列", "MZ型设备", "ID3标准", "FWS", "%!", "PK"])
def test_text_may_begin_with_letters_of_another_signature(text):
    assert fits_bytes(text.encode(), "txt")


@given(st.binary(max_size=300), st.sampled_from(sorted(FILE_KINDS_BY_SUFFIX)))
def test_any_bytes_are_checked_without_error(data, suffix):
    assert isinstance(fits_bytes(data, suffix), bool)
    assert isinstance(has_first_bytes_of(data, suffix), bool)


@given(st.text(max_size=300))
def test_clean_file_name_keeps_suffix_and_drops_folders(name):
    cleaned = clean_file_name(f"..\\..\\{name}.pdf")
    assert cleaned.endswith(".pdf") or cleaned == "pdf"
    assert "/" not in cleaned
    assert "\\" not in cleaned
    assert len(cleaned) <= 200
    assert clean_file_name("..\\..\\etc/预算\n表?.PDF") == "预算表.PDF"


def test_public_file_types_are_a_subset_of_known_kinds():
    assert set(PUBLIC_FILE_TYPES) < set(FILE_KINDS_BY_SUFFIX)
    assert not {"eml", "7z", "rtf", "heic"} & set(PUBLIC_FILE_TYPES)
    assert has_stored_type("a.docx", FILE_KINDS_BY_SUFFIX["zip"].type)
    assert not has_stored_type("a.pdf", FILE_KINDS_BY_SUFFIX["zip"].type)
