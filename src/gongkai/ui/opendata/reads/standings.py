"""Validity in answers, with the values that filters accept."""

from gongkai.content.editions.models import Standing
from gongkai.content.policies.queries.library import Validity
from gongkai.content.policies.states import OPEN_ENDED
from gongkai.ui.opendata.operations import Answer

VALIDITY_LABELS = {str(value): str(label) for value, label in Standing.choices}
STANDING_CHOICES = tuple((value, label) for value, label in VALIDITY_LABELS.items() if value)


def label_of(standing: str) -> str:
    """Return the Chinese label of a validity, or ""."""
    return VALIDITY_LABELS.get(standing, "") if standing else ""


def said_of_row(standing: str, *, open_ended: bool) -> str:
    """Return the label of the validity that a row of a list has; `open_ended`: its document ends by its own words with an event."""
    return OPEN_ENDED if open_ended and standing == Standing.IN_FORCE else label_of(standing)


def said_of(validity: Validity) -> Answer:
    """Return a document's validity as filter value and as a sentence."""
    return {
        "standing": validity.state,
        "standing_label": validity.label,
        "validity": validity.sentence,
    }
