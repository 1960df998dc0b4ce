"""What the clock does when others act on items, in the same transaction."""

from gongkai.content.editions.erasure_copies import ERASED
from gongkai.content.editions.models import Edition
from gongkai.content.publishing.actions.disclosure import was_withheld
from gongkai.content.publishing.clock.syncing import update_disclosure
from gongkai.content.publishing.documents import item_of
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import SYSTEM


def keep_published(happened: ActionEvent) -> None:
    """After a publication: bring the item's entry in step."""
    made = happened.step.result
    only = made if isinstance(made, Edition) and made.number == 1 else None
    update_disclosure(happened.target, who=happened.by.name, only=only)


def keep_withdrawn(happened: ActionEvent) -> None:
    """After a withdrawal: what was withdrawn is owed again."""
    item = item_of(happened.target)
    if item is not None:
        update_disclosure(item, who=happened.by.name)


def keep_erased(happened: ActionEvent) -> None:
    """After law erased the last text of an item: nothing is owed that must not be public."""
    item = item_of(happened.target.document)
    if item is None or item.draft_title != ERASED:
        return

    for row in Disclosure.objects.filter(item_id=item.pk, entry__closed_at=None).select_related("entry"):
        was_withheld(row.entry, by=SYSTEM, attribute="依法删除", reason="内容已依法删除，不应公开")


def keep_saved(happened: ActionEvent) -> None:
    """After a draft or a revision: bring the item's entry in step."""
    made = happened.step.result
    number = made.pk if isinstance(made, ItemPage) else happened.target.pk
    update_disclosure(ItemPage.objects.get(pk=number), who=happened.by.name)
