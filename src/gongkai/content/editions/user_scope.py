"""Find the sites and units whose texts an actor may work on."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest

from gongkai.content.editions.models import Column, Document, Edition, Website
from gongkai.content.editions.rules import MANAGING_ROLES, WRITING_ROLES
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import make_reach_condition, own_units_q, with_drafting_posts
from gongkai.core.widgets.request_cache import ask_once


def all_websites() -> list[Website]:
    """Return all sites with their bodies; read once a page."""
    return ask_once(("websites",), lambda: list(Website.objects.select_related("body")))


def list_websites_in_reach(by: Actor) -> list[Website]:
    """Return the sites within the user's supervision, else those of their own government."""
    rows = all_websites()
    reached = [w for w in rows if by.reaches(*MANAGING_ROLES, Role.AUDITOR, path=w.body.path)]
    return reached or [w for w in rows if any(post.reach.startswith(w.body.path) for post in by.posts)]


def make_body_filter(by: Actor, *roles: str) -> Q:
    """Return the condition for bodies where the user has one of the roles.

    Bodies under the user's 政务公开办 are included.
    """
    return own_units_q(by, "", roles=roles, supervising=(Role.CHIEF,))


def bodies_seen(by: Actor) -> QuerySet[Body]:
    """Return the bodies whose items the user sees in the office: own and supervised ones."""
    condition = make_body_filter(by, *WRITING_ROLES)
    return Body.objects.filter(condition | make_reach_condition(by, "path", (Role.AUDITOR,)))


@register_visible_to(Document)
def documents_seen(user: object) -> QuerySet[Document]:
    """Return the documents that the user sees in the office.

    A supervisor from outside (监督员) sees published ones only.
    """
    by = get_actor(user)
    rows = Document.objects.select_related("body")
    if by.system:
        return rows
    worked_on = Q(body__in=bodies_seen(with_drafting_posts(by)))
    return rows.filter(worked_on | Q(Exists(Edition.objects.filter(document=OuterRef("pk"))), body__in=bodies_seen(by)))


@register_visible_to(Website, technical=True)
def websites_seen(user: object) -> QuerySet[Website]:
    """Return the sites of `list_websites_in_reach` as a queryset."""
    by = get_actor(user)
    rows = Website.objects.select_related("body")
    return rows if by.system else rows.filter(pk__in=[site.pk for site in list_websites_in_reach(by)])


@register_visible_to(Column, technical=True)
def columns_seen(user: object) -> QuerySet[Column]:
    """Return the columns of the sites that the user sees."""
    rows = Column.objects.filter(website__in=websites_seen(user).values("pk"))
    return rows.select_related("website__body", "owner", "person", "parent")


@register_visible_to(Edition)
def editions_seen(user: object) -> QuerySet[Edition]:
    """Return the editions of documents that the user sees in the office."""
    return Edition.objects.filter(document__in=documents_seen(user).values("pk")).select_related("document__body")


def find_chosen_site(request: HttpRequest, by: Actor) -> Website | None:
    """Return the site chosen by `?site=` (Http404: not the user's); by default the user's first, or None.

    An act meant for one site must never happen on another.
    """
    sites = list_websites_in_reach(by)
    chosen_number = request.GET.get("site", "")
    if not chosen_number:
        return sites[0] if sites else None
    website = next((w for w in sites if str(w.pk) == chosen_number), None)
    if website is None:
        raise Http404("没有这个网站，或者不归您管理")
    return website
