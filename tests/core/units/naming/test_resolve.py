"""Resolution of unit names as printed in notices: full names, short names, groups, offices, typos."""

from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.units.naming.city import bodies, catalogue
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.naming import NameCatalogue, NamedGroup, ResolutionKind, describe_unknown_names, resolve
from gongkai.core.units.naming.catalogue import Resolution
from gongkai.core.units.naming.spelling import canonical_stem, get_higher_place, get_place

CITY, DISTRICT, COUNTY, CULTURE = 1, 20, 21, 13
KNOWN = catalogue()


def resolve_in_city(name: str, at: int = CITY, **facts: object) -> Resolution:
    return resolve(name, KNOWN.bodies[at], KNOWN, **facts)


def list_body_ids(found: Resolution) -> list[int]:
    return [body.pk for body in found.bodies]


@pytest.mark.parametrize(
    ("name", "at", "body"),
    [
        ("云岭市发展和改革委员会", CITY, 3),
        ("市发展和改革委员会", CITY, 3),
        ("市发展改革委", CITY, 3),
        ("市发改委", CITY, 3),
        ("市 发展改革 委", CITY, 3),
        ("发展改革委", CITY, 3),
        ("区发展改革委", DISTRICT, 30),
        ("区发改委", DISTRICT, 30),
        ("市发展改革委", DISTRICT, 3),
        ("青山区发改委", CITY, 30),
        ("云岭市青山区发改委", CITY, 30),
        ("市教委", CITY, 4),
        ("教育行政部门", CITY, 4),
        ("市场监督管理部门", CITY, 8),
        ("区教委", DISTRICT, 31),
        ("市人力社保局", CITY, 5),
        ("市人社局", CITY, 5),
        ("市卫生健康委", CITY, 6),
        ("区卫健委", DISTRICT, 35),
        ("市住房城乡建委", CITY, 7),
        ("市市场监管局", CITY, 8),
        ("市场监管局", CITY, 8),
        ("市委网信办", CITY, 10),
        ("市网信办", CITY, 10),
        ("市政府新闻办", CITY, 11),
        ("市档案馆", CITY, 12),
        ("档案馆", CITY, 12),
        ("市文化旅游委", CITY, 13),
        ("市政府", CITY, 1),
        ("市人民政府", CITY, 1),
        ("云岭市政府", CITY, 1),
        ("市政府办公室", CITY, 2),
        ("市政府办", CITY, 2),
        ("市府办", CITY, 2),
        ("区政府办公室", DISTRICT, 32),
        ("区府办", DISTRICT, 32),
        ("区政府", DISTRICT, 20),
        ("青山区", CITY, 20),
        ("青山区政府", CITY, 20),
        ("县政府", COUNTY, 21),
        ("南门街道", DISTRICT, 33),
        ("南门街道办", DISTRICT, 33),
        ("云台镇", DISTRICT, 34),
        ("云台镇政府", DISTRICT, 34),
        ("云岭高新区管委会", CITY, 22),
        ("云岭高新技术产业开发区管委会", CITY, 22),
        ("市环境保护局", CITY, 51),
        ("市大数据中心", CITY, 2),
    ],
)
def test_unit_name_as_printed_in_notices(name: str, at: int, body: int) -> None:
    found = resolve_in_city(name, at)
    assert list_body_ids(found) == [body]
    assert found.kind in {ResolutionKind.EXACT, ResolutionKind.ALIAS}
    assert found.sure


@pytest.mark.parametrize(
    ("name", "at", "members"),
    [
        ("各区县政府", CITY, [20, 21, 22]),
        ("各区县（自治县）人民政府", CITY, [20, 21, 22]),
        ("各区县政府（含管委会）", CITY, [20, 21, 22]),
        ("各区县政府（不含管委会）", CITY, [20, 21]),
        ("各区县（青山区除外）", CITY, [21, 22]),
        ("各管委会", CITY, [22]),
        ("市政府各部门", CITY, [3, 4, 5, 6, 7, 8, 9, 13, 51]),
        ("市级各部门", CITY, [3, 4, 5, 6, 7, 8, 9, 13, 51]),
        ("各部门", CITY, [3, 4, 5, 6, 7, 8, 9, 13, 51]),
        ("市政府各部门", DISTRICT, [3, 4, 5, 6, 7, 8, 9, 13, 51]),
        ("区政府各部门", DISTRICT, [30, 31, 35]),
        ("市政府各部门（统计局除外）", CITY, [3, 4, 5, 6, 7, 8, 13, 51]),
        ("市政府各部门（除市统计局、市教委外）", CITY, [3, 5, 6, 7, 8, 13, 51]),
        ("除市统计局外的市政府各部门", CITY, [3, 4, 5, 6, 7, 8, 13, 51]),
        ("市政府各部门（含市档案馆）", CITY, [3, 4, 5, 6, 7, 8, 9, 13, 51, 12]),
        ("各镇街", DISTRICT, [33, 34]),
        ("各乡镇（街道）", DISTRICT, [33, 34]),
        ("各乡镇人民政府", DISTRICT, [33, 34]),
        ("各乡镇人民政府、街道办事处", DISTRICT, [33, 34]),
        ("各街道办事处", DISTRICT, [33]),
        ("各区县卫生健康委", CITY, [35, 40]),
    ],
)
def test_group_name_resolves_to_its_members(name: str, at: int, members: list[int]) -> None:
    found = resolve_in_city(name, at)
    assert sorted(list_body_ids(found)) == sorted(members)
    assert found.kind == ResolutionKind.GROUP
    assert found.sure


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("有关单位", []),
        ("市政府有关部门", []),
        ("相关部门", []),
        ("各有关单位", []),
        ("各责任单位", []),
        ("市统计局等", [9]),
        ("市统计局等有关部门", [9]),
        ("市政府各部门（某某局除外）", [3, 4, 5, 6, 7, 8, 9, 13, 51]),
    ],
)
def test_open_group_is_flagged(name: str, named: list[int]) -> None:
    found = resolve_in_city(name)
    assert found.kind == ResolutionKind.OPEN
    assert list_body_ids(found) == named
    assert found.words
    assert not found.sure


@pytest.mark.parametrize(
    ("name", "first"), [("市统记局", 9), ("市人力资源局", 5), ("市市监督局", 8), ("市住房建设局", 7), ("市文旅局", 13)]
)
def test_unknown_name_gets_suggestions(name: str, first: int) -> None:
    found = resolve_in_city(name)
    assert found.kind == ResolutionKind.UNKNOWN
    assert found.bodies == ()
    assert first in [body.pk for body in found.suggestions][:3]


def test_closed_body_without_successor_is_not_used() -> None:
    found = resolve_in_city("市盐务局")
    assert found.kind == ResolutionKind.UNKNOWN
    assert "2020-05-01撤销" in found.words


def test_ambiguous_name_is_not_guessed() -> None:
    found = resolve_in_city("教育局", COUNTY)
    assert list_body_ids(found) == [41]
    twin = catalogue(NamedGroup(names=("大局",), government=1))
    twin.stems[1, "某局"] = [twin.bodies[3], twin.bodies[4]]
    found = resolve("市某局", twin.bodies[1], twin)
    assert found.kind == ResolutionKind.UNKNOWN
    assert {body.pk for body in found.suggestions} == {3, 4}


@pytest.mark.parametrize(
    ("name", "at", "offices"),
    [
        ("财务处", CULTURE, [1]),
        ("机关各处室", CULTURE, [1, 2]),
        ("市文化旅游委财务处", CITY, [1]),
        ("市政府办公室政务公开科", CITY, [3]),
    ],
)
def test_office_inside_a_body_is_resolved(name: str, at: int, offices: list[int]) -> None:
    found = resolve_in_city(name, at)
    assert [office.pk for office in found.offices] == offices
    assert len(found.bodies) == 1


def test_stored_group_precedes_built_in_group() -> None:
    known = catalogue(
        NamedGroup(
            names=("市政府各部门", "市级各部门单位"),
            government=1,
            kinds=frozenset({"department"}),
            added=frozenset({2}),
            excluded=frozenset({9}),
        ),
        NamedGroup(names=("牵头部门",), government=1, open_ended=True),
    )
    found = resolve("市政府各部门", known.bodies[1], known)
    assert 2 in list_body_ids(found)
    assert 9 not in list_body_ids(found)
    assert resolve("牵头部门", known.bodies[1], known).kind == ResolutionKind.OPEN


def test_open_group_is_not_confused_with_a_similar_stored_group() -> None:
    known = catalogue(
        NamedGroup(names=("市直各有关部门",), government=1, open_ended=True),
        NamedGroup(names=("市直各部门",), government=1, added=frozenset({3, 4})),
    )
    assert list_body_ids(resolve("市直各部门", known.bodies[1], known)) == [3, 4]
    assert resolve("市直各有关部门", known.bodies[1], known).kind == ResolutionKind.OPEN


@given(st.sampled_from([body for body in bodies() if body.pk not in {50, 52}]))
def test_every_full_name_resolves_to_its_body(body: object) -> None:
    assert list_body_ids(resolve_in_city(body.name)) == [body.pk]


@given(st.sampled_from([(name, body.pk) for name, pairs in KNOWN.named.items() for body, _ in pairs]))
def test_every_alias_resolves_to_its_body(pair: tuple[str, int]) -> None:
    name, body = pair
    assert list_body_ids(resolve_in_city(name)) == [body]


@given(
    st.sampled_from(["市政府各部门", "各部门", "市级各部门"]),
    st.lists(
        st.sampled_from([body for body in bodies() if body.parent_id == 1 and body.pk < 50]),
        min_size=1,
        max_size=5,
        unique_by=lambda b: b.pk,
    ),
    st.sampled_from(["（{}除外）", "（除{}外）", "（不含{}）", "（不包括{}）"]),
)
def test_group_with_exceptions_contains_none_of_them(group: str, out: list, form: str) -> None:
    found = resolve_in_city(group + form.format("、".join(body.label for body in out)))
    assert not {body.pk for body in out} & set(list_body_ids(found))


@given(st.text(max_size=40))
def test_any_text_is_resolved_or_explained(name: str) -> None:
    found = resolve_in_city(name)
    assert found.kind in ResolutionKind
    assert found.kind in {ResolutionKind.EXACT, ResolutionKind.ALIAS, ResolutionKind.GROUP} or found.words


def test_canonical_stem_keeps_short_forms() -> None:
    lines = files("gongkai.core.units.naming").joinpath("spellings.tsv").read_text(encoding="utf-8").splitlines()
    for short in [row.split("\t")[0] for row in lines if row and not row.startswith("#")]:
        assert canonical_stem(short) == short


def test_typo_is_explained_by_its_wrong_character() -> None:
    """肓 and 育 look alike on a screen."""
    found = resolve_in_city("市教肓委员会")
    assert "“肓”应为“育”" in found.words
    assert "像是错字" in describe_unknown_names([found])
    assert "可能是" in describe_unknown_names([resolve_in_city("市住房建设局")])
    assert "像是错字" not in resolve_in_city("市天文气象观测局").words
    assert "像是错字" not in resolve_in_city("县教育委员会").words  # another level's, and no slip
    for other in (
        "省司法厅",
        "區財政局",
        "各设区市人民政府",
        "市司法局",
        "市水务局",
        "云岭市审计局",
    ):  # another level's, or another unit with a name of two characters
        assert "像是错字" not in resolve_in_city(other).words


def test_city_bureau_is_not_suggested_for_a_county_name() -> None:
    """One click would assign the county's task to the city's unit, and be remembered."""
    offered = [body.pk for body in resolve_in_city("县人力资源社会保障中心局", COUNTY).suggestions]
    assert 5 not in offered
    assert 5 in [body.pk for body in resolve_in_city("市人力资源社会保障中心局", COUNTY).suggestions]


def test_short_name_never_means_a_unit_of_another_city() -> None:
    """Only the full name, or a name that prints the other city, means its unit."""
    here, there = (
        Body(pk=n, name=f"{place}人民政府", kind=BodyKind.GOVERNMENT) for n, place in ((1, "甲山市"), (2, "乙水市"))
    )
    bureau = Body(pk=3, name="乙水市国家档案局", short_name="市档案局", parent=there)
    both = NameCatalogue.of([here, there, bureau], today=date(2026, 9, 1))
    assert resolve("市档案局", here, both).bodies == ()
    assert resolve("市档案局", there, both).bodies == (bureau,)
    assert resolve("乙水市国家档案局", here, both).bodies == (bureau,)


@pytest.mark.parametrize(
    ("name", "higher", "own"),
    [
        ("松江省榆溪县人民政府", "松江省", "榆溪县"),
        ("松江省云岭市青山区人民政府", "松江省云岭市", "青山区"),
        ("云岭市人民政府", "", "云岭市"),
        ("荆州市沙市区人民政府", "荆州市", "沙市区"),
        ("通州区人民政府", "", "通州区"),
        ("云岭市教育局", "", ""),
    ],
)
def test_place_and_higher_place_of_a_government_name(name: str, higher: str, own: str) -> None:
    assert (get_higher_place(name), get_place(name)) == (higher, own)


def test_units_resolve_under_a_government_named_with_its_province() -> None:
    county = Body(pk=1, name="松江省榆溪县人民政府", kind=BodyKind.GOVERNMENT, path="1/")
    bureau = Body(pk=2, name="榆溪县教育体育局", kind=BodyKind.DEPARTMENT, parent=county, path="1/2/")
    known = NameCatalogue.of([county, bureau], today=date(2026, 5, 1))
    for name in ("县教育体育局", "松江省榆溪县教育体育局", "教育体育局"):
        assert [body.pk for body in resolve(name, county, known).bodies] == [2], name
