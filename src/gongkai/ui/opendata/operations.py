"""The table of operations: what can be read, with which parameters, and what an answer looks like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.http import HttpRequest
from django.utils import timezone

from gongkai.content.editions.hosts import outward
from gongkai.core.units.models import Body
from gongkai.core.widgets.asked import whole
from gongkai.ui.opendata.asking import PAGED, Param, Values
from gongkai.ui.opendata.shapes import DAY, SOURCE, Shape
from gongkai.ui.portal.context import site_of
from gongkai.ui.portal.tree import SiteTree
from gongkai.ui.portal.views.progress import government_of

T = TypeVar("T")
Answer = dict[str, object]
ROOT = "/api/v1/"


@dataclass(frozen=True)
class Site:
    """The site that is asked: its columns, what its addresses begin with, the day."""

    tree: SiteTree
    root: str
    day: date

    @classmethod
    def of(cls, request: HttpRequest) -> "Site":
        """Return the site that answers to a request."""
        tree = site_of(request)
        return cls(tree, outward(request, tree.website), timezone.localdate())

    @property
    def number(self) -> int:
        """The site's number."""
        return int(self.tree.website.pk)

    @property
    def government(self) -> Body:
        """The government whose site it is."""
        return government_of(self.tree)

    def at(self, path: str) -> str:
        """Return the whole address of a path on this site; "" for none."""
        return f"{self.root}{path}" if path.startswith("/") else path

    def said(self, answer: Answer) -> Answer:
        """Return an answer with its source and its day, as every answer carries them."""
        website = self.tree.website
        source = {"name": website.name, "sponsor": website.sponsor or website.name, "url": f"{self.root}/"}
        return {"source": source, "day": self.day.isoformat(), **answer}


@dataclass(frozen=True)
class Operation:
    """One thing that can be read.

    Attributes:
        name: its `operationId`.
        path: where it is asked, below `/api/v1/`; may hold `{id}` or `{key}`.
        summary: what it is, in a few words.
        description: what one must know to use it.
        params: what it takes.
        answer: what it gives; `items` for a list (then `source`, `day`, `items`, `next`).
        work: the function that reads: `(site, values) -> answer`, without source and day.
        tool: its name as a tool of assistants; "" where it is none.
        listed: whether the answer is a page of a list.
    """

    name: str
    path: str
    summary: str
    description: str
    params: tuple[Param, ...]
    answer: Shape
    work: Callable[[Site, Values], Answer]
    tool: str = ""
    listed: bool = False

    @property
    def address(self) -> str:
        """The address with its places: `/api/v1/documents/{id}/`."""
        return f"{ROOT}{self.path}"

    @property
    def schema(self) -> dict[str, object]:
        """The JSON Schema of a whole answer, with references to `#/components/schemas/`."""
        if not self.listed:
            return {"$ref": f"#/components/schemas/{self.answer.name}"}
        properties = {
            "source": SOURCE.reference,
            "day": DAY.schema,
            "items": {"type": "array", "items": self.answer.reference},
            "next": {
                "type": ["string", "null"],
                "description": "下一页的地址，没有则为 null",
                "format": "uri",
            },
        }
        return {
            "type": "object",
            "description": self.summary,
            "properties": properties,
            "required": list(properties),
        }


Work = Callable[[Site, Values], Answer]


def operation(
    name: str,
    path: str,
    summary: str,
    description: str,
    answer: Shape,
    *params: Param,
    tool: str = "",
    listed: bool = False,
) -> Callable[[Work], Operation]:
    """Make a function an operation; a list takes `size` and `cursor` besides. `reads` finds it in its module."""

    def made(work: Work) -> Operation:
        every = (*params, *(PAGED if listed else ()))
        return Operation(name, path, summary, description, every, answer, work, tool, listed)

    return made


def page_of(rows: Sequence[T], values: Values) -> tuple[Sequence[T], str]:
    """Return one page of rows that are at hand, and the cursor of the next ("" behind the last)."""
    start = whole(values["cursor"], 10_000_000) or 0
    end = start + values["size"]
    return rows[start:end], str(end) if end < len(rows) else ""


def stamp(moment: datetime | None) -> str:
    """Return a moment as answers write it: local time with its zone; "" for none."""
    return timezone.localtime(moment).isoformat() if moment else ""


def on(day: date | None) -> str:
    """Return a day as answers write it; "" for none."""
    return day.isoformat() if day else ""
