"""Routing of a message to a unit."""

import pytest

from gongkai.lib.matching import Router

EXAMPLES = [
    ("社会保障卡丢失如何补领", "市人力资源社会保障局"),
    ("养老保险关系如何转移接续", "市人力资源社会保障局"),
    ("义务教育阶段新生入学报名时间", "市教育局"),
    ("中小学转学如何办理", "市教育局"),
    ("小区供水停水信息如何查询", "市城市管理局"),
    ("路灯不亮如何报修", "市城市管理局"),
]


@pytest.fixture
def router():
    return Router(EXAMPLES)


@pytest.mark.parametrize(
    ("message", "unit"),
    [
        ("社保卡掉了", "市人力资源社会保障局"),
        ("孩子想换个学校", "市教育局"),
        ("巷子里路灯坏了一个星期", "市城市管理局"),
    ],
)
def test_message_is_routed_to_unit_of_similar_examples(router, message, unit):
    route = router.route(message)[0]
    assert route.label == unit
    assert 0 < route.confidence <= 1
    assert route.why


def test_confidences_of_all_units_sum_to_one(router):
    assert sum(route.confidence for route in router.route("如何办理转移和转学", k=9)) == pytest.approx(1)


def test_unrelated_message_has_no_route(router):
    assert router.route("zzz") == router.route("") == Router().route("社保") == []


def test_example_can_be_forgotten(router):
    id_ = router.learn("狗粮补贴", "市农业农村局")
    assert router.route("狗粮")[0].label == "市农业农村局"
    router.forget(id_)
    assert router.route("狗粮") == []
    assert "市农业农村局" not in router.labels


@pytest.mark.parametrize("label", ["", "a\x1fb"])
def test_example_with_invalid_label_is_refused(router, label):
    with pytest.raises(ValueError, match="分类"):
        router.learn("内容", label)


def test_saved_router_is_equal_after_loading(router, tmp_path):
    router.save(tmp_path / "units")
    loaded = Router.load(tmp_path / "units")
    assert loaded.route("社保卡丢了") == router.route("社保卡丢了")
    loaded.learn("新的示例", "市教育局")
    assert loaded.labels == router.labels
