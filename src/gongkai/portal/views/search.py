"""The search page: one box, facets, marked excerpts."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from gongkai.portal.context import render, site_of
from gongkai.publishing.search.query import Asked, Choice, search

FACETS = {"kind": "类别", "column": "栏目", "body": "发布机构", "standing": "有效性"}
MOST_CHOICES = 8


def find(request: HttpRequest) -> HttpResponse:
    """Search what is public on this site."""
    tree = site_of(request)
    asked = Asked(
        words=request.GET.get("q", "").replace("\x00", "")[:100],
        **{name: request.GET.get(name, "")[:20] for name in FACETS},
        newest=request.GET.get("order") == "newest",
        page=_page(request.GET.get("page", "")),
    )
    results = search(request.user, tree.website.pk, asked)
    return render(
        request,
        "portal/search.html",
        {
            "query": asked.words,
            "asked": asked,
            "results": results,
            "facets": [
                (label, _choices(request, name, results.facets.get(name, [])))
                for name, label in FACETS.items()
            ],
            "orders": [
                ("按相关度", _with(request, order="", page=""), not asked.newest),
                ("按时间", _with(request, order="newest", page=""), asked.newest),
            ],
            "next": _with(request, page=str(asked.page + 1)) if asked.page < results.pages else "",
            "previous": _with(request, page=str(asked.page - 1)) if 1 < asked.page <= results.pages else "",
        },
    )


def _choices(request: HttpRequest, name: str, choices: list[Choice]) -> list[tuple[Choice, str, bool]]:
    chosen = request.GET.get(name, "")
    return [
        (
            choice,
            _with(request, **{name: "" if choice.value == chosen else choice.value}, page=""),
            choice.value == chosen,
        )
        for choice in choices[:MOST_CHOICES]
    ]


def _with(request: HttpRequest, **changed: str) -> str:
    """Return the address of this search with some of its parameters changed."""
    kept = {name: request.GET[name] for name in ("q", *FACETS, "order", "page") if request.GET.get(name)}
    return "?" + urlencode({name: value for name, value in {**kept, **changed}.items() if value})


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 else 1
