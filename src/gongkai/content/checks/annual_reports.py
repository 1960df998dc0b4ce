"""Read the figures of an annual report from a file (.docx, .html, .pdf, .xlsx, …)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.law import annual_form as form
from gongkai.lib.law.annual_form import Rows, parse_tables
from gongkai.lib.reading.document import Grid, NoticeDocument
from gongkai.lib.reading.file_conversion import LAZY_LIBRARIES, load_document
from gongkai.lib.reading.model import ReadingError

_REPORT_TITLE_PATTERN = re.compile(r"((?:19|20)\d{2})\s*年?(?:度)?.{0,30}(?:政府信息公开|政务公开).{0,8}(?:年度)?报告")


@dataclass(frozen=True)
class ParsedAnnualReport:
    """An annual report read from a file.

    `tables` has the tables found, in the form of `law.annual.check_annual_report`; `year` is that of the title, or 0.
    """

    tables: dict[str, object] = field(default_factory=dict)
    year: int = 0
    title: str = ""

    @property
    def lacking(self) -> list[str]:
        """Return the names of the tables that are missing or incomplete."""
        return [name for key, name in form.TABLE_NAMES.items() if key not in self.tables]


@reader(ReadingError, loads=LAZY_LIBRARIES)
def read_report(data: bytes) -> ParsedAnnualReport:
    """Read a report from a file in any format that notices are read from (docx, html, pdf, xlsx, …).

    Raises:
        ReadingError: the file cannot be read, or contains none of the tables.
    """
    document = load_document(data)
    tables = parse_tables(_iterate_grids(document))
    if not tables:
        raise ReadingError("没有找到年度报告的表格：请确认文件里有“收到和处理政府信息公开申请情况”等统一格式的表格。")
    title = next((match for line in _iterate_lines(document) if (match := _REPORT_TITLE_PATTERN.search(line))), None)
    return ParsedAnnualReport(tables, int(title[1]) if title else 0, title.string.strip()[:200] if title else "")


def _iterate_grids(document: NoticeDocument) -> Iterator[Rows]:
    """Yield each table as rows of cell texts."""
    for block in document.blocks:
        if isinstance(block, Grid):
            yield [[cell.text for cell in line.cells] for line in block.lines]


def _iterate_lines(document: NoticeDocument) -> Iterator[str]:
    """Yield each paragraph, and the cells of the first two rows of each table."""
    for block in document.blocks:
        if isinstance(block, Grid):
            yield from (cell.text for line in block.lines[:2] for cell in line.cells)
        else:
            yield block.text


__all__ = ["ParsedAnnualReport", "ReadingError", "read_report"]
