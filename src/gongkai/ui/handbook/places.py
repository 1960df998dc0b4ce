"""Which section of the handbook explains a page of the office, by its address or by the kind of its record (`places` of `contents.toml`)."""

from functools import cache

from django.urls import reverse

from gongkai.ui.handbook.contents import names_for


def address_for(path: str, kind: str = "") -> str:
    """Return the address in the handbook for a page of the office.

    Args:
        path: its address.
        kind: the kind of entry that it shows, where it shows one.
    """
    return _address(place_for(path.removeprefix(reverse("wagtailadmin_home")), kind))


@cache
def _address(place: str) -> str:
    page, _, anchor = place.partition("#")
    return address_of(page, anchor)


def address_of(page: str, anchor: str = "") -> str:
    """Return the address of a page of the handbook, or of a heading on it."""
    address = reverse("handbook:page", args=[page])
    return f"{address}#{anchor}" if anchor else address


def place_for(place: str, kind: str = "") -> str:
    """Return page or page#heading for a place in the office (`requests/fees/`): the longest beginning that the table knows."""
    places = names_for("places")
    if f"kind:{kind}" in places:
        return places[f"kind:{kind}"]
    known = (begin for begin in _longest_first() if place.startswith(begin))
    return places[next(known, "")]


@cache
def _longest_first() -> list[str]:
    return sorted(
        (begin for begin in names_for("places") if not begin.startswith("kind:")), key=len, reverse=True
    )
