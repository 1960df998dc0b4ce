"""`gongkai notice import` and `undo`: output, exit codes and error messages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from factories.notices import City
from gongkai.ops.cli.notice import notice as command
from gongkai.ops.cli.root import main
from gongkai.work.notices.models import MeasureUnit, Notice, UnitState

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "notices" / "yunling.txt"


def run(*args: str) -> Result:
    return CliRunner().invoke(command, list(args))


def run_refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Run the command as a shell does: expect exit code 2 and one line on standard error."""
    with pytest.raises(SystemExit) as stop:
        main(["notice", *args])
    said = capsys.readouterr().err
    assert stop.value.code == 2
    assert said.count("\n") == 1
    return said


def test_import_prints_result_and_open_questions_and_is_undone(town: City) -> None:
    printed = json.loads(run("import", str(SAMPLE), "--json").stdout)
    assert (printed["rows"], printed["government"], printed["state"]) == (3, "云岭市人民政府", "draft")
    leaves = [title.rpartition(" > ")[2] for title in printed["columns"]["create"]]
    assert {"专项规划", "预算", "决算"} <= set(leaves)
    assert printed["needs_person"]["units"] == MeasureUnit.objects.exclude(state=UnitState.RESOLVED).count()
    assert Notice.objects.get().pk == printed["id"]
    assert "没有重复导入" in run("import", str(SAMPLE)).output
    assert json.loads(run("undo", str(printed["id"]), "--json").stdout)["undone"]
    assert not Notice.objects.exists()


def test_dry_run_prints_same_result_and_stores_nothing(town: City) -> None:
    dry = json.loads(run("import", str(SAMPLE), "--dry-run", "--json").stdout)
    assert not Notice.objects.exists()
    done = json.loads(run("import", str(SAMPLE), "--json").stdout)
    same = ("rows", "preamble", "duties", "entries", "columns", "needs_person")
    assert {key: dry[key] for key in same} == {key: done[key] for key in same}
    assert dry["id"] is None


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("import", "没有.docx"), "没有这个文件"),
        (("import", str(SAMPLE), "--issuer", "月球管理局"), "名录中没有“月球管理局”"),
        (("undo", "999"), "没有编号为 999 的通知"),
    ],
)
def test_bad_input_prints_one_line_with_advice(
    town: City, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], said: str
) -> None:
    assert said in run_refused(capsys, *args)


def test_import_without_government_asks_to_register_units(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert "请先登记单位" in run_refused(capsys, "import", str(SAMPLE))


def test_issuer_option_sets_government(town: City) -> None:
    printed = json.loads(run("import", str(SAMPLE), "--issuer", "青山区人民政府", "--json").stdout)
    assert printed["government"] == "青山区人民政府"
