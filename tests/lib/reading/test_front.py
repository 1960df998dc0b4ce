"""Parts around the table: letterheads, web pages, signatures, draft marks."""

import pytest

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice

TABLE = "\n工作任务\t贯彻举措\t牵头单位\t责任单位\n一、公开\t公开规划。\t市发展改革委\t各部门\n"
LETTER = """云岭市人民政府办公室文件

云府办〔2026〕3号

云岭市人民政府办公室
关于印发2026年政务公开工作要点
任务分工的通知

各县（市、区）人民政府，市政府各部门、各直属机构：
　　《2026年云岭市政务公开工作要点》已经市政府同意，现印发给你们，请认真贯彻落实。
　　各地各部门要于6月底前报送落实情况。

　　附件：2026年云岭市政务公开工作要点任务分工

　　　　　　　　　　云岭市人民政府办公室
　　　　　　　　　　　2026年4月16日
（此件公开发布）
"""
PAGE = """首页 > 政务公开 > 通知公告
云岭市人民政府办公室关于印发2026年政务公开任务分工的通知
发布日期：2026-04-20 来源：市政府办公室 浏览次数：123
索引号：0001 发文字号：云府办〔2026〕3号 成文日期：2026年04月16日
各区县政府：
现将任务分工印发给你们。
"""


def read(front: str, behind: str = "") -> Notice:
    return read_notice((front + TABLE + behind).encode())


def test_letterhead_over_several_lines_is_read() -> None:
    notice = read(LETTER)
    assert notice.title == "云岭市人民政府办公室关于印发2026年政务公开工作要点任务分工的通知"
    assert (notice.doc_number, notice.issuer, notice.issued_on) == (
        "云府办〔2026〕3号",
        "云岭市人民政府办公室",
        "2026-04-16",
    )
    assert notice.basis == ()  # the points are the notice's own attachment
    assert [duty.due.date for duty in notice.preamble_duties if duty.due] == ["2026-06-30"]


def test_metadata_of_web_page_is_read() -> None:
    notice = read(PAGE)
    assert (notice.doc_number, notice.issued_on) == ("云府办〔2026〕3号", "2026-04-16")
    assert notice.title == "云岭市人民政府办公室关于印发2026年政务公开任务分工的通知"


def test_address_of_saved_page_is_not_title() -> None:
    address = "来自 https://www.yunling.gov.example/zwgk/202311/t20231109_1.htm\n"
    assert read(f"{address}各区县政府：\n现将任务分工印发给你们。\n").title == ""


@pytest.mark.parametrize(
    ("signature", "day"),
    [
        ("云岭市司法局\n2026年5月6日", "2026-05-06"),
        ("云岭市司法局　　2026年5月6日", "2026-05-06"),
        ("云岭市司法局\n二〇二六年五月六日", "2026-05-06"),
        ("云岭市司法局\n2026年5月 日", None),
    ],
)
def test_signature_gives_issuer_and_date(signature: str, day: str | None) -> None:
    front = "云岭市司法局关于做好政务公开工作的通知\n\n各科室：\n现就有关事项通知如下。\n" + signature
    notice = read(front)
    assert (notice.issuer, notice.issued_on) == ("云岭市司法局", day)


@pytest.mark.parametrize("mark", ["（征求意见稿）", "（草案）", "\n（送审稿）"])
def test_draft_mark_sets_status_and_is_removed_from_title(mark: str) -> None:
    notice = read(f"云岭市2026年政务公开任务清单{mark}\n")
    assert (notice.status, notice.title) == ("draft", "云岭市2026年政务公开任务清单")


def test_public_consultation_is_not_draft_mark() -> None:
    assert read("云岭市2026年政务公开任务清单\n\n说明：重大决策要公开征求意见。\n").status == "issued"


def test_cited_documents_are_read_with_their_numbers() -> None:
    front = (
        "云岭市司法局关于做好政务公开工作的通知\n各科室：\n根据《云岭市人民政府办公室关于印发〈要点〉的通知》"
        "（云府办〔2026〕3号，已公开发布）和《政府信息公开条例》，现将《任务分工》（以下简称分工）印发给你们。\n"
    )
    assert [(one.title, one.doc_number) for one in read(front).basis] == [
        ("云岭市人民政府办公室关于印发〈要点〉的通知", "云府办〔2026〕3号"),
        ("政府信息公开条例", None),
    ]


def test_text_after_table_is_reported() -> None:
    notice = read(LETTER, "\n联系人：王某，联系电话：0000-1234567。\n")
    assert [w.row for w in notice.warnings] == [None]
    assert "联系人" in notice.warnings[0].message


def test_disclosure_mark_and_attachments_are_read() -> None:
    text = """云岭市人民政府办公室关于印发2026年政务公开任务分工的通知
云府办发〔2026〕18号
市政府各部门：
现将任务分工印发给你们，请认真贯彻执行。
附件：1．任务分解表
2．联系人名单.docx
云岭市人民政府办公室
2026年4月16日
（此件公开发布）
工作任务\t贯彻举措\t牵头单位\t责任单位
一、推进公开\t公开目录。\t市司法局\t市财政局
"""
    notice = read_notice(text.encode())
    assert (notice.public_mark, notice.attachments) == ("此件公开发布", ("任务分解表", "联系人名单"))
    assert notice.to_json()["attachments"] == ["任务分解表", "联系人名单"]
    assert notice.issued_on == "2026-04-16"


def test_document_number_and_issuer_are_read_from_site_metadata() -> None:
    text = """发布机构：云岭市财政局 发文字号：云财办〔2026〕9号
关于印发2026年政务公开任务分工的通知
局机关各科室：
现将任务分工印发给你们，请认真贯彻执行。
工作任务\t贯彻举措\t牵头科室\t责任科室
一、推进公开\t公开目录。\t办公室\t预算科
"""
    notice = read_notice(text.encode())
    assert (notice.doc_number, notice.issuer) == ("云财办〔2026〕9号", "云岭市财政局")


def test_table_title_after_attachment_mark_is_title() -> None:
    notice = read("附件：2027年云岭市政务公开工作要点任务分工表\n")
    assert notice.title == "2027年云岭市政务公开工作要点任务分工表"


def test_year_is_taken_from_deadlines_and_flagged_without_other_source() -> None:
    table = "序号\t任务\t责任单位\t完成时限\n1\t公开规划\t市发展改革委\t2027年6月底前\n2\t公开预算\t市财政局\t年底前\n"
    notice = read_notice(f"任务分工\n{table}".encode())
    assert [row.duties[0].due and row.duties[0].due.date for row in notice.rows] == [
        "2027-06-30",
        "2027-12-31",
    ]
    assert any("没有读到印发日期和年度" in warning.message for warning in notice.warnings)


FOOT = "云岭市人民政府办公室　　　　2026年4月16日印发\n"


@pytest.mark.parametrize(
    ("behind", "unread"),
    [
        (f"抄送：市委各部门，市法院，市检察院。\n{FOOT}— 5 —\n", False),
        ("抄　送：市委办公室。\n云岭市人民政府办公室秘书科 2026年4月16日印发\n", False),
        (f"抄送：市法院。\n二、另有工作，请市教育局于6月底前落实。\n{FOOT}", True),
        ("抄送：市法院。请市教育局于6月底前公开规划。\n", True),
        ("请市教育局于2026年6月1日印发\n", True),
    ],
)
def test_imprint_after_table_is_not_reported_as_unread(behind: str, unread: bool) -> None:
    assert any("表外" in one.message for one in read(LETTER, behind).warnings) is unread
