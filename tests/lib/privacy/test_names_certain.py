"""Names that the construction of a sentence or a row makes certain, everyday words too; beside each what only looks like it."""

import pytest

from gongkai.lib.privacy import find


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # parties of a case, and the same word again
        (
            "申请执行人泰山与被执行人方圆借款合同纠纷一案，本院对方圆采取限制消费措施。",
            ["泰山", "方圆", "方圆"],
        ),
        ("海洋诉云岭某某置业有限公司商品房销售合同纠纷一案，判决如下", ["海洋"]),
        ("你因与石超名誉权纠纷一案提出的申请收悉", ["石超"]),
        ("本院受理原告鲍生花与被告白得胜民间借贷纠纷一案", ["鲍生花", "白得胜"]),
        # who was beaten
        ("钱二虎酒后将黄山殴打致轻微伤", ["钱二虎", "黄山"]),
        # who is addressed, whose letter is answered, who signs
        ("康乐等6名村民：你们反映的问题已收悉", ["康乐"]),
        ("高峰来信：我家住在青山镇，下水道堵了", ["高峰"]),
        ("关于向阳反映夜间施工的回复\n向阳先生：\n您反映的问题已转办", ["向阳", "向阳"]),
        ("投诉信\n我要求退还多收的钱。\n成功\n电话：13812345678", ["成功"]),
        ("我叫田石头生，今年六十一岁。\n申请人：田石头生", ["田石头生", "田石头生"]),
        ("承诺书：我谷东风，420106 19900101 0013，承诺经营场所不属违建", ["谷东风"]),
        # a fact in brackets, and the same word again
        ("方圆（准考证号350125091804426）答卷雷同，因无法与方圆取得联系，现予公告", ["方圆", "方圆"]),
        ("嫌疑人阮文雄（越南籍，护照N2107653）、程序（中国籍，护照EB8035164）入境", ["阮文雄", "程序"]),
        # children, shops
        ("2018年成婚，育有一女勒木兰，未落户", ["勒木兰"]),
        ("单县终兴镇老街口便利店，经营者时代，统一社会信用代码92371722MA3N6W9E56", ["时代"]),
        # relatives: one character and a year, the mask of somebody else behind
        ("孤儿罗小龙，父罗明2013年去世", ["罗小龙", "罗明"]),
        ("其父孔庆祥在某医养中心入住期间跌倒", ["孔庆祥"]),
        ("牛是我老公公韦仕全放的", ["韦仕全"]),
        # a family's name; who was chosen for another
        ("么艳春：\n你反映么艳秋趁你母亲住院冒领养老金", ["么艳春", "么艳秋"]),
        # names of elements, of foreigners
        ("西城街道：汪洋、敖登格日乐\n", ["汪洋", "敖登格日乐"]),
        ("学生马海伍机，就读越西县职业技术学校", ["马海伍机"]),
        ("本人外籍人员Michael Anderson（中文名安德森），现任教", ["Michael Anderson", "安德森"]),
        # a blank before the sex
        ("一年级学生名册\n3 税雨桐 女 2018年11月8日\n4 冯子墨 男 2019年1月27日", ["税雨桐", "冯子墨"]),
    ],
)
def test_a_name_that_is_certain_is_found_whatever_it_looks_like(text, names):
    assert people(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # a home beside each name
        # an amount behind each, an illness
        ("筹资明细（单位：元）\n金玉 500；田文斌 500；关双喜 300", ["金玉", "田文斌", "关双喜"]),
        (
            "下列骨灰寄存逾期：章高仔（寄存证号LC-0937，原留电话0794-8437265）；饶梅英（寄存证号LC-1102，原留地址青山路）",
            ["章高仔", "饶梅英"],
        ),
    ],
)
def test_rows_of_persons_are_found_without_heads(text, names):
    assert people(text) == names


@pytest.mark.parametrize(
    "text",
    [
        # the same constructions without a person
        "价格在500元左右，请注意安全",
        "将路人打伤的车辆已被查获",
        "被申请人支付工伤待遇争议一案已受理",
        "深入推进诉源治理，与司法所、派出所联动化解纠纷",
        "居民等8名代表：请准时参会",
        "关于群众反映噪声扰民的答复",
        "谢谢\n电话：0998-5721063",
        "育有一子，未婚",
        "经检索，您申请的信息属于主动公开范围",
        # rows of works and bodies beside places
        "道路硬化 石宝镇新政村三组 已验收\n水渠维修 石宝镇和平村六组 整改",
        "村口路灯 兰村乡北兰台村 12盏\n文化广场 兰村乡南兰台村 1处",
        "大米 500；面粉 300；食用油 200",
        # illnesses, forms, regions, works
        "宫颈癌、乳腺癌、白内障患者可以申请救助",
        "特困人员全护理、半护理、全自理标准如下",
        "考号\t学校\t分值\n26070418022\t坊子实验学校\t10",
        "楚雄州牟定县社会保险中心",
        "马钢退养职工、酒钢退休工人可以申请",
        "丁司垱镇、黄土坎乡的补助已发放",
    ],
)
def test_the_same_words_without_a_person_stay(text):
    assert people(text) == []
