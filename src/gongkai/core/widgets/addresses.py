"""Addresses of rows in lists: the pattern of a page's address is looked up once, each row's numbers are put into it."""

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

#: Stand for the numbers while the pattern is looked up; no address has them.
_FIRST = 973_135_797_531_000


def of_row(name: str, *numbers: int) -> str:
    """Return the address of the page of this name for a row, `reverse(name, args=numbers)`, in a tenth of its time."""
    return _pattern(name, len(numbers), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()).format(
        *numbers
    )


@cache
def _pattern(name: str, count: int, urlconf: str, prefix: str) -> str:
    """Return the address with a place for each number."""
    marks = range(_FIRST, _FIRST + count)
    found = reverse(name, urlconf, args=marks).replace("{", "{{").replace("}", "}}")
    for mark in marks:
        found = found.replace(str(mark), "{}")
    return found
