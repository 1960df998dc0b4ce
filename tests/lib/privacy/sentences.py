"""Read sample sentences that mark expected findings (`tests/samples/privacy/sentences`)."""

import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "samples" / "privacy" / "sentences"
ESCAPED = re.compile(r"\\(?:u[0-9a-f]{4}|[nt\\])")


def sections(folder: str) -> list[Any]:
    """Return the part of each section's heading before `:` and the section's lines."""
    out = []
    for file in sorted((FOLDER / folder).glob("*.txt")):
        for section in file.read_text().split("\n## ")[1:]:
            head, *lines = section.rstrip("\n").split("\n")
            kinds, _, title = head.rpartition(": ")
            sentences = [_unescaped(line) for line in lines if line]
            assert sentences, head
            out.append(pytest.param(kinds, sentences, id=f"{folder} {file.stem}: {title}, {kinds}"))
    return out


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: found[0].encode().decode("unicode_escape"), text)
