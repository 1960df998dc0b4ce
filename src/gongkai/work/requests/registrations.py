"""Registration of this app's kinds, forms, panels and jobs at start-up."""

from collections.abc import Mapping

from django.db.models import Q

from gongkai.core.intake.encryption_job import register_row_preparation
from gongkai.core.intake.forms import register_public_form
from gongkai.core.intake.matters import register_matter
from gongkai.core.ledger import kinds
from gongkai.core.ledger.figures import make_timeliness_source, register_score
from gongkai.core.ledger.jobs import PeriodicJob, register_job
from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
from gongkai.core.ledger.past_records import is_always_past, names_earlier_day, register_past
from gongkai.core.spreadsheets import importers
from gongkai.work.requests import home_page, panels
from gongkai.work.requests.actions.registration import get_current_request_title
from gongkai.work.requests.applicant_matter import REQUEST_MATTER
from gongkai.work.requests.complaints.actions import get_current_complaint_title
from gongkai.work.requests.complaints.kind import COMPLAINT_KIND
from gongkai.work.requests.complaints.public import COMPLAINT_FORM, COMPLAINT_MATTER
from gongkai.work.requests.consultation_matter import CONSULTATION_MATTER
from gongkai.work.requests.deidentification import make_request_deidentifiers
from gongkai.work.requests.forms import acts
from gongkai.work.requests.importers import REQUEST_IMPORTER
from gongkai.work.requests.letter_signing import sign_pending_letters
from gongkai.work.requests.models import Complaint, PartyOpinion, Request
from gongkai.work.requests.models.request import CARRIED_OUTCOME, VOID_RESULT
from gongkai.work.requests.public import REQUEST_FORM
from gongkai.work.requests.states import APPLICANT_STATES, REQUEST_ACTS, REQUEST_MACHINE, UNIT_STATES

#: Acts that always need a proof and a second person. ¶ They enter what an applicant, review body or
#: court said outside the system, or a receipt from which a period counts.
ALWAYS_PAST_ACTS = frozenset(
    {
        *("withdraw", "record_ended", "take_correction", "conclude_dispute", "withdraw_dispute"),
        *("record_notice_service", "record_service"),
    }
)
#: Acts that count as recording the past if they name an earlier day.
BACKDATED_ACTS = frozenset({"deliver", "review_secrecy", "clear_fee"})
#: Acts that count as recording the past (补录) if the clerk declares so: notices, decisions and
#: replies.
SUPPLEMENTARY_ACTS = frozenset(
    {
        *("ask_correction", "ask_third_party", "ask_agency", "extend"),
        *("notify_fee", "take_payment", "decide", "reopen"),
    }
)


def _is_marked_past(_: Entry, facts: Mapping[str, object]) -> bool:
    return bool(facts.get("past"))


def _is_given_by_others(_: Entry, facts: Mapping[str, object]) -> bool:
    """Return true for an opinion that the party gave, other than silence, and for any record of the past."""
    return bool(facts.get("past")) or facts.get("opinion") != PartyOpinion.SILENT


def register_past_acts() -> None:
    """Register the acts that record something that happened outside the system."""
    assert REQUEST_ACTS.keys() >= ALWAYS_PAST_ACTS | BACKDATED_ACTS | SUPPLEMENTARY_ACTS
    for verbs, records_past in (
        (ALWAYS_PAST_ACTS, is_always_past),
        (BACKDATED_ACTS, names_earlier_day),
        (SUPPLEMENTARY_ACTS, _is_marked_past),
    ):
        for verb in verbs:
            register_past(f"request.{verb}", records_past)
    register_past("request.take_opinion", _is_given_by_others)
    register_past("complaint.withdraw", is_always_past)


REQUEST_RULE_SET = "request"


def _make_decision_condition() -> Q:
    return Q(state__in=UNIT_STATES) & ~Q(request__proposal={}) & Q(request__isnull=False)


def _list_hidden_steps(entry: Entry) -> tuple[str, ...]:
    """Return the clerk's steps not offered while a proposal awaits its decision."""
    steps = ("request.propose", "request.take_payment", "request.take_correction")
    return steps if entry.state in UNIT_STATES and entry.request.proposal else ()


REQUEST_KIND = EntryKind(
    name="request",
    label="依申请公开",
    secret=True,  # contains personal data of the sender
    prefix="申请",
    machine=REQUEST_MACHINE,
    rules=REQUEST_RULE_SET,
    still_late=frozenset({VOID_RESULT}),
    carried_on=frozenset({CARRIED_OUTCOME}),
    actions=tuple(f"request.{verb}" for verb in REQUEST_ACTS),
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
    resting=_make_decision_condition,
    taken=_list_hidden_steps,
    lists_acts=True,
    answers_itself=True,
    register="requests:list",
    subject=("request__corrected_wanted", "request__wanted"),
    words=("request__corrected_wanted", "request__wanted", "request__reference"),
    deidentifiers=make_request_deidentifiers,
)


def register_all() -> None:
    """Register the kinds of entries, forms, panels and the spreadsheet."""
    kinds.register_entry_kind(REQUEST_KIND)
    register_past_acts()
    acts.register_act_forms()
    register_matter(REQUEST_MATTER)
    register_row_preparation(Request, get_current_request_title)
    register_row_preparation(Complaint, get_current_complaint_title)
    register_matter(CONSULTATION_MATTER)
    register_public_form(REQUEST_FORM)
    only = {"request"}
    register_panel(EntryPanel("request", "requests/facts.html", panels.make_request_panel, kinds=only, position=150))
    register_panel(
        EntryPanel(
            "request_handling",
            "requests/handling.html",
            panels.make_handling_panel,
            kinds=only,
            position=160,
            acting="requests/to_read.html",
        )
    )
    register_panel(
        EntryPanel("request_steps", "requests/steps.html", panels.make_next_steps_panel, kinds=only, position=155)
    )
    register_panel(
        EntryPanel(
            "request_like",
            "requests/like.html",
            panels.make_similar_requests_panel,
            kinds=only,
            position=157,
            acting="requests/like.html",
            during={"request.propose", "request.decide"},
        )
    )
    register_block(
        HomeBlock(
            "requests",
            92,
            home_page.make_pending_request_lists,
            "requests/block.html",
            needs=home_page.list_request_row_conditions,
        )
    )
    importers.register_importer(REQUEST_IMPORTER)
    register_job(PeriodicJob("sign_letters", "签名文书", sign_pending_letters, position=64))
    register_score(make_timeliness_source("request", "依申请公开按期答复"))
    _register_complaints()


def _register_complaints() -> None:
    """Register kind, online matter, public form and panel of complaints."""
    kinds.register_entry_kind(COMPLAINT_KIND)
    register_matter(COMPLAINT_MATTER)
    register_public_form(COMPLAINT_FORM)
    register_panel(
        EntryPanel(
            "complaint", "requests/complaint_panel.html", panels.make_complaint_panel, kinds={"complaint"}, position=150
        )
    )
