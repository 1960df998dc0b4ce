"""Answer shapes: named values with type, description and example, for OpenAPI and the page."""

from dataclasses import dataclass

#: Value type → JSON Schema type.
JSON_TYPES = {"text": "string", "number": "integer", "yes": "boolean"}


@dataclass(frozen=True)
class ValueShape:
    """The declared form of one value: its type (text, number, yes, a shape or a list), description
    and example."""

    type: "str | Shape | list[str] | list[Shape] | dict[str, str]"
    description: str
    example: object = None
    nullable: bool = False

    @property
    def schema(self) -> dict[str, object]:
        """Return its JSON Schema."""
        if isinstance(self.type, list):
            inner = self.type[0]
            items = inner.reference if isinstance(inner, Shape) else {"type": JSON_TYPES[inner]}
            return {"type": "array", "description": self.description, "items": items}
        if isinstance(self.type, Shape):
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
            return [self.type[0].sample] if isinstance(self.type[0], Shape) else []
        if isinstance(self.type, Shape):
            return self.type.sample
        return {} if isinstance(self.type, dict) else {"text": "", "number": 0, "yes": False}[self.type]


class Shape:
    """The declared form of a JSON object in an answer: its name and its values, in order."""

    def __init__(self, name: str, description: str, /, **values: ValueShape) -> None:
        self.name, self.description, self.values = name, description, values

    @property
    def inner(self) -> list["Shape"]:
        """Return the shapes of the objects and lists among its values."""
        types = (value.type[0] if isinstance(value.type, list) else value.type for value in self.values.values())
        return [one for one in types if isinstance(one, Shape)]

    @property
    def reference(self) -> dict[str, object]:
        """Return a JSON Schema reference to this shape."""
        return {"$ref": f"#/components/schemas/{self.name}"}

    @property
    def schema(self) -> dict[str, object]:
        """Return its JSON Schema."""
        return {
            "type": "object",
            "description": self.description,
            "properties": {name: one.schema for name, one in self.values.items()},
            "required": list(self.values),
            "additionalProperties": False,
        }

    @property
    def sample(self) -> dict[str, object]:
        """Return an example object."""
        return {name: one.sample for name, one in self.values.items()}


#: Source of an answer: the site.
SOURCE_SHAPE = Shape(
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
LINK_SHAPE = Shape(
    "Link",
    "一条公开信息的标题和地址",
    title=ValueShape("text", "标题", "云岭市住房公积金提取办法"),
    url=ValueShape("text", "地址", "https://www.yunling.example/columns/12/345.html"),
)
#: Answer of a failed request.
ERROR_SHAPE = Shape("Error", "为什么没有答复", error=ValueShape("text", "一行说明", "参数 year 应是四位年份。"))
