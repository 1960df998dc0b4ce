"""Derive Wagtail's groups and the right to enter the back office from appointments."""

import time
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from gongkai.core.acts.rows import write_inserts
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Person, Role

#: Prefix of the Django groups of roles.
ROLE_GROUP_PREFIX = "role:"
#: People synchronised per query batch, and the time limit of one job run in seconds.
PEOPLE_PER_BATCH, SYNC_TIMEOUT_SECONDS = 200, 20.0


def group_name(role: str) -> str:
    """Return the name of the Django group of a role, for example `role:clerk`."""
    return f"{ROLE_GROUP_PREFIX}{role}"


def ensure_groups(**_: object) -> dict[str, Group]:
    """Create missing Django groups of roles and give all of them the right to enter the back office; return
    role → group."""
    enter = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin").first()
    names = {group_name(role): role for role in Role.values}
    existing_groups = {names[group.name]: group for group in Group.objects.filter(name__in=names)}
    groups_with_right = set(Group.objects.filter(permissions=enter).values_list("pk", flat=True)) if enter else set()
    groups = {}
    for name, role in names.items():
        group = existing_groups.get(role) or Group.objects.get_or_create(name=name)[0]
        if enter is not None and group.pk not in groups_with_right:
            group.permissions.add(enter)
        groups[role] = group
    return groups


def sync_access(*people: Person) -> None:
    """Update the role groups of these people's logins from their current appointments, and enable or disable the
    logins."""
    sync_access_of_many(people)


def sync_access_of_many(people: Iterable[Person]) -> int:
    """Update the role groups of many people's logins, and enable the logins of active people only.

    Return the number of logins whose groups changed.
    """
    people_by_user = {person.user_id: person for person in people if person.user_id}
    if not people_by_user:
        return 0
    write_inserts()
    wanted_groups: dict[int, set[str]] = {person.pk: set() for person in people_by_user.values()}
    rows = Appointment.objects.filter(in_force_q(), person__in=list(people_by_user.values()))
    for person_id, role in rows.values_list("person_id", "role"):
        wanted_groups[person_id].add(group_name(role))
    membership = _get_group_names(people_by_user)
    groups: dict[str, Group] = {}
    changed_count = 0
    for user_id, person in people_by_user.items():
        present_groups, due_groups = membership.get(user_id, set()), wanted_groups[person.pk]
        if present_groups != due_groups:
            changed_count += 1
            groups = groups or {group.name: group for group in ensure_groups().values()}
            assert person.user is not None
            person.user.groups.remove(*(groups[name] for name in present_groups - due_groups))
            person.user.groups.add(*(groups[name] for name in due_groups - present_groups))
        _sync_login_state(person)
    return changed_count


def _get_group_names(people: dict[int, Person]) -> dict[int, set[str]]:
    """Return user id → names of the role groups that the login has now; logins without any are missing."""
    names = {group_name(role) for role in Role.values}
    rows = Group.objects.filter(user__in=people, name__in=names).values_list("user", "name")
    groups_by_user: dict[int, set[str]] = {}
    for user_id, name in rows:
        groups_by_user.setdefault(user_id, set()).add(name)
    return groups_by_user


def _sync_login_state(person: Person) -> None:
    """Enable the person's login if the person is active, else disable it."""
    user = person.user
    if user is not None and user.is_active != person.active:
        user.is_active = person.active
        user.save(update_fields=["is_active"])


def run_due(*, seconds: float = SYNC_TIMEOUT_SECONDS) -> dict[str, int]:
    """Job: update role groups and state of the logins whose appointments began or ended; safe to miss and to repeat.

    The database selects the logins that are out of date; logins left after `seconds` are updated by
    the next run. Return {"logins": number of changed ones}.
    """
    people = list(_find_outdated_people().select_related("user").order_by("pk"))
    changed, end = 0, time.monotonic() + seconds
    for index in range(0, len(people), PEOPLE_PER_BATCH):
        if time.monotonic() > end:
            break
        changed += sync_access_of_many(people[index : index + PEOPLE_PER_BATCH])
    return {"logins": changed}


def _find_outdated_people() -> QuerySet[Person]:
    """Return the people whose login has other groups or another state than their appointments give."""
    posts = Appointment.objects.filter(in_force_q(), person__user__isnull=False).order_by()
    due_groups = posts.annotate(name=Concat(Value(ROLE_GROUP_PREFIX), "role")).values_list("person__user_id", "name")
    names = [group_name(role) for role in Role.values]
    members = get_user_model().groups.through.objects.filter(group__name__in=names, user__person__isnull=False)
    present_groups = members.order_by().values_list("user_id", "group__name")
    users = {user for user, _ in due_groups.difference(present_groups)} | {
        user for user, _ in present_groups.difference(due_groups)
    }
    logins = ~Q(user=None) & ~Q(user__is_active=F("active"))
    return Person.objects.filter(Q(user__in=users) | logins)
