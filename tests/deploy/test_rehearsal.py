"""The rehearsal's commands in docs/deploying.md are valid scripts, and every block is run by a step."""

import re
import subprocess
from pathlib import Path

import pytest
from tools.rehearsal import book

ROOT = Path(__file__).resolve().parents[2]


def test_steps_run_exactly_the_marked_blocks() -> None:
    steps = "".join(path.read_text() for path in (ROOT / "tools/rehearsal").glob("*.py"))
    asked = {
        name
        for pair in re.findall(r'walk\.do\(\w+(?:\.\w+)?, "([a-z-]+)"|walk\.book\["([a-z-]+)"\]', steps)
        for name in pair
        if name
    }
    assert asked == set(book.read_blocks())
    assert len(asked) > 12


def test_marked_blocks_are_valid_and_name_existing_files() -> None:
    for name, commands in book.read_blocks().items():
        read = subprocess.run(["bash", "-n"], input=commands, capture_output=True, text=True, check=False)
        assert read.returncode == 0, (name, read.stderr)
        for script in re.findall(r"(?:/opt/gongkai/)?(deploy/[a-z/-]+\.(?:sh|conf))", commands):
            assert (ROOT / script).exists(), (name, script)
        for unit in re.findall(r"\bgongkai-[a-z-]+(?:\.timer)?\b(?!\.conf|\.tar|\*)", commands):
            if unit.removesuffix(".timer") not in {"gongkai-second", "gongkai-replica", "gongkai-archive"}:
                assert (ROOT / "deploy/systemd" / (unit if "." in unit else f"{unit}.service")).exists(), unit


def test_duplicate_block_name_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "deploying.md"
    page.write_text("```sh name=a\ntrue\n```\n\n```sh name=a\nfalse\n```\n")
    monkeypatch.setattr(book, "PAGE", page)
    with pytest.raises(ValueError, match="two blocks"):
        book.read_blocks()


def test_results_table_replaces_text_between_markers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("a\n<!-- rehearsal -->\nold\n<!-- /rehearsal -->\nb\n")
    monkeypatch.setattr(book, "RESULTS", page)
    book.write_table([("升级", r"三秒 \1", "3")], "今天：")
    text = page.read_text()
    assert "old" not in text
    assert "| 升级 | 三秒 \\1 | 3 |" in text
    assert text.startswith("a\n")
    assert text.endswith("\nb\n")


def test_pooler_uses_tls_to_a_remote_primary() -> None:
    """allow.sh accepts only TLS, which Debian's PgBouncer does not use by default."""
    assert "hostssl gongkai " in (ROOT / "deploy/postgresql/allow.sh").read_text()
    assert re.search(r"^server_tls_sslmode = prefer$", (ROOT / "deploy/pgbouncer/pgbouncer.ini").read_text(), re.M)
