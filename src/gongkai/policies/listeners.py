"""What this room does when something is published: the library's state shows on the page at once."""

from typing import Any

from gongkai.policies.models import PolicyRecord
from gongkai.policies.spans import sync
from gongkai.publishing.documents import source_of
from gongkai.publishing.models import Document, ItemPage


def published(action: Any, target: Any, *_: Any) -> None:
    """Bring the standing of what was just published in step with its record."""
    if action.name != "publishing.publish" or not isinstance(target, ItemPage):
        return
    record = PolicyRecord.objects.filter(document__source=source_of(target)).first()
    if record is not None:
        sync(record)


def keeps_standing(document: Document) -> list[str]:
    """Why the standing of a document of the library is not set by hand: it follows from dates and decisions."""
    if PolicyRecord.objects.filter(document=document).exists():
        return ["这份文件已入政策库，有效性由施行日期、有效期和修改、废止的记录得出，请在政策库中记入。"]
    return []
