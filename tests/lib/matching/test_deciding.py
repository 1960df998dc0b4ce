"""Decisions to answer, to list candidates or to hand over, and the reasons for a hit."""

import pytest

from gongkai.lib.matching import DecisionRule, Index, decide_answer, explain_hit, make_question_parts

ENTRIES = [
    ("sbk", "如何办理社会保障卡挂失补领？", "持卡人可拨打电话挂失，再持身份证到合作银行网点补换。"),
    ("sbj", "社会保障卡金融功能如何激活？", "持社会保障卡和身份证到发卡银行柜台激活。"),
    ("gjj", "租房提取住房公积金额度是多少？", "无房职工每人每年可提取1.8万元。"),
    ("db", "城乡低保标准是多少？", "2026年城市低保标准为每人每月760元。"),
    ("jh", "结婚登记需要什么材料？", "双方持身份证到任一婚姻登记机关办理。"),
    ("rx", "小学入学年龄如何规定？", "当年8月31日前年满6周岁。"),
    ("gq", "犬类登记如何办理？", "到社区警务室登记，提交免疫证明。"),
    ("dt", "老旧小区加装电梯需要多少业主同意？", "参与表决四分之三以上同意。"),
]


@pytest.fixture(scope="module")
def index():
    return Index.build((id_, make_question_parts(question, answer)) for id_, question, answer in ENTRIES)


def test_clear_question_is_answered(index):
    found = decide_answer(index, "租房可以提取多少住房公积金额度")
    assert (found.decision, found.hits[0].id) == ("answer", "gjj")


def test_ambiguous_question_gives_candidates(index):
    found = decide_answer(index, "社会保障卡如何办理")
    assert found.decision == "candidates"
    assert {hit.id for hit in found.hits[:2]} == {"sbk", "sbj"}


def test_unrelated_question_is_handed_over(index):
    found = decide_answer(index, "zzz")
    assert (found.decision, found.hits, found.why) == ("hand_over", [], ["问答库中没有相关内容"])


@pytest.mark.parametrize("question", ["丽江的城乡低保标准是多少", "2023年城乡低保标准是多少"])
def test_question_about_other_place_or_year_is_handed_over(index, question):
    found = decide_answer(index, question)
    assert found.decision == "hand_over"
    assert "不同：所问为" in found.why[0]


def test_home_place_is_not_a_difference(index):
    assert decide_answer(index, "云岭的城乡低保标准是多少", rule=DecisionRule(home=("云岭",))).decision == "answer"


def test_reasons_name_common_words_and_synonyms(index):
    reasons = explain_hit(index, "社保卡弄丢了去哪里补领", "sbk")
    assert "都提到：补领" in reasons
    assert "“社保卡”即“社会保障卡”" in reasons
    assert explain_hit(index, "云", "sbk")


def test_reasons_name_common_document_number():
    index = Index.build([("a", "云府办发〔2026〕15号：低保工作规程")])
    assert explain_hit(index, "云府办发(2026)15号在哪", "a")[0] == "文号相同：云府办发〔2026〕15号"


GJJ = ("gjj", make_question_parts(ENTRIES[2][1], ENTRIES[2][2], ["租房能取多少公积金"]))
UNRELATED_QUESTIONS = [
    "我家住房漏水怎么办",
    "租房合同谁来写",
    "公积金可以买彩票吗",
    "墓地多少钱一平米",
    "购房提取住房公积金额度是多少？",
    "离职后怎么提取住房公积金",
    "住房公积金贷款额度是多少？",
]
QUESTIONS_WITHOUT_SUBJECT = [
    "是多少？",
    "你好",
    "谢谢",
    "怎么办",
    "电话",
    "怎么办理",
    "在哪里办理",
    "多少钱",
    "需要什么材料",
]


def small_index(size):
    """Return an index of so many entries, the one on renting first."""
    rest = [(id_, make_question_parts(asked, answer)) for id_, asked, answer in ENTRIES if id_ != "gjj"]
    return Index.build([GJJ, *rest[: size - 1]])


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize("question", [ENTRIES[2][1], "租房提取住房公积金额度是多少", "租房子一年能取多少公积金"])
def test_index_of_any_size_answers_near_identical_question(size, question):
    found = decide_answer(small_index(size), question)
    assert (found.decision, found.hits[0].id) == ("answer", "gjj")


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize("question", UNRELATED_QUESTIONS + QUESTIONS_WITHOUT_SUBJECT)
def test_index_of_any_size_does_not_answer_unrelated_question(size, question):
    """The only entry always ranks far ahead of the others: that alone must not suffice for an answer."""
    assert decide_answer(small_index(size), question).decision != "answer"


@pytest.mark.parametrize("question", QUESTIONS_WITHOUT_SUBJECT)
def test_question_without_subject_is_handed_over(index, question):
    found = decide_answer(index, question, rule=DecisionRule(answer=0.0, candidates=0.0))
    assert (found.decision, found.confidence) == ("hand_over", 0.0)
    assert found.why in (["没有说明要问什么事项"], ["问答库中没有相关内容"])


def test_two_entries_with_identical_question_are_candidates():
    index = Index.build((id_, make_question_parts(ENTRIES[3][1], f"第{id_}种答案。")) for id_ in "12")
    assert decide_answer(index, ENTRIES[3][1]).decision == "candidates"


def test_identical_question_is_answered_among_similar_ones():
    like = [(str(n), make_question_parts(f"{what}如何办理？", "到窗口办理。")) for n, what in enumerate("甲乙丙丁戊")]
    index = Index.build([*like, ("x", make_question_parts("甲乙证如何办理？", "到窗口办理。"))])
    assert decide_answer(index, "甲乙证 如何办理").why == ["与问答库中的问题相同"]
