"""Erase what the policy library repeats of a text that was erased by law: its record, and proposals to enter it."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.erasing import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Edition
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.publishing.models import ProposedWords, WordsState

#: Column → value of an erased record; numbers, days and decisions stay.
ERASED_RECORD_VALUES = {"title": ERASED_TEXT, "headnote": "", "applies_to": "", "html": ""}


class PolicyErasureHandler(BaseErasureHandler):
    """Erases the words of library records and of proposals; decisions on validity stay."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the remaining copies: titles of records, their log streams, and messages about proposals."""
        records = list(_list_records(edition))
        return TextEchoes(
            shared=frozenset(record.stream for record in records),
            links=frozenset({reverse("publishing:words")}),
            titles=frozenset(record.title for record in records),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the records, and withdraw proposals to enter the text."""
        records = list(_list_records(edition))
        proposals = ProposedWords.objects.filter(target__in=[record.stream for record in records])
        proposals.filter(state=WordsState.WAITING).update(state=WordsState.WITHDRAWN, decided_at=timezone.now())
        for proposal in proposals:
            kept = {name: value for name, value in proposal.after.items() if name == "document"}
            proposals.filter(pk=proposal.pk).update(title=ERASED_TEXT, before={}, after=kept)
        PolicyRecord.objects.filter(pk__in=[record.pk for record in records]).update(**ERASED_RECORD_VALUES)


def _list_records(edition: Edition) -> QuerySet[PolicyRecord]:
    """Return the records of a text of which no other edition has words, bound to it or proposed for it."""
    editions = edition.document.editions.exclude(pk=edition.pk).filter(content__isnull=False)
    if not is_erased_by_law(edition) or editions.exists():
        return PolicyRecord.objects.none()
    proposed = ProposedWords.objects.filter(
        target__startswith="policy/", after__document__in=[edition.document_id, str(edition.document_id)]
    )
    numbers = [int(target.partition("/")[2]) for target in proposed.values_list("target", flat=True)]
    return PolicyRecord.objects.filter(Q(document=edition.document_id) | Q(pk__in=numbers, document=None))


POLICY_ERASURE_HANDLER = PolicyErasureHandler("item")
