"""Phones and accounts: a person's in tables and records, an office's beside a contact."""

import pytest

from gongkai.lib.privacy import find


def found(text, kind):
    return [hit.text for hit in find(text) if hit.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "姓名\t事项\t联系方式\n贺长林\t补办\t0310-7851264",
        "贺长林，男，1971年3月2日生，住石桥镇横山村委会大岭村2号，电话0310-7851264。",
        "我叫贺长林，恳请解决，有事可打0310-7851264",
        "学员：贺长林，教师新村3栋2单元5楼，0310-7851264",
        "来件收悉，你所留联系电话0310-7851264请保持畅通。",
        "入住老人贺长林，紧急联系人：外甥女，0310-7851264。",
        "贺长林，81岁，百货公司楼331室，膝关节术后，座机0310-7851264",
        "请派出所给个办法。电话0310-7851264，微信helin_8812。",
    ],
)
def test_a_landline_of_a_person(text):
    assert found(text, "phone") == ["0310-7851264"]


@pytest.mark.parametrize(
    "text",
    [
        "咨询：高先生0536-7730912",
        "失主贺长林请到社区警务室领取，警务室电话0310-7851264",
        "被执行人贺长林欠款未还，执行法官：荆晓峰，电话0310-7851264",
        "请网友联系我们0310-7851264",
    ],
)
def test_a_landline_of_an_office(text):
    assert found(text, "phone") == []


def test_a_word_behind_a_number_is_no_digit_of_it():
    assert found("后来电话15908728846一直打不通", "phone") == ["15908728846"]
    assert found("户主贺长林　电话13608710625　人口5", "phone") == ["13608710625"]


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("网友“qingshan_88”（微信号）留言", "qingshan_88"),
        ("微信转账至hehua_0943", "hehua_0943"),
        ("贺长林，微信收款hcl_hulu81", "hcl_hulu81"),
        ("通过支付宝（helin0713@sina.com）转来1000元", "helin0713@sina.com"),
        ("贺长林，支付宝13759208461", "13759208461"),
    ],
)
def test_accounts(text, account):
    assert found(text, "account") == [account]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("收入2364178元。账号53001876080501488126，户名云岭市慈善总会。", "bank_card"),
        ("购房人贺长林，监管账户账号2507 0124 0920 0188 571", "bank_card"),
        ("贺长林提交申请，由县政府办政务公开股（ylzwgk@sina.com）答复", "email"),
        ("监督电话：0475-7222311；邮箱ylszgh@163.com", "email"),
        ("值班车辆：云A·W0218", "plate"),
        ("云AA2867重型货车（云岭市顺达运输有限公司）", "plate"),
    ],
)
def test_what_is_a_bodys(text, kind):
    assert found(text, kind) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("法国游客（护照19DK42781）在湖边受伤", "passport", "19DK42781"),
        ("旅客护照号码AB12CD345遗失", "passport", "AB12CD345"),
        ("租客的LINE号lin_6588已登记", "account", "lin_6588"),
        ("奶奶的微信零钱he1958收款", "account", "he1958"),
        ("保证金退回卡：6222021234567890128", "bank_card", "6222021234567890128"),
    ],
)
def test_numbers_called_what_they_are(text, kind, words):
    assert found(text, kind) == [words]


def test_cars_told_behind_their_plates_to_be_an_offices_stay():
    assert found("车辆入库封存，云A00726、云A00918两辆公务用车钥匙交值班室。", "plate") == []
