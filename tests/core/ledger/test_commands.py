"""`gongkai run-due`, `audit verify`, `export`: what they print and how they end."""

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from factories.ledger import EntryFactory, submit
from factories.units import BodyFactory, actor
from gongkai.core.acts import guards
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


def call(command, *args):
    return CliRunner().invoke(command, list(args))


def three():
    body = BodyFactory()
    return make_entries([EntryFactory.build(body=body, number="") for _ in range(3)], by=SYSTEM, words="生成")


def test_a_whole_log_is_counted_and_a_state_changed_behind_it_is_named() -> None:
    (entry, *_) = three()
    submit(entry, by=actor(Role.CLERK, entry.body))
    answer = call(audit, "verify", "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (found["ok"], found["movements"], found["broken"]) == (True, 4, None)
    assert {"log", "guards", "entries"} <= {check["name"] for check in found["checks"]}
    assert "已核验 4 条流水" in call(audit, "verify").output
    Entry.objects.filter(pk=entry.pk).update(state="done")
    answer = call(audit, "verify", "--json")
    assert answer.exit_code == 1
    assert entry.number in json.loads(answer.stdout)["broken"]


def test_an_entry_put_in_behind_the_log_and_lost_guards_are_named() -> None:
    three()
    entry = EntryFactory()
    guards.drop_triggers()
    answer = call(audit, "verify")
    assert answer.exit_code == 1
    assert f"{entry.number} 没有流水" in answer.output
    assert "保护触发器缺失" in answer.output


def test_rooms_add_their_checks(monkeypatch) -> None:
    monkeypatch.setitem(AUDIT_CHECKS_BY_NAME, "editions", ("公开版本", lambda: LogVerdict(7, "第3号版本正文被改动")))
    answer = call(audit, "verify", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["broken"] == "第3号版本正文被改动"


def test_due_work_is_done_and_counted_and_may_be_repeated() -> None:
    entry = EntryFactory(red=True)
    actor(Role.CLERK, entry.body)
    first = json.loads(call(run_due, "--json").stdout)
    assert first["ok"]
    assert sum(first["jobs"]["remind"].values()) == 1
    assert first["jobs"]["deliver"]["sent"] == 1
    again = json.loads(call(run_due, "--json").stdout)
    assert sum(again["jobs"]["remind"].values()) == 0
    assert again["jobs"]["deliver"]["sent"] == 0


def test_a_job_that_fails_ends_with_1(monkeypatch) -> None:
    def fail():
        raise OSError("磁盘已满")

    jobs = {"broken": PeriodicJob("broken", "坏的", fail), "after": PeriodicJob("after", "后面的", lambda: {"done": 7})}
    monkeypatch.setattr("gongkai.core.ledger.jobs.registry.JOBS_BY_NAME", jobs)
    answer = call(run_due, "--json")
    assert answer.exit_code == 1
    assert "磁盘已满" in json.loads(answer.stdout)["jobs"]["broken"]["error"]
    said = call(run_due).output
    assert "磁盘已满" in said
    assert "后面的：" in said, "the others are done all the same"


def test_the_ledger_is_exported(tmp_path) -> None:
    entry = EntryFactory(red=True, title="公开预算")
    EntryFactory(year=2020)
    out = tmp_path / "台账.xlsx"
    answer = call(export, str(out), "--year", str(entry.year), "--unit", entry.body.name, "--json")
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
def test_bad_input_is_one_line(args, said) -> None:
    answer = call(export, *args)
    assert answer.exit_code != 0
    assert said in answer.output
    assert "Traceback" not in answer.output
