"""Accounts of networks and banks: found in all wordings, those of desks and bodies stay; mailboxes that are accounts."""

import pytest

from gongkai.lib.privacy import find


def found(text, kind):
    return [hit.text for hit in find(text) if hit.kind == kind]


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("受害人贺长林通过QQ群（群主QQ号2817460395）被骗76000元", "2817460395"),
        ("我叫贺长林，支付宝和微信都是hcl_1980", "hcl_1980"),
        ("微信、支付宝同号hcl_1980，贺长林", "hcl_1980"),
        ("竞买人贺长林，通过淘宝网司法拍卖平台（账号hcl820418）以31.6万元竞得", "hcl820418"),
        ("贺长林，支付宝收款账号hcl1978@126.com；", "hcl1978@126.com"),
        ("贺长林，支付宝实名账号13839502764", "13839502764"),
        ("贺长林的闲鱼昵称helin88", "helin88"),
        ("姓名\t支付宝账号\n贺长林\thcl1978@126.com", "hcl1978@126.com"),
    ],
)
def test_of_a_person(text, account):
    assert found(text, "account") == [account]
    assert found(text, "email") == []


@pytest.mark.parametrize(
    "text",
    [
        "请加QQ群：12345678报名",
        "请关注微信公众号yunling_fabu",
        "登录淘宝网搜索“云岭法院”，订单24412000000078315526",
    ],
)
def test_of_an_office(text):
    assert found(text, "account") == []


@pytest.mark.parametrize(
    "text",
    [
        "贺长林，农行，12600元；镇集体股，账号17381201040003312，31000元。",
        "请贺长林将上述款项退至我局基金收入户（账号10532001040017758，开户行农行云岭分行）。",
        "借款人贺长林，借款合同编号：DK20230815000763，贷款账号：6100238810012。",
    ],
)
def test_an_account_of_a_body(text):
    assert found(text, "bank_card") == []


@pytest.mark.parametrize(
    "text", ["贺长林，还款账号：6100238810012", "镇集体股分红：贺长林，账号6100238810012，31000元"]
)
def test_a_card_of_a_person(text):
    assert found(text, "bank_card") == ["6100238810012"]


def test_whom_people_are_told_to_write_to():
    assert found("如需纸质件，请与竹山县水利局办公室联系，邮箱zsslj@163.com。", "email") == []
    assert found("请与贺长林联系，邮箱hcl@163.com。", "email") == ["hcl@163.com"]
