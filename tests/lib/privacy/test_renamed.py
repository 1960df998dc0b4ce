"""Institutions under a former name: present tasks, and sentences that tell of the past."""

import pytest

from gongkai.lib.privacy import proofread


def old(text):
    return [finding.text for finding in proofread(text) if finding.kind == "old_name"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("企业变更名称的，向县工商行政管理局申请变更登记。", "工商行政管理局"),
        ("评定材料报省民政厅优抚处审核。", "优抚处"),
        ("出入管理区由公安边防派出所负责检查。", "公安边防派出所"),
        ("2026年采矿权延续由市国土资源局受理。", "国土资源局"),
    ],
)
def test_in_a_present_context(text, words):
    assert old(text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "机构改革后，区乡村振兴局的职责划入区农业农村局。",
        "加挂县乡村振兴局牌子的做法已于2024年不再保留。",
        "1998年，县工商行政管理局在城关镇设立三个工商所。",
        "霞浦县海洋与渔业局推行“海上社区”管理。",
        "该公司人事部负责招聘，学院文化部承办晚会。",
        "市建设局相关负责人介绍了进展。",
    ],
)
def test_told_of_the_past_or_still_there(text):
    assert old(text) == []
