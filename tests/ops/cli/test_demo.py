"""`gongkai demo`: folders that it may use."""

from pathlib import Path

from gongkai.ops.cli.demo import is_in_use


def test_folder_with_only_a_key_is_free(tmp_path: Path) -> None:
    assert not is_in_use(tmp_path / "none")
    for name in ("secret_key", "tables.json"):  # docs/deploying.md migrates before it builds the sample
        (tmp_path / name).touch()
    assert not is_in_use(tmp_path)
    (tmp_path / "gongkai.sqlite3").touch()
    assert is_in_use(tmp_path)
