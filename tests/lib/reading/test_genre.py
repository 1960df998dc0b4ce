"""Tables of other offices: other headers and column orders, labels in cells, several tables."""

import io
import zipfile

import pytest
from docx import Document

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice
from gongkai.lib.reading.tables.heads import ColumnRole, assign_roles

FRONT = (
    "云岭市教育局关于印发2025年政务公开任务分解表的通知",
    "云教发〔2025〕7号",
    "各科室、直属单位：",
    "现将任务分解表印发给你们。",
)


def word(*parts: str | list[tuple[str, ...]]) -> Notice:
    """Read a document of paragraphs and tables."""
    document = Document()
    for part in (*FRONT, *parts):
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(rows=0, cols=len(part[0]))
        for row in part:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return read_notice(stream.getvalue())


S, I, M, L, R, X = (  # noqa: E741
    ColumnRole.SECTION,
    ColumnRole.ITEM,
    ColumnRole.MEASURE,
    ColumnRole.LEAD,
    ColumnRole.RESPONSIBLE,
    ColumnRole.EXTRA,
)


@pytest.mark.parametrize(
    ("heads", "roles"),
    [
        ("工作任务 贯彻举措 牵头单位 责任单位", [S, M, L, R]),
        ("工作任务 贯彻举措(市上统一要求) 工作要求 时限要求 市级牵头单位 责任单位", [S, M, X, X, L, R]),
        ("重点任务 工作要求 责任科室 完成时限", [S, M, R, X]),
        ("任务内容 公开要求 牵头单位 配合单位", [S, M, L, R]),
        ("主要内容 贯彻举措 责任单位 配合单位", [S, M, L, R]),
        ("序号 工作任务 主要内容 责任单位 完成时间", [X, S, M, R, X]),
        ("工作任务 具体内容 公开路径 责任单位", [S, M, X, R]),
        ("责任单位 工作任务 具体举措", [R, S, M]),
        ("一级任务 二级任务 工作措施 牵头科室 责任科室", [S, I, M, L, R]),
        ("具体举措 牵头单位 责任单位", [M, L, R]),
        ("工作任务 责任单位", [M, R]),
    ],
)
def test_headers_are_assigned_roles(heads: str, roles: list[ColumnRole]) -> None:
    assert assign_roles(heads.split()) == roles


def test_offices_of_bureau_and_deadlines_are_read() -> None:
    notice = word(
        [
            ("序号", "重点任务", "工作要求", "责任科室", "完成时限"),
            ("1", "规划公开", "公开规划。", "发展规划科、办公室", "12月底前"),
            ("2", "政策解读", "政策文件印发后3个工作日内发布解读。", "政策法规科（牵头），各科室", "全年"),
        ]
    )
    first, second = notice.rows
    assert (first.section, first.responsible) == ("规划公开", ("发展规划科", "办公室"))
    assert first.extras == {"序号": "1", "完成时限": "12月底前"}
    assert first.duties[0].due is not None
    assert first.duties[0].due.date == "2025-12-31"
    assert (second.lead, second.responsible) == (("政策法规科",), ("各科室",))
    assert [duty.due.kind for duty in second.duties if duty.due] == ["working_days", "ongoing"]


@pytest.mark.parametrize(
    "cell",
    [
        "牵头单位：市司法局\n配合单位：市财政局、市教委",
        "市司法局牵头，市财政局、市教委配合",
        "市司法局（牵头）、市财政局、市教委",
    ],
)
def test_labels_and_verbs_in_single_unit_column_name_lead(cell: str) -> None:
    row = word([("工作任务", "工作内容", "责任单位"), ("一、解读", "解读政策。", cell)]).rows[0]
    assert (row.lead, row.responsible) == (("市司法局",), ("市财政局", "市教委"))


def test_path_column_applies_to_its_row() -> None:
    notice = word(
        [
            ("工作任务", "具体内容", "公开渠道", "责任单位"),
            ("一、规划", "公开规划", "1.市政府门户网站>规划计划；2.政务新媒体", "市发展改革委"),
            ("二、财政", "公开预决算", "市政府网站、政府公报", "市财政局"),
        ]
    )
    assert notice.rows[0].duties[0].paths == (("市政府门户网站", "规划计划"),)
    assert notice.rows[0].duties[0].channels == ("政务新媒体",)
    assert notice.rows[1].duties[0].channels == ("市政府网站", "政府公报")


def test_table_per_section_takes_section_from_paragraph() -> None:
    heads = ("具体举措", "牵头单位", "责任单位")
    notice = word(
        "一、加强主动公开",
        [heads, ("公开规划。", "市发展改革委", "各区县")],
        "二、做好解读",
        [heads, ("解读政策。", "市司法局", "各部门")],
    )
    assert [row.section for row in notice.rows] == ["一、加强主动公开", "二、做好解读"]
    assert notice.warnings == ()


def test_section_and_item_are_split_from_one_cell() -> None:
    row = word(
        [
            ("工作任务", "贯彻举措", "牵头单位", "责任单位"),
            ("一、公开\n（一）规划", "公开规划。", "市规划局", "各部门"),
        ]
    ).rows[0]
    assert (row.section, row.item) == ("一、公开", "（一）规划")


PROSE = """云岭市2024年政务公开工作要点

一、推进决策公开
（一）规划公开。及时公开规划。
牵头单位：市发展改革委
责任单位：各区县政府、市政府各部门
完成时限：2024年6月底前
二、深化解读
1．解读政策文件，每季度不少于1次。（市司法局牵头，市政府各部门按职责分工负责）
2．回应关切。（市政府新闻办负责）
"""


def test_prose_with_unit_lines_and_verbs_is_read() -> None:
    notice = read_notice(PROSE.encode())
    read = [(row.section, row.item, row.measure, row.lead, row.responsible) for row in notice.rows]
    assert read == [
        (
            "一、推进决策公开",
            "（一）规划公开。",
            "及时公开规划。",
            ("市发展改革委",),
            ("各区县政府", "市政府各部门"),
        ),
        ("二、深化解读", "", "1．解读政策文件，每季度不少于1次。", ("市司法局",), ("市政府各部门",)),
        ("二、深化解读", "", "2．回应关切。", (), ("市政府新闻办",)),
    ]
    assert notice.rows[0].extras["完成时限"] == "2024年6月底前"


def test_ofd_text_is_read_with_warning() -> None:
    rows = [
        ("工作任务", "贯彻举措", "牵头单位", "责任单位"),
        ("一、公开", "公开规划。", "市规划局", "各部门"),
    ]
    objects = "".join(
        f'<o:TextObject Boundary="{20 + 50 * place} {30 + 10 * line} 40 8"><o:TextCode>{text}</o:TextCode></o:TextObject>'
        for line, row in enumerate(rows)
        for place, text in enumerate(row)
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("OFD.xml", "<OFD/>")
        xml = f'<o:Page xmlns:o="http://www.ofdspec.org/2016">{objects}</o:Page>'
        archive.writestr("Doc_0/Pages/Page_0/Content.xml", xml)
    notice = read_notice(stream.getvalue())
    assert notice.rows[0].lead == ("市规划局",)
    assert any(warning.row is None for warning in notice.warnings)
