"""Determine the progress of an item and its next step. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongkai.content.publishing import item_list
from gongkai.content.publishing.item_list import ItemRow
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.steps import STEPS, Step, steps_of
from gongkai.content.reviewing.actions.reviews import PUBLISHED_TOGETHER_ERROR, UNCHANGED_ERROR, submit_blockers
from gongkai.content.reviewing.models import ReviewState
from gongkai.core.units.actors import Actor


@dataclass(frozen=True)
class Way:
    """The progress of an item: steps, next step, and the item (None before its first save)."""

    steps: list[Step]
    next: str
    item: ItemPage | None = None


def beginning() -> Way:
    """Return the progress of an unsaved item."""
    steps = [Step(name, done=False, now=number == 0) for number, name in enumerate(STEPS)]
    return Way(steps, "下一步：填写标题、类别和正文；保存后自动检查，再去送审。")


def editor_way(page: ItemPage, by: Actor) -> Way:
    """Return the progress of the saved item in the editor, as on its own page."""
    item = ItemPage.objects.get(pk=page.pk)  # the editor's own copy carries what a form was sent with
    return way_of(item_list.rows([item])[0], list(submit_blockers(item, by=by)))


def way_of(row: ItemRow, lacks: Sequence[str]) -> Way:
    """Return the progress of an item.

    Args:
        row: the item as the list shows it.
        lacks: what speaks against submitting its last draft.
    """
    unchanged = list(lacks) == [UNCHANGED_ERROR]
    steps = steps_of(row.state, row.review, lacking=bool(lacks), unchanged=unchanged and bool(row.path))
    if row.review is not None and row.review.state == ReviewState.WAITING:
        words = "正在审签，现在的修改不会进入正在审签的文字。"
    elif unchanged:
        there = "已公开" if row.path else "已签发、等待公开"
        words = f"最近保存的一稿与{there}的版本相同。下一步：修改并保存，再去送审。"
    elif list(lacks) == [PUBLISHED_TOGETHER_ERROR]:
        words = PUBLISHED_TOGETHER_ERROR
    elif lacks:
        words = f"下一步：补充完整（还有{len(lacks)}项），保存后去送审。"
    else:
        words = "下一步：保存，去送审。"
    return Way(steps, words, row.item)
