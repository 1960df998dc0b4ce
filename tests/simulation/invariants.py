"""What must hold at any moment of a year: functions, each with a sentence, that return findings."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from lxml import html

from browser.recount import Figure, connected, figures
from browser.test_demands import Answer
from gongkai.content.editions.models import Act as EditionAct
from gongkai.content.editions.models import Document, Edition, Placement, Shelf
from gongkai.content.reviewing.models import Review, ReviewState, Signature, SignatureVerdict
from gongkai.content.reviewing.models.reviews import OPEN_STATES
from gongkai.content.reviewing.signers import list_candidates, plan_of, stage_of
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import seal_now
from gongkai.core.ledger import audit, clock
from gongkai.core.ledger.kinds import KINDS, kind_of
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import STAFF
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Body, BodyKind, Person
from gongkai.core.units.queries import general_office
from gongkai.lib.law import default_calendar
from simulation.pages import is_page
from simulation.start import write_database
from simulation.steps import Player
from simulation.world import World

#: Numbers of persons that forms are filled with, and the address of an entry.
PERSONAL, ENTRY_LINK = ("11010519491231002X", "13800000000"), re.compile(r"^/admin/ledger/(\d+)/")
#: Rows and figures asked at a time.
FEW = 12


@dataclass
class Asked:
    """What invariants ask: the player with its browsers, and what they saw before."""

    player: Player
    world: World
    rng: random.Random
    #: Closed entry → its moment, its due date, its outcome, and the last movement that was known then.
    closed: dict[int, tuple[datetime, datetime | None, str, int]] = field(default_factory=dict)
    #: Login → its posts at first.
    posts: dict[str, object] = field(default_factory=dict)
    #: Recount all figures instead of a few: at the end.
    all_figures: bool = False

    def __post_init__(self) -> None:
        self.posts = {login: self.player.actor(login).posts for login in self.world.logins}


Invariant = Callable[[Asked], Iterator[str]]
INVARIANTS: dict[str, Invariant] = {}
#: Those that cost more than a moment: asked at the ends of months.
SLOW: set[str] = set()


def invariant(function: Invariant) -> Invariant:
    """Register an invariant by its function's name."""
    INVARIANTS[function.__name__] = function
    return function


def slow(function: Invariant) -> Invariant:
    """Mark an invariant as slow."""
    SLOW.add(function.__name__)
    return function


@invariant
def signers_are_distinct(asked: Asked) -> Iterator[str]:
    """No person signs two stages of a text, and nobody who wrote or submitted it signs."""
    for review in Review.objects.filter(state=ReviewState.APPROVED):
        signed = list(
            Signature.objects.filter(review_id=review.pk, verdict=SignatureVerdict.YES).values_list(
                "person_id", "stage"
            )
        )
        people = [person for person, _ in signed]
        plan = plan_of(review)
        wrote = {review.submitted_person, *review.author_people}
        if len(set(people)) < len(people) or len({stage for _, stage in signed}) < len(plan.stages):
            yield f"review {review.pk}: stages {signed}"
        if not plan.drafter_first and wrote & set(people):
            yield f"review {review.pk} is signed by an author"


@invariant
def stored_dates_recompute(asked: Asked) -> Iterator[str]:
    """The dates of an entry follow from its events and the rules of law."""
    for moved in clock.recompute_dates(_some(asked, Entry.objects.open().prefetch_related("clock_events"), 3 * FEW)):
        yield f"{moved.entry.number} {moved.entry.state}: stored {moved.due_before}, recomputed {moved.entry.due_at}"


#: Rules of an entry → the event from which its time runs, and its working days (条例第二十六条、第三十三条, and
#: the usual terms of mailboxes and hotlines).
TERMS = {
    "request": ("received", 20),
    "disclosure": ("formed", 20),
    "complaint": ("received", 20),
    "fault": ("received", 15),
    "message": ("received", 7),
    "consultation": ("received", 5),
    "call": ("received", 5),
    "mailbox": ("received", 3),
}


@invariant
def statutory_terms_are_kept(asked: Asked) -> Iterator[str]:
    """What nothing extended or paused is due at the end of its statutory term, counted here day by day."""
    calendar = default_calendar()
    kinds = {kind.name for kind in KINDS.values() if kind.rules in TERMS} | {"inquiry"}
    for entry in Entry.objects.open().filter(kind__in=kinds).prefetch_related("clock_events"):
        if clock.rules_key(entry) not in TERMS:
            continue
        first, days = TERMS[clock.rules_key(entry)]
        events = list(entry.clock_events.all())
        if [one.kind for one in events] != [first] or entry.due_at is None:
            continue
        due = events[0].on
        while days:
            due += timedelta(days=1)
            days -= calendar.is_workday(due)
        if timezone.localdate(entry.due_at) != due:
            yield f"{entry.number} is due {timezone.localdate(entry.due_at)}, its term ends {due}"


@invariant
def closed_cases_stay(asked: Asked) -> Iterator[str]:
    """A closed case changes only by an act on it, and keeps its dates."""
    for entry in Entry.objects.filter(pk__in=asked.closed):
        at, due, outcome, last = asked.closed[entry.pk]
        acts = Movement.objects.filter(stream=entry.stream, pk__gt=last)
        if not acts and (entry.closed_at, entry.due_at, entry.outcome) != (at, due, outcome):
            yield f"{entry.number} changed without an act: {at}, {due} to {entry.closed_at}, {entry.due_at}"
        elif entry.closed_at != at and all(one.from_state == one.to_state for one in acts):
            yield f"{entry.kind} {entry.number} was closed at {at}, now {entry.closed_at}, by {[one.action for one in acts]}"
    last = Movement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Entry.objects.exclude(closed_at=None).values_list("pk", "closed_at", "due_at", "outcome")
    asked.closed = {pk: (at, due, outcome, last) for pk, at, due, outcome in rows if at}


@invariant
def pending_reviews_have_a_signer(asked: Asked) -> Iterator[str]:
    """Somebody who exists can sign the stage that a text waits for."""
    for review in Review.objects.filter(state__in=OPEN_STATES):
        stage = stage_of(review, plan_of(review))
        if stage is not None and not list_candidates(review, stage):
            yield f"review {review.pk} of unit {review.body_id} waits for {stage.name}, which nobody can sign"


#: Kinds whose work is a text or a record elsewhere, which closes the entry: no act of its own is offered on it.
WORKED_ON_ELSEWHERE = {"disclosure", "upload", "decision_feedback"}
#: States that end when a text is published or a report is handed in on its own page; verbs that give up a matter.
LEFT_BY_A_TEXT = {("promise", "registered"), ("decision", "consulting")}
GIVING_UP = {"cancel", "cease", "drop", "void", "withdraw", "remove", "cut_off"}


@invariant
def states_lead_on(asked: Asked) -> Iterator[str]:
    """In a state in which the unit must act, an act of its kind leads to another state."""
    for name, state in Entry.objects.open().order_by().values_list("kind", "state").distinct():
        kind = kind_of(name)
        if state in kind.waiting or name in WORKED_ON_ELSEWHERE or (name, state) in LEFT_BY_A_TEXT:
            continue
        verbs = {getattr(ACTIONS_BY_NAME.get(one), "verb", "") for one in kind.actions} - GIVING_UP
        moves = [kind.machine.moves[verb] for verb in sorted(verbs & kind.machine.moves.keys())]
        if not any(state in move.sources and {*move.to} - {state} for move in moves):
            yield f"{name} in state {state}: no act leads out of it, save giving it up"


@invariant
def open_entries_have_somebody(asked: Asked) -> Iterator[str]:
    """Somebody may do an act of its kind on every open entry, unless it waits for a person outside or a day."""
    people = [asked.player.actor(login) for login in asked.world.logins if _works(login)]
    for entry in _some(asked, Entry.objects.open().select_related("body").order_by("pk")):
        kind = kind_of(entry.kind)
        if kind.waits_outside and entry.state in kind.waiting:
            continue
        if entry.kind in WORKED_ON_ELSEWHERE:
            bodies = {one.pk for one in (entry.body, general_office(entry.body)) if one}
            if not any(by.bodies & bodies for by in people) and entry.body.alive:
                yield f"{entry.kind} of unit {entry.body.name}, where nobody works"
            continue
        near = sorted(people, key=lambda by: (entry.body_id not in by.bodies, by.person_id))
        names = _possible_acts(entry)
        if not any(not ACTIONS_BY_NAME[name].unfit(entry, by=by) for by in near for name in names):
            yield f"{entry.kind} in state {entry.state} of unit {entry.body.name} (alive: {entry.body.alive})"


def _works(login: str) -> bool:
    """Return true if the person of a login has an appointment in force."""
    own = Person.objects.filter(user__username=login, active=True, user__is_active=True)
    return Appointment.objects.filter(in_force(), person__in=own).exists()


@invariant
def hidden_is_hidden(asked: Asked) -> Iterator[str]:
    """What somebody may not see answers 403 or 404 and stands in no list; what was withdrawn is gone."""
    login = asked.rng.choice([one for one in asked.world.logins if _works(one)])
    by, client = asked.player.actor(login), asked.player.client(login)
    seen = set(visible_to(by).values_list("pk", flat=True))
    for entry in _some(asked, Entry.objects.exclude(pk__in=seen).order_by("pk"), 3):
        if (status := client.get(entry.url).status_code) not in {403, 404}:
            yield f"{login} opens {entry.kind} {entry.url}: {status}"
        page = client.get("/admin/ledger/", {"light": "all", "q": entry.number}).content.decode()
        if f'href="{entry.url}"' in page:
            yield f"{login} finds {entry.url} in the list"
    public = asked.player.client("")
    shelved = Shelf.objects.filter(from_at__lte=timezone.now()).exclude(until_at__lte=timezone.now())
    for document in _some(asked, Document.objects.exclude(pk__in=shelved.values("document")).order_by("pk"), 3):
        for address in document.addresses.all():
            if (status := public.get(address.path).status_code) == 200:
                yield f"{address.path} of a document that is not public: {status}"


def _possible_acts(entry: Entry) -> list[str]:
    """Return the acts of an entry's kind that its state allows."""
    kind = kind_of(entry.kind)
    verbs = {name: getattr(ACTIONS_BY_NAME[name], "verb", "") for name in kind.actions if name in ACTIONS_BY_NAME}
    moves = kind.machine.moves
    return [name for name, verb in verbs.items() if not verb or (verb in moves and entry.state in moves[verb].sources)]


#: Kinds that all units of their matter read without being told of each.
OPEN_KINDS = {"opinion_duty"}


def _strange(asked: Asked, by: Actor) -> list[Entry]:
    """Return entries of units in which a person neither works nor has worked, and of which nobody there was told."""
    own = Q()
    for body in Body.objects.filter(pk__in=by.bodies):
        own |= Q(body__path__startswith=body.path)
    people = Appointment.objects.filter(body__in=by.bodies).values_list("person", flat=True)
    told = Message.objects.filter(person__in=people).values_list("link", flat=True)
    known = {int(found[1]) for link in told if (found := ENTRY_LINK.match(link))}
    did = Movement.objects.filter(person_id__in=people, stream__startswith="entry/").values_list("stream", flat=True)
    known |= {int(one.partition("/")[2]) for one in did}
    led = Q(assignment__leads__in=by.bodies)  # who leads a task sees what its partners do
    rows = Entry.objects.exclude(own | led).exclude(audience=Audience.STAFF).exclude(pk__in=known)
    rows = rows.exclude(kind__in=OPEN_KINDS)
    return _some(asked, rows.select_related("body").order_by("pk"), 4 * FEW)


@invariant
def strangers_neither_see_nor_act(asked: Asked) -> Iterator[str]:
    """Staff of a unit that has nothing to do with an entry neither see it nor may do its acts."""
    for login in asked.rng.sample(asked.world.logins, min(3, len(asked.world.logins))):
        by = asked.player.actor(login) if _works(login) else None
        if by is None or not by.posts or {post.role for post in by.posts} - set(STAFF):
            continue
        strange = _strange(asked, by)
        seen = set(visible_to(by).filter(pk__in=[one.pk for one in strange]).values_list("pk", flat=True))
        for entry in strange:
            if entry.pk in seen:
                yield f"{login} sees {entry.kind} of {entry.body.name} in {entry.state}"
            for name in _possible_acts(entry):
                if not ACTIONS_BY_NAME[name].unfit(entry, by=by):
                    yield f"{login} may do {name} on {entry.kind} of {entry.body.name} in {entry.state}"


@invariant
def persons_are_not_named_in_public(asked: Asked) -> Iterator[str]:
    """No public page shows a personal number that somebody gave."""
    public = asked.player.client("")
    pages = ["/progress/", "/messages/", "/decisions/", "/policies/", "/search/?q=11010519491231002X"]
    rows = _some(asked, Entry.objects.exclude(closed_at=None).order_by("pk"), 2)
    for page in [*pages, *(f"/search/?q={entry.title[:20]}" for entry in rows)]:
        for number in personal_numbers(public.get(page).content.decode(), page):
            yield f"{page} shows {number}"


def personal_numbers(text: str, page: str) -> Iterator[str]:
    """Yield the personal numbers that a public page shows outside its forms, unless its address asked for them."""
    if any(number in text and number not in page for number in PERSONAL):
        words = " ".join(html.fromstring(text).xpath("//body//text()[not(ancestor::form) and not(ancestor::script)]"))
        yield from (number for number in PERSONAL if number in words and number not in page)


@invariant
def withdrawn_is_gone(asked: Asked) -> Iterator[str]:
    """A text that was withdrawn stands in no list, feed, search, sitemap or interface."""
    public, now = asked.player.client(""), timezone.now()
    shown = Shelf.objects.filter(from_at__lte=now).exclude(until_at__lte=now).values("document")
    ended = Shelf.objects.filter(until_at__lte=now).exclude(document__in=shown)
    for shelf in ended.exclude(column=None).order_by("-until_at", "pk")[:3]:
        path = f"/columns/{shelf.column_id}/{shelf.document_id}.html"
        for place in (f"/columns/{shelf.column_id}/", f"/columns/{shelf.column_id}/feed/", f"/units/{shelf.body_id}/"):
            if path in public.get(place).content.decode():
                yield f"{place} still leads to {path}, which was withdrawn"
        if path in public.get("/search/", {"q": shelf.title}).content.decode():
            yield f"the search still finds {path}, which was withdrawn"
    for edition in Edition.objects.filter(act=EditionAct.WITHDRAW).order_by("-pk")[:3]:
        if Edition.objects.filter(document=edition.document_id, pk__gt=edition.pk).exists():
            continue  # published again
        for shelf in Shelf.objects.filter(document=edition.document_id)[:1]:
            yield f"document {shelf.document_id}, which was withdrawn, is still on a shelf"
        for column in Placement.objects.filter(document=edition.document_id).values_list("column", flat=True)[:2]:
            path = f"/columns/{column}/{edition.document_id}.html"
            if path in public.get(f"/columns/{column}/").content.decode():
                yield f"/columns/{column}/ still leads to {path}, which was withdrawn"
            if public.get(path).status_code == 200:
                yield f"{path}, which was withdrawn, still opens"


#: Registers whose rows staff of other units may read: rules, results and reports that are addressed to all.
READ_BY_ALL = {
    "assessment.bulletins",
    "assessment.demands",
    "assessment.home",
    "assessment.lines",
    "assessment.schemes",
    "consultation.answers",
    "consultation.coverage",
    "newmedia.screenings",  # of the government, with the accounts of the reader's unit
    "notices.lookback",
    "opinion.spokespeople",
    "participation.catalogues",
    "policies.rounds",
    "publishing.websites",
    "requests.cases",
}


@invariant
def lists_show_own_rows(asked: Asked) -> Iterator[str]:
    """A clerk's lists hold rows of the clerk's unit, except those that all staff may read."""
    for login in asked.rng.sample(asked.world.logins, min(FEW // 2, len(asked.world.logins))):
        if not _works(login):
            continue
        by = asked.player.actor(login)
        if not by.posts or {post.role for post in by.posts} - set(STAFF):
            continue
        under = Q(body=None)
        for body in Body.objects.filter(pk__in=by.bodies):
            under |= Q(body__path__startswith=body.path)
            if body.kind == BodyKind.GENERAL_OFFICE:  # a government's work is its office's
                under |= Q(body=body.parent_id)
        for name in asked.rng.sample(sorted(asked.player.registers), FEW):
            register = asked.player.registers[name]
            fields = {field.name for field in register.model._meta.get_fields()}
            if register.parent or "body" not in fields or name in READ_BY_ALL:
                continue
            try:
                others = register.rows(by).exclude(under).values_list("pk", flat=True)[:1]
            except (Http404, PermissionDenied):
                continue
            if others:
                yield f"{name} shows {login} row {others[0]} of another unit"


@invariant
def links_lead_somewhere(asked: Asked) -> Iterator[str]:
    """Every link of a page answers below 400 for its reader."""
    login = asked.rng.choice([*[one for one in asked.world.logins if _works(one)], "", ""])
    client = asked.player.client(login)
    entries = visible_to(asked.player.actor(login)).order_by("pk") if login else Entry.objects.none()
    starts = [entry.url for entry in _some(asked, entries, 2)]
    for path in [*starts, "/admin/" if login else asked.rng.choice(("/", "/progress/", "/messages/", "/policies/"))]:
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            yield f"{login} {answer.status_code} {path}"
            continue
        tree = html.fromstring(answer.content.decode())
        links = [one.partition("#")[0] for one in tree.xpath("//main//a/@href")]
        pages = sorted({one for one in links if is_page(one)})
        for to in asked.rng.sample(pages, min(len(pages), FEW // 2)):
            if (status := client.get(to).status_code) >= 400:
                yield f"{login or 'nobody'} is led by {path} to {to}: {status}"


@slow
@invariant
def figures_equal_plain_sql(asked: Asked) -> Iterator[str]:
    """Figures of pages equal their recount by plain SQL at the simulated moment."""
    from django.core.cache import cache

    if connection.vendor != "sqlite":
        return
    pages: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures():
        if figure.page not in asked.world.unlike:
            pages.setdefault((figure.who, figure.page), []).append(figure)
    chosen = [*pages] if asked.all_figures else asked.rng.sample([*pages], FEW)
    cache.clear()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.sqlite3"
        write_database(str(file))
        with closing(connected(file)) as rows:
            for who, page in chosen:
                if who and asked.player.actor(who).posts != asked.posts[who]:
                    continue  # a recount names what this login saw at first
                answer = asked.player.client(who).get(page)
                if answer.status_code != 200 or answer.streaming:
                    continue
                words = Answer(page, answer.content.decode()).words
                yield from filter(None, (figure.disagreement(words, rows) for figure in pages[who, page]))


@slow
@invariant
def audit_is_complete(asked: Asked) -> Iterator[str]:
    """The log, its seals, signatures, dates and covered rows recompute."""
    asked.player.traveller.shift(timedelta(seconds=1))  # a seal has a moment of its own
    seal_now()
    for finding in audit.run_audit():
        if not finding.verdict.ok:
            yield f"{finding.name}: {finding.verdict.broken} {finding.verdict.others[:3]}"


def _some(asked: Asked, rows: "object", count: int = FEW) -> list:  # type: ignore[type-arg]
    keys = list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]
    chosen = asked.rng.sample(keys, min(count, len(keys)))
    return list(rows.filter(pk__in=chosen))  # type: ignore[attr-defined]
