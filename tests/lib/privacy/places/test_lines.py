"""Homes in rows without heads, also where the names of the rows are everyday words."""

from gongkai.lib.privacy import find


def homes(text):
    return [hit.text for hit in find(text) if hit.kind == "address"]


def test_rows_of_works_and_of_bodies_are_none():
    assert (
        homes("路灯安装计划\n一期 石桥镇新政村三组 20盏\n二期 石桥镇新政村四组 18盏\n三期 石桥镇和平村六组 12盏") == []
    )


def test_rows_about_land_are_none():
    rows = "冬小麦 石桥镇新政村三组地块 300亩\n玉米 石桥镇新政村四组地块 200亩\n油菜 石桥镇和平村六组地块 100亩"
    assert homes(rows) == []
