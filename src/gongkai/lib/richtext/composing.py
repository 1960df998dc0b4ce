"""Compose texts: typed words as HTML, and HTML under another heading."""

from collections.abc import Iterable, Sequence
from html import escape

from gongkai.lib.chinese import lazy_re as re

_LINE_BREAK_RE = re.compile(r"\r\n?|\n")
_HEADING_TAG_RE = re.compile(r"<(/?)h([1-6])\b")
_DEEPEST_HEADING = 6


def join_wrapped_lines(text: str) -> list[str]:
    """Return the paragraphs of a text whose lines are wrapped, without page numbers (—3—)."""
    made: list[str] = []
    for raw in text.replace("\r", "\n").splitlines():
        line = raw.strip(" \t\u3000")
        if not line or (line.startswith("—") and line.endswith("—") and len(line) < 12):
            continue
        goes_on = made and not raw.startswith(("\u3000\u3000", "    ")) and len(made[-1]) >= 20
        if goes_on and made[-1][-1] not in "。；：！？.;:" and line[0] not in "第一二三四五六七八九十（(1234567890":
            made[-1] += line
        else:
            made.append(line)
    return made


def make_paragraphs(text: str) -> str:
    """Return typed text as HTML: one paragraph for each non-empty line."""
    lines = (line.strip() for line in _LINE_BREAK_RE.split(text))
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def lower_headings(html: str, by: int = 1) -> str:
    """Return HTML with all headings lowered by some levels."""
    return _HEADING_TAG_RE.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + by, _DEEPEST_HEADING)}", html)


def make_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as HTML; cells are plain text."""
    head = "".join(f'<th scope="col">{escape(value, quote=False)}</th>' for value in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell, quote=False)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
