"""All addresses of the URL resolver: route, parameters, and the model of a number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from gongkai.content.editions.models import Document
from gongkai.content.editions.sources import _SOURCE_FINDERS, find_source
from gongkai.content.packages.models import Package
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body

Model = type[models.Model]
#: Routes whose number belongs to another model than the first that object access checks.
MODELS_BY_ROUTE: dict[str, Model] = {
    "admin/ledger/<number:pk>/": Entry,
    "admin/ledger/<number:pk>/beside/": Entry,
    "admin/ledger/<number:pk>/act/<str:name>/": Entry,
    "admin/newmedia/documents/<number:number>/": Document,
    "admin/packages/<number:number>/": Package,
    "admin/publishing/new/<number:body>/": Body,
}
#: The number belongs to no model: Wagtail ends the user's own editing session, whatever the number.
OWN_SESSION_ROUTES = {"admin/editing-sessions/release/<int:session_id>/"}
#: Actions on a source other than an item: each kind has rows of its own.
SOURCE_ROUTE = "admin/publishing/sources/<slug:name>/<number:number>/"
#: Values of other parameters than numbers.
SAMPLE_PARTS = {
    "app_label": "publishing",
    "content_type_app_name": "publishing",
    "content_type_app_label": "publishing",
    "model_name": "itempage",
    "content_type_model_name": "itempage",
    "digest": "0" * 64,
    "suffix": "docx",
    "form": "docx",
    "at": "1",
    "page": "1",
    "which": "original",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
PART_CHOICES = {
    "verb": ("open", "save", "close", "pull", "place"),
    "kind": ("reply", "sheet"),
    "what": ("training", "talks", "site", "page", "message"),
    "name": ("announcement", "item", "comment"),
}


@dataclass(frozen=True)
class Address:
    """An address of the URL resolver: its route, and names and kinds of its parameters, in order."""

    route: str
    shape: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    wagtail: bool
    model: Model | None = None

    def path(self, **given: object) -> str:
        """Return the path with the given parameters."""
        path = self.shape
        for name in self.names:
            path = path.replace(f"{{{name}}}", str(given.get(name, SAMPLE_PARTS.get(name, "x"))), 1)
        return "/" + path


_PART = re.compile(
    r"\(\?P<(?P<group>\w+)>(?P<inner>(?:\([^()]*\)|\[[^\]]*\]|[^()\[\]])*)\)|<(?:(?P<kind>\w+):)?(?P<name>\w+)>"
)


def addresses() -> Iterator[Address]:
    """Yield every address, with or without parameters."""

    def walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, route)
            else:
                yield route, pattern

    for route, pattern in walk(get_resolver(), ""):
        parts = [*_PART.finditer(route)]
        wagtail = pattern.callback.__module__.startswith("wagtail.")
        if not parts and not re.search(r"[()\\[\\]^$]|logout", route):
            yield Address(route, route, (), (), wagtail)
        elif parts:
            shape = _PART.sub(lambda part: f"{{{part['group'] or part['name']}}}", route)
            shape = re.sub(r"\\Z|[\^$]", "", shape).replace("\\.", ".").replace("\\", "")
            names = tuple(part["group"] or part["name"] for part in parts)
            numbers = tuple(part["group"] or part["name"] for part in parts if _is_number(part, wagtail=wagtail))
            if route == SOURCE_ROUTE:
                yield from (
                    Address(route, shape.replace("{name}", name), ("number",), numbers, wagtail, model)
                    for name, model in source_models()
                )
            else:
                yield Address(route, shape, names, numbers, wagtail)


def source_models() -> Iterator[tuple[str, Model]]:
    """Yield name and model of the kinds of sources that the sample city has."""
    for name in sorted(_SOURCE_FINDERS):
        found = next(filter(None, (find_source(f"{name}/{number}") for number in range(1, 400))), None)
        if isinstance(found, models.Model):
            yield name, type(found)


def _is_number(part: re.Match[str], *, wagtail: bool) -> bool:
    """Return true if a part of a route is a number; Wagtail also takes primary keys as strings."""
    if part["group"]:
        return bool(re.match(r"\\d|\[0-9\]|\[1-9\]", part["inner"]))
    return part["kind"] in {"int", "number"} or (wagtail and part["name"] in {"pk", "object_id"})


def choices(address: Address) -> list[dict[str, str]]:
    """Return the possible values of the parameter that is not a number."""
    names = [name for name in address.names if name in PART_CHOICES and name not in address.numbers]
    return [{names[0]: part} for part in PART_CHOICES[names[0]]] if names else [{}]
