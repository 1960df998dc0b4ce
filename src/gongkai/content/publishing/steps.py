"""The five steps of an item from draft to public. Pure."""

from dataclasses import dataclass

from gongkai.content.publishing.item_list import SIGNED_NOT_PUBLIC_LABEL
from gongkai.content.reviewing.models import Review, ReviewState

STEPS = ("起草", "检查", "送审", "审签", "公开")
"""The five steps in order."""


@dataclass(frozen=True)
class Step:
    """A step: name, whether it is done, whether it is the current one, and a note."""

    name: str
    done: bool
    now: bool
    note: str = ""


def steps_of(state: str, review: Review | None, *, lacking: bool, unchanged: bool) -> list[Step]:
    """Return the five steps.

    Args:
        state: where an item stands, in the words of `item_list`.
        review: its last review.
        lacking: whether something speaks against submitting the last draft.
        unchanged: whether the last draft is what is public.
    """
    note = ""
    if review is not None and review.state == ReviewState.WAITING:
        at, note = 3, f"等待{review.stage_name}" if review.stage_name else ""
    elif state in {"等待定时公开", SIGNED_NOT_PUBLIC_LABEL}:
        at, note = 4, state
    elif unchanged or state == "已公开":
        at = 5
    elif state in {"被退回", "已撤回"}:
        at, note = (1 if lacking else 2), state
    else:
        at = 1 if lacking else 2
    return [Step(name, number < at, number == at, note if number == at else "") for number, name in enumerate(STEPS)]
