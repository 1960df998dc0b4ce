"""The complete site without faults."""

from factories.planted_site.disclosure import disclosure
from factories.planted_site.frame import Site
from factories.planted_site.home import files, home, site_map_and_error_form
from factories.planted_site.interaction import interaction
from factories.planted_site.services import services
from factories.planted_site.texts import texts


def clean(other: str = "") -> Site:
    """Return a site without faults. `other` is the URL of another site to which it links."""
    site = Site(other=other)
    newest = texts(site)
    services(site)
    interaction(site)
    disclosure(site)
    home(site, newest)
    site_map_and_error_form(site)
    files(site)
    return site
