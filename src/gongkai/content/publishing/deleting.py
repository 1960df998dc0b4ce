"""Allow the deletion of drafts that were never submitted."""

from collections.abc import Collection

from gongkai.content.editions.models import Document
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Refused


def why_kept(items: Collection[ItemPage]) -> list[str]:
    """Return why these items cannot be deleted; nothing where each is a draft that was never submitted."""
    numbers = [item.pk for item in items]
    if Document.objects.filter(item_number__in=numbers, editions__isnull=False).exists():
        return ["发布过的信息不能删除，可以撤回公开。"]
    if Review.objects.filter(source__in=[item.stream for item in items]).exists():
        return ["送审过的信息不能删除：审签记录和送审的文字须保留。还在送审的，可以先撤回送审再修改。"]
    return []


def refuse_deleting_records(sender: object, instance: ItemPage, **_: object) -> None:
    """Refuse to delete a page with reviews by whatever way: its signatures would speak of nothing.

    What was public has ways of its own (erasing, taking a migration back), which write an edition's end first.
    """
    if Review.objects.filter(source=instance.stream).exists():
        raise Refused("送审过的信息不能删除：审签记录和送审的文字须保留。")
