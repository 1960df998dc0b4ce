"""The whole site, without a fault."""

from factories.planted_site.disclosure import disclosure
from factories.planted_site.frame import Site
from factories.planted_site.home import files, helps, home
from factories.planted_site.interaction import interaction
from factories.planted_site.services import services
from factories.planted_site.texts import texts


def clean(other: str = "") -> Site:
    """Return a clean site. `other` is the address of another site that it links to."""
    site = Site(other=other)
    newest = texts(site)
    services(site)
    interaction(site)
    disclosure(site)
    home(site, newest)
    helps(site)
    files(site)
    return site
