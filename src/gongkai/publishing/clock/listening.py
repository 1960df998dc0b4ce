"""What the clock does when others act on items."""

from typing import Any

from gongkai.acts.action import Action, Step
from gongkai.acts.chain import By
from gongkai.acts.models import Movement
from gongkai.publishing.clock.keeping import keep
from gongkai.publishing.models import ItemPage

_SAVED = {"publishing.draft", "publishing.revise"}


def keep_in_step(action: Action[Any], target: Any, step: Step, movement: Movement, by: By) -> None:
    """After a draft, a revision or a publication: bring the item's entry in step, in the same transaction."""
    if action.name == "publishing.publish":
        keep(target, who=by.name)
    elif action.name in _SAVED:
        number = step.result.pk if isinstance(step.result, ItemPage) else target.pk
        keep(ItemPage.objects.get(pk=number), who=by.name)
