"""Who wrote a text: these people do not sign it. Reads only."""

from dataclasses import dataclass

from gongkai.acts.actors import Actor
from gongkai.acts.prepared import Prepared
from gongkai.editions.sources import Source
from gongkai.reviewing.models import Review, ReviewState
from gongkai.units.models import Person
from gongkai.units.same_person import is_among

#: Persons with their accounts, by the one and by the other.
OF_ACCOUNTS: Prepared[tuple[int, int | None]] = Prepared(
    lambda accounts: Person.objects.filter(user__in=accounts).order_by().values_list("pk", "user_id"), Person
)
OF_PEOPLE: Prepared[tuple[int, int | None]] = Prepared(
    lambda people: Person.objects.filter(pk__in=people).order_by().values_list("pk", "user_id"), Person
)


@dataclass(frozen=True)
class Authors:
    """The accounts and the people who wrote something, each as far as known."""

    accounts: frozenset[int]
    people: frozenset[int]


def wrote(source: Source, revision: int) -> Authors:
    """Return everybody who wrote since the last revision that went out signed by all stages: by account, by person, and each account's person."""
    last = _last_published(source) or 0
    given = source.writers(last if last < revision else 0, revision)
    return completed(given.accounts, given.people)


def completed(accounts: set[int], people: set[int]) -> Authors:
    """Add to accounts their people, and to people their accounts."""
    rows = OF_ACCOUNTS(accounts=accounts) + OF_PEOPLE(people=people)
    return Authors(
        frozenset(accounts | {user for _, user in rows if user is not None}),
        frozenset(people | {person for person, _ in rows}),
    )


def _last_published(source: Source) -> int | None:
    """The last revision that went out signed by all stages.

    What went out urgently does not count until it was reviewed: its authors would be free to sign the "correction" of their own words.
    """
    return (
        Review.objects.filter(source=source.stream, edition_id__isnull=False, state=ReviewState.APPROVED)
        .order_by("-revision_id")
        .values_list("revision_id", flat=True)
        .first()
    )


def is_author(review: Review, by: Actor) -> bool:
    """Whether somebody wrote or submitted what is under review, as an account or as a person."""
    return is_among(by, [review.submitted_person, *review.author_people], review.authors)
