"""Invariants of access: who may see entries and perform actions. `invariants` registers them."""

import re
from collections.abc import Collection, Iterator

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.policies.rules import works_at_any_justice_bureau, works_at_justice_bureau_of
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Audience, Entry, Urging
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Appointment, Body, BodyKind
from gongkai.core.widgets.request_cache import page_cache
from gongkai.work.opinion.models import Consulted, OpinionDuty, Spokesperson
from simulation.invariants import SAMPLE_SIZE, Asked, invariant, some_rows
from simulation.liveness_invariants import list_possible_acts

ENTRY_LINK = re.compile(r"^/admin/ledger/(\d+)/")


@invariant
def ended_posts_give_nothing(asked: Asked) -> Iterator[str]:
    """A person without a current appointment is an actor without posts; checked by dates alone."""
    today = timezone.localdate()
    running = Appointment.objects.filter(start__lte=today).exclude(end__lt=today).filter(standing="confirmed")
    rows = set(running.values_list("person__user__username", "role"))
    for login in asked.world.logins:
        by = asked.player.find_actor(login)
        for role in sorted({post.role for post in by.posts} if by else ()):
            if (login, role) not in rows:
                yield f"{login} acts as {role}, and no such post runs today"


@invariant
def hidden_is_hidden(asked: Asked) -> Iterator[str]:
    """Hidden rows answer 403 or 404 and are in no list; withdrawn texts are gone."""
    login = asked.rng.choice([one for one in asked.world.logins if asked.works(one)])
    by, client = asked.player.actor(login), asked.player.client(login)
    seen = set(visible_to(by).values_list("pk", flat=True))
    for entry in some_rows(asked, Entry.objects.exclude(pk__in=seen).order_by("pk"), 3):
        if (status := client.get(entry.url).status_code) not in {403, 404}:
            yield f"{login} opens {entry.kind} {entry.url}: {status}"
        page = client.get("/admin/ledger/", {"light": "all", "q": entry.number}).content.decode()
        if f'href="{entry.url}"' in page:
            yield f"{login} finds {entry.url} in the list"
    public = asked.player.client("")
    shelved = Shelf.objects.filter(from_at__lte=timezone.now()).exclude(until_at__lte=timezone.now())
    for document in some_rows(asked, Document.objects.exclude(pk__in=shelved.values("document")).order_by("pk"), 3):
        for address in document.addresses.all():
            if (status := public.get(address.path).status_code) == 200:
                yield f"{address.path} of a document that is not public: {status}"


#: Entry kinds that all units of their matter may read.
SHARED_KINDS = {"opinion_duty"}


def _list_unrelated_entries(asked: Asked, by: Actor, keys: Collection[int] | None) -> list[Entry]:
    """Return entries of units where a person neither works nor worked, and that were not sent to that unit."""
    own = Q()
    for body in Body.objects.filter(pk__in=by.bodies):
        own |= Q(body__path__startswith=body.path)
    people = Appointment.objects.filter(body__in=by.bodies).values_list("person", flat=True)
    about = Q() if keys is None else Q(link__in=[f"/admin/ledger/{key}/" for key in keys])
    told = Message.objects.filter(about, person__in=people).values_list("link", flat=True)
    known = {int(found[1]) for link in told if (found := ENTRY_LINK.match(link))}
    did = Movement.objects.filter(person_id__in=people).values_list("stream", flat=True)
    did = (
        did.filter(stream__startswith="entry/")
        if keys is None
        else did.filter(stream__in=[f"entry/{key}" for key in keys])
    )
    known |= {int(one.partition("/")[2]) for one in did}
    led = Q(assignment__leads__in=by.bodies)  # who leads a task sees what its partners do
    led |= Q(contribution__task__body__in=by.bodies)
    led |= Q(budget_duty__call__table__body__in=by.bodies)  # who calls for budgets sees what comes of it
    rows = Entry.objects.exclude(own | led).exclude(audience=Audience.STAFF).exclude(pk__in=known)
    guided = Consulted.objects.filter(body__in=by.bodies).values("case")  # guidance is recorded, not asked for
    owing = OpinionDuty.objects.filter(entry__body__in=by.bodies).values(
        "case"
    )  # who has to take a measure reads its case
    rows = rows.exclude(kind__in=SHARED_KINDS).exclude(pk__in=guided).exclude(pk__in=owing)
    rows = rows if keys is None else rows.filter(pk__in=keys)
    return some_rows(asked, rows.select_related("body").order_by("pk"), 4 * SAMPLE_SIZE)


@invariant
def strangers_neither_see_nor_act(asked: Asked) -> Iterator[str]:
    """Staff of an uninvolved unit neither see an entry nor may perform its actions."""
    for login in asked.rng.sample(asked.world.logins, min(3, len(asked.world.logins))):
        yield from find_strangers(asked, login)


def find_strangers(asked: Asked, login: str, keys: Collection[int] | None = None) -> Iterator[str]:
    """Yield entries (all, or these) that an uninvolved person sees or may act on."""
    by = asked.player.find_actor(login)
    if by is None or not by.posts or {post.role for post in by.posts} - set(ENTRY_STAFF_ROLES):
        return
    if Spokesperson.objects.filter(person=by.person_id, end=None).exists():
        return  # speaks for a government on cases of all its units
    if not (strange := _list_unrelated_entries(asked, by, keys)):
        return
    seen = set(visible_to(by).filter(pk__in=[one.pk for one in strange]).values_list("pk", flat=True))
    for entry in strange:
        if entry.kind == "cleanup" and works_at_justice_bureau_of(by, entry.cleanup.round.body):
            continue  # organizes clean-ups for its government
        if entry.pk in seen:
            yield f"{login} sees {entry.kind} of {entry.body.name} in {entry.state}"
        with page_cache():
            allowed = [name for name in list_possible_acts(entry) if not ACTIONS_BY_NAME[name].unfit(entry, by=by)]
        yield from (f"{login} may do {name} on {entry.kind} of {entry.body.name} in {entry.state}" for name in allowed)


#: Registers with rows that staff of other units may read: rules, results and published reports; sheets of
#: a round that the reader's unit leads; the government's screenings with their hits; records of a clean-up
#: round of the reader's unit; mails of the unit's own mailbox, whoever answers them.
READ_BY_ALL = {
    "assessment.bulletins", "assessment.demands", "assessment.home", "assessment.lines", "assessment.schemes",
    "assessment.sheets", "consultation.answers", "consultation.coverage", "consultation.mails", "newmedia.hits", "newmedia.screenings",
    "notices.lookback",
    "opinion.spokespeople", "participation.catalogues", "policies.records", "policies.rounds", "publishing.websites",
    "requests.cases",
}  # fmt: skip


@invariant
def lists_show_own_rows(asked: Asked) -> Iterator[str]:
    """A clerk's lists hold rows of the clerk's unit, except those that all staff may read.

    Rows about an entry that the clerk sees are asked of the entry: see `strangers_neither_see_nor_act`.
    """
    for login in asked.rng.sample(asked.world.logins, min(SAMPLE_SIZE // 2, len(asked.world.logins))):
        by = asked.player.find_actor(login)
        if by is None or not by.posts or {post.role for post in by.posts} - set(ENTRY_STAFF_ROLES):
            continue
        under = Q(body=None)
        for body in Body.objects.filter(pk__in=by.bodies):
            under |= Q(body__path__startswith=body.path)
            if body.kind == BodyKind.GENERAL_OFFICE:  # a government's work is its office's
                under |= Q(body=body.parent_id)
        at_justice = works_at_any_justice_bureau(by)
        for name in asked.rng.sample(sorted(asked.player.registers), SAMPLE_SIZE):
            register = asked.player.registers[name]
            if at_justice and name in {"policies.files", "policies.filing", "policies.kept"}:
                continue  # the justice bureau looks after the documents of its government's units
            fields = {field.name for field in register.model._meta.get_fields()}
            about = "entry" if "entry" in fields else "inquiry__entry" if "inquiry" in fields else ""
            about = "pk" if register.model is Entry else about
            if register.parent or not ("body" in fields or about) or name in READ_BY_ALL:
                continue
            sent = (
                Q(office_id__in=by.bodies) if register.model is Urging else Q(pk__in=())
            )  # its head sees what it sent
            try:
                rows = register.rows(by)
                rows = rows.exclude(under | sent) if "body" in fields else rows  # else the row's entry says whose it is
                others = list((rows.exclude(**{f"{about}__in": visible_to(by).values("pk")}) if about else rows)[:1])
            except (Http404, PermissionDenied):
                continue
            for row in others:
                whose = sorted({f"{post.role} {post.body_id}" for post in by.posts})
                unit = f"unit {row.body_id}" if "body" in fields else "an entry that is hidden"
                yield f"{name} shows {login} ({', '.join(whose)}) row {row.pk} of {unit}"
