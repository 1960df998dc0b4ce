"""The API's answers: JSON with ETag, for everybody (CORS), read only."""

import json
from collections.abc import Callable
from functools import cache, wraps
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date

from gongkai.editions import queries
from gongkai.editions.hosts import outward
from gongkai.editions.models import Shelf
from gongkai.editions.queries.lists import keyset
from gongkai.portal.api import shapes
from gongkai.portal.api.asking import Wrong, read, rows
from gongkai.portal.caching import finish
from gongkai.portal.context import render, site_of
from gongkai.units.actors import ANONYMOUS
from gongkai.units.models import Body

View = Callable[..., HttpResponse]


def opened(view: View) -> View:
    """Answer GET and HEAD to pages of every origin, with one line of JSON for what cannot be."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            return _open(said("接口只读，请用 GET。", 405))
        if request.method == "OPTIONS":
            return _open(HttpResponse(status=204))
        try:
            return _open(view(request, *args, **kwargs))
        except Wrong as wrong:
            return _open(said(str(wrong), 400))
        except Http404 as missing:
            return _open(said(str(missing) or "没有这项内容。", 404))

    return answer


def _open(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def said(words: str, status: int) -> HttpResponse:
    """Answer with one line that says what is wrong."""
    return _json({"error": words}, status)


def _json(data: Any, status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False}, safe=False)


def root_of(request: HttpRequest) -> str:
    """Return what addresses of pages and files in answers begin with: the site's home."""
    return outward(request, site_of(request).website)


def asked_at(request: HttpRequest) -> str:
    """Return where the API was asked; the next portion is asked at the same host."""
    return f"{request.scheme}://{request.get_host()}"


@opened
def documents(request: HttpRequest) -> HttpResponse:
    """Documents, newest publication first; `next` leads on, by key."""
    tree, wanted = site_of(request), read(request)
    page = keyset(rows(tree, wanted), after=wanted.cursor, size=wanted.size)
    kept = {k: v for k, v in request.GET.items() if k != "cursor"}
    root = root_of(request)
    following = (
        f"{asked_at(request)}{request.path}?{urlencode({**kept, 'cursor': page.next})}" if page.next else None
    )
    answer = _json({"items": [shapes.listed(row, root) for row in page.rows], "next": following})
    if following:
        answer["Link"] = f'<{following}>; rel="next"'
    return finish(request, answer, "api")


@opened
def document(request: HttpRequest, number: int) -> HttpResponse:
    """One document with its text, facts, files, columns and public editions."""
    tree = site_of(request)
    shelf = list(queries.shelf_visible_to(ANONYMOUS).filter(website=tree.website, document=number))
    own: Shelf | None = next((row for row in shelf if row.column_id is None), None)
    shown = queries.show(ANONYMOUS, pk=number) if own else None
    if own is None or shown is None:
        raise Http404("没有这条信息，或者已经撤回。")
    columns = shapes.columns_of(tree, [r.column_id for r in shelf if r.column_id and r.direct])
    data = shapes.whole(own, shown.document, shown.editions, columns, root_of(request))
    answer = _json(data)
    answer["Last-Modified"] = http_date(shown.edition.visible_from.timestamp())
    return finish(request, answer, "api")


@opened
def columns(request: HttpRequest) -> HttpResponse:
    """All open columns of the site, parents first."""
    tree = site_of(request)
    root = root_of(request)
    return finish(request, _json({"items": [shapes.column(n, root) for n in tree.nodes.values()]}), "api")


@opened
def units(request: HttpRequest) -> HttpResponse:
    """The units that publish on the site."""
    top = site_of(request).website.body.path
    bodies = Body.objects.filter(path__startswith=top, active_to=None, merged_into=None)
    root = root_of(request)
    found = [shapes.unit(body, root) for body in bodies.order_by("position", "pk")]
    return finish(request, _json({"items": found}), "api")


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description of this API (3.1), from the file beside this module."""
    text = resources.files("gongkai.portal.api").joinpath("openapi.json").read_text("utf-8")
    made: dict[str, Any] = json.loads(text)
    return made


@opened
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for machines, with this site's address and name."""
    tree = site_of(request)
    whole = description()
    own = {
        **whole,
        "info": {**whole["info"], "title": f"{tree.website.name}{whole['info']['title']}"},
        "servers": [{"url": asked_at(request)}],
    }
    return finish(request, _json(own), "fixed")


def page(request: HttpRequest) -> HttpResponse:
    """The description for people, drawn from the same file."""
    whole = description()
    calls = [(path, ways["get"]) for path, ways in whole["paths"].items()]
    shapes_named = list(whole["components"]["schemas"].items())
    facts = {"info": whole["info"], "calls": calls, "schemas": shapes_named, "root": asked_at(request)}
    return render(request, "portal/api.html", facts, keep="fixed")
