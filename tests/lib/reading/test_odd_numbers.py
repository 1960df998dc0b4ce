"""Invalid numbers in markup (spans, list levels, start values) do not prevent reading the table."""

import io
import re
import zipfile

import docx
import pytest

from gongkai.lib.fileformats.documents.packages import parse_attribute_number
from gongkai.lib.reading.notice import read_notice

HEAD = ("工作任务", "重点举措", "牵头单位", "责任单位")
ROW = ("一、测试", "推进公开，2026年12月底前完成。", "市政府办公室", "市教育局")


def word(value: str) -> bytes:
    """Return a .docx with `value` as its spans, list levels and start values."""
    made = docx.Document()
    made.add_paragraph("云岭市2026年政务公开任务分工")
    made.add_paragraph("推进公开", style="List Number")
    table = made.add_table(rows=2, cols=4)
    for cells, words in zip(table.rows, (HEAD, ROW), strict=True):
        for cell, text in zip(cells.cells, words, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        cell._tc.grid_span = 2
    plain, odd = io.BytesIO(), io.BytesIO()
    made.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(odd, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name in {"word/document.xml", "word/numbering.xml"}:
                text = re.sub(r'(<w:(?:gridSpan|start|ilvl) w:val=")[^"]*', rf"\g<1>{value}", data.decode())
                data = re.sub(r'w:ilvl="\d+"', f'w:ilvl="{value}"', text).encode()
            target.writestr(name, data)
    return odd.getvalue()


@pytest.mark.parametrize("value", ["x", "²", "-5", "", "0"])
def test_word_table_with_invalid_number_is_read(value: str) -> None:
    parsed = read_notice(word(value))
    assert len(parsed.rows) == 1
    assert "市教育局" in str(parsed.rows[0])


@pytest.mark.parametrize("value", ["x", "²", "①", "-5", "", "9" * 30])
def test_web_table_with_invalid_number_is_read(value: str) -> None:
    rows = "".join(f'<tr><td colspan="{value}">{"</td><td>".join(words)}</td></tr>' for words in (HEAD, ROW))
    parsed = read_notice(f"<p>任务分工</p><table>{rows}</table>".encode())
    assert len(parsed.rows) == 1
    assert "市教育局" in str(parsed.rows[0])


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("99", 60), ("9" * 40, 60), (None, 1), ("", 1), ("²", 1), ("-1", 1), ("３", 1)],
)
def test_parse_attribute_number_returns_default_unless_integer(text: str | None, number: int) -> None:
    assert parse_attribute_number(text, 1) == number
