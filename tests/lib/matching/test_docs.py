"""Run the examples of docs/matching.md."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "matching.md"


def test_worked_example_is_right():
    example = doctest.DocTestParser().get_doctest(PAGE.read_text(encoding="utf-8"), {}, "matching.md", str(PAGE), 0)
    assert len(example.examples) >= 15
    assert doctest.DocTestRunner().run(example).failed == 0
