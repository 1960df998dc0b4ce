"""Title and number of a record follow the edition that the public reads: they are corrected by a new edition, never beside it."""

from django.db.models import F, Q
from django.utils import timezone

from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.editions.models import Shelf
from gongkai.ledger.rules import system_only
from gongkai.policies.formats import number_key
from gongkai.policies.models import PolicyRecord
from gongkai.policies.signed import content_of
from gongkai.units.actors import SYSTEM


def newer(record: PolicyRecord) -> dict[str, str]:
    """Return title and number of the edition in its time as far as they differ from a record's; a number left open stays."""
    content = content_of(record.document_id)
    if content is None:
        return {}
    number = str(content.facts.get("document_number", ""))
    found = {"title": content.title.strip()} if content.title.strip() != record.title.strip() else {}
    if number and number_key(number) != record.number_key:
        found["number"] = number
    return found


@action("policies.follow", label="随公开版本更新标题文号", rule=system_only)
def follow(record: PolicyRecord, *, by: Actor) -> ActionResult:
    """Take title and number of the edition in its time."""
    found = newer(record)
    if not found:
        raise Refused("标题和文号与公开版本一致，不用更正。")
    facts = {name: [str(getattr(record, name)), value] for name, value in found.items()}
    for name, value in found.items():
        setattr(record, name, value)
    record.save()
    return ActionResult(words="随公开版本更新标题、发文字号", facts=facts)


def kept_up(record: PolicyRecord) -> bool:
    """Let a record follow its document; whether anything had to change."""
    if not newer(record):
        return False
    follow(record, by=SYSTEM)
    return True


def follow_all() -> dict[str, int]:
    """The job: records of documents whose newest edition came into its time since. Missed or repeated it loses nothing."""
    now = timezone.now()
    live = Shelf.objects.filter(Q(until_at=None) | Q(until_at__gt=now), column=None, from_at__lte=now)
    other = live.filter(document__policy__isnull=False).exclude(
        Q(number="") | Q(number=F("document__policy__number")), title=F("document__policy__title")
    )
    records = PolicyRecord.objects.filter(document__in=other.values("document"))
    return {"titles": sum(kept_up(record) for record in records)}
