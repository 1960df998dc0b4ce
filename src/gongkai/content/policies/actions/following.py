"""Update a record's title, number and dates from its public edition."""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from gongkai.content.editions.models import Act, Edition, EditionContent, Shelf
from gongkai.content.policies.edition_dates import dates_of_edition
from gongkai.content.policies.formats import canonical_number
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.signed import content_of
from gongkai.content.policies.spans import BATCH_SIZE, sync_standing
from gongkai.content.policies.stated import ending_sentence
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.richtext import to_plain_text

#: Age up to which the job reads editions that became public.
RECENT_EDITION_PERIOD = timedelta(days=30)


def find_changed_facts(record: PolicyRecord) -> dict[str, object]:
    """Return the title, number and dates of the current edition that differ from the record.

    Fields that the edition leaves open stay; for dates see `edition_dates.dates_of_edition`.
    """
    content = content_of(record.document_id)
    if content is None:
        return {}
    number = str(content.facts.get("document_number", ""))
    found: dict[str, object] = {"title": content.title.strip()} if content.title.strip() != record.title.strip() else {}
    if number and canonical_number(number) != record.number_key:
        found["number"] = number
    days = dates_of_edition(record, content.facts, content.html, content.title)
    found.update({name: day for name, day in days.items() if day != getattr(record, name)})
    return {**found, **_own_end(record, content)}


def _own_end(record: PolicyRecord, content: EditionContent) -> dict[str, str]:
    words = ending_sentence(to_plain_text(content.html), content.title)
    return {"ends_when": words} if words != record.ends_when else {}


def update_end_words(record: PolicyRecord) -> None:
    """Update the words with which a record's public text ends itself, without a log event."""
    content = content_of(record.document_id)
    if content is not None and (found := _own_end(record, content)):
        record.ends_when = found["ends_when"]
        record.save()


@action("policies.follow", label="随公开版本更新标题文号和日期", rule=check_system)
def follow_edition(record: PolicyRecord, *, by: Actor) -> ActionResult:
    """Copy title, number and dates of the current edition into the record."""
    found = find_changed_facts(record)
    if not found:
        raise Refused("标题、文号和日期与公开版本一致，不用更正。")
    facts = {name: [str(getattr(record, name) or ""), str(value or "")] for name, value in found.items()}
    for name, value in found.items():
        setattr(record, name, value)
    record.save()
    return ActionResult(words="随公开版本更新标题、发文字号和日期", facts=facts)


def update_record(record: PolicyRecord) -> bool:
    """Update a record from its document; return true if anything changed."""
    if not find_changed_facts(record):
        return False
    follow_edition(record, by=SYSTEM)
    return True


def update_all_records() -> dict[str, int]:
    """Job: update the records of documents with a newer edition in force. May be repeated safely."""
    now = timezone.now()
    live = Shelf.objects.filter(Q(until_at=None) | Q(until_at__gt=now), column=None, from_at__lte=now)
    other = live.filter(document__policy__isnull=False).exclude(
        Q(number="") | Q(number=F("document__policy__number")), title=F("document__policy__title")
    )
    begun = Edition.objects.filter(
        act=Act.PUBLISH, number__gt=1, visible_from__range=(now - RECENT_EDITION_PERIOD, now)
    )
    records = PolicyRecord.objects.filter(
        Q(document__in=other.values("document")) | Q(document__in=begun.values("document"))
    )
    for record in PolicyRecord.objects.filter(document__in=live.values("document"), ends_when=None)[:BATCH_SIZE]:
        update_end_words(record)
        sync_standing(record)
    return {"titles": sum(update_record(record) for record in records)}
