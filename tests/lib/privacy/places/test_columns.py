"""Village columns in tables of persons."""

from gongkai.lib.privacy import find


def test_hamlet_after_village_is_home_address_in_row_of_person():
    rows = "危房改造对象\n户主\t村屯\t等级\n贺长林\t九顿村弄纳屯\tD级\n龚小琴\t太阳村\tC级\n"
    assert [hit.text for hit in find(rows) if hit.kind == "address"] == ["九顿村弄纳屯"]
