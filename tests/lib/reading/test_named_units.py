"""Lead and responsible units in running text, and headings whose units apply to points below."""

import pytest

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice


def read(text: str) -> Notice:
    return read_notice(text.encode())


def test_note_on_lead_is_removed_from_names_and_split_words_are_joined() -> None:
    text = """关于印发2026年若干措施的通知
一、营造公平环境
（一）清理不合理门槛，落实统一清单。
责任单位：市发展改革委、市财政局（第一责任单位为牵头单位，下同）
时限要求：持续推进
（二）加强宣传教育，让全体市 民知晓。（市司法局牵 头，市财 政局配合）
"""
    rows = read(text).rows
    assert (rows[0].lead, rows[0].responsible) == (("市发展改革委",), ("市财政局",))
    assert (rows[1].lead, rows[1].responsible) == (("市司法局",), ("市财政局",))


def test_first_unit_leads_if_notice_says_so_once() -> None:
    text = """关于推进云岭市农机装备发展的意见
二、推动发展
（三）完善创新体系。支持企业研发先进机具。（市工信局、市科技局等负责。列第一位者为牵头单位，下同）
（四）优化布局。支持企业做专做精。（市商务局、市发展改革委负责）
"""
    rows = read(text).rows
    assert [(row.item, row.lead, row.responsible) for row in rows] == [
        ("（三）完善创新体系。", ("市工信局",), ("市科技局",)),
        ("（四）优化布局。", ("市商务局",), ("市发展改革委",)),
    ]


def test_unbroken_paragraph_is_split_at_brackets_and_headings() -> None:
    """Second-level numbering continues through the text; units of a heading apply to points below."""
    text = (
        "云岭市人民政府办公室关于印发2026年行动方案的通知各区县人民政府，市政府各部门：现印发给你们，请认真组织实施。"
        "一、总体要求(一)指导思想。以群众需要为先，把各项任务落到实处。(二)目标。到2026年底，各项指标持续改善，群众更加满意。目标指标见表"
        "二、调整产业结构(三)淘汰落后产能。依据标准分类实施。(市工信局、市能源局按职责分工负责)到2026年底关闭小矿3处。(市能源局牵头，市国资委等部门配合)"
        "(四)严控新增产能。重大项目先做评估，后作决定，全过程留痕。(市生态环境局牵头)三、加强科技创新(市科技局牵头)建设创新平台，支持成果转化。"
    )
    notice = read(text)
    assert [(row.section, row.item, row.lead, row.responsible) for row in notice.rows][:3] == [
        ("二、调整产业结构", "(三)淘汰落后产能。", (), ("市工信局", "市能源局")),
        ("二、调整产业结构", "(三)淘汰落后产能。", ("市能源局",), ("市国资委",)),
        ("二、调整产业结构", "(四)严控新增产能。", ("市生态环境局",), ()),
    ]


def test_units_of_heading_apply_below_and_single_mention_is_flagged() -> None:
    text = """关于推动高质量发展若干举措的通知
一、强化科技创新（区科技局牵头）
力争全社会研发投入强度达到3%。
（一）建设平台。加快建设研究院。
"""
    notice = read(text)
    assert [(row.section, row.item, row.lead) for row in notice.rows] == [
        ("一、强化科技创新", "", ("区科技局",)),
        ("一、强化科技创新", "（一）建设平台。", ("区科技局",)),
    ]
    assert {warning.row for warning in notice.warnings if "只有一处" in warning.message} == {1, 2}


def test_unknown_header_and_units_over_lines_are_read_one_cell_a_line() -> None:
    text = """附件
2026年民生实事目标任务分解表
序号
暖心实干
责任单位
完成时限
1
启动湿地公园建设。
区水务局
区住建局
12月底前
2
新建人行天桥2座。
区住建局
9月投入使用
3
开工建设养老楼。
区民政局
5月底前动工
"""
    notice = read(text)
    assert [(row.measure, row.responsible) for row in notice.rows] == [
        ("启动湿地公园建设。", ("区水务局", "区住建局")),
        ("新建人行天桥2座。", ("区住建局",)),
        ("开工建设养老楼。", ("区民政局",)),
    ]
    assert {warning.row for warning in notice.warnings} >= {1, 2, 3}


def test_heading_with_comma_is_recognised_above_list() -> None:
    text = """关于促进云岭综合保税区发展的意见
四、主要任务
（一）统筹两个市场，打造加工制造中心。
1.释放企业产能。允许承接委托加工。（市商务局负责）
2.促进内销便利。简化手续。（云岭海关负责）
"""
    assert [(row.item, row.responsible) for row in read(text).rows] == [
        ("（一）统筹两个市场，打造加工制造中心。", ("市商务局",)),
        ("（一）统筹两个市场，打造加工制造中心。", ("云岭海关",)),
    ]


def test_numbered_rows_one_cell_a_line_are_read_between_headings() -> None:
    text = """序号

重点工作任务

主要责任单位

协同配合单位

一、主要预期目标

3

固定资产投资增长7.5%左右。

区发改委

区工信局、区住建局，各乡镇人民政府。

二、全力以赴扩投资、优服务，筑牢经济根基

三、全力以赴惠民生、增福祉，加快社会事业发展

69

引进优质教育资源。

区教育局

区投资促进中心。
"""
    notice = read(text)
    assert [(row.section, row.lead, row.responsible) for row in notice.rows] == [
        ("一、主要预期目标", ("区发改委",), ("区工信局", "区住建局", "各乡镇人民政府")),
        ("三、全力以赴惠民生、增福祉，加快社会事业发展", ("区教育局",), ("区投资促进中心",)),
    ]
    assert {warning.row for warning in notice.warnings if "没有牵头栏" in warning.message} == {1, 2}


def test_rows_separated_by_spaces_are_read_under_spaced_headers() -> None:
    text = """2026年量化指标任务分工
序号 工 作 任 务 牵头负责部门
1 居民消费价格涨幅3%左右 市发展改革委
2 安排财政赤字2.1亿元，赤字率提高到3% 市财政局
3 公路投资16亿元 市交通运输局
"""
    assert [(row.measure, row.lead) for row in read(text).rows] == [
        ("居民消费价格涨幅3%左右", ("市发展改革委",)),
        ("安排财政赤字2.1亿元，赤字率提高到3%", ("市财政局",)),
        ("公路投资16亿元", ("市交通运输局",)),
    ]


def test_label_lines_without_line_breaks_are_read() -> None:
    text = (
        "云岭供电公司智能管控推广方案为全面提升管控水平，制定本方案。一、工作思路根据试点成效，全面推进各类典型场景的应用，严格执行工作规范。"
        "二、工作任务(一)实施部署（1）资源申请：按照要求提出需求，完成软硬件资源申请。责任单位：云岭信通公司完成时限：2026年9月30日"
        "（2）组件部署：由服务商完成部署及调试。责任单位：服务商、云岭信通公司完成时限：2026年10月31日"
        "(二)设备购置（1）终端购置：分批采购，分批供货，满足试点需求。责任单位：服务商配合单位：各供电单位完成时限：11月30日完成到货。"
        "三、工作要求各单位要加强组织领导，明确目标，责任到人。"
    )
    rows = read(text).rows
    assert [(row.item, row.responsible, row.extras["完成时限"]) for row in rows] == [
        ("(一)实施部署", ("云岭信通公司",), "2026年9月30日"),
        ("(一)实施部署", ("服务商", "云岭信通公司"), "2026年10月31日"),
        ("(二)设备购置", ("服务商", "各供电单位"), "11月30日完成到货"),
    ]


def test_numbered_units_with_colon_are_responsible() -> None:
    text = """“三线”整治工作方案
二、工作职责
（一）市工信局：牵头制定整治方案，建立定期通报制度。
（二）市委文明办（创城办）：发布整治月度计划，参与现场整治指导。
（三）市城市管理局：负责整治过程相关问题的协调处置。
"""
    assert [(row.section, row.responsible) for row in read(text).rows] == [
        ("二、工作职责", ("市工信局",)),
        ("二、工作职责", ("市委文明办（创城办）",)),
        ("二、工作职责", ("市城市管理局",)),
    ]


def test_units_named_in_sentence_do_not_apply_to_points_above() -> None:
    """Points that name no unit are read without units and flagged."""
    text = """2026年营销重点工作安排
一、推进应用
1.用能服务。提出改进建议，打造品牌。
2.信用融资。建立信用模型。
3.数字稽查。建立预警主题库，由市供电公司牵头，各区供电公司配合，3月底前完成。
4.客户图谱。由市信息公司牵头，年底前完成试点。
"""
    notice = read(text)
    assert [(row.measure[:2], row.lead) for row in notice.rows] == [
        ("1.", ()),
        ("2.", ()),
        ("3.", ("市供电公司",)),
        ("4.", ("市信息公司",)),
    ]
    assert {warning.row for warning in notice.warnings} >= {1, 2, 3, 4}


def test_units_before_colon_are_not_under_heading_above() -> None:
    text = """防灾减灾工作规则
二、工作职责
（五）督促、检查全省防灾减灾规划的落实。
（一）省教育厅：负责学校防灾减灾宣传教育。
（二）省水利厅：负责水情旱情监测预警。
（三）省气象局：负责气象灾害监测预警。
"""
    rows = [row for row in read(text).rows if row.responsible]
    assert [(row.item, row.responsible) for row in rows] == [
        ("", ("省教育厅",)),
        ("", ("省水利厅",)),
        ("", ("省气象局",)),
    ]


@pytest.mark.parametrize(
    ("preamble", "head"),
    [
        ("责任分解中，列第一位的责任单位为牵头单位，要及时报告进展。", "责任单位"),
        ("请认真贯彻执行。", "责任单位（排在首位的为牵头单位）"),
    ],
)
def test_header_or_preamble_declares_first_unit_lead(preamble: str, head: str) -> None:
    text = f"""关于2026年重点工作责任分解的通知
{preamble}

工作任务\t工作要求\t{head}
一、推进公开\t1.公开目录。\t市司法局、市财政局
二、强化解读\t2.同步解读。\t各区县政府、市直各部门
"""
    notice = read(text)
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        (("市司法局",), ("市财政局",)),
        ((), ("各区县政府", "市直各部门")),
    ]
    assert any("排在第一位" in warning.message for warning in notice.warnings)
