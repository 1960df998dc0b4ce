"""The search page, topics, forms of interpretation, related documents, comparison, and link previews."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from factories.consultation import released_answer
from factories.publishing import column, public, released
from factories.units import BodyFactory, actor
from gongkai.content.editions import parts
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import find_document_item
from gongkai.content.search import spelling
from gongkai.content.search.query import SearchQuery, run_search
from gongkai.content.search.spelling import suggest_corrections
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.consultation import answer_index
from gongkai.work.consultation.models import KnownAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget() -> None:
    spelling.clear_vocabularies()
    answer_index.PUBLIC_INDEX.clear()


@pytest.fixture
def fund(plans: Column, housing: Body) -> Document:
    return public(
        housing,
        [plans],
        title="住房公积金提取办法",
        document_number="云岭建发〔2026〕20号",
        kind="policy",
        standing="in_force",
        index_number="015279/2026-00012",
        body="<p>职工可以提取。社会保障卡同时使用。</p>",
    )


def page(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


class TestSearch:
    def test_words_match_and_numbers_match_exactly(self, client: Client, fund: Document, site: Website) -> None:
        assert f"/{fund.pk}.html" in page(client, "/search/", q="公积金")
        for words in ("提取", "金", "云岭建发20号", "云岭建发〔2026〕20号", "云岭建发[2026]20", "015279/2026-00012"):
            assert run_search(ANONYMOUS, site.pk, SearchQuery(words)).total == 1, words
        for words in ("云岭建发21号", "云岭建发〔2025〕20号", "015279/2026-00013"):
            assert run_search(ANONYMOUS, site.pk, SearchQuery(words)).total == 0, words

    def test_everyday_words_find_official_terms_with_note(self, client: Client, fund: Document) -> None:
        shown = page(client, "/search/", q="社保卡")
        assert f"/{fund.pk}.html" in shown
        assert "同时查找规范用语：社会保障卡" in shown
        assert "<mark>社会保障卡</mark>" in shown

    @pytest.mark.postgres
    def test_every_facet_filters_and_can_be_removed(
        self, client: Client, fund: Document, plans: Column, housing: Body
    ) -> None:
        year = str(fund.published_at.year)
        facets = {
            "kind": "policy",
            "standing": "in_force",
            "year": year,
            "body": housing.pk,
            "column": plans.pk,
        }
        for name, value in facets.items():
            shown = page(client, "/search/", q="公积金", **{name: str(value)})
            assert f"/{fund.pk}.html" in shown, name
            assert 'aria-current="true"' in shown, name
        other = {"kind": "news", "standing": "expired", "year": "1999", "body": "999", "column": "999"}
        for name, value in other.items():
            shown = page(client, "/search/", q="公积金", **{name: value})
            assert "这些筛选条件下没有结果" in shown, name
        assert page(client, "/search/", q="公积金", kind='x" OR "y')

    def test_documents_in_force_come_first(self, client: Client, fund: Document, plans: Column, housing: Body) -> None:
        old = public(housing, [plans], title="公积金公积金公积金", standing="in_force")
        actions.set_standing(old, by=SYSTEM, standing="repealed", on=date(2026, 11, 1), note="")
        shown = page(client, "/search/", q="公积金")
        assert shown.index(f"/{fund.pk}.html") < shown.index(f"/{old.pk}.html")
        assert re.search(r"已废止</span> <span><time [^>]*>[^<]+</time>发布", shown), "the day is that of posting"

    def test_empty_result_offers_help(self, client: Client, fund: Document, site: Website) -> None:
        column(site, "住房公积")
        shown = page(client, "/search/", q="住房公基金")
        assert "以下是“住房公积金”的结果" in shown
        assert f"/{fund.pk}.html" in shown
        assert "相关的栏目" not in shown, "what was meant is found"
        column(site, "海绵城市")
        assert "相关的栏目" in (shown := page(client, "/search/", q="海绵城市"))
        assert "申请公开" in shown

    def test_column_facet_follows_a_move(self, client: Client, fund: Document, plans: Column, site: Website) -> None:
        target = column(site, "住房保障")
        actions.move(plans, by=actor(Role.CHIEF, site.body), to=target)
        assert f"/{fund.pk}.html" in page(client, "/search/", q="公积金", column=str(target.pk))
        assert f"/{fund.pk}.html" not in page(client, "/search/", q="公积金", column=str(plans.pk))

    def test_published_document_is_found_and_shown_at_once(self, client: Client, plans: Column, housing: Body) -> None:
        assert ".html" not in page(client, "/search/", q="海绵城市导则")
        document = public(housing, [plans], title="海绵城市导则")
        for path, query in (
            ("/search/", {"q": "海绵城市"}),
            ("/search/suggest/", {"q": "海绵"}),
            ("/", {}),
            (f"/columns/{plans.pk}/", {}),
            ("/feed/", {}),
            ("/feed/", {"q": "海绵城市"}),
            ("/api/v1/documents/", {}),
        ):
            assert f"/{document.pk}.html" in page(client, path, **query), path
        assert f"/{document.pk}.html" not in page(client, "/feed/", q="园林绿化")

    def test_suggestions_mark_the_typed_words(self, client: Client, fund: Document) -> None:
        shown = page(client, "/search/suggest/", q="公积")
        assert "<mark>公积</mark>" in shown
        assert page(client, "/search/suggest/", q="公").strip() == ""
        assert page(client, "/search/suggest/", q="规划信").strip() != ""  # a column by its name


class TestTopics:
    def test_topic_shows_its_blocks(self, client: Client, site: Website, housing: Body) -> None:
        topic = column(site, "老旧小区改造", kind="topic")
        part = column(site, "项目进展", topic)
        for kind, title in (
            ("policy", "改造计划"),
            ("interpretation", "计划解读"),
            ("guide", "申请问答"),
            ("notice", "施工公告"),
            ("news", "开工现场"),
        ):
            public(housing, [topic], title=title, kind=kind)
        public(housing, [part], title="第一季度进展", kind="notice")
        shown = page(client, f"/columns/{topic.pk}/")
        for words in (
            "专题",
            "政策文件",
            "改造计划",
            "政策解读",
            "计划解读",
            "办事与问答",
            "申请问答",
            "施工公告",
            "开工现场",
            "项目进展",
            "第一季度进展",
        ):
            assert words in shown, words
        assert "老旧小区改造" in page(client, "/")
        narrowed = page(client, f"/columns/{topic.pk}/", kind="policies")
        assert "改造计划" in narrowed
        assert "计划解读" not in narrowed

    def test_interpretation_column_groups_forms(self, client: Client, site: Website, housing: Body) -> None:
        top = column(site, "政策解读")
        forms = [column(site, name, top) for name in ("文字解读", "图片解读", "视频解读")]
        for form in forms:
            public(housing, [form], title=f"一份{form.name}", kind="interpretation")
        shown = page(client, f"/columns/{top.pk}/")
        for form in forms:
            assert f'<h2 id="c{form.pk}">{form.name}</h2>' in shown


class TestBeside:
    def test_previous_next_and_similar_documents_are_linked(self, client: Client, plans: Column, housing: Body) -> None:
        first = public(housing, [plans], title="公积金缴存办法")
        middle = public(housing, [plans], title="公积金提取办法")
        for n in range(4):
            last = public(housing, [plans], title=f"园林绿化第{n}号公告")
        shown = page(client, middle.addresses.get().path)
        after = public(housing, [plans], title="园林绿化第0号公告").pk - 4
        assert f'rel="next" href="/columns/{plans.pk}/{first.pk}.html"' in shown
        assert f'rel="prev" href="/columns/{plans.pk}/{after}.html"' in shown
        similar = shown.split("相关信息")[1].split("</section>")[0]
        assert f"/{first.pk}.html" in similar
        assert f"/{last.pk}.html" not in similar

    def test_replaced_and_replacing_documents_are_linked(self, client: Client, plans: Column, housing: Body) -> None:
        old = public(housing, [plans], title="旧办法", standing="in_force")
        new = public(housing, [plans], title="新规定", standing="in_force")
        actions.set_standing(old, by=SYSTEM, standing="repealed", on=date(2026, 11, 1), successor=new)
        assert "替代本文件的文件" in page(client, old.addresses.get().path)
        assert "本文件替代的文件" in page(client, new.addresses.get().path)

    def test_registered_relation_is_shown_unless_withdrawn(
        self, client: Client, plans: Column, housing: Body, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(parts, "RELATIONS_BY_NAME", dict(parts.RELATIONS_BY_NAME))
        policy = public(housing, [plans], title="一份政策")
        reading = public(housing, [plans], title="另文解读")
        gone = public(housing, [plans], title="撤回的解读")
        actions.withdraw(gone, by=actor(Role.SIGNER, housing), reason="有误")
        parts.register_related(
            parts.DocumentRelation("interpreted", "政策解读材料", 5, lambda d: [reading.pk, gone.pk, d.pk])
        )
        shown = page(client, policy.addresses.get().path).split("政策解读材料")[1].split("</section>")[0]
        assert "另文解读" in shown
        assert "撤回的解读" not in shown

    def test_two_versions_are_compared(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans], body="<p>有效期三年。</p>")
        item = find_document_item(document)
        actions.save_revision(item, by=actor(Role.CLERK, housing), body="<p>有效期五年。</p>")
        released(item)
        path = document.addresses.get().path
        assert "?compare=1" in page(client, path)
        shown = page(client, path, compare="1")
        assert "<del>三</del>" in shown
        assert "<ins>五</ins>" in shown
        assert client.get(path, {"compare": "9"}).status_code == 404


def test_link_preview_and_qr_code(client: Client, fund: Document) -> None:
    path = fund.addresses.get().path
    shown = page(client, path)
    assert '<meta property="og:title" content="住房公积金提取办法">' in shown
    assert f'<meta property="og:url" content="http://testserver{path}">' in shown
    assert '<meta name="Url"' in shown
    code = client.get(f"/qr/{fund.pk}.svg")
    assert code["Content-Type"] == "image/svg+xml"
    assert b"<svg" in code.content
    assert client.get("/qr/999999.svg").status_code == 404


class TestAnswersAmongResults:
    @pytest.fixture
    def answer(self, plans: Column, housing: Body) -> KnownAnswer:
        made = released_answer(housing, question="高龄津贴怎样领", answer="到社区登记。", variants=[])
        assert isinstance(made, KnownAnswer)
        return made

    def test_known_answers_are_listed_until_retired(self, client: Client, answer: KnownAnswer, site: Website) -> None:
        shown = page(client, "/search/", q="高龄津贴")
        assert f'href="/answers/{answer.pk}/' in shown
        assert "政策问答中有 1 条答复" in shown
        assert "/answers/?q=%E7%81%AB%E6%98%9F" in page(client, "/search/", q="火星")
        assert suggest_corrections("高铃津贴", site.pk, lambda words: words == "高龄津贴") == ["高龄津贴"]
        shown = page(client, "/search/", q="gaolingjintie")
        assert "以下是“高龄津贴”的结果" in shown
        assert f'href="/answers/{answer.pk}/' in shown
        assert "以下是" not in page(client, "/search/", q="高龄津贴")
        KnownAnswer.objects.filter(pk=answer.pk).update(valid_until=date(2020, 1, 1))
        assert "高龄津贴怎样领" not in page(client, "/search/", q="高龄津贴")


def test_library_and_answers_suggest_corrected_spelling(client: Client, plans: Column, housing: Body) -> None:
    released_answer(housing, question="公积金怎样提取", answer="在窗口办理。", variants=[])
    assert 'href="?q=%E5%85%AC%E7%A7%AF%E9%87%91' in page(client, "/answers/", q="恭鸡金")
    assert suggest_corrections("恭鸡金", None, lambda _: False) == []


def test_page_of_closed_unit_says_so_and_has_no_contacts(client: Client, site: Website, housing: Body) -> None:
    Body.objects.filter(pk=housing.pk).update(active_to=date(2026, 3, 1), phone="0799-8001234")
    gone = page(client, f"/units/{housing.pk}/")
    assert "本单位已于2026年3月1日撤销" in gone
    assert "0799-8001234" not in gone
    heir = BodyFactory(parent=housing.parent)
    Body.objects.filter(pk=housing.pk).update(merged_into=heir)
    assert f'并入<a href="/units/{heir.pk}/">{heir.name}</a>' in page(client, f"/units/{housing.pk}/")
