"""Names of illnesses and injuries: whole with their adjectives, wounds, what comes of them, whose they are in lists."""

import pytest

from gongkai.lib.privacy import find


def conditions(text):
    return [hit.text for hit in find(text) if hit.kind == "health"]


@pytest.mark.parametrize(
    "name",
    [
        "切口感染", "左侧基底节区脑出血", "硅肺贰期", "中度限制性通气障碍", "左侧第5—8肋骨骨折", "高热惊厥",  "肝脓肿",
        "弥漫性大B细胞淋巴瘤", "颈动脉狭窄", "突发性聋", "系统性血管炎", "前列腺增生症", "冠心病支架植入术后", "股骨头无菌性坏死",
    ],
)  # fmt: skip
def test_a_name_is_found_whole(name):
    assert conditions(f"患者贺长林，男，44岁，因{name}于3月2日入院治疗。") == [name]
    assert conditions(f"救助公示\n贺长林，{name}，补助2000元") == [name]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "救助公示:贺长林(监护人贺平),先天性心脏病,报销21303.50元;龚小琴,肺癌晚期,报销33871.00元",
            ["先天性心脏病", "肺癌晚期"],
        ),
        ("第三者伤情：贺长林，颅脑损伤，送云岭市中心医院", ["颅脑损伤"]),
        ("贺长林反映：其父贺平在某医养中心入住期间跌倒，右髋部骨折，院方推诿", ["右髋部骨折"]),
    ],
)
def test_whose_it_is_and_where_it_ends(text, wanted):
    assert conditions(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "切口感染率应控制在百分之一以下。",
        "门诊慢特病报销比例提高，颈动脉狭窄患者可申请。",
        "路面病变、管道狭窄的路段要尽快修补，河道淤积水肿胀。",
        "王某某因肺癌晚期住院",
    ],
)
def test_nobodys(text):
    assert conditions(text) == []
