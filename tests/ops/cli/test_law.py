"""`gongkai law` as a process: output streams, exit codes, one-line errors."""

import json
import subprocess
import sys

import pytest

from gongkai.ops.cli import main

REPORT = {"table2": {}, "table3": {}, "table4": {}}


@pytest.fixture
def gongkai(capfdbinary):
    """Run the command in this process; return (exit code, standard output, standard error)."""

    def run(*args):
        with pytest.raises(SystemExit) as left:
            main(["law", *args])
        out, err = capfdbinary.readouterr()
        return left.value.code, out.decode(), err.decode()

    return run


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["workday", "2024-02-04"], {"date": "2024-02-04", "is_workday": True, "reason": "makeup"}),
        (["workdays-between", "2024-01-31", "2024-02-29"], {"count": 18}),
        (["check-id", "360426199101010071"], {"valid": True, "why": "ok"}),
        (["check-id", ""], {"valid": False, "why": "form"}),
        (["check-credit-code", "91110000600037341L"], {"valid": True, "why": "ok"}),
        (["doc-number", "根据某政发〔2020〕3号"], ["某政发〔2020〕3号"]),
        (["doc-number", "无"], []),
    ],
)
def test_json_is_one_value_and_nothing_else(gongkai, args, expected):
    for order in ([*args, "--json"], [args[0], "--json", "--", *args[1:]]):
        code, out, err = gongkai(*order)
        assert (code, err, json.loads(out)) == (0, "", expected)


def test_foi_due_json(gongkai):
    events = ["third_party_asked:2024-01-08", "third_party_replied:2024-01-15", "extended:2024-01-20:5"]
    options = [part for event in events for part in ("--event", event)]
    code, out, _ = gongkai("foi-due", "--received", "2024-01-02", "--today", "2024-02-01", *options, "--json")
    result = json.loads(out)
    assert (code, result["due"], result["status"], len(result["steps"])) == (0, "2024-02-18", "running", 5)
    assert gongkai("foi-due", "--received", "2024-01-02", "--json")[0] == 0


def test_fee_commands(gongkai):
    assert json.loads(gongkai("fee-items", "--json", "10", "1")[1])["yuan"] == 100
    assert json.loads(gongkai("fee-pages", "--json", "201")[1])["yuan"] == 2740


def test_check_annual_json(gongkai, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT), "utf-8")
    code, out, _ = gongkai("check-annual", str(path), "--json")
    result = json.loads(out)
    assert (code, result["ok"], result["warnings"]) == (0, False, [])
    assert result["errors"][0].keys() == {"rule", "table", "row", "column", "message"}


def test_rules_state_their_certainty(gongkai):
    rows = json.loads(gongkai("rules", "--json")[1])["rule_sets"]
    request = next(row for row in rows if row["key"] == "request")
    assert request["figures"][0]["sure"] == "verified"
    assert "未见原文" in gongkai("rules")[1]


@pytest.mark.parametrize(
    "args",
    [
        ["workday", "2024-2-4"],
        ["workday", "2024-02-04\n"],
        ["workday"],
        ["workday", "2024-02-04", "2024-02-05"],
        ["workday", "--jsno", "2024-02-04"],
        ["add-workdays", "2024-02-04", "0"],
        ["add-workdays", "--", "2024-02-04", "-1"],
        ["add-workdays", "2024-02-04", "99999999999999999999"],
        ["workdays-between", "2024-02-04", "2024-02-03"],
        ["foi-due"],
        ["foi-due", "--received"],
        ["foi-due", "--received", "2024-01-02", "--event", "replied"],
        ["foi-due", "--received", "2024-01-02", "--event", "replied:2024-01-03:"],
        ["foi-due", "--received", "2024-01-02", "--event", "replied:2024-01-03:1:1"],
        ["foi-due", "--received", "2024-01-02", "--event", "corrected:2024-01-03"],
        ["foi-due", "--received", "2024-01-02", "--event", "replied:2024-01-01"],
        ["fee-items", "-2", "8"],
        ["fee-items", "--", "-2", "8"],
        ["fee-pages", "３"],
        ["check-annual", "no-such-file.json"],
        ["check-annual", "."],
        ["batch", "no-such-file.jsonl"],
        ["batch", "."],
        ["calendar-import", "no-such-file.txt", "--output", "x.toml"],
        ["calendar-import", "no-such-file.txt"],
        ["lottery"],
        ["--lottery"],
    ],
)
@pytest.mark.parametrize("json_flag", [["--json"], []])
def test_invalid_input_is_a_one_line_error_on_stderr(gongkai, args, json_flag, monkeypatch):
    monkeypatch.delenv("GONGKAI_CALENDAR", raising=False)
    code, out, err = gongkai(*args[:1], *json_flag, *args[1:])
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert "Usage" not in err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["workday", "2024-02-10"], "不是工作日（春节放假）"),
        (["workday", "2027-03-01"], "暂定"),
        (["add-workdays", "2024-02-09", "1"], "春节放假"),
        (["workdays-between", "2024-01-31", "2024-02-29"], "18个工作日"),
        (["foi-due", "--received", "2024-01-02", "--today", "2024-01-31"], "已经逾期"),
        (["fee-items", "0", "999999"], "逐级递增"),
        (["fee-pages", "31"], "应收10元"),
        (["check-id", "1"], "无效：格式不符"),
        (["doc-number", "根据某政发〔2020〕3号"], "某政发〔2020〕3号"),
        ([], "foi-due"),
    ],
)
def test_plain_output(gongkai, args, words):
    code, out, err = gongkai(*args)
    assert (code, err) == (0, "")
    assert words in out


def test_check_annual_plain_output(gongkai, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT), "utf-8")
    assert "缺行" in gongkai("check-annual", str(path))[1]


def test_calendar_import(gongkai, tmp_path):
    source = tmp_path / "notice.txt"
    text = "国务院办公厅关于2031年部分节假日安排的通知\n一、元旦：1月1日至3日放假，共3天。1月4日（周六）上班。\n"
    source.write_text(text, "utf-8")
    target = tmp_path / "calendar.toml"
    code, out, _ = gongkai("calendar-import", str(source), "--output", str(target))
    assert (code, "已载入2031年" in out) == (0, True)
    assert target.exists()


def test_batch_file(gongkai, tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text('{"cmd":"fee-pages","args":{"pages":31}}\n?\n', "utf-8")
    code, out, err = gongkai("batch", str(path))
    first, second = out.splitlines()
    assert (code, err, json.loads(first)["yuan"], json.loads(second).keys()) == (0, "", 10, {"error"})


def test_batch_reads_standard_input_and_starts_without_django():
    program = "import sys; from gongkai.ops.cli import main\ntry: main()\nfinally: assert 'django' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-c", program, "law", "batch", "-"],
        input=b'{"cmd":"fee-pages","args":{"pages":31}}',
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["yuan"] == 10


def test_closed_output_pipe_ends_quietly(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text('{"cmd":"fee-pages","args":{"pages":31}}\n' * 20_000, "utf-8")
    program = "from gongkai.ops.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "law", "batch", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
