"""Sentences with what must be found in them: `tests/samples/privacy/sentences/find` and `…/proofread`.

Below `## person: …` stand sentences in which exactly the names within 【】 are found; `person+` allows further names. `all` and
`sum,date` stand for several kinds: each mark then begins with its own (`【sum:…】`). `→` is followed by what is suggested.
`\\n`, `\\t` and `\\u200b` are the characters that Python reads them as.
"""

import re
from collections.abc import Callable

import pytest

from gongkai.lib.privacy import Finding, find, proofread
from lib.privacy.sentences import sections

MARK = re.compile(r"【(.+?)】", re.DOTALL)


def _told_apart(kinds: str) -> bool:
    """Whether each mark begins with its kind."""
    return "," in kinds or kinds.startswith("all")


def _plain(line: str, kinds: str) -> str:
    """Return a line without its marks."""

    def words(mark: re.Match[str]) -> str:
        said = mark[1].partition(":")[2] if _told_apart(kinds) else mark[1]
        return said.partition("→")[0]

    return MARK.sub(words, line)


def _misread(search: Callable[[str], list[Finding]], kinds: str, sentences: list[str]) -> list[tuple[str, str]]:
    """Return the sentences in which something else is found than is marked, each with what is found."""
    asked, wrong = kinds.rstrip("+").split(","), []
    for wanted in sentences:
        text = _plain(wanted, kinds)
        for one in sorted(search(text), key=lambda one: -one.start):
            kind = f"{one.kind}:" if _told_apart(kinds) else ""
            right = f"→{one.suggestion}" if "→" in wanted else ""
            mark = f"【{kind}{one.text}{right}】"
            if (one.kind in asked or asked == ["all"]) and (mark in wanted or not kinds.endswith("+")):
                text = text[: one.start] + mark + text[one.end :]
        if text != wanted:
            wrong.append((wanted, text))
    return wrong


@pytest.mark.parametrize(("kinds", "sentences"), sections("find"))
def test_personal_data_is_found_where_it_is_marked(kinds: str, sentences: list[str]) -> None:
    assert _misread(find, kinds, sentences) == []


@pytest.mark.parametrize(("kinds", "sentences"), sections("proofread"))
def test_mistakes_are_found_where_they_are_marked(kinds: str, sentences: list[str]) -> None:
    assert _misread(proofread, kinds, sentences) == []
