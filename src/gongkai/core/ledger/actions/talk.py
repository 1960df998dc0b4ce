"""Action that adds a comment to an entry."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.files.store import Named
from gongkai.core.ledger.actions.attaching import attach
from gongkai.core.ledger.entry_action import shared_action
from gongkai.core.ledger.models import Comment, Entry
from gongkai.core.ledger.rules import says
from gongkai.core.units.actors import Actor

#: An identical comment by the same person within this time is a repeated submission.
DUPLICATE_COMMENT_WINDOW = timedelta(minutes=10)


def _is_repeated(entry: Entry, by: Actor, words: str) -> bool:
    said = Comment.objects.filter(entry=entry, person_id=by.person_id, text=words)
    return by.person_id is not None and said.filter(at__gt=timezone.now() - DUPLICATE_COMMENT_WINDOW).exists()


@shared_action("comment", label="备注", rule=says, quiet=True)
def comment(entry: Entry, *, by: Actor, text: str, files: Iterable[Named] = ()) -> ActionResult:
    """Add a comment, with files; anyone who sees the entry may, even after closing."""
    words = text.strip()
    kept = list(files)
    if not words and not kept:
        raise Refused("请填写备注内容。")
    if words and not kept and _is_repeated(entry, by, words):
        raise Refused("这条备注刚才已经留下了。")
    made = Comment.objects.create(entry=entry, person_id=by.person_id, author=by.name, text=words or "（见附件）")
    attach(entry, kept, by=by, comment=made)
    return ActionResult(
        words=made.text,
        facts={"comment": made.pk, "files": [named_file.stored.pk for named_file in kept]},
        result=made,
    )
