"""Search over all sites of the platform (W-01 一网通查): hits, links, and nothing hidden."""

import re
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from factories.publishing import column, item, public, released, website
from factories.units import AppointmentFactory, BodyFactory
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import find_document_item
from gongkai.content.search import spelling, terminology
from gongkai.content.search.query import SearchQuery, run_search
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.consultation import answer_index

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _start(settings: Any) -> None:
    spelling.clear_vocabularies()
    settings.ALLOWED_HOSTS = ["testserver", "county.example"]


@pytest.fixture
def county(site: Website) -> Website:
    body = BodyFactory(name="青溪县人民政府")
    return website(name="青溪县人民政府", host="county.example", body=body, is_default=False, code="")


@pytest.fixture
def guides(county: Website) -> Column:
    return column(county, "办事指南")


@pytest.fixture
def river(county: Website) -> Body:
    return BodyFactory(name="青溪县水利局", parent=county.body)


@pytest.fixture
def guide(river: Body, guides: Column) -> Document:
    return public(river, [guides], title="取水许可办事指南", kind="guide")


@pytest.fixture
def notice(housing: Body, plans: Column) -> Document:
    return public(housing, [plans], title="取水许可公告", kind="notice")


def page(client: Client, path: str = "/search/", **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def links(text: str) -> list[str]:
    return re.findall(r'<h3><a href="([^"]+)"', text)


def path_of(document: Document) -> str:
    return document.addresses.get(current=True).path


class TestSwitch:
    def test_single_site_has_no_scope_switch(self, client: Client, notice: Document) -> None:
        assert "全部站点" not in page(client, q="取水")

    def test_search_is_limited_to_this_site_by_default(self, client: Client, notice: Document, guide: Document) -> None:
        assert links(page(client, q="取水")) == [path_of(notice)]
        assert set(links(page(client, q="取水", scope="all"))) == {
            path_of(notice),
            f"//county.example{path_of(guide)}",
        }

    def test_page_beyond_the_last_redirects_to_the_last(self, client: Client, notice: Document) -> None:
        answer = client.get("/search/?q=取水&page=9")
        assert (answer.status_code, answer["Location"]) == (302, "?q=%E5%8F%96%E6%B0%B4&page=1")

    def test_links_keep_the_requested_port(self, client: Client, guide: Document) -> None:
        response = client.get("/search/", {"q": "取水", "scope": "all"}, headers={"host": "testserver:8071"})
        assert links(response.content.decode()) == [f"//county.example:8071{path_of(guide)}"]

    def test_document_on_both_sites_is_one_hit_on_readers_own_site(
        self, client: Client, housing: Body, plans: Column, guides: Column
    ) -> None:
        both = public(housing, [plans, guides], title="取水许可办法")
        own, other = (both.addresses.get(current=True, website=s.website).path for s in (plans, guides))
        assert links(page(client, q="取水", scope="all")) == [own]
        response = client.get("/search/", {"q": "取水", "scope": "all"}, headers={"host": "county.example"})
        assert links(response.content.decode()) == [other]


def test_document_url_redirects_to_its_site(client: Client, county: Website, guide: Document) -> None:
    path = f"{path_of(guide)}?version=1"
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"//county.example{path}")
    assert client.get(path, headers={"host": county.host}).status_code == 200
    actions.withdraw(guide, by=SYSTEM, reason="印发有误")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("source", "path"), [("gazette/77", "/gazette/77/pages/"), ("promise/77", "/promises/77/")])
def test_page_of_a_source_redirects_to_its_site(
    client: Client, county: Website, guide: Document, source: str, path: str
) -> None:
    Document.objects.filter(pk=guide.pk).update(source=source)
    assert client.get(path)["Location"] == f"//county.example{path}"
    assert client.get(path, headers={"host": county.host}).status_code == 404, "its site does not send the reader back"
    assert client.get(path.replace("77", "78")).status_code == 404


def test_column_url_redirects_to_its_site_with_port_and_query(client: Client, county: Website, guides: Column) -> None:
    path = f"/columns/{guides.pk}/?kind=guide"
    assert client.get(path, headers={"host": "testserver:8071"})["Location"] == f"//county.example:8071{path}"


class TestFacets:
    @pytest.mark.postgres
    def test_site_and_kind_facets_are_counted_and_filter(
        self, site: Website, county: Website, notice: Document, guide: Document
    ) -> None:
        found = run_search(ANONYMOUS, site.pk, SearchQuery("取水", everywhere=True))
        assert {(c.label, c.count) for c in found.facets["site"]} == {(site.name, 1), (county.name, 1)}
        assert found.facets["column"] == []
        narrowed = run_search(ANONYMOUS, site.pk, SearchQuery("取水", everywhere=True, site=str(county.pk)))
        assert [hit.row.document_id for hit in narrowed.hits] == [guide.pk]
        assert "办事指南" in {choice.label for choice in narrowed.facets["column"]}
        assert {choice.value for choice in found.facets["kind"]} == {"notice", "guide"}

    def test_invalid_site_finds_nothing(self, client: Client, guide: Document) -> None:
        assert links(page(client, q="取水", scope="all", site="1 OR 1")) == []


#: Documents hidden from the public on any site: functions that make them from an item of the county.
def draft(made: Any) -> None:
    """Leave the document as it is."""


def scheduled(made: Any) -> None:
    released(made, visible_from=timezone.now() + timedelta(days=2))


def withdrawn(made: Any) -> None:
    released(made)
    actions.withdraw(ensure_document(made), by=SYSTEM, reason="内容有误")


def limited(made: Any) -> None:
    clerk = SYSTEM
    actions.save_revision(made, by=clerk, manner="limited", circle=[made.unit.pk], manner_reason="涉及少数单位")
    released(find_document_item(ensure_document(made)))


HIDDEN = [draft, scheduled, withdrawn, limited]


@pytest.mark.postgres
def test_hidden_documents_are_not_found_counted_or_suggested(
    client: Client, site: Website, county: Website, guides: Column, river: Body, notice: Document
) -> None:
    for hide in HIDDEN:
        hide(item(river, [guides], title="天穹观测站取水方案"))
    for host in ("testserver", "county.example"):
        for words in ("天穹观测", "取水", "天穷观测"):
            response = client.get("/search/", {"q": words, "scope": "all"}, headers={"host": host})
            assert "站取水方案" not in response.content.decode().replace("<mark>", "").replace("</mark>", "")
    found = run_search(ANONYMOUS, site.pk, SearchQuery("取水", everywhere=True))
    assert found.total == 1
    assert [choice.label for choice in found.facets["site"]] == [site.name]
    assert [choice.value for choice in found.facets["body"]] == [str(notice.body_id)]


@pytest.mark.postgres
def test_readers_in_the_circle_find_limited_documents(
    client: Client, site: Website, county: Website, guides: Column, river: Body, housing: Body
) -> None:
    made = item(
        river,
        [guides],
        title="天穹观测站取水方案",
        manner="limited",
        circle=[housing.pk],
        manner_reason="仅限",
    )
    released(made)
    inside = AppointmentFactory(role=Role.CLERK, body=housing).person.user
    outside = AppointmentFactory(role=Role.CLERK, body=BodyFactory(parent=site.body)).person.user
    client.force_login(inside, backend="django.contrib.auth.backends.ModelBackend")
    assert links(page(client, q="天穹", scope="all")) == [f"//county.example{path_of(ensure_document(made))}"]
    client.force_login(outside, backend="django.contrib.auth.backends.ModelBackend")
    assert links(page(client, q="天穹", scope="all")) == []


def test_spelling_and_columns_of_all_sites_are_used(client: Client, guide: Document, notice: Document) -> None:
    text = page(client, q="取谁许可", scope="all")
    assert "以下是“取水许可”的结果" in text
    assert links(text)
    assert "//county.example/columns/" in page(client, q="办事指南大全", scope="all")


def test_search_uses_fixed_number_of_queries(
    client: Client,
    notice: Document,
    guide: Document,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer base is counted anew each second (`COUNT_EVERY`), which is no query of the page: its clock is stopped."""
    page(client, q="取水", scope="all")
    monkeypatch.setattr(answer_index, "monotonic", lambda: 0.0)
    monkeypatch.setattr(terminology, "_in_background", kept_by_thread := Event())
    kept_by_thread.set()
    with django_assert_max_num_queries(12):
        page(client, q="取水", scope="all")
