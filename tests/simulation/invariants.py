"""Invariants that hold at any moment of a year: functions that yield findings."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.utils import timezone
from lxml import html

from browser.recount import Figure, load_figures, open_database
from browser.test_demands import Answer
from gongkai.content.editions.hosts import find_site_of_host
from gongkai.content.editions.models import Website
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.reviewing.models import Review, ReviewState, Signature, SignatureVerdict
from gongkai.content.reviewing.signers import get_plan
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import seal_now
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.states import JobState
from gongkai.core.ledger import audit, clock
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.models.legal_changes import ChangeState, HolidayYear, LegalChange
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.models import Body, BodyLevel
from gongkai.lib.law import default_calendar
from gongkai.work.notices.models import Notice
from gongkai.work.notices.states import NoticeState
from gongkai.work.requests.models import Consultation, Dispute
from gongkai.work.requests.models.disputes import DisputeKind
from simulation.pages import is_dead, is_page, kind_of_address
from simulation.start import write_database
from simulation.steps import Player
from simulation.world import World

#: Sample size of rows and figures.
SAMPLE_SIZE = 12


@dataclass
class Asked:
    """State for invariants: the player with its browsers, and earlier observations."""

    player: Player
    world: World
    rng: random.Random
    #: Closed entry → its time, due date, result, and the last movement known then.
    closed: dict[int, tuple[datetime, datetime | None, str, int]] = field(default_factory=dict)
    #: Login → its first posts.
    posts: dict[str, object] = field(default_factory=dict)
    #: Recount all figures instead of a sample: at the end.
    all_figures: bool = False
    #: Links already checked, by kind of link, kind of page and reader: see `touched`.
    links: set[tuple[str, str, str]] = field(default_factory=set)
    #: Entry → its version after the previous step.
    versions: dict[int, int] = field(default_factory=dict)
    #: Unit without 政务公开办 staff → the first day on which this was seen.
    vacant: dict[int, date] = field(default_factory=dict)
    #: Edition → its title, while it had one.
    titles: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.posts = {login: self.player.actor(login).posts for login in self.world.logins}
        self.sites, self.notices = list_sites(), list_notices()

    def works(self, login: str) -> bool:
        """Return true if the person of a login has a post now."""
        return bool((by := self.player.find_actor(login)) and by.posts)


def list_sites() -> list[tuple[object, ...]]:
    """Return the sites in the order in which a host chooses among them."""
    return [*Website.objects.order_by("pk").values_list("pk", "host", "is_default", "body")]


def list_notices() -> list[int]:
    """Return the notices that are in force."""
    return [*Notice.objects.filter(state=NoticeState.LIVE).order_by("pk").values_list("pk", flat=True)]


Invariant = Callable[[Asked], Iterator[str]]
INVARIANTS: dict[str, Invariant] = {}
#: Expensive invariants, checked at the end of each month.
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
    yield from find_clashing_signers()


def find_clashing_signers(*, newest_only: bool = False) -> Iterator[str]:
    """Yield approved reviews (all, or the latest) whose signers are not distinct."""
    approved = Review.objects.filter(state=ReviewState.APPROVED).order_by("-pk")
    reviews = [*(approved[:3] if newest_only else approved)]
    yes = Signature.objects.filter(review_id__in=[one.pk for one in reviews], verdict=SignatureVerdict.YES)
    signed: dict[int, list[tuple[int | None, int]]] = {}
    for number, person, stage in yes.order_by("pk").values_list("review_id", "person_id", "stage"):
        signed.setdefault(number, []).append((person, stage))
    for review in reviews:
        hands = signed.get(review.pk, [])
        people = [person for person, _ in hands]
        plan = get_plan(review)
        wrote = {review.submitted_person, *review.author_people}
        if len(set(people)) < len(people) or len({stage for _, stage in hands}) < len(plan.stages):
            yield f"review {review.pk}: stages {hands}"
        if not plan.drafter_first and wrote & set(people):
            yield f"review {review.pk} is signed by an author"


@invariant
def stored_dates_recompute(asked: Asked) -> Iterator[str]:
    """The stored dates of an entry equal those computed from its events and the rules of law."""
    yield from find_moved_dates(
        some_rows(asked, Entry.objects.open().prefetch_related("clock_events"), 3 * SAMPLE_SIZE)
    )


def is_law_fresh() -> bool:
    """Return true if a law or holiday change was made and no night has passed that recomputes entries."""
    since = timezone.now() - timedelta(days=1)
    confirmed = LegalChange.objects.filter(state=ChangeState.CONFIRMED, decided_at__gt=since)
    return confirmed.exists() or HolidayYear.objects.filter(at__gt=since).exists()


def was_right_yesterday(entry: Entry) -> bool:
    """Return true if a paused entry has yesterday's dates: here the next jobs recompute it."""
    stored = Entry.objects.prefetch_related("clock_events").get(pk=entry.pk)
    return stored.paused and not clock.recompute_dates([stored], today=timezone.localtime() - timedelta(days=1))


def find_moved_dates(entries: list[Entry]) -> Iterator[str]:
    """Yield open entries whose stored dates differ from those computed from their events."""
    if not entries or is_law_fresh():
        return
    for moved in clock.recompute_dates(entries):
        if not was_right_yesterday(moved.entry):
            yield f"{moved.entry.number} {moved.entry.state}: stored {moved.due_before}, recomputed {moved.entry.due_at}"


#: Rule of an entry → the event that starts its term, and its working days (条例第二十六条、第三十三条, and
#: #: the usual terms of mailboxes and hotlines).
TERMS = {
    "request": ("received", 20), "disclosure": ("formed", 20), "complaint": ("received", 20),
    "fault": ("received", 15), "message": ("received", 7), "consultation": ("received", 5), "call": ("received", 5),
    "mailbox": ("received", 3),
}  # fmt: skip


@invariant
def statutory_terms_are_kept(asked: Asked) -> Iterator[str]:
    """Entries without extension or pause are due at the end of their statutory term, counted here."""
    kinds = {kind.name for kind in ENTRY_KINDS_BY_NAME.values() if kind.rules in TERMS} | {"inquiry"}
    yield from find_missed_terms([*Entry.objects.open().filter(kind__in=kinds).prefetch_related("clock_events")])


def find_missed_terms(entries: list[Entry]) -> Iterator[str]:
    """Yield open entries that are not due at the end of their statutory term."""
    if not entries or is_law_fresh():
        return
    for entry in entries:
        if clock.get_rules_key(entry) not in TERMS:
            continue
        first, days = TERMS[clock.get_rules_key(entry)]
        events = list(entry.clock_events.all())
        if [one.kind for one in events] != [first] or entry.due_at is None:
            continue
        due = count_working_days(events[0].on, days)
        if timezone.localdate(entry.due_at) != due:
            yield f"{entry.number} is due {timezone.localdate(entry.due_at)}, its term ends {due}"


def count_working_days(first: date, days: int) -> date:
    """Return the last of `days` working days after a day, counted one by one."""
    while days:
        first += timedelta(days=1)
        days -= default_calendar().is_workday(first)
    return first


#: Working days of a third party and of another agency for their opinion (条例第三十二条、第三十四条), and those of an
#: office for its answer to a review, the simplified one last (行政复议法第四十八条、第五十四条).
OPINION_DAYS, REVIEW_DAYS, REVIEWED_SINCE = 15, (10, 5), date(2024, 1, 1)


@invariant
def days_shown_are_terms(asked: Asked) -> Iterator[str]:
    """The last days shown in letters and pages end statutory terms, counted here day by day."""
    if is_law_fresh():
        return
    for one in Consultation.objects.filter(replied_on=None).select_related("request__entry"):
        if one.until != (last := count_working_days(one.served_on or one.asked_on, OPINION_DAYS)):
            yield f"an opinion is asked for until {one.until}, its term ends {last}"
    for dispute in Dispute.objects.filter(kind=DisputeKind.REVIEW, answered_on=None, copy_on__gte=REVIEWED_SINCE):
        if dispute.answer_by != (last := count_working_days(dispute.copy_on, REVIEW_DAYS[dispute.simple])):
            yield f"a review is to be answered until {dispute.answer_by}, the term ends {last}"


@invariant
def closed_cases_stay(asked: Asked) -> Iterator[str]:
    """A closed entry changes only by an action on it, and its dates stay."""
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
def states_follow_the_log(asked: Asked) -> Iterator[str]:
    """Every entry has movements and is in the state of the last one that has a state."""
    with connection.cursor() as cursor:
        cursor.execute(STATES_IN_LOG)
        yield from (f"{kind} is in state {state}, the log says {said}" for kind, state, said in cursor.fetchall())


#: Entries whose state differs from their last movement with a state.
STATES_IN_LOG = """
SELECT DISTINCT e.kind, e.state, coalesce(m.to_state, 'nothing') FROM ledger_entry e LEFT JOIN acts_movement m ON m.id = (
    SELECT max(o.id) FROM acts_movement o WHERE o.stream = 'entry/' || e.id AND o.to_state <> ''
) WHERE m.id IS NULL OR m.to_state <> e.state ORDER BY 1, 2, 3
"""


@invariant
def no_job_is_lost(asked: Asked) -> Iterator[str]:
    """A job that a worker took and did not finish is retried or shown as failed."""
    late = timezone.now() - timedelta(days=2)
    for one in Errand.objects.filter(state=JobState.RUNNING, lease_until__lt=late):
        yield f"{one.kind} was taken and never ended"
    for one in Errand.objects.filter(state=JobState.WAITING, due_at__lt=late):
        yield f"{one.kind} waits, and nobody takes it"


@invariant
def links_lead_somewhere(asked: Asked) -> Iterator[str]:
    """Every link of a page answers with a status below 400 for its reader."""
    login = asked.rng.choice([one for one in asked.world.logins if asked.works(one)])
    entries = some_rows(asked, visible_to(asked.player.actor(login)).order_by("pk"), 2)
    yield from find_dead_links(asked, login, [*(entry.url for entry in entries), "/admin/"])
    site = find_site_of_host("testserver", Website.objects.all())
    if site is None:
        return  # the last site was removed
    shown = shelf_visible_to(ANONYMOUS).filter(website=site).exclude(column=None).order_by("pk")
    rows = some_rows(asked, shown, 2)
    texts, columns = [one.path for one in rows], [f"/columns/{one.column_id}/" for one in rows[:1]]
    site_changed = list_sites() != asked.sites
    yield from find_dead_links(
        asked, "", [*asked.rng.sample(PUBLIC_PAGES, 2), *([] if site_changed else texts + columns)]
    )


#: Public pages from which links are followed.
PUBLIC_PAGES = ("/", "/progress/", "/messages/", "/policies/", "/decisions/", "/answers/", "/annual/", "/requests/")


def find_dead_links(asked: Asked, login: str, pages: list[str]) -> Iterator[str]:
    """Yield links on a sample of pages that answer 400 or more for their reader."""
    client = asked.player.client(login)
    for path in pages:
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            yield f"{login} {answer.status_code} {path}"
            continue
        tree = html.fromstring(answer.content.decode())
        links = [one.partition("#")[0] for one in tree.xpath("//main//a/@href")]
        found = sorted({one for one in links if is_page(one)})
        kinds = {to: (kind_of_address(path), kind_of_address(to), str(bool(login))) for to in found}
        found.sort(key=lambda to: (kinds[to] in asked.links, asked.rng.random()))  # kinds of links that are new first
        new = [to for to in found if kinds[to] not in asked.links][: SAMPLE_SIZE // 3]
        for to in new or found[:1]:
            asked.links.add(kinds[to])
            if is_dead(answer := client.get(to)):
                yield f"{login or 'nobody'} is led by {path} to {to}: {answer.status_code}"


#: Pages whose recount covers one notice; unit names on pages; the group that reads them from a figure's ID.
PAGES_OF_ONE_NOTICE = ("/progress/", "/admin/notices/1/matrix/")
UNIT_NAME, UNIT_NAME_GROUP = re.compile(r"^(青溪县\w+|[市县]\w+)$"), "[市县]\\w+"


@slow
@invariant
def figures_equal_plain_sql(asked: Asked) -> Iterator[str]:
    """Figures on pages equal their recount by plain SQL at the simulated time."""
    from django.core.cache import cache

    if connection.vendor != "sqlite":
        return
    pages: dict[tuple[str, str], list[Figure]] = {}
    for figure in load_figures():
        if figure.page not in asked.world.unlike:
            pages.setdefault((figure.who, figure.page), []).append(figure)
    names = Body.objects.filter(level__in=(BodyLevel.CITY, BodyLevel.COUNTY)).values_list("short_name", flat=True)
    renamed = not all(UNIT_NAME.match(name) for name in names)  # a recount reads names of the usual form
    chosen = [*pages] if asked.all_figures else asked.rng.sample([*pages], SAMPLE_SIZE)
    cache.clear()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.sqlite3"
        write_database(str(file))
        with closing(open_database(file)) as rows:
            for who, page in chosen:
                if who and asked.player.actor(who).posts != asked.posts[who]:
                    continue  # a recount names what this login saw at first
                if page in PAGES_OF_ONE_NOTICE and list_notices() != asked.notices:
                    continue  # it counts the tasks of the notices that were in force at first
                moved = (
                    list_sites() != asked.sites
                )  # and the default site, by which this host answers, as it was at first
                if not who and moved:
                    continue
                answer = asked.player.client(who).get(page)
                if answer.status_code != 200 or answer.streaming:
                    continue
                words = Answer(page, answer.content.decode()).words
                found = [one for one in pages[who, page] if not (renamed and UNIT_NAME_GROUP in one.place)]
                found = [one for one in found if not (moved and "is_default" in one.recount)]
                yield from filter(None, (figure.find_difference(words, rows) for figure in found))


@slow
@invariant
def audit_is_complete(asked: Asked) -> Iterator[str]:
    """The audit verifies the log, seals, signatures, timestamps and covered rows."""
    asked.player.traveller.shift(timedelta(seconds=1))  # a seal has a moment of its own
    seal_now()
    paused = clock.recompute_dates(Entry.objects.paused().prefetch_related("clock_events"))
    redated_next = is_law_fresh() or any(was_right_yesterday(moved.entry) for moved in paused)
    for finding in audit.run_audit():
        if not finding.verdict.ok and not (finding.name == "clocks" and redated_next):
            yield f"{finding.name}: {finding.verdict.broken} {finding.verdict.others[:3]}"


def some_rows(asked: Asked, rows: "object", count: int = SAMPLE_SIZE) -> list:  # type: ignore[type-arg]
    """Return a random sample of a query's rows."""
    keys = list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]
    chosen = asked.rng.sample(keys, min(count, len(keys)))
    return list(rows.filter(pk__in=chosen))  # type: ignore[attr-defined]
