"""What an installation stores is its own account's alone."""

import os

import pytest

from gongkai.core.files.storage import find_readable_by_others
from gongkai.ops.config import env


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path / "data"))
    before = os.umask(0o022)
    yield env.data_folder()
    os.umask(before)


def test_what_is_written_is_ones_own_and_what_others_may_read_is_named(folder):
    (folder / "a").write_text("x")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "a").stat().st_mode & 0o777 == 0o600
    assert find_readable_by_others(folder) == []
    (folder / "a").chmod(0o644)
    assert find_readable_by_others(folder) == []  # the folder is closed
    folder.chmod(0o755)
    assert find_readable_by_others(folder) == [folder, folder / "a"]
