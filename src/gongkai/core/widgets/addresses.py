"""Fast URLs of rows in lists: the URL pattern is resolved once and filled for each row."""

from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

#: Placeholder ids while the pattern is resolved; no URL contains them.
_FIRST_PLACEHOLDER = 973_135_797_531_000


def row_url_of(name: str, *numbers: int) -> str:
    """Return `reverse(name, args=numbers)`, ten times faster."""
    return _get_pattern(name, len(numbers), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()).format(
        *numbers
    )


@cache
def _get_pattern(name: str, count: int, urlconf: str, prefix: str) -> str:
    marks = range(_FIRST_PLACEHOLDER, _FIRST_PLACEHOLDER + count)
    found = reverse(name, urlconf, args=marks).replace("{", "{{").replace("}", "}}")
    for mark in marks:
        found = found.replace(str(mark), "{}")
    return found
