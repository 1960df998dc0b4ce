"""The MCP endpoint for assistants, called with the library's own client."""

import json
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx2
import jsonschema
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import Client as Django

from factories.fixtures import town
from factories.publishing import public
from gongkai.ui.opendata.assistants import list_tools, make_input_schema, make_output_schema
from gongkai.ui.opendata.openapi import make_sample_answer
from gongkai.ui.portal import tree

if TYPE_CHECKING:
    from mcp.client import Client

pytestmark = pytest.mark.django_db


class Through(httpx2.AsyncBaseTransport):
    """Pass requests to Django on the test's own thread and database connection."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = await request.aread()
        answer = await sync_to_async(self._ask)(request, body)
        return httpx2.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)

    def _ask(self, request: httpx2.Request, body: bytes) -> Any:
        heads = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        return Django().generic(request.method, "/mcp/", body, heads.get("content-type", ""), headers=heads)


def call_as_assistant(work: "Callable[[Client], Awaitable[Any]]", mode: str = "auto") -> Any:
    """Connect as an assistant does and return the result of `work`."""
    from mcp.client import Client  # dear to read, and every worker reads all modules
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> Any:
        async with httpx2.AsyncClient(transport=Through()) as http:
            there = streamable_http_client("http://testserver/mcp/", http_client=http)
            async with Client(there, mode=mode) as client:
                return await work(client)

    return async_to_sync(run)()


@pytest.fixture(scope="module")
def made(kept_rows: Callable[..., Any]) -> Iterator[SimpleNamespace]:
    def make() -> SimpleNamespace:
        here = town()
        here.document = public(
            here.housing,
            [here.plans],
            title="公积金提取办法",
            body="<p>第一条　为了。</p><p>第二条　适用。</p>",
        )
        return here

    yield from kept_rows(make)


@pytest.fixture
def here(made: SimpleNamespace) -> SimpleNamespace:
    tree.reload_next_time()
    return deepcopy(made)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_assistant_finds_policy_and_reads_article(here: SimpleNamespace, mode: str) -> None:
    async def work(client: "Client") -> Any:
        listed = await client.list_tools()
        found = await client.call_tool("search_public_information", {"q": "公积金 拆迁"})
        number = found.structured_content["items"][0]["id"]
        text = await client.call_tool("get_policy_text", {"id": number, "article": "第二条"})
        wrong = await client.call_tool("get_policy_text", {"id": 999999})
        odd = await client.call_tool("get_policy_text", {"id": number, "artikel": "第二条"})
        return listed.tools, found, text, wrong, odd

    listed, found, text, wrong, odd = call_as_assistant(work, mode)
    assert odd.is_error
    assert "没有参数“artikel”，它的参数是：id、article、on" in odd.content[0].text
    assert {one.name for one in listed} == set(list_tools())
    assert all(one.annotations.read_only_hint for one in listed)
    said = text.structured_content
    assert [one["text"] for one in said["articles"]] == ["第二条　适用。"]
    assert said["source"]["name"] == here.site.name
    assert said["day"]
    assert json.loads(text.content[0].text) == said == {**said, "id": here.document.pk}
    assert wrong.is_error
    assert "没有这条信息" in wrong.content[0].text
    assert found.structured_content["missing"] == ["拆迁"], "an assistant is told what the site does not have"
    assert found.structured_content["items"][0]["url"].endswith(f"/{here.document.pk}.html")


def test_search_returns_cards_of_units_and_services(here: SimpleNamespace) -> None:
    """A question about a unit or a service returns the card of the search page, with its URL."""

    async def work(client: "Client") -> Any:
        asked = [("q", here.site.body.name), ("q", "我要申请信息公开")]
        return [(await client.call_tool("search_public_information", dict([one]))).structured_content for one in asked]

    unit, service = (said["cards"][0] for said in call_as_assistant(work, "auto"))
    assert (unit["kind"], unit["title"], unit["button"]) == ("单位", here.site.body.name, "单位主页")
    assert unit["url"].endswith(f"/units/{here.site.body.pk}/")
    assert (service["kind"], service["url"].endswith("/requests/")) == ("服务", True)


def test_schemas_are_self_contained() -> None:
    for name, one in list_tools().items():
        jsonschema.Draft202012Validator.check_schema(make_input_schema(one))
        schema = make_output_schema(one)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "#/components/" not in json.dumps(schema), name
        jsonschema.validate(make_sample_answer(one), schema)


def test_endpoint_is_disabled_by_setting_and_rate_limited(here: SimpleNamespace, settings: Any) -> None:
    ask = Django()
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})
    heads = {"accept": "application/json, text/event-stream"}

    def status(**more: Any) -> int:
        return ask.post("/mcp/", body, "application/json", headers=heads, **more).status_code

    assert status() == 200
    assert ask.get("/mcp/").status_code == 405
    assert ask.post("/mcp/", "x" * 100_001, "application/json").status_code == 413
    assert ask.post("/mcp/", "{", "application/json", headers=heads).status_code == 400
    settings.GONGKAI_API_RATE = 1
    assert [status(REMOTE_ADDR="192.0.2.9") for _ in range(2)] == [200, 429]
    settings.GONGKAI_ASSISTANTS = False
    assert status() == 404
    assert "/mcp/" not in ask.get("/api/").content.decode()
