"""The rule of distinct signers: every stage another person, none who wrote the text, none who records for others. Said once.

Asked before a signature (`turn.bars`), before one on paper is recorded (`actions.paper`), when something is published (`against`), and by
`audit verify` (`verify_editions`). Each says in its own words what the one predicate finds.
"""

from collections.abc import Callable, Collection, Iterable
from enum import Enum
from typing import NamedTuple

from gongkai.content.reviewing.authors import Authors
from gongkai.content.reviewing.models import Review, Signature


class Clash(Enum):
    """What two hands under one text must not be."""

    WROTE = "the signer wrote or submitted the text"
    AGAIN = "the signer signed another stage"
    RECORDED = "the signer recorded a signature of somebody else"
    OWN = "whoever records a signature is its signer"
    RECORDER_SIGNED = "whoever records signed another stage"
    RECORDER_WROTE = "whoever records wrote or submitted the text"


class Hand(NamedTuple):
    """Whoever signs one stage, and whoever recorded it from paper: by person and by account, as far as known."""

    stage: int
    person: int | None
    account: int | None = None
    recorder: int | None = None
    recorder_account: int | None = None


#: (person) → the numbers under which that human is registered.
Same = Callable[[int], set[int]]


def clashes(
    hand: Hand, others: Iterable[Hand], writers: Authors, *, drafter_first: bool, same: Same
) -> set[Clash]:
    """Return what keeps one hand from standing beside the others under a text of these writers. Pure but for `same`."""
    others = list(others)
    signer = same(hand.person) if hand.person is not None else set()
    recorder = same(hand.recorder) if hand.recorder is not None else set()
    people = {other.person for other in others}
    accounts = {other.account for other in others if other.account is not None}
    wrote = _in(signer, hand.account, writers) and not (drafter_first and hand.stage == 0)
    found = {
        Clash.WROTE: wrote,
        Clash.AGAIN: bool(signer & people) or hand.account in accounts,
        Clash.RECORDED: bool(signer & {other.recorder for other in others}),
        Clash.OWN: bool(recorder & signer)
        or (hand.recorder_account is not None and hand.recorder_account == hand.account),
        Clash.RECORDER_SIGNED: bool(recorder & people),
        Clash.RECORDER_WROTE: _in(recorder, hand.recorder_account, writers),
    }
    return {clash for clash, holds in found.items() if holds}


def _in(people: Collection[int], account: int | None, writers: Authors) -> bool:
    return bool(writers.people.intersection(people)) or account in writers.accounts


def hand_of(signature: Signature) -> Hand:
    """Return whose hand a signature is."""
    return Hand(signature.stage, signature.person_id, signature.account_id, signature.recorder_id)


def writers_of(review: Review) -> Authors:
    """Return who wrote and submitted what is under review, as the review has it."""
    people = {review.submitted_person, *review.author_people}
    return Authors(frozenset(review.authors), frozenset(n for n in people if n is not None))


def alone(person_id: int) -> set[int]:
    """Return a person's number: for history, which later registers do not change."""
    return {person_id}
