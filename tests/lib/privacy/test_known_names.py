"""Known names are found in every form; everyday words that look like them are not."""

import pytest

from gongkai.lib.privacy.known_names import find_known_people
from gongkai.lib.privacy.organisations import derive_short_names, find_named_premises, is_organisation_name
from lib.privacy.sentences import sections


def marked(text: str, name: str, *, posts: bool = True) -> str:
    for one in reversed(find_known_people(text, [name], posts=posts)):
        text = f"{text[: one.start]}【{text[one.start : one.end]}】{text[one.end :]}"
    return text


@pytest.mark.parametrize(("kinds", "sentences"), sections("known"))
def test_known_name_is_found_in_every_form(kinds: str, sentences: list[str]) -> None:
    for name, wanted in (one.split(": ", 1) for one in sentences):
        assert marked(wanted.replace("【", "").replace("】", ""), name) == wanted


def test_surname_with_post_counts_only_if_requested() -> None:
    assert marked("王主任答复王女士", "王芳", posts=False) == "王主任答复【王女士】"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "欧阳雪峰",
            "O.X.F.|Ouyang X|X. Ouyang|Mr. Ouyang|X.F. Ouyang|OuyangXuefeng|oyxf1990|ouyang.xuefeng@example.com",
        ),
        ("王芳", "Wang F|F. Wang|Fang Wang|WANG, FANG|wang_fang|Ms Wang|wangf88|wangfang88@example.com"),
        ("Mary O'Brien", "|".join(f"O{mark}Brien" for mark in "'’‘ʼ′`´＇ ") + "|OBRIEN|MaryOBrien|Mary-O’Brien"),
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
def test_known_name_is_found_in_latin_letters(name: str, text: str) -> None:
    for form in text.split("|"):
        assert marked(f"由{form}；提出", name) == f"由【{form}】；提出"


def test_other_words_in_latin_letters_are_not_found() -> None:
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
def test_organisation_name_is_recognised_by_its_form(name: str, organisation: bool) -> None:
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
def test_short_names_of_organisation_are_derived(name: str, certain: str, others: dict[str, str]) -> None:
    found = derive_short_names(name)
    written = {*found.certain, *found.brands}
    assert {one.replace("+", " ") for one in certain.split()} <= written
    for kind, word in others.items():
        assert word in getattr(found, kind)


def test_names_without_brand_have_no_short_names() -> None:
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
def test_named_premises_are_found(text: str, named: str) -> None:
    assert find_named_premises(text) == named.split()
