"""Template filters of the policy library."""

from django import template

from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.policies.actions.records import RECORD_FIELDS, get_field_label
from gongkai.content.policies.models import SHOWN_STANDING_CHOICES, PolicyRecord
from gongkai.content.publishing.models import get_document_title as _title

register = template.Library()


@register.filter
def standing(value: str | None) -> str:
    """Return the label of a validity state."""
    return str(ValidityState(value).label) if value else ""


@register.filter
def shown_above(value: str | None) -> str:
    """Return the label of the validity shown by the higher library."""
    return str(dict(SHOWN_STANDING_CHOICES).get(value or "", ""))


@register.filter
def document_title(document: Document) -> str:
    """Return a document's title."""
    return _title(document)


@register.filter
def minus(one: int, other: int) -> int:
    """Return the difference of two numbers, for templates."""
    return one - other


@register.filter
def policy_facts(record: PolicyRecord) -> list[tuple[str, object]]:
    """Return (label, value) of the filled-in fields of a record."""
    rows = []
    for name in RECORD_FIELDS:
        value = record.get_level_display() if name == "level" else getattr(record, name)
        if name == "for_business":
            value = "是" if value else ""
        if value and name != "title":
            rows.append((get_field_label(name), value.isoformat() if hasattr(value, "isoformat") else value))
    return rows
