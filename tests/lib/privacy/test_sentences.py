"""Sentences with what must be found in them: `tests/samples/privacy/sentences/find` and `…/proofread`.

Below `## person: …` stand sentences in which exactly the names within 【】 are found; `person+` allows further names. `all` and
`sum,date` stand for several kinds: each mark then begins with its own (`【sum:…】`). `→` is followed by what is suggested.
`\\n`, `\\t` and `\\u200b` are the characters that Python reads them as.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongkai.lib.privacy import find, proofread

FOLDER = Path(__file__).parents[2] / "samples" / "privacy" / "sentences"
SEARCHES: dict[str, Any] = {"find": find, "proofread": proofread}
MARK = re.compile(r"【(.+?)】", re.DOTALL)
ESCAPED = re.compile(r"\\(?:u[0-9a-f]{4}|[nt\\])")


def _sections() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*/*.txt")):
        for section in file.read_text().split("\n## ")[1:]:
            head, *lines = section.rstrip("\n").split("\n")
            kinds, _, title = head.partition(": ")
            yield pytest.param(file.parent.name, kinds, lines, id=f"{file.parent.name} {file.stem}: {title}, {kinds}")


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: found[0].encode().decode("unicode_escape"), text)


def _told_apart(kinds: str) -> bool:
    """Whether each mark begins with its kind."""
    return "," in kinds or kinds.startswith("all")


def _plain(line: str, kinds: str) -> str:
    """Return a line without its marks."""

    def words(mark: re.Match[str]) -> str:
        said = mark[1].partition(":")[2] if _told_apart(kinds) else mark[1]
        return said.partition("→")[0]

    return MARK.sub(words, line)


@pytest.mark.parametrize(("search", "kinds", "lines"), [*_sections()])
def test_what_is_marked_is_found_and_nothing_else(search: str, kinds: str, lines: list[str]) -> None:
    asked = kinds.rstrip("+").split(",")
    wanted, found = [_unescaped(line) for line in lines if line], []
    assert wanted
    for line in wanted:
        text = _plain(line, kinds)
        for one in sorted(SEARCHES[search](text), key=lambda one: -one.start):
            kind = f"{one.kind}:" if _told_apart(kinds) else ""
            right = f"→{one.suggestion}" if "→" in line else ""
            mark = f"【{kind}{one.text}{right}】"
            if (one.kind in asked or asked == ["all"]) and (mark in line or not kinds.endswith("+")):
                text = text[: one.start] + mark + text[one.end :]
        found.append(text)
    assert found == wanted
