"""Listeners that update the library's state after publication."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Act, Edition
from gongkai.content.policies.actions.cleanup import settle_rounds
from gongkai.content.policies.actions.decisions import settle_announced
from gongkai.content.policies.actions.following import update_end_words, update_record
from gongkai.content.policies.dated_standings import update_dated_standing, update_dated_standings
from gongkai.content.policies.models import CleanupRound, Decision, PolicyRecord
from gongkai.content.policies.spans import sync_all, sync_standing
from gongkai.content.policies.states import DecisionKind
from gongkai.content.policies.warnings import warn_of_withdrawn
from gongkai.core.acts.following import ActionEvent


def update_standing(happened: ActionEvent) -> None:
    """Update the validity of a published or withdrawn document, and of those that name it.

    Pending decisions announced by this signed text take effect.
    """
    edition = happened.step.result
    assert isinstance(edition, Edition)
    number = edition.document_id
    settle_rounds(CleanupRound.objects.filter(item_number=edition.document.item_number or 0))
    settle_announced(decisions_by_text(number))
    if edition.act == Act.WITHDRAW:
        warn_of_withdrawn(edition.document, edition.pk)
    record = PolicyRecord.objects.filter(document=number).first()
    if record is None:
        if edition.act == Act.PUBLISH and edition.visible_from <= timezone.now():
            update_dated_standing(edition.document, edition.content, timezone.localdate())
        return
    first = Edition.objects.filter(document=number, act=Act.PUBLISH).count() < 2
    if first:
        update_end_words(record)
    elif update_record(record):
        record.refresh_from_db()
    sync_standing(record)
    for decision in record.decided.counting().select_related("record"):
        sync_standing(decision.record)


def settle_all() -> dict[str, int]:
    """Job: put decisions into effect whose text was published or reviewed since, and update validity to today."""
    rounds = settle_rounds(CleanupRound.objects.all())
    decisions = settle_announced(Decision.objects.filter(undone_at=None).filter(UNSETTLED_DECISIONS))
    standings = sync_all()["standings"] + update_dated_standings(timezone.now())
    return {"standings": standings, "rounds": rounds, "decisions": decisions}


#: Filter of decisions that wait for their text, or for its correction.
UNSETTLED_DECISIONS = Q(effective_at=None) | Q(corrected_in__isnull=False)


def decisions_by_text(number: int) -> QuerySet[Decision]:
    """Return the decisions that the text of a document puts into effect or corrects."""
    announced = (
        Q(announced_in=number) | Q(actor__document=number) | Q(record__document=number, what=DecisionKind.UPDATE)
    )
    rows = Decision.objects.filter(undone_at=None)
    return rows.filter(Q(announced, effective_at=None) | Q(corrected_in=number))
