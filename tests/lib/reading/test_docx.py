"""Word files: merged units, tracked changes, lists, nested tables, rows broken by a page."""

import io
from collections.abc import Callable

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice

HEADS = ("工作任务", "贯彻举措", "牵头单位", "责任单位")


def read_table(rows: list[tuple[str, ...]], edit: Callable[[Table], None] = lambda table: None) -> Notice:
    document = Document()
    document.add_paragraph("云岭市2026年政务公开工作要点任务分工")
    table = document.add_table(rows=0, cols=len(rows[0]))
    heads = HEADS if len(rows[0]) == 4 else ("工作任务", "工作任务", *HEADS[1:])
    for texts in [heads, *rows]:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    edit(table)
    stream = io.BytesIO()
    document.save(stream)
    return read_notice(stream.getvalue())


def merge(table: Table, column: int, first: int, last: int) -> None:
    for row in range(first + 1, last + 1):
        table.cell(row, column).text = ""
    table.cell(first, column).merge(table.cell(last, column))


def test_merged_units_are_copied_down_and_empty_cells_stay_empty() -> None:
    notice = read_table(
        [
            ("一、公开", "公开规划。", "市发展改革委", "市政府各部门"),
            ("", "公开预算。", "", "市财政局"),
            ("", "公开债务。", "", ""),
        ],
        lambda table: (merge(table, 0, 1, 3), merge(table, 2, 1, 2)),
    )
    assert [row.lead for row in notice.rows] == [("市发展改革委",), ("市发展改革委",), ()]
    assert [row.responsible for row in notice.rows] == [("市政府各部门",), ("市财政局",), ()]
    assert [warning.row for warning in notice.warnings] == [3]  # nobody owns it


def test_unexplained_empty_cells_are_flagged() -> None:
    notice = read_table(
        [("一、公开", "公开规划。", "市发展改革委", "市政府各部门"), ("", "公开预算。", "市财政局", "")]
    )
    assert notice.rows[1].section == "一、公开"
    assert [(w.row, w.field) for w in notice.warnings] == [(2, "responsible")]


def test_tracked_changes_are_read_as_accepted() -> None:
    def track(table: Table) -> None:
        paragraph = table.cell(1, 1).paragraphs[0]._p
        for tag, inner in (("del", "<w:delText>删去的话</w:delText>"), ("ins", "<w:t>，每季度公开</w:t>")):
            xml = f'<w:{tag} {nsdecls("w")} w:id="1" w:author="a"><w:r>{inner}</w:r></w:{tag}>'
            paragraph.append(parse_xml(xml))
        gone = table.rows[2]._tr.get_or_add_trPr()
        gone.append(parse_xml(f'<w:del {nsdecls("w")} w:id="2" w:author="a"/>'))

    notice = read_table(
        [
            ("一、公开", "公开规划", "市发展改革委", "有关单位"),
            ("二、废止", "不再要求。", "市财政局", "有关单位"),
        ],
        track,
    )
    assert [row.measure for row in notice.rows] == ["公开规划，每季度公开"]


def test_automatic_numbers_are_part_of_text() -> None:
    def number(table: Table) -> None:
        cell = table.cell(1, 1)
        cell.text = ""
        document = table.part.document
        for text in ("公开规划。", "公开预算。"):
            paragraph = cell.add_paragraph(text)
            paragraph.style = document.styles["List Number"]

    notice = read_table([("一、公开", "x", "市发展改革委", "有关单位")], number)
    assert notice.rows[0].measure == "1.公开规划。\n2.公开预算。"


def test_nested_table_is_read_in_order() -> None:
    def nest(table: Table) -> None:
        inner = table.cell(1, 1).add_table(rows=1, cols=2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "1．甲类事项。", "2．乙类事项。"

    notice = read_table([("一、公开", "公开下列事项。", "市发展改革委", "有关单位")], nest)
    assert notice.rows[0].measure.split("\n") == ["公开下列事项。", "1．甲类事项。", "2．乙类事项。"]


SECOND = "3．第三项。"


@pytest.mark.parametrize(
    ("units", "rows"),
    [(("市财政局", "有关单位"), 1), (("市财政局", "市教委"), 2)],
    ids=["same units are one row", "other units stay two"],
)
def test_row_broken_by_page_is_joined_if_units_match(units: tuple[str, str], rows: int) -> None:
    notice = read_table(
        [
            ("一、公开", "（一）财政", "1．第一项。\n2．第二项。", "市财政局", "有关单位"),
            ("一、公开", "（一）财政", SECOND, *units),
        ]
    )
    assert len(notice.rows) == rows
    assert notice.rows[-1].measure.endswith(SECOND)
    assert bool(notice.warnings) == (rows == 2)


def test_next_point_of_another_unit_is_separate_row_without_warning() -> None:
    notice = read_table(
        [
            ("一、公开", "（一）财政", "1．公开预算。", "市财政局", "有关单位"),
            ("一、公开", "（一）财政", "2．公开招生计划。", "市教委", "有关单位"),
        ]
    )
    assert len(notice.rows) == 2
    assert not notice.warnings


def test_sentence_broken_by_page_is_joined_without_space() -> None:
    notice = read_table(
        [
            ("一、公开", "（一）财政", "公开预算，并按照", "市财政局", "有关单位"),
            ("一、公开", "（一）财政", "要求公开决算。", "市财政局", "有关单位"),
        ]
    )
    assert [row.measure for row in notice.rows] == ["公开预算，并按照要求公开决算。"]


def test_row_whose_numbering_restarts_is_separate() -> None:
    notice = read_table(
        [
            ("一、公开", "（一）财政", "1．第一项。", "市财政局", "有关单位"),
            ("一、公开", "（一）财政", "1．别的事项。", "市财政局", "有关单位"),
        ]
    )
    assert len(notice.rows) == 2


def test_repeated_header_rows_are_dropped() -> None:
    notice = read_table(
        [
            ("一、公开", "公开规划。", "市发展改革委", "有关单位"),
            HEADS,
            ("二、解读", "解读政策。", "市司法局", "有关单位"),
        ]
    )
    assert [row.section for row in notice.rows] == ["一、公开", "二、解读"]


def test_sections_over_full_width_apply_to_rows_below() -> None:
    def spread(table: Table) -> None:
        for row in (1, 3):
            text = table.cell(row, 0).text
            table.cell(row, 0).merge(table.cell(row, 3))
            table.cell(row, 0).text = text

    notice = read_table(
        [
            ("一、重点领域", "", "", ""),
            ("规划公开", "公开规划。", "市发展改革委", "有关单位"),
            ("二、政策解读", "", "", ""),
            ("解读", "解读政策。", "市司法局", "有关单位"),
        ],
        spread,
    )
    assert [(row.section, row.item) for row in notice.rows] == [
        ("一、重点领域", "规划公开"),
        ("二、政策解读", "解读"),
    ]


def test_table_is_read_despite_text_boxes_and_page_headers() -> None:
    notice = read_table([("一、公开", "公开规划。", "市发展改革委", "有关单位")])
    assert notice.title == "云岭市2026年政务公开工作要点任务分工"
