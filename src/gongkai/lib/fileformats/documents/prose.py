"""Paragraphs from the printed lines of pages."""

import re

_BEGINS = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|第[一二三四五六七八九十百\d]{1,4}[条章节]|[（(]?\d{1,2}[）)、．.](?!\d)"
    r"|[①-⑳]|附件|[（(]此件|[•●■◆·—])"
)
_PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第?\s*\d{1,3}\s*页?(?:\s*[/共]\s*\d{1,3}\s*页?)?)[-—–\s]*")
_ENDED = ("：", ":", "。", "；", "！", "？")


def begins_item(line: str) -> bool:
    """Return whether a line begins with a number, a bullet or the word for an annex."""
    return _BEGINS.match(line) is not None


def join_lines(lines: list[str]) -> list[str]:
    """Join the lines of paragraphs: one continues while its lines are full. Page numbers are left out."""
    kept = [line for line in lines if line.strip() and not _PAGE_NUMBER.fullmatch(line)]
    width = max((len(line) for line in kept), default=0)
    out: list[str] = []
    full = False
    for line in kept:
        text = line.strip()
        if out and full and not begins_item(line) and not line.startswith(("\u3000", "  ")) and "\t" not in line:
            out[-1] += _gap(out[-1], text) + text
        else:
            out.append(text)
        full = len(line.rstrip()) >= width * 0.85 and width > 12 and not text.endswith(_ENDED)
    return out


def join_cell(lines: list[str]) -> str:
    """Join the printed lines of a cell into paragraphs."""
    width = max((len(line.strip()) for line in lines), default=0)
    out: list[str] = []
    for place, line in enumerate(lines):
        above = lines[place - 1].strip() if place else ""
        ended = above.endswith(("。", "；", "：", ";", "！", "？"))
        if out and not (ended and (begins_item(line) or len(above) < width * 0.8)):
            glue = " " if out[-1][-1:].isascii() and line[:1].isascii() and out[-1][-1:].isalnum() else ""
            out[-1] += glue + line.strip()
        else:
            out.append(line.strip())
    return "\n".join(out)


def _gap(before: str, after: str) -> str:
    """Return the blank between two lines of Latin words."""
    return (
        " " if before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii() and after[:1].isalpha() else ""
    )
