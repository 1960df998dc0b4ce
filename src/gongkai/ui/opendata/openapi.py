"""OpenAPI 3.1 description, generated from the table of operations."""

from gongkai.ui.opendata.operations import ApiOperation
from gongkai.ui.opendata.parameters import OperationParameter
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME, SHAPES_BY_NAME

#: Version in the description and in the URLs.
API_VERSION = "1"
#: Title of the description.
API_TITLE = "开放数据接口"
#: Text of the description.
API_DESCRIPTION = (
    "读取本站向社会公开的信息。只读，不用登录，不限来源（CORS）；限定范围公开的、尚未公开的和已撤回的信息不在其中。"
    "每个答复写明来源和日期，带 ETag，用 If-None-Match 再问，没有变化时回答 304。问得太快时回答 429，按 Retry-After 稍后再问。"
)
_ERROR_RESPONSES = {
    "400": "参数不对，error 一行说明",
    "404": "没有这项内容，或者已经撤回",
    "429": "问得太快，请按 Retry-After 稍后再问",
}


def describe_api(name: str, server: str) -> dict[str, object]:
    """Return the OpenAPI description of all operations.

    Args:
        server: base URL.
    """
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{name}{API_TITLE}", "version": API_VERSION, "description": API_DESCRIPTION},
        "servers": [{"url": server}],
        "paths": {
            operation.address: {"get": _describe_operation(operation)} for operation in OPERATIONS_BY_NAME.values()
        },
        "components": {"schemas": {shape: one.schema for shape, one in sorted(SHAPES_BY_NAME.items())}},
    }


def _describe_operation(operation: ApiOperation) -> dict[str, object]:
    """Return the OpenAPI description of an operation, with sample answer and errors."""
    content = {"application/json": {"schema": operation.schema, "example": make_sample_answer(operation)}}
    faults = {status: _describe_error(text) for status, text in _ERROR_RESPONSES.items()}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [_describe_parameter(param) for param in operation.params],
        "responses": {
            "200": {"description": operation.summary, "content": content},
            "304": {"description": "与 If-None-Match 所给的 ETag 相同，没有变化"},
            **faults,
        },
    }


def _describe_error(text: str) -> dict[str, object]:
    """Return the OpenAPI description of an error response."""
    schema = SHAPES_BY_NAME["Error"].reference
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _describe_parameter(param: OperationParameter) -> dict[str, object]:
    """Return the OpenAPI description of a parameter, with its example if it has one."""
    description: dict[str, object] = {
        "name": param.name,
        "in": "path" if param.in_path else "query",
        "required": param.required or param.in_path,
        "description": param.description,
        "schema": param.schema,
    }
    return description if param.example is None else {**description, "example": param.example}


def make_sample_answer(operation: ApiOperation) -> dict[str, object]:
    """Return an example answer of an operation."""
    if not operation.listed:
        return operation.answer.sample
    source, extra = SHAPES_BY_NAME["Source"].sample, {name: value.sample for name, value in operation.extra.items()}
    return {"source": source, "day": "2026-11-20", **extra, "items": [operation.answer.sample], "next": None}
