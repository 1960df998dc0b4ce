"""Texts for others: known people disappear in every spelling, and no digit of anybody's number stays."""

import pytest

from gongkai.core.intake.deidentification import Identities, deidentify, mentions
from gongkai.core.intake.models import Party

pytestmark = pytest.mark.django_db


def identities(**facts: str) -> Identities:
    found = Identities()
    found.add_party(Party(**facts), "申请人")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("住云岭市虚构街10号3单元", "住云岭市某地"),
        ("住虚构街十号", "住某地"),
        ("家住虚构街10号3单元502，", "家住某地，"),
        ("虚构街一〇号三单元五〇二室的住户", "某地的住户"),
        ("虚构街110号", "虚构街110号"),
        ("一三九〇〇〇〇七七七三、幺三九零零零零7773", "（略）、（略）"),
    ],
)
def test_numbers_and_addresses_in_any_numerals(text: str, expected: str) -> None:
    known = identities(name="李静", phone="13900007773", address="云岭市虚构街10号3单元502室")
    assert deidentify(text, known).text == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("梅望舒", "梅·望舒是申请人本人，申请人要求当面答复。"),
        ("阿卜杜拉·买买提", "申请人阿卜杜拉.买买提要求公开，买买提是业主。"),
        ("李静", "申请人李××女士要求公开；静姐多次来电，Li Jing 留言。"),
    ],
)
def test_no_part_of_a_name_comes_back_in_the_words_for_the_person(name: str, text: str) -> None:
    left = deidentify(text, identities(name=name)).text
    assert "*" not in left
    assert not any(char in left for char in name)
    assert "Jing" not in left
    assert mentions(text, identities(name=name))


def test_nothing_of_the_numbers_of_others_stays() -> None:
    text = "身份证110101199003074258、手机13822223333、电话138****2222，尾号2222，后四位：3333；2024年3月第1233号"
    left = deidentify(text, Identities()).text
    assert not any(digits in left for digits in ("4258", "3333", "2222", "0799", "110101"))
    assert left.endswith("2024年3月第1233号")


def test_clean_text_stays_clean() -> None:
    text = "推进精神文明建设，明确责任，静态管理；于××年××月完成，兰州路88号，电子信箱见官网。"
    for name in ("王文明", "李静", "公孙若兰", "于海洋"):
        assert deidentify(text, identities(name=name)).text == text
