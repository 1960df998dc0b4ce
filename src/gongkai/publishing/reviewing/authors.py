"""Who wrote a text: these people do not sign it. Reads only."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import Revision

from gongkai.acts.models import Movement
from gongkai.publishing.models import ItemPage, Review, ReviewState
from gongkai.units.models import Person

#: Actions that write a text, in the item's own stream: they name the person also where no login was used.
WRITE = ("publishing.draft", "publishing.revise")


@dataclass(frozen=True)
class Authors:
    """The accounts and the people who wrote something, each as far as known."""

    accounts: frozenset[int]
    people: frozenset[int]


def authors_of(item: ItemPage, revision: Revision) -> list[int]:
    """Return the accounts that wrote any revision since the last one that went out signed by all stages, up to this revision."""
    last = _last_published(item)
    rows = Revision.objects.for_instance(item).filter(pk__lte=revision.pk, user__isnull=False)
    rows = rows.filter(pk__gt=last) if last and last < revision.pk else rows
    return sorted(set(rows.values_list("user_id", flat=True)))


def wrote(item: ItemPage, revision: Revision) -> Authors:
    """Return everybody who wrote since the last published revision: by account, by person, and each account's person."""
    accounts = set(authors_of(item, revision))
    last = _last_published(item) or 0
    people = {
        person
        for person, facts in Movement.objects.filter(stream=item.stream, action__in=WRITE).values_list(
            "person_id", "facts"
        )
        if person is not None and last < int(facts.get("revision", 0 if last else 1)) <= revision.pk
    }
    return completed(accounts, people)


def completed(accounts: set[int], people: set[int]) -> Authors:
    """Add to accounts their people, and to people their accounts."""
    rows = list(Person.objects.filter(user__in=accounts).values_list("pk", "user_id"))
    rows += Person.objects.filter(pk__in=people).values_list("pk", "user_id")
    return Authors(
        frozenset(accounts | {user for _, user in rows if user is not None}),
        frozenset(people | {person for person, _ in rows}),
    )


def _last_published(item: ItemPage) -> int | None:
    """The last revision that went out signed by all stages.

    What went out urgently does not count until it was reviewed: its authors would be free to sign the "correction" of their own words.
    """
    return (
        Review.objects.filter(item_id=item.pk, edition_id__isnull=False, state=ReviewState.APPROVED)
        .order_by("-revision_id")
        .values_list("revision_id", flat=True)
        .first()
    )


def is_author(review: Review, by: Any) -> bool:
    """Whether somebody wrote or submitted what is under review, as an account or as a person."""
    account = by.user_id is not None and by.user_id in review.authors
    person = by.person_id is not None and by.person_id in {review.submitted_person, *review.author_people}
    return account or person
