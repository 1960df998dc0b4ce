"""Homes behind a label: always somebody's, or a private owner's; of nobody named a village leads to nobody."""

import pytest

from gongkai.lib.privacy import find


def homes(text):
    return [hit.text for hit in find(text) if hit.kind == "address"]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("职工胡大海，原住房红旗农场三连12号，土木结构", "红旗农场三连12号"),
        ("申请人：邹德元　拟建地点：沙河县石桥镇红星村上屋组　批准面积：120㎡", "沙河县石桥镇红星村上屋组"),
        ("拆旧户：邹德元　旧宅位置：沙河县石桥镇红星村四社", "沙河县石桥镇红星村四社"),
        ("原户名马德胜，用水地址青山区和平路55号4幢1单元203", "青山区和平路55号4幢1单元203"),
        ("权利人：滕光荣，坐落：沙河县石桥镇龙泉村八组", "沙河县石桥镇龙泉村八组"),
        ("被征收房屋坐落于青山区老米市巷15号，房屋所有权人窦成栋。", "青山区老米市巷15号"),
        ("鄢启明遗失沙河县房产局2009年核发的房屋所有权证，房屋坐落：城关镇沿江东路18号3栋502", "城关镇沿江东路18号3栋502"),
        ("向远志：现将复印件邮寄至你预留的地址：沙河县城关镇滨江路3号。", "沙河县城关镇滨江路3号"),
        ("申请人白斯琴，女，住正蓝旗上都苏木青格勒嘎查。", "正蓝旗上都苏木青格勒嘎查"),
        ("王天贵家住杨柳社区，低保户", "杨柳社区"),
    ],
)  # fmt: skip
def test_a_home(text, home):
    assert home in homes(text)


@pytest.mark.parametrize(
    "text",
    [
        "我家住在月亮岛小区，物业费太高",  # nobody is named
        "我住在体育馆附近，晚上噪音很大",
        "县住建局四楼会议室召开了专家论证会",
        "落户地乡镇村组同意落户证明",
        "权利人：云岭市恒大物业有限公司，坐落：青山区和平路18号3栋502",
        "施工地点：沙河县石桥镇龙泉村至团结村公路",
        "材料请寄至云岭市政通路8号（收件人：办公室）",
    ],
)
def test_no_home(text):
    assert homes(text) == []


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("户籍由石桥镇龙泉村三组迁往外省，申请人贺长林", "石桥镇龙泉村三组"),
        ("贺长林居住位于石桥镇龙泉村三组12号的楼房", "石桥镇龙泉村三组12号"),
    ],
)
def test_a_second_word_before_the_place_is_no_part_of_it(text, home):
    assert homes(text) == [home]
