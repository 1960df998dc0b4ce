"""The worked examples in docs/privacy.md give the documented results."""

import ast
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "privacy.md"


@pytest.mark.parametrize(("number", "answers"), [(0, 3), (1, 3)])
def test_worked_examples(number, answers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[number]
    names = {}
    shown = 0
    for block in code.strip().split("\n\n"):
        lines = block.splitlines()
        answer = next((line for line in lines if line.startswith("# → ")), None)
        body = [line for line in lines if line != answer]
        if answer is None:
            exec("\n".join(body), names)
            continue
        exec("\n".join(body[:-1]), names)
        assert eval(body[-1], names) == ast.literal_eval(answer.removeprefix("# → "))
        shown += 1
    assert shown == answers
