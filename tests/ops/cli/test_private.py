"""Stored files are accessible only to the account of the installation."""

import os

import pytest

from gongkai.core.files.storage import find_readable_by_others
from gongkai.ops.config import env


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path / "data"))
    before = os.umask(0o022)
    yield env.data_folder()
    os.umask(before)


def test_files_are_private_and_readable_ones_are_reported(data_folder):
    (data_folder / "a").write_text("x")
    assert data_folder.stat().st_mode & 0o777 == 0o700
    assert (data_folder / "a").stat().st_mode & 0o777 == 0o600
    assert find_readable_by_others(data_folder) == []
    (data_folder / "a").chmod(0o644)
    assert find_readable_by_others(data_folder) == []  # the folder is closed
    data_folder.chmod(0o755)
    assert find_readable_by_others(data_folder) == [data_folder, data_folder / "a"]
