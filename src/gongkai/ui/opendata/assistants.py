"""Model Context Protocol (MCP) server for AI assistants: read-only API operations.

The `mcp` library implements streamable HTTP without sessions; each exchange runs within one
Django request, on its thread and connection.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from gongkai.core.widgets.machine_urls import error_line_response
from gongkai.core.widgets.query_parameters import content_length
from gongkai.lib.typed_json import read_record
from gongkai.ui.opendata.operations import ApiOperation, RequestedSite
from gongkai.ui.opendata.parameters import InvalidParameter, ItemNotPublic
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME, SHAPES_BY_NAME
from gongkai.ui.opendata.views import RATE_WINDOW_SECONDS, compute_answer, exceeds_rate

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.lowlevel import Server

#: Maximum size of a request in bytes.
MAX_REQUEST_BYTES = 100_000
#: Instructions for the assistant, sent with the list of tools.
ASSISTANT_INSTRUCTIONS = (
    "本站是政府网站的开放数据。这里给出的是公开的原文和记录，不是对政策的解释。"
    "问到单位的地址、电话、办公时间，或者到哪里申请、投诉的，看查找结果的 cards。"
    "回答政策问题时：先查找，再用 get_policy_text 取原文，照原文引用，写明出处地址、来源和日期；"
    "看 validity 和 standing：已失效、废止的不能当作现行政策，没有宣布失效的要看原文写明的条件；"
    "政府公报是汇编，所载文件的效力看 contains 里各文件自己的。没有找到的，说没有找到，请提问者向有关单位咨询，不要猜。"
)


@cache
def list_tools() -> dict[str, ApiOperation]:
    """Return the operations with a tool name, which are offered to assistants, by that name."""
    return {operation.tool: operation for operation in OPERATIONS_BY_NAME.values() if operation.tool}


def make_input_schema(operation: ApiOperation) -> dict[str, object]:
    """Return the JSON Schema of a tool's arguments."""
    properties = {}
    for param in operation.params:
        example = {} if param.example is None else {"examples": [param.example]}
        properties[param.name] = {**param.schema, "description": param.description, **example}
    needed = [param.name for param in operation.params if param.required or param.in_path]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def make_output_schema(operation: ApiOperation) -> dict[str, object]:
    """Return the self-contained JSON Schema of a tool's result."""
    schema = {**SHAPES_BY_NAME[operation.answer.name].schema} if not operation.listed else {**operation.schema}
    if operation.listed:  # a cursor, not an address: a tool is called again with it
        schema["properties"] = {**read_record(schema, "properties"), "next": {"type": ["string", "null"]}}
    definitions_json = json.dumps({name: shape.schema for name, shape in SHAPES_BY_NAME.items()}, ensure_ascii=False)
    inner = json.loads(definitions_json.replace("#/components/schemas/", "#/$defs/"))
    outer = json.loads(json.dumps(schema, ensure_ascii=False).replace("#/components/schemas/", "#/$defs/"))
    return {**outer, "$defs": {name: inner[name] for name in _list_definitions(outer, inner)}}


def _list_definitions(schema: object, definitions_by_name: Mapping[str, object]) -> Iterable[str]:
    """Return the names of the definitions that a schema refers to, directly or through others."""
    definitions: list[str] = []
    unread_schemas = [schema]
    while unread_schemas:
        text = json.dumps(unread_schemas.pop())
        for name, definition in definitions_by_name.items():
            if f'"#/$defs/{name}"' in text and name not in definitions:
                definitions.append(name)
                unread_schemas.append(definition)
    return definitions


def call_tool(site: RequestedSite, name: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """Return the result of a tool that an assistant (MCP client) calls.

    Raises:
        InvalidParameter: unknown tool or invalid parameter. ItemNotPublic: not public here.
    """
    operation = list_tools().get(name)
    if operation is None:
        raise InvalidParameter(f"没有“{name[:60]}”这个工具。")
    if unknown := sorted(
        str(argument_name) for argument_name in arguments.keys() - {param.name for param in operation.params}
    ):
        names = "、".join(param.name for param in operation.params) or "没有"
        raise InvalidParameter(f"工具 {name} 没有参数“{unknown[0][:60]}”，它的参数是：{names}。")
    answer = compute_answer(operation, site, arguments)
    if operation.listed:
        answer["next"] = answer["next"] or None
    return answer


@csrf_exempt  # nothing is done in anybody's name: it only reads what is public
def mcp_endpoint(request: HttpRequest) -> HttpResponse:
    """Handle one message of an assistant (MCP)."""
    if not settings.GONGKAI_ASSISTANTS:
        raise Http404("本站没有开放这个接口")
    if exceeds_rate(request):
        refused = error_line_response(f"问得太快，每分钟最多 {settings.GONGKAI_API_RATE} 次，请稍后再问。", 429)
        refused["Retry-After"] = str(RATE_WINDOW_SECONDS)
        return refused
    if content_length(request) > MAX_REQUEST_BYTES:
        return error_line_response("内容太长。", 413)
    if request.method == "GET":  # a stream of the server's own messages: there are none
        refused = error_line_response("这个地址供智能助手（MCP）使用，说明见 /api/。", 405)
        refused["Allow"] = "POST"
        return refused
    answer: HttpResponse = async_to_sync(_exchange)(request, RequestedSite.of(request))
    answer["Cache-Control"] = "no-store"
    return answer


async def _exchange(request: HttpRequest, site: RequestedSite) -> HttpResponse:
    """Answer a request of the Model Context Protocol with its SDK, stateless and as JSON."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    body, sent = request.body, []
    manager = StreamableHTTPSessionManager(
        _make_server(site), json_response=True, stateless=True, max_request_body_size=MAX_REQUEST_BYTES
    )

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: object) -> None:
        sent.append(message)

    async with manager.run():
        await manager.handle_request(_make_asgi_scope(request), receive, send)
    return _make_response(sent)


def _make_asgi_scope(request: HttpRequest) -> dict[str, object]:
    """Return the ASGI scope of a Django request, for the SDK."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "root_path": "",
        "query_string": request.META.get("QUERY_STRING", "").encode("latin-1", "replace"),
        "headers": [
            (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in request.headers.items()
        ],
        "client": None,
        "server": None,
    }


def _make_response(sent: list[Any]) -> HttpResponse:
    """Return the SDK's ASGI messages as a Django response; 503 if it sent none."""
    start = next((message for message in sent if message["type"] == "http.response.start"), None)
    if start is None:
        return error_line_response("没有答复，请稍后再问。", 503)
    body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    response = HttpResponse(body, status=start["status"])
    del response["Content-Type"]
    for name, value in start["headers"]:
        if name.decode("latin-1").lower() not in {"content-length", "connection", "cache-control"}:
            response[name.decode("latin-1")] = value.decode("latin-1")
    return response


def _make_server(site: RequestedSite) -> "Server":
    """Return a protocol server that lists and calls the tools of a site."""
    import mcp_types as types
    from mcp.server.lowlevel import Server

    async def listed(ctx: object, params: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_make_tool(name) for name in list_tools()])

    async def call(ctx: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Call the tool; wrong parameters become an error result."""
        try:
            answer = await sync_to_async(call_tool)(site, params.name, params.arguments or {})
        except (InvalidParameter, ItemNotPublic) as wrong:
            return types.CallToolResult(content=[types.TextContent(type="text", text=str(wrong))], is_error=True)
        text = json.dumps(answer, ensure_ascii=False)
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=answer)

    return Server(
        "gongkai",
        version="1",
        title=f"{site.tree.website.name}开放数据",
        instructions=ASSISTANT_INSTRUCTIONS,
        website_url=f"{site.root}/api/",
        on_list_tools=listed,
        on_call_tool=call,
    )


@cache
def _make_tool(name: str) -> "types.Tool":
    """Return an API operation as a read-only tool of the protocol."""
    import mcp_types as types

    operation = list_tools()[name]
    return types.Tool(
        name=name,
        title=operation.summary,
        description=operation.description,
        input_schema=make_input_schema(operation),
        output_schema=make_output_schema(operation),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )
