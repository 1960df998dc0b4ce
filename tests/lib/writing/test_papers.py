"""Generated papers are read back: layout of GB/T 9704, and all rows."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from gongkai.lib.writing.paper import PaperColumn, PaperDocument
from gongkai.lib.writing.report import (
    CompletionReport,
    MeasureFulfilment,
    format_share,
    render_completion_docx,
    summarise_completion,
)
from gongkai.lib.writing.tasks import (
    LeadCheck,
    LeadReport,
    PrintedTask,
    TaskList,
    describe_limit,
    render_lead_report_docx,
    render_task_list_docx,
)
from gongkai.lib.writing.tasks import summarise_lead_checks as leading_overview

TASK = PrintedTask(
    number="任务2026-00001",
    section="一、规划信息",
    item="（一）专项规划",
    content="公开专项规划。\n做好归集。",
    duties=("公开专项规划",),
    paths=("政府网站 > 规划信息 > 专项规划",),
    channels=("政务新媒体",),
    leads=("市发展改革委",),
    responsible="市教育局",
    limits=("2026年12月10日前",),
    due=date(2026, 12, 10),
    state="办理中",
    period="",
)
TASK_LIST = TaskList("云岭市教育局", 2026, date(2026, 5, 20), ("《要点任务分工》（云府办发〔2026〕8号）",), (TASK,))


def measure(number: int, status: str, closed: int = 0) -> MeasureFulfilment:
    return MeasureFulfilment(
        number=number,
        section="一、规划信息",
        content=f"第{number}项举措",
        leads=("市发展改革委",),
        status=status,
        total=2,
        closed=closed,
        evidence=("市教育局：专项规划",),
        reasons=(),
    )


REPORT = CompletionReport(
    government="云岭市人民政府",
    title="云岭市2026年政务公开工作要点任务分工",
    doc_number="云府办发〔2026〕8号",
    year=2026,
    made_on=date(2027, 1, 10),
    units=2,
    total=4,
    closed=3,
    late=1,
    closed_late=0,
    measures=(measure(1, "已完成", 2), measure(2, "部分完成", 1)),
)


def read(data: bytes):
    return Document(BytesIO(data))


def test_monthly_task_names_month() -> None:
    monthly = replace(TASK, period="2026年11月", limits=("每月",), due=date(2026, 11, 30))
    assert describe_limit(monthly) == "2026年11月\n每月\n2026年11月30日前"
    assert describe_limit(monthly, period=False) == "每月\n2026年11月30日前"
    made = read(render_task_list_docx(replace(TASK_LIST, tasks=(monthly,))))
    assert made.tables[0].rows[1].cells[-1].text.startswith("2026年11月")


def test_page_has_margins_of_standard() -> None:
    paper = PaperDocument()
    paper.title("标题")
    paper.text("正文")
    made = read(paper.save())
    section = made.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    title, body = made.paragraphs[0], made.paragraphs[-1]
    assert (title.runs[0].font.size.pt, body.runs[0].font.size.pt) == (22, 16)
    assert title.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert body.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert 224 < body.paragraph_format.line_spacing.mm * 22 <= 225
    assert body.paragraph_format.first_line_indent.pt == 32  # two characters of 3号


@pytest.mark.parametrize(("level", "face"), [(1, "黑体"), (2, "楷体_GB2312")])
def test_headings_have_fonts_of_standard(level: int, face: str) -> None:
    paper = PaperDocument()
    paper.heading("一、总体情况", level=level)
    run = read(paper.save()).paragraphs[0].runs[0]
    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == face


def test_page_numbers_are_between_dashes_at_outer_edge() -> None:
    section = read(PaperDocument().save()).sections[0]
    assert section.footer.paragraphs[0].text == "—  —"
    assert "PAGE" in section.footer._element.xml
    assert section.footer.paragraphs[0].alignment != section.even_page_footer.paragraphs[0].alignment


def test_table_header_is_repeated_on_every_page() -> None:
    paper = PaperDocument(landscape=True)
    paper.table((PaperColumn("甲", 1), PaperColumn("乙", 2)), [("a", "b")])
    table = read(paper.save()).tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1].cells[1].width > table.rows[1].cells[0].width


def test_task_list_has_content_path_units_and_deadline() -> None:
    made = read(render_task_list_docx(TASK_LIST))
    assert made.paragraphs[0].text == "云岭市教育局"
    cells = [cell.text for cell in made.tables[0].rows[1].cells]
    assert cells == [
        "1",
        "一、规划信息\n（一）专项规划",
        "公开专项规划。\n做好归集。",
        "政府网站 > 规划信息 > 专项规划\n政务新媒体",
        "市发展改革委",
        "市教育局",
        "2026年12月10日前",
    ]
    assert made.paragraphs[-1].text == "2026年5月20日"


def test_unit_without_tasks_gets_sentence_instead_of_table() -> None:
    made = read(render_task_list_docx(TaskList("云岭市教育局", 2026, date(2026, 5, 20), (), ())))
    assert not made.tables
    assert "本年度没有任务。" in [paragraph.text for paragraph in made.paragraphs]


def test_deadline_is_not_repeated() -> None:
    assert describe_limit(TASK) == "2026年12月10日前"


def test_completion_report_covers_every_measure() -> None:
    made = read(render_completion_docx(REPORT))
    rows = made.tables[0].rows
    assert len(rows) == 3
    assert [row.cells[3].text for row in rows[1:]] == ["已完成\n（2/2）", "部分完成\n（1/2）"]
    assert "举措已完成1项、部分完成1项、未完成0项；任务已办结3条，办结率75%，逾期未办结1条。" in summarise_completion(
        REPORT
    )


def test_invalid_xml_characters_are_removed() -> None:
    odd = TaskList(
        "云岭市教育局",
        2026,
        date(2026, 5, 20),
        (),
        (TASK.__class__(**{**TASK.__dict__, "content": "公\x00开\x0b"}),),
    )
    assert read(render_task_list_docx(odd)).tables[0].rows[1].cells[2].text.replace("\n", "") == "公开"


def test_lead_report_has_verdict_url_and_time_for_each_unit() -> None:
    rows = (
        LeadCheck(
            "公开专项规划",
            "云岭市教育局",
            "已销号",
            "属实",
            ("https://www.yunling.gov.cn/1.html",),
            datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        ),
        LeadCheck(
            "公开专项规划",
            "云岭市财政局",
            "退回补办",
            "不符",
            (),
            datetime(2026, 11, 20, 9, 40, tzinfo=UTC),
            "网址打不开",
        ),
        LeadCheck("公开专项规划", "云岭市民政局", "办理中", "未核验", (), None),
    )
    made = LeadReport("云岭市发展和改革委员会", "要点任务分工", "", 2026, date(2026, 11, 20), rows)
    assert "涉及责任单位3个" in leading_overview(made)
    cells = [[cell.text for cell in row.cells] for row in read(render_lead_report_docx(made)).tables[0].rows]
    assert cells[1][4:] == ["属实", "https://www.yunling.gov.cn/1.html", "2026-11-20 09:30"]
    assert cells[2][4:] == ["不符\n网址打不开", "—", "2026-11-20 09:40"]
    assert cells[3][4:] == ["未核验", "—", "—"]


def test_percentage_is_below_100_until_complete() -> None:
    assert [format_share(19, 66), format_share(9999, 10000), format_share(3, 3), format_share(0, 0)] == [
        "29%",
        "99%",
        "100%",
        "—",
    ]
