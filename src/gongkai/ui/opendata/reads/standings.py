"""Validity in answers: the words of answers are those that filters take."""

from gongkai.content.editions.models import Standing
from gongkai.content.policies.queries.validity import Validity
from gongkai.ui.opendata.operations import Answer

STANDINGS = {str(value): str(label) for value, label in Standing.choices}
STANDING_CHOICES = tuple((value, label) for value, label in STANDINGS.items() if value)


def label_of(standing: str) -> str:
    """Return the Chinese word for a standing; "" where none applies."""
    return STANDINGS.get(standing, "") if standing else ""


def said_of(validity: Validity) -> Answer:
    """Return the validity of a document in the words that filters take, and as a sentence."""
    return {
        "standing": validity.state,
        "standing_label": label_of(validity.state),
        "validity": validity.sentence,
    }
