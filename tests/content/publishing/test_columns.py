"""Canonical column paths, and planning, creating and removing columns from notices (P-05, P-06)."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.publishing import WebsiteFactory
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Column, ColumnAlias
from gongkai.content.editions.queries import find_column_of_path
from gongkai.content.publishing import columns
from gongkai.content.publishing.columns import find_canonical_path, make_path_key, normalize_name
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role

DIRECTORY = "政务公开>政府信息公开目录"

#: P-05 and P-06: columns named in the five notices.
P05 = [
    "规划信息>国民经济和社会发展规划",
    "规划信息>区域规划",
    "规划信息>专项规划",
    "规划信息>国土空间规划",
    "履职依据>行政法规",
    "履职依据>国务院部门规章",
    "履职依据>市政府规章",
    "履职依据>规范性文件",
    "预算/决算",
    "收费项目",
    "机关简介>联系我们",
    "其他法定主动公开内容",
]
P06 = [
    "市场准入负面清单",
    "建设高标准市场体系",
    "反不正当竞争",
    "财政预决算",
    "地方政府债务",
    "惠民惠农资金",
    "疫情防控",
    "爱国卫生运动",
    "健康中国重庆行动",
    "健康科普",
    "“六稳”“六保”",
    "政策解读",
    "市政府规章",
    "法治政府建设年度报告",
    "政府公报",
    "公共企事业单位信息公开",
]


def split_path(text: str) -> list[str]:
    return text.split(">")


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("政府网站>政府信息公开目录>惠民惠农资金", f"{DIRECTORY}>惠民惠农资金"),
        ("政府网站>政务公开>政府信息公开目录>惠民惠农资金", f"{DIRECTORY}>惠民惠农资金"),
        ("政府网站＞政务公开＞政府信息公开目录 > 惠民惠农资金", f"{DIRECTORY}>惠民惠农资金"),
        ("政府网站>法定主动公开内容>收费项目", "政府信息公开>法定主动公开内容>收费项目"),
        ("政府网站>政务公开>政府信息公开>法定主动公开内容", "政府信息公开>法定主动公开内容"),
        ("政府网站>其他法定主动公开内容", "政府信息公开>法定主动公开内容>其他法定主动公开内容"),
        (
            "政府网站>政府信息公开>法定主动公开内容>履职依据>本区县（本部门）规范性文件",
            "政府信息公开>法定主动公开内容>履职依据>规范性文件",
        ),
        ("政府网站>“公开信箱”", "公开信箱"),
        ("政府网站>“政策直通车”栏目", "政策直通车"),
        ("政府网站>政府信息公开>政府信息公开年度报告", "政府信息公开>政府信息公开年报"),
        ("政府网站>政务公开>政府信息公开目录>“六稳”“六保”", f"{DIRECTORY}>“六稳”“六保”"),
        ("云岭市人民政府>专题专栏", "专题专栏"),
        ("市政府门户网站>专题专栏", "专题专栏"),
        ("云岭市人民政府网站首页>专题专栏", "专题专栏"),
        ("首页>专题>稳就业", "专题专栏>稳就业"),
        ("政府网站>首页>专题专栏", "专题专栏"),
        ("市教育局网站>专题专栏", "市教育局网站>专题专栏"),
        ("政府网站", ""),
    ],
)
def test_find_canonical_path(printed: str, meant: str) -> None:
    assert ">".join(find_canonical_path(split_path(printed), "云岭市人民政府")) == meant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“六稳”“六保”", '"六稳""六保"'),
        ("预算/决算", "预算／决算"),
        ("专项规划（市级）", "专项规划(市级)"),
        (" 专项 规划 ", "专项规划"),
        ("專項規劃", "专项规划"),
        ("“公开信箱”", "公开信箱"),
    ],
)
def test_normalize_name_ignores_quotes_brackets_width_and_spaces(one: str, other: str) -> None:
    assert normalize_name(one) == normalize_name(other)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_canonical_path_is_stable(names: list[str]) -> None:
    once = find_canonical_path(names)
    assert make_path_key(find_canonical_path(once)) == make_path_key(once)


def make_columns(site: object, paths: Iterable[list[str]]) -> columns.ColumnCreationResult:
    return columns.make_planned_columns(columns.plan_columns(site, paths), by=SYSTEM)


@pytest.mark.django_db
class TestPlan:
    def test_both_spellings_of_the_root_are_merged(self) -> None:
        site = WebsiteFactory()
        plan = columns.plan_columns(
            site,
            [
                split_path("政府网站>政务公开>政府信息公开目录>疫情防控"),
                split_path("政府网站>政府信息公开目录>疫情防控>重要政策"),
            ],
        )
        assert len(plan.create) == 4
        assert [(m.spelt, m.into) for m in plan.merge] == [
            ("政府信息公开目录 > 疫情防控 > 重要政策", "政务公开 > 政府信息公开目录 > 疫情防控 > 重要政策")
        ]

    def test_existing_columns_are_reused(self) -> None:
        site = WebsiteFactory()
        make_columns(site, [split_path("政府网站>政府信息公开>法定主动公开内容>规划信息")])
        plan = columns.plan_columns(site, [split_path("政府网站>政府信息公开>法定主动公开内容>规划信息>专项规划")])
        assert [new.name for new in plan.create] == ["专项规划"]
        again = columns.plan_columns(site, [split_path("政府网站>政府信息公开>法定主动公开内容>规划信息")])
        assert (len(again.create), len(again.reuse)) == (0, 1)

    def test_a_former_name_finds_its_column(self) -> None:
        site = WebsiteFactory()
        column = make_columns(site, [split_path("政府网站>惠企政策")]).created[0]
        ColumnAlias.objects.create(website=site, key="减税降费", column=column)
        plan = columns.plan_columns(site, [split_path("政府网站>减税降费>税费优惠指南")])
        assert [new.key for new in plan.create] == ["惠企政策>税费优惠指南"]
        assert find_column_of_path(split_path("政府网站>减税降费"), site) == column

    def test_single_name_matches_a_unique_column_on_request(self) -> None:
        site = WebsiteFactory()
        make_columns(
            site,
            [
                split_path("政府网站>政务公开>重点领域>义务教育"),
                split_path("政府网站>甲>动态"),
                split_path("政府网站>乙>动态"),
            ],
        )
        alone = [["市政府门户网站", "义务教育"], ["市政府门户网站", "动态"]]
        plan = columns.plan_columns(site, alone, anywhere=True)
        assert [one.key for one in plan.reuse] == ["政务公开>重点领域>义务教育"]
        assert [new.name for new in plan.create] == ["动态"]
        assert len(columns.plan_columns(site, alone).create) == 2
        assert find_column_of_path(alone[0], site) == Column.objects.get(key="政务公开>重点领域>义务教育")

    @pytest.mark.parametrize(
        ("names", "reason"),
        [(["政府网站"], "没有栏目名称"), (["长" * 90], "超过80字"), (list("一二三四五六七八九"), "超过8级")],
    )
    def test_invalid_path_is_refused_with_a_reason(self, names: list[str], reason: str) -> None:
        plan = columns.plan_columns(WebsiteFactory(), [names])
        assert reason in plan.refused[0].reason
        assert not plan.create

    def test_owner_and_content_are_proposed_from_the_notice(self) -> None:
        body = BodyFactory()
        wanted = columns.RequestedColumn(("政府网站", "健康科普"), body.pk, "公开健康科普知识。")
        new = columns.plan_columns(WebsiteFactory(), [wanted]).create[0]
        assert (new.owner_id, new.content) == (body.pk, "公开健康科普知识。")


@pytest.mark.django_db
class TestMake:
    def test_making_columns_twice_creates_no_duplicates(self) -> None:
        site = WebsiteFactory()
        plan = columns.plan_columns(site, [split_path("政府网站>政府信息公开目录>健康科普")])
        assert [new.name for new in plan.create] == ["政务公开", "政府信息公开目录", "健康科普"]
        assert not Column.objects.exists(), "a dry run writes nothing"
        for role in (Role.CLERK, Role.SIGNER, Role.AUDITOR):
            with pytest.raises(Refused):
                columns.make_planned_columns(plan, by=actor(role, site.body))
        assert not Column.objects.exists()
        first = columns.make_planned_columns(plan, by=actor(Role.CHIEF, site.body))
        second = columns.make_planned_columns(plan, by=actor(Role.ADMINISTRATOR, site.body))
        assert (len(first.created), len(second.created)) == (3, 0)
        assert not any(one.is_open for one in first.created)
        assert Movement.objects.filter(stream=f"website/{site.pk}", action="publishing.make_columns").exists()
        assert first.columns == second.columns

    def test_undo_removes_only_untouched_columns(self) -> None:
        site = WebsiteFactory()
        created = make_columns(site, [split_path("政府网站>甲栏>乙栏"), split_path("政府网站>丙栏")]).created
        Column.objects.create(website=site, parent=created[0], name="后加", key="甲栏>后加")
        stays = columns.remove_made_columns(created, by=SYSTEM)
        assert [column.name for column in stays] == ["甲栏"]
        assert set(Column.objects.values_list("name", flat=True)) == {"甲栏", "后加"}

    def test_column_trees_of_the_notices(self) -> None:
        """P-05, P-06."""
        site = WebsiteFactory()
        base = "政府网站>政府信息公开>法定主动公开内容>"
        make_columns(
            site, [split_path(base + p) for p in P05] + [split_path("政府网站>政府信息公开目录>" + p) for p in P06]
        )
        for text in P05:
            assert find_column_of_path(split_path(base + text), site), text
        for text in P06:
            assert find_column_of_path(split_path(f"政府网站>{DIRECTORY}>{text}"), site), text
        assert Column.objects.filter(key=DIRECTORY).count() == 1
        assert Column.objects.get(key=DIRECTORY).children.count() == 16

    def test_paths_of_real_notices_create_no_duplicates(self, shared: Path) -> None:
        rows = json.loads((shared / "gold" / "paths.json").read_text())["paths"]
        site = WebsiteFactory()
        make_columns(site, [row["path"] for row in rows])
        for row in rows:
            one = find_column_of_path(row["path"], site)
            assert one is not None, row["path"]
            assert one == find_column_of_path(row.get("canonical", row["path"]), site)
        names = [c.key for c in Column.objects.all()]
        assert len(names) == len(set(names))
        assert not Column.objects.filter(key="政府信息公开目录").exists()
