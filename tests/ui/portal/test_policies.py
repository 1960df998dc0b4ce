"""The policy library on the portal: lists, filters, table, document details, files in the official layout."""

import csv
import io
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.test import Client
from docx import Document as Docx
from openpyxl import load_workbook

from factories.fixtures import town
from factories.policies import guide, public, record
from factories.publishing import erased, released
from factories.units import actor
from gongkai.content.editions.models import Column, Shelf
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions, downloads, usage_counts
from gongkai.content.policies.models import Asked, PolicyLevel, PolicyRecord, RelationKind, Use
from gongkai.content.policies.queries import library as library_queries
from gongkai.content.policies.queries.side_column import SideColumn
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import find_document_item
from gongkai.core.files.storage import get_files_storage
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.lib.writing import fonts, pdf_child
from gongkai.ui.opendata import bundles

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


pytestmark = [pytest.mark.django_db, pytest.mark.own_town, pytest.mark.today(NOON, tick=True)]


@time_machine.travel(NOON - timedelta(minutes=5))
def make_shelf() -> SimpleNamespace:
    """Publish one document in each state, and one that stays unpublished; tests start at noon."""
    place = town()
    housing, plans = place.housing, place.plans
    place.shelf = {
        "valid": public(housing, [plans], title="住房租赁管理办法", subject="城乡建设"),
        "coming": public(housing, [plans], title="物业服务办法", effective_on=date(2027, 1, 1), ends_on=None),
        "expired": public(
            housing,
            [plans],
            title="廉租住房办法",
            effective_on=date(2018, 1, 1),
            ends_on=date(2022, 12, 31),
            made_on=date(2017, 12, 1),
            published_on=date(2017, 12, 5),
        ),
        "repealed": public(
            housing,
            [plans],
            title="房屋中介规定",
            level=PolicyLevel.GOVERNMENT_RULE,
            number="云岭市人民政府令第3号",
            issuers="云岭市人民政府、云岭市司法局",
        ),
        "hidden": record(housing, title="没有公开的办法"),
    }
    actions.decide(
        place.shelf["repealed"],
        by=SYSTEM,
        what=DecisionKind.REPEAL,
        on=date(2026, 3, 1),
        cited="某规章清理决定",
    )
    return place


@pytest.fixture(scope="class")
def kept(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    yield from kept_rows(make_shelf)


@pytest.fixture
def own(kept: SimpleNamespace) -> SimpleNamespace:
    return deepcopy(kept)


@pytest.fixture
def shelf(own: SimpleNamespace) -> dict[str, PolicyRecord]:
    return own.shelf


def list_titles(client: Client, **query: str) -> set[str]:
    answer = client.get("/policies/", query)
    assert answer.status_code == 200
    return {row.record.title for row in answer.context["found"].rows}


class OnTheShelf:
    """Base of tests that start with the library, using its unit and column."""

    @pytest.fixture
    def housing(self, own: SimpleNamespace) -> Body:
        return own.housing

    @pytest.fixture
    def plans(self, own: SimpleNamespace) -> Column:
        return own.plans


@pytest.mark.postgres
class TestLists(OnTheShelf):
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, {"住房租赁管理办法"}),
            ({"tab": "ended"}, {"廉租住房办法", "房屋中介规定"}),
            ({"tab": "coming"}, {"物业服务办法"}),
            ({"tab": "all"}, {"住房租赁管理办法", "物业服务办法", "廉租住房办法", "房屋中介规定"}),
            ({"state": "repealed"}, {"房屋中介规定"}),
            ({"tab": "all", "level": "government_rule"}, {"房屋中介规定"}),
            ({"tab": "all", "issuer": "云岭市司法局"}, {"房屋中介规定"}),
            ({"tab": "all", "issuer": "云岭市"}, set()),
            ({"tab": "all", "year": "2017"}, {"廉租住房办法"}),
            ({"subject": "城乡建设"}, {"住房租赁管理办法"}),
            ({"tab": "all", "industry": "K"}, {"物业服务办法"}),
            ({"tab": "all", "q": "令第3号"}, {"房屋中介规定"}),
            ({"q": "中介"}, {"房屋中介规定"}),  # words are looked for in all states
            ({"tab": "valid", "q": "中介"}, set()),
            ({"tab": "all", "q": "租赁"}, {"住房租赁管理办法"}),
            ({"tab": "all", "q": "住房管理"}, {"住房租赁管理办法", "廉租住房办法"}),  # nowhere in one piece
            ({"tab": "valid", "on": "2020-06-01"}, {"廉租住房办法"}),
            ({"tab": "valid", "on": "2026-02-28"}, {"住房租赁管理办法", "房屋中介规定"}),
            ({"tab": "valid", "on": "2027-01-01"}, {"住房租赁管理办法", "物业服务办法"}),
            (
                {
                    "tab": "?",
                    "level": "?",
                    "industry": "?",
                    "year": "二",
                    "on": "2026-13-41",
                    "page": "-1",
                    "order": "?",
                },
                {"住房租赁管理办法"},
            ),
        ],
    )
    def test_lists_are_filtered(
        self, client: Client, shelf: dict[str, Any], query: dict[str, str], expected: set[str]
    ) -> None:
        assert list_titles(client, **query) == expected

    def test_empty_tab_leads_to_all_documents(self, client: Client, shelf: dict[str, Any]) -> None:
        PolicyRecord.objects.exclude(pk=shelf["coming"].pk).delete()
        page = client.get("/policies/").content.decode()
        assert "这个目录下还没有文件" in page
        assert ">看全部 1 件<" in page

    def test_form_sends_tab_only_if_chosen(self, client: Client, shelf: dict[str, Any]) -> None:
        assert 'type="hidden" name="tab"' not in client.get("/policies/").content.decode()
        assert 'name="tab" value="ended"' in client.get("/policies/?tab=ended").content.decode()

    def test_withdrawn_and_limited_documents_are_not_listed(
        self, client: Client, shelf: dict[str, Any], housing: Body
    ) -> None:
        document = shelf["valid"].document
        publishing.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")
        assert "住房租赁管理办法" not in list_titles(client, tab="all")
        assert "没有公开的办法" not in client.get("/policies/?tab=all").content.decode()

    def test_table_export_contains_filtered_rows(self, client: Client, shelf: dict[str, Any]) -> None:
        answer = client.get("/policies/?tab=ended&table=xlsx")
        page = load_workbook(io.BytesIO(answer.content)).active
        rows = list(page.values)
        assert rows[0][0] == "标题"
        assert {row[0] for row in rows[1:]} == {"廉租住房办法", "房屋中介规定"}
        assert all(row[-1].startswith("http://testserver/columns/") for row in rows[1:])

    def test_long_table_redirects_to_daily_file(
        self, client: Client, shelf: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(library_queries, "MAX_ROWS_EXPORTED_AT_ONCE", 1)
        bundles.write_due_bundles()
        answer = client.get("/policies/?tab=ended&table=xlsx", follow=True)
        assert [step for step, _ in answer.redirect_chain] == ["/api/v1/bundles/policies.csv"]
        rows = list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines()))
        assert {row[0] for row in rows[1:]} == list_titles(client, tab="all")
        assert all(row[-1].startswith("http") and "/columns/" in row[-1] for row in rows[1:])
        assert client.get("/policies/?tab=all&on=2026-01-01&table=xlsx").status_code == 200, "of a day before"
        publishing.withdraw(shelf["valid"].document, by=SYSTEM, reason="有误")
        assert client.get("/api/v1/bundles/policies.csv").status_code == 503


class TestSide(OnTheShelf):
    def page(self, client: Client, made: PolicyRecord, query: str = "") -> str:
        path = Shelf.objects.get(document=made.document_id, column=None).path
        return str(client.get(path + query).content.decode())

    def test_state_sentence_banner_and_headnote_are_shown(self, client: Client, shelf: dict[str, PolicyRecord]) -> None:
        assert "现行有效，自2024年5月1日起施行，有效期至2029年4月30日" in self.page(client, shelf["valid"])
        assert "pk-banner--bad" not in self.page(client, shelf["valid"])
        page = self.page(client, shelf["repealed"])
        assert "已废止，自2026年3月1日起废止（被某规章清理决定废止），仅供查阅" in page
        assert "pk-banner--bad" in page
        one = shelf["valid"]
        assert "pk-doc__headnote" not in self.page(client, one)
        PolicyRecord.objects.filter(pk=one.pk).update(headnote="（2024年3月28日市政府第5次常务会议通过）")
        assert "（2024年3月28日市政府第5次常务会议通过）</p>" in self.page(client, one)
        record = PolicyRecord.objects.get(pk=one.pk)
        side = SideColumn(record, "in_force", "", False, TODAY)
        assert side.headnote("（2024年3月28日市政府第5次 常务会议通过）第一条") == ""

    def test_relations_are_shown_on_both_sides_without_hidden_titles(
        self, client: Client, shelf: dict[str, PolicyRecord], plans: Column, housing: Body
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        valid, coming = shelf["valid"], shelf["coming"]
        signer = actor(Role.SIGNER, housing)
        actions.add_relation(coming, by=signer, kind=RelationKind.BASIS, other=valid)
        actions.add_relation(coming, by=SYSTEM, kind=RelationKind.BASIS, cited="《中华人民共和国民法典》")
        actions.add_relation(shelf["hidden"], by=signer, kind=RelationKind.BASIS, other=valid)
        page = guide(housing, [plans])
        actions.add_basis(ensure_document(page), by=clerk, other=valid)
        released(page)
        assert "《中华人民共和国民法典》" in self.page(client, coming)
        side = self.page(client, valid)
        assert "以本文件为依据的文件" in side
        assert "物业服务办法" in side
        assert "老旧小区加装电梯办事指南" in side
        assert "没有公开的办法" not in side

    def test_views_are_counted_by_day_only(self, client: Client, shelf: dict[str, PolicyRecord]) -> None:
        usage_counts.write_counts()
        Use.objects.all().delete()
        Asked.objects.all().delete()
        for _ in range(3):
            self.page(client, shelf["valid"])
        client.get("/policies/?q=没有这个词")
        client.get("/policies/?q=532901199001011234")
        usage_counts.write_counts()
        assert [(use.record, use.day, use.views) for use in Use.objects.all()] == [(shelf["valid"], TODAY, 3)]
        assert [(a.words, a.times, a.misses) for a in Asked.objects.all()] == [("没有这个词", 1, 1)]


class TestFiles(OnTheShelf):
    def address(self, made: PolicyRecord, suffix: str, number: int = 1) -> str:
        return f"/policies/{made.document_id}/{number}.{suffix}"

    def test_docx_has_official_layout_and_hidden_documents_have_none(
        self, client: Client, shelf: dict[str, PolicyRecord], housing: Body
    ) -> None:
        answer = client.get(self.address(shelf["valid"], "docx"))
        made = Docx(io.BytesIO(answer.content))
        texts = [p.text for p in made.paragraphs]
        assert "云岭市人民政府文件" in texts
        assert shelf["valid"].number in texts
        assert "住房租赁管理办法" in texts
        assert "2024年3月28日" in texts
        assert round(made.sections[0].top_margin.mm) == 37
        made = shelf["valid"]
        assert client.get(self.address(made, "docx")).status_code == 200
        assert client.get(self.address(made, "docx", 2)).status_code == 404
        publishing.withdraw(made.document, by=actor(Role.SIGNER, housing), reason="有误")
        assert client.get(self.address(made, "docx")).status_code == 404
        assert client.get("/policies/999999999999999999/1.pdf").status_code == 404

    def test_pdf_has_the_same_content(self, client: Client, shelf: dict[str, PolicyRecord]) -> None:
        try:
            fonts.find_fonts()
        except fonts.MissingFont:
            pytest.skip("no Chinese font: apt-get install fonts-noto-cjk")
        answer = client.get(self.address(shelf["repealed"], "pdf"))
        text = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
        assert "已废止" in text
        assert "令第3号" in text
        assert "为了规范管理，制定本办法。" in text

    def test_missing_font_gives_page_that_advises_to_read_online(
        self, client: Client, shelf: dict[str, PolicyRecord], monkeypatch: Any
    ) -> None:
        def none() -> None:
            raise fonts.MissingFont(fonts.NO_FONT_ERROR)

        monkeypatch.setattr("gongkai.lib.writing.pdf.find_fonts", none)
        monkeypatch.setattr(pdf_child, "_render_in_child", pdf_child._render_in_child.here)  # a child has its own fonts
        answer = client.get(self.address(shelf["valid"], "pdf"))
        assert answer.status_code == 503
        assert "请返回上一页，在网页上阅读或者打印。" in answer.content.decode()

    def test_legal_erasure_deletes_generated_files(
        self, client: Client, shelf: dict[str, PolicyRecord], housing: Body
    ) -> None:
        made = shelf["valid"]
        client.get(self.address(made, "docx"))
        edition = made.document.editions.get()
        folder = downloads._get_folder(edition.digest)
        assert get_files_storage().listdir(folder)[1]
        publishing.withdraw(made.document, by=actor(Role.SIGNER, housing), reason="含个人信息")
        erased(edition, actor(Role.CHIEF, housing.parent), "个人信息保护法")
        assert not get_files_storage().listdir(folder)[1]


def test_older_edition_is_marked_in_its_file(client: Client, plans: Column, housing: Body) -> None:
    made = public(housing, [plans])
    page = find_document_item(made.document)
    publishing.save_revision(page, by=actor(Role.CLERK, housing), imported_html="<p>第一条　改过的文字。</p>")
    released(page)
    content = client.get(f"/policies/{made.document_id}/1.docx").content
    assert any("旧版本（第1版）" in p.text for p in Docx(io.BytesIO(content)).paragraphs)


def test_expired_document_changes_lists_automatically(client: Client, plans: Column, housing: Body) -> None:
    public(housing, [plans], title="短期办法", ends_on=TODAY)
    assert list_titles(client) == {"短期办法"}
    with time_machine.travel(datetime(2026, 11, 20, 16, 1, tzinfo=UTC)):
        assert list_titles(client) == set()
        assert list_titles(client, tab="ended") == {"短期办法"}


def test_library_uses_constant_number_of_queries(
    client: Client, plans: Column, housing: Body, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        public(housing, [plans])
    client.get("/policies/")
    with django_assert_max_num_queries(9):
        client.get("/policies/?tab=all")
