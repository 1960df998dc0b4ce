"""De-identification: known people are removed in every spelling, and numbers of anyone are masked."""

import pytest

from gongkai.core.intake.deidentification import KnownIdentities, deidentify, find_mentions
from gongkai.core.intake.models import Party

pytestmark = pytest.mark.django_db


def identities(**facts: str) -> KnownIdentities:
    found = KnownIdentities()
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
def test_numbers_and_addresses_are_masked_in_any_numerals(text: str, expected: str) -> None:
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
def test_replacement_contains_no_part_of_the_name(name: str, text: str) -> None:
    left = deidentify(text, identities(name=name)).text
    assert "*" not in left
    assert not any(char in left for char in name)
    assert "Jing" not in left
    assert find_mentions(text, identities(name=name))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("王芳", "王芳芳来电，王小芳也知道，王某芳同意", "申请人来电，申请人也知道，申请人同意"),
        ("王芳", "邮箱wangfang88@example.com", "邮箱申请人"),
        ("迪丽努尔·艾合麦提", "迪丽努尔·艾合麦提（Dilnur Ehmet），Dilnur 催办", "申请人（申请人），申请人 催办"),
        ("王芳", "王芳（又名若溪）来电，若溪催办", "申请人（又名申请人）来电，申请人催办"),
        (
            "云岭虚构建材有限公司",
            "我公司云岭虚构建材有限公司（以下简称“构建”）；构建催办",
            "我公司申请人（以下简称“申请人”）；申请人催办",
        ),
        ("云岭虚构建材有限公司", "虚构建材催办，虚构建材公司同意", "申请人催办，申请人同意"),
        (
            "云岭康泰医疗器械有限公司",
            "康泰医疗来函，康泰公司、康泰厂、云岭康泰催办，康泰同意；身体康泰平安，医疗器械",
            "申请人来函，申请人、申请人、申请人催办，申请人同意；身体申请人平安，医疗器械",
        ),
        (
            "云岭市民生建设有限公司",
            "云岭民生申请公开，民生公司催办；推进民生建设，云岭民生工程，民生改善",
            "申请人申请公开，申请人催办；推进民生建设，云岭民生工程，民生改善",
        ),
        ("Sunrise Trading Co., Ltd.", "SUNRISE 公司2024年中标，Trading", "申请人 公司2024年中标，Trading"),
        ("王芳、李小强", "李小强来电，王女士和小强同意", "申请人来电，申请人和申请人同意"),
        ("王晓梅（代李国庆）", "李国庆来电，晓梅同意", "申请人来电，申请人同意"),
        (
            "云岭市恒达化工有限公司",
            "恒达催办，永恒达到目标；（简称公司）的公司",
            "申请人催办，永恒达到目标；（简称公司）的公司",
        ),
    ],
)
def test_longer_names_and_abbreviations_are_replaced_completely(name: str, text: str, expected: str) -> None:
    assert deidentify(text, identities(name=name)).text == expected


def test_remaining_surname_is_marked_doubtful() -> None:
    left = deidentify("王村的道路，Wang 催办，国王", identities(name="王芳"))
    assert not left.changed
    assert [piece.text for piece in left.pieces_with_doubts() if piece.doubtful] == ["王", "Wang"]
    assert not deidentify("道路和村", identities(name="和平")).has_doubts
    for name, text, doubts in (
        ("单小芳", "Shan 催办", ["Shan"]),
        ("米兰", "小米种植", ["小米"]),
        ("高平安", "注意平安", ["平安"]),
    ):
        left = deidentify(text, identities(name=name))
        assert [piece.text for piece in left.pieces_with_doubts() if piece.doubtful] == doubts


def test_named_relative_is_masked_at_every_mention() -> None:
    text = "儿子高原读二年级，请公开高原所在班级的名册；女儿高兴在该校就读，她很高兴"
    left = deidentify(text, KnownIdentities())
    assert "高原" not in left.text
    assert left.text.endswith("她很高兴")
    assert [piece.text for piece in left.pieces_with_doubts() if piece.doubtful] == ["高兴"]
    assert deidentify("儿子万里由爷爷接送，走到高原和万里之外", KnownIdentities()).text.count("万里") == 0


def test_company_name_of_common_words_is_marked_doubtful() -> None:
    left = deidentify("推进民生建设，云岭民生工程", identities(name="云岭民生建设有限公司"))
    assert not left.changed
    assert [piece.text for piece in left.pieces_with_doubts() if piece.doubtful] == ["民生建设", "云岭民生"]


def test_numbers_of_other_people_are_masked_completely() -> None:
    text = "身份证110101199003074258、手机13822223333、电话138****2222，尾号2222，后四位：3333；2024年3月第1233号"
    left = deidentify(text, KnownIdentities()).text
    assert not any(digits in left for digits in ("4258", "3333", "2222", "0799", "110101"))
    assert left.endswith("2024年3月第1233号")


def test_text_without_personal_data_is_unchanged() -> None:
    text = "推进精神文明建设，明确责任，静态管理；于××年××月完成，兰州路88号，电子信箱见官网。"
    for name in ("王文明", "李静", "公孙若兰", "于海洋"):
        assert deidentify(text, identities(name=name)).text == text
