"""What the clock does when others act on items, in the same transaction."""

from gongkai.acts.following import Happened
from gongkai.publishing.clock.keeping import update_disclosure
from gongkai.publishing.models import ItemPage


def keep_published(happened: Happened) -> None:
    """After a publication: bring the item's entry in step."""
    if isinstance(happened.target, ItemPage):
        update_disclosure(happened.target, who=happened.by.name)


def keep_saved(happened: Happened) -> None:
    """After a draft or a revision: bring the item's entry in step."""
    made = happened.step.result
    number = made.pk if isinstance(made, ItemPage) else happened.target.pk
    update_disclosure(ItemPage.objects.get(pk=number), who=happened.by.name)
