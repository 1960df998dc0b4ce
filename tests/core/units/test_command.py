"""Commands `gongkai unit import` and `export`."""

import json

import pytest
from click.testing import CliRunner

from factories.units import BodyFactory
from gongkai.core.units.models import Body
from gongkai.ops.cli.unit import unit

pytestmark = pytest.mark.django_db


def invoke(*args: str):
    return CliRunner().invoke(unit, args)


def write_csv(path, *rows: str):
    path.write_text("全称,简称,类别,所属政府\n" + "\n".join(rows), encoding="utf-8")
    return str(path)


def test_dry_run_import_and_export_round_trip(tmp_path) -> None:
    file = write_csv(tmp_path / "a.csv", "云岭市人民政府,市政府,人民政府,", "云岭市统计局,市统计局,政府部门,市政府")
    result = invoke("import", file, "--dry-run", "--json")
    said = json.loads(result.stdout)
    assert (said["made"], said["applied"], said["errors"]) == (2, False, [])
    assert not Body.objects.exists()
    assert json.loads(invoke("import", file, "--json").stdout)["applied"] is True
    out = tmp_path / "out.xlsx"
    assert json.loads(invoke("export", str(out), "--json").stdout) == {"file": str(out), "units": 2}
    again = json.loads(invoke("import", str(out), "--json").stdout)
    assert (again["made"], again["changed"], again["same"], again["applied"]) == (0, 0, 2, False)


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["import", "nowhere.xlsx"], "读不到文件"),
        (["export", "x.pdf"], "不认识的格式"),
        (["export", "/nowhere/x.xlsx"], "写不了文件"),
    ],
)
def test_invalid_input_gets_a_one_line_error(args, word) -> None:
    result = invoke(*args)
    assert result.exit_code == 1 or result.exit_code == 2
    assert word in result.output
    assert "Traceback" not in result.output


def test_error_in_a_cell_stops_the_import(tmp_path) -> None:
    BodyFactory(government=True)
    file = write_csv(tmp_path / "a.csv", "云岭市统计局,,政府部门,市政府", "云岭市审计局,,厅局,市政府")
    result = invoke("import", file)
    assert result.exit_code != 0
    assert "第3行 C列（类别）" in result.output
    assert Body.objects.count() == 1
