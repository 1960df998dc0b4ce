"""Invariants of progress: pending work has an actor who can continue it. `invariants` registers them."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.utils import timezone

from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.signature_queue import list_unsignable_reviews
from gongkai.content.reviewing.signers import get_pending_stage, get_plan, list_candidates
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.outbox.outbox import is_unstaffed
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.queries import find_general_office
from gongkai.core.units.unit_filters import find_government
from gongkai.core.widgets.request_cache import page_cache
from gongkai.work.notices.queries.unstaffed_units import list_unstaffed_units
from simulation.invariants import Asked, invariant, some_rows

#: Hour at which the jobs run.
JOBS_HOUR = 9


@invariant
def pending_reviews_have_a_signer(asked: Asked) -> Iterator[str]:
    """A pending stage has a possible signer, or an appointing officer sees the vacancy and was notified."""
    for review in Review.objects.filter(state__in=OPEN_STATES):
        stage = get_pending_stage(review, get_plan(review))
        if stage is not None and not list_candidates(review, stage) and not _is_vacancy_known(asked, review):
            yield f"review {review.pk} of unit {review.body_id} waits for {stage.name}, which nobody can sign"


def _is_vacancy_known(asked: Asked, review: Review) -> bool:
    """Return true if an appointing officer sees a review among those without signers and was notified."""
    now = timezone.localtime()
    if now.hour < JOBS_HOUR and Appointment.objects.filter(end=now.date() - timedelta(days=1)).exists():
        return True  # a post ended at midnight: the jobs of the morning tell it
    told = Message.objects.filter(key__startswith=f"review/{review.pk}/nobody/{review.stage}/")
    people = (asked.player.find_actor(login) for login in asked.world.logins)
    return any(
        by and list_unsignable_reviews(by).filter(pk=review.pk).exists() and told.filter(person=by.person_id).exists()
        for by in people
    )


#: Kinds whose work is a text or record elsewhere that closes the entry; they offer no actions.
WORKED_ON_ELSEWHERE = {"disclosure", "upload", "decision_feedback"}
#: States that end when a text is published or a report is submitted on its own page; verbs that give up a matter.
ENDED_BY_TEXT = {("promise", "registered"), ("decision", "consulting")}
#: States with a text under review: its signers act on the text (`pending_reviews_have_a_signer`).
SIGNED_ELSEWHERE = {("annual_report", "reviewing")}
GIVE_UP_VERBS = {"cancel", "cease", "drop", "void", "withdraw", "remove", "cut_off"}


@invariant
def states_lead_on(asked: Asked) -> Iterator[str]:
    """In a state in which the unit must act, an action of its kind leads to another state."""
    for name, state in Entry.objects.open().order_by().values_list("kind", "state").distinct():
        kind = get_kind(name)
        if state in kind.waiting or name in WORKED_ON_ELSEWHERE or (name, state) in ENDED_BY_TEXT:
            continue
        verbs = {getattr(ACTIONS_BY_NAME.get(one), "verb", "") for one in kind.actions} - GIVE_UP_VERBS
        moves = [kind.machine.moves[verb] for verb in sorted(verbs & kind.machine.moves.keys())]
        if not any(state in move.sources and {*move.to} - {state} for move in moves):
            yield f"{name} in state {state}: no act leads out of it, save giving it up"


@invariant
def open_entries_have_somebody(asked: Asked) -> Iterator[str]:
    """Every open entry allows an actor to perform an action, unless it waits for an outsider or a day.

    Where the 政务公开办 has nobody left, an administrator sees that and was told on the next day.
    """
    yield from find_nobody(asked, some_rows(asked, Entry.objects.open().select_related("body").order_by("pk")))


def find_nobody(asked: Asked, entries: list[Entry]) -> Iterator[str]:
    """Yield open entries on which no actor may perform an action."""
    for entry in entries:
        kind = get_kind(entry.kind)
        if kind.waits_outside and entry.state in kind.waiting:
            continue
        if (entry.kind, entry.state) in SIGNED_ELSEWHERE or _is_result_under_review(entry):
            continue
        if kind.inner and is_unstaffed(entry.body_id):
            continue  # nobody outside sees a unit's own work: whoever appoints is told that it has no staff
        if entry.kind in WORKED_ON_ELSEWHERE:
            bodies = {one.pk for one in (entry.body, find_general_office(entry.body)) if one}
            if entry.body.alive and not any(by.bodies & bodies for by in _people_near(asked, bodies)):
                yield f"{entry.kind} of unit {entry.body.name}, where nobody works"
            continue
        names = list_possible_acts(entry)
        with page_cache():
            people = _people_near(asked, {entry.body_id})
            somebody = any(not ACTIONS_BY_NAME[name].unfit(entry, by=by) for by in people for name in names)
        if not somebody and not _is_office_vacant(asked, entry.body):
            yield f"{entry.kind} in state {entry.state} of unit {entry.body.name} (alive: {entry.body.alive})"


def _is_result_under_review(entry: Entry) -> bool:
    """Return true if the text about a promise's result waits for signatures."""
    waiting = Review.objects.filter(source=f"promise/{entry.pk}", state__in=OPEN_STATES)
    return (entry.kind, entry.state) == ("promise", "reported") and waiting.exists()


def _is_office_vacant(asked: Asked, body: Body) -> bool:
    """Return true if no 政务公开办 of a unit has staff, and an administrator sees it and was notified a day later."""
    for login in asked.world.logins:
        by = asked.player.find_actor(login)
        if by is None or not by.has(Role.ADMINISTRATOR):
            continue
        for office in list_unstaffed_units(by):
            if office.no_chief and body.path.startswith(find_government(office.body).path):
                seen = asked.vacant.setdefault(office.body.pk, timezone.localdate())
                told = Message.objects.filter(person=by.person_id, key__startswith=f"no_chief:{office.body.pk}:")
                return seen == timezone.localdate() or told.exists()
    return False


def _people_near(asked: Asked, bodies: Collection[int]) -> Iterator[Actor]:
    """Yield the people of these units, then all others, lazily."""
    posts = Appointment.objects.filter(body__in=bodies, person__user__isnull=False).order_by("pk")
    near = dict.fromkeys(posts.values_list("person__user__username", flat=True))
    for login in dict.fromkeys([*near, *asked.world.logins]):
        if (by := asked.player.find_actor(login)) is not None and by.posts:
            yield by


def list_possible_acts(entry: Entry) -> list[str]:
    """Return the acts of an entry's kind that its state allows."""
    kind = get_kind(entry.kind)
    verbs = {name: getattr(ACTIONS_BY_NAME[name], "verb", "") for name in kind.actions if name in ACTIONS_BY_NAME}
    moves = kind.machine.moves
    return [name for name, verb in verbs.items() if not verb or (verb in moves and entry.state in moves[verb].sources)]
