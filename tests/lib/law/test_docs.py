"""The worked examples of docs/law.md give the printed results."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from gongkai.lib.law.commands import run_line
from gongkai.ops.cli import main

PAGE = Path(__file__).resolve().parents[3] / "docs" / "law.md"
TEXT = PAGE.read_text("utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def commands():
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            yield shlex.split(line)[1:], output


def test_page_has_examples():
    assert len(blocks("python")) == 1
    assert len(list(commands())) >= 4


def test_python_example_is_right():
    example = doctest.DocTestParser().get_doctest(blocks("python")[0], {}, "law.md", str(PAGE), 0)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 5
    assert result.failed == 0


@pytest.mark.parametrize(
    ("args", "output"), list(commands()), ids=lambda value: value[1] if isinstance(value, list) else ""
)
def test_command_line_examples_are_right(args, output, capfd):
    with pytest.raises(SystemExit) as left:
        main(args)
    assert left.value.code == 0
    assert capfd.readouterr().out == output


def test_batch_example_is_right():
    asked, answered = (block.encode().splitlines() for block in blocks("jsonl"))
    answers = [run_line(line) for line in asked]
    assert not any(b"error" in answer for answer in answers[:3])
    assert answers[2:] == answered
