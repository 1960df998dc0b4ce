"""Tables of every kind as rows, regardless of file names."""

import io
import zipfile

import openpyxl
import pytest

from factories import foreign_files as files
from gongkai.lib.fileformats.workbooks.rows import UnreadableFile, read_workbook


def strict_workbook() -> bytes:
    """Return a workbook in strict OOXML."""
    book, saved, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.worksheets[0].append(["甲", "乙"])
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            for kind in ("spreadsheetml", "officeDocument"):
                part = part.replace(f"schemas.openxmlformats.org/{kind}/2006", f"purl.oclc.org/ooxml/{kind}")
            new.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (strict_workbook(), ["甲", "乙"]),
        (files.HTML, ["甲", "乙"]),
        (files.EXCEL_2003, ["甲", None]),
        ("姓名,住址\n張三,臺北市中正區".encode("big5"), ["姓名", "住址"]),
        ("⼯作任务,张　三\n公开预算,市财政局".encode("utf-16-le"), ["工作任务", "张三"]),
    ],
    ids=["strict", "page", "2003", "big5", "utf-16"],
)
def test_first_row_is_read(data: bytes, row: list[object]) -> None:
    assert read_workbook.here(data).pages[0].rows[0][1] == row


def test_mail_is_refused_as_table() -> None:
    with pytest.raises(UnreadableFile, match="这是邮件，不是表格"):
        read_workbook.here(files.mail())
