"""Invariants of the rows that a step touched, checked after each step so that the faulty step is known."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.db.models import Model, Q

from architecture.test_another_person import PAIRS
from gongkai.content.editions.models import Audience, Edition
from gongkai.content.editions.models import EditionEffect as EditionAct
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.outbox.outbox import is_unstaffed
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Body
from gongkai.core.units.queries import find_general_office
from gongkai.core.vault.fields import EncryptedTextField
from simulation.access_invariants import ENTRY_LINK, find_strangers
from simulation.invariants import Asked, find_clashing_signers, find_missed_terms, find_moved_dates
from simulation.liveness_invariants import find_nobody
from simulation.pages import is_dead, is_page, kind_of_address, list_links, read_page
from simulation.public_invariants import API_LISTS, HOTLINE, PERSONAL_NUMBERS, find_given_out, find_withdrawn
from simulation.steps import ACT, ENTRY, EVENT, JOBS, PAGE, Outcome, Step, newest

#: Maximum number of rows checked after a step, and after a day's jobs.
MAX_ROWS, MAX_ROWS_AFTER_JOBS = 3, 6
#: Action under which past records are logged.
PAST_RECORD_ACT = "ledger.record_past"
#: Actions after which a first step is repeated.
IS_RETURN = Q(action__endswith=".return") | Q(action__endswith=".send_back")
#: Form fields that choose another unit.
UNIT_FIELDS = ("body", "bodies")
#: Names of checkboxes that select rows of a list.
CHECKBOX_NAMES = ("row", "entry")
#: Share of office pages whose links are checked.
PAGE_CHECK_SHARE = 0.15
#: Share of changed entries whose pages are checked, the first time in a state.
ENTRY_CHECK_SHARE = 0.5


@dataclass
class Touched:
    """A step with its outcome, and its additions to the log and to the outbox."""

    step: Step
    outcome: Outcome
    last_movement: int
    last_message: int
    last_edition: int

    @cached_property
    def movements(self) -> list[Movement]:
        """The movements of the step."""
        if newest(Movement) == self.last_movement:
            return []
        return [*Movement.objects.filter(pk__gt=self.last_movement).order_by("pk")]

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries that its movements are about."""
        if not (named := {one.stream.partition("/")[2] for one in self.movements if is_entry(one)}):
            return []
        rows = Entry.objects.filter(pk__in=named).select_related("body").prefetch_related("clock_events")
        return [*rows.order_by("pk")]

    @cached_property
    def editions(self) -> list[Edition]:
        """The editions that it made."""
        if newest(Edition) == self.last_edition:
            return []
        rows = Edition.objects.filter(pk__gt=self.last_edition).select_related("content", "document")
        return [*rows.order_by("pk")]


Check = Callable[[Asked, Touched], Iterator[str]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check under the name of its invariant."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


def is_entry(movement: Movement) -> bool:
    """Return true for a movement of an entry."""
    return movement.stream.startswith("entry/")


def _few(asked: Asked, touched: Touched, rows: list[Entry]) -> list[Entry]:
    most = MAX_ROWS_AFTER_JOBS if touched.step.kind == JOBS else MAX_ROWS
    return asked.rng.sample(rows, min(most, len(rows)))


@check("acts_are_logged")
def acts_are_logged(asked: Asked, touched: Touched) -> Iterator[str]:
    """A performed action is in the log under its name, for each of its rows."""
    name = touched.step.act.rpartition("/")[2]
    if (
        touched.step.kind in {ACT, ENTRY}
        and touched.outcome.word == "done"
        and not {name, PAST_RECORD_ACT} & {*touched.outcome.acts}
    ):
        yield f"{name} was done, and the log has {touched.outcome.acts}"
    before, asked.versions = asked.versions, dict(Entry.objects.order_by().values_list("pk", "version"))
    changed = {pk for pk, version in asked.versions.items() if before.get(pk, version) != version}
    if unlogged := changed - {int(one.stream.rpartition("/")[2]) for one in touched.movements if is_entry(one)}:
        kinds = sorted({*Entry.objects.filter(pk__in=unlogged).values_list("kind", flat=True)})
        yield f"{touched.step.act} changed {len(changed)} entries, and the log lacks some of {', '.join(kinds)}"
    if touched.step.kind != PAGE or touched.outcome.status not in {301, 302, 303}:
        return
    ticked = [{*touched.step.data[name]} for name in CHECKBOX_NAMES if len(touched.step.data.get(name, ())) > 1]
    done: dict[tuple[str, str], set[str]] = {}
    for one in touched.movements if ticked else ():
        done.setdefault((one.action, one.stream.partition("/")[0]), set()).add(one.stream.partition("/")[2])
    for (action, model), numbers in done.items():  # what is ticked in a list is done to all or to none
        if any(numbers < rows for rows in ticked):
            yield f"{action} was done to ticked rows, and the log lacks some of {model}"


@check("units_are_told")
def units_are_told(asked: Asked, touched: Touched) -> Iterator[str]:
    """An action that requires a unit to act sends a message to a person of the unit."""
    step = touched.step
    if step.kind != ENTRY or touched.outcome.word != "done":
        return
    entry = Entry.objects.select_related("body").get(pk=step.target.rpartition("/")[2])
    moved = next((one for one in reversed(touched.movements) if one.stream == entry.stream), None)
    by = asked.player.actor(step.by)
    bodies = [*filter(None, [entry.body, find_general_office(entry.body)])]  # a government's work is its office's
    if moved is None or moved.from_state == moved.to_state or entry.closed_at or {one.pk for one in bodies} & by.bodies:
        return
    if entry.state in get_kind(entry.kind).waiting or entry.paused or is_unstaffed(entry.body_id):
        return
    staff = _list_staff(bodies, by)
    sent = Message.objects.filter(pk__gt=touched.last_message, person__in=[person for person, _ in staff])
    told = {*sent.values_list("person", flat=True)}
    for person, login in sorted(staff, key=lambda one: one[0] not in told):  # a reader who was told ends the search
        if (actor := asked.player.find_actor(login)) and visible_to(actor, kind=entry.kind).filter(
            pk=entry.pk
        ).exists():
            if person not in told:
                yield f"{step.act} moved {entry.kind} of {entry.body.name} to {entry.state}, and nobody of the unit was told"
            return


def _list_staff(bodies: Iterable[Body], by: Actor) -> list[tuple[int, str]]:
    """Return people and logins of these units who can sign in, except the actor."""
    staff = Appointment.objects.filter(in_force_q(), body__in=bodies, person__active=True)
    staff = staff.exclude(person=by.person_id).exclude(person__user=None)
    return [*staff.values_list("person", "person__user__username").distinct()]


#: Actions that record a talk with the unit, or propose it to the decider.
NAMED_ONLY = {"assignment.other_unit", "opinion.talk", "opinion.guide"}


@check("chosen_units_are_told")
def chosen_units_are_told(asked: Asked, touched: Touched) -> Iterator[str]:
    """An action that chooses another unit for an entry sends a message to a person of that unit."""
    step = touched.step
    if (
        step.kind != ENTRY
        or step.act in NAMED_ONLY
        or touched.outcome.word != "done"
        or step.act not in touched.outcome.acts
    ):
        return
    by = asked.player.actor(step.by)
    for number in filter(str.isdigit, [value for name in UNIT_FIELDS for value in step.data.get(name, ())]):
        body = Body.objects.filter(pk=number).first()
        if body is None or body.pk in by.bodies or is_unstaffed(body.pk):
            continue
        staff = {person for person, _ in _list_staff([body, *filter(None, [find_general_office(body)])], by)}
        if staff and not Message.objects.filter(pk__gt=touched.last_message, person__in=staff).exists():
            yield f"{step.act} names {body.name}, and nobody of the unit was told"


#: Second steps that may concern another matter of the log, or that the only person of an office may also take;
#: #: a changed template belongs to its last editor.
SAME_PERSON_ALLOWED = {
    "policies.confirm_statement", "request.review_secrecy", "request.decide", "request.answer_alike", "directory.clear_template"
}  # fmt: skip


@check("two_hands_take_part")
def two_hands_take_part(asked: Asked, touched: Touched) -> Iterator[str]:
    """Two steps that need two people have different people in the log."""
    for one in touched.movements:
        if one.action not in PAIRS or one.action in SAME_PERSON_ALLOWED or one.person_id is None:
            continue
        earlier = Movement.objects.filter(stream=one.stream, pk__lt=one.pk)
        sent_back = earlier.filter(IS_RETURN).order_by("pk").values_list("pk", flat=True).last() or 0
        took = earlier.filter(action__in=PAIRS[one.action], person_id=one.person_id, pk__gt=sent_back)
        if first := took.values_list("action", flat=True).first():
            yield f"{one.action} is done by who did {first}"


@check("messages_can_be_followed")
def messages_can_be_followed(asked: Asked, touched: Touched) -> Iterator[str]:
    """The recipient of a message about an entry may read the entry."""
    if newest(Message) == touched.last_message:
        return
    rows = Message.objects.filter(pk__gt=touched.last_message, person__user__is_active=True).order_by("pk")
    told: dict[str, dict[int, str]] = {}
    for login, link, key in rows.values_list("person__user__username", "link", "key"):
        if found := ENTRY_LINK.match(link):
            told.setdefault(login, {})[int(found[1])] = key
    for login in asked.rng.sample(sorted(told), min(len(told), MAX_ROWS)):
        by = asked.player.find_actor(login)
        if by is not None and by.posts:
            entries = Entry.objects.filter(pk__in=told[login]).select_related("body")
            rows = {
                kind: visible_to(by, kind=kind).filter(pk__in=told[login]) for kind in {one.kind for one in entries}
            }
            seen = {pk for query in rows.values() for pk in query.values_list("pk", flat=True)}
            for entry in [one for one in entries if one.pk not in seen]:
                key = told[login][entry.pk]
                yield f"{login} is told of {entry.kind} of {entry.body.name} ({key}), and may not read it"


@check("stored_dates_recompute")
def touched_dates_recompute(asked: Asked, touched: Touched) -> Iterator[str]:
    """The dates of a touched entry follow from its events."""
    yield from find_moved_dates([one for one in _few(asked, touched, touched.entries) if not one.closed_at])


@check("statutory_terms_are_kept")
def touched_terms_are_kept(asked: Asked, touched: Touched) -> Iterator[str]:
    """A touched entry is due at the end of its statutory term."""
    yield from find_missed_terms([one for one in touched.entries if not one.closed_at])


@check("states_follow_the_log")
def touched_states_follow(asked: Asked, touched: Touched) -> Iterator[str]:
    """A touched entry is in the state to which its last movement led."""
    last = {one.stream: one.to_state for one in touched.movements if one.to_state}
    for entry in touched.entries:
        if (state := last.get(entry.stream)) and state != entry.state:
            yield f"{entry.kind} is in state {entry.state}, its last movement led to {state}"


@check("open_entries_have_somebody")
def touched_entries_have_somebody(asked: Asked, touched: Touched) -> Iterator[str]:
    """An actor may perform an action on a touched entry."""
    if touched.step.kind in {ENTRY, PAGE}:
        yield from find_nobody(asked, [one for one in touched.entries if not one.closed_at][:1])


@check("strangers_neither_see_nor_act")
def strangers_see_nothing_touched(asked: Asked, touched: Touched) -> Iterator[str]:
    """Staff of an uninvolved unit neither see a touched entry nor may perform its actions."""
    if not touched.entries or touched.step.kind == EVENT:
        return
    entry = asked.rng.choice(touched.entries)
    for login in asked.rng.sample(asked.world.logins, min(2, len(asked.world.logins))):
        yield from find_strangers(asked, login, [entry.pk])


@check("signers_are_distinct")
def touched_signers_are_distinct(asked: Asked, touched: Touched) -> Iterator[str]:
    """No person signs two stages of the text that was just signed."""
    if any(one.action.startswith("publishing.") for one in touched.movements):
        yield from find_clashing_signers(newest_only=True)


@check("persons_are_not_named_in_public")
def editions_name_nobody(asked: Asked, touched: Touched) -> Iterator[str]:
    """No public edition has a personal number in its title, text or facts."""
    for edition in touched.editions:
        content = getattr(edition, "content", None)
        if content is not None and edition.audience == Audience.ALL:
            said = HOTLINE.sub("", f"{content.title} {content.html} {content.facts}")
            for number in PERSONAL_NUMBERS:
                if number in said:
                    yield f"an edition of {edition.document.source.partition('/')[0]} shows {number}"


@check("withdrawn_is_gone")
def withdrawn_just_now_is_gone(asked: Asked, touched: Touched) -> Iterator[str]:
    """A text that was just withdrawn is shown nowhere."""
    for edition in touched.editions[-1:]:
        if edition.act == EditionAct.WITHDRAW:
            yield from find_withdrawn(asked, edition)


#: Name parts of actions that hide rows from the public.
HIDING_VERBS = ("retire", "withdraw", "take_down", "void", "discard", "unplace", "erase", "close")


@check("what_is_given_out_opens")
def hidden_just_now_is_given_out_nowhere(asked: Asked, touched: Touched) -> Iterator[str]:
    """A row that was just hidden is in no API list."""
    if touched.step.kind in {JOBS, EVENT}:
        return
    for one in touched.movements[:1]:
        if any(word in one.action for word in HIDING_VERBS):
            yield from find_given_out(asked, API_LISTS, one.stream.rpartition("/")[2])


@check("erased_words_are_gone")
def erased_words_are_gone(asked: Asked, touched: Touched) -> Iterator[str]:
    """After retention erased a matter, no text of the outside person remains in its rows."""
    for one in touched.movements:
        if one.action not in {"intake.erase_party", "intake.erase_words"}:
            continue
        name, _, number = str(one.facts["matter"]).partition("/")
        for model, field, link in COLUMNS_OF_OUTSIDE_TEXT:
            if link == name or (not link and model._meta.model_name == name):
                rows = model._base_manager.filter(**{f"{link}_id" if link else "pk": number})
                if {getattr(row, field).reveal() for row in rows} - {"", ERASED_TEXT_PLACEHOLDER}:
                    yield f"{model._meta.label}.{field} is left of a {name} that was erased"


def _list_columns_of_words() -> Iterator[tuple[type[Model], str, str]]:
    """Yield columns with texts of outside people: model, field, and the path to the matter."""
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        for one in fields:
            if isinstance(one, EncryptedTextField) and one.name != "key":
                links = [link.name for link in fields if link.is_relation]
                matter = "entry" in links  # one of its own, whatever it is about
                yield from ((model, one.name, link) for link in ("", *([] if matter else links)))


#: Columns with texts of outside people, once for the row and for each matter it belongs to.
COLUMNS_OF_OUTSIDE_TEXT = [*_list_columns_of_words()]


@check("links_lead_somewhere")
def new_links_lead_somewhere(asked: Asked, touched: Touched) -> Iterator[str]:
    """A kind of link that is new on a kind of page answers below 400 for its reader."""
    step = touched.step
    path, text = _find_page(asked, touched)
    if not text.lstrip().startswith("<"):
        return
    page = kind_of_address(path)
    links = list_links(read_page(text), path, office=bool(step.by))
    new = {
        key: to
        for to in links
        if is_page(to) and (key := (page, kind_of_address(to), str(bool(step.by)))) not in asked.links
    }
    for key in asked.rng.sample(sorted(new), min(len(new), MAX_ROWS)):
        asked.links.add(key)
        if is_dead(answer := asked.player.client(step.by).get(new[key])):
            yield f"{step.by or 'nobody'} is led by {path} to {new[key]}: {answer.status_code}"


def _find_page(asked: Asked, touched: Touched) -> tuple[str, str]:
    """Return the page that a step opened or the entry page it acted on, once for each kind and state."""
    step, outcome = touched.step, touched.outcome
    if step.kind == PAGE:
        looked_at = not step.data and outcome.status == 200 and (not step.by or asked.rng.random() <= PAGE_CHECK_SHARE)
        return step.act, outcome.page if looked_at else ""
    if step.kind != ENTRY or not touched.entries:
        return step.act, ""
    entry = touched.entries[0]
    if (key := ("entry", entry.kind, entry.state)) in asked.links or asked.rng.random() > ENTRY_CHECK_SHARE:
        return entry.url, ""
    asked.links.add(key)
    answer = asked.player.client(step.by).get(entry.url)
    return entry.url, answer.content.decode() if answer.status_code == 200 else ""
