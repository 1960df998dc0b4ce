"""The kind of entry."""

from gongkai.ledger.kinds import Kind
from gongkai.requests.machine import ACTS, REQUEST, WAITING

RULES = "request"
REQUEST_KIND = Kind(
    name="request",
    label="依申请公开",
    prefix="申请",
    machine=REQUEST,
    rules=RULES,
    actions=tuple(f"request.{verb}" for verb in ACTS),
    onward=(
        "request.take_opinion",
        "request.decide",
        "request.propose",
        "request.take_correction",
        "request.take_payment",
        "request.deliver",
    ),
    related=("request",),
    waiting=WAITING,
    waits_outside=True,
    lists_acts=True,
)
