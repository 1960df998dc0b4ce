"""Archives and compound files that are expensive for their size are checked before parsing."""

import io
import random
import time
import zipfile
from contextlib import suppress

import pytest

from factories.bombs import COMPOUND_BOMBS, ZIP_BOMBS, contradictory_zip64, zip_with_entries
from factories.hostile import packed
from gongkai.content.migration.bundles import ZipSource
from gongkai.content.policies.actions.files import unpack_upload
from gongkai.core.acts.action import Refused
from gongkai.core.files.content_checks import has_matching_content
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.lib.confined import BOUNDS_BY_NAME
from gongkai.lib.fileformats.compound import is_locked
from gongkai.lib.fileformats.zips import TooManyEntries, open_zip


def truncated_zip(compression, share):
    """Return a .zip cut within its last entry, so that the only directory is that of the inner .zip."""
    inner, whole = packed(**{"内.txt": b"y" * 90}), io.BytesIO()
    with zipfile.ZipFile(whole, "w") as bundle:
        bundle.writestr("外.txt", b"x" * 500, compression)
        bundle.writestr("内.zip", inner)
        bundle.writestr("后.txt", random.Random(1).randbytes(9_000), compression)
        end = bundle.start_dir
    start = whole.getvalue().index(inner) + len(inner)
    return whole.getvalue()[: start + round((end - start) * share)]


@pytest.mark.parametrize("make", [zip_with_entries, contradictory_zip64])
def test_entries_are_counted_whatever_file_declares(make):
    most = BOUNDS_BY_NAME["parts"].most
    with pytest.raises(TooManyEntries, match="超过5000个"):
        open_zip(make(most + 1), "parts")
    assert len(open_zip(make(most), "parts").infolist()) == most


def test_trailing_comment_does_not_hide_entries():
    whole = zip_with_entries(5_001)
    with pytest.raises(TooManyEntries):
        open_zip(whole[:-2] + b"\x03\x00abc", "parts")


def test_valid_zip_is_opened_from_bytes_file_and_path(tmp_path):
    data, place = packed(**{"甲.txt": b"x" * 1000}), tmp_path / "a.zip"
    place.write_bytes(b"before it" + data)
    for source in (data, io.BytesIO(data), place):
        with open_zip(source) as bundle:
            assert bundle.read("甲.txt") == b"x" * 1000


@pytest.mark.parametrize(
    "data",
    [
        zip_with_entries(2, b"%d.txt", size=10_000_000),  # entries that share their bytes
        *(
            truncated_zip(level, share)
            for level in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            for share in (1, 0.98, 0.8)
        ),
    ],
)
def test_directory_that_does_not_cover_file_is_damaged(data):
    with pytest.raises(zipfile.BadZipFile):
        open_zip(data)
    with pytest.raises(UnreadableFile, match="已损坏"):
        ZipSource(io.BytesIO(data))


@pytest.mark.parametrize("name", [name for name in ZIP_BOMBS if "million" not in name])
def test_hostile_zip_is_checked_in_bounded_time(name):
    data, begun = ZIP_BOMBS[name](), time.process_time()
    has_matching_content(io.BytesIO(data), "docx")
    for take in (lambda: ZipSource(io.BytesIO(data)), lambda: unpack_upload("x.zip", data)):
        with suppress(UnreadableFile, Refused):
            take()
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("name", COMPOUND_BOMBS)
def test_hostile_compound_file_is_checked_in_bounded_time(name):
    data, begun = COMPOUND_BOMBS[name](), time.process_time()
    assert not is_locked(io.BytesIO(data))
    assert time.process_time() - begun < 1
