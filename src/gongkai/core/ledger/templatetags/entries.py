"""Links between entries."""

from collections.abc import Mapping

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import one_visible_to
from gongkai.core.units.actors import actor_of

register = template.Library()
HIDDEN = "其他单位办理的事项"


@register.simple_tag(takes_context=True)
def entry_link(context: Mapping[str, HttpRequest], entry: Entry, words: str = "") -> SafeString | str:
    """Link to another entry by its number or other words, or name neither if the reader may not see it."""
    if not one_visible_to(actor_of(context["request"].user), entry.pk).exists():
        return HIDDEN
    return format_html('<a href="{}">{}</a>', entry.url, words or entry.number)
