"""People whose names are known are found in every form of their names; everyday words that look like them are left."""

import re

import pytest

from gongkai.lib.privacy.known_names import find_known_people
from gongkai.lib.privacy.organisations import derive_short_names, find_named_premises, is_organisation_name


def marked(text: str, name: str, *, posts: bool = True) -> str:
    for one in reversed(find_known_people(text, [name], posts=posts)):
        text = f"{text[: one.start]}【{text[one.start : one.end]}】{text[one.end :]}"
    return text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "夏侯婉清",
            "小名【婉清】，【夏侯女士】，【婉清】多次来电，【夏侯某】、【夏 侯　婉\u200b清】，住夏侯路",
        ),
        ("李强", "【李强】说【老李】来过，【小强】也来，【李副主任】；增强能力，李家庄，强度，加强管理"),
        ("王文明", "【文明】多次来电，【王老师】；推进文明城市创建，精神文明建设"),
        ("赵文静", "告诉【文静】，找【文静】要材料"),
        ("于海洋", "【于先生】位于公司，由于同志反映，【海洋】来电，海洋局"),
        ("高峰", "【高校长】、【高峰】来电；高校长期，高峰期，高峰路"),
        ("王建国", "【建国】多次反映；李建国局长，建国以来"),
        ("李国公", "【国公】来电；中国公民"),
        ("欧阳文静", "【欧阳老师】，【文静】说"),
        ("阿卜杜拉·买买提", "【阿卜杜拉•买买提】，【买买提先生】，【阿卜杜拉买买提】，【阿卜杜拉】来电"),
        ("扎西次仁", "【扎西先生】，【次仁】来电"),
        ("𠮷田明", "【田明】来电，【𠮷女士】，【𠮷田先生】"),
        ("张㐀𠀀", "【㐀𠀀】来电，【张女士】"),
        ("王李思琪", "【思琪】来电，【王女士】，【王李女士】，【李思琪】"),
        (
            "李静",
            "【静静】来电，找【静姐】，【李××女士】、【李XX】、【李某某女士】；【Lǐ Jìng】、【jing li】；安静，静态，于××年",
        ),
        ("公孙若兰", "【兰兰】来电，【小兰姐】说，【若兰姐】，【gongsunruolan】，【Ruo-lan】；兰州，ruolang"),
        ("吕绿", "【Lv Lv】，【lyulü】，【LU LU】"),
        ("梅望舒", "【梅·望舒】、【梅.望舒】、【梅－望舒】、【梅ㆍ望舒】"),
        ("公孙若兰", "【公孫若蘭】、【若蘭】说"),
        ("公冶长安", "我姓【公冶】，名【长安】，小名【安子】，请写【长安】收；百姓，著名"),
        ("陆平安", "我姓【陆】，【平安】是我的名字；大陆，陆地"),
        ("阿卜杜拉·买买提", "【阿卜杜拉.买买提】、【阿卜杜拉．买买提】，3.5万元"),
        (
            "欧阳雪峰",
            "【老欧阳】、【欧阳姑娘】、【欧阳女儿】、【欧阳爸爸】、【小欧】说，【峰仔】来了，【雪儿】，【欧阳】来电；欧阳修的文章，欧阳路，雪花，高峰期",
        ),
        ("欧阳雪峰", "（【欧阳雪F】）、【欧阳雪*】、【欧阳*峰】、【欧阳X.F.】、【欧阳雪】来电"),
        (
            "王芳",
            "【王婆】说，【王母】即本人之母，【王家】；王村，国王，王家村，王家沟，王母娘娘，王国，国王的芳香",
        ),
        (
            "王芳",
            "【王芳芳】是我女儿，【王小芳】也知道，【王某芳】、【老王芳】、【芳女士】、【小芳】她妈、【芳妈】",
        ),
        ("王芳", "【王､芳】，【王|芳】，【王/芳】，【王_芳】，【王\u200b芳】，【王、芳】；王、李、芳草"),
        ("李强", "【李某】强调，【李*强】、【李某强】；李-强度，国家增强"),
        (
            "王建国",
            "【王*国】、【王建X】、【王建*】、【建国哥】来了；王国强盛，国家，建国家园，王立国同志，习近平同志，王建材市场",
        ),
        ("迪丽努尔·艾合麦提", "【努尔大姐】来电，【迪丽】要求，【迪丽努尔ᆞ艾合麦提】，【麦提大叔】"),
        ("白洁", "【白家媳妇】来电，【白家的小女儿】在校，【白家】、【老白家】、【白媳妇】；白天，白家村，洁白"),
        ("李强", "【强子】说，【大强】说，【李sir】、【李 Sir】、【Mr李】、【李BOSS】；增强子女教育"),
        ("王芳", "【W芳】，【w芳】，【W.芳】，【Wang芳】，【某芳】，【*芳】，【芳子】说；BMW芳，某芳香，芳香"),
        ("王建国", "【王建先生】、【王国先生】、【W建国】、【X建国】；王国，王建材先生，建国以来"),
        ("李国", "【李国先生】；某国，国子监"),
        ("迪丽努尔·艾合麦提", "【迪丽努尔･艾合麦提】、【迪丽努尔•艾合麦提】、【迪丽努尔．艾合麦提】"),
        (
            "张长行",
            "【老张】在场，【小张】的孩子在该校，请【老张】到场，【老张头】说，【张家老二】、【长行兄】来过；小时候",
        ),
        ("马冬", "请【老马】到场，【小马】说；马路，马上就办，老马路"),
        ("于成", "【老于】说；小于5万元，关于，大于"),
        ("单小芳", "【Shan女士】来过，【Dan先生】；简单，单位，Shanghai"),
        ("黄河", "联系【黄河】本人，【黄河女士】；黄河大桥，黄河流域"),
        ("段春生", "【春生】支书来过；春生万物"),
        (
            "高峰",
            "没有【高峰】所申请的信息，经【高峰】同意，法定代表人【高峰】，收到【高峰】的申请；进入高峰所需的电量，已经高峰",
        ),
        ("温暖", "【温总】电话；温总量"),
        ("John Smith", "【john  SMITH】; 【Smith】 said; 【Ｊｏｈｎ】; Johnson"),
    ],
)
def test_every_form_of_a_known_name(name: str, expected: str) -> None:
    assert marked(expected.replace("【", "").replace("】", ""), name) == expected


def test_a_title_of_office_counts_only_where_asked_for() -> None:
    assert marked("王主任答复王女士", "王芳", posts=False) == "王主任答复【王女士】"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "欧阳雪峰",
            "O.X.F.|Ouyang X|X. Ouyang|Mr. Ouyang|X.F. Ouyang|OuyangXuefeng|oyxf1990|ouyang.xuefeng@example.com",
        ),
        ("王芳", "Wang F|F. Wang|Fang Wang|WANG, FANG|wang_fang|Ms Wang|wangf88|wangfang88@example.com"),
        (
            "Mary O'Brien",
            "|".join(f"O{mark}Brien" for mark in "'’‘ʼ′`´＇ ") + "|OBRIEN|MaryOBrien|Mary-O’Brien",
        ),
        (
            "Mary O’Brien",
            "M. O'Brien|O'Brien M|Mr.O`Brien|MOBrien|mary.obrien@x.com|mobrien1@x.com|mary88|Brien|M.O'B.|M. O'B.|M.O.",
        ),
        ("José García", "Jose Garcia|García J|J. Garcia"),
        ("张长行", "C. Zhang|X. Zhang|H. Zhang|Z.C.X.|Z.C.H.|Zhang Changxing|Changxing|Chang-hang"),
        ("周晟", "Zhou Sheng|Sheng Zhou"),
        ("尉迟恭", "Yuchi Gong"),
    ],
)
def test_a_known_name_in_latin_letters(name: str, text: str) -> None:
    for form in text.split("|"):
        assert marked(f"由{form}；提出", name) == f"由【{form}】；提出"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("高明", "效果比去年高明显"),
        ("高明", "血压偏高明显的居民"),
        ("高明", "收入比去年高明显好转"),
        ("高明显", "费用比原来高明显"),
        ("高明显", "今年产量高明显好于往年"),
        ("乐嘉", "快乐嘉年华活动"),
        ("乐嘉年", "快乐嘉年华活动"),
        ("张伟", "他主张伟大复兴"),
        ("王芳", "国王芳心大悦"),
        ("高平", "提高平均水平"),
        ("安全", "平安全市行动"),
        ("成功", "完成功能测试"),
        ("安康", "平安康乐"),
        ("常德", "经常德育"),
        ("高大", "提高大气质量"),
        ("平安", "和平安宁"),
        ("高峰", "提高峰值"),
        ("万全", "千万全力"),
        ("方便", "地方便民"),
        ("时代", "小时代办"),
        ("水平", "洪水平稳"),
        ("安稳", "平安稳定"),
    ],
)
def test_everyday_words_that_contain_the_characters_of_a_name_stay(name: str, text: str) -> None:
    assert marked(text, name) == text


@pytest.mark.parametrize(
    "text",
    [
        "当事人【高明】不服",
        "【高明】显示证件",
        "由【高明】显著承担",
        "和【高明】说",
        "当事人【高明显】对处罚不服",
        "【高明显】系本市居民",
        "请【高明显同志】到会",
        "投诉人【乐嘉】反映",
        "居民【乐嘉年】反映",
        "原告【张伟】起诉",
        "与【张伟大哥】商量",
        "中国【王芳】来信",
        "和【王芳】心平气和地谈",
        "村民【高平】均到场",
        "业主【万全】力争",
        "户主【方便民】签字",
        "【安稳】定居本市",
        "【高明亮】说",
        "【王明】显老了",
        "给【王明】显示了",
        "【李强】调解成功",
        "【李强】调不服",
    ],
)
def test_a_name_before_or_after_everyday_words_is_found(text: str) -> None:
    found = re.search("【(.+?)(?:同志|大哥)?】", text)
    assert found
    assert marked(text.translate(str.maketrans("", "", "【】")), found[1]) == text


def test_other_words_in_latin_letters_stay() -> None:
    assert marked("Maryland, Obrienson, obriens", "Mary O'Brien") == "Maryland, Obrienson, obriens"
    assert marked("Liquid, Li Qing, li s, Wang", "李强") == "Liquid, Li Qing, li s, Wang"


@pytest.mark.parametrize(
    ("name", "organisation"),
    [
        ("José García", False),
        ("Seán D'Angelo-Smith", False),
        ("Иван Петров", False),
        ("帕提古丽艾合麦提", False),
        ("李科", False),
        ("云岭市康泰医疗器械有限公司", True),
        ("云岭市第一小学", True),
        ("云岭市教育局", True),
        ("Yunling Trading Co. Ltd", True),
    ],
)
def test_a_long_name_is_a_person_without_the_form_of_an_organisation(name: str, organisation: bool) -> None:
    assert is_organisation_name(name) is organisation


@pytest.mark.parametrize(
    ("name", "certain", "others"),
    [
        ("云岭康泰医疗器械有限公司", "康泰医疗 康泰器械 康泰公司 康泰店 云岭康泰 云岭康泰医疗", {"brands": "康泰"}),
        ("云岭虚构康泰医疗器械有限公司", "虚构康泰 康泰医疗 虚构公司 云岭康泰", {"acting": "云岭虚构"}),
        ("康泰（云岭）医疗器械有限公司", "康泰医疗 康泰公司", {"brands": "康泰"}),
        ("云岭鑫隆商贸有限责任公司青溪分公司", "云岭鑫隆商贸有限责任公司 鑫隆商贸 鑫隆店", {"brands": "鑫隆"}),
        ("云岭正义律师事务所", "正义律师 正义所", {"doubtful": "正义"}),
        ("云岭市青溪街道老王面馆", "老王面馆 青溪老王 云岭老王", {"brands": "老王"}),
        ("云岭民生建设有限公司", "民生公司 云岭民生建设", {"acting": "云岭民生", "doubtful": "民生建设"}),
        ("Yunling Trading Co. Ltd", "Yunling+Trading", {"brands": "Yunling"}),
        ("云岭市清风社会工作服务中心", "清风社工 清风中心 清风服务中心", {"doubtful": "清风"}),
        ("云岭市开元建材经营部", "开元建材 开元经营部", {"brands": "开元"}),
        ("ABC精密仪器（云岭）有限公司", "ABC精密 ABC仪器 ABC公司", {"brands": "ABC"}),
        ("云岭市桂花社区居民委员会", "桂花社区居委会 桂花居委会", {}),
        ("诚信公证处", "诚信公证", {}),
        ("云岭老百姓大药房连锁有限公司", "老百姓药房 老百姓大药房", {"doubtful": "老百姓"}),
        ("云岭鑫旺达混凝土有限公司", "旺达混凝土", {"doubtful": "旺达"}),
    ],
)
def test_short_names_of_organisations(name: str, certain: str, others: dict[str, str]) -> None:
    found = derive_short_names(name)
    written = {*found.certain, *found.brands}
    assert {one.replace("+", " ") for one in certain.split()} <= written
    for kind, word in others.items():
        assert word in getattr(found, kind)


def test_names_without_a_brand_have_no_short_names() -> None:
    for name in ("李四", "云岭市教育局", "云岭市第一小学", "云岭市水泥厂"):
        found = derive_short_names(name)
        assert not {*found.brands, *found.acting}, name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("投诉城南小学食堂，孩子在云岭市第三中学补课", "城南小学 云岭市第三中学"),
        ("阳光花园小区物业公司乱收费，老王火锅店油烟扰民", "阳光花园小区物业公司 老王火锅店"),
        ("云岭晨光餐饮管理有限公司拖欠工资；市人民医院挂号难", "云岭晨光餐饮管理有限公司 市人民医院"),
        ("二孩幼儿园学费；全市公办幼儿园收费；我们小区的物业不作为", ""),
        ("楼下烧烤店油烟大，这家店不开发票，要求培训机构退费，自来水公司停水", ""),
        ("某学校食堂、某单位、一家火锅店、云岭市公办中学", ""),
    ],
)
def test_premises_that_a_text_names(text: str, named: str) -> None:
    assert find_named_premises(text) == named.split()
