"""Create upward submissions (报送) ordered by duties, with the tasks. Call these inside an action."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import end_of
from gongkai.core.ledger.making import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.work.notices.checklist import is_lookback, period_of_assignment
from gongkai.work.notices.expansion import to_planned_duties
from gongkai.work.notices.models import Assignment, Duty, Upward, UpwardKind
from gongkai.work.notices.planning.filing import OrderedSubmission, find_submissions
from gongkai.work.notices.planning.plan import find_duty_date
from gongkai.work.notices.planning.rules import find_track

UPWARD = "upward"
# Maximum length of an addressee.
MAX_ADDRESSEE_CHARACTERS = 120


def create_upward_submissions(assignments: Iterable[Assignment], *, by: Actor) -> list[Upward]:
    """Create the submissions that duties of new assignments order; the unit of the task owes them."""
    made = list(assignments)
    ordering = _find_ordered_submissions({assignment.measure_id for assignment in made})
    wanted = [
        (assignment, duty, filing)
        for assignment in made
        if not is_lookback(assignment)
        for duty, filings in ordering.get(assignment.measure_id, ())
        if find_track(duty.due) == assignment.track
        for filing in filings
    ]
    bodies = Body.objects.in_bulk({assignment.body_id for assignment, _, _ in wanted})
    rows = [
        _build_submission(assignment, bodies[assignment.body_id], duty, one)
        for assignment, duty, one in wanted
        if not _is_own_addressee(bodies[assignment.body_id], one)
    ]
    make_entries([entry for entry, _ in rows], by=by, words="通知要求报送")
    return Upward.objects.bulk_create(
        [_attach_entry(entry, upward) for entry, upward in rows], batch_size=500
    )


def _attach_entry(entry: Entry, upward: Upward) -> Upward:
    upward.entry = entry
    return upward


def _is_own_addressee(body: Body, filing: OrderedSubmission) -> bool:
    """Tell whether the unit would submit to itself, for example the general office to itself."""
    name = filing.addressee.replace("办公厅", "办公室")
    return name in {body.name, body.label}


def _find_ordered_submissions(
    measures: set[int],
) -> Mapping[int, list[tuple[Duty, tuple[OrderedSubmission, ...]]]]:
    found: dict[int, list[tuple[Duty, tuple[OrderedSubmission, ...]]]] = {}
    for duty in Duty.objects.filter(measure__in=measures, text__contains="报").select_related(
        "awaits", "measure__notice"
    ):
        if filings := find_submissions(duty.text):
            found.setdefault(duty.measure_id, []).append((duty, filings))
    return found


def _build_submission(
    assignment: Assignment, body: Body, duty: Duty, filing: OrderedSubmission
) -> tuple[Entry, Upward]:
    label = UpwardKind(filing.kind).label
    entry = Entry(
        kind=UPWARD,
        title=f"向{filing.addressee}报送{label}",
        body=body,
        office_id=assignment.entry.office_id,
        year=assignment.entry.year,
        due_at=end_of(_find_due_day(assignment, duty)),
    )
    upward = Upward(
        kind=filing.kind,
        notice_id=assignment.notice_id,
        assignment=assignment,
        duty=duty,
        addressee=filing.addressee[:MAX_ADDRESSEE_CHARACTERS],
    )
    return entry, upward


def _find_due_day(assignment: Assignment, duty: Duty) -> date:
    """Return the due date of the duty, or that of the task if the duty has none."""
    planned = to_planned_duties([duty], duty.measure.notice.issued_on)[0]
    own = find_duty_date(planned, period_of_assignment(assignment), int(assignment.period[:4]))
    assert assignment.entry.due_at is not None
    return own or timezone.localtime(assignment.entry.due_at).date()
