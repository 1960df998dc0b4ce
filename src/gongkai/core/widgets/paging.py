"""Numbered pages of lists; long histories use keyset pages (`ui/pager.html`).

page = page_of(request, rows)     # in the view
{% pages page %}                  # below the list: total and links
"""

from typing import TYPE_CHECKING, TypeVar

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from gongkai.core.widgets.query_parameters import parse_whole_number

if TYPE_CHECKING:
    from django.core.paginator import _SupportsPagination

Row = TypeVar("Row")
#: Rows per page.
PER_PAGE = 50


def get_page(
    request: HttpRequest, rows: "_SupportsPagination[Row]", per_page: int = 0, name: str = "page"
) -> "Page[Row]":
    """Return the requested page of a list.

    Args:
        request: `?page=` names the page; invalid means first, too large means last.
        rows: all rows in a total order.
        per_page: rows per page; 0: the default.
        name: name of the parameter, if one page has several lists.
    """
    return numbered_page(rows, parse_whole_number(request.GET.get(name, "")), per_page)


def numbered_page(rows: "_SupportsPagination[Row]", number: int | None, per_page: int = 0) -> "Page[Row]":
    """Return a page of a list by its number; without a number the first one."""
    return Paginator(rows, per_page or PER_PAGE).get_page(number or 1)


def make_page_urls(request: HttpRequest, page: "Page[Row]", name: str = "page") -> dict[str, str]:
    """Return the URLs of the pages `first`, `previous`, `next` and `last`; "" for one that is shown now or absent."""
    last_number = page.paginator.num_pages
    numbers = {"first": 1, "previous": page.number - 1, "next": page.number + 1, "last": last_number}
    return {
        place: url_with_parameters(request, **{name: str(number)})
        if 1 <= number <= last_number and number != page.number
        else ""
        for place, number in numbers.items()
    }


def url_with_parameters(request: HttpRequest, **changes: str) -> str:
    """Return the current URL with changed parameters; an empty value removes one."""
    parameters = request.GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value:
            parameters[name] = value
    return f"?{parameters.urlencode()}"
