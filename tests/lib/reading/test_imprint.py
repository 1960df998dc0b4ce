"""The 版记 behind a table is no work left unread; whatever else stands there still is said."""

from io import BytesIO

import pytest
from docx import Document

from gongkai.lib.reading.imprint import without_imprint
from gongkai.lib.reading.notice import read_notice

FRONT = (
    "云岭市人民政府办公室关于印发2026年政务公开工作要点任务分工的通知",
    "云府办〔2026〕3号",
    "各区县政府：",
    "现将任务分工印发给你们，请认真贯彻落实。",
    "云岭市人民政府办公室",
    "2026年4月16日",
)
TABLE = (
    ("工作任务", "贯彻举措", "牵头单位", "责任单位"),
    ("一、公开", "公开规划。", "市发展改革委", "各部门"),
)


def doubts(foot: list[str]) -> list[str]:
    """Return what the reader says of the text behind the table of a notice that ends so."""
    paper = Document()
    for line in FRONT:
        paper.add_paragraph(line)
    table = paper.add_table(len(TABLE), len(TABLE[0]))
    for row, cells in enumerate(TABLE):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    for line in foot:
        paper.add_paragraph(line)
    data = BytesIO()
    paper.save(data)
    notice = read_notice(data.getvalue(), name="x.docx")
    assert (notice.issuer, notice.issued_on) == ("云岭市人民政府办公室", "2026-04-16")
    return [one.message for one in notice.warnings if "表外" in one.message]


FEET = [
    "抄送：市委各部门，市法院，市检察院。\n云岭市人民政府办公室\t2026年4月16日印发",
    "抄送：市委各部门，市法院，市检察院。\n云岭市人民政府办公室　　　　2026年4月16日印发\n— 5 —",
    "抄　送：市委办公室，市人大常委会\n办公室，市政协办公室，市法院，\n市检察院。\n云岭市人民政府办公室秘书科 2026年4月16日印发\n（共印80份）",
    "云岭市人民政府办公室\n2026年4月16日印发",
    "云岭市人民政府办公室\t　　年　　月　　日印发",
    "云岭市人民政府办公室　二〇二六年四月十六日印发",
    "主送：各区县政府，市政府各部门。\n抄送：市法院。\n云岭市人民政府办公室\t2026年4月16日印发",
]


@pytest.mark.parametrize("foot", FEET)
def test_it_raises_no_doubt(foot: str) -> None:
    assert doubts(foot.split("\n")) == []


@pytest.mark.parametrize(
    "left",
    [
        ["抄送：市法院。", "二、另有工作，请市教育局于6月底前落实。"],
        ["二、另有工作，请市教育局于6月底前落实。"],
        ["抄送：市法院。请市教育局于6月底前公开规划。"],
        ["请市教育局于2026年6月1日印发"],
        ["市教育局公开规划；市民政局公开标准，2026年6月1日印发"],
    ],
)
def test_work_behind_the_table_is_still_said(left: list[str]) -> None:
    foot = ["云岭市人民政府办公室\t2026年4月16日印发"]
    assert without_imprint(left + foot)[-1:] == left[-1:]
    assert doubts([*left, *foot]) != []
