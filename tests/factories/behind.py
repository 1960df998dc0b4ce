"""Assertions about hidden text in office files: it is found, and masking removes it."""

import zipfile
from pathlib import Path

from gongkai.lib.privacy import find, mask_file
from gongkai.lib.privacy.files.hidden_text import read_hidden_text
from gongkai.lib.privacy.files.text import read_file_text

ID_NUMBER = "42010619900101001X"


def assert_found_in_hidden_text(folder: Path, suffix: str, content: bytes) -> Path:
    """Assert that the number is only in a file's hidden text, and that it is found there."""
    source = folder / f"file.{suffix}"
    source.write_bytes(content)
    assert ID_NUMBER not in read_file_text(source)
    assert [one.text for one in find(read_hidden_text(source).text)] == [ID_NUMBER]
    return source


def assert_hidden_text_is_masked(folder: Path, suffix: str, content: bytes) -> None:
    """Assert that the number is found in hidden text and is nowhere in a masked copy."""
    source, out = assert_found_in_hidden_text(folder, suffix, content), folder / f"masked.{suffix}"
    mask_file(source, out)
    assert not find(read_hidden_text(out).text)
    with zipfile.ZipFile(out) as bundle:
        assert not any(ID_NUMBER.encode() in bundle.read(name) for name in bundle.namelist())
