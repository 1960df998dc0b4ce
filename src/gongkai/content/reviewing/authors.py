"""Who wrote a text: these people do not sign it. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from gongkai.content.editions.sources import Source
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Person
from gongkai.core.units.same_person import is_among


@dataclass(frozen=True)
class Authors:
    """The accounts and the people who wrote something, each as far as known."""

    accounts: frozenset[int]
    people: frozenset[int]


def authors_of(
    source: Source,
    revision: int,
    accounts: Iterable[int | None] = (),
    people: Iterable[int | None] = (),
    *,
    first: bool = False,
) -> Authors:
    """Return everybody who wrote since the last revision that went out signed by all stages, and these others.

    By account and by person, each with the person and the account that belong to it. `first`: nothing of it ever went out.
    """
    last = 0 if first else _last_published(source) or 0
    wrote = source.writers(last if last < revision else 0, revision)
    logins, persons = _numbers({*wrote.accounts, *accounts}), _numbers({*wrote.people, *people})
    known = Person.objects.filter(Q(user__in=logins) | Q(pk__in=persons)).order_by()
    rows = list(known.values_list("pk", "user_id"))
    return Authors(
        frozenset(logins | {user for _, user in rows if user is not None}),
        frozenset(persons | {person for person, _ in rows}),
    )


def _numbers(some: Iterable[int | None]) -> set[int]:
    return {number for number in some if number is not None}


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
