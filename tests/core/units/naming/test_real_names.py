"""Resolution of every unit name of two real notices in a directory of registered full names (places invented)."""

import json
from datetime import date
from pathlib import Path

import pytest

from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.naming import NameCatalogue, ResolutionKind, resolve

_NAMES = """
云台县人民政府办公室 中共云台县委网络安全和信息化委员会办公室 云台县发展和改革委员会
云台县卫生健康委员会 云台县商务委员会 云台县生态环境局 云台县经济和信息化委员会 云台县市场监督管理局
云台县人力资源和社会保障局 云台县金融工作服务中心 云台县教育委员会 云台县民政局
云台县人民政府新闻办公室 云台县规划和自然资源局 云台县财政局 云台县农业农村委员会 云台县司法局
云台县城市管理局 云台县交通局 云台县文化和旅游发展委员会 云台县信访办公室 云台县行政服务中心
云台县住房和城乡建设委员会 云台县应急管理局 云台县档案馆 云台县图书馆 云台县电子政务管理中心
云台县市民服务和营商环境促进中心 中共云台县委组织部
"""


@pytest.fixture(scope="module")
def catalogue_of_county() -> NameCatalogue:
    county = Body(pk=1, name="云台县人民政府", kind=BodyKind.GOVERNMENT)
    bodies = [county]
    bodies += [Body(pk=n, name=name, parent=county) for n, name in enumerate(_NAMES.split(), 2)]
    bodies.append(Body(pk=100, name="白马镇人民政府", kind=BodyKind.TOWNSHIP, parent=county))
    bodies.append(Body(pk=101, name="南门街道办事处", kind=BodyKind.SUBDISTRICT, parent=county))
    return NameCatalogue.of(bodies, today=date(2026, 11, 20))


def test_every_printed_unit_is_resolved_or_open(shared: Path, catalogue_of_county: NameCatalogue) -> None:
    printed = {
        name
        for number in ("002", "003")
        for row in json.loads((shared / "gold" / f"{number}.json").read_text())
        for name in row["lead"] + row["responsible"]
    }
    assert len(printed) > 50
    for name in printed:
        found = resolve(
            name.replace("区", "县", 1) if name.startswith("区") else name,
            catalogue_of_county.bodies[1],
            catalogue_of_county,
        )
        expected = (
            {ResolutionKind.OPEN}
            if "有关" in name
            else {ResolutionKind.EXACT, ResolutionKind.ALIAS, ResolutionKind.GROUP}
        )
        assert found.kind in expected, (name, found.words)
        assert found.kind == ResolutionKind.GROUP or len(found.bodies) <= 1
