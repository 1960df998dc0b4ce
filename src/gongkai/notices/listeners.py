"""What this room does when others act: an edition published in a measure's column offers itself as evidence."""

from typing import Any

from gongkai.acts.action import Action, Step
from gongkai.acts.chain import By
from gongkai.acts.models import Movement
from gongkai.notices.offering import offer_edition, take_offers_back


def offer_evidence(action: Action[Any], target: Any, step: Step, movement: Movement, by: By) -> None:
    """After `publishing.publish`: offer the edition to the open assignments whose paths lead to its columns; a withdrawn one no longer."""
    if action.name == "publishing.publish":
        offer_edition(step)
    elif action.name == "publishing.withdraw":
        take_offers_back(target)
