"""The ledger kind of requests."""

from django.db.models import Q

from gongkai.core.ledger.kinds import Kind
from gongkai.work.requests.deidentification import deidentifiers
from gongkai.work.requests.machine import ACTS, REQUEST, RUNNING, WAITING
from gongkai.work.requests.models.request import CARRIED, VOID

RULES = "request"


def _proposed() -> Q:
    return Q(state__in=RUNNING) & ~Q(request__proposal={}) & Q(request__isnull=False)


REQUEST_KIND = Kind(
    name="request",
    label="依申请公开",
    prefix="申请",
    machine=REQUEST,
    rules=RULES,
    still_late=frozenset({VOID}),
    carried_on=frozenset({CARRIED}),
    actions=tuple(f"request.{verb}" for verb in ACTS),
    onward=(
        "request.take_opinion",
        "request.decide",
        "request.propose",
        "request.take_payment",
        "request.take_correction",
        "request.deliver",
    ),
    related=("request",),
    waiting=WAITING,
    waits_outside=True,
    resting=_proposed,
    lists_acts=True,
    answers_itself=True,
    register="requests:list",
    subject=("request__corrected_wanted", "request__wanted"),
    words=(
        "request__corrected_wanted",
        "request__wanted",
        "request__reference",
    ),
    deidentifiers=deidentifiers,
)
