"""Search of public documents: words, document numbers, facets, excerpts, looser searches."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from factories.publishing import column, public, released
from factories.units import BodyFactory, actor
from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions
from gongkai.content.search import fulltext_table, query
from gongkai.content.search.models import SearchRow
from gongkai.content.search.query import (
    SearchQuery,
    list_looser_searches,
    list_terms_to_mark,
    make_excerpt,
    mark_terms,
    run_search,
)
from gongkai.content.search.terminology import rebuild_terminology
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def make_shelf(site: Website, plans: Column, housing: Body) -> dict[str, Any]:
    other = BodyFactory(name="云岭市财政局", parent=site.body)
    return {
        "budget": public(
            other,
            [column(site, "财政预决算")],
            title="云岭市2026年部门预算",
            body="<p>本年度收入预算与支出预算，长江大桥维护，纳税服务。</p>",
            kind="finance",
            document_number="云财发〔2026〕8号",
        ),
        "rules": public(
            housing,
            [plans],
            title="行政规范性文件管理办法",
            body="<p>规范性文件须经合法性审核。食品安全抽检另行规定。预算单位参照执行。</p>",
            kind="normative",
            standing="in_force",
            document_number="云府办发〔2026〕15号",
        ),
    }


@pytest.fixture(scope="module")
def made(kept_town: SimpleNamespace, kept_rows: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    yield from kept_rows(lambda: make_shelf(kept_town.site, kept_town.plans, kept_town.housing))


@pytest.fixture
def shelf(made: dict[str, Any]) -> dict[str, Any]:
    return deepcopy(made)


def search_ids(words: str, site: Website, **more: Any) -> list[int]:
    return [hit.row.document_id for hit in run_search(ANONYMOUS, site.pk, SearchQuery(words, **more)).hits]


def test_search_results_by_query(shelf: dict[str, Any], site: Website) -> None:
    cases: list[tuple[str, list[str]]] = [
        ("预算", ["budget", "rules"]),
        ("部门预算", ["budget"]),
        ("长江", ["budget"]),
        ("抽检", ["rules"]),
        ("食品安全", ["rules"]),
        ("规范性文件", ["rules"]),
        ("规范 合法性", ["rules"]),
        ("税", ["budget"]),
        ("云府办发〔2026〕15号", ["rules"]),
        ("云府办发[2026]15号", ["rules"]),
        ("云府办发(2026)15", ["rules"]),
        ("云财发〔2026〕8号", ["budget"]),
        ("云财发〔2026〕88号", []),
        ("部门 抽检 护照 驾驶证", []),
        ("不存在的词", []),
        ("", []),
        ("   ", []),
        ('"', []),
        ("预算 OR", ["budget", "rules"]),  # OR is a word that no text has
        ("NEAR(", []),
        ("*", []),
        ("title:预算", []),
    ]
    for words, names in cases:
        assert search_ids(words, site) == [shelf[name].pk for name in names], words


def test_facets_count_and_narrow(shelf: dict[str, Any], site: Website, plans: Column, housing: Body) -> None:
    results = run_search(ANONYMOUS, site.pk, SearchQuery("预算"))
    assert {c.label: c.count for c in results.facets["kind"]} == {"财政信息": 1, "行政规范性文件": 1}
    assert {c.label for c in results.facets["column"]} == {"财政预决算", "规划信息"}
    assert {c.label for c in results.facets["body"]} == {"云岭市财政局", "市住建局"}
    assert {c.label for c in results.facets["standing"]} == {"现行有效"}
    rules = [shelf["rules"].pk]
    assert search_ids("预算", site, kind="normative") == rules
    assert search_ids("预算", site, column=str(plans.pk)) == rules
    assert search_ids("预算", site, body=str(housing.pk)) == rules
    assert search_ids("预算", site, standing="in_force") == rules
    assert search_ids("云府办发15号", site, column=str(plans.pk)) == rules


def load_facets() -> dict[int, set[str]]:
    return {number: set(said.split()) for number, said in SearchRow.objects.values_list("edition", "facets")}


def test_facets_follow_the_document_and_are_filled_by_install(shelf: dict[str, Any], site: Website) -> None:
    budget = Column.objects.get(name="财政预决算")
    place(shelf["rules"], by=SYSTEM, columns=[budget])
    counts = {c.label: c.count for c in run_search(ANONYMOUS, site.pk, SearchQuery("预算")).facets["column"]}
    assert counts == {"财政预决算": 2, "规划信息": 1}
    assert len(search_ids("预算", site, column=str(budget.pk))) == 2
    before = load_facets()
    SearchRow.objects.update(facets="")
    fulltext_table.install_table()
    assert load_facets() == before


def test_search_finds_new_editions_and_no_withdrawn_documents(
    shelf: dict[str, Any], site: Website, housing: Body
) -> None:
    from gongkai.content.publishing.models import find_document_item

    page = find_document_item(shelf["rules"])
    actions.save_revision(page, by=actor(Role.CLERK, housing), body="<p>换成了园林绿化。</p>")
    released(page)
    assert search_ids("抽检", site) == []
    assert search_ids("园林", site) == [shelf["rules"].pk]
    actions.withdraw(shelf["rules"], by=actor(Role.SIGNER, housing), reason="有误")
    assert not SearchRow.objects.filter(document=shelf["rules"]).exists()
    assert fulltext_table.find_hits("园林", 10) == []


def test_marks_and_excerpts() -> None:
    assert mark_terms("部门预算公开", list_terms_to_mark("预算")) == [("部门", False), ("预算", True), ("公开", False)]
    assert mark_terms("無關", list_terms_to_mark("预算")) == [("無關", False)]
    numbers = [("〔2026〕", False), ("20", True), ("号，补助", False), ("20", True), ("万元", False)]
    assert mark_terms("〔2026〕20号，补助20万元", list_terms_to_mark("20")) == numbers, (
        "a number is not marked inside another"
    )
    assert make_excerpt("一" * 200 + "〔2026〕20号", list_terms_to_mark("20"))[-2:] == [("20", True), ("号", False)]
    text = "甲" * 200 + "预算" + "乙" * 200
    pieces = make_excerpt(text, list_terms_to_mark("预算"))
    assert pieces[0] == ("…", False)
    assert ("预算", True) in pieces
    assert sum(len(p) for p, _ in pieces) < 130


def test_search_needs_a_constant_number_of_queries(
    shelf: dict[str, Any],
    site: Website,
    plans: Column,
    housing: Body,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for n in range(6):
        public(housing, [plans], title=f"第{n}份预算")
    known = rebuild_terminology()  # as the thread of a server does
    monkeypatch.setattr(query, "load_terminology", lambda: known)
    with django_assert_max_num_queries(9):
        assert run_search(ANONYMOUS, site.pk, SearchQuery("预算")).total == 8


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        ("食品抽检", [("食品", "抽检")]),
        ("政府采购网", [("政府", "采购网"), ("政府采", "购网")]),
        ("2026预算收入", [("2026", "预算", "收入")]),
        ("抽检", []),
        ("云财发", []),
        ("", []),
    ],
)
def test_list_looser_searches(words: str, ways: list[tuple[str, ...]]) -> None:
    assert list_looser_searches(words) == ways


def test_words_not_found_together_are_found_in_parts(shelf: dict[str, Any], site: Website) -> None:
    results = run_search(ANONYMOUS, site.pk, SearchQuery("食品抽检"))
    assert [hit.row.document_id for hit in results.hits] == [shelf["rules"].pk]
    assert results.parts == ("食品", "抽检")
    assert [text for text, marked in results.hits[0].excerpt if marked] == ["食品", "抽检"]
    assert run_search(ANONYMOUS, site.pk, SearchQuery("食品安全")).parts == ()
    by_terms = run_search(ANONYMOUS, site.pk, SearchQuery("红头文件审核"))  # 红头文件: 规范性文件
    assert [hit.row.document_id for hit in by_terms.hits] == [shelf["rules"].pk]
    assert "审核" in by_terms.parts
    nothing = run_search(ANONYMOUS, site.pk, SearchQuery("火星登陆"))
    assert (nothing.total, nothing.parts) == (0, ())


def test_partial_matches_are_returned_and_marked(site: Website, plans: Column, housing: Body) -> None:
    lift = public(housing, [plans], title="既有住宅加装电梯补助", body="<p>验收合格后拨付。</p>")
    for n in range(4):
        public(housing, [plans], title=f"第{n}次登记工作安排", body="<p>现场登记。</p>")
    results = run_search(ANONYMOUS, site.pk, SearchQuery("老房子加装电梯找哪家公司"))
    assert [hit.row.document_id for hit in results.hits] == [lift.pk]
    assert results.partial
    assert run_search(ANONYMOUS, site.pk, SearchQuery("结婚登记")).total == 0  # 登记 alone says nothing of a wedding
    assert search_ids("电梯 登记", site)[0] == lift.pk  # a subject that was typed apart is named by a title
    assert run_search(ANONYMOUS, site.pk, SearchQuery("飞机场 登记")).total == 0
    alone = run_search(ANONYMOUS, site.pk, SearchQuery("失业"))  # near in meaning: 就业
    assert (alone.total, alone.related) == (0, ())
    public(housing, [plans], title="就业服务")
    assert run_search(ANONYMOUS, site.pk, SearchQuery("失业")).related == ("就业",)
    told = run_search(ANONYMOUS, site.pk, SearchQuery("就业 地址 电话"))
    assert (told.total, told.related) == (1, ()), "the page has the word, only not where and when"


def test_unknown_word_is_named_and_the_others_are_searched(site: Website, plans: Column, housing: Body) -> None:
    lift = public(housing, [plans], title="既有住宅加装电梯管理办法", document_number="云岭住建规〔2025〕7号")
    bus = public(housing, [plans], title="公交线路和票价", body="<p>9路、52路，间隔12分钟。</p>")
    for typed, missing, searched, hits in (
        ("加装电梯 拆迁", ("拆迁",), "加装电梯", [lift.pk]),
        ("拆迁、加装电梯", ("拆迁",), "加装电梯", [lift.pk]),
        ("加装电梯拆迁", ("拆迁",), "加装电梯", [lift.pk]),
        ("票价拆迁", (), "", []),
        ("12路公交", ("12路",), "公交", [bus.pk]),
        ("2路公交", ("2路",), "公交", [bus.pk]),
        ("加装电梯 2025年第7号文件", (), "", [lift.pk]),
        ("公交 2025年第7号文件", (), "公交", [bus.pk]),
        ("拆迁 护照", (), "", []),
        ("拆迁 申请", (), "", []),
    ):
        results = run_search(ANONYMOUS, site.pk, SearchQuery(typed))
        listed = [hit.row.document_id for hit in results.hits]
        assert (results.missing, results.searched, listed) == (missing, searched, hits), typed
        assert results.partial == bool(searched), typed
    for typed in ("加装电梯 管理办法", "加装电梯 2025年第7号文件"):
        assert search_ids(typed, site, body=str(housing.pk)) == [lift.pk]
        assert search_ids(typed, site, year="2019") == [], "what was chosen holds for words one by one"


def test_document_number_is_found_by_its_end(site: Website, plans: Column, housing: Body) -> None:
    made = public(housing, [plans], title="评审专家库管理规定", document_number="云岭住建规〔2026〕88号")
    public(housing, [plans], title="公文处理规定", document_number="云岭住建规〔2026〕8号")
    for typed in ("住建规88号", "住建规〔2026〕88号", "规八十八号"):
        assert search_ids(typed, site) == [made.pk], typed


def test_valid_documents_rank_before_archived_ones(site: Website, housing: Body) -> None:
    old = column(site, "历史信息")
    archived = public(housing, [old], title="招生安排", body="<p>小学入学就近安排。</p>")
    valid = public(
        housing,
        [column(site, "办法")],
        title="义务教育入学办法",
        body="<p>小学在四月登记。</p>",
        kind="normative",
        standing="in_force",
    )
    actions.archive_column(old, by=SYSTEM, note="不再更新")
    results = run_search(ANONYMOUS, site.pk, SearchQuery("小学入学"))
    search_ids = [(hit.row.document_id, hit.archived) for hit in results.hits]
    assert search_ids == [(valid.pk, False), (archived.pk, True)]
    assert (results.whole, results.parts) == (1, ("小学", "入学"))
