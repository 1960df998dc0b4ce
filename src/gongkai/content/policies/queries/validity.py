"""The validity of documents on a day: the one source for the API, wherever a document stands.

The policy library decides for its documents (`states`); for others their standing and the dates of their edition do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from gongkai.content.editions import standing
from gongkai.content.editions.models import Document, EditionContent, Shelf
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.spans import lives_of
from gongkai.content.policies.states import Life, on_day, sentence


@dataclass(frozen=True)
class Validity:
    """The state of a document on a day ("" where none applies), and the same as a sentence."""

    state: str = ""
    sentence: str = ""


def validity_on(document: Document, day: date, facts: Mapping[str, object]) -> Validity:
    """Return the validity of a document on a day; `facts` are those of its edition."""
    return _validity(document, _lives([document.pk]).get(document.pk), day, facts)


def validities_on(documents: Collection[Document], day: date) -> dict[int, Validity]:
    """Return the validity of documents that the public reads, by their numbers. A constant number of queries."""
    numbers = [document.pk for document in documents]
    lives = _lives(numbers)
    others = Shelf.objects.filter(column=None, document__in=set(numbers) - lives.keys())
    editions = dict(others.values_list("edition_id", "document_id"))
    contents = EditionContent.objects.filter(edition__in=editions)
    facts = {editions[content.edition_id]: content.facts for content in contents}
    return {
        document.pk: _validity(document, lives.get(document.pk), day, facts.get(document.pk, {}))
        for document in documents
    }


def _lives(numbers: Collection[int]) -> dict[int, Life]:
    records = list(PolicyRecord.objects.filter(document__in=numbers))
    prefetch_related_objects(records, "decisions__actor")
    lives = lives_of(records)
    return {record.document_id: lives[record.pk] for record in records if record.document_id}


def _validity(document: Document, life: Life | None, day: date, facts: Mapping[str, object]) -> Validity:
    if life is not None:
        return Validity(on_day(life, day).state, sentence(life, day))
    dated = standing.dated(document, facts)
    return Validity(standing.state_on(dated, day), standing.sentence(dated, day).text)
