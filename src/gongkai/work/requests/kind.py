"""The ledger kind of requests."""

from django.db.models import Q

from gongkai.core.ledger.kinds import Kind
from gongkai.work.requests.deidentification import request_deidentifiers
from gongkai.work.requests.machine import ACTS, APPLICANT_STATES, REQUEST_MACHINE, UNIT_STATES
from gongkai.work.requests.models.request import CARRIED_OUTCOME, VOID_RESULT

REQUEST_RULE_SET = "request"


def _awaits_decision() -> Q:
    return Q(state__in=UNIT_STATES) & ~Q(request__proposal={}) & Q(request__isnull=False)


REQUEST_KIND = Kind(
    name="request",
    label="依申请公开",
    secret=True,  # contains personal data of the sender
    prefix="申请",
    machine=REQUEST_MACHINE,
    rules=REQUEST_RULE_SET,
    still_late=frozenset({VOID_RESULT}),
    carried_on=frozenset({CARRIED_OUTCOME}),
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
    waiting=APPLICANT_STATES,
    waits_outside=True,
    resting=_awaits_decision,
    lists_acts=True,
    answers_itself=True,
    register="requests:list",
    subject=("request__corrected_wanted", "request__wanted"),
    words=(
        "request__corrected_wanted",
        "request__wanted",
        "request__reference",
    ),
    deidentifiers=request_deidentifiers,
)
