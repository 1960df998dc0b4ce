"""Links between entries."""

from collections.abc import Mapping

from django import template
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.acts.object_access import can_see
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import entry_visible_to
from gongkai.core.units.actors import get_actor

register = template.Library()
#: Text shown instead of an entry that the reader may not see.
HIDDEN_ENTRY_LABEL = "其他单位办理的事项"


@register.simple_tag(takes_context=True)
def entry_link(context: Mapping[str, HttpRequest], entry: Entry, words: str = "") -> SafeString | str:
    """Link to an entry by its number or `words`; return `HIDDEN_ENTRY_LABEL` if the reader may not see it."""
    if not entry_visible_to(get_actor(context["request"].user), entry.pk).exists():
        return HIDDEN_ENTRY_LABEL
    return format_html('<a href="{}">{}</a>', entry.url, words or entry.number)


@register.simple_tag(takes_context=True)
def entry_text(context: Mapping[str, HttpRequest], entry: Entry, words: str) -> SafeString | str:
    """Link to an entry by words that the page shows to all its readers; the words alone if the reader may not see
    it."""
    if not entry_visible_to(get_actor(context["request"].user), entry.pk).exists():
        return words
    return format_html('<a href="{}">{}</a>', entry.url, words)


@register.simple_tag(takes_context=True)
def may_open(context: Mapping[str, HttpRequest], row: Model) -> bool:
    """Return true if the reader may open the page of a row.

    An entry can be opened to all staff while what it stems from belongs to its unit, so a panel asks
    before it links to a row of another kind.
    """
    return can_see(context["request"].user, type(row), row.pk)


@register.simple_tag(takes_context=True)
def row_link(context: Mapping[str, HttpRequest], row: Model, route: str, *also: int, words: object = "") -> str:
    """Link to the page of a row by its name or other words; without a link if the reader may not open it."""
    text = str(words or row)
    if not may_open(context, row):
        return text
    return format_html('<a href="{}">{}</a>', reverse(route, args=[row.pk, *also]), text)
