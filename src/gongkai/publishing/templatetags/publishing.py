"""Addresses of public pages on the office's pages."""

from collections.abc import Mapping

from django import template
from django.http import HttpRequest

from gongkai.editions.hosts import before
from gongkai.publishing.item_list import ItemRow

register = template.Library()


@register.simple_tag(takes_context=True)
def public_address(context: Mapping[str, HttpRequest], row: ItemRow) -> str:
    """Return the address of what is shown of an item, on its own site; empty where nothing is."""
    return f"{before(context['request'], row.website)}{row.path}" if row.website else ""
