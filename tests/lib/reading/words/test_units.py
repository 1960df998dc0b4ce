"""Unit names as printed in notices."""

import pytest

from gongkai.lib.reading.words.units import read_units


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("市财政局", ["市财政局"]),
        ("市发展改革委、市商务委，市教委；市民政局", ["市发展改革委", "市商务委", "市教委", "市民政局"]),
        ("区卫生健康委、\n\n区政府新闻办", ["区卫生健康委", "区政府新闻办"]),
        ("区卫生健康委\n区政府新闻办", ["区卫生健康委", "区政府新闻办"]),
        ("市规划自\n然资源局", ["市规划自然资源局"]),
        ("市政府各\n部门、各区县\n政府", ["市政府各部门", "各区县政府"]),
        ("各乡镇（街道）、县政府各部门", ["各乡镇（街道）", "县政府各部门"]),
        ("各区县（自治县、开发区）政府", ["各区县（自治县、开发区）政府"]),
        ("市、区县政府门户网站主办单位", ["市、区县政府门户网站主办单位"]),
        ("市、区县政府部门网站(页)主办单位", ["市、区县政府部门网站(页)主办单位"]),
        ("县行政服务中心、档案馆、图书馆", ["县行政服务中心", "档案馆", "图书馆"]),
        ("牵头处室：财务处", ["财务处"]),
        ("牵头处室:办公室", ["办公室"]),
        ("责任单位：市教委、市民政局。", ["市教委", "市民政局"]),
        ("市司法局、市财政局按职责分工负责", ["市司法局", "市财政局"]),
        ("市司法局，各县、区人民政府（管委会）", ["市司法局", "各县、区人民政府（管委会）"]),
        ("市司法局、各市党委、政府", ["市司法局", "各市党委、政府"]),
        ("各镇、街道办事处", ["各镇", "街道办事处"]),
        ("", []),
        ("—", []),
    ],
)
def test_cell_is_split_into_units(cell: str, units: list[str]) -> None:
    read = read_units(cell)
    assert list(read.all()) == units
    assert not read.doubts


def test_labels_name_lead() -> None:
    read = read_units("牵头单位：市司法局；责任单位：市教委、市民政局")
    assert (read.lead, read.others) == (["市司法局"], ["市教委", "市民政局"])


def test_mark_in_brackets_names_lead() -> None:
    read = read_units("市司法局（牵头）、市教委")
    assert (read.lead, read.others) == (["市司法局"], ["市教委"])


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("区政府办公室区司法局", ["区政府办公室", "区司法局"]),
        ("区文化旅游委区政务服务办区档案馆", ["区文化旅游委", "区政务服务办", "区档案馆"]),
    ],
)
def test_names_run_together_are_split_and_flagged(cell: str, units: list[str]) -> None:
    read = read_units(cell)
    assert (list(read.all()), read.alternative) == (units, cell)
    assert read.doubts


@pytest.mark.parametrize(
    "name",
    ["市政府各部门", "市委各部委", "各区县政府", "市政府办公厅", "县委县政府督查室", "区人大常委会办公室"],
)
def test_names_that_only_look_run_together_stay_whole(name: str) -> None:
    assert read_units(name).all() == (name,)


@pytest.mark.parametrize(
    ("cell", "units"),
    [("区商务委、区交通局等", ["区商务委", "区交通局"]), ("市教委等有关部门", ["市教委", "有关部门"])],
)
def test_open_lists_are_flagged(cell: str, units: list[str]) -> None:
    read = read_units(cell)
    assert list(read.all()) == units
    assert read.doubts


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("扶贫办、供销合作总社等和各有关省级人民政府", ["扶贫办", "供销合作总社", "各有关省级人民政府"]),
        ("水利厅、能源局等省有关部门和各市人民政府", ["水利厅", "能源局", "省有关部门", "各市人民政府"]),
        ("市财政局、市教育局等有关部门和单位", ["市财政局", "市教育局", "有关部门和单位"]),
        ("财政部、税务总局等国务院相关部门及各地区", ["财政部", "税务总局", "国务院相关部门", "各地区"]),
    ],
)
def test_open_list_inside_list_is_flagged(cell: str, units: list[str]) -> None:
    read = read_units(cell)
    assert list(read.all()) == units
    assert any("没有列全" in doubt for doubt in read.doubts)
