"""Draw changes of staff, units and texts, by who may make them: `events` performs them."""

import random
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.content.publishing import actions as publishing
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.models.reviews import OPEN_STATES
from gongkai.content.reviewing.signers import list_candidates, plan_of, stage_of
from gongkai.core.units.models import Appointment, Body, Person, Role
from simulation.events import list_withdrawn
from simulation.steps import EVENT, Player, Step
from simulation.values import GIVEN_NAMES, ID_NUMBER
from simulation.world import World

#: Texts that are looked at for one event; share of texts that name a person, which is masked.
FEW, NAMING = 4, 0.3


def draw_event(rng: random.Random, world: World, moment: datetime, player: Player) -> Step | None:
    """Return a change of staff or units by who may do it, or None where there is nothing to change."""
    day = timezone.localdate()
    posts = Appointment.objects.filter(end=None, start__lte=day).exclude(
        role__in=(Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
    )
    keys = list(posts.order_by("pk").values_list("pk", flat=True))
    bodies = [body.pk for body in Body.objects.filter(pk__in=[one.pk for one in world.units], active_to=None)]
    staff = Person.objects.filter(active=True).order_by("pk")
    people = list(staff.values_list("pk", flat=True))
    others = list(staff.exclude(user__username__in=world.named).values_list("pk", flat=True))
    if not keys or not bodies or not people:
        return None
    body = rng.choice(bodies)
    roles = (Role.CLERK, Role.REVIEWER, Role.SIGNER, Role.LEAD)
    drawn: dict[str, dict[str, list[str]]] = {
        "post_ends": {"post": [str(rng.choice(keys))]},
        "leave_is_covered": {
            "post": [str(rng.choice(keys))],
            "person": [str(rng.choice(people))],
            "days": [str(rng.randint(1, 40))],
        },
        "post_begins": {"body": [str(body)], "person": [str(rng.choice(people))], "role": [rng.choice(roles)]},
        "appointment_is_confirmed": {},
        "unit_is_renamed": {"body": [str(body)], "name": [f"云岭市{rng.choice(GIVEN_NAMES)}服务中心"]},
        "unit_is_merged": {"body": [str(body)], "into": [str(rng.choice(bodies))]},
        "unit_is_closed": {"body": [str(body)]},
        "person_is_deactivated": {"person": [str(rng.choice(others or people))]},
        "text_is_submitted": {
            "days": [str(rng.randint(0, 30))],
            "number": [str(rng.randint(1, 9999))],
            **({"words": [f"已经办结，联系人身份证号码{ID_NUMBER}。"]} if rng.random() < NAMING else {}),
        },
        "text_is_signed": {},
        "text_is_withdrawn": {},
        "text_is_erased": {"asks": [world.writer]},
        "worker_dies": {},
    }
    # Units end rarely: most of a year goes to units that are there.
    name = rng.choices([*drawn], weights=(3, 4, 4, 4, 2, 1, 0.5, 1, 12, 24, 6, 3, 2))[0]
    find = {"text_is_signed": find_signer, "text_is_withdrawn": find_withdrawer, "text_is_erased": find_eraser}
    whose = {"appointment_is_confirmed": "baomi", "text_is_submitted": world.writer}
    by = find[name](rng, world, player) if name in find else whose.get(name, "admin")
    return Step(moment.isoformat(), EVENT, by, name, "", drawn[name]) if by else None


def find_signer(rng: random.Random, world: World, player: Player) -> str:
    """Return a login that can sign a pending stage, or nothing."""
    for review in Review.objects.filter(state__in=OPEN_STATES).order_by("pk")[:FEW]:
        stage = stage_of(review, plan_of(review))
        able = {person for _, people in list_candidates(review, stage) for person in people} if stage else set()
        rows = Person.objects.filter(pk__in=able, user__username__in=world.logins).order_by("pk")
        if logins := [*rows.values_list("user__username", flat=True)]:
            return str(rng.choice(logins))
    return ""


def find_withdrawer(rng: random.Random, world: World, player: Player) -> str:
    """Return a login that may withdraw a text that is public now, or nothing."""
    public = Shelf.objects.filter(from_at__lte=timezone.now(), until_at=None).exclude(column=None)
    for shelf in public.select_related("document").order_by("-pk")[:FEW]:
        for login in rng.sample(world.logins, len(world.logins)):
            by = player.find_actor(login)
            if by is not None and by.posts and not publishing.withdraw.why_not(shelf.document, by=by):
                return login
    return ""


def find_eraser(rng: random.Random, world: World, player: Player) -> str:
    """Return a login of who may order the erasure of a withdrawn text, or nothing."""
    if not list_withdrawn():
        return ""
    chiefs = [
        one for one in world.logins if one != world.writer and (by := player.find_actor(one)) and by.has(Role.CHIEF)
    ]
    return rng.choice(chiefs) if chiefs else ""
