"""Files that were made to break whoever reads them, handed to the readers themselves: what they refuse in words, never an error of a library."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image

from factories.hostile import SHARP, TAKEN, hit, hostile, locked, packed, sheet, word
from gongkai.content.checks.faults import find_picture_error
from gongkai.content.migration.bundles import ZipSource
from gongkai.content.migration.personal import OldFile, find_in_row
from gongkai.content.policies.actions.files import unpack_upload
from gongkai.content.publishing.freezing import strip_metadata
from gongkai.core.acts.action import Refused
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.lib.fileformats.workbooks.rows import read_workbook
from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice
from gongkai.lib.richtext import UnfitText, convert_office_text


def photo(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, form)
    return out.getvalue()


def summed(data: bytes) -> bytes:
    """Return a PNG whose checksums hold, so that what is wrong inside is read."""
    made, at = bytearray(data), 8
    while at + 12 <= len(made):
        (length,) = struct.unpack_from(">I", made, at)
        if at + 12 + length > len(made):
            break
        struct.pack_into(">I", made, at + 8 + length, zlib.crc32(bytes(made[at + 4 : at + 8 + length])))
        at += 12 + length
    return bytes(made)


#: How often bytes are hit: some places always, many in `make test-all`.
SOME, MANY = range(10), pytest.param(range(600), marks=pytest.mark.slow, id="many")


@pytest.mark.parametrize("seeds", [SOME, MANY], ids=lambda one: "some")
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("read", [find_picture_error, strip_metadata], ids=["shown", "attached"])
def test_pictures_hit_anywhere(read: Callable[[bytes], Any], form: str, seeds: range) -> None:
    whole = photo(form)
    for seed in seeds:
        made = hit(whole, seed)
        for data in (summed(made) if form == "PNG" else made, whole[: seed % len(whole)]):
            with suppress(Refused):  # a picture whose head was hit may claim a billion pixels
                read(data)


def readers() -> Iterator[tuple[str, bytes, Callable[[bytes], Any]]]:
    def zipped(data: bytes) -> None:
        bundle = ZipSource(io.BytesIO(data))
        for name in bundle.names():
            bundle.read(name)

    bundle = packed(**{"甲.txt": "内容".encode() * 200, "a/乙.docx": word()})
    yield "sheet", sheet(), read_workbook
    yield "old site", bundle, zipped
    yield (
        "old file",
        word(),
        lambda data: find_in_row("标题", "<p>x</p>", {}, [OldFile("x.docx", "docx", data)]),
    )
    yield "originals", bundle, lambda data: unpack_upload("x.zip", data)
    yield "word", word(), lambda data: convert_office_text(data, "x.docx", lambda picture, name: "")
    yield "notice", word(), lambda data: read_notice(data, name="x.docx")


@pytest.mark.parametrize(
    "whole", [pytest.param(False, id="in turn"), pytest.param(True, id="all", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", TAKEN)
def test_any_kind_by_any_name(name: str, whole: bool) -> None:
    """The sharp kinds by all names and two of the readers, each other one by one of them."""
    for number, (kind, data) in enumerate(hostile().items()):
        if not whole and kind not in SHARP and (number + TAKEN.index(name)) % len(TAKEN):
            continue
        readers_in_turn: tuple[Callable[[bytes], Any], ...] = (
            lambda data: read_notice(data, name=name),
            lambda data: unpack_upload(name, data),
            lambda data: convert_office_text(data, name, lambda picture, name: ""),
            lambda data: find_in_row("标题", "<p>x</p>", {}, [OldFile(name, name[-4:].strip("."), data)]),
        )
        for read in readers_in_turn if whole else readers_in_turn[number % 2 :: 2]:
            with suppress(Refused, UnfitText, UnreadableFile, ReadingError):
                read(data)


@pytest.mark.parametrize(("name", "data", "read"), list(readers()), ids=lambda one: one if isinstance(one, str) else "")
@pytest.mark.parametrize("seeds", [SOME[:8], MANY], ids=lambda one: "some")
def test_bytes_hit_anywhere(name: str, data: bytes, read: Callable[[bytes], Any], seeds: range) -> None:
    for seed in seeds[:120]:
        for made in (hit(data, seed), locked(hit(data, seed)) if seed % 10 == 0 else data[: seed * 7]):
            try:
                read(made)
            except (Refused, UnfitText, UnreadableFile, ReadingError):
                continue
