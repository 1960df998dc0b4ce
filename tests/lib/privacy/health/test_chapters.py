"""Conditions of all chapters of medicine by endings, organs and grades; what is called after them is no condition."""

import pytest

from gongkai.lib.privacy import find


def conditions(text):
    return [hit.text for hit in find(text) if hit.kind == "health"]


@pytest.mark.parametrize(
    "name",
    [
        "幽门螺杆菌感染", "弓形虫病", "头癣",   "原发性血小板增多症", "结节性甲状腺肿",
        "中度智力障碍", "颅内高压",    "耳石症", "高血压病3级", "2型糖尿病", "心功能Ⅱ级",
         "血气胸", "肛瘘", "斑秃", "平足", "腰肌劳损",  "痛经", "羊水过少", "新生儿颅内出血",
        "右侧第六、七肋骨骨折", "左侧第4至7肋骨骨折", "双上肢二度烧伤", "全身40%烧伤",  "伤残玖级", "术后肠粘连",
        "社区获得性肺炎", "血友病", "周围神经炎",
    ],
)  # fmt: skip
def test_a_condition_is_found_whole(name):
    assert conditions(f"患者贺长林因{name}入院治疗，费用较高。") == [name]
    assert conditions(f"救助名单：贺长林，石桥镇龙泉村三组，{name}，补助2000元；") == [name]
    assert conditions(f"龚小琴反映其父贺长林去年查出{name}，生活困难。") == [name]


@pytest.mark.parametrize(
    "words",
    [
        "肿瘤科", "传染病医院", "胸痛中心", "卒中中心", "HPV疫苗", "宫颈癌筛查", "肺癌早筛", "结核病防治", "高血压健康管理", "慢性病管理",
        "大病保险", "职业病危害因素", "尘肺病救助项目", "世界艾滋病日", "新生儿疾病筛查", "肝功能检查", "听力筛查",
    ],
)  # fmt: skip
def test_what_is_called_after_a_condition_is_none(words):
    assert conditions(f"贺长林负责{words}工作，龚小琴协助。") == []
    assert conditions(f"贺长林到县医院咨询{words}，工作人员作了说明。") == []


@pytest.mark.parametrize(
    "text",
    [
        "孕妇以及患有慢性阻塞性肺疾病、糖尿病、冠心病等基础疾病者应尽早接种疫苗。",
        "贺长林反映路灯损坏、骨干管网破裂、窨井下陷",
        "运动场地面破裂，学校骨干教师贺长林反映",
        "王局长指出要治庸治懒，根除官僚病，贺长林参加",
    ],
)
def test_nobodys(text):
    assert conditions(text) == []
