"""Visibility of inquiries and answers, and queries on both."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import ValidityState
from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import split_into_batches, write_inserts
from gongkai.core.intake.held_forms import SenderParticulars, digest_for_search
from gongkai.core.intake.models import Party
from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import own_units_q
from gongkai.lib import matching
from gongkai.work.consultation.models import Inquiry, KnownAnswer, MessagePublication
from gongkai.work.consultation.states import SHOWN_STATES, AnswerState, InquiryState

# Maximum number of inquiries learnt from, and of proposals.
MAX_LEARNT_INQUIRIES, MAX_PROPOSALS = 5000, 3
# A unit with a smaller share of the best unit's confidence is not proposed.
MIN_SHARE_OF_BEST = 0.25


class _LiveRouter:
    """The router of this process, rebuilt after enough new answers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stamp: tuple[int, int] = (0, 0)
        self.router: matching.Router | None = None

    def current(self) -> "matching.Router":
        """Return the router, retrained when answered inquiries and answers grew by 5 % or fell."""
        inquiry_count = Inquiry.objects.filter(entry__state=InquiryState.ANSWERED).count()
        answer_count = KnownAnswer.objects.filter(state__in=SHOWN_STATES).count()
        with self.lock:
            if (
                self.router is None
                or inquiry_count + answer_count > sum(self.stamp) * 1.05
                or inquiry_count + answer_count < sum(self.stamp)
            ):
                self.router = matching.Router(_list_training_examples())
                self.stamp = (inquiry_count, answer_count)
            return self.router


def _list_training_examples() -> list[tuple[str, str]]:
    """Return (text, key of the unit) of answered inquiries and answers in use."""
    inquiries = Inquiry.objects.filter(entry__state=InquiryState.ANSWERED).order_by("-pk")
    pairs = [
        (text.reveal(), str(body)) for text, body in inquiries.values_list("text", "entry__body")[:MAX_LEARNT_INQUIRIES]
    ]
    answers = KnownAnswer.objects.filter(state__in=SHOWN_STATES).values_list("question", "body")[:MAX_LEARNT_INQUIRIES]
    return pairs + [(question, str(body)) for question, body in answers]


LIVE_ROUTER = _LiveRouter()


def propose_units(text: str, *, k: int = MAX_PROPOSALS) -> "list[tuple[Body, matching.RouteSuggestion]]":
    """Return (unit, route with reasons) of at most `k` units likely to answer.

    Routes without any common word are left out, because they only reflect frequencies, and routes
    far behind the best.
    """
    routes = LIVE_ROUTER.current().route(text, k=k) if text.strip() else []
    routes = [route for route in routes if route.why != [matching.NOTHING_SHARED_REASON]]
    routes = [route for route in routes if route.confidence >= MIN_SHARE_OF_BEST * routes[0].confidence]
    bodies = Body.objects.filter(active_to=None).in_bulk([int(route.label) for route in routes])
    return [(bodies[int(route.label)], route) for route in routes if int(route.label) in bodies]


def propose_units_for_inquiry(inquiry: Inquiry) -> "list[tuple[Body, matching.RouteSuggestion]]":
    """Return (unit, route) pairs for an inquiry, without units that returned it."""
    stream = get_log_stream(inquiry.entry)
    moves = Movement.objects.filter(stream=stream, action="inquiry.decline").values_list("facts", flat=True)
    declined = {facts["from"] for facts in moves}
    reason = inquiry.declined.partition("：")[2]
    bodies = Body.objects.filter(active_to=None).exclude(pk__in=declined) if reason else ()
    named_units = [
        (body, matching.RouteSuggestion(str(body.pk), 1.0, ["退回理由提到"]))
        for body in bodies
        if _mentions_unit(reason, body)
    ]
    decided_keys = declined | {body.pk for body, _ in named_units}
    return (
        named_units
        + [pair for pair in propose_units(inquiry.text.reveal(), k=MAX_PROPOSALS) if pair[0].pk not in decided_keys]
    )[:MAX_PROPOSALS]


def _mentions_unit(text: str, body: Body) -> bool:
    return any(name and name in text for name in (body.name, body.short_name))


# Days after which an answer needs confirmation (定期梳理, C-04).
CONFIRMATION_DAYS = 180
# Standings of documents that no longer support an answer (C-01).
ENDED_VALIDITY_STATES = frozenset({ValidityState.REPEALED, ValidityState.EXPIRED})


@register_visible_to(Inquiry)
def inquiries_visible_to(user: object) -> QuerySet[Inquiry]:
    """Return the inquiries whose entries are visible to a user, with unit and receiver loaded."""
    return Inquiry.objects.filter(entry__in=visible_entries(user)).select_related("entry__body", "receiver")


@register_visible_to(MessagePublication)
def publications_visible_to(user: object) -> QuerySet[MessagePublication]:
    """Return the publications of visible inquiries."""
    return MessagePublication.objects.filter(inquiry__in=inquiries_visible_to(user).values("pk"))


@register_visible_to(KnownAnswer)
def answers_visible_to(user: object) -> QuerySet[KnownAnswer]:
    """Return the answers in use, for everybody, and those of own and supervised units in any state."""
    actor = get_actor(user)
    rows = KnownAnswer.objects.select_related("body")
    if actor.system:
        return rows
    condition = Q(state__in=SHOWN_STATES)
    if actor.known:
        condition |= own_units_q(actor, supervising=(Role.CHIEF, Role.AUDITOR))
    return rows.filter(condition)


def list_public_answers() -> QuerySet[KnownAnswer]:
    """Return the public answers: in use, not expired, with a valid basis (C-01)."""
    today = timezone.localdate()
    answers = KnownAnswer.objects.filter(state__in=SHOWN_STATES).filter(Q(valid_until=None) | Q(valid_until__gte=today))
    ended = answers.filter(documents__standing__in=ENDED_VALIDITY_STATES).values("pk")
    return answers.exclude(pk__in=ended).select_related("body")


def list_public_questions() -> list[str]:
    """Return the questions of all public answers, for the vocabulary of the search."""
    return list(list_public_answers().order_by().values_list("question", flat=True))


def get_last_answer_change() -> datetime | None:
    """Return the time of the last change of an answer of the Q&A base, or None."""
    newest: datetime | None = KnownAnswer.objects.aggregate(at=Max("changed_at"))["at"]
    return newest


def filter_due_for_review(rows: QuerySet[KnownAnswer]) -> QuerySet[KnownAnswer]:
    """Return the answers in use that are due for review.

    They were not confirmed for CONFIRMATION_DAYS, have expired, rest on an ended document, or were called unhelpful
    at least three times and more often than helpful.
    """
    today = timezone.localdate()
    is_old = Q(confirmed_on=None) | Q(confirmed_on__lt=date.fromordinal(today.toordinal() - CONFIRMATION_DAYS))
    ended_answers = KnownAnswer.objects.filter(documents__standing__in=ENDED_VALIDITY_STATES).values("pk")
    return rows.filter(state=AnswerState.IN_USE).filter(
        is_old | Q(valid_until__lt=today) | Q(pk__in=ended_answers) | Q(unhelpful__gt=F("helpful"), unhelpful__gte=3)
    )


def find_asker_digests(phones: Iterable[str]) -> set[str]:
    """Return the digests of those telephone numbers that registered an inquiry."""
    known_digests: set[str] = set()
    for batch in split_into_batches(filter(None, {digest_for_search("phone", phone) for phone in phones if phone})):
        parties = Party.objects.filter(phone_digest__in=batch, matter__startswith="inquiry/", erased_at=None)
        known_digests |= set(parties.values_list("phone_digest", flat=True))
    return known_digests


def find_repeated_inquiry(text: str, particulars: SenderParticulars | None) -> Inquiry | None:
    """Return the newest similar inquiry of a person with the same telephone or e-mail, or None.

    Only staff see it: knowing a telephone number must not reveal questions.
    """
    values = {"phone": particulars.phone, "email": particulars.email} if particulars else {}
    return _find_newest_repeated_inquiry(text, {name: digest_for_search(name, value) for name, value in values.items()})


def find_repeated_inquiry_of_party(text: str, party: Party) -> Inquiry | None:
    """Return the newest similar inquiry of a party with the same telephone or e-mail, or None."""
    return _find_newest_repeated_inquiry(text, {"phone": party.phone_digest, "email": party.email_digest})


def _find_newest_repeated_inquiry(text: str, found_by: Mapping[str, str]) -> Inquiry | None:
    """Return the newest similar inquiry of a party with one of these digests, or None.

    `found_by` are digests by name of the contact field (phone, email).
    """
    digests = Q()
    for name, digest in found_by.items():
        if digest:
            digests |= Q(**{f"{name}_digest": digest})
    if not digests:
        return None
    write_inserts()
    matters = Party.objects.filter(digests, matter__startswith="inquiry/", erased_at=None)
    numbers = [int(value.partition("/")[2]) for value in matters.order_by("-pk").values_list("matter", flat=True)[:50]]
    among = list(Inquiry.objects.filter(pk__in=numbers).order_by("-pk"))
    return next(iter(find_similar_inquiries(text, among)), None)


#: Share of common character runs from which two inquiries say nearly the same.
_SIMILAR_SHARE = 0.7


def find_similar_inquiries(text: str, among: Sequence[Inquiry]) -> list[Inquiry]:
    """Return the inquiries in `among` that nearly repeat a text, in their order."""
    shares = matching.compute_similarities(text, (inquiry.text.reveal() for inquiry in among)) if among else []
    return [inquiry for inquiry, share in zip(among, shares, strict=True) if share >= _SIMILAR_SHARE]
