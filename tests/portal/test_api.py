"""The read API: what it answers, how it pages, what it says of itself; the same for everybody."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from factories.publishing import public, signed
from factories.units import BodyFactory, actor
from gongkai.editions import files
from gongkai.editions.models import Column, Document
from gongkai.portal.api.views import description
from gongkai.publishing import actions
from gongkai.publishing.documents import item_of
from gongkai.units.actors import SYSTEM
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db
LIST = "/api/v1/documents/"


def get(client: Client, path: str, status: int = 200, **query: Any) -> Any:
    response = client.get(path, query)
    assert response.status_code == status, response.content
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    return response.json()


def titles(client: Client, **query: Any) -> list[str]:
    return [row["title"] for row in get(client, LIST, **query)["items"]]


@pytest.fixture
def document(special: Column, housing: Body) -> Document:
    stored = files.store("附件".encode(), "表.txt", SYSTEM)
    return public(
        housing,
        [special],
        title="公积金提取办法",
        body="<p>第一条。</p>",
        document_number="云建发〔2026〕3号",
        issuer="云岭市住房和城乡建设局",
        kind="policy",
        standing="in_force",
        attribute_reason="内部的认定理由",
        attachments=[("表.txt", stored)],
    )


class TestList:
    def test_filters(self, client: Client, document: Document, plans: Column, housing: Body) -> None:
        other = BodyFactory(name="云岭市财政局", parent=housing.parent)
        public(other, [plans], title="部门预算", kind="finance")
        special = document.placements.get().column_id
        assert titles(client) == ["部门预算", "公积金提取办法"]
        assert titles(client, column=plans.pk) == ["部门预算", "公积金提取办法"]
        for query in (
            {"column": special},
            {"unit": housing.pk},
            {"kind": "policy"},
            {"standing": "in_force"},
            {"column": plans.pk, "kind": "policy"},
        ):
            assert titles(client, **query) == ["公积金提取办法"], query
        assert titles(client, since="2999-01-01") == []
        assert titles(client, year=document.published_at.year) == ["部门预算", "公积金提取办法"]
        assert titles(client, year=1990) == []

    def test_pages_by_key(self, client: Client, plans: Column, housing: Body) -> None:
        for n in range(5):
            public(housing, [plans], title=f"第{n}号")
        seen, path = [], f"{LIST}?size=2"
        while path:
            answer = client.get(path)
            seen += [row["title"] for row in answer.json()["items"]]
            path = answer.json()["next"]
            assert bool(path) == ("Link" in answer)
        assert seen == [f"第{n}号" for n in reversed(range(5))]

    @pytest.mark.parametrize(
        "query",
        [
            {"column": "x"},
            {"unit": "-1"},
            {"kind": "nothing"},
            {"standing": "dead"},
            {"since": "yesterday"},
            {"since": "2026-13-45"},
            {"year": "20"},
            {"size": "many"},
        ],
    )
    def test_what_cannot_be_gets_one_line(self, client: Client, site: Any, query: dict[str, str]) -> None:
        assert get(client, LIST, 400, **query)["error"].startswith("参数 ")

    def test_a_key_that_is_none_begins_anew(self, client: Client, document: Document) -> None:
        assert titles(client, cursor="\x00nonsense") == ["公积金提取办法"]

    def test_it_only_reads(self, client: Client, site: Any) -> None:
        assert client.post(LIST).status_code == 405
        assert client.options(LIST)["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


class TestDocument:
    def test_everything_the_page_shows_and_no_more(
        self, client: Client, document: Document, special: Column
    ) -> None:
        response = client.get(f"{LIST}{document.pk}/")
        data = response.json()
        assert data["text"] == "第一条。"
        assert data["index_number"] == document.index_number
        assert data["facts"]["issuer"] == "云岭市住房和城乡建设局"
        assert [c["id"] for c in data["columns"]] == [special.pk]
        assert [e["number"] for e in data["editions"]] == [1]
        assert "内部的认定理由" not in response.content.decode()
        assert "Last-Modified" in response
        (file,) = data["files"]
        assert b"".join(client.get(file["url"])) == "附件".encode()

    def test_its_history(self, client: Client, document: Document, housing: Body) -> None:
        page = item_of(document)
        actions.revise(page, by=actor(Role.CLERK, housing), body="<p>第一条，已修改。</p>")
        signed(page)
        data = get(client, f"{LIST}{document.pk}/")
        assert [e["number"] for e in data["editions"]] == [2, 1]
        assert data["text"] == "第一条，已修改。"
        assert client.get(data["editions"][1]["url"]).status_code == 200

    def test_what_is_not_there(self, client: Client, site: Any) -> None:
        assert "没有这条信息" in get(client, f"{LIST}999999/", 404)["error"]


class TestBulk:
    def test_a_year_line_by_line(self, client: Client, document: Document) -> None:
        response = client.get("/api/v1/bulk/documents.ndjson", {"year": document.published_at.year})
        lines = [json.loads(line) for line in b"".join(response).decode().splitlines()]
        assert [line["text"] for line in lines] == ["第一条。"]
        assert lines[0]["files"][0]["name"] == "表.txt"

    def test_a_column_as_a_table(
        self, client: Client, document: Document, plans: Column, housing: Body
    ) -> None:
        public(housing, [plans], title="=HYPERLINK(1)")
        text = b"".join(client.get("/api/v1/bulk/documents.csv", {"column": plans.pk})).decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text))
        assert head[:3] == ["编号", "标题", "发文字号"]
        assert [row[1] for row in rows] == ["'=HYPERLINK(1)", "公积金提取办法"]  # no formula

    def test_in_portions_nothing_is_lost_or_doubled(
        self, client: Client, plans: Column, housing: Body, monkeypatch: Any
    ) -> None:
        from gongkai.portal.api import bulk

        monkeypatch.setattr(bulk, "PORTION", 2)
        made = {public(housing, [plans]).pk for _ in range(5)}
        body = b"".join(client.get("/api/v1/bulk/documents.ndjson", {"column": plans.pk}))
        assert [json.loads(line)["id"] for line in body.splitlines()] == sorted(made, reverse=True)

    def test_not_everything_at_once(self, client: Client, site: Any) -> None:
        assert "year" in get(client, "/api/v1/bulk/documents.csv", 400)["error"]
        assert get(client, "/api/v1/bulk/documents.xml", 404, year=2026)["error"]


class TestDescription:
    def test_every_path_is_there(self, client: Client, site: Any) -> None:
        told = get(client, "/api/v1/openapi.json")
        assert told["openapi"] == "3.1.0"
        assert told["info"]["title"].startswith("云岭市人民政府")
        for path in told["paths"]:
            try:
                assert resolve(path.replace("{id}", "1")).func.__module__.startswith("gongkai.portal.api")
            except Resolver404:  # pragma: no cover
                pytest.fail(path)

    def test_answers_are_what_it_says(
        self, client: Client, document: Document, plans: Column, housing: Body
    ) -> None:
        schemas = description()["components"]["schemas"]
        answers = {
            "ListedDocument": get(client, LIST)["items"][0],
            "Document": get(client, f"{LIST}{document.pk}/"),
            "Column": get(client, "/api/v1/columns/")["items"][0],
            "Unit": get(client, "/api/v1/units/")["items"][0],
            "Error": get(client, f"{LIST}999999/", 404),
        }
        bulk = client.get("/api/v1/bulk/documents.ndjson", {"column": plans.pk})
        answers["BulkDocument"] = json.loads(b"".join(bulk))
        answers["File"] = answers["Document"]["files"][0]
        answers["Edition"] = answers["Document"]["editions"][0]
        assert set(answers) == set(schemas)
        for name, answer in answers.items():
            assert list(answer) == list(schemas[name]["properties"]), name
            for key, value in answer.items():
                assert _fits(value, schemas[name]["properties"][key]), (name, key)

    def test_every_parameter_is_understood(self, client: Client, site: Any) -> None:
        for path, ways in description()["paths"].items():
            for one in ways["get"].get("parameters", []):
                if one["in"] == "query" and "example" in one:
                    query = {"year": 2026, one["name"]: one["example"]}
                    assert client.get(path, query).status_code == 200, (path, one["name"])

    def test_the_page_for_people_names_them_all(self, client: Client, site: Any) -> None:
        page = client.get("/api/").content.decode()
        for path in description()["paths"]:
            assert f"GET {path}" in page
        assert not re.search(r"src=\"https?://", page)


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    kinds = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return isinstance(value, tuple(kinds[name] for name in named))
