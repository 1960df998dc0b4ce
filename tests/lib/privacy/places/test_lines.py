"""Home addresses in rows without headers, also with everyday words as names."""

from gongkai.lib.privacy import find


def homes(text):
    return [hit.text for hit in find(text) if hit.kind == "address"]


def test_rows_of_construction_work_have_no_home_addresses():
    assert (
        homes("路灯安装计划\n一期 石桥镇新政村三组 20盏\n二期 石桥镇新政村四组 18盏\n三期 石桥镇和平村六组 12盏") == []
    )


def test_rows_of_land_have_no_home_addresses():
    rows = "冬小麦 石桥镇新政村三组地块 300亩\n玉米 石桥镇新政村四组地块 200亩\n油菜 石桥镇和平村六组地块 100亩"
    assert homes(rows) == []
