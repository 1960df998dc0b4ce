"""Cars and mailboxes of bodies stay, a person's are found; births in rows without heads and on notes."""

import pytest

from gongkai.lib.privacy import find


def found(text, kind):
    return [hit.text for hit in find(text) if hit.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "三者车：川D07719（米易县攀莲镇卫生院救护车，驾驶员郭强）",
        "1号车（冀AV3806，中巴）乘坐市政府副秘书长等9人；2号车（冀A7F251）乘坐工作人员",
        "另有区融媒体中心采访车苏H0K571、区供电公司抢修车苏HA9275已通知所在单位。",
        "贺长林横过道路时被苏H0K571公交车刮倒",
        "K102路车辆苏E08135D等8辆已更新",
    ],
)
def test_a_car_of_a_body_stays(text):
    assert found(text, "plate") == []


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("贺长林所有车辆苏H0K571已注销", "苏H0K571"),
        ("派出所查获的车辆苏H0K571由贺长林驾驶", "苏H0K571"),
        ("法院扣押车辆苏H0K571（车主贺长林）", "苏H0K571"),
    ],
)
def test_a_car_of_a_person(text, plate):
    assert found(text, "plate") == [plate]


@pytest.mark.parametrize(
    "text",
    [
        "会务组：满意0459-6370115。请于4月2日前将回执发至dqyjdhy2026@163.com。",
        "请将报名表电子版发送至yljyrsk2026@126.com",
        "备案网站一个，网站服务邮箱admin@yunlingwenchuang.cn",
        "技术支持：service@yunlingsoft.com.cn",
    ],
)
def test_a_mailbox_of_an_office_stays(text):
    assert found(text, "email") == []


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("咨询邮箱guanshuangxi@sina.com（村民代表贺长林个人邮箱）。", "guanshuangxi@sina.com"),
        ("贺长林，整改照片发至hechanglin@163.com", "hechanglin@163.com"),
        ("贺长林，邮箱admin1975@qq.com", "admin1975@qq.com"),
    ],
)
def test_a_mailbox_of_a_person(text, mail):
    assert found(text, "email") == [mail]


def test_the_day_on_a_foundlings_note():
    assert found("捡拾男婴一名，衣物内有纸条写明“2026年3月6日生”。", "birth") == ["2026年3月6日"]


def test_the_numbers_of_a_family_without_labels_of_their_own():
    text = "凌嘉欣，回乡证H2085317401；女儿凌悦儿，H2231760502，2017年8月出生，居解放路7号1201室。设备H2231760503"
    assert found(text, "passport") == ["H2085317401", "H2231760502"]
