"""Template tags for the menu, the breadcrumbs and the footer, as in Wagtail's demo."""

from django import template
from wagtail.models import Site

from benchmarks.plain.models import Foot

register = template.Library()


@register.inclusion_tag("plain/menu.html", takes_context=True)
def menu(context: dict) -> dict:
    """Return pages below the root that are in menus, each with a flag for subpages in menus."""
    root = Site.find_for_request(context["request"]).root_page
    items = root.get_children().live().in_menu()
    for item in items:
        item.has_children = item.get_children().live().in_menu().exists()
    return {"items": items, "request": context["request"]}


@register.inclusion_tag("plain/crumbs.html", takes_context=True)
def crumbs(context: dict) -> dict:
    """Return the ancestors of this page."""
    return {"ancestors": context["page"].get_ancestors().filter(depth__gt=1), "request": context["request"]}


@register.simple_tag
def foot() -> str:
    """Return the footer text of every page."""
    first = Foot.objects.first()
    return first.body if first else ""
