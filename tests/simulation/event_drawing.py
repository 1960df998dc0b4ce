"""Draw changes of staff, units and texts with an actor who may make them; `events` performs them."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.content.publishing import actions as publishing
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.signers import get_pending_stage, get_plan, list_candidates
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import AnyAction
from gongkai.core.ledger.models import PastRecord, PastState
from gongkai.core.ledger.past_records import confirm_past
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Body, Person, Role, Standing
from simulation.events import list_withdrawn
from simulation.permissions import reasons_against
from simulation.steps import CALL, EVENT, Player, Step
from simulation.values import GIVEN_NAMES, ID_NUMBER
from simulation.world import World

#: Texts examined for an event; share of texts with personal data to mask; share of text events.
MAX_TEXTS, PERSONAL_DATA_SHARE, TEXT_EVENT_SHARE = 4, 0.3, 0.73


def draw_event(rng: random.Random, world: World, moment: datetime, player: Player) -> Step | None:
    """Return a change of staff or units, or an event of a text; None if there is none."""
    if rng.random() < TEXT_EVENT_SHARE:
        return _draw_text(rng, world, moment, player)
    day = timezone.localdate()
    posts = Appointment.objects.filter(end=None, start__lte=day).exclude(
        role__in=(Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
    )
    waiting = Appointment.objects.filter(standing=Standing.WAITING)
    keys, wait = ([*some.order_by("pk").values_list("pk", flat=True)] for some in (posts, waiting))
    bodies = [body.pk for body in Body.objects.filter(pk__in=[one.pk for one in world.units], active_to=None)]
    staff = Person.objects.filter(active=True).order_by("pk")
    people = list(staff.values_list("pk", flat=True))
    others = list(staff.exclude(user__username__in=world.named).values_list("pk", flat=True))
    if not keys or not bodies or not people:
        return None
    post, body, end = rng.choice(keys), rng.choice(bodies), day + timedelta(rng.randint(1, 40))
    person, role = rng.choice(people), rng.choice((Role.CLERK, Role.REVIEWER, Role.SIGNER, Role.LEAD))
    named = f"云岭市{rng.choice(GIVEN_NAMES)}服务中心"
    # Units end rarely, so that most steps of a year have active units.
    drawn: dict[str, tuple[float, str, int, dict[str, object]]] = {
        "units.end_appointment": (3, "appointment", post, {}),
        "units.cover": (4, "appointment", post, {"person": person, "start": day, "end": end}),
        "units.appoint": (4, "body", body, {"person": person, "role": role}),
        "units.confirm_appointment": (4, "appointment", wait[0] if wait else post, {}),
        "units.rename": (2, "body", body, {"name": named}),
        "units.merge": (1, "body", body, {"into": rng.choice(bodies)}),
        "units.close": (0.5, "body", body, {}),
        "units.deactivate": (1, "person", rng.choice(others or people), {}),
    }
    act = rng.choices([*drawn], weights=[weight for weight, *_ in drawn.values()])[0]
    _, model, number, facts = drawn[act]
    by, data = "baomi" if "confirm" in act else "admin", {name: [str(value)] for name, value in facts.items()}
    return Step(moment.isoformat(), CALL, by, act, f"units.{model}/{number}", data)


def _draw_text(rng: random.Random, world: World, moment: datetime, player: Player) -> Step | None:
    drawn: dict[str, dict[str, list[str]]] = {
        "text_is_submitted": {
            "days": [str(rng.randint(0, 30))],
            "number": [str(rng.randint(1, 9999))],
            **({"words": [f"已经办结，联系人身份证号码{ID_NUMBER}。"]} if rng.random() < PERSONAL_DATA_SHARE else {}),
        },
        "draft_is_submitted": {},
        "text_is_signed": {},
        "text_is_withdrawn": {},
        "text_is_erased": {"asks": [world.writer]},
        "worker_dies": {},
        "record_is_compared": {},
        "retention_passes": {},
    }
    name = rng.choices([*drawn], weights=(6, 12, 30, 5, 3, 2, 14, 3))[0]
    find = {
        "text_is_signed": find_signer, "text_is_withdrawn": find_withdrawer, "text_is_erased": find_eraser,
        "draft_is_submitted": find_draft, "record_is_compared": find_comparer,
    }  # fmt: skip
    by, target = find[name](rng, world, player) if name in find else (world.writer, "")
    return Step(moment.isoformat(), EVENT, by, name, target, drawn[name]) if by else None


def find_signer(rng: random.Random, world: World, player: Player) -> tuple[str, str]:
    """Return a login that can sign a pending stage, and its review, of the least approved kind; or nothing."""
    approved = Review.objects.filter(state=ReviewState.APPROVED).values_list("source", flat=True)
    known = Counter(one.partition("/")[0] for one in approved)
    waiting = [*Review.objects.filter(state__in=OPEN_STATES).order_by("-pk")[: 4 * MAX_TEXTS]]
    for review in sorted(waiting, key=lambda one: known[one.source.partition("/")[0]])[:MAX_TEXTS]:
        stage = get_pending_stage(review, get_plan(review))
        able = {person for _, people in list_candidates(review, stage) for person in people} if stage else set()
        rows = Person.objects.filter(pk__in=able, user__username__in=world.logins).order_by("pk")
        if logins := [*rows.values_list("user__username", flat=True)]:
            return str(rng.choice(logins)), f"reviewing.review/{review.pk}"
    return "", ""


def find_comparer(rng: random.Random, world: World, player: Player) -> tuple[str, str]:
    """Return a login that may confirm a past record, or nothing."""
    rows = PastRecord.objects.filter(state=PastState.WAITING).order_by("-pk")[:MAX_TEXTS]
    return find_able(rng, world, player, confirm_past, rows)


def find_able(
    rng: random.Random, world: World, player: Player, act: AnyAction, rows: Iterable[Model]
) -> tuple[str, str]:
    """Return a login that may perform an action, and the first row that allows it; or nothing."""
    for row in rows:
        for login in rng.sample(world.logins, len(world.logins)):
            by = player.find_actor(login)
            if by is not None and by.posts and not reasons_against(act, row, by):
                return login, f"{row._meta.label_lower}/{row.pk}"
    return "", ""


def find_draft(rng: random.Random, world: World, player: Player) -> tuple[str, str]:
    """Return a login that may submit a draft now, and the draft; or nothing."""
    models = [one for one in apps.get_models() if hasattr(one, "publication_blockers") and hasattr(one, "writers")]
    for model in sorted(rng.sample(models, len(models)), key=lambda one: player.handed_in[one._meta.label_lower]):
        for draft in model._base_manager.order_by("-pk")[:MAX_TEXTS]:
            posts = Appointment.objects.filter(in_force_q(), body=draft.unit, person__user__username__in=world.logins)
            for login in dict.fromkeys(posts.order_by("pk").values_list("person__user__username", flat=True)):
                by = player.find_actor(login)
                if by is not None and by.posts and not reasons_against(publishing.submit, draft, by):
                    player.handed_in[model._meta.label_lower] += 1
                    return login, f"{model._meta.label_lower}/{draft.pk}"
    return "", ""


def find_withdrawer(rng: random.Random, world: World, player: Player) -> tuple[str, str]:
    """Return a login that may withdraw a public text now, and the text; or nothing."""
    public = Shelf.objects.filter(from_at__lte=timezone.now(), until_at=None).exclude(column=None)
    documents = [shelf.document for shelf in public.select_related("document").order_by("-pk")[:MAX_TEXTS]]
    return find_able(rng, world, player, publishing.withdraw, documents)


def find_eraser(rng: random.Random, world: World, player: Player) -> tuple[str, str]:
    """Return a login that may order the erasure of a withdrawn text, or nothing."""
    if not list_withdrawn():
        return "", ""
    chiefs = [
        one for one in world.logins if one != world.writer and (by := player.find_actor(one)) and by.has(Role.CHIEF)
    ]
    return (rng.choice(chiefs) if chiefs else ""), ""
