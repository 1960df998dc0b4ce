"""OFD (GB/T 33190): text objects of each page put into lines by their place, then read like any text."""

import re

from gongkai.reading.containers.package import open_package
from gongkai.reading.document import Document, refuse_over
from gongkai.reading.layouts.split import blocks_of
from gongkai.reading.model import ReadingError


def read_ofd(data: bytes) -> Document:
    """Return the blocks of an .ofd; its tables have no cells, so rows are told by their content."""
    package = open_package(data, "OFD.xml", "OFD文件")
    names = sorted(
        (name for name in package.names if name.endswith("Content.xml") and "/Pages/" in f"/{name}"),
        key=lambda name: [int(part) if part.isdigit() else part for part in _split_digits(name)],
    )
    refuse_over("pages", len(names))
    lines: list[str] = []
    for name in names:
        root = package.xml(name)
        words = []
        for text in root.iter("{*}TextObject"):
            box = [float(value) for value in (text.get("Boundary") or "0 0 0 0").split()[:4]]
            content = "".join(code.text or "" for code in text.iter("{*}TextCode"))
            words.append((round(box[1], 1), box[0], content))
        lines.extend(_lines(words))
    if not any(line.strip() for line in lines):
        raise ReadingError("OFD文件里没有文字（可能是扫描件），请提供.docx或文字版后再试。")
    document = blocks_of("\n".join(lines))
    document.doubts.append("OFD文件没有表格结构，各栏由文字内容推断，请逐行核对")
    return document


def _split_digits(name: str) -> list[str]:

    return [part for part in re.split(r"(\d+)", name) if part]


def _lines(words: list[tuple[float, float, str]]) -> list[str]:
    """Words at the same height make a line, from left to right."""
    rows: list[tuple[float, list[tuple[float, str]]]] = []
    for top, left, content in sorted(words):
        if rows and abs(rows[-1][0] - top) < 2.0:
            rows[-1][1].append((left, content))
        else:
            rows.append((top, [(left, content)]))
    return ["\t".join(content for _, content in sorted(row)) for _, row in rows]
