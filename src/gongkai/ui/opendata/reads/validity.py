"""Validity in answers, with the values that filters accept."""

from gongkai.content.editions.models import ValidityState
from gongkai.content.policies.queries.library import Validity
from gongkai.ui.opendata.operations import JsonAnswer

#: Validity → Chinese label.
VALIDITY_LABELS = {str(value): str(label) for value, label in ValidityState.choices}
#: Validity and label, for a parameter.
VALIDITY_CHOICES = tuple((value, label) for value, label in VALIDITY_LABELS.items() if value)
#: The values that a parameter takes, in words.
VALIDITY_CHOICES_TEXT = "、".join(f"{value} {label}" for value, label in VALIDITY_CHOICES)


def get_validity_label(validity: str) -> str:
    """Return the Chinese label of a validity, or ""."""
    return VALIDITY_LABELS.get(validity, "") if validity else ""


def make_validity_fields(validity: Validity) -> JsonAnswer:
    """Return a document's validity as filter value and as a sentence."""
    return {
        "standing": validity.state,
        "standing_label": get_validity_label(validity.state),
        "validity": validity.sentence,
    }
