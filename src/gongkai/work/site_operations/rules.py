"""Who may do what with faults, and with how sites and accounts are run.

| act | who |
|---|---|
| report a fault, say how satisfied one is | everybody |
| keep the file of a site, its texts, team, money, turns | who works for its unit (for a government: in its general office), the 政务公开办 over it |
| write a day's log | the same |
| receive what is handed over | who works for the unit |
| witness that | the 政务公开办 over it, a head of the unit |
"""

from django.db.models import Q

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import work
from gongkai.core.units.actors import in_force, reach_of
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.queries import general_office
from gongkai.core.units.reach import is_above
from gongkai.core.units.same_person import registrations
from gongkai.work.site_operations.models import Handover, Upkeep

WORKING = (Role.CLERK, Role.LEAD, Role.SIGNER, Role.REVIEWER)


def anybody(_by: Actor, _target: object) -> list[str]:
    """Every reader reports; whoever has the query code says how satisfied they are."""
    return []


def handles(by: Actor, number: int) -> list[str]:
    """Who may read the reader's name, contact and files: whoever works on the entry, nobody else."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="fault").first()
    return work(by, entry) if entry else ["没有这条记录。"]


def homes(body: Body) -> list[Body]:
    """Return where a unit's people work: the unit, for a government its general office, too."""
    office = general_office(body)
    return [body, office] if office else [body]


def _works(by: Actor, body: Body) -> bool:
    return any(by.has(*WORKING, body_id=home.pk) for home in homes(body))


def keeps(by: Actor, upkeep: Upkeep) -> list[str]:
    """Who works for the unit, and the 政务公开办 over it."""
    body = upkeep.body
    if is_above(by, body) or _works(by, body):
        return []
    return [f"只有主办单位（{body.label}）的工作人员或者政务公开办可以办理。"]


#: Who reads a site on duty: the same people.
reads = keeps


def receives(by: Actor, row: Handover) -> list[str]:
    """Who works for the unit that takes its site over."""
    return (
        []
        if _works(by, row.body) or by.has(Role.CHIEF, body_id=row.body.pk)
        else ["只有接收单位的工作人员可以签收。"]
    )


def can_be_received(row: Handover) -> bool:
    """Whether anybody holds a post that may receive it."""
    at = [home.pk for home in homes(row.body)]
    may = Q(body__in=at, role__in=WORKING) | Q(body=row.body.pk, role=Role.CHIEF)
    return Appointment.objects.filter(in_force(), may).exists()


def can_be_witnessed(row: Handover) -> bool:
    """Whether anybody but who received it holds a post that may witness it: a line that nobody can sign waits for nobody."""
    at = [home.pk for home in homes(row.body)]
    posts = Appointment.objects.filter(in_force(), role__in=[Role.LEAD, Role.CHIEF]).select_related("body")
    received = registrations(row.received_person) if row.received_person else set()
    return any(
        post.person_id not in received
        and (
            post.body_id in at
            if post.role == Role.LEAD
            else row.body.path.startswith(reach_of(post.role, post.body))
        )
        for post in posts
    )


def witnesses(by: Actor, row: Handover) -> list[str]:
    """The 政务公开办 over the unit; its head."""
    led = any(by.has(Role.LEAD, body_id=body.pk) for body in homes(row.body))
    return [] if led or by.reaches(Role.CHIEF, path=row.body.path) else ["由政务公开办或者单位负责人监交。"]
