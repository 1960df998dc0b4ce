"""The worked example in docs/reading.md matches the reader."""

import json
import re
from pathlib import Path

from gongkai.lib.reading.notice import read_notice

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reading.md"


def test_worked_example() -> None:
    page = PAGE.read_text()
    (text,) = re.findall(r"```text\n(.*?)```", page, re.S)
    (answer,) = re.findall(r"```json\n(.*?)```", page, re.S)
    assert read_notice(text.encode()).to_json() == json.loads(answer)
