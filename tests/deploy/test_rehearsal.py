"""What the rehearsal takes from docs/deploying.md is there, is a script, and all of it is run by some step."""

import re
import subprocess
from pathlib import Path

import pytest
from tools.rehearsal import book

ROOT = Path(__file__).resolve().parents[2]


def test_the_steps_run_every_marked_block_and_no_other() -> None:
    steps = "".join(path.read_text() for path in (ROOT / "tools/rehearsal").glob("*.py"))
    asked = {
        name
        for pair in re.findall(r'walk\.do\(\w+(?:\.\w+)?, "([a-z-]+)"|walk\.book\["([a-z-]+)"\]', steps)
        for name in pair
        if name
    }
    assert asked == set(book.blocks())
    assert len(asked) > 12


def test_marked_blocks_are_scripts_that_name_what_deploy_has() -> None:
    for name, commands in book.blocks().items():
        read = subprocess.run(["bash", "-n"], input=commands, capture_output=True, text=True, check=False)
        assert read.returncode == 0, (name, read.stderr)
        for script in re.findall(r"(?:/opt/gongkai/)?(deploy/[a-z/-]+\.(?:sh|conf))", commands):
            assert (ROOT / script).exists(), (name, script)
        for unit in re.findall(r"\bgongkai-[a-z-]+(?:\.timer)?\b(?!\.conf|\.tar|\*)", commands):
            if unit.removesuffix(".timer") not in {"gongkai-second", "gongkai-replica", "gongkai-archive"}:
                assert (ROOT / "deploy/systemd" / (unit if "." in unit else f"{unit}.service")).exists(), unit


def test_a_name_that_stands_twice_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "deploying.md"
    page.write_text("```sh name=a\ntrue\n```\n\n```sh name=a\nfalse\n```\n")
    monkeypatch.setattr(book, "PAGE", page)
    with pytest.raises(ValueError, match="two blocks"):
        book.blocks()


def test_the_table_stands_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("a\n<!-- rehearsal -->\nold\n<!-- /rehearsal -->\nb\n")
    monkeypatch.setattr(book, "RESULTS", page)
    book.write_table([("升级", r"三秒 \1", "3")], "今天：")
    text = page.read_text()
    assert "old" not in text
    assert "| 升级 | 三秒 \\1 | 3 |" in text
    assert text.startswith("a\n")
    assert text.endswith("\nb\n")


def test_a_pooler_reaches_a_primary_on_another_machine_with_tls() -> None:
    """allow.sh lets nothing else in, and Debian's PgBouncer asks for none by itself."""
    assert "hostssl gongkai " in (ROOT / "deploy/postgresql/allow.sh").read_text()
    assert re.search(r"^server_tls_sslmode = prefer$", (ROOT / "deploy/pgbouncer/pgbouncer.ini").read_text(), re.M)
