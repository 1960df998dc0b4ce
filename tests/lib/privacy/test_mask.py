"""Masks: configured patterns, the same mask for the same words, no findings afterwards."""

import pytest
from benchmarks.privacy_samples import make_labelled_texts

from gongkai.lib.privacy import PrivacyError, find, mask
from gongkai.lib.privacy.masks import load_mask_patterns


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证42010619900101001X", "身份证420106********001X"),
        ("电话138 1234 5678", "电话138****5678"),
        ("家庭电话0871-6123456", "家庭电话0871-*******"),
        ("卡号6222021234567890128", "卡号***************0128"),
        ("邮箱li.na@163.com", "邮箱l***@163.com"),
        ("申请人张三向我局申请", "申请人张*向我局申请"),
        ("申请人欧阳修远向我局申请", "申请人欧阳**向我局申请"),
        ("村民买买提·艾力反映", "村民买**·**反映"),
        ("住云岭市沙河县青山镇大坪村3组", "住云岭市沙河县青山镇***"),
        ("住云岭市沙河县白云路12号镇政府宿舍3栋501室", "住云岭市沙河县***"),
        ("住云岭市向阳社区3组12号", "住云岭市***"),
        (r'{"name":"\u738b\u5c0f\u4e8c","title":"\u516c\u544a"}', r'{"name":"王**","title":"\u516c\u544a"}'),
        (r'{"name":"\ud842\udfb7\u7530\u660e"}', '{"name":"𠮷**"}'),
        ("张三，1990年3月5日出生", "张*，****年*月*日出生"),
    ],
)
def test_values_are_masked_by_pattern(text, masked):
    assert mask(text)[0] == masked


def test_same_person_has_same_mask_everywhere():
    masked, _ = mask("申请人刘志强提出申请。经查，刘志强不符合条件，已告知刘志强。")
    assert masked.count("刘**") == 3
    assert "志强" not in masked


def test_persons_of_same_surname_have_different_masks():
    masked, _ = mask("申请人刘志强与邻居刘建国发生纠纷。经查，刘建国先动手，刘志强受伤，村民刘德明在场。")
    assert masked == "申请人刘**与邻居刘*乙发生纠纷。经查，刘*乙先动手，刘**受伤，村民刘*丙在场。"
    assert find(masked) == []


def test_findings_have_offsets_in_original_text():
    text = "申请人张三，电话13812345678"
    _, findings = mask(text)
    assert [text[finding.start : finding.end] for finding in findings] == ["张三", "13812345678"]


def test_only_given_findings_are_masked():
    text = "申请人张三，电话13812345678"
    phones = [finding for finding in find(text) if finding.kind == "phone"]
    assert mask(text, findings=phones)[0] == "申请人张三，电话138****5678"


def test_masked_text_has_no_findings():
    for sentence in make_labelled_texts("find-dev.txt", rounds=1):
        masked, _ = mask(sentence.text)
        assert [finding.text for finding in find(masked) if finding.kind != "health"] == [], masked


def test_office_can_configure_mask_patterns():
    table = load_mask_patterns((("phone", "keep", "0", "4"), ("person", "all", "0", "0")))
    assert mask("申请人张三，电话13812345678", table=table)[0] == "申请人***，电话*******5678"


def test_invalid_mask_patterns_are_refused_with_one_line():
    with pytest.raises(PrivacyError, match="遮盖规则表"):
        load_mask_patterns((("phone", "scramble", "0", "4"),))
