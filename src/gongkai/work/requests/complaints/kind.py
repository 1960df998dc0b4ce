"""The ledger kind of complaints: states, clock and visibility."""

from collections.abc import Callable, Collection, Mapping

from django.db.models import Q

from gongkai.core.intake.deidentification import DeidentifiedText, KnownIdentities, deidentify
from gongkai.core.intake.deidentification import make_deidentifiers as hide_people
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.requests.complaints.states import COMPLAINT_MACHINE, ComplaintState
from gongkai.work.requests.models import Complaint


def make_complaint_deidentifiers(entries: Collection[Entry]) -> Mapping[int, Callable[[str], str]]:
    """Return functions that hide the people of complaints, by primary key of the entry."""
    matters: dict[str, tuple[int, str]] = {}
    for complaint in Complaint.objects.filter(entry__in=entries).select_related("request"):
        matters[complaint.matter] = (complaint.pk, "投诉人")
        if complaint.request:
            matters.setdefault(complaint.request.matter, (complaint.pk, "申请人"))
    return hide_people(matters)


def deidentify_complaint(complaint: Complaint, text: str) -> DeidentifiedText:
    """Return a text without the complainant, the applicant and people it names."""
    identities = KnownIdentities()
    identities.add_parties(complaint.matter, "投诉人")
    if complaint.request:
        identities.add_parties(complaint.request.matter, "申请人")
    identities.learn(complaint.text.reveal())
    identities.learn_people(complaint.text.reveal())
    return deidentify(text, identities)


def make_target_visibility_condition(actor: Actor) -> Q | None:
    """Return the condition for complaints about the actor's units that ask for or have a statement.

    Return None if the actor has no units.
    """
    if not actor.bodies:
        return None
    query = Q(state=ComplaintState.ASKED) | ~Q(complaint__statement="")
    return Q(complaint__against_id__in=actor.bodies) & query


COMPLAINT_KIND = EntryKind(
    name="complaint",
    label="信息公开投诉",
    secret=True,  # contains personal data of the sender
    prefix="投诉",
    machine=COMPLAINT_MACHINE,
    rules="complaint",
    actions=(
        "complaint.answer",
        "complaint.ask_statement",
        "complaint.give_statement",
        "complaint.extend",
        "complaint.withdraw",
    ),
    onward=("complaint.give_statement", "complaint.answer"),
    visible=make_target_visibility_condition,
    words=("complaint__text", "complaint__institution"),
    deidentifiers=make_complaint_deidentifiers,
    related=("complaint__against",),
    still_late=frozenset({"withdrawn"}),
)
