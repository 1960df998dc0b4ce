"""Homes, illnesses, births and numbers as they are told and listed; each with what must stay."""

import pytest

from gongkai.lib.privacy import find


def found(text, kind):
    return [hit.text for hit in find(text) if hit.kind == kind]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("申请人谭志刚，家住望江路尽头的造纸厂平房", "望江路尽头的造纸厂平房"),
        ("逝者茹大妹生前居住清溪镇老街靠码头第三间，因病去世", "清溪镇老街靠码头第三间"),
        ("问：家住哪里？答：柏川县枫树乡油坊湾村四组。", "柏川县枫树乡油坊湾村四组"),
        ("申请人额尔敦朝鲁，辉苏木嘎鲁图嘎查，房屋改造款1140元", "辉苏木嘎鲁图嘎查"),
        ("系淄川区岭子镇宅科村村民司茂祥，男", "淄川区岭子镇宅科村"),
        ("走失老人蔡桂花从青山区螺蛳湾小区11栋家中走失", "青山区螺蛳湾小区11栋"),
    ],
)
def test_homes(text, words):
    assert words in found(text, "address")


@pytest.mark.parametrize(
    "text",
    [
        "熊一诺的承包地位于石桥村河边，东至方超承包地",
        "鼓励居住区与周边单位签订错时停车协议",
        "家属介长有、马秋菊住工地附近旅馆",
        "拍卖位于昆明市呈贡区彩云南路258号商铺一套",
    ],
)
def test_what_is_no_home(text):
    assert found(text, "address") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("村民段水生2021年患视网膜母细胞瘤", "视网膜母细胞瘤"),
        ("患儿乐天，诊断：急性喉炎", "急性喉炎"),
        ("我叫陈秀芳，我母亲八十四了，膝关节置换过", "膝关节置换过"),
        ("原告东郭芳诉称，被告将其左手尺骨打断", "左手尺骨打断"),
        ("病例2，女，34岁。6月3日出现发热、咳嗽症状，6月6日确诊为新冠肺炎（普通型）", "新冠肺炎（普通型）"),
        ("喻大洪，快递员，慢性粒细胞白血病，离异", "慢性粒细胞白血病"),
    ],
)
def test_conditions(text, words):
    assert words in found(text, "health")


@pytest.mark.parametrize(
    "text",
    [
        "门诊慢特病高血压年度支付限额360元",
        "近期是登革热高发季节，患者应及时就诊",
        "职工因重病住院的，可以申请互助金",
        "防治传染病、慢性病",
    ],
)
def test_conditions_of_nobody(text):
    assert found(text, "health") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("阙素芬，民国三十四年九月生", "民国三十四年九月"),
        ("茹大妹，1931年农历冬月生", "1931年农历冬月"),
        ("双方于2013年6月6日生育一子唐子轩", "2013年6月6日"),
        ("问：出生日期？答：九四年三月二十一。", "九四年三月二十一"),
        ("出生日期原登记1965年8月12日，申请更正为1963年8月12日", "1963年8月12日"),
    ],
)
def test_births(text, words):
    assert words in found(text, "birth")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("手机号+86 13845903317", "phone", "+86 13845903317"),
        ("手机0086-13823860914", "phone", "0086-13823860914"),
        ("电话013389116052", "phone", "013389116052"),
        ("其长子（0888-5123094，家庭电话）", "phone", "0888-5123094"),
        ("座机0871-67513613，手机18412521234", "phone", "0871-67513613"),
        ("护照号PAC918273", "passport", "PAC918273"),
        ("男，美国籍，护照号码：567204318", "passport", "567204318"),
        ("朴成俊，韩国，M55512349，入住302房", "passport", "M55512349"),
        ("川WAB1234欠费86元", "plate", "川WAB1234"),
        ("退款账户：支付宝tianya_2010", "account", "tianya_2010"),
        ("通过微信（GSX_shuixian77）联系", "account", "GSX_shuixian77"),
    ],
)
def test_numbers(text, kind, words):
    assert words in found(text, kind)


@pytest.mark.parametrize(
    "text",
    ["请家属于两个月内联系，电话8830044。", "联系人姜先生，0834-3323377", "请家长致电0834-8818090领取证书"],
)
def test_phones_of_offices(text):
    assert found(text, "phone") == []
