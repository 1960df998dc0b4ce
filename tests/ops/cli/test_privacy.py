"""`gongkai privacy`: JSON output and one-line errors."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from factories.bombs import pdf_of_nested_forms
from gongkai.ops.cli.privacy import privacy
from gongkai.ops.cli.root import main


@pytest.fixture
def run():
    return lambda *args: CliRunner().invoke(privacy, [str(arg) for arg in args])


def test_find_personal_data(run, tmp_path):
    (tmp_path / "a.txt").write_text("申请人刘志强，电话13812345678", encoding="utf-8")
    found = json.loads(run("find", tmp_path / "a.txt", "--json").stdout)["findings"]
    assert [(one["kind"], one["text"]) for one in found] == [("person", "刘志强"), ("phone", "13812345678")]
    assert set(found[0]) == {"kind", "start", "end", "text", "why", "suggestion", "hidden"}
    assert "共发现2处" in run("find", tmp_path / "a.txt").output


def test_mask_file(run, tmp_path):
    (tmp_path / "a.txt").write_text("申请人刘志强，电话13812345678", encoding="utf-8")
    done = json.loads(run("mask", tmp_path / "a.txt", "-o", tmp_path / "b.txt", "--json").stdout)
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
    assert [one["kind"] for one in json.loads(result.stdout)["findings"]] == ["typo", "leader", "term"]


def test_terms_are_imported_and_exported(run, tmp_path):
    (tmp_path / "a.csv").write_text("错误用语,规范用语,说明\n旧称,新称,\n", encoding="utf-8")
    assert (
        json.loads(run("terms", "import", tmp_path / "a.csv", "-o", tmp_path / "own.csv", "--json").stdout)["total"]
        == 1
    )
    assert (
        json.loads(run("terms", "export", tmp_path / "own.csv", "-o", tmp_path / "b.csv", "--json").stdout)["exported"]
        == 1
    )
    assert (tmp_path / "b.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("command", ["find", "proofread"])
def test_missing_file_is_a_one_line_error(run, tmp_path, command):
    result = run(command, tmp_path / "nothing.txt")
    assert result.exit_code != 0
    assert "没有这个文件" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["privacy", "find"], ["notice", "parse"]])
def test_file_beyond_a_limit_is_a_one_line_error(command, tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf_of_nested_forms(8, 10))
    code = "from gongkai.ops.cli.root import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *command, str(tmp_path / "a.pdf")],
        env={**os.environ, "GONGKAI_READING_SECONDS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    # The machine decides which of the two limits is reached first.
    limits = ("错误：文件内容过于复杂，读取时间超过上限", "错误：文件内容过大，读取所需的内存超过上限")
    assert done.stderr.startswith(limits)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["mask", "a.txt"], "缺少参数 --out"),
        (["mask", "a.txt", "-o", ""], "没有写明输出文件"),
        (["find"], "缺少参数"),
        (["find", "a.txt", "--nothing"], "没有这个选项"),
        (["nothing"], "没有这个命令"),
        (["terms", "nothing"], "没有这个命令"),
        (["find", "a.txt", "b.txt"], "参数过多"),
    ],
)
def test_wrong_usage_is_a_one_line_chinese_error(run, args, words):
    result = run(*args)
    assert result.exit_code != 0
    assert words in result.output
    assert "Usage" not in result.output


@pytest.mark.parametrize("args", [[], ["privacy"], ["privacy", "terms"], ["law"], ["audit"]])
def test_groups_without_a_command_print_help(args, capsys):
    with pytest.raises(SystemExit) as end:
        main(args)
    said = capsys.readouterr()
    assert end.value.code == 0
    assert said.err == ""
    assert len(said.out.splitlines()) > 3


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nothing"], "没有这个命令：'nothing'"),
        (["--nothing"], "没有这个选项"),
        (["privacy", "mask"], "缺少参数"),
        (["init", "--level", "x"], "只能是：省级、市级、县级、乡级"),
    ],
)
def test_root_command_reports_errors_in_chinese(args, words, capsys):
    with pytest.raises(SystemExit) as end:
        main(args)
    said = capsys.readouterr()
    assert end.value.code == 2
    assert words in said.err
    assert len(said.err.splitlines()) == 1


def test_count_includes_masked_attributes(run, tmp_path):
    (tmp_path / "a.html").write_text("<p>申请人刘志强</p><img alt='电话13812345678'>", encoding="utf-8")
    assert (
        "已遮盖2处（其中图片说明、链接、页眉等处1处）"
        in run("mask", tmp_path / "a.html", "-o", tmp_path / "b.html").output
    )
    done = json.loads(run("mask", tmp_path / "a.html", "-o", tmp_path / "b.html", "--json").stdout)
    assert [one["text"] for one in done["elsewhere"]] == ["13812345678"]
