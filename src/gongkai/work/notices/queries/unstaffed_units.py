"""Units with tasks but without appointed staff."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.reviewing.stage_assignments import find_unsignable_units
from gongkai.core.acts.action import Notification
from gongkai.core.ledger.kinds import list_inner_kinds
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.outbox import find_administrators
from gongkai.core.units.actors import Actor, get_reach, in_force_q, list_chief_posts, select_posts
from gongkai.core.units.models import Appointment, Body, Role, Standing
from gongkai.core.units.open_government_leads import list_led_units
from gongkai.core.units.queries import existing_bodies, find_general_office
from gongkai.core.units.unit_filters import GOVERNING_KINDS, SUPERVISING_ROLES, find_government
from gongkai.work.notices.actions.permissions import WORKER_ROLES, find_governments_with_office, find_staffed_bodies
from gongkai.work.notices.planning.plan import PlannedMeasure
from gongkai.work.notices.states import ASSIGNED, OPEN_STATES

# Staff of a unit.
_STAFF_ROLES = (*WORKER_ROLES, Role.SIGNER, Role.CHIEF)

# Roles that supervise units or appoint their staff.
APPOINTING_ROLES = (*SUPERVISING_ROLES, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class UnstaffedUnit:
    """A unit with `open` tasks (their number) that lacks a clerk, a signer, or a 政务公开办."""

    body: Body
    open: int
    no_worker: bool  # nobody may handle its tasks
    no_signer: bool  # nobody may sign
    no_chief: bool = False  # it has no 政务公开办

    @property
    def idle(self) -> bool:
        """Return true if the unit has pending work and no user who can do it."""
        return self.no_worker or self.no_chief

    @property
    def url(self) -> str:
        """Return the page where staff can be appointed or tasks of a closed unit are listed."""
        if self.body.alive:
            return reverse("units:body", args=[self.body.pk])
        return f"{reverse('ledger_list')}?body={self.body.pk}"

    @property
    def words(self) -> str:
        """Return the missing staff and the consequence in words."""
        if not self.body.alive:
            return "单位已撤销，任务无人办理：请取消任务，或者恢复单位后并入承接的单位"
        lacks = []
        if self.no_chief:
            lacks.append("没有政务公开办人员，各单位未办结的事项无人审核、督办")
        if self.no_worker:
            lacks.append("没有经办人，任务无人办理")
        if self.no_signer:
            lacks.append("信息没有人能审完")
        return "；".join(lacks)


def list_unstaffed_leads(planned: Iterable[PlannedMeasure]) -> list[Body]:
    """Return lead units without a user who can decide submissions, in two queries."""
    leads = {lead for measure in planned for owned in measure.owned for lead in owned.leads}
    return list(Body.objects.filter(pk__in=leads - find_staffed_bodies()).order_by("position", "pk"))


def list_units_without_staff(bodies: Iterable[int]) -> list[Body]:
    """Return the units without a clerk or head, except governments whose open-government office has staff."""
    wanted = set(bodies) - find_governments_with_office()
    able = Appointment.objects.filter(in_force_q(), role__in=WORKER_ROLES, body__in=wanted).values_list("body_id")
    return list(Body.objects.filter(pk__in=wanted).exclude(pk__in=able).order_by("position", "pk"))


def list_unstaffed_units(by: Actor) -> list[UnstaffedUnit]:
    """Return unstaffed units with open tasks that the user supervises, the worst first.

    For users in charge of a unit these are the units below it.
    """
    rows = {unit.body.pk: unit for unit in (*_list_lower_units(by), *_list_supervised_units(by))}
    for office in _list_supervised_offices(by):
        known = rows.get(office.body.pk, office)
        rows[office.body.pk] = replace(known, open=office.open, no_chief=True)
    return sorted(rows.values(), key=lambda one: (not one.idle, -one.open, one.body.pk))


def _list_supervised_offices(by: Actor) -> list[UnstaffedUnit]:
    """Return offices without 政务公开办 below governments the user administers or audits."""
    reach = Q()
    for post in by.posts:
        if post.role in {Role.ADMINISTRATOR, Role.AUDITOR}:
            reach |= Q(path__startswith=post.reach)
    return list_offices_without_chief(reach) if reach else []


def list_offices_without_chief(government_condition: Q) -> list[UnstaffedUnit]:
    """Return governments' offices without any 政务公开办 while their units have open entries.

    What a unit orders of itself (`list_inner_kinds`) needs no 政务公开办.
    """
    governments = existing_bodies(Body.objects.filter(government_condition, kind__in=GOVERNING_KINDS)).order_by("path")
    reaches = [get_reach(post.role, post.body) for post in list_chief_posts()]
    offices: list[UnstaffedUnit] = []
    done: list[str] = []
    for government in governments:
        if any(government.path.startswith(path) for path in (*reaches, *done)):
            continue
        done.append(government.path)
        owing = Entry.objects.open().filter(body__path__startswith=government.path).exclude(kind__in=list_inner_kinds())
        for path in reaches:
            owing = owing.exclude(body__path__startswith=path)
        if count := owing.count():
            offices.append(
                UnstaffedUnit(find_general_office(government) or government, count, False, False, no_chief=True)
            )
    return offices


def make_vacancy_notifications() -> list[Notification]:
    """Return notifications to administrators that an office has no 政务公开办."""
    notifications = []
    administered = Q(pk__in=())  # governments above this installation have nobody here
    for post in select_posts(Role.ADMINISTRATOR):
        administered |= Q(path__startswith=get_reach(post.role, post.body))
    for office in list_offices_without_chief(administered):
        last = _find_last_chief(find_government(office.body))
        for persons in find_administrators([office.body]):
            notifications.append(
                Notification(
                    subject=f"{office.body.label}没有政务公开办人员"[:200],
                    body=f"{office.open}项未办结的事项无人审核、督办。请在“单位与人员”中给接手人任职。",
                    link=office.url,
                    key=f"no_chief:{office.body.pk}:{last}",
                    persons=persons,
                )
            )
    return notifications


def _find_last_chief(government: Body) -> int:
    """Return the key of a government's newest 政务公开办 appointment, or 0.

    One that still awaits confirmation changes nothing: the office has been vacant since the one
    before.
    """
    here = Q(body=government) | Q(body__parent=government) & ~Q(body__kind__in=GOVERNING_KINDS)
    posts = Appointment.objects.filter(
        here, role=Role.CHIEF, standing=Standing.CONFIRMED, start__lte=timezone.localdate()
    )
    return posts.order_by("-pk").values_list("pk", flat=True).first() or 0


def _list_lower_units(by: Actor) -> list[UnstaffedUnit]:
    """Return lower units without staff that owe an inner task or share of the user's unit."""
    led = list_led_units(by)
    if not led:
        return []
    below = Q(pk__in=())
    for unit in led:
        below |= Q(path__startswith=unit.path)
    working = _find_working_units(Body.objects.filter(below).exclude(pk__in=[unit.pk for unit in led]))
    lacking = {body.pk for body in list_units_without_staff(working.values())}
    idle = {pk: unit for pk, unit in working.items() if unit in lacking}
    if not idle:
        return []
    query = Q(assignment__notice__government__in=led) | Q(delegation__task__body__in=led)
    owing = Entry.objects.open().filter(query, body__in=idle, kind__in=list_inner_kinds()).order_by()
    counts = _count_entries_by_working_unit(owing, idle)
    return [UnstaffedUnit(body, counts[pk], True, False) for pk, body in Body.objects.in_bulk(counts).items()]


def _find_working_units(bodies: QuerySet[Body]) -> dict[int, int]:
    """Map each unit to the unit whose staff does its work, after mergers."""
    into = dict(bodies.values_list("pk", "merged_into_id"))

    def follow(pk: int) -> int | None:
        """Return the unit at the end of a chain of mergers, None if it is not one of the bodies."""
        heir = into.get(pk, 0)
        return pk if heir is None else follow(heir) if heir else None

    # A unit merged into one outside these bodies is that one's, and theirs to staff who supervise it.
    return {pk: unit for pk in into if (unit := follow(pk)) is not None}


def _count_entries_by_working_unit(owing: QuerySet[Entry], working: dict[int, int]) -> dict[int, int]:
    """Return {working unit: number of entries}, those of the units merged into it included, by primary key."""
    counts: Counter[int] = Counter()
    for pk, count in owing.values_list("body_id").annotate(open=Count("*")):
        counts[working[pk]] += count
    return dict(counts)


def _list_supervised_units(by: Actor) -> list[UnstaffedUnit]:
    """Return supervised units without a user who handles tasks or signs texts."""
    if not by.has(*APPOINTING_ROLES):
        return []
    reach = Q(pk__in=())
    for post in by.posts:
        if post.role in APPOINTING_ROLES:
            reach |= Q(path__startswith=post.reach)
    working = _find_working_units(Body.objects.filter(reach))
    posts = Appointment.objects.filter(in_force_q(), role__in=_STAFF_ROLES, body__in=set(working.values()))
    existing = set(posts.order_by().values_list("body", "role").distinct())
    able = {body for body, role in existing if role in WORKER_ROLES} | find_governments_with_office()
    # An office whose 政务公开办 drafts and signs may have one person too few.
    drafts = {body for body, role in existing if role == Role.CHIEF}
    signs = {body for body, role in existing if role == Role.SIGNER} - drafts
    # Find unstaffed units before counting tasks: counting all would read a million rows.
    lacking = {pk: unit for pk, unit in working.items() if unit not in able & signs}
    if not lacking:
        return []
    owing = Entry.objects.open().filter(body_id__in=lacking, kind=ASSIGNED, state__in=OPEN_STATES).order_by()
    counts = _count_entries_by_working_unit(owing, lacking)
    bodies = Body.objects.in_bulk(counts)
    # A unit without a signer publishes if the site's plan lets the 政务公开办 sign for it.
    unsigned = [body for pk, body in bodies.items() if pk not in signs]
    blocked = {body.pk for body in find_unsignable_units(unsigned)} if unsigned else set()
    units = [
        UnstaffedUnit(body, counts[pk], pk not in able, pk in blocked)
        for pk, body in bodies.items()
        if pk not in able or pk in blocked
    ]
    # Only who may cancel tasks can do something about those of a closed unit.
    return [unit for unit in units if unit.body.alive or by.has(*SUPERVISING_ROLES)]
