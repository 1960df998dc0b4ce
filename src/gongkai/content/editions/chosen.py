"""Which site a page of the office is about."""

from django.http import Http404, HttpRequest

from gongkai.content.editions.models import Website
from gongkai.content.editions.reach import websites_of
from gongkai.core.units.actors import Actor


def website_chosen(request: HttpRequest, by: Actor) -> Website | None:
    """Return the site that a page is about: the one in `?site=`, else the first.

    A site out of reach is never replaced by another one: what was meant for it must not happen elsewhere.
    """
    sites = websites_of(by)
    given = request.GET.get("site", "")
    if not given:
        return sites[0] if sites else None
    chosen = next((w for w in sites if str(w.pk) == given), None)
    if chosen is None:
        raise Http404("没有这个网站，或者不归您管理")
    return chosen
