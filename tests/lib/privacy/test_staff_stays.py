"""Who acts for a house or an office, who is praised, who is an example: their names stay; the same work in a private matter does not."""

import pytest

from gongkai.lib.privacy import find


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    "text",
    [
        # groups of experts, judges of games, leaders of teams
        "专家组由组长贺永权(正高级工程师)、成员于文静、段长龙、柯德厚组成。",
        "裁判长董自强，副裁判长程光；裁判员朱慧、于洋、马千里、仲崇丽。",
        "志愿团队领队韩悦、胡可、黄鹤。",
        # houses and offices by function
        "院长：陶春华；护理员：隆小琼、熊必芳；院内电话：023-70661395",
        "联系人中队长鲍志勇、内勤康乐，电话0314-4310827",
        "验收人：镇长助理葛亮、自然资源所所长岳志清",
        "采样员马强、姚远负责采样封存",
        "经县医院医师路建勋诊治后好转",
        "卫生院救护车，驾驶员贺强",
        "联系人艾国正，邮箱yjxfg@yujiang.gov.cn",
        # who speaks for a body
        "被申请人委托代理人全虎哲（公司副经理）：公司同意承担1500元。",
        "甲方（盖章）委托代理人：贺志刚（医务科）\n",
        "甲方：宿松县复兴镇人民政府（盖章）代表：王向阳\n",
        "我是抚松县仙人桥镇驻村工作队的宋庆丰",
        "会议选举石敏同志为会长，梁文华、潘玉珍同志为副会长。",
        # who is praised
        "关于表彰2025年度抗洪抢险先进个人的通报\n民兵排长梁铁柱、村医郭素云等6名同志及时转移群众。",
        "授予抢救群众的邮递员舒爱民、照料老人的超市店主吕金花“好人”荣誉称号。",
        "请陈秀杰、孙艳华等十名受表彰个人提前到场",
        # works, the fallen, examples, shops
        "曲目从徐玉兰、王文娟代表作《红楼梦》中任选",
        "应急演练方案：模拟养殖户“张三”报告生猪死亡",
        "办理结果已告知商家“晓东水产”",
        # the people of a body by their title
        "联络人：镇侨联 颜主席，0595-23802106",
        "藏语寻人：请知情者联系派出所",
    ],
)
def test_who_acts_for_a_body_or_is_praised_stays(text):
    assert people(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("村医冉启明在没有处方的情况下给冉小菊注射了头孢", ["冉启明", "冉小菊"]),
        ("驾驶员贺强驾驶小型客车追尾，负全部责任", ["贺强"]),
        ("委托代理人林桂花（系原告之姐），住青山镇", ["林桂花"]),
        ("关于表彰优秀学生的通报：三年级（2）班学生陈梓涵", ["陈梓涵"]),
        ("联系人艾国正，邮箱aigz88@163.com，电话13812345678", ["艾国正"]),
        # what is found with a fact stays found where an office verb stands behind, and in the title
        ("当事人二：母先勇，住中枢街道\n调解结果：母先勇负责维修", ["母先勇", "母先勇"]),
        ("关于骆科举同志评残情况的公示\n骆科举，男，1971年11月出生", ["骆科举", "骆科举"]),
    ],
)
def test_the_same_work_in_a_private_matter_does_not(text, names):
    assert people(text) == names
