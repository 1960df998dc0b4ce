"""Layouts with the functions that print a sample notice in each, and hand-written notices."""

from collections.abc import Callable
from pathlib import Path

from lib.reading import render
from lib.reading.sample_notices import PrintableNotice

SAMPLES = Path(__file__).parents[2] / "samples" / "notices"


def _written_out(file: Path) -> tuple[str, str]:
    text, _, wanted = file.read_text().partition("====\n")
    return text, wanted


#: Hand-written notices in layouts of other cities' sites: text, and after `====` the expected rows.
#: A row is `section | item | beginning…end of the measure | lead | responsible | deadlines | paths`; names and paths are
#: separated by spaces, deadlines by `；`. An empty deadline cell means that none is read; `?` that the row is flagged.
BY_HAND = {file.stem: _written_out(file) for file in sorted((SAMPLES / "by_hand").glob("*.txt"))}

PRINTED: dict[str, Callable[[PrintableNotice], bytes]] = {
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
