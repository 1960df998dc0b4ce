"""The read API: results, pagination, self-description; the same for all users."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import time_machine
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from factories.consultation import released_answer
from factories.fixtures import town
from factories.policies import public as policy
from factories.publishing import column, public, released
from factories.units import BodyFactory, actor
from gongkai.content.editions import frozen
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import find_document_item
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.ui.opendata.openapi import describe_api
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME
from gongkai.ui.portal import tree

pytestmark = pytest.mark.django_db
LIST = "/api/v1/documents/"
TEXT = "<p>总说。</p><h2>第一章　总则</h2><p>第一条　为了方便群众。</p><p>第二条　本办法适用于全市。</p>"


def get_json(client: Client, path: str, status: int = 200, **query: Any) -> Any:
    response = client.get(path, query)
    assert response.status_code == status, response.content
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    return response.json()


def list_titles(client: Client, **query: Any) -> list[str]:
    return [row["title"] for row in get_json(client, LIST, **query)["items"]]


@pytest.fixture(scope="module")
def made(kept_rows: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    """Create once two documents of two units in two columns, and a known answer based on one of them."""

    def make() -> SimpleNamespace:
        here = town()
        here.special = column(here.site, "专项规划", here.plans)
        stored = frozen.store_publishable_file("附件".encode(), "表.txt", SYSTEM)
        here.document = public(
            here.housing,
            [here.special],
            title="公积金提取办法",
            body=TEXT,
            document_number="云建发〔2026〕3号",
            issuer="云岭市住房和城乡建设局",
            kind="policy",
            standing="in_force",
            attribute_reason="内部的认定理由",
            attachments=[("表.txt", stored)],
        )
        here.finance = BodyFactory(name="云岭市财政局", parent=here.housing.parent)
        public(here.finance, [here.plans], title="部门预算", kind="finance")
        here.known = released_answer(here.housing, question="租房能提取公积金吗")
        here.known.documents.add(here.document)
        return here

    yield from kept_rows(make)


@pytest.fixture
def here(made: SimpleNamespace) -> SimpleNamespace:
    tree.reload_next_time()
    return deepcopy(made)


class TestList:
    def test_filters(self, client: Client, here: SimpleNamespace) -> None:
        year = here.document.published_at.year
        assert list_titles(client) == ["部门预算", "公积金提取办法"]
        assert list_titles(client, column=here.plans.pk) == ["部门预算", "公积金提取办法"]
        for query in (
            {"column": here.special.pk},
            {"unit": here.housing.pk},
            {"kind": "policy"},
            {"standing": "in_force"},
            {"column": here.plans.pk, "kind": "policy"},
        ):
            assert list_titles(client, **query) == ["公积金提取办法"], query
        assert list_titles(client, since="2999-01-01") == list_titles(client, year=1990) == []
        assert list_titles(client, year=year) == ["部门预算", "公积金提取办法"]
        assert list_titles(client, cursor="\x00nonsense") == ["部门预算", "公积金提取办法"]

    def test_keyset_pagination_links_next_page(self, client: Client, here: SimpleNamespace) -> None:
        for n in range(3):
            public(here.housing, [here.plans], title=f"第{n}号")
        seen, path = [], f"{LIST}?size=2"
        while path:
            answer = client.get(path)
            seen += [row["title"] for row in answer.json()["items"]]
            path = answer.json()["next"]
            assert bool(path) == ("Link" in answer)
        assert seen == ["第2号", "第1号", "第0号", "部门预算", "公积金提取办法"]

    def test_invalid_parameter_gets_one_line_error(self, client: Client, here: SimpleNamespace) -> None:
        for name, value in (
            ("column", "x"),
            ("unit", "-1"),
            ("kind", "nothing"),
            ("standing", "dead"),
            ("since", "2026-13-45"),
            ("year", "20"),
            ("size", "many"),
            ("cursor", "x" * 201),
        ):
            assert get_json(client, LIST, 400, **{name: value})["error"].startswith("参数 "), name

    def test_only_reading_methods_conditional_requests_and_unknown_urls(
        self, client: Client, here: SimpleNamespace
    ) -> None:
        refused = client.post(LIST)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert client.options(LIST)["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        etag = client.get(LIST)["ETag"]
        assert client.get(LIST, headers={"If-None-Match": etag}).status_code == 304
        assert "没有这个接口" in get_json(client, "/api/v1/nothing/at/all", 404)["error"]

    def test_rate_limit_applies_by_address(self, client: Client, here: SimpleNamespace, settings: Any) -> None:
        settings.GONGKAI_API_RATE = 2
        statuses = [client.get(LIST, REMOTE_ADDR="192.0.2.7").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert client.get(LIST, REMOTE_ADDR="192.0.2.8").status_code == 200
        assert client.get(LIST, REMOTE_ADDR="192.0.2.7")["Retry-After"]


class TestDocument:
    def test_document_contains_what_its_page_shows(self, client: Client, here: SimpleNamespace) -> None:
        response = client.get(f"{LIST}{here.document.pk}/")
        data = response.json()
        assert data["text"].startswith("总说。")
        assert data["index_number"] == here.document.index_number
        assert data["facts"]["issuer"] == "云岭市住房和城乡建设局"
        assert data["source"]["name"] == here.site.name
        assert [c["id"] for c in data["columns"]] == [here.special.pk]
        assert "内部的认定理由" not in response.content.decode()
        assert "Last-Modified" in response
        (file,) = data["files"]
        assert b"".join(client.get(file["url"])) == "附件".encode()

    def test_text_is_given_by_article_with_url_and_digest(self, client: Client, here: SimpleNamespace) -> None:
        data = get_json(client, f"{LIST}{here.document.pk}/articles/")
        assert [one["label"] for one in data["articles"]] == ["", "第一条", "第二条"]
        assert data["digest"] == here.document.editions.get().digest
        first = get_json(client, f"{LIST}{here.document.pk}/articles/", article="第一条")["articles"]
        assert [one["text"] for one in first] == ["第一条　为了方便群众。"]
        assert first[0]["chapter"] == "第一章　总则"
        assert first[0]["sha256"] == hashlib.sha256(first[0]["text"].encode()).hexdigest()
        path, _, anchor = first[0]["url"].partition("#")
        page = client.get(path).content.decode()
        assert f'id="{anchor}"' in page
        linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
        assert (linked["@type"], linked["legislationIdentifier"]) == ("Legislation", "云建发〔2026〕3号")
        assert linked["legislationLegalForce"] == "InForce"
        assert "第九条" in get_json(client, f"{LIST}{here.document.pk}/articles/", 404, article="第九条")["error"]

    def test_validity_is_given_for_a_later_day(self, client: Client, here: SimpleNamespace) -> None:
        path = f"{LIST}{here.document.pk}/"
        then, articles = get_json(client, path, on="2089-01-01"), get_json(client, f"{path}articles/", on="2089-01-01")
        for name in ("standing", "validity", "on"):
            assert then[name] == articles[name]
        assert "日期" in get_json(client, path, 400, on="明天")["error"]

    def test_unknown_parameter_or_document_is_refused(self, client: Client, here: SimpleNamespace) -> None:
        assert "没有参数 on" in get_json(client, LIST, 400, on="2026-01-01")["error"]
        assert get_json(client, LIST, utm_source="a")
        assert "没有这条信息" in get_json(client, f"{LIST}999999/", 404)["error"]

    def test_text_is_given_as_of_a_day(self, client: Client, here: SimpleNamespace) -> None:
        today = timezone.localdate()
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            page = find_document_item(here.document)
            actions.save_revision(page, by=actor(Role.CLERK, here.housing), body="<p>第一条　已修改。</p>")
            released(page)
            path = f"{LIST}{here.document.pk}/articles/"
            then, now = get_json(client, path, on=str(today)), get_json(client, path)
            early = get_json(client, path, 404, on=str(today - timedelta(days=1)))["error"]
            whole = get_json(client, f"{LIST}{here.document.pk}/", on=str(today))
        assert (whole["on"], "已修改" in whole["text"]) == (str(today), False)
        assert [one["number"] for one in whole["editions"]] == [2, 1]
        assert client.get(whole["editions"][1]["url"]).status_code == 200
        assert (then["edition"], then["on"], now["edition"]) == (1, str(today), 2)
        assert [one["text"] for one in now["articles"]] == ["第一条　已修改。"]
        assert then["articles"][1]["text"] == "第一条　为了方便群众。"
        assert "?version=1#" in then["articles"][1]["url"]
        assert "还没有公开" in early

    @pytest.mark.parametrize("in_library", [True, False])
    def test_validity_on_a_day_is_consistent(self, client: Client, here: SimpleNamespace, *, in_library: bool) -> None:
        """State and sentence agree on every day, and with the policy list of that day."""
        dates = {"effective_on": date(2024, 1, 1), "ends_on": date(2028, 12, 31)}
        facts = {"kind": "policy", "attribute_reason": "主动公开", "standing": "in_force", **dates}
        if in_library:
            document = policy(here.housing, [here.plans], **dates).document
        else:
            document = public(here.housing, [here.plans], **facts)
        path = f"{LIST}{document.pk}/articles/"
        for day, standing, words in (
            ("2028-12-31", "in_force", "现行有效"),
            ("2029-01-01", "expired", "2028年12月31日届满"),
        ):
            said = get_json(client, path, on=day)
            assert (said["standing"], words in said["validity"]) == (standing, True)
            listed = get_json(client, "/api/v1/policies/", on=day, state=standing)["items"]
            assert [one["state"] for one in listed] == ([standing] if in_library else [])
        with time_machine.travel(datetime(2029, 1, 2, tzinfo=UTC)):
            assert get_json(client, f"{LIST}{document.pk}/")["standing"] == "expired"
            assert "NotInForce" in client.get(get_json(client, path)["url"]).content.decode()


class TestAnswers:
    def test_answers_have_their_basis_until_it_is_withdrawn(self, client: Client, here: SimpleNamespace) -> None:
        (one,) = get_json(client, "/api/v1/answers/", q="租房可以提取住房公积金吗")["items"]
        assert one["documents"][0]["title"] == "公积金提取办法"
        assert one["documents"][0]["standing"] == "in_force"
        assert get_json(client, "/api/v1/answers/", q="宠物狗怎样上牌")["items"] == []  # no guess
        released_answer(here.finance, question="租房可以提取住房公积金吗")
        unit = here.housing.pk
        (nearest,) = get_json(client, "/api/v1/answers/", q="租房可以提取住房公积金吗", unit=unit, size=1)["items"]
        assert nearest["id"] == here.known.pk
        actions.withdraw(here.document, by=actor(Role.SIGNER, here.housing), reason="内容有误")
        assert "公积金提取办法" not in client.get(f"/api/v1/answers/{here.known.pk}/").content.decode()


class TestDescription:
    def test_every_described_path_exists(self, client: Client, here: SimpleNamespace) -> None:
        told = get_json(client, "/api/v1/openapi.json")
        assert told["openapi"] == "3.1.0"
        assert told["info"]["title"].startswith("云岭市人民政府")
        page = client.get("/api/").content.decode()
        for path in told["paths"]:
            asked = path.replace("{id}", "1").replace("{key}", "school")
            assert resolve(asked).app_name == "opendata", path
            assert f"GET {path}" in page

    def test_answers_and_examples_match_their_schemas(self, client: Client, here: SimpleNamespace) -> None:
        told = describe_api("", "")
        places = {
            "getDocument": here.document.pk,
            "getArticles": here.document.pk,
            "getAnswer": here.known.pk,
        }
        filled = set()
        for one in OPERATIONS_BY_NAME.values():
            content = told["paths"][one.address]["get"]["responses"]["200"]["content"]["application/json"]
            schema = {**content["schema"], "components": told["components"]}
            jsonschema.validate(content["example"], schema)
            if "{" in one.path and one.name not in places:
                continue
            query = {"q": "公积金"} if one.name == "search" else {}
            answer = get_json(client, one.address.replace("{id}", str(places.get(one.name))), **query)
            jsonschema.validate(answer, schema)
            filled |= {one.name} if answer.get("items", True) else set()
        assert filled >= {*places, "listDocuments", "listAnswers", "listColumns", "listUnits", "search"}

    def test_filters_accept_values_of_answers_and_examples(self) -> None:
        for one in OPERATIONS_BY_NAME.values():
            for param in one.params:
                field = one.answer.values.get(param.name)
                if param.choices and field is not None:
                    assert param.read(field.example), (one.name, param.name)
        for one in OPERATIONS_BY_NAME.values():
            for param in one.params:
                if param.example is not None:
                    assert param.read(param.example) not in (None, ""), (one.name, param.name)

    def test_api_page_has_no_external_scripts_and_works_without_script(
        self, client: Client, here: SimpleNamespace
    ) -> None:
        page = client.get("/api/").content.decode()
        assert not re.search(r"src=\"https?://", page)
        linked = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        assert linked
        assert json.loads(linked[1])["@type"] == "DataCatalog"
        tried = client.get("/api/try/", {"operation": "getArticles", "id": here.document.pk, "article": "第一条"})
        assert client.get(tried["Location"]).json()["articles"][0]["label"] == "第一条"
        assert client.get("/api/try/", {"operation": "nothing"}).status_code == 404
