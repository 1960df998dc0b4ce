"""Names known by what stands beside them, however they look; each rule with what must stay."""

import pytest

from gongkai.lib.privacy import find
from gongkai.lib.privacy.persons.found import NameEvidence
from gongkai.lib.privacy.persons.plausible import is_possible_name


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # a fact that only a person has stands behind
        ("小葵花，女，2023年4月1日出生", ["小葵花"]),
        ("①宫本小百合，日本，护照TZ1198325", ["宫本小百合"]),
        ("辅具签领：马蹄莲，视力一级，盲杖1根", ["马蹄莲"]),
        ("石头，听力一级；马蹄莲，视力一级；阿木都，肢体三级", ["石头", "马蹄莲", "阿木都"]),
        # a party's role and a name that is a word
        ("死者杨柳（男，46岁）", ["杨柳"]),
        ("父亲罗马外出务工多年", ["罗马"]),
        # four characters
        ("陈柏宇轩（回乡证号H10385526）", ["陈柏宇轩"]),
        ("台商欧简志明来函咨询", ["欧简志明"]),
        # items built alike
        (
            "选岗结果：楚河，选择市执法支队；汉界，选择机关事务中心；丹增罗布（六级伤残），选择陵园；布小林，放弃",
            ["楚河", "汉界", "丹增罗布", "布小林"],
        ),
        ("本周值日：周一 初一帆；周二 温馨；周三 荆晶晶", ["初一帆", "温馨", "荆晶晶"]),
        # a row and how many they are
        ("王一、丁一、于是三位同学：经评审", ["王一", "丁一", "于是"]),
        # a letter's head, and who introduces himself
        ("听证通知书\n谭志刚：\n应你的申请，定于7月16日听证。", ["谭志刚"]),
        ("我是枫树乡油坊湾村的税长庚，当过教师", ["税长庚"]),
        # before words that are said of a whole name
        # one character for a relative
        ("学籍转出，父盛建华，居住证号见附件", ["盛建华"]),
        # names written by sound, whole
        ("母亲爱新觉罗·毓琴年逾八旬", ["爱新觉罗·毓琴"]),
        ("吐尔逊江·艾合买提同志：您通过热线反映的问题", ["吐尔逊江·艾合买提"]),
        ("申请人Maria Lopez（西班牙籍）", ["Maria Lopez"]),
        # whom somebody denounces, whatever his post
    ],
)
def test_found(text, names):
    assert people(text) == names


@pytest.mark.parametrize(
    "text",
    [
        # who acts for an office or in a profession
        "评审专家名单：马玉虎、丁慧娟、纳生福、白雪梅",
        "农业技术员黎世昌、首席预报员孔令德到场",
        "首届剪纸传承人名单：韩玉莲、孟繁茂、武敬亭",
        "联系人：区交通运输委财务科　蒲永红　联系电话：46780291",
        # history, works, crafts
        "名人故居有：杨靖宇将军故居、吉鸿昌旧居、许世友故里",
        "杨柳青木版年画、曹素功墨锭制作技艺、张小泉剪刀锻制技艺",
        "县志办拟于今年完成《欧阳修与沙溪》书稿",
        # words behind a role
        "驾驶人不得超员，监护人应当陪伴未成年人",
        "债权人利益保护，老年人常见病、慢性病",
        "向村民公布：\n（一）本办法",
        "鄂温克族自治旗辉苏木",
        # who is said to be somebody is not named so
        "病例2，女，34岁，汉族，已婚",
        "各位家长：请于周一前领取",
    ],
)
def test_stays(text):
    assert people(text) == []


@pytest.mark.parametrize(
    ("name", "evidence", "possible"),
    [
        ("食堂", NameEvidence.ROLE, False),
        ("海角", NameEvidence.FIELD, True),
        ("工资", NameEvidence.FIELD, False),
        ("工资", NameEvidence.FACT, False),
        ("和平", NameEvidence.FACT, True),
        ("仝女士", NameEvidence.FACT, False),
        ("维吾尔族", NameEvidence.FACT, False),
        ("高血压", NameEvidence.FACT, False),
        ("扎西次仁", NameEvidence.ROLE, True),
    ],
)
def test_a_word_needs_the_more_evidence_the_more_offices_write_it(name, evidence, possible):
    assert is_possible_name(name, evidence) is possible
