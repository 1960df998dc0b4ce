"""The ledger kind of inquiries."""

from django.db.models import Q

from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import can_stand_in
from gongkai.core.units.actors import Actor
from gongkai.work.consultation.models import Contribution
from gongkai.work.consultation.rules import APPROVING_ROLES, make_inquiry_deidentifiers
from gongkai.work.consultation.states import INQUIRY_MACHINE, InquiryState

INQUIRY_KIND_NAME = "inquiry"


def _make_contributor_condition(actor: Actor) -> Q | None:
    """Return the filter for inquiries that the user's units received or contribute to; None without units."""
    if not actor.bodies:
        return None
    contributions = Contribution.objects.filter(body_id__in=actor.bodies).values("inquiry_id")
    return Q(pk__in=contributions) | Q(inquiry__receiver_id__in=actor.bodies)


def _is_approver(actor: Actor, entry: Entry) -> bool:
    is_own_approver = actor.has(*APPROVING_ROLES, body_id=entry.body_id)
    return is_own_approver or can_stand_in(actor, entry, APPROVING_ROLES, {entry.inquiry.drafted_by})


INQUIRY_KIND = EntryKind(
    name=INQUIRY_KIND_NAME,
    label="咨询留言",
    secret=True,  # contains personal data of the sender
    prefix="咨询",
    machine=INQUIRY_MACHINE,
    actions=(
        "inquiry.assign",
        "inquiry.answer",
        "inquiry.draft",
        "inquiry.answer_at_once",
        "inquiry.send_back",
        "inquiry.decline",
        "inquiry.ask_joint",
        "inquiry.contribute",
        "inquiry.extend",
        "inquiry.conclude",
        "inquiry.classify",
        "inquiry.supplement",
        "inquiry.reject",
        "inquiry.call_back",
        "inquiry.sort",
        "inquiry.reopen",
    ),
    onward=("inquiry.assign", "inquiry.answer", "inquiry.draft", "inquiry.contribute"),
    visible=_make_contributor_condition,
    judges=_is_approver,
    rules="message",
    related=("inquiry__receiver",),
    subject=("inquiry__subject", "inquiry__text"),
    words=("inquiry__subject", "inquiry__text"),
    deidentifiers=make_inquiry_deidentifiers,
    waiting=frozenset({InquiryState.DRAFTED}),
    still_late=frozenset({"rejected"}),
)
