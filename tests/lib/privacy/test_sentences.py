"""Sentences with marked expected findings: `tests/samples/privacy/sentences/find` and `…/proofread`.

Below `## person: …` the sentences contain exactly the names within 【】; `person+` allows further names. `all` and
`sum,date` contain several kinds: each mark then begins with its kind (`【sum:…】`). After `→` is the suggestion.
`\\n`, `\\t` and `\\u200b` are escapes as in Python.
"""

import re
from collections.abc import Callable

import pytest

from gongkai.lib.privacy import Finding, find, proofread
from lib.privacy.sentences import sections

MARK = re.compile(r"【(.+?)】", re.DOTALL)


def _has_kinds_in_marks(kinds: str) -> bool:
    """Return true if each mark begins with its kind."""
    return "," in kinds or kinds.startswith("all")


def _plain(line: str, kinds: str) -> str:
    """Return a line without its marks."""

    def words(mark: re.Match[str]) -> str:
        said = mark[1].partition(":")[2] if _has_kinds_in_marks(kinds) else mark[1]
        return said.partition("→")[0]

    return MARK.sub(words, line)


def _misread(search: Callable[[str], list[Finding]], kinds: str, sentences: list[str]) -> list[tuple[str, str]]:
    """Return the sentences whose findings differ from the marks, each with its findings."""
    asked, wrong = kinds.rstrip("+").split(","), []
    for wanted in sentences:
        text = _plain(wanted, kinds)
        for one in sorted(search(text), key=lambda one: -one.start):
            kind = f"{one.kind}:" if _has_kinds_in_marks(kinds) else ""
            right = f"→{one.suggestion}" if "→" in wanted else ""
            mark = f"【{kind}{one.text}{right}】"
            if (one.kind in asked or asked == ["all"]) and (mark in wanted or not kinds.endswith("+")):
                text = text[: one.start] + mark + text[one.end :]
        if text != wanted:
            wrong.append((wanted, text))
    return wrong


@pytest.mark.parametrize(("kinds", "sentences"), sections("find"))
def test_personal_data_is_found_where_marked(kinds: str, sentences: list[str]) -> None:
    assert _misread(find, kinds, sentences) == []


@pytest.mark.parametrize(("kinds", "sentences"), sections("proofread"))
def test_mistakes_are_found_where_marked(kinds: str, sentences: list[str]) -> None:
    assert _misread(proofread, kinds, sentences) == []
