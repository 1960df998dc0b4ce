"""The ledger kind of complaints: states, clock and visibility."""

from collections.abc import Callable, Collection, Mapping

from django.db.models import Q

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.intake.deidentification import DeidentifiedText, Identities, deidentify
from gongkai.core.intake.deidentification import make_deidentifiers as hide_people
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
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
    """Return a text without the complainant and, if known, the applicant."""
    identities = Identities()
    identities.add_parties(complaint.matter, "投诉人")
    if complaint.request:
        identities.add_parties(complaint.request.matter, "申请人")
    identities.learn(complaint.text.reveal())
    identities.learn_people(complaint.text.reveal())
    return deidentify(text, identities)


class ComplaintState:
    """States of a complaint about disclosure; `ASKED`: the unit owes a statement."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


_State = ComplaintState
_OPEN_STATES = frozenset({_State.OPEN, _State.ASKED})
COMPLAINT_MACHINE = StateMachine(
    labels={
        _State.OPEN: "核查中",
        _State.ASKED: "待单位说明",
        _State.ANSWERED: "已书面答复",
        _State.WITHDRAWN: "投诉人已撤回",
    },
    moves={
        "ask_statement": make_move(_State.OPEN, _State.ASKED),
        "give_statement": make_move(_State.ASKED, _State.OPEN),
        "extend": make_move(_OPEN_STATES),
        "answer": make_move(_OPEN_STATES, _State.ANSWERED),
        "withdraw": make_move(_OPEN_STATES, _State.WITHDRAWN),
    },
    closed=frozenset({_State.ANSWERED, _State.WITHDRAWN}),
)


def make_target_visibility_condition(actor: Actor) -> Q | None:
    """Return the condition for complaints visible to the unit complained of: once it was asked."""
    if not actor.bodies:
        return None
    query = Q(state=_State.ASKED) | ~Q(complaint__statement="")
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
