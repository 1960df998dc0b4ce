"""Pages of a list by number: the one way for lists that somebody works through. Long histories page by keys (`ui/pager.html`).

page = page_of(request, rows)        # in the view
{% pages page %}                     # below the list: how many there are, and the ways to the other pages

"""

from typing import TYPE_CHECKING, TypeVar

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from gongkai.core.widgets.asked import whole

if TYPE_CHECKING:
    from django.core.paginator import _SupportsPagination

Row = TypeVar("Row")
#: Rows on a page.
PER_PAGE = 50


def page_of(
    request: HttpRequest, rows: "_SupportsPagination[Row]", per_page: int = 0, name: str = "page"
) -> "Page[Row]":
    """Return the page that an address asks for.

    Args:
        request: names the page in `?page=`; nonsense is the first, a number beyond the last is the last.
        rows: all rows, in an order without ties.
        per_page: rows on a page; 0 for the usual number.
        name: of the parameter, where one screen has several lists.
    """
    return Paginator(rows, per_page or PER_PAGE).get_page(whole(request.GET.get(name, "")) or 1)


def page_addresses(request: HttpRequest, page: "Page[Row]", name: str = "page") -> dict[str, str]:
    """Return where first, previous, next and last page are (empty: nowhere); what else the address asks for is kept."""
    last = page.paginator.num_pages
    numbers = {"first": 1, "previous": page.number - 1, "next": page.number + 1, "last": last}
    return {
        place: address_with(request, **{name: str(number)})
        if 1 <= number <= last and number != page.number
        else ""
        for place, number in numbers.items()
    }


def address_with(request: HttpRequest, **changes: str) -> str:
    """Return the page's own address with some of what it asks for changed; an empty value leaves it out."""
    asked = request.GET.copy()
    for name, value in changes.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    return f"?{asked.urlencode()}"
