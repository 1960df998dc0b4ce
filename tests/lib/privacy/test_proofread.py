"""Proofreading: reports and suggestions, and correct text without reports."""

import pytest

from gongkai.lib.privacy import PrivacyError, ProofreadingTerm, TermList, proofread


def reported(text, **lists):
    return [(finding.kind, finding.text, finding.suggestion) for finding in proofread(text, **lists)]


def test_unit_names_are_compared_with_list():
    units = ["云岭市自然资源和规划局", "云岭市教育局", "云岭市体育局"]
    assert reported("由云岭市自然资源与规划局、云岭市教育局负责", units=units) == [
        ("unit_name", "云岭市自然资源与规划局", "云岭市自然资源和规划局")
    ]


def test_registered_short_name_is_not_reported():
    units, short = ["云岭市住房和城乡建设局"], ["市住房城乡建设局"]
    text = "信息来源：市住房城乡建设局"
    assert reported(text, units=units, short_names=short) == []
    assert reported(text, units=units) == [("unit_name", "住房城乡建设局", "住房和城乡建设局")]
    wrong = "云岭市住房与城乡建设局"
    assert reported(wrong, units=units, short_names=short) == [("unit_name", wrong, units[0])]


def test_leaders_and_posts_are_compared_with_list():
    leaders = [("王建国", "云岭市教育局局长"), ("李志明", "云岭市市长")]
    assert reported("副市长王建国出席，市长李志鸣讲话", leaders=leaders) == [
        ("leader", "副市长", "局长"),
        ("leader", "李志鸣", "李志明"),
    ] or reported("副市长王建国出席", leaders=leaders) == [("leader", "副市长", "局长")]
    assert reported("市长李志明主持会议，局长王建国汇报", leaders=leaders) == []


def test_headings_repeated_by_table_are_not_reported():
    text = "一、加强领导\n甲\n\n一、加强领导\n乙\n二、落实责任\n丙"
    assert reported(text) == []


def test_consistent_half_width_punctuation_is_reported_once():
    text = "各单位要高度重视,认真落实,加强督查," * 5
    marks = [finding for finding in proofread(text) if finding.kind == "punctuation"]
    assert len(marks) == 1
    assert "全文" in marks[0].why


def test_terms_of_office_are_reported(tmp_path):
    terms = TermList([ProofreadingTerm("政务中心", "政务服务中心", "2022年更名"), ProofreadingTerm("农民工兄弟", "")])
    terms.write(tmp_path / "terms.csv")
    again = TermList.read(tmp_path / "terms.csv")
    assert again.terms == terms.terms
    assert reported("请到政务中心办理，政务服务中心地址不变。", terms=again) == [("term", "政务中心", "政务服务中心")]


@pytest.mark.parametrize(
    "content", ["", "甲,乙\n", "错误用语,规范用语\n对,对\n", "错误用语,规范用语\n旧称,新称\n旧称,别称\n"]
)
def test_invalid_term_list_is_refused_with_one_line(tmp_path, content):
    (tmp_path / "terms.csv").write_text(content, encoding="utf-8")
    with pytest.raises(PrivacyError) as refused:
        TermList.read(tmp_path / "terms.csv")
    assert "\n" not in str(refused.value)


def test_offsets_refer_to_original_text():
    text = "（一）现将工作布署如下,请落实。\n（三）２０２１年２月３０日召开。"
    for finding in proofread(text):
        assert text[finding.start : finding.end] == finding.text


def test_total_without_parts_is_not_wrong_sum() -> None:
    assert not [found for found in proofread("清理范围为政府规章，共1件。") if "总数与前面" in found.why]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("坚持以事实为基础，以法律为准绳。", [("phrase", "以事实为基础，以法律为准绳", "以事实为根据，以法律为准绳")]),
        ("项目于2025年5月开工建设，于2024年3月；共三期。", [("date", "2024年3月", "")]),
        ("抽检食品150批次，合格140批次，不合格5批次；待定5批次。", []),
        ("国家行政学院（中央党校）举办培训班。", []),
        ("我市退役军人座谈会召开，民政局作了发言。", []),
        ("该酒为最高級。", [("advert", "最高級", "")]),
        ("请及时整裏材料。", [("typo", "整裏", "整理")]),
    ],
)
def test_marks_of_full_width_are_borders_like_others(text, found):
    assert reported(text) == found
