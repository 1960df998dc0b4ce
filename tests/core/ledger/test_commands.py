"""Commands `gongkai run-due`, `audit verify`, `export`: output and exit codes."""

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from factories.ledger import EntryFactory, submit
from factories.units import BodyFactory, actor
from gongkai.core.acts import insert_only
from gongkai.core.acts.seal import LogVerdict
from gongkai.core.ledger.audit import AUDIT_CHECKS_BY_NAME
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.jobs import PeriodicJob
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.ops.cli.audit import audit
from gongkai.ops.cli.export import export
from gongkai.ops.cli.run_due import run_due

pytestmark = pytest.mark.django_db


def invoke(command, *args):
    return CliRunner().invoke(command, list(args))


def make_three_entries():
    body = BodyFactory()
    return make_entries([EntryFactory.build(body=body, number="") for _ in range(3)], by=SYSTEM, words="生成")


def test_audit_verify_counts_records_and_names_a_changed_state() -> None:
    (entry, *_) = make_three_entries()
    submit(entry, by=actor(Role.CLERK, entry.body))
    answer = invoke(audit, "verify", "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (found["ok"], found["movements"], found["broken"]) == (True, 4, None)
    assert {"log", "guards", "entries"} <= {check["name"] for check in found["checks"]}
    assert "已核验 4 条流水" in invoke(audit, "verify").output
    Entry.objects.filter(pk=entry.pk).update(state="done")
    answer = invoke(audit, "verify", "--json")
    assert answer.exit_code == 1
    assert entry.number in json.loads(answer.stdout)["broken"]


def test_audit_verify_names_unlogged_entries_and_missing_triggers() -> None:
    make_three_entries()
    entry = EntryFactory()
    insert_only.drop_triggers()
    answer = invoke(audit, "verify")
    assert answer.exit_code == 1
    assert f"{entry.number} 没有流水" in answer.output
    assert "保护触发器缺失" in answer.output


def test_audit_verify_runs_checks_of_other_apps(monkeypatch) -> None:
    monkeypatch.setitem(AUDIT_CHECKS_BY_NAME, "editions", ("公开版本", lambda: LogVerdict(7, "第3号版本正文被改动")))
    answer = invoke(audit, "verify", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["broken"] == "第3号版本正文被改动"


def test_run_due_counts_its_work_and_can_be_repeated() -> None:
    entry = EntryFactory(red=True)
    actor(Role.CLERK, entry.body)
    first = json.loads(invoke(run_due, "--json").stdout)
    assert first["ok"]
    assert sum(first["jobs"]["remind"].values()) == 1
    assert first["jobs"]["deliver"]["sent"] == 1
    again = json.loads(invoke(run_due, "--json").stdout)
    assert sum(again["jobs"]["remind"].values()) == 0
    assert again["jobs"]["deliver"]["sent"] == 0


def test_run_due_exits_with_1_if_a_job_fails(monkeypatch) -> None:
    def fail():
        raise OSError("磁盘已满")

    jobs = {"broken": PeriodicJob("broken", "坏的", fail), "after": PeriodicJob("after", "后面的", lambda: {"done": 7})}
    monkeypatch.setattr("gongkai.core.ledger.jobs.registry.JOBS_BY_NAME", jobs)
    answer = invoke(run_due, "--json")
    assert answer.exit_code == 1
    assert "磁盘已满" in json.loads(answer.stdout)["jobs"]["broken"]["error"]
    said = invoke(run_due).output
    assert "磁盘已满" in said
    assert "后面的：" in said, "the others are done all the same"


def test_export_writes_the_filtered_ledger(tmp_path) -> None:
    entry = EntryFactory(red=True, title="公开预算")
    EntryFactory(year=2020)
    out = tmp_path / "台账.xlsx"
    answer = invoke(export, str(out), "--year", str(entry.year), "--unit", entry.body.name, "--json")
    assert json.loads(answer.stdout)["rows"] == 1
    rows = list(load_workbook(BytesIO(out.read_bytes())).worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("编号", "类别", "事项", "承办单位")
    assert rows[1][:4] == (entry.number, "试办事项", "公开预算", entry.body.name)
    assert rows[1][7] == "逾期"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["x.doc"], ".xlsx 或 .csv"),
        (["x.xlsx", "--kind", "nothing"], "没有“nothing”这一类别"),
        (["x.xlsx", "--unit", "没有的局"], "没有找到单位"),
        (["/nowhere/x.xlsx"], "不能写入"),
    ],
)
def test_invalid_arguments_get_a_one_line_error(args, said) -> None:
    answer = invoke(export, *args)
    assert answer.exit_code != 0
    assert said in answer.output
    assert "Traceback" not in answer.output
