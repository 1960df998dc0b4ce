"""Proofreading by what hardly ever stands side by side, and the rules for numbers inside sentences."""

import pytest

from gongkai.lib.privacy import proofread


@pytest.mark.parametrize(
    ("text", "kind", "words", "right"),
    [
        ("认真贯彻落实会义精神。", "typo", "会义", "会议"),
        ("督促企业落实安全生产主体责仁。", "typo", "责仁", "责任"),
        ("企业应当对排放数据的真实牲负责。", "typo", "真实牲", "真实性"),
        ("在开工前办理施工许可正。", "typo", "许可正", "许可证"),
        ("防汛物资储备要做到有备无换。", "typo", "有备无换", "有备无患"),
        ("个人帐户余额", "typo", "帐户", "账户"),
        ("该局截止5月底共受理投诉举报104件。", "typo", "截止", "截至"),
        ("经市人民政府政府同意，现公告如下。", "duplicate", "政府政府", "政府"),
        ("（白政办发〔2024年〕22号）", "doc_number", "白政办发〔2024年〕22号", "白政办发〔2024〕22号"),
        (
            "共排查隐患128处，其中道路交通56处、建筑施工47处、消防35处。",
            "sum",
            "128处，其中道路交通56处、建筑施工47处、消防35处",
            "",
        ),
        ("会议应到代表320名，实到298名，请假14名。", "sum", "320名，实到298名，请假14名", ""),
        ("一、明确目标。二、压实责任。四、强化考核。", "ordinal", "四", "三"),
        ("流程：①提交申请；②材料审核；④现场核查。", "ordinal", "④", "③"),
        ("停水时间为2024年7月3日25时起", "date", "25时", ""),
        ("做到“两个确立”", "phrase", "做到“两个确立”", "做到“两个维护”"),
    ],
)
def test_found(text, kind, words, right):
    assert (kind, words, right) in [(hit.kind, hit.text, hit.suggestion) for hit in proofread(text)]


@pytest.mark.parametrize(
    "text",
    [
        "报名截止2024年6月5日，逾期不予受理。",
        "县人民政府政府信息公开工作年度报告",
        "盗窃罪罪名成立，自住住房公积金提取",
        "按照市交通局统一要求，公开全市规划",
        "全县共有干部120人，其中党员80人，女性30人，少数民族20人。",
        "预防为主、防消结合",
        "一网通查、一网通答、一网通办",
    ],
)
def test_quiet(text):
    assert proofread(text) == []


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("坚持公开、平等、竞争、择优优的原则。", "优优", "优"),
        ("不得以任何何理由拒绝受理。", "何何", "何"),
        ("项目法人对工程质量负负总责。", "负负", "负"),
    ],
)
def test_a_character_twice_that_is_known_once(text, words, right):
    assert (words, right) in [(hit.text, hit.suggestion) for hit in proofread(text) if hit.kind == "duplicate"]


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("公示期为二个月。", "二", "两"),
        ("被列为第两批试点。", "两", "二"),
        ("坚决防止持之以衡流于口号。", "持之以衡", "持之以恒"),
    ],
)
def test_two_and_idioms(text, words, right):
    assert (words, right) in [(hit.text, hit.suggestion) for hit in proofread(text) if hit.kind == "typo"]


@pytest.mark.parametrize(
    "text",
    [
        "第十二个五年，二次供水，二维码",
        "第一条　本条例所称机关，是指……\n第二条　应当在二个月内作出决定。",
        "一栋栋新房，一户户走访，与开发商商谈",
        "云岭市市场监督管理局",
    ],
)
def test_right_twos_and_doubles(text):
    assert [hit for hit in proofread(text) if hit.kind in ("typo", "duplicate")] == []


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("纪检干部要防微杜绝，及时谈话提醒。", "防微杜绝", "防微杜渐"),
        ("贯彻党的二十大四中全会精神。", "二十大四中全会", "二十届四中全会"),
    ],
)
def test_set_phrases_by_their_numerals_and_idioms_by_their_beginning(text, wrong, right):
    assert [(hit.text, hit.suggestion) for hit in proofread(text)] == [(wrong, right)]


@pytest.mark.parametrize("text", ["落实“三会一课”制度。", "防微杜渐，警钟长鸣。", "开展三个专项行动、四个专题调研。"])
def test_set_phrases_as_they_are_stay(text):
    assert proofread(text) == []
