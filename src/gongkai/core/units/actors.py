"""Build the actor of a signed-in user from appointments in force."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor, ActorPost
from gongkai.core.units.models import Appointment, Body, Person, Role, Standing
from gongkai.core.units.unit_filters import find_government
from gongkai.core.widgets.request_cache import ask_once

__all__ = [
    "ANONYMOUS",
    "REACH_FIELDS",
    "SYSTEM",
    "Actor",
    "ActorPost",
    "get_actor",
    "get_reach",
    "in_force_q",
    "list_chief_posts",
    "list_posts",
    "make_actor_of_person",
    "require_staff_actor",
    "select_posts",
]


#: Fields of an appointment's unit that `get_reach` needs.
REACH_FIELDS = (
    "body__kind",
    "body__path",
    "body__parent__path",
    "body__parent__kind",
    "body__parent__parent",
)


def get_actor(user: Any) -> Actor:
    """Return the actor of a user, cached on the user object; an actor itself, or `ANONYMOUS` for nobody signed in."""
    if isinstance(user, Actor):
        return user
    if user is None or not getattr(user, "is_authenticated", False):
        return ANONYMOUS
    actor = getattr(user, "_gongkai_actor", None)
    if actor is None:
        actor = user._gongkai_actor = _read_actor(user)
    return actor


def require_staff_actor(request: HttpRequest) -> Actor:
    """Return the actor of a back-office request.

    Raises:
        PermissionDenied: the login has no appointment in force.
    """
    by = get_actor(request.user)
    if not by.known:
        raise PermissionDenied("您目前没有任职，不能使用这个页面。")
    return by


def in_force_q(on: date | None = None) -> Q:
    """Return the filter for appointments in force on a day (default: today).

    Exclude those of inactive people and those awaiting confirmation. A leave cover counts only
    while the covered appointment runs.
    """
    day = on or timezone.localdate()
    covered_runs = Q(covers__isnull=True) | Q(covers__end__isnull=True) | Q(covers__end__gte=day)
    own_runs = Q(start__lte=day) & (Q(end__isnull=True) | Q(end__gte=day)) & Q(standing=Standing.CONFIRMED)
    return own_runs & Q(person__active=True) & covered_runs


def get_reach(role: str, body: Body) -> str:
    """Return the path prefix of the bodies that a role at a body reaches: for 政务公开办, 监督员 and technical roles
    those of its whole government, for others the body and those below it."""
    if role in {Role.CHIEF, Role.AUDITOR, Role.ADMINISTRATOR, Role.SECURITY}:
        return find_government(body).path
    return body.path


def list_chief_posts() -> list[Appointment]:
    """Return the appointments in force with role 政务公开办, of all governments; see `list_posts`."""
    return list_posts(Role.CHIEF)


def list_posts(role: str) -> list[Appointment]:
    """Return the appointments in force with a role, with the fields for `get_reach`, login and covered appointment.

    Read once a page.
    """
    return ask_once(("posts", role), lambda: list(select_posts(role)))


def select_posts(*roles: str) -> QuerySet[Appointment]:
    """Return the posts in force with one of these roles, with only the fields of `list_posts`."""
    rows = Appointment.objects.filter(in_force_q(), role__in=sorted(roles)).order_by("pk")
    rows = rows.select_related("body__parent", "person__user", "covers")
    return rows.only("role", "body", "person__user__is_active", "covers__person", *REACH_FIELDS)


def make_actor_of_person(person: Person) -> Actor:
    """Return the actor of a person, with or without a login, for example to record a paper signature."""
    rows = list(_list_appointments(timezone.localdate()).filter(person=person))
    if not rows:
        return Actor(person.name, person_id=person.pk, user_id=person.user_id)
    return _build_actor(rows)


@lru_cache(maxsize=2)
def _list_appointments(day: date) -> QuerySet[Appointment]:
    """Return the appointments in force on a day with what an actor is built from.

    Each request filters this query, which is put together once a day.
    """
    rows = Appointment.objects.filter(in_force_q(day))
    rows = rows.annotate(inherits=Exists(Body.objects.filter(merged_into=OuterRef("body")).order_by()))
    rows = rows.select_related("body__parent", "person", "covers__person")
    return rows.only("role", "body", "office", "person__name", "person__user", "covers__person__name", *REACH_FIELDS)


def _read_actor(user: AbstractBaseUser) -> Actor:
    rows = list(_list_appointments(timezone.localdate()).filter(person__user_id=user.pk))
    return _build_actor(rows) if rows else Actor(user.get_username(), user_id=user.pk)


def _build_actor(rows: list[Appointment]) -> Actor:
    """Return the actor of one person's appointments in force (at least one), with posts inherited in merged units."""
    person = rows[0].person
    posts = [ActorPost(a.role, a.body_id, a.office_id, get_reach(a.role, a.body), *_get_covered(a)) for a in rows]
    posts += _list_inherited_posts(rows)
    return Actor(
        person.name,
        person_id=person.pk,
        user_id=person.user_id,
        posts=tuple(posts),
        bodies=frozenset(p.body_id for p in posts),
    )


def _get_covered(appointment: Appointment) -> tuple[str, int | None]:
    """Return (name, id) of the person whose appointment is covered; ("", None) if it is no cover."""
    covered_person = appointment.covers.person if appointment.covers else None
    return (covered_person.name, covered_person.pk) if covered_person else ("", None)


def _list_inherited_posts(rows: list[Appointment]) -> list[ActorPost]:
    """Return the posts that appointments give in units merged into theirs, directly or through others."""
    appointments_by_body: dict[int, list[Appointment]] = {}
    for row in rows:
        if row.inherits:  # type: ignore[attr-defined]
            appointments_by_body.setdefault(row.body_id, []).append(row)
    posts: list[ActorPost] = []
    while appointments_by_body:
        merged_bodies = list(
            Body.objects.filter(merged_into__in=appointments_by_body).values_list("pk", "path", "merged_into_id")
        )
        posts += [
            ActorPost(a.role, pk, a.office_id, path, *_get_covered(a))
            for pk, path, into in merged_bodies
            for a in appointments_by_body[into]
        ]
        appointments_by_body = {pk: appointments_by_body[into] for pk, _, into in merged_bodies}
    return posts


def refuse_form_unless(is_allowed: bool, text: str) -> None:
    """Raise a refusal with `text` before a form opens for a user who may not submit it.

    Args:
        is_allowed: true if the user has a unit to act for.
        text: who can submit it instead, in Chinese.

    Raises:
        PermissionDenied.
    """
    if not is_allowed:
        raise PermissionDenied(text)
