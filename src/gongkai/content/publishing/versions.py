"""Detect concurrent edits by the revision that each editor started from."""

from wagtail.models import Revision

from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Conflict
from gongkai.core.units.models import Person
from gongkai.core.widgets.templatetags.ui import moment


def draft_token(revision: Revision | None) -> str:
    """Return a token of a draft: its key and time, because autosave reuses the key."""
    return f"{revision.pk}-{revision.created_at.timestamp():.6f}" if revision else ""


def find_newer_draft(item: ItemPage, seen: str) -> Revision | None:
    """Return the last draft if it differs from the token `seen`, else None."""
    last = item.get_latest_revision()
    return last if last is not None and seen and draft_token(last) != seen else None


def describe_draft(revision: Revision) -> str:
    """Return who saved a draft, and when."""
    person = Person.objects.filter(user=revision.user_id).first() if revision.user_id else None
    return f"{person.name if person else '他人'}于{moment(revision.created_at)}保存了新的一稿。"


def refuse_if_changed(item: ItemPage, seen: str) -> None:
    """Refuse if another user saved since.

    Raises:
        Conflict: another user saved.
    """
    other = find_newer_draft(item, seen)
    if other is not None:
        raise Conflict(f"{describe_draft(other)}您填写的内容没有丢失，请比较后再保存。")
