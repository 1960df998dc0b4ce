"""Text tables: cells are searched by column, and a masked table keeps its rows and columns."""

import csv
import io
from pathlib import Path

import pytest
from lxml import etree

from gongkai.lib.privacy import PrivacyError, find, mask_file
from gongkai.lib.privacy.files import xlsx
from gongkai.lib.privacy.files.text import read_file_text

NUMBER = "530111199003077738"
ROWS = [
    ["序号", "姓名", "身份证号码", "家庭住址", "备注"],
    ["1", "张三丰", NUMBER, "云岭市东风路12号3栋201室", '说"好", 已核'],
    ["2", "欧阳修文", "530111198803077731", "云岭市东风路14号", "第一行\n第二行"],
]


def written(folder: Path, rows: list[list[str]] = ROWS, *, separator: str = ",", encoding: str = "utf-8") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    path = folder / "attachment.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def read(path: Path, separator: str = ",") -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8"), (",", "utf-8-sig"), ("\t", "gb18030"), (";", "utf-16")]
)
def test_table_is_searched_and_masked(tmp_path: Path, separator: str, encoding: str) -> None:
    source = written(tmp_path, separator=separator, encoding=encoding)
    found = {(one.kind, one.text) for one in find(read_file_text(source))}
    assert {("person", "张三丰"), ("id_number", NUMBER), ("address", "云岭市东风路14号")} <= found
    out = tmp_path / "masked.csv"
    done = mask_file(source, out)
    masked = read(out, separator)
    assert len(done.findings) >= 6
    assert [len(row) for row in masked] == [5, 5, 5]
    assert masked[0] == ROWS[0]
    assert masked[1][0] == "1"
    assert masked[1][4] == ROWS[1][4]
    assert masked[2][4] == "第一行 第二行"
    assert not find(read_file_text(out))
    words = out.read_text()
    assert not any(word in words for word in ("张三丰", NUMBER, "14号"))


def test_kinds_that_are_not_selected_stay(tmp_path: Path) -> None:
    out = tmp_path / "masked.csv"
    mask_file(written(tmp_path), out, kinds=["person"])
    assert read(out)[1][1] == "张三丰"
    assert NUMBER not in out.read_text()


@pytest.mark.parametrize("content", ["姓名".encode(), b'"', b'a,"b\nc,d'])
def test_unusual_tables_are_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "attachment.csv"
    path.write_bytes(content)
    assert isinstance(read_file_text(path), str)


def test_binary_content_is_refused_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "attachment.csv"
    path.write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(PrivacyError, match="已损坏"):
        read_file_text(path)


def test_cells_without_reference_are_in_columns_of_their_own() -> None:
    row = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in ("姓名", "电话", "住址"))
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = etree.fromstring(f'<worksheet xmlns="{namespace}"><sheetData><row>{row}</row></sheetData></worksheet>')
    assert xlsx._collect_cells(sheet, [], [])[0].text == "\n姓名\t电话\t住址"
