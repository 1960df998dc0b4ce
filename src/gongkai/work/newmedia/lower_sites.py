"""Lower websites that can be requested to carry a document (整体联动, W-14)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from gongkai.content.editions.models import Website
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import list_responsible_units


@dataclass(frozen=True)
class LowerSite:
    """A website of a unit (`body`): its name, and the URL of its front page."""

    name: str
    address: str
    body: Body

    @property
    def host(self) -> str:
        """Return the host of the front page."""
        return urlsplit(self.address).hostname or ""


#: Functions, registered by higher layers, that return the websites they know.
SITE_LISTS: list[Callable[[], Iterable[LowerSite]]] = []


def _list_platform_sites() -> Iterable[LowerSite]:
    """Yield the websites of this installation in directory order."""
    for row in Website.objects.select_related("body").order_by("body__position", "pk"):
        yield LowerSite(row.name, f"https://{row.host}/", row.body)


def list_requestable_sites(by: Actor) -> list[LowerSite]:
    """Return lower units' websites that the user's office may request, one a unit."""
    own_keys, sites_by_unit = list_responsible_units(by), dict[int, LowerSite]()
    for site in (row for rows in (_list_platform_sites, *SITE_LISTS) for row in rows()):
        body = site.body
        if body.pk not in own_keys and body.active_to is None and by.reaches(Role.CHIEF, path=body.path):
            sites_by_unit.setdefault(body.pk, site)
    return list(sites_by_unit.values())
