"""All layouts that tests read, by name: what prints an invented notice in each, and what reads it back."""

from collections.abc import Callable
from pathlib import Path

from lib.reading import render
from lib.reading.hands import WANGSHU
from lib.reading.invented import Invented
from lib.reading.pdf import pdf
from lib.reading.shapes import SHAPES

SAMPLES = Path(__file__).parents[2] / "samples" / "notices"


def _written_out(file: Path) -> tuple[str, str]:
    text, _, wanted = file.read_text().partition("====\n")
    return text, wanted


#: Notices written out by hand, as they come off other cities' pages: text, and behind `====` how each row should be read.
#: A row is `section | item | beginning…end of the measure | lead | responsible | limits | paths`; names and paths are parted
#: by spaces, limits by `；`. An empty line of limits says that none must be read; `?` that the row must be flagged.
BY_HAND = {file.stem: _written_out(file) for file in sorted((SAMPLES / "by_hand").glob("*.txt"))}

PRINTED: dict[str, Callable[[Invented], bytes]] = {
    "docx": render.docx,
    "docx without merges": lambda n: render.docx(n, merged=False),
    "docx with empty cells for none": lambda n: render.docx(n, none=""),
    "xlsx": render.xlsx,
    "html": lambda n: render.html(n).replace("CODE", "utf-8").encode(),
    "html in layout tables": lambda n: render.html(n, layout=True).replace("CODE", "utf-8").encode(),
    "html of a word processor": lambda n: render.html(n, word=True).replace("CODE", "utf-8").encode(),
    "html in GB 18030 that says gb2312": lambda n: render.html(n).replace("CODE", "gb2312").encode("gb18030"),
    "tabs, one cell a line": lambda n: render.tab_cells(n).encode(),
    "tabs in GB 18030": lambda n: render.tab_cells(n).encode("gb18030"),
    "tabs in UTF-16": lambda n: render.tab_cells(n).encode("utf-16"),
    "tabs with DOS line ends": lambda n: render.tab_cells(n).replace("\n", "\r\n").encode(),
    "tabs, one row a line": lambda n: render.tab_rows(n).encode(),
    "tabs, rows broken over lines": lambda n: render.tab_rows(n, quoted=False).encode(),
    "markdown": lambda n: render.markdown(n).encode(),
    "bars": lambda n: render.bar_lines(n).encode(),
    "one cell a line": lambda n: render.one_a_line(n).encode(),
    "prose": lambda n: render.prose(n).encode(),
    "prose with other labels": lambda n: render.prose(n, lead="牵头部门", other="配合部门").encode(),
}
PDFS: dict[str, Callable[[Invented], bytes]] = {
    "pdf, ruled": lambda n: pdf(n, merged=False),
    "pdf, ruled and merged": pdf,
    "pdf, cells cut by pages": lambda n: pdf(n, cut=True, repeat=False),
    "pdf without lines": lambda n: pdf(n, merged=False, ruled=False),
    "pdf without lines, merged": lambda n: pdf(n, ruled=False),
}
TORN: dict[str, Callable[[Invented], bytes]] = {
    "cells parted by a space, on one line": lambda n: render.spaced_line(n).encode(),
    "columns printed apart": lambda n: render.columns_apart(n).encode(),
}
FILES = ("wangshu-2023.doc", "canglan-2022.doc", "xichuan-2020.xls")


def collection() -> dict[str, bytes]:
    """Name → the bytes of one notice in that layout."""
    out = {name: make(WANGSHU.notice) for name, make in (PRINTED | PDFS | TORN).items()}
    out |= {name: make(WANGSHU) for name, make in SHAPES.items()}
    out |= {name: text.encode() for name, (text, _) in BY_HAND.items()}
    out |= {name: (SAMPLES / name).read_bytes() for name in FILES}
    return out
