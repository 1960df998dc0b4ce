"""Hostile files: refused with one line or read, in bounded time and memory."""

import contextlib
import io
import time
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice
from lib.costs import least_seconds

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEADS = ("工作任务", "贯彻举措", "牵头单位", "责任单位")
ROW = ("一、公开", "公开规划。", "市财政局", "市教委")


def word(xml: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
    return stream.getvalue()


def word_row(texts: tuple[str, ...]) -> str:
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in texts)
    return f"<w:tr>{cells}</w:tr>"


def word_table(rows: int) -> bytes:
    body = word_row(HEADS) + word_row(ROW) * rows
    return word(f"<w:document {W}><w:body><w:tbl>{body}</w:tbl></w:body></w:document>")


def tabs(rows: int, row: tuple[str, ...] = ROW) -> bytes:
    return ("\t".join(HEADS) + "\n" + ("\t".join(row) + "\n") * rows).encode()


def html_table(rows: int) -> bytes:
    line = "".join(f"<td>{text}</td>" for text in ROW)
    heads = "".join(f"<th>{text}</th>" for text in HEADS)
    return f"<html><table><tr>{heads}</tr>{f'<tr>{line}</tr>' * rows}</table></html>".encode()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zip bomb": (lambda: word("<a>" + " " * 121_000_000 + "</a>"), "超过120兆字节"),
    "a Word table of 6,000 rows": (lambda: word_table(6_000), "超过2万段"),
    "a text table of 5,100 rows": (lambda: tabs(5_100), "超过5000行"),
    "a page with a table of 5,100 rows": (lambda: html_table(5_100), "超过5000行"),
    "entities": (lambda: word('<!DOCTYPE a [<!ENTITY b "xxxxx">]><a>&b;</a>'), "XML声明"),
    "tables nested without end": (
        lambda: word(f"<w:document {W}><w:body>{'<w:tbl><w:tr><w:tc>' * 3000}{'</w:tc></w:tr></w:tbl>' * 3000}</w:body></w:document>"),
        "损坏|嵌套",
    ),
    "a page nested without end": (lambda: b"<html>" + b"<div>" * 40_000 + b"x", "嵌套|没有找到"),
    "text in another encoding": (lambda: "政府資訊公開工作任務與責任單位一覽表，請各單位確實辦理。".encode("big5") * 30, "没有找到任务表"),
    "a docx that is none": ("这不是文档".encode, "没有找到任务表"),
    "a zip of something else": (lambda: _zip("a.txt", "文字"), "没有找到任务表"),
    "a broken zip": (lambda: b"PK\x03\x04" + b"\x00" * 500, "损坏"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "图片"),
    "a broken pdf": (lambda: b"%PDF-1.7\n" + b"\x00\xff" * 500, "PDF"),
    "a broken old file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "损坏|格式"),
    "nothing": (lambda: b"", "空"),
    "noise": (lambda: bytes(range(256)) * 2000, "不支持的格式"),
}  # fmt: skip


def sheet(edit: Callable[[Worksheet], object]) -> bytes:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.append(HEADS)
    page.append(ROW)
    edit(page)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("spelt", [b'ref="A3:XFD1048576"', b"ref='A3:XFD1048576'", b'x="y"  ref = "A3:XFD1048576"'])
def test_empty_merge_over_all_rows_is_read_cheaply(spelt: bytes) -> None:
    data = sheet(lambda page: page.merge_cells("A3:B4"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b'ref="A3:B4"', spelt))
    assert [row.lead for row in read_notice(stream.getvalue()).rows] == [("市财政局",)]


def test_stray_cell_at_end_of_sheet_is_read_cheaply() -> None:
    notice = read_notice(sheet(lambda page: page.cell(1_048_576, 16_384, "x")))
    assert [row.lead for row in notice.rows] == [("市财政局",)]


def _zip(name: str, text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_file_is_refused_with_one_line(name: str) -> None:
    make, says = REFUSED[name]
    with pytest.raises(ReadingError, match=says) as caught:
        read_notice(make())
    assert "\n" not in str(caught.value)


CELL_TEXTS: dict[str, Callable[[int], str]] = {
    "open brackets": lambda n: "（公开路径：" * n,
    "open quotes": lambda n: "“甲>" * n,
    "titles": lambda n: "《" * n,
}


def _reading_seconds(text: str, enough: float = 0.0) -> float:
    """Return the processor time of reading a notice with long cells."""
    pieces = [text[n : n + 15_000] for n in range(0, len(text), 15_000)]
    data = ("\t".join(HEADS) + "\n" + "".join(f"一、公开\t{piece}\t市财政局\t市教委\n" for piece in pieces)).encode()
    return least_seconds(lambda: read_notice(data), enough)


@pytest.mark.parametrize("name", CELL_TEXTS)
def test_reading_time_is_not_quadratic(name: str) -> None:
    make = CELL_TEXTS[name]
    small = _reading_seconds(make(1_000))
    most = max(0.2, small * 8 * 4)  # eight times the text: a square would be 64
    assert _reading_seconds(make(8_000), most) < most


def test_very_many_units_stay_one_cell() -> None:
    notice = read_notice(tabs(1, ("一、公开", "公开。", "区财政局" * 5_000, "市教委")))
    assert len(notice.rows) == 1


def test_very_long_field_between_commas_is_no_head() -> None:
    text = f"甲,乙,{'长' * 140_000}\n".encode() + tabs(2)
    assert len(read_notice(text).rows) == 2


@pytest.mark.parametrize("rows", [3, 4_500])
def test_quotation_mark_that_begins_cell_joins_no_rows(rows: int) -> None:
    text = tabs(rows).decode().replace("公开规划", '"公开规划', 1)
    notice = read_notice(text.encode())
    assert [row.measure for row in notice.rows[:2]] == ['"公开规划。', "公开规划。"]
    assert len(notice.rows) == rows


def test_short_row_of_a_table_with_very_many_columns_is_read_cheaply() -> None:
    heads = ["序号", "工作任务", "责任单位", "完成时限", *["备注"] * 30]
    rows = [["1", "公开规划并及时更新内容。", "市财政局", "6月底前", *["按月报送"] * count] for count in (30, 12, 13)]
    start = time.process_time()
    text = "\n".join(" |\n".join(cells) + " | |" for cells in (heads, *rows))
    assert len(read_notice(text.encode()).rows) == 3
    assert time.process_time() - start < 5


def test_very_long_cell_is_read_and_flagged() -> None:
    notice = read_notice(tabs(1, ("一、公开", "及时公开，" * 10_000, "市财政局", "市教委")))
    assert any("过长" in warning.message for warning in notice.warnings)


HEADERS_WITHOUT_SEPARATORS = "工作任务贯彻举措牵头单位责任单位完成时限"
UNSEPARATED_TEXTS = {
    "a string of rows": lambda n: HEADERS_WITHOUT_SEPARATORS + "一、公开" + "及时公开。市财政局、市教委" * n,
    "units with colons": lambda n: "市财政局：公开预算公开预算。\n" * n,
    "brackets on one line": lambda n: "一、公开（市财政局牵头） " + "（甲（乙）丙" * n * 20,
    "people behind a point": lambda n: "1.公开信息。责任单位：市财政局\n" + "责任人：张三\n" * n * 10,
    "commas without end": lambda n: '序号,工作任务,责任单位\n"' + "公开,公开\n" * n * 10,
    "units said of all above": lambda n: "".join(
        f"{i}.公开。\n以上各项由市财政局负责，9月底前完成。\n" for i in range(1, n)
    ),
}


@pytest.mark.parametrize("name", UNSEPARATED_TEXTS)
def test_reading_time_of_unseparated_text_is_not_quadratic(name: str) -> None:
    spent = []
    for count in (40, 320):
        data = UNSEPARATED_TEXTS[name](count).encode()
        start = time.process_time()
        with contextlib.suppress(ReadingError):
            read_notice(data)
        spent.append(time.process_time() - start)
    assert spent[1] < 0.4 or spent[1] / spent[0] < 8 * 4


def test_labels_after_all_points_are_warned_once_per_point() -> None:
    points = "".join(f"{n}.公开信息（市财政局牵头）\n" for n in range(1, 31))
    labels = "".join(f"责任单位：市第{n}中学\n" for n in range(1, 31))
    told = [one for one in read_notice((points + labels).encode()).warnings if "用于以上各项" in one.message]
    assert {one.row for one in told} == set(range(1, 31))
    assert len(told) < 30 + 30


def _pdf(*objects: bytes) -> bytes:
    out, offsets = b"%PDF-1.5\n", []
    for number, made in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + made + b"\nendobj\n"
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + rows + trailer


def _stream(data: bytes, facts: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (facts, len(data), data)


CATALOG, ONE_PAGE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PDF_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F 6 0 R>>>>"


@pytest.mark.parametrize(
    ("objects", "reason"),
    [
        ((CATALOG, ONE_PAGE, PDF_PAGE, _stream(b"1 1 3 3 re S\n" * 20_001)), "2万条线"),
        (
            (
                CATALOG,
                ONE_PAGE,
                PDF_PAGE,
                _stream(b"/F Do " * 101),
                _stream(b"/F Do " * 101, FORM),
                _stream(b"", FORM),
            ),
            "1万个图形",
        ),
        (
            (CATALOG, b"<</Type/Pages/Kids[%s]/Count 121>>" % (b"3 0 R " * 121), PDF_PAGE, _stream(b"")),
            "120页",
        ),
        (
            (CATALOG, b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>", PDF_PAGE, _stream(b"")),
            "页面目录互相包含",
        ),
    ],
    ids=["rectangles", "forms that draw forms", "pages", "a page tree that contains itself"],
)
def test_pdf_is_refused_naming_exceeded_limit(objects: tuple[bytes, ...], reason: str) -> None:
    with pytest.raises(ReadingError, match=reason):
        read_notice(_pdf(*objects))
