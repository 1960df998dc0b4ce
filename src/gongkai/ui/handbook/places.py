"""Find the handbook section for a back-office page, by URL or entry kind (`contents.toml`)."""

from functools import cache

from django.urls import reverse

from gongkai.ui.handbook.contents import names_for


def address_for(path: str, kind: str = "") -> str:
    """Return the handbook URL for a back-office page.

    Args:
        path: URL of the page.
        kind: kind of the shown entry, or "".
    """
    return _make_url(place_for(path.removeprefix(reverse("wagtailadmin_home")), kind))


@cache
def _make_url(place: str) -> str:
    page, _, anchor = place.partition("#")
    return address_of(page, anchor)


def address_of(page: str, anchor: str = "") -> str:
    """Return the URL of a handbook page or heading."""
    address = reverse("handbook:page", args=[page])
    return f"{address}#{anchor}" if anchor else address


def place_for(place: str, kind: str = "") -> str:
    """Return the page or page#heading for a back-office path (`requests/fees/`), by longest prefix."""
    places = names_for("places")
    if f"kind:{kind}" in places:
        return places[f"kind:{kind}"]
    known = (begin for begin in _list_prefixes() if place.startswith(begin))
    return places[next(known, "")]


@cache
def _list_prefixes() -> list[str]:
    return sorted((begin for begin in names_for("places") if not begin.startswith("kind:")), key=len, reverse=True)
