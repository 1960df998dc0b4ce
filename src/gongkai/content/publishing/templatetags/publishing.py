"""Template tags: public URLs, and the progress of an item."""

from collections.abc import Mapping

from django import template
from django.http import HttpRequest

from gongkai.content.editions.hosts import site_prefix
from gongkai.content.publishing.item_list import ItemRow
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.progress_steps import ItemProgress, make_editor_progress, make_first_progress
from gongkai.core.units.actors import get_actor

register = template.Library()


@register.simple_tag(takes_context=True)
def public_address(context: Mapping[str, HttpRequest], row: ItemRow) -> str:
    """Return the public URL of an item on its own site, or ""."""
    return f"{site_prefix(context['request'], row.website)}{row.path}" if row.website else ""


@register.simple_tag(takes_context=True)
def item_way(context: Mapping[str, HttpRequest], page: object) -> ItemProgress:
    """Return the progress of the item in the editor; an unsaved page is at the first step."""
    if not isinstance(page, ItemPage) or page.pk is None:
        return make_first_progress()
    return make_editor_progress(page, get_actor(context["request"].user))
