"""What is held of words behind a file's pages: they are found there, and a masked copy has none of them."""

import zipfile
from pathlib import Path

from gongkai.lib.privacy import find, mask_file
from gongkai.lib.privacy.files.hidden_text import read_hidden_text
from gongkai.lib.privacy.files.text import read_file_text

NUMBER = "42010619900101001X"


def found_behind(folder: Path, suffix: str, content: bytes) -> Path:
    """Hold that the number stands behind the pages of an office file alone, and is found."""
    source = folder / f"file.{suffix}"
    source.write_bytes(content)
    assert NUMBER not in read_file_text(source)
    assert [one.text for one in find(read_hidden_text(source).text)] == [NUMBER]
    return source


def found_behind_and_masked(folder: Path, suffix: str, content: bytes) -> None:
    """Hold that it is found, and nowhere in a masked copy."""
    source, out = found_behind(folder, suffix, content), folder / f"masked.{suffix}"
    mask_file(source, out)
    assert not find(read_hidden_text(out).text)
    with zipfile.ZipFile(out) as bundle:
        assert not any(NUMBER.encode() in bundle.read(name) for name in bundle.namelist())
