"""Determine the progress of an item in its five steps, and its next step. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gongkai.content.publishing.item_list import SIGNED_NOT_PUBLIC_LABEL, ItemState, read_item_state
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.actions.reviews import (
    PUBLISHED_TOGETHER_ERROR,
    UNCHANGED_ERROR,
    find_submission_blockers,
)
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.request_cache import ask_once

#: The five steps in order.
STEP_NAMES = ("起草", "检查", "送审", "审签", "公开")


@dataclass(frozen=True)
class ItemStep:
    """A step: name, true if it is done, true if it is the current one, and a note."""

    name: str
    done: bool
    now: bool
    note: str = ""


def make_item_steps(state: str, review: Review | None, *, lacking: bool, unchanged: bool) -> list[ItemStep]:
    """Return the five steps of an item, each done, current or future.

    Args:
        state: its state in Chinese, as in `ItemRow.state`.
        review: its last review.
        lacking: true if the last draft cannot be submitted.
        unchanged: true if the last draft is the public text.
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
    return [
        ItemStep(name, number < at, number == at, note if number == at else "")
        for number, name in enumerate(STEP_NAMES)
    ]


@dataclass(frozen=True)
class ItemProgress:
    """The progress of an item: steps, next step, and the item (None before its first save)."""

    steps: list[ItemStep]
    next: str
    item: ItemPage | None = None


def make_first_progress() -> ItemProgress:
    """Return the progress of an unsaved item."""
    steps = [ItemStep(name, done=False, now=number == 0) for number, name in enumerate(STEP_NAMES)]
    return ItemProgress(steps, "下一步：填写标题、类别和正文；保存后自动检查，再去送审。")


def load_stored_item(number: int) -> ItemPage:
    """Return a saved item, read once a page; the editor's own copy has the values of its last draft or form."""
    return ask_once(("stored item", number), lambda: ItemPage.objects.get(pk=number))


def make_editor_progress(page: ItemPage, by: Actor) -> ItemProgress:
    """Return the progress of the saved item in the editor, as on its own page."""
    item = load_stored_item(page.pk)
    return replace(make_item_progress(read_item_state(item), list(find_submission_blockers(item, by=by))), item=item)


def make_item_progress(state: ItemState, lacks: Sequence[str]) -> ItemProgress:
    """Return the progress of an item.

    Args:
        state: its state.
        lacks: reasons against submitting its last draft.
    """
    unchanged = list(lacks) == [UNCHANGED_ERROR]
    steps = make_item_steps(state.state, state.review, lacking=bool(lacks), unchanged=unchanged and state.is_public)
    if state.review is not None and state.review.state == ReviewState.WAITING:
        text = "正在审签，现在的修改不会进入正在审签的文字。"
    elif unchanged:
        there = "已公开" if state.is_public else "已签发、等待公开"
        text = f"最近保存的一稿与{there}的版本相同。下一步：修改并保存，再去送审。"
    elif list(lacks) == [PUBLISHED_TOGETHER_ERROR]:
        text = PUBLISHED_TOGETHER_ERROR
    elif lacks:
        text = f"下一步：补充完整（还有{len(lacks)}项），保存后去送审。"
    else:
        text = "下一步：保存，去送审。"
    return ItemProgress(steps, text)
