"""Days of steps that follow each other, fixed frames, and what is said twice."""

import pytest

from gongkai.lib.privacy import proofread


def kinds(text):
    return [(hit.kind, hit.text) for hit in proofread(text)]


@pytest.mark.parametrize(
    "text",
    [
        "报名时间为2025年9月10日至9月16日，缴费截止时间为2025年9月18日，笔试时间为2025年10月12日。",
        "项目于2024年3月1日开工，2024年11月30日竣工，2024年12月20日验收。",
        "报名自11月20日开始，笔试定于1月15日举行。",
        "2025年5月18日举行面试。此前，2025年4月20日举行了笔试。",
    ],
)
def test_steps_in_their_order(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("请于9月15前将表格报县教育局。", "9月15", "9月15日"),
        ("办公室设在县农业农村，负责日常工作。", "县农业农村", "县农业农村局"),
        ("落实县政府第17次常务会精神。", "第17次常务会", "第17次常务会议"),
        ("进出口总额同比增8.6%。", "同比增", "同比增长"),
        ("该站2025年63日投入运行。", "", ""),
        ("自2025年118日起执行。", "", ""),
    ],
)
def test_frames_without_their_last_character(text, words, right):
    found = [(hit.text, hit.suggestion) for hit in proofread(text) if hit.kind == "missing"]
    assert (words, right) in found or not words


@pytest.mark.parametrize(
    "text",
    ["请于9月15日前报送。", "由市民政、财政部门负责。", "参加县政府常务会议的有关负责人", "版本为2.9月15.3"],
)
def test_whole_frames(text):
    assert [hit for hit in proofread(text) if hit.kind == "missing"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("经局党组研究决定，决定成立工作专班。", "决定"),
        ("加强宣传引导，加强宣传引导，营造氛围。", "加强宣传引导"),
        ("做到发现一起、查处一起一起。", "一起一起"),
    ],
)
def test_what_is_said_twice(text, words):
    assert ("duplicate", words) in kinds(text)


@pytest.mark.parametrize("text", ["一个一个排查，一户一户走访。", "群众点题，群众评议。", "学习，学习，再学习"])
def test_what_may_be_said_twice(text):
    assert [hit for hit in proofread(text) if hit.kind == "duplicate"] == []


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("即要守住底线，又要积极作为。", "即要", "既要"),
        ("第五条　资金管理。第六条　监督检查。第八条　附则。第八条　施行时间。", "八", "七"),
        ("第一项，宣读名单；第二项，颁奖；第二项，代表发言。", "二", "三"),
        ("收费依据湘发改价费【2024】316号。", "收费依据湘发改价费【2024】316号", ""),
        ("（岷政发2021〔34〕号）", "岷政发2021〔34〕号", "岷政发〔2021〕34号"),
    ],
)
def test_pairs_of_words_articles_and_numbers(text, words, right):
    found = [(hit.text, hit.suggestion) for hit in proofread(text)]
    assert any(one in words and (not right or now == right) for one, now in found)


def test_an_open_quotation_is_shown_up_to_where_it_should_close():
    assert ("bracket", "“谁主管、谁负责的原则压实责任") in kinds("按照“谁主管、谁负责的原则压实责任。")
    assert ("bracket", "“单位名称+报名表") in kinds("发至邮箱（标题注明“单位名称+报名表），纸质版随后报送。")


def test_a_sum_hides_no_other_mistake():
    found = kinds("共有35人，其中男20人，女16人，按装电梯。共有35人，其中男20人，坚绝不漏，女16人。")
    assert ("typo", "按装") in found
