"""Reading and writing of spreadsheets: formats, errors by cell, formula injection, hostile files."""

import csv
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from examples import most
from gongkai.core.spreadsheets import BadCell, Column, Sheet, UnreadableFile, read_table, write_csv, write_xlsx
from gongkai.core.spreadsheets.cells import (
    choice,
    format_value,
    long_text,
    parse_day,
    short_text,
    whole_number,
    words_list,
    yes_no,
)
from gongkai.core.spreadsheets.writer import looks_like_formula
from gongkai.work.requests.spreadsheets import REQUEST_SHEET

SHEET = Sheet(
    "书目",
    (
        Column("name", "书名", short_text(20), required=True, help="全称"),
        Column(
            "kind",
            "类别",
            choice({"文学": "lit", "历史": "his"}),
            write=lambda r: {"lit": "文学"}.get(r.get("kind")),
            choices=("文学", "历史"),
        ),
        Column("on", "日期", parse_day),
        Column("count", "册数", whole_number(minimum=1)),
        Column("lent", "外借", yes_no),
        Column("names", "作者", words_list()),
    ),
    max_rows=50,
)


def make_book(*rows: tuple[object, ...]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


ROW = {"name": "春秋", "kind": "lit", "on": date(2026, 1, 5), "count": 3, "lent": True, "names": ["甲", "乙"]}


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_written_rows_are_read_back(write) -> None:
    table = read_table(write(SHEET, [ROW]), SHEET)
    assert table.errors == []
    assert [row.values for row in table.rows] == [ROW]
    assert table.rows[0].number == 2


def test_head_row_may_follow_a_title_and_have_marks() -> None:
    table = read_table(make_book(("二〇二六年书目",), (), ("＊书名（必填）", "册 数"), ("春秋", 3)), SHEET)
    assert [(row.number, row["name"], row["count"]) for row in table.rows] == [(4, "春秋", 3)]
    assert not table.rows[0].has("on")


def test_cell_is_read_as_formatted_and_formula_without_value_named() -> None:
    made = Workbook()
    made.active.append(["书名", "册数", "外借"])
    made.active.append([0.0285, "=1+1", "是"])
    made.active.append([time(8, 0), 2, "是"])
    made.active["A2"].number_format = "0.00%"
    out = io.BytesIO()
    made.save(out)
    table = read_table(out.getvalue(), SHEET)
    assert [one["name"] for one in table.rows] == ["8:00"]
    assert [(one.place, one.what) for one in table.errors] == [("第2行 B列（册数）", "公式没有计算结果")]
    made.active["B2"] = 1
    out = io.BytesIO()
    made.save(out)
    assert read_table(out.getvalue(), SHEET).rows[0]["name"] == "2.85%"


CODES = Sheet(
    "编码", (Column("code", "编码"), Column("count", "册数", whole_number()), Column("on", "日期", parse_day))
)


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("#N/A", "是表格的错误值"),
        ("#REF!", "是表格的错误值"),
        ("市财政局、#N/A", "是表格的错误值"),
        ("合计#N/A", "是表格的错误值"),
        ("错误：#REF!", "是表格的错误值"),
        ("#N/A 待补", "是表格的错误值"),
        ("数据（#VALUE!）见附表", "是表格的错误值"),
        ("春秋_x000D_左传", "没有还原的控制符"),
        ("＃VALUE!", "是表格的错误值"),
        ("######", "是表格的错误值"),
        ("<table><tr><td>#N/A</td></tr></table>", "是表格的错误值"),
        ("经费#REF!万元", "是表格的错误值"),
        ("见“#REF!”和【#N/A】", "是表格的错误值"),
        ("财政局#N/A教育局", "是表格的错误值"),
        ("#REF!A1:B2", "是表格的错误值"),
        ("合计＃ＲＥＦ！元", "是表格的错误值"),
        ("金额########元", "是表格的错误值"),
        ("合计Err:522", "是表格的错误值"),
        ("合计#值!、#除数/0!", "是表格的错误值"),
        ("怎样处理#N/A错误，共#N/A件", "是表格的错误值"),
        ("共1.23E+17元", "中有科学记数法"),
        ("编号1.23457E+17", "中有科学记数法"),
        ("甲_X000D_乙", "没有还原的控制符"),
        (510102198703154319, "超过15位"),
        (5.10102198703154e17, "超过15位"),
        (1_000_000_000_000_000, "超过15位"),
        ("5.10102E+17", "是科学记数法"),
        ("下划线_x005F_x000D_", "没有还原的控制符"),
        ("1.10105e17", "是科学记数法"),
        ("编号1.1E17", "中有科学记数法"),
        ("NaN", "程序导出的空值"),
        ("<null>", "程序导出的空值"),
        ("=SUM(A1:A3)", "公式没有计算结果"),
    ],
)
def test_error_value_or_missing_value_is_refused_with_its_cell(cell: object, what: str) -> None:
    table = read_table(make_book(("编码", "册数"), ("A1", 1), (cell, 1)), CODES)
    assert [row["code"] for row in table.rows] == ["A1"]
    (error,) = table.errors
    assert (error.place, what in error.what) == ("第3行 A列（编码）", True)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("春秋_x000D_\n左传", "春秋\n左传"),
        ("春秋_x000d_", "春秋"),
        ("_xD842__xDFB7_野", "𠮷野"),
        ("A_x0042_C", "ABC"),
        ("下划线_x005F_x0041_", "下划线_x0041_"),
        (999_999_999_999_999, "999999999999999"),
        ("510102198703154319", "510102198703154319"),
        ("第#1号", "第#1号"),
        *[
            (text, text)
            for text in (
                "怎样处理#N/A错误",
                "怎样处理“#REF!”报错",
                "C#语言培训",
                "3#楼",
                "#1机组检修公告",
                "地块编号#12",
                "关于春节#话题#的通知",
                "#云岭发布#",
                "A#/B#泵站",
                "1E+2班",
                "教学楼3E12",
                "Nancy",
                "放射源活度3.7E+08Bq",
                "### 一、总体要求",
            )
        ],
    ],
)
def test_escaped_characters_are_restored_and_other_text_unchanged(cell: object, code: str) -> None:
    table = read_table(make_book(("编码", "册数"), (cell, 1)), CODES)
    assert (table.errors, table.rows[0]["code"].replace(" \n", "\n")) == ([], code)


def test_csv_is_read_like_the_sheet_it_was_saved_from() -> None:
    content = (
        "编码,册数\n春秋_x000D_,1\n#N/A,1\n5.10102E+17,1\nA_x0042_C,1\n510102198703154000,1\n"
        "甲_x005F_x000D_,1\n=SUM(A1:A3),1\n"
    )
    table = read_table(content.encode(), CODES)
    assert [row["code"] for row in table.rows] == ["春秋", "A_x0042_C", "510102198703154000"]
    assert [error.row for error in table.errors] == [3, 4, 7, 8]
    assert "第6行 A列" in table.notes[0]


@pytest.mark.parametrize(
    ("value", "what", "todo"),
    [
        ("2026-02-30", "没有这一天：“2026-02-30”", "请核对年、月、日"),
        ("20261", "不是日期：“20261”", "请按“2026-01-05”或者“2026年1月5日”的样式填写日期"),
    ],
)
def test_invalid_date_gets_the_same_reason_as_in_forms(value: str, what: str, todo: str) -> None:
    with pytest.raises(BadCell) as caught:
        parse_day(value)
    assert (caught.value.what, caught.value.todo) == (what, todo)


def test_errors_name_row_column_fault_and_remedy() -> None:
    table = read_table(
        make_book(("书名", "类别", "日期", "册数"), ("春秋", "科幻", "昨天", 0), (None, "文学", None, 2)), SHEET
    )
    assert [(e.row, e.column, e.head) for e in table.errors] == [
        (2, "B", "类别"),
        (2, "C", "日期"),
        (2, "D", "册数"),
        (3, "A", "书名"),
    ]
    assert str(table.errors[0]) == "第2行 B列（类别）：“科幻”不在可选范围内。请填写：文学、历史。"
    assert table.rows == []
    table = read_table(make_book(("类别", "日期", "备注"), ("文学", "2026-01-02", "x")), SHEET)
    assert str(table.errors[0]) == "表头（书名）：缺少这一列。请补上后重新导入。"
    assert table.notes == ["C列“备注”不是本表的列，没有读取。"]


@pytest.mark.parametrize(
    ("column", "limit"),
    [(Column("x", "X"), 5000), (Column("x", "X", long_text(10_000)), 10_000)]
    + [(column, 5000) for column in REQUEST_SHEET.columns if column.key in {"wanted", "ground", "corrected_wanted"}],
)
def test_cell_has_the_same_length_limit_as_a_form_field(column: Column, limit: int) -> None:
    assert column.read("字" * limit)
    with pytest.raises(BadCell, match=f"共{limit + 1}个字，超过{limit}个字的上限"):
        column.read("字" * (limit + 1))


def test_invalid_choice_names_similar_ones_and_the_full_list() -> None:
    many = {f"不予处理：第{n}类情形很长的名称": n for n in range(20)} | {"不予公开：属于国家秘密": 99}
    with pytest.raises(BadCell) as caught:
        choice(many, synonyms={"涉密": 99})("国家秘密")
    assert caught.value.todo == "相近的有：不予公开：属于国家秘密；全部可填内容见模板的“填写说明”表"
    with pytest.raises(BadCell) as caught:
        choice(many)("飞")
    assert caught.value.todo == "全部可填内容见模板的“填写说明”表"
    assert choice(many, synonyms={"涉密": 99})("涉密") == 99


def test_cells_below_a_merged_cell_are_reported() -> None:
    made = Workbook()
    for row in (("书目", None), ("书名", "类别"), ("春秋", "历史"), ("左传", None), ("史记", None), (None, "文学")):
        made.active.append(row)
    for area in ("A1:B1", "B3:B4", "A5:A6"):
        made.active.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    table = read_table(out.getvalue(), SHEET)
    assert [(one.place, one.what) for one in table.errors] == [
        ("第4行 B列（类别）", "是合并单元格，这一格读不到内容"),
        ("第6行 A列（书名）", "是合并单元格，这一格读不到内容"),
    ]
    assert [row["name"] for row in table.rows] == ["春秋", "史记"]
    kind = next(column for column in SHEET.columns if column.head == "类别")
    grouped = replace(SHEET, columns=tuple(replace(one, grouping=one is kind) for one in SHEET.columns))
    table = read_table(out.getvalue(), grouped)
    assert [one.place for one in table.errors] == ["第6行 A列（书名）"]
    assert table.rows[1][kind.key] == table.rows[0][kind.key]
    assert any("B列（类别）向下合并" in note for note in table.notes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026年11月2日", date(2026, 11, 2)),
        ("2026/1/2", date(2026, 1, 2)),
        ("20261120", date(2026, 11, 20)),
        ("2026.11.20", date(2026, 11, 20)),
        ("45720", date(2025, 3, 4)),
        (45720.0, date(2025, 3, 4)),
        ("", None),
    ],
)
def test_parse_day_reads_common_spellings(value: str | float, expected: date | None) -> None:
    assert parse_day(value) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_common_encodings(encoding: str) -> None:
    assert read_table("书名,册数\n春秋,3\n".encode(encoding), SHEET).rows[0]["name"] == "春秋"


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", '=LINK("x","y")', " =1+1", "\u3000＝1", "\ufeff=1", "\u200b@x"]
)
def test_text_that_looks_like_a_formula_is_written_as_text(text: str) -> None:
    row = {**ROW, "name": text}
    made = write_xlsx(SHEET, [row])
    cell = load_workbook(io.BytesIO(made)).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.value == text
    assert cell.quotePrefix
    assert ("'" + text).replace('"', '""') in write_csv(SHEET, [row]).decode()
    assert read_table(write_csv(SHEET, [row]), SHEET).rows[0]["name"] == format_value(text)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_other_separators_cannot_split_a_formula_out_of_a_csv_cell(separator: str) -> None:
    """For every separator, a quoted text is one cell and begins no formula."""
    made = write_csv(SHEET, [{**ROW, "name": f"甲{separator}=1+1{separator}乙"}]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(made), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if looks_like_formula(cell)]


def test_choices_help_and_heads_are_written_as_text() -> None:
    column = Column("name", "书名", choices=('=HYPERLINK("x")', "春秋"), help="=1+1")
    make_book = load_workbook(io.BytesIO(write_xlsx(Sheet("书", (column,), intro="=1+1"), [])))
    assert not [cell for page in make_book for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    made = Sheet("表", (Column("name", "=1+1", required=True), Column("b", "@SUM(A1)")))
    make_book = load_workbook(io.BytesIO(write_xlsx(made, [{"name": "甲"}])))
    assert [cell.value for cell in make_book.worksheets[0][1]] == ["=1+1", "@SUM(A1)"]
    assert not [cell for page in make_book for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    text = write_csv(made, [{"name": "甲"}])
    assert text.decode("utf-8-sig").startswith('"\'=1+1","\'@SUM(A1)"')
    assert read_table(text, made).rows[0]["name"] == "甲"


@given(st.text(max_size=20))
@settings(max_examples=most(25), deadline=None)
def test_any_text_can_be_written(text: str) -> None:
    write_xlsx(SHEET, [{**ROW, "name": text}])
    write_csv(SHEET, [{**ROW, "name": text}])


def make_zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("xl/workbook.xml", b"<x/>")
        bundle.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return out.getvalue()


def make_docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("word/document.xml", b"<x/>")
    return out.getvalue()


def make_lying_zip_bomb() -> bytes:
    """Make a zip bomb whose directory claims a small size."""
    raw = bytearray(make_zip_bomb())
    size = (80_000_000).to_bytes(4, "little")
    start = 0
    while (at := raw.find(size, start)) >= 0:
        raw[at : at + 4] = (1000).to_bytes(4, "little")
        start = at + 4
    return bytes(raw)


def make_with_part(name: str, content: bytes) -> bytes:
    """Make a valid file with one part replaced, or added and declared."""
    good, out = zipfile.ZipFile(io.BytesIO(make_book(("书名", "册数"), ("春秋", 3)))), io.BytesIO()
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    declared = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for part in good.namelist():
            kept = good.read(part)
            if part == "[Content_Types].xml" and "shared" in name:
                kept = kept.replace(b"</Types>", declared)
            if part != name:
                bundle.writestr(part, kept)
        bundle.writestr(name, content)
    return out.getvalue()


NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def make_many_strings() -> bytes:
    words = b"<sst " + NAMESPACE + b">" + b"<si><t>a</t></si>" * 3_000_000 + b"</sst>"
    return make_with_part("xl/sharedStrings.xml", words)


def make_many_styles() -> bytes:
    words = b"<styleSheet " + NAMESPACE + b"><cellXfs>" + b"<xf/>" * 5_000_000 + b"</cellXfs></styleSheet>"
    return make_with_part("xl/styles.xml", words)


FAR_ROW = b"<worksheet " + NAMESPACE + b'><sheetData><row r="1048576"><c><v>1</v></c></row></sheetData></worksheet>'

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "strings": (make_many_strings, "30万条"),
    "styles": (make_many_styles, "过多"),
    "far": (lambda: make_with_part("xl/worksheets/sheet1.xml", FAR_ROW), "行（含空行）"),
    "nothing": (lambda: b"", "空的"),
    "blank": (lambda: b" \n ", "空的"),
    "bomb": (make_zip_bomb, "超过60兆"),
    "lying": (make_lying_zip_bomb, "损坏"),
    "docx": (make_docx, "没有文字"),
    "cut": (lambda: make_book(("书名", "册数"), ("春秋", 3))[:900], "损坏"),
    "noise": (lambda: random.Random(1).randbytes(4000), "不是表格"),
    "ole": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
    "large": (lambda: b"a,b\n" * 3_000_000, "超过10兆"),
    "no head": (lambda: make_book(("甲", "乙"), ("丙", "丁")), "表头"),
    "head only": (lambda: make_book(("书名", "册数")), "没有数据"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_one_line(name: str) -> None:
    make, word = HOSTILE[name]
    content = make()
    with pytest.raises(UnreadableFile, match=word) as caught:
        read_table(content, SHEET)
    assert "\n" not in str(caught.value)


def test_too_many_rows_are_refused_early() -> None:
    content = "书名,册数\n".encode() + b"abc,1\n" * 100_000
    with pytest.raises(UnreadableFile, match="最多导入50行"):
        read_table(content, SHEET)
    row = '<row r="%d"><c t="inlineStr"><is><t>%s</t></is></c><c t="inlineStr"><is><t>%s</t></is></c></row>'
    rows = [("书名", "册数"), *(("春秋", "3") for _ in range(100_000))]
    cells = "".join(row % (n, *one) for n, one in enumerate(rows, 1)).encode()
    content = make_with_part(
        "xl/worksheets/sheet1.xml", b"<worksheet " + NAMESPACE + b"><sheetData>" + cells + b"</sheetData></worksheet>"
    )
    with pytest.raises(UnreadableFile, match="最多导入50行"):
        read_table(content, SHEET)


def test_number_of_reported_errors_is_limited() -> None:
    wide = Sheet("书目", SHEET.columns, max_rows=5000)
    table = read_table("书名,册数\n".encode() + b"x,none\n" * 1000, wide)
    assert len(table.errors) == 200
    assert "前200处" in table.notes[-1]
