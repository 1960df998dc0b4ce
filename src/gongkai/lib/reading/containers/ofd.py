"""Read OFD files (GB/T 33190): group the text objects of each page into lines by position."""

import re
from typing import NamedTuple

from gongkai.lib.reading.containers.package import open_package
from gongkai.lib.reading.document import Document, refuse_over
from gongkai.lib.reading.layouts.split import blocks_of
from gongkai.lib.reading.model import ReadingError


class Word(NamedTuple):
    """A text object: its words and position on the page in millimetres."""

    text: str
    left: float
    right: float
    middle: float
    height: float


def read_ofd(data: bytes) -> Document:
    """Return the blocks of an .ofd file; its tables have no cells."""
    document = blocks_of("\n".join(ofd_lines(data)))
    document.doubts.append("OFD文件没有表格结构，各栏由文字内容推断，请逐行核对")
    return document


def ofd_lines(data: bytes) -> list[str]:
    """Return the lines of an .ofd file, page by page.

    Raises:
        ReadingError: it is none, is damaged or too large, or has no words.
    """
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
            words.append(Word(content, box[0], box[0] + box[2], box[1] + box[3] / 2, box[3]))
        lines.extend(_group_lines(words))
    if not any(line.strip() for line in lines):
        raise ReadingError("OFD文件里没有文字（可能是扫描件），请提供.docx或文字版后再试。")
    return lines


def _split_digits(name: str) -> list[str]:
    return [part for part in re.split(r"(\d+)", name) if part]


def _group_lines(words: list[Word]) -> list[str]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle):
        if rows and word.middle - rows[-1][0].middle < word.height / 2:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_join_words(sorted(row, key=lambda word: word.left)) for row in rows]


def _join_words(row: list[Word]) -> str:
    text, end = "", 0.0
    for word in row:
        text += ("\t" if text and word.left - end > word.height / 2 else "") + word.text
        end = word.right
    return text
