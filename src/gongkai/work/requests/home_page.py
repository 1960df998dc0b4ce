"""Home-page lists of requests: answers to decide, files to review, fees, deliveries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.core.ledger.outside_texts import announce_entries, set_subjects
from gongkai.core.ledger.queries import own_visible_to, visible_to
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, can_stand_in, list_holders
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.work.requests.complaints.rules import list_reasons_unless_complaint_answerer
from gongkai.work.requests.models import Dispute, DisputeResult, Fee, Letter, Material, SecrecyReview
from gongkai.work.requests.pending_notices import get_new_answer_order, is_given_up, is_notice_unserved
from gongkai.work.requests.queries.fees import UNNOTIFIED_FEES
from gongkai.work.requests.results import FULLY_DISCLOSED, PARTLY_DISCLOSED
from gongkai.work.requests.rules import DECIDING_ROLES
from gongkai.work.requests.states import APPLICANT_STATES, OPEN_STATES, REQUEST_ACTS, UNIT_STATES, RequestState

# Maximum rows of a list.
MAX_LIST_ROWS = 8
#: Rows of a list that are loaded in one query.
LOADED_ROWS_AT_ONCE = 100

# Roles that may decide or review; the act's permission checks the single request.
_SIGNING_ROLES = (Role.CHIEF, *DECIDING_ROLES)
# Results that hand out the materials, which are reviewed before the decision.
DISCLOSING_RESULTS = frozenset({FULLY_DISCLOSED, PARTLY_DISCLOSED})

# The lists in order: act → heading.
LIST_HEADINGS = {
    "decide": "等我答复的信息公开申请",
    "propose": "受理单位没有人办理的信息公开申请",
    "answer_complaint": "待核查答复的信息公开投诉",
    "reopen": "复议、诉讼责令重新处理，还没有重新办理的申请",
    "review_secrecy": "等我保密审查的申请材料",
    "clear_fee": "等我核准的信息处理费",
    "notify_fee": "已核准、待发出收费通知的申请",
    "record_notice_service": "补正告知、收费通知待登记送达的申请",
    "record_dispute_step": "行政复议、行政诉讼待提交答复书、答辩状",
    "abandon": "逾期不补正、不缴费，可以结案的申请",
    "deliver": "已答复、待送达的申请",
    "remit_fee": "已缴费、待缴入国库的申请",
}


def list_request_row_conditions(by: Actor) -> list[RowCondition]:
    """Return conditions of which at least one holds when any of the lists has rows."""
    supervisor_conditions = (
        [RowCondition(Entry, {"kind": "request", "state": UNIT_STATES})] if by.has(Role.CHIEF) else []
    )
    supervisor_conditions += [RowCondition(Fee, {"cleared_on": None, "waived": ""})] if by.has(Role.CHIEF) else []
    own_rows = {"body": by.bodies, "kind": "request"}
    any_of_own = RowCondition(Entry, own_rows)
    return [
        RowCondition(Entry, {**own_rows, "state": {*OPEN_STATES, RequestState.ANSWERED}}),
        RowCondition(Entry, {**own_rows, "kind": "complaint", "closed_at": None}),
        RowCondition(Fee, {"treasury_on": None, "waived": ""}, also=any_of_own),
        RowCondition(Dispute, {"result": "", "answered_on": None}, also=any_of_own),
        RowCondition(Dispute, {"result": DisputeResult.CORRECTED, "orders_anew": True}, also=any_of_own),
        *supervisor_conditions,
    ]


def make_pending_request_lists(by: Actor) -> dict[str, object] | None:
    """Return {"lists": …} of the requests that wait for the user, or None if all lists are empty.

    Primary keys are queried first, then the rows of all lists in one query: most lists are empty on most days.
    """
    ids_by_step = _map_pending_request_ids(by)
    if by.has(Role.CHIEF):
        ids_by_step["clear_fee"] = _list_requests_with_uncleared_fees(by)
    if not by.has(*_SIGNING_ROLES):
        ids_by_step["decide"] = ids_by_step["review_secrecy"] = []
    rows = _load_entries(number for verb in LIST_HEADINGS for number in ids_by_step[verb][:LOADED_ROWS_AT_ONCE])
    lists, listed = [], list[Entry]()
    for verb, title in LIST_HEADINGS.items():
        entries = list(islice(_select_own_entries(by, verb, ids_by_step[verb], rows), MAX_LIST_ROWS + 1))
        if verb in _NOTE_SETTERS:
            _NOTE_SETTERS[verb](entries[:MAX_LIST_ROWS])
        if entries:
            context = {
                "title": title,
                "entries": entries[:MAX_LIST_ROWS],
                "verb": "complaint.answer" if verb == "answer_complaint" else f"request.{verb}",
                "noted": verb in _NOTE_SETTERS,
            }
            lists.append({**context, "more": len(entries) > MAX_LIST_ROWS})
            listed += entries[:MAX_LIST_ROWS]
    set_subjects(listed, by)
    return {"lists": lists} if lists else None


def _select_own_entries(by: Actor, verb: str, numbers: Sequence[int], rows: dict[int, Entry]) -> Iterator[Entry]:
    """Yield the entries for which this step is the user's own duty."""
    for start in range(0, len(numbers), LOADED_ROWS_AT_ONCE):
        batch = numbers[start : start + LOADED_ROWS_AT_ONCE]
        rows |= _load_entries(number for number in batch if number not in rows)
        announce_entries(rows.values())
        yield from (rows[number] for number in batch if _is_own_duty(by, verb, rows[number]))


def _is_own_duty(by: Actor, verb: str, entry: Entry) -> bool:
    """Return true if the user himself should do this step now, not only may."""
    if verb == "answer_complaint":
        return not list_reasons_unless_complaint_answerer(by, entry)
    if REQUEST_ACTS[verb].who(by, entry):
        return False
    if verb in {"propose", "decide"} and not entry.request.proposal:
        # Of a unit without people: decided at once where nobody is left to decide on a proposal.
        may_propose = not REQUEST_ACTS["propose"].who(by, entry)
        return can_stand_in(by, entry, ENTRY_STAFF_ROLES) and may_propose == (verb == "propose")
    if verb == "abandon":
        return is_given_up(entry, today=timezone.localdate())
    if verb == "record_notice_service":
        return is_notice_unserved(entry)
    return verb != "reopen" or get_new_answer_order(entry) is not None


def _map_pending_request_ids(by: Actor) -> dict[str, list[int]]:
    """Return primary keys of the requests and complaints that may wait for the user, by step."""
    ids_by_step: dict[str, list[int]] = defaultdict(list)
    if not by.bodies:
        return ids_by_step
    ids_by_step |= _map_fee_request_ids(by)
    complaints = visible_to(by, kind="complaint").filter(closed_at=None, body__in=by.bodies)
    ids_by_step["answer_complaint"] = list(complaints.order_by("due_at", "pk").values_list("pk", flat=True))
    ids_by_step["record_dispute_step"] = _list_requests_with_unanswered_disputes(by)
    ids_by_step["reopen"] = _list_requests_to_reopen(by)
    entries = own_visible_to(by).filter(kind="request", state=RequestState.ANSWERED).order_by("-closed_at", "-pk")
    ids_by_step["deliver"] = list(entries.values_list("pk", flat=True))
    rows = own_visible_to(by).filter(kind="request", state__in=OPEN_STATES)
    reviewed_here = by.has(*_SIGNING_ROLES)
    _add_open_requests(ids_by_step, rows, reviews=reviewed_here)
    if units := _list_units_stood_in_for(by):
        rows = visible_to(by, kind="request").filter(state__in=UNIT_STATES, body__in=units)
        _add_open_requests(ids_by_step, rows, reviews=True)
        empty = rows.exclude(body__in={post.body for post in list_holders(ENTRY_STAFF_ROLES)}).filter(
            request__proposal={}
        )
        ids_by_step["propose"] = list(empty.order_by("due_at", "pk").values_list("pk", flat=True))
        ids_by_step["decide"] += ids_by_step["propose"]
    if ids_by_step["abandon"]:
        ids_by_step["record_notice_service"] = _list_unserved_requests(ids_by_step["abandon"])
    return ids_by_step


def _list_units_stood_in_for(by: Actor) -> set[int]:
    """Return units below the user's 政务公开办 with requests to answer and at most one person to decide."""
    if not by.has(Role.CHIEF):
        return set()
    governed = by.reached_paths(Role.CHIEF)
    rows = visible_to(by, kind="request").filter(state__in=UNIT_STATES)
    rows = rows.exclude(body__in=by.bodies).exclude(body__path__in=governed)
    units = set(rows.order_by().values_list("body", flat=True))
    deciding: dict[int, set[int]] = defaultdict(set)
    for post in list_holders(DECIDING_ROLES) if units else ():
        deciding[post.body].add(min(post.people) if len(post.people) == 1 else 0)
    return {body for body in units if len(deciding[body]) <= 1}


def _add_open_requests(requests_by_step: dict[str, list[int]], rows: EntryQuerySet, *, reviews: bool) -> None:
    """Add open requests to the lists `abandon`, `decide` and, if `reviews`, `review_secrecy`.

    Those to decide have a proposal, no fee without notice and, if `reviews` and they disclose files, a review.
    """
    current_files = Material.objects.filter(request=OuterRef("pk"), dropped=False)
    charged = Fee.objects.filter(UNNOTIFIED_FEES, request=OuterRef("pk"))
    facts = ("pk", "state", "request__proposal", Exists(current_files), Exists(charged))
    with_files: list[int] = []
    disclosing: set[int] = set()
    proposed = []
    for number, state, proposal, files, fee in rows.order_by("due_at", "pk").values_list(*facts).iterator():
        if state in APPLICANT_STATES:
            requests_by_step["abandon"].append(number)
        elif proposal and not fee:
            proposed.append(number)
        if state in UNIT_STATES and files:
            with_files.append(number)
            if proposal.get("result") in DISCLOSING_RESULTS:
                disclosing.add(number)
    unreviewed = _list_unreviewed_requests(with_files) if with_files and reviews else []
    requests_by_step["review_secrecy"] += unreviewed
    requests_by_step["decide"] += [number for number in proposed if number not in disclosing.intersection(unreviewed)]


def _map_fee_request_ids(by: Actor) -> dict[str, list[int]]:
    """Return primary keys of requests for the steps `notify_fee` (fee cleared) and `remit_fee` (fee paid)."""
    ids_by_step: dict[str, list[int]] = defaultdict(list)
    fees = Fee.objects.filter(request__entry__in=own_visible_to(by).filter(kind="request"), treasury_on=None, waived="")
    to_notify = Q(paid_on=None, cleared_on__isnull=False, notified_on=None, request__entry__state__in=UNIT_STATES)
    rows = fees.filter(Q(paid_on__isnull=False) | to_notify).order_by("pk")
    for number, paid in rows.values_list("request", "paid_on").iterator():
        ids_by_step["remit_fee" if paid else "notify_fee"].append(number)
    return ids_by_step


def _list_unserved_requests(numbers: list[int]) -> list[int]:
    """Return those requests whose last correction or fee letter is not served yet."""
    letters = Letter.objects.filter(request__in=numbers, kind__in=("correction", "fee"), revoked_on=None)
    days_served = dict(letters.order_by("pk").values_list("request", "served_on"))
    return [number for number in numbers if days_served.get(number) is None]


def _list_requests_with_unanswered_disputes(by: Actor) -> list[int]:
    entries = own_visible_to(by).filter(kind="request")
    rows = Dispute.objects.filter(request__entry__in=entries, result="", answered_on=None)
    return list(dict.fromkeys(rows.order_by("copy_on", "pk").values_list("request", flat=True)))


def _list_requests_to_reopen(by: Actor) -> list[int]:
    entries = own_visible_to(by).filter(kind="request", closed_at__isnull=False)
    rows = Dispute.objects.filter(request__entry__in=entries, result=DisputeResult.CORRECTED, orders_anew=True)
    return list(dict.fromkeys(rows.order_by("decided_on", "pk").values_list("request", flat=True)))


def _set_order_notes(entries: list[Entry]) -> None:
    """Set each entry's `note`: day and name of the decision that orders a new answer."""
    for entry in entries:
        ruled = get_new_answer_order(entry)
        entry.note = f"{ruled.decided_on:%Y-%m-%d}{ruled.called}" if ruled else ""  # type: ignore[attr-defined]


def _set_deadline_notes(entries: list[Entry]) -> None:
    """Set `note` of each entry to the deadlines of its pending disputes."""
    cases = Dispute.objects.filter(request__in=[entry.pk for entry in entries], result="", answered_on=None)
    deadline_notes: dict[int, list[str]] = defaultdict(list)
    for dispute in cases:
        if dispute.answer_by is None:
            deadline_notes[dispute.request_id].append(f"请登记收到副本的日期，{dispute.answer_called}的期限自此起算")
            continue
        late = "已逾期，应于" if dispute.answer_by < timezone.localdate() else ""
        deadline_notes[dispute.request_id].append(f"{late}{dispute.answer_by:%Y-%m-%d}以前提交{dispute.answer_called}")
    for entry in entries:
        entry.note = "；".join(deadline_notes[entry.pk])  # type: ignore[attr-defined]


# Functions that set the note shown in place of the due date, by list.
_NOTE_SETTERS = {"record_dispute_step": _set_deadline_notes, "reopen": _set_order_notes}


def _list_unreviewed_requests(numbers: list[int]) -> list[int]:
    """Return the requests whose last secrecy review in force does not cover their present files."""
    last_reviews = {
        secrecy_review.request_id: secrecy_review
        for secrecy_review in SecrecyReview.objects.filter(request__in=numbers, outdated=False).order_by("pk")
    }
    files: dict[int, list[Material]] = defaultdict(list)
    for material in Material.objects.filter(request__in=numbers, dropped=False):
        files[material.request_id].append(material)
    return [
        number for number in numbers if number not in last_reviews or not last_reviews[number].covers(files[number])
    ]


def _list_requests_with_uncleared_fees(by: Actor) -> list[int]:
    fees = Fee.objects.filter(cleared_on=None, waived="", request__entry__closed_at=None).values("request")
    rows = visible_to(by, kind="request").filter(pk__in=fees)
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True))


def _load_entries(numbers: Iterable[int]) -> dict[int, Entry]:
    """Return entries by primary key, with unit, request and clock events loaded."""
    wanted = set(numbers)
    if not wanted:
        return {}
    rows = Entry.objects.filter(pk__in=wanted).select_related("body", "request")
    return {entry.pk: entry for entry in rows.prefetch_related("clock_events")}
