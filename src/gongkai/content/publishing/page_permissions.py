"""Derive Wagtail page permissions from appointments: a body's writers may edit only its pages.

Nobody gets Wagtail's permission to publish. Permissions are updated when an appointment or person
is saved, at sign-in, and once a day for appointments that begin or end.
"""

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from wagtail.models import GroupPagePermission

from gongkai.content.editions.models import Column
from gongkai.content.editions.rules import WRITING_ROLES
from gongkai.content.publishing.models import get_or_create_unit_page
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.units.queries import map_successors

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Prefix of the Wagtail groups of a body's editors.
GROUP_NAME_PREFIX = "desk:"
#: Permissions of these groups: Wagtail's `add` edits only own pages, so both are needed; never `publish`.
GRANTED_PERMISSIONS = ("add_page", "change_page")
#: Roles that edit under a body's page: its writers, and the 政务公开办 for its own texts.
EDITING_ROLES = (*WRITING_ROLES, Role.CHIEF)
#: Seconds that one run of the job may take, so that the first desks of a province (5,000) hold up no other due work; persons at a time.
MAX_JOB_SECONDS, PERSONS_PER_BATCH = 20.0, 50
#: Time limit of the update within a request; the job does the rest.
MAX_SYNC_SECONDS_IN_REQUEST = 2.0


@transaction.atomic
def get_or_create_group(body: Body) -> Group:
    """Return the group of editors of a body's page, created with its permissions at first use."""
    group, made = Group.objects.get_or_create(name=f"{GROUP_NAME_PREFIX}{body.pk}")
    if made:
        desk = get_or_create_unit_page(body)
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", content_type__model="page", codename__in=GRANTED_PERMISSIONS
        ):
            GroupPagePermission.objects.get_or_create(group=group, page=desk.page_ptr, permission=permission)
    return group


def sync_groups(people: Iterable[Person]) -> int:
    """Update the groups of these persons' logins from their appointments; return how many changed."""
    known = {person.pk: person for person in people if person.user_id}
    wanted: dict[int, dict[str, Body]] = {number: {} for number in known}
    writers = Appointment.objects.filter(in_force_q(), person__in=list(known), role__in=EDITING_ROLES)
    rows = list(writers.select_related("body"))
    bodies = {row.body_id: [row.body] for row in rows}
    for merged, heir in map_successors(bodies).items():
        if merged != heir:
            bodies[heir].append(Body.objects.get(pk=merged))
    for row in rows:
        wanted[row.person_id] |= {f"{GROUP_NAME_PREFIX}{body.pk}": body for body in bodies[row.body_id]}
    has = _load_membership(known)
    changed = 0
    for number, person in known.items():
        names, user = has.get(number, set()), person.user
        if names == set(wanted[number]) or user is None:
            continue
        changed += 1
        if gone := names - set(wanted[number]):
            user.groups.remove(*Group.objects.filter(name__in=gone))
        if groups := [get_or_create_group(body) for name, body in wanted[number].items() if name not in names]:
            user.groups.add(*groups)
    return changed


def _load_membership(people: dict[int, Person]) -> dict[int, set[str]]:
    """Return {person key: names of the editors' groups of the person's login}."""
    membership: dict[int, set[str]] = {}
    members = Person.objects.filter(pk__in=list(people), user__groups__name__startswith=GROUP_NAME_PREFIX)
    for number, name in members.values_list("pk", "user__groups__name"):
        membership.setdefault(number, set()).add(name)
    return membership


def sync_all_groups(*, seconds: float = MAX_JOB_SECONDS) -> dict[str, int]:
    """Job: update groups that differ from appointments; return counts. May be repeated safely.

    Args:
        seconds: the time limit; the next run continues.
    """
    end, changed = time.monotonic() + seconds, 0
    outdated = sorted(find_outdated_persons())
    for index in range(0, len(outdated), PERSONS_PER_BATCH):
        if time.monotonic() > end:
            break
        changed += sync_groups(
            Person.objects.filter(pk__in=outdated[index : index + PERSONS_PER_BATCH]).select_related("user")
        )
    return {"desks": changed}


def find_outdated_persons() -> set[int]:
    """Return the keys of the persons with a login whose groups differ from their appointments."""
    desk = Concat(Value(GROUP_NAME_PREFIX), Cast("body_id", CharField()), output_field=CharField())
    writing = Appointment.objects.filter(in_force_q(), role__in=EDITING_ROLES).annotate(desk=desk).order_by()
    member = get_user_model().groups.through.objects
    lacking = writing.exclude(person__user=None).filter(
        ~Exists(member.filter(user=OuterRef("person__user"), group__name=OuterRef("desk")))
    )
    beyond = member.filter(group__name__startswith=GROUP_NAME_PREFIX, user__person__isnull=False).filter(
        ~Exists(writing.filter(person__user=OuterRef("user"), desk=OuterRef("group__name")))
    )
    heirs = map_successors(Body.objects.filter(merged__isnull=False, merged_into=None).values_list("pk", flat=True))
    inherited = {f"{GROUP_NAME_PREFIX}{merged}": heir for merged, heir in heirs.items() if merged != heir}
    return {
        *lacking.values_list("person", flat=True),
        *beyond.exclude(group__name__in=inherited).values_list("user__person", flat=True),
        *(_find_writers_of_merged_units_to_update(inherited) if inherited else ()),
    }


def _find_writers_of_merged_units_to_update(inherited: Mapping[str, int]) -> set[int]:
    """Return the persons whose groups of merged units are wrong; their pages belong to the successor's writers."""
    writers: dict[int, set[int]] = {}
    writing = Appointment.objects.filter(in_force_q(), role__in=EDITING_ROLES, body__in=set(inherited.values()))
    for person, body in writing.exclude(person__user=None).values_list("person", "body"):
        writers.setdefault(body, set()).add(person)
    wanted = {(person, desk) for desk, heir in inherited.items() for person in writers.get(heir, ())}
    member = get_user_model().groups.through.objects.filter(group__name__in=inherited, user__person__isnull=False)
    return {person for person, _ in wanted ^ set(member.values_list("user__person", "group__name"))}


def sync_after_merger(_: ActionEvent) -> None:
    """Update groups after a merger or its undoing."""
    sync_all_groups(seconds=MAX_SYNC_SECONDS_IN_REQUEST)


def sync_after_appointment(instance: Appointment, created: bool = False, **_: object) -> None:
    """Update a person's groups when an appointment is saved."""
    if not created or instance.role in EDITING_ROLES:
        sync_groups([instance.person])


def sync_after_person(instance: Person, created: bool = False, **_: object) -> None:
    """Update a person's groups when they leave, return, or get a login."""
    if not created:
        sync_groups([instance])


def sync_after_sign_in(user: "User", **_: object) -> None:
    """Update a person's groups at sign-in."""
    sync_groups(Person.objects.filter(user=user).select_related("user"))


def describe_columns_of_post(post: Appointment) -> list[str]:
    """Return [Chinese note on the number of columns for which the post's holder is responsible], [] without columns."""
    count = Column.objects.filter(person=post.person, owner=post.body, archived_at=None).count()
    return [f"任责任人的栏目{count}个（请在栏目管理改定责任人）"] if count else []
