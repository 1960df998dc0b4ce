"""What this room does when something is published: the library's state shows on the page at once."""

from gongkai.acts.following import ActionEvent
from gongkai.editions.models import Act, Document, Edition
from gongkai.policies.actions.following import kept_up
from gongkai.policies.models import PolicyRecord
from gongkai.policies.spans import sync


def keep_standing(happened: ActionEvent) -> None:
    """Bring the standing of what was just published or withdrawn in step, and of what it amended or repealed: that names it."""
    target = happened.target
    condition: dict[str, object] = (
        {"document": target} if isinstance(target, Document) else {"document__source": target.stream}
    )
    record = PolicyRecord.objects.filter(**condition).first()
    if record is None:
        return
    first = Edition.objects.filter(document=record.document_id, act=Act.PUBLISH).count() < 2
    if not first and kept_up(record):
        record.refresh_from_db()
    sync(record)
    for decision in record.decided.filter(undone_at=None).select_related("record"):
        sync(decision.record)


def keeps_standing(document: Document) -> list[str]:
    """Why the standing of a document of the library is not set by hand: it follows from dates and decisions."""
    if PolicyRecord.objects.filter(document=document).exists():
        return ["这份文件已入政策库，有效性由施行日期、有效期和修改、废止的记录得出，请在政策库中记入。"]
    return []
