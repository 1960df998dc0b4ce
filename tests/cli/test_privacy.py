"""`gongkai privacy`: JSON out, one line on refusal."""

import json

import pytest
from click.testing import CliRunner

from gongkai.cli.privacy import privacy


@pytest.fixture
def run():
    return lambda *args: CliRunner().invoke(privacy, [str(arg) for arg in args])


def test_find(run, tmp_path):
    (tmp_path / "a.txt").write_text("申请人刘志强，电话13812345678", encoding="utf-8")
    found = json.loads(run("find", tmp_path / "a.txt", "--json").output)["findings"]
    assert [(one["kind"], one["text"]) for one in found] == [("person", "刘志强"), ("phone", "13812345678")]
    assert set(found[0]) == {"kind", "start", "end", "text", "why", "suggestion"}
    assert "共发现2处" in run("find", tmp_path / "a.txt").output


def test_mask(run, tmp_path):
    (tmp_path / "a.txt").write_text("申请人刘志强，电话13812345678", encoding="utf-8")
    done = json.loads(run("mask", tmp_path / "a.txt", "-o", tmp_path / "b.txt", "--json").output)
    assert done["out"] == str(tmp_path / "b.txt")
    assert len(done["findings"]) == 2
    assert (tmp_path / "b.txt").read_text(encoding="utf-8") == "申请人刘**，电话138****5678"


def test_proofread_with_lists(run, tmp_path):
    (tmp_path / "a.txt").write_text("现将工作布署如下，副市长王建国到政务中心调研。", encoding="utf-8")
    (tmp_path / "leaders.txt").write_text("王建国，云岭市市长\n", encoding="utf-8")
    (tmp_path / "terms.csv").write_text("错误用语,规范用语\n政务中心,政务服务中心\n", encoding="utf-8")
    result = run(
        "proofread",
        tmp_path / "a.txt",
        "--leaders",
        tmp_path / "leaders.txt",
        "--terms",
        tmp_path / "terms.csv",
        "--json",
    )
    assert [one["kind"] for one in json.loads(result.output)["findings"]] == ["typo", "leader", "term"]


def test_terms_in_and_out(run, tmp_path):
    (tmp_path / "a.csv").write_text("错误用语,规范用语,说明\n旧称,新称,\n", encoding="utf-8")
    assert (
        json.loads(run("terms", "import", tmp_path / "a.csv", "-o", tmp_path / "own.csv", "--json").output)[
            "total"
        ]
        == 1
    )
    assert (
        json.loads(run("terms", "export", tmp_path / "own.csv", "-o", tmp_path / "b.csv", "--json").output)[
            "exported"
        ]
        == 1
    )
    assert (tmp_path / "b.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("command", ["find", "proofread"])
def test_a_missing_file_is_one_line(run, tmp_path, command):
    result = run(command, tmp_path / "nothing.txt")
    assert result.exit_code != 0
    assert "没有这个文件" in result.output
    assert "Traceback" not in result.output
