"""`gongkai notice parse`: works without a database, prints the documented JSON, one-line errors."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongkai.ops.cli.root import main, root

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "notices"


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(root, ["notice", "parse", *args])
    return result.exit_code, result.output


def test_json_contains_the_documented_fields() -> None:
    code, output = run(str(SAMPLES / "yunling-2026.txt"), "--json")
    notice = json.loads(output)
    assert code == 0
    assert set(notice) >= {
        *("title", "doc_number", "issuer", "issued_on", "status", "public_mark", "attachments", "basis"),
        *("rows", "preamble_duties", "warnings"),
    }
    row = notice["rows"][0]
    assert set(row) >= {"section", "item", "measure", "lead", "responsible", "extras", "source", "duties"}
    assert set(row["source"]) >= {"page", "cells"}
    assert set(row["duties"][0]) >= {"text", "paths", "channels", "due"}


def test_plain_output_begins_with_uncertain_items() -> None:
    code, output = run(str(SAMPLES / "yunling-2026.txt"))
    assert code == 0
    assert output.index("待核对") < output.index("1. 一、")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空"),
        (b"PK\x03\x04 this is no zip", "已损坏"),
        ("只有一段话，没有任务表。".encode(), "没有找到任务表"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"%PDF-1.4 broken", "PDF"),
    ],
)
def test_invalid_file_is_a_one_line_error_with_exit_code_2(
    tmp_path: Path, content: bytes, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notice.docx"
    file.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main(["notice", "parse", str(file), "--json"])
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert says in said.err
