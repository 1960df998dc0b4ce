"""Every address of the office that takes a number, and what the door was asked for behind it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from gongkai.acts import door

#: A number that no row has.
NOBODY = 987_654_321
NUMBERS = re.compile(r"<(?:int|number):(\w+)>|\(\?P<(\w+)>\\d\{1,18\}\)")
#: What else stands in addresses: parts that a view knows, to be tried one after the other.
PARTS = {
    "digest": ["0" * 64],
    "form": ["docx", "pdf"],
    "suffix": ["docx"],
    "kind": ["reply", "sheet"],
    "key": ["x"],
    "at": ["1"],
    "page": ["1"],
    "which": ["original"],
    "what": ["training", "talks", "site", "account", "page", "draft", "message", "phone", "request"],
    "verb": ["open", "renew", "save", "excuse", "receive", "place", "close", "act", "pull"],
    "name": ["announcement", "item", "comment"],
    "field": ["phone"],
}


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Yield route and pattern of every address of ours that takes a number."""

    def walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, route)
            elif one.callback.__module__.startswith("gongkai.") or type(one.callback).__module__.startswith(
                "gongkai."
            ):
                yield route, one

    for route, pattern in walk(get_resolver(), ""):
        if route.startswith("admin/") and NUMBERS.search(route):
            yield route, pattern


def numbers_in(route: str) -> list[str]:
    """Return the names of the numbers in a route, in their order."""
    return [first or second for first, second in NUMBERS.findall(route)]


def paths_of(route: str, pattern: URLPattern, numbers: dict[str, int]) -> Iterator[str]:
    """Yield the addresses of a route with these numbers, one for each part that may stand beside them."""
    shape = (
        route.replace("^", "").replace("$", "").replace("\\.", ".")
        if isinstance(pattern.pattern, RegexPattern)
        else route
    )
    for name, number in numbers.items():
        shape = re.sub(rf"<(?:int|number):{name}>|\(\?P<{name}>\\d\{{1,18\}}\)", str(number), shape)
    others = re.findall(r"<\w+:(\w+)>|\(\?P<(\w+)>(?:\([^)]*\)|[^()])*\)", shape)
    names = [first or second for first, second in others]
    for chosen in product(*(PARTS.get(name, ["x"]) for name in names)):
        path = shape
        for name, part in zip(names, chosen, strict=True):
            path = re.sub(rf"<\w+:{name}>|\(\?P<{name}>(?:\([^)]*\)|[^()])*\)", part, path, count=1)
        yield "/" + path


@contextmanager
def door_watched() -> Iterator[list[type[Model]]]:
    """Keep for which models the door was asked, one after the other."""
    asked: list[type[Model]] = []
    rows_of = door.rows_of

    def watched(model: type[Model], user: object) -> Any:
        asked.append(model)
        return rows_of(model, user)

    door.rows_of = watched  # type: ignore[assignment]
    try:
        yield asked
    finally:
        door.rows_of = rows_of
