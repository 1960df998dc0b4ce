"""General rules of finding: rows, facts, families, kinds of living, conditions; each with what must stay."""

import pytest

from gongkai.lib.privacy import find


def found(text, kind):
    return [hit.text for hit in find(text) if hit.kind == kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # a row of names makes everyday words names
        ("一年级新生名单：左子墨 黎语桐 皮皓轩 曲安然", ["左子墨", "黎语桐", "皮皓轩", "曲安然"]),
        ("拟批准入伍人员：卫东来（梧岭镇）、边疆（水磨乡）、国庆（城关镇）", ["卫东来", "边疆", "国庆"]),
        # a rarer surname where something announces a name
        ("申请人：折克勤；出资额：10万元", ["折克勤"]),
        ("受送达人凤来仪下落不明", ["凤来仪"]),
        # a word where a fact stands behind it
        ("被执行人鞠躬，男，身份证号码见附件", ["鞠躬"]),
        # roles by their ending
        ("砸中地面作业的钢筋工宗文革，宗文革当场死亡", ["宗文革", "宗文革"]),
        # kin stay private whatever they do
        ("由其表弟司徒海负责采购", ["司徒海"]),
        # two surnames and 氏
        ("申请人：阮氏兰，女，汉族", ["阮氏兰"]),
        # parties that speak, places in a ranking
        ("第1名谈晓晴，总成绩86.42", ["谈晓晴"]),
        # no surname known, but a fact
        ("参保人员苦春花（女，62岁）", ["苦春花"]),
    ],
)
def test_names(text, names):
    assert found(text, "person") == names


@pytest.mark.parametrize(
    "text",
    [
        "国务院水行政主管部门会同环境保护、水行政、住房和城乡建设等部门",
        "不得以融资融券方式，取得融资融券业务资格",
        "何家冲、张公桥、李子坝、王府井",
        "现回复如下：安沙镇人民政府已安排专人处理",
        "联系人：钟亮，联系电话：0739-8815566",
        "委托代理人梅晓东，云岭正大律师事务所律师",
        "现将拟任职干部情况公示如下：\n文杰，现任县发展和改革局副局长",
        "姓名|法定代表人\n云岭宏图公司|何志刚",
    ],
)
def test_names_that_stay(text):
    assert found(text, "person") == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("来访人贡桂生，男，58岁，金坪乡黄荆坳村十一组，反映", "address", "金坪乡黄荆坳村十一组"),
        ("遗产为坐落于白塔区三眼井街44号的私房一处", "address", "白塔区三眼井街44号"),
        ("戚小雨（2012/05/19）投保", "birth", "2012/05/19"),
        ("申请人上官玉华，女，一九五Ｏ年八月初三出生", "birth", "一九五Ｏ年八月初三"),
        ("受伤部位：右手中指、环指末节骨折", "health", "右手中指、环指末节骨折"),
        ("申请人王小花患急性淋巴细胞白血病", "health", "急性淋巴细胞白血病"),
        ("邱少芬（座机0739-5527714）表示满意", "phone", "0739-5527714"),
        ("姓名|证件号码\n李小龙|C44188201", "passport", "C44188201"),
        ("姓名  金额  一折通账号\n巴天成  288  6217003860009876543", "bank_card", "6217003860009876543"),
    ],
)
def test_other_kinds(text, kind, words):
    assert words in found(text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("重度残疾人、大病患者分类施策", "health"),
        ("户籍所在地新型农村社会养老保险", "address"),
        ("出生日期1990-08-17", "address"),
        ("开户行：工商银行，户名云岭市第二建筑公司，账号：2502011009024511234", "bank_card"),
    ],
)
def test_what_stays(text, kind):
    assert found(text, kind) == []


def test_an_old_number_before_a_new_one_is_found():
    text = "火玉山 | 510107510812465\n鲜于忠 | 510107196310040815"
    assert found(text, "id_number")[0] == "510107510812465"
