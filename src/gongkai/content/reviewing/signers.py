"""The pending stage of a review, its possible signers, and the excluded persons. Read-only."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from django.db.models import Q

from gongkai.content.editions.sources import Source, ensure_document, find_source, list_document_columns
from gongkai.content.reviewing.models import Review, ReviewState, Signature, SignatureVerdict
from gongkai.content.reviewing.plan import ReviewPlan, ReviewStage
from gongkai.content.reviewing.schemes import get_merged_plan
from gongkai.core.acts.actors import Actor
from gongkai.core.outbox.outbox import NotifiedPost, PostHolders
from gongkai.core.units.another_person import is_among, list_registrations
from gongkai.core.units.models import Body, Person, Role
from gongkai.core.widgets.request_cache import ask_once


@dataclass(frozen=True)
class ReviewAuthors:
    """The accounts and persons who wrote a text, as far as recorded."""

    accounts: frozenset[int]
    people: frozenset[int]


def list_authors(
    source: Source,
    revision: int,
    accounts: Iterable[int | None] = (),
    people: Iterable[int | None] = (),
    *,
    first: bool = False,
) -> ReviewAuthors:
    """Return all authors since the last fully signed revision, together with the given accounts and persons.

    Each is known by person and by account. `first` is true if nothing of the source was ever
    published.
    """
    last = 0 if first else _get_last_published_revision(source) or 0
    wrote = source.writers(last if last < revision else 0, revision)
    logins, persons = _list_known({*wrote.accounts, *accounts}), _list_known({*wrote.people, *people})
    known = Person.objects.filter(Q(user__in=logins) | Q(pk__in=persons)).order_by()
    rows = list(known.values_list("pk", "user_id"))
    return ReviewAuthors(
        frozenset(logins | {user for _, user in rows if user is not None}),
        frozenset(persons | {person for person, _ in rows}),
    )


def _list_known(some: Iterable[int | None]) -> set[int]:
    return {number for number in some if number is not None}


def _get_last_published_revision(source: Source) -> int | None:
    """Return the last published revision that all stages signed, or None.

    An urgent publication does not count until it was reviewed; else its authors could sign the correction of their own words.
    """
    return (
        Review.objects.filter(source=source.stream, edition_id__isnull=False, state=ReviewState.APPROVED)
        .order_by("-revision_id")
        .values_list("revision_id", flat=True)
        .first()
    )


def is_author(review: Review, by: Actor) -> bool:
    """Return true if the user wrote or submitted the reviewed text, under any account of the person."""
    return is_among(by, [review.submitted_person, *review.author_people], review.authors)


class SignerClash(Enum):
    """A reason why a person may not sign, record or compare a signature of a review."""

    WROTE = "the signer wrote or submitted the text"
    AGAIN = "the signer signed another stage"
    RECORDED = "the signer recorded a signature of another person"
    OWN = "the recorder of a signature is its signer"
    RECORDER_SIGNED = "the recorder signed another stage"
    RECORDER_WROTE = "the recorder wrote or submitted the text"
    CONFIRMER_RECORDED = "the person who compares the paper recorded it"
    CONFIRMER_WROTE = "the person who compares the paper wrote or submitted the text"


class StageParticipants(NamedTuple):
    """The persons at one stage, by person and account.

    They are the signer, and the recorder and confirmer of a signature on paper. `covered` are the
    absent persons for whom a substitute signs.
    """

    stage: int
    person: int | None
    account: int | None = None
    recorder: int | None = None
    recorder_account: int | None = None
    confirmer: int | None = None
    covered: tuple[int, ...] = ()

    @property
    def signers(self) -> set[int]:
        """Return the persons who count as signers of the stage."""
        return {self.person, *self.covered} - {None}  # type: ignore[return-value]

    @property
    def people(self) -> set[int]:
        """Return all persons who are involved."""
        return self.signers | {self.recorder, self.confirmer} - {None}  # type: ignore[operator]


#: (person) → the numbers under which that human is registered.
RegistrationFinder = Callable[[int], set[int]]


def find_clashes(
    participants: StageParticipants,
    others: Iterable[StageParticipants],
    writers: ReviewAuthors,
    *,
    drafter_first: bool,
    same: RegistrationFinder,
) -> set[SignerClash]:
    """Return the conflicts of the participants of a stage with those of `others` and with the authors.

    `same` returns all registrations of a person.
    """
    others = list(others)
    signer = set().union(*map(same, participants.signers))
    recorder, confirmer = (
        same(one) if one is not None else set() for one in (participants.recorder, participants.confirmer)
    )
    people = set().union(*(other.signers for other in others))
    accounts = {other.account for other in others if other.account is not None}
    wrote = _is_author(signer, participants.account, writers) and not (drafter_first and participants.stage == 0)
    found = {
        SignerClash.WROTE: wrote,
        SignerClash.AGAIN: bool(signer & people) or participants.account in accounts,
        SignerClash.RECORDED: bool(signer & {other.recorder for other in others}),
        SignerClash.OWN: bool(recorder & signer)
        or (participants.recorder_account is not None and participants.recorder_account == participants.account),
        SignerClash.RECORDER_SIGNED: bool(recorder & people),
        SignerClash.RECORDER_WROTE: _is_author(recorder, participants.recorder_account, writers),
        SignerClash.CONFIRMER_RECORDED: bool(confirmer & recorder),
        SignerClash.CONFIRMER_WROTE: _is_author(confirmer, None, writers),
    }
    return {clash for clash, holds in found.items() if holds}


def _is_author(people: Collection[int], account: int | None, writers: ReviewAuthors) -> bool:
    return bool(writers.people.intersection(people)) or account in writers.accounts


def get_participants(signature: Signature) -> StageParticipants:
    """Return the signer, recorder and confirmer of a signature, and the persons covered."""
    return StageParticipants(
        signature.stage,
        signature.person_id,
        signature.account_id,
        signature.recorder_id,
        confirmer=signature.confirmer_id,
        covered=tuple(signature.covered),
    )


def get_writers(review: Review) -> ReviewAuthors:
    """Return the writers and submitter stored in the review."""
    people = {review.submitted_person, *review.author_people}
    return ReviewAuthors(frozenset(review.authors), frozenset(n for n in people if n is not None))


def keep_single_person(person_id: int) -> set[int]:
    """Return this person's key only, without registrations merged later."""
    return {person_id}


#: Error if an author signs.
AUTHOR_CLASH_ERROR = "您参与了这条信息的起草或送审，须由其他人审签。"
#: Error if a signer of an earlier stage signs again.
EARLIER_STAGE_CLASH_ERROR = "您已在前面的级次审签过，每一级须由不同的人审签。"
#: Error if the recorder of a signature on paper signs.
PAPER_RECORDER_CLASH_ERROR = "您代为登记过这次送审的纸质签批，不能再审签。"

#: Conflict → error.
CLASH_ERRORS = {
    SignerClash.WROTE: AUTHOR_CLASH_ERROR,
    SignerClash.AGAIN: EARLIER_STAGE_CLASH_ERROR,
    SignerClash.RECORDED: PAPER_RECORDER_CLASH_ERROR,
}


def get_plan(review: Review) -> ReviewPlan:
    """Return the review's stored plan; for reviews from before plans existed, that of its columns now."""
    if review.plan:
        return ReviewPlan.from_json(review.plan)
    source = find_source(review.source)
    return get_merged_plan(list_document_columns(ensure_document(source))) if source else get_merged_plan([])


def get_pending_stage(review: Review, plan: ReviewPlan) -> ReviewStage | None:
    """Return the pending stage, or None."""
    return plan.stages[review.stage] if review.stage < len(plan.stages) else None


def list_approving_signatures(review: Review) -> list[Signature]:
    """Return the approving signatures of this submission in order; read once a page."""
    rows = Signature.objects.filter(review_id=review.pk, verdict=SignatureVerdict.YES).order_by("pk")
    return list(ask_once(("signatures", review.pk), lambda: list(rows)))


def get_role(by: Actor, roles: Iterable[str], body: Body) -> str:
    """Return the first of these roles that the user has for a body, or "".

    The 政务公开办 has its role for lower units, too.
    """
    for role in roles:
        if role == Role.CHIEF and by.reaches(Role.CHIEF, path=body.path):
            return role
        if role != Role.CHIEF and by.has(role, body_id=body.pk):
            return role
    return ""


def find_signer_clash_errors(
    review: Review,
    plan: ReviewPlan,
    signed: Iterable[Signature],
    by: Actor,
    *,
    first: bool,
    same: RegistrationFinder = list_registrations,
) -> list[str]:
    """Return reasons against a person's signature: they wrote, signed, or recorded for others."""
    participants = StageParticipants(0 if first else 1, by.person_id, by.user_id, covered=tuple(by.acts_for))
    others = [get_participants(signature) for signature in signed]
    clashes = find_clashes(participants, others, get_writers(review), drafter_first=plan.drafter_first, same=same)
    return [text for clash, text in CLASH_ERRORS.items() if clash in clashes]


def encode_persons(people: Iterable[int | None], accounts: Iterable[int | None]) -> str:
    """Return persons and accounts as stored for filters: |p3|p9|u8|."""
    parts = [f"p{number}" for number in sorted({n for n in people if n is not None})]
    parts += [f"u{number}" for number in sorted({n for n in accounts if n is not None})]
    return "|" + "".join(f"{part}|" for part in parts)


def encode_barred_persons(review: Review, plan: ReviewPlan, signed: Iterable[Signature]) -> str:
    """Return the persons and accounts that can no longer sign the pending stage, for filters."""
    signed = list(signed)
    people = {n for s in signed for n in (s.person_id, s.recorder_id, *s.covered)}
    accounts = {s.account_id for s in signed}
    if not (plan.drafter_first and review.stage == 0):
        people |= {review.submitted_person, *review.author_people}
        accounts |= set(review.authors)
    return encode_persons(people, accounts)


def list_candidates(review: Review, stage: ReviewStage) -> list[tuple[str, list[int]]]:
    """Return (role, persons) of the possible signers of the pending stage, 政务公开办 last.

    Roles whose holders have no login come after those whose holders can open the text.
    """
    roster = PostHolders.read([NotifiedPost(role, review.body_id) for role in stage.roles])
    candidates: list[tuple[str, list[int]]] = []
    out_of_reach: list[tuple[str, list[int]]] = []
    for role in sorted(stage.roles, key=lambda role: role == Role.CHIEF):
        if role == Role.CHIEF:
            holders = reached = roster.persons(NotifiedPost(role, review.body_id))
        else:
            appointments = roster.held.get((role, review.body_id), [])
            appointments = [a for a in appointments if not (a.covers and f"|p{a.covers.person_id}|" in review.barred)]
            holders = {a.person_id for a in appointments}
            reached = {a.person_id for a in appointments if a.person.user_id}
        able = [p for p in sorted(holders) if f"|p{p}|" not in review.barred]
        if able:
            (candidates if reached & set(able) else out_of_reach).append((str(role), able))
    return candidates + out_of_reach


def find_persons_to_notify(review: Review, stage: ReviewStage) -> tuple[int, ...]:
    """Return the keys of the persons to notify of a pending stage: holders of the first role with a possible signer."""
    able = list_candidates(review, stage)
    return tuple(able[0][1]) if able else ()
