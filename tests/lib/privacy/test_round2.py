"""Clean prose of unusual subjects: partial lists, words of trades, parallel clauses; and what was missed beside them."""

import pytest
from benchmarks.privacy_samples import lines_of

from gongkai.lib.privacy import proofread


def kinds(text):
    return [(hit.kind, hit.text) for hit in proofread(text)]


def test_clean_prose_with_partial_lists_is_nearly_quiet():
    text = "\n".join(lines_of("clean-round2.txt"))
    assert len(proofread(text)) * 2000 <= 1.2 * len("".join(text.split()))


@pytest.mark.parametrize(
    "text",
    [
        "全县现有古建筑312处，其中省级保护单位12处、市级保护单位25处、县级保护单位48处、未定级的227处。",
        "在校学生共8.16万人，其中高中1.93万人、初中2.31万人、小学3.92万人；在园幼儿1.74万人。",
        "全县有卫生机构268个，其中医院9个、乡镇卫生院16个、村卫生室221个；床位2875张。",
        "您提出的划定保护范围、设立统一标识、开发研学线路三条建议，我们全部采纳。",
        "建议中提到的拓宽路面、分设车道、增加站点三个办法，我们逐一研究。",
        "2025年新建320套、改造150套，合计470套。",
        "全年门诊12.4万人次、急诊2.1万人次、体检1.8万人次，三项合计16.3万人次。",
        "共有房源640套，已配租578套，剩余62套。",
        "共有房源640套，已配租500套，在建88套，剩余52套。",
        "计划检查90家，已检查60家，发现问题25家，其余30家下月检查。",
    ],
)
def test_sums_that_are_right_or_need_not_be_whole_are_left_alone(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "2025年全院完成门诊12.4万人次、急诊2.1万人次、体检1.8万人次，三项合计16.5万人次。",
        "全县公共图书馆藏书42.6万册，其中县馆28.3万册、乡镇分馆11.5万册、村级服务点3.8万册。",
        "共受理案件2180件，其中报酬类1240件、保险类560件、其他类380件，合计2280件。",
        "2024年1月收到来信120件、来电85件、来访46件，共计261件。",
    ],
)
def test_sums_that_are_wrong_are_found(text):
    assert [kind for kind, _ in kinds(text)] == ["sum"]


@pytest.mark.parametrize(
    "text",
    [
        "该裁决书于2025年12月18日送达，申请人于2025年12月28日向法院提起诉讼。",
        "申请人于2025年3月1日提起诉讼，起诉状副本于2025年3月8日送达被告。",
        "该判决书于2025年12月18日送达，此案系原告于2025年6月8日以前起诉。",
        "政府信息公开申请答复书\n宁公开〔2024〕第16号",
        "《撤回行政许可决定书》（梅东烟撤〔2026〕第7号）已送达。",
        "依照国务院公告〔2026〕第3号执行。",
        "住建部令〔2019〕第47号同时废止。",
        "责令该公司在十五日内支付拖欠的工资。",
        "款项应当在15日支付。",
    ],
)
def test_right_dates_numbers_and_periods_are_left_alone(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("《通知》（固政〔2026〕第3号）已于日前印发。", "doc_number", "固政〔2026〕第3号"),
        ("依据《方案》（皖教秘〔26〕31号）开展检查。", "doc_number", "皖教秘〔26〕31号"),
        ("责令该公司在十五日支付拖欠的工资。", "missing", "在十五日"),
        ("当事人应当在收到本决定之日起三十日履行义务。", "missing", "在收到本决定之日起三十日"),
        ("通知企业在五个工作日提交整改报告。", "missing", "在五个工作日"),
        ("不达目的决不罢体。", "typo", "决不罢体"),
        ("帮助他们平安渡过寒冬。", "typo", "渡过"),
        ("当事人享有陈述、申辩和要求听证的权力。", "typo", "权力"),
        ("小事不出村、大事不出镇、矛盾不上缴。", "typo", "小事不出村、大事不出镇、矛盾不上缴"),
    ],
)
def test_more_is_found(text, kind, words):
    assert (kind, words) in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "对各位的大力支持，在此一并致谢。",
        "嘴勤，见人就讲防火知识；眼勤，密切注意烟点火情；手勤，及时清理可燃物。",
        "执勤点做到通水、通电、通路、通网络。",
        "问题虽然发生在少数人身上，但影响很坏。",
        "各部门要开展以案释法，把普法融入执法全过程。",
        "本志上限追溯至事物的发端。",
        "家里只剩下老人守着老屋。",
        "希望大家学有所思、学有所获。",
        "居民通过微信群反映的问题由网格员回应。",
        "是役历时三冬，乡民出力甚多。",
    ],
)
def test_parallels_and_idiom_like_words_are_left_alone(text):
    assert kinds(text) == []
