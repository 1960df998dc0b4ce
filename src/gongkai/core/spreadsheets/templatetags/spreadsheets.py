"""The import button."""

from collections.abc import Mapping

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.spreadsheets.importers import get_importer
from gongkai.core.spreadsheets.queries import actor_of_request

register = template.Library()


@register.simple_tag(takes_context=True)
def import_button(context: Mapping[str, HttpRequest], name: str, words: str, *, main: bool = False) -> SafeString | str:
    """Render the button of an import, or nothing without permission."""
    if get_importer(name).why_not(actor_of_request(context["request"])):
        return ""
    css_class = "gk-btn gk-btn--main" if main else "gk-btn"
    return format_html('<a class="{}" href="{}">{}</a>', css_class, reverse("spreadsheets:start", args=(name,)), words)
