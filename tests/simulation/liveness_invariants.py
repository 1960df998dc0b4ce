"""What waits has somebody who can act: beside `invariants`, which registers it."""

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
from gongkai.work.notices.queries.staffing import list_unstaffed_units
from simulation.invariants import Asked, invariant, some_rows

#: The hour of the day at which the jobs are run.
FIRST_HOUR = 9


@invariant
def pending_reviews_have_a_signer(asked: Asked) -> Iterator[str]:
    """Somebody who exists can sign the stage that a text waits for, or who appoints people sees it and was told."""
    for review in Review.objects.filter(state__in=OPEN_STATES):
        stage = get_pending_stage(review, get_plan(review))
        if stage is not None and not list_candidates(review, stage) and not _is_vacancy_known(asked, review):
            yield f"review {review.pk} of unit {review.body_id} waits for {stage.name}, which nobody can sign"


def _is_vacancy_known(asked: Asked, review: Review) -> bool:
    """Return true if somebody who appoints people has a review among those that nobody can sign, and was told."""
    now = timezone.localtime()
    if now.hour < FIRST_HOUR and Appointment.objects.filter(end=now.date() - timedelta(days=1)).exists():
        return True  # a post ended at midnight: the jobs of the morning tell it
    told = Message.objects.filter(key__startswith=f"review/{review.pk}/nobody/{review.stage}/")
    people = (asked.player.find_actor(login) for login in asked.world.logins)
    return any(
        by and list_unsignable_reviews(by).filter(pk=review.pk).exists() and told.filter(person=by.person_id).exists()
        for by in people
    )


#: Kinds whose work is a text or a record elsewhere, which closes the entry: no act of its own is offered on it.
WORKED_ON_ELSEWHERE = {"disclosure", "upload", "decision_feedback"}
#: States that end when a text is published or a report is handed in on its own page; verbs that give up a matter.
LEFT_BY_A_TEXT = {("promise", "registered"), ("decision", "consulting")}
#: States in which a text is signed: who signs it acts on the text (`pending_reviews_have_a_signer`).
SIGNED_ELSEWHERE = {("annual_report", "reviewing")}
GIVING_UP = {"cancel", "cease", "drop", "void", "withdraw", "remove", "cut_off"}


@invariant
def states_lead_on(asked: Asked) -> Iterator[str]:
    """In a state in which the unit must act, an act of its kind leads to another state."""
    for name, state in Entry.objects.open().order_by().values_list("kind", "state").distinct():
        kind = get_kind(name)
        if state in kind.waiting or name in WORKED_ON_ELSEWHERE or (name, state) in LEFT_BY_A_TEXT:
            continue
        verbs = {getattr(ACTIONS_BY_NAME.get(one), "verb", "") for one in kind.actions} - GIVING_UP
        moves = [kind.machine.moves[verb] for verb in sorted(verbs & kind.machine.moves.keys())]
        if not any(state in move.sources and {*move.to} - {state} for move in moves):
            yield f"{name} in state {state}: no act leads out of it, save giving it up"


@invariant
def open_entries_have_somebody(asked: Asked) -> Iterator[str]:
    """Somebody may do an act of its kind on every open entry, unless it waits for a person outside or a day.

    Where the 政务公开办 has nobody left, an administrator sees that and was told on the next day.
    """
    yield from find_nobody(asked, some_rows(asked, Entry.objects.open().select_related("body").order_by("pk")))


def find_nobody(asked: Asked, entries: list[Entry]) -> Iterator[str]:
    """Yield open entries on which nobody may do anything."""
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
    """Return true if a promise waits for the signatures of the text that says how it ended."""
    waiting = Review.objects.filter(source=f"promise/{entry.pk}", state__in=OPEN_STATES)
    return (entry.kind, entry.state) == ("promise", "reported") and waiting.exists()


def _is_office_vacant(asked: Asked, body: Body) -> bool:
    """Return true if no 政务公开办 over a unit has anybody, and an administrator sees it and, a day later, was told."""
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
    """Yield the people of some units, then all others, as far as they are asked for."""
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
