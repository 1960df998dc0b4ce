"""After a save: what was written is checked at once where that is quick, the rest behind it. One mechanism for editor, actions and imports."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from wagtail.models import Revision

from gongkai.content.checks.background import behind
from gongkai.content.checks.report import report_of
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage

_UNASKED: ContextVar[bool] = ContextVar("unasked", default=False)


@contextmanager
def unasked() -> Iterator[None]:
    """Let drafts be saved that nobody writes on: what was searched elsewhere already (a migration) is checked when somebody asks."""
    before = _UNASKED.set(True)
    try:
        yield
    finally:
        _UNASKED.reset(before)


def revision_saved(instance: Revision, **_: object) -> None:
    """Listen to every saved revision; those of items are checked once the save is committed."""
    model = instance.content_type.model_class() if instance.content_type_id else None
    if _UNASKED.get() or model is None or model._meta.label != "publishing.ItemPage":
        return
    number = int(instance.object_id)
    transaction.on_commit(lambda: look(number), robust=True)


def look(number: int) -> None:
    """Check an item's last draft: what is light now, what is heavy in a thread of its own or by the job."""

    item = ItemPage.objects.filter(pk=number).first()
    revision = item.get_latest_revision() if item else None
    if item is None or revision is None:
        return
    if report_of(item, freeze(item, revision)).waiting and settings.GONGKAI_CHECK_BEHIND:
        behind()
