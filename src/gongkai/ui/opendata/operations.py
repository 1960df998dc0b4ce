"""The table of API operations and their answer shapes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.http import HttpRequest
from django.utils import timezone

from gongkai.content.editions.hosts import public_url_prefix
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.ui.opendata.parameters import PAGING_PARAMETERS, OperationParameter, ParameterValues
from gongkai.ui.portal.context import get_site
from gongkai.ui.portal.tree import SiteTree
from gongkai.ui.portal.views.promises import get_government

#: Value type → JSON Schema type.
JSON_TYPES = {"text": "string", "number": "integer", "yes": "boolean"}


@dataclass(frozen=True)
class ValueShape:
    """The declared type of one value in an answer, with description and example.

    `type` is a key of `JSON_TYPES` or a shape, a list of one of them, or a dict for an object with text values.
    """

    type: "str | ObjectShape | list[str] | list[ObjectShape] | dict[str, str]"
    description: str
    example: object = None
    nullable: bool = False

    @property
    def schema(self) -> dict[str, object]:
        """Return the value's JSON Schema."""
        if isinstance(self.type, list):
            inner = self.type[0]
            items = inner.reference if isinstance(inner, ObjectShape) else {"type": JSON_TYPES[inner]}
            return {"type": "array", "description": self.description, "items": items}
        if isinstance(self.type, ObjectShape):
            return {**self.type.reference, "description": self.description}
        if isinstance(self.type, dict):
            values = {"type": "string"}
            return {"type": "object", "description": self.description, "additionalProperties": values}
        kind = JSON_TYPES[self.type]
        return {"type": [kind, "null"] if self.nullable else kind, "description": self.description}

    @property
    def sample(self) -> object:
        """Return an example value."""
        if self.example is not None:
            return self.example
        if isinstance(self.type, list):
            return [self.type[0].sample] if isinstance(self.type[0], ObjectShape) else []
        if isinstance(self.type, ObjectShape):
            return self.type.sample
        return {} if isinstance(self.type, dict) else {"text": "", "number": 0, "yes": False}[self.type]


class ObjectShape:
    """The declared form of a JSON object in an answer: its name and its values, in order."""

    def __init__(self, name: str, description: str, /, **values: ValueShape) -> None:
        self.name, self.description, self.values = name, description, values

    @property
    def inner(self) -> list["ObjectShape"]:
        """Return the shapes of the objects and lists among its values."""
        types = (value.type[0] if isinstance(value.type, list) else value.type for value in self.values.values())
        return [one for one in types if isinstance(one, ObjectShape)]

    @property
    def reference(self) -> dict[str, object]:
        """Return a JSON Schema reference to this shape."""
        return {"$ref": f"#/components/schemas/{self.name}"}

    @property
    def schema(self) -> dict[str, object]:
        """Return the object's JSON Schema."""
        return {
            "type": "object",
            "description": self.description,
            "properties": {name: value_shape.schema for name, value_shape in self.values.items()},
            "required": list(self.values),
            "additionalProperties": False,
        }

    def describe(self, row: object, /, **given: object) -> "JsonAnswer":
        """Return an object of this form: the values given, and of the others the row's attributes of these names."""
        return {name: given[name] if name in given else _format_attribute(getattr(row, name)) for name in self.values}

    @property
    def sample(self) -> dict[str, object]:
        """Return an example object."""
        return {name: value_shape.sample for name, value_shape in self.values.items()}


#: Source of an answer: the site.
SOURCE_SHAPE = ObjectShape(
    "Source",
    "来源：哪个网站说的",
    name=ValueShape("text", "网站名称", "云岭市人民政府"),
    sponsor=ValueShape("text", "主办单位", "云岭市人民政府办公室"),
    url=ValueShape("text", "网站地址", "https://www.yunling.example/"),
)
#: Date of an answer.
DAY_VALUE = ValueShape("text", "答复的日期，内容以这一天为准", "2026-11-20")
#: First values of every whole answer.
COMMON_FIELDS = {"source": ValueShape(SOURCE_SHAPE, "来源"), "day": DAY_VALUE}
#: Title and URL of a document.
LINK_SHAPE = ObjectShape(
    "Link",
    "一条公开信息的标题和地址",
    title=ValueShape("text", "标题", "云岭市住房公积金提取办法"),
    url=ValueShape("text", "地址", "https://www.yunling.example/columns/12/345.html"),
)
#: Answer of a failed request.
ERROR_SHAPE = ObjectShape("Error", "为什么没有答复", error=ValueShape("text", "一行说明", "参数 year 应是四位年份。"))


T = TypeVar("T")
#: An answer of the API, before it becomes JSON.
JsonAnswer = dict[str, object]
#: Path below which the operations are.
API_ROOT = "/api/v1/"


@dataclass(frozen=True)
class RequestedSite:
    """The site that a request is about: its columns, base URL, and today's date."""

    tree: SiteTree
    root: str
    day: date

    @classmethod
    def of(cls, request: HttpRequest) -> "RequestedSite":
        """Return the site of a request."""
        tree = get_site(request)
        return cls(tree, public_url_prefix(request, tree.website), timezone.localdate())

    @property
    def number(self) -> int:
        """Return the id of the site."""
        return int(self.tree.website.pk)

    @property
    def government(self) -> Body:
        """Return the government of the site."""
        return get_government(self.tree)

    def at(self, path: str) -> str:
        """Return the absolute URL of a path on this site; a URL elsewhere or "" unchanged."""
        return f"{self.root}{path}" if path.startswith("/") else path

    def add_source(self, answer: JsonAnswer) -> JsonAnswer:
        """Return an answer with the source and date that every answer has."""
        website = self.tree.website
        source = {"name": website.name, "sponsor": website.sponsor or website.name, "url": f"{self.root}/"}
        return {"source": source, "day": self.day.isoformat(), **answer}


@dataclass(frozen=True)
class ApiOperation:
    """One read operation of the API: URL, parameters, answer and function.

    Attributes:
        name: its `operationId`.
        path: its path below `/api/v1/`; may contain `{id}` or `{key}`.
        summary: a short summary.
        description: notes for users.
        params: its parameters.
        answer: the shape of its answer; `items` for a list (then `source`, `day`, `items`, `next`).
        work: the function that reads: `(site, values) -> answer`, without source and day.
        tool: its name as a tool of assistants; "" if it is none.
        listed: true if the answer is a page of a list.
        extra: values of a list's answer besides its items.
    """

    name: str
    path: str
    summary: str
    description: str
    params: tuple[OperationParameter, ...]
    answer: ObjectShape
    work: Callable[[RequestedSite, ParameterValues], JsonAnswer]
    tool: str = ""
    listed: bool = False
    extra: Mapping[str, ValueShape] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return the URL template: `/api/v1/documents/{id}/`."""
        return f"{API_ROOT}{self.path}"

    @property
    def shapes(self) -> list[ObjectShape]:
        """Return the declared forms of the answer: that of an item, and those of the extra values."""
        return [self.answer, *ObjectShape("", "", **self.extra).inner]

    @property
    def schema(self) -> dict[str, object]:
        """Return the JSON Schema of the whole answer, with references to `#/components/schemas/`."""
        if not self.listed:
            return {"$ref": f"#/components/schemas/{self.answer.name}"}
        properties = {
            "source": SOURCE_SHAPE.reference,
            "day": DAY_VALUE.schema,
            **{name: value_shape.schema for name, value_shape in self.extra.items()},
            "items": {"type": "array", "items": self.answer.reference},
            "next": {"type": ["string", "null"], "description": "下一页的地址，没有则为 null", "format": "uri"},
        }
        return {"type": "object", "description": self.summary, "properties": properties, "required": list(properties)}


#: Type of the function that computes an answer.
ReadFunction = Callable[[RequestedSite, ParameterValues], JsonAnswer]


def operation(
    name: str,
    path: str,
    summary: str,
    description: str,
    answer: ObjectShape,
    *params: OperationParameter,
    tool: str = "",
    listed: bool = False,
    extra: Mapping[str, ValueShape] | None = None,
) -> Callable[[ReadFunction], ApiOperation]:
    """Decorate a read function as an operation; lists also take `size` and `cursor`."""

    def make_operation(read_function: ReadFunction) -> ApiOperation:
        every = (*params, *(PAGING_PARAMETERS if listed else ()))
        return ApiOperation(name, path, summary, description, every, answer, read_function, tool, listed, extra or {})

    return make_operation


def take_page(rows: Sequence[T], values: ParameterValues) -> tuple[Sequence[T], str]:
    """Return one page of loaded rows, and the cursor of the next ("" at the end)."""
    start = parse_whole_number(values["cursor"], 10_000_000) or 0
    end = start + values["size"]
    return rows[start:end], str(end) if end < len(rows) else ""


def _format_attribute(value: object) -> object:
    """Return a time or date as text, "" for None, other values unchanged."""
    if isinstance(value, datetime):
        return format_time(value)
    return format_date(value) if value is None or isinstance(value, date) else value


def format_time(moment: datetime | None) -> str:
    """Return a time as local time with zone, or ""."""
    return timezone.localtime(moment).isoformat() if moment else ""


def format_date(day: date | None) -> str:
    """Return a date, or ""."""
    return day.isoformat() if day else ""
