"""Set an item's text from pasted or uploaded content and store the source file."""

from gongkai.content.editions.rules import writes
from gongkai.content.publishing.actions.items import revise
from gongkai.content.publishing.models import ItemPage, SourceFile
from gongkai.content.publishing.versions import unchanged
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.lib.richtext import UnfitText, clean, plain
from gongkai.lib.richtext.depth import short


@action("publishing.set_text", label="采用排版后的正文", rule=writes)
def set_text(
    item: ItemPage, *, by: Actor, html: str, seen: str = "", source: tuple[str, StoredFile] | None = None
) -> ActionResult:
    """Make cleaned HTML the text of a new revision.

    Args:
        item: whose text it is.
        by: who does it.
        html: the text; it is cleaned again.
        seen: the draft it was written upon (`versions.token`); with another one there by now it is a conflict.
        source: name and file that the text was made from, to be kept with the item, private.
    """
    unchanged(item, seen)
    try:
        text = clean(short(html))
    except UnfitText as unfit:
        raise Refused(unfit.reasons) from unfit
    if not plain(text) and "<img" not in text:
        raise Refused("正文是空的，请先填写正文。")
    revision = revise(item, by=by, imported_html=text)
    if source is not None:
        keep_source(item, by, *source)
    return ActionResult(words="采用排版后的正文", facts={"revision": revision.pk}, result=revision)


def keep_source(item: ItemPage, by: Actor, name: str, stored: StoredFile) -> SourceFile:
    """Keep the file that a text was made from with its item; staff who see the item can download it, nobody else."""
    row, _ = SourceFile.objects.get_or_create(
        item_id=item.pk, stored=stored, defaults={"name": name[-200:], "by": by.name}
    )
    return row
