"""Names found by what is built alike, what leads to them and what they get; and what looks like a name and stays."""

import pytest

from gongkai.lib.privacy import find


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # rows that a verb leads to, and where the last name goes on
        (
            "经考核，续聘玉罕、岩温、波依香、者四、李石妹为2025年护林员",
            ["玉罕", "岩温", "波依香", "者四", "李石妹"],
        ),
        # families
        # sentences of a list, three that open with a name
        (
            "支出明细：鲍双柱清理河道3天，360元；鲍俊英打扫卫生30天，900元；李二妮打扫卫生30天，900元",
            ["鲍双柱", "鲍俊英", "李二妮"],
        ),
        # rows of a table without heads: a column of names beside one that only persons have
        (
            "县检察院\t检察官助理\t苗雨晴\t女\t本科\n县税务局\t一级科员\t邰士博\t男\t本科\n乡镇机关\t一级科员\t杜鹃\t女\t硕士",
            ["苗雨晴", "邰士博", "杜鹃"],
        ),
        (
            "何磊\u30001997年2月\u3000汉族\n孟和少布\u30001994年8月\u3000汉族\n关小云\u30002001年6月\u3000汉族",
            ["何磊", "孟和少布", "关小云"],
        ),
        # lines of a label and names
        # who gets how much, who has which number
        ("棉被发给申时芳2床、朗明贵3床、成联波4床", ["申时芳", "朗明贵", "成联波"]),
        ("供水欠费：501祝小满、502岳采儿、603唐元元", ["祝小满", "岳采儿", "唐元元"]),
        # parties of one kind told apart
        ("当事人甲：随广军，驾驶小型客车；当事人乙：周庆云", ["随广军", "周庆云"]),
        # whom a decision is about
        ("县医保局关于包玉兰门诊慢性病待遇的答复", ["包玉兰"]),
        # a relative named by whose he is
        # posts that are given to people in need are no posts
        # comrades in private matters
        ("关于欧阳晓春同志作为发展对象的公示", ["欧阳晓春"]),
    ],
)
def test_what_is_built_alike_is_found(text, names):
    assert people(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "拟给予阿卜杜热合曼·买买提、古丽努尔·艾尔肯同志见义勇为表彰",
            ["阿卜杜热合曼·买买提", "古丽努尔·艾尔肯"],
        ),
        ("反映其草场被阿不都热西提·肉孜占用", ["阿不都热西提·肉孜"]),
        ("委托热孜宛古丽·麦合木提领取", ["热孜宛古丽·麦合木提"]),
        ("日本国中村健太，护照TZ1096483", ["中村健太"]),
        ("Nguyễn Văn Hùng（护照P01827364）申请公开", ["Nguyễn Văn Hùng"]),
        ("儿子高远读三年级，其女高洁，妻子江南出示证明", ["高远", "高洁", "江南"]),
        # a case begins where the name ends
        ("我女儿王磊小学毕业，前夫李强学区房认定有误，养子高兴中考被漏报", ["王磊", "李强", "高兴"]),
        ("养女江河小升初报名未成功，妻弟时光大病救助申请被退回", ["江河", "时光"]),
        ("大舅哥何静一级伤残，内侄王小明公租房申请未被批准", ["何静", "王小明"]),
        ("低保户李强大病救助，考生王磊中考", ["李强", "王磊"]),
        ("母亲田野、丈夫方向和女儿方圆", ["田野", "方向", "方圆"]),
        (
            "我儿子高原读二年级，申请人之子高山、其母白洁到场，女儿平原，儿子和平在该校就读，公公时光已故",
            ["高原", "高山", "白洁", "平原", "和平", "时光"],
        ),
        ("女儿高原入学案，丈夫华山工伤认定，儿子高峰成绩，内弟江南代领", ["高原", "华山", "高峰", "江南"]),
        ("妻子马力全程陪同，马力已签名，请公开马力所在班的名册", ["马力", "马力", "马力"]),
        (
            "母亲江南腿脚不便，儿子方圆上一年级，女儿高远户口在本村，父亲田野身体不好，外孙平原转学",
            ["江南", "方圆", "高远", "田野", "平原"],
        ),
        ("养女王磊在读，其女王芳就读，王磊代我领取，儿子王磊成绩案", ["王磊", "王芳", "王磊", "王磊"]),
        ("丈夫华山材料，监护人雷雨补签，父亲祝福，2025年来电", ["华山", "雷雨", "祝福"]),
        (
            "养女和平在和平公园摔伤，丈夫光明放牧时受伤，妻弟长江向学校反映，女儿江河骑车摔伤，大舅哥平安没有户口，舅舅建国于去年入学",
            ["和平", "光明", "长江", "江河", "平安", "建国"],
        ),
        ("女儿叫高歌，丈夫方向东到场，同事黄金也在场", ["高歌", "方向东", "黄金"]),
        ("邓妃保、何妃女：\n本院受理原告诉你们一案。被告何妃女承担责任", ["邓妃保", "何妃女", "何妃女"]),
    ],
)
def test_names_of_all_peoples_end_where_they_end(text, names):
    assert people(text) == names


@pytest.mark.parametrize(
    "text",
    [
        # behind a word for a person stands what he does
        "换乘的行人越来越多，大部分是老人",
        "用户最喜爱的服务窗口",
        "每个家长都希望孩子健康成长",
        "业主却心急如焚",
        "女儿能继承老房子吗",
        # where somebody lives, not who he is
        "我是高信向日葵的业主",
        # words of the dictionary that look like names, and the head of a village
        "房顶盖子破损，安全问题丛生",
        # what people do and how they are, with a surname as first character
        "儿子高中毕业后在家，女儿高兴地说母亲白天上班",
        "丈夫高原反应严重，儿子平原县人，孩子高原地区长大，儿子和平时一样，儿子在高原当兵，妻子和平解决",
        "父亲高度近视，配偶高级职称，亲属方可领取，子女许多要求",
        "儿子平安归来，女儿平安出院，丈夫光明正大，孩子安静地坐着，老伴长江边散步，儿子和平均每月三百元，母亲胜利完成手术",
        "家人平安，孩子健康，儿子成功考上大学，母亲田野调查归来",
        "女儿金鱼池边玩耍，儿子石阶上摔伤，母亲祝福大家，丈夫程度较轻，常青树下集合",
        # bodies, rivers, streets, shops
        "获奖单位名单：梅岗中学、水口镇中心小学、县机关幼儿园",
        "白龙江水位已达警戒线",
        "将规划三路命名为“李园巷”",
        "不要轻信“张三丰老油坊”的宣传",
        # columns of things
        # what has the shape of names in a row: herbs, plants
        "发展石斛、方竹笋、金银花、黄精等特色产业",
        # minutes, staff of projects and offices
        "出席：莫建辉、陈小明、聂志强\n请假：欧志勇",
        "劳资专管员：徐芳\u3000项目负责人：吕国良",
        "设计：云岭筑水设计院\u3000潘宇",
        "团员胡爱玲（县投资促进中心主任）随团出访",
        "县水利局毛立新、县卫生健康监督所佟欣的执法证件作废",
        # the fallen, the famous, the praised
        "赖发祥，男，1911年生，1934年在长汀作战牺牲",
        "展出王羲之、颜真卿、柳公权的书法拓片",
        "推荐李长青等12名同志为全县“最美护林员”",
        # a surname with a title
        "请到社区警务室找小乔领取，司机老盘",
    ],
)
def test_what_only_looks_like_a_name_stays(text):
    assert people(text) == []


def test_buildings_and_meetings_behind_pupils_are_nobody() -> None:
    assert people("学生宿舍楼改造工程，女生宿舍楼维修，学生沙龙活动") == []
