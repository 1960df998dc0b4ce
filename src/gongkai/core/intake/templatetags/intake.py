"""Template filter for the answers of people outside."""

from django import template
from django.db.models import Model

from gongkai.core.intake.declared_fields import describe_values

register = template.Library()


@register.filter
def answers(row: Model, without: str = "") -> list[tuple[str, object]]:
    """Return (label, value) of each declared field that has a value, except the fields named in `without`."""
    return describe_values(row, *without.split())
