"""Words that the words beside them tell apart (`data/contexts.tsv`)."""

import pytest

from gongkai.lib.privacy import proofread
from gongkai.lib.privacy.frame import prepare_text
from gongkai.lib.privacy.proofreading.phrases import find_wrong_words
from gongkai.lib.privacy.tables import read_rows


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("本馆在报上刊登招领启示。", "启事"),
        ("申请人有权力在六十日内申请行政复议。", "权利"),
        ("经纪组织推动县域经纪发展。", "经济"),
        ("新生应于9月1日到校报道。", "报到"),
        ("调查程序依法终止，待证据补齐后恢复进行。", "中止"),
        ("由于值班人员脱岗，以至险情上报延误。", "以致"),
        ("对拒改正的，处一千元罚款。", "拒不改正"),
        ("由于准备工作充分，造成工期延误。", "不充分"),
        ("以上请示当妥，请批示。", "当否"),
        ("要坚持问题引导，逐条整改。", "导向"),
    ],
)
def test_what_stands_beside_decides(text, right):
    assert right in [one.suggestion for one in find_wrong_words(prepare_text(text))]


@pytest.mark.parametrize(
    "text",
    [
        "这件事给我们的启示是深刻的。",
        "任何公民有权力机关制定的法律可依。",
        "新闻媒体作了跟踪报道。",
        "合同终止后，双方结清款项。",
        "由于准备工作充分，演练取得圆满成功。",
        "对拒不改正的，处一千元罚款。",
        "以上请示妥否，请批示。",
        "县政府办公室每半年组织一次评查。",
        "检查各类场所310家次，路口设置限高限重设施。",
        "请告诉村里的管水员，查看炉火是否封好。",
    ],
)
def test_where_the_word_is_right_it_stays(text):
    assert not proofread(text)


def test_rows_have_another_word_and_something_beside():
    for row in read_rows("contexts"):
        assert row[0] != row[1], row
        assert len(row) <= 5, row


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("全县12个乡镇共设监测点96个，平均每个乡镇8个。", False),
        ("去年接待41.5万人次，今年接待49.8万人次，同比增长20%。", False),
        ("检查门店160家，下达通知书24份，占检查门店的15%。", False),
        ("发放贷款1486笔，其中本科生912笔、专科生437笔、研究生127笔。", True),
        ("发放贷款1476笔，其中本科生912笔、专科生437笔、研究生127笔。", False),
    ],
)
def test_averages_and_shares_follow_from_their_numbers(text, wrong):
    assert any(one.kind == "sum" for one in proofread(text)) == wrong


def test_a_series_that_begins_anew_within_a_paragraph_is_no_slip():
    text = "四、加强组织领导工作。\n公约如下。一、爱护公共设施。二、遵守法律法规。三、文明饲养宠物。\n四、邻里之间守望相助。"
    assert not [one for one in proofread(text) if one.kind == "ordinal"]
