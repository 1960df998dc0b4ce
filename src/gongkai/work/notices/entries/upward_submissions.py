"""Find and create upward submissions (报送) that duties order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import get_end_of_due_day
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.work.notices.entries.checklist import get_period, is_lookback
from gongkai.work.notices.entries.expansion import to_planned_duties
from gongkai.work.notices.models import Assignment, Duty, Notice, Upward, UpwardKind
from gongkai.work.notices.planning.plan import find_duty_date
from gongkai.work.notices.planning.rules import find_track

# 报送市政府办公厅, 报市政府办公室备案, 检查情况反馈市政府办公厅; not what needs approval (报……核准、批准).
_SUBMISSION_PATTERN = re.compile(
    rf"(?:上报|报送|报|反馈)(?:至|到|给)?(?P<to>[{HAN}]{{0,12}}?(?:政务公开办|办公厅|办公室|主管部门|主管机关|政府办(?!公)|府办(?!公)))"
    r"(?!审?核准|批准|审批|同意|审定|审核)"
)
# 形成栏目格式模板，报市政府信息公开工作主管部门审定; 制订实施细则，报市政府审定.
_SUBMISSION_FOR_APPROVAL_PATTERN = re.compile(
    rf"(?:上报|报送|报)(?:至|到|给)?(?P<to>[{HAN}]{{0,12}}?(?:政务公开办|办公厅|办公室|主管部门|主管机关|政府))"
    r"(?=审?核准|批准|审批|同意|审定|审核)"
)
# Kinds that the sources order to be submitted for approval.
_KINDS_SUBMITTED_FOR_APPROVAL = frozenset({"column_templates", "rules"})
# 向市政府办公厅报送……
_ADDRESSEE_BEFORE_SUBMISSION_PATTERN = re.compile(
    rf"向(?P<to>[{HAN}]{{0,12}}?(?:政务公开办|办公厅|办公室|主管部门|主管机关|政府办(?!公)|府办(?!公)))(?:报送|上报|报备|反馈)"
)
#: Words of what is submitted, with the kind of submission; the first match decides.
SUBMISSION_KINDS: tuple[tuple[str, str], ...] = (
    ("任务清单", "task_list"),
    ("工作清单", "task_list"),
    ("栏目模板", "column_templates"),
    ("栏目格式模板", "column_templates"),
    ("正面清单", "lists"),
    ("负面清单", "lists"),
    ("正负面清单", "lists"),
    ("行政复议", "reconsideration"),
    ("行政诉讼", "reconsideration"),
    ("共性问题", "problems"),
    ("突出问题", "problems"),
    ("工作亮点", "highlights"),
    ("典型案例", "highlights"),
    ("实施细则", "rules"),
    ("实施办法", "rules"),
    ("检查反馈", "feedback"),
    ("整改情况", "feedback"),
    ("完成情况", "completion"),
    ("落实情况", "completion"),
    ("工作总结", "completion"),
)
# Also said of what is published, so only in the clause of the addressee: 检查结果于10月底前反馈市政府办公室.
_CHECK_RESULTS_PATTERN = re.compile(r"检查(?:结果|情况)")
# 报送任务清单, 上报典型案例: no addressee is printed, so it is the office that issued the notice.
_SUBMISSION_WITHOUT_ADDRESSEE_PATTERN = re.compile(
    r"(?<![汇填申])(?:报送|上报|报备)(?!审?核准|批准|审批|同意|审定|审核)"
)
_CLAUSE_END_RE = re.compile(r"[，,、]")
_SENTENCE_END = re.compile(r"[。；;\n]")


@dataclass(frozen=True, slots=True)
class OrderedSubmission:
    """An ordered submission: a value of `UpwardKind`, and the addressee as printed."""

    kind: str
    addressee: str


def find_submissions(text: str) -> tuple[OrderedSubmission, ...]:
    """Return the submissions ordered in the text of a duty, each kind once."""
    submissions: dict[str, OrderedSubmission] = {}
    for sentence in _SENTENCE_END.split(text):
        to = _SUBMISSION_PATTERN.search(sentence) or _ADDRESSEE_BEFORE_SUBMISSION_PATTERN.search(sentence)
        approval = None if to else _SUBMISSION_FOR_APPROVAL_PATTERN.search(sentence)
        clauses = [
            clause for clause in _CLAUSE_END_RE.split(sentence) if _SUBMISSION_WITHOUT_ADDRESSEE_PATTERN.search(clause)
        ]
        searched_text = sentence if to else "；".join(clauses)
        for kind_words, kind in SUBMISSION_KINDS:
            if approval and kind in _KINDS_SUBMITTED_FOR_APPROVAL and kind_words in sentence[: approval.start()]:
                submissions.setdefault(kind, OrderedSubmission(kind, approval["to"]))
            elif kind_words in searched_text:
                submissions.setdefault(kind, OrderedSubmission(kind, to["to"] if to else ""))
        if to and _CHECK_RESULTS_PATTERN.search(_get_clause(sentence, to)):
            submissions.setdefault("feedback", OrderedSubmission("feedback", to["to"]))
    return tuple(submissions.values())


def _get_clause(sentence: str, match: re.Match[str]) -> str:
    return (
        _CLAUSE_END_RE.split(sentence[: match.start()])[-1]
        + match[0]
        + _CLAUSE_END_RE.split(sentence[match.end() :])[0]
    )


UPWARD_KIND_NAME = "upward"
# Maximum length of an addressee.
MAX_ADDRESSEE_CHARACTERS = 120


def create_upward_submissions(assignments: Iterable[Assignment], *, by: Actor) -> list[Upward]:
    """Create the submissions that duties of assignments order, if they do not exist; return the new ones."""
    new_tasks = list(assignments)
    existing = set(Upward.objects.filter(assignment__in=new_tasks).values_list("assignment", "duty", "kind"))
    ordering = _find_ordered_submissions({assignment.measure_id for assignment in new_tasks})
    issuers = _get_issuers({assignment.notice_id for assignment in new_tasks})
    ordered = [
        (assignment, duty, filing)
        for assignment in new_tasks
        if not is_lookback(assignment)
        for duty, filings in ordering.get(assignment.measure_id, ())
        if find_track(duty.due) == assignment.track
        for filing in (replace(one, addressee=one.addressee or issuers[assignment.notice_id]) for one in filings)
    ]
    bodies = Body.objects.in_bulk({assignment.body_id for assignment, _, _ in ordered})
    rows = [
        _build_submission(assignment, bodies[assignment.body_id], duty, submission)
        for assignment, duty, submission in ordered
        if not _is_own_addressee(bodies[assignment.body_id], submission)
        and (assignment.pk, duty.pk, submission.kind) not in existing
    ]
    make_entries([entry for entry, _ in rows], by=by, words="通知要求报送")
    return Upward.objects.bulk_create([_attach_entry(entry, upward) for entry, upward in rows], batch_size=500)


def _get_issuers(notices: set[int]) -> dict[int, str]:
    """Return by key of the notice the label of its issuer, else of its government."""
    rows = Notice.objects.filter(pk__in=notices).select_related("issuer", "government")
    return {row.pk: (row.issuer or row.government).label for row in rows}


def _attach_entry(entry: Entry, upward: Upward) -> Upward:
    """Set the entry of a submission, which is stored now."""
    upward.entry = entry
    return upward


def _is_own_addressee(body: Body, filing: OrderedSubmission) -> bool:
    """Return true if the unit would submit to itself, for example the general office to itself."""
    names = {name.replace("办公厅", "办公室") for name in (body.name, body.label)}
    return filing.addressee.replace("办公厅", "办公室") in names


def _find_ordered_submissions(measures: set[int]) -> Mapping[int, list[tuple[Duty, tuple[OrderedSubmission, ...]]]]:
    """Return by measure the duties that order submissions, with these."""
    ordered_submissions: dict[int, list[tuple[Duty, tuple[OrderedSubmission, ...]]]] = {}
    duties = Duty.objects.filter(Q(text__contains="报") | Q(text__contains="反馈"), measure__in=measures)
    for duty in duties.select_related("awaits", "measure__notice"):
        if filings := find_submissions(duty.text):
            ordered_submissions.setdefault(duty.measure_id, []).append((duty, filings))
    return ordered_submissions


def _build_submission(
    assignment: Assignment, body: Body, duty: Duty, filing: OrderedSubmission
) -> tuple[Entry, Upward]:
    """Return (entry, submission) that a duty orders, none stored yet."""
    label = UpwardKind(filing.kind).label
    entry = Entry(
        kind=UPWARD_KIND_NAME,
        title=f"向{filing.addressee}报送{label}",
        body=body,
        office_id=assignment.entry.office_id,
        year=assignment.entry.year,
        due_at=get_end_of_due_day(_find_due_day(assignment, duty)),
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
    duty_date = find_duty_date(planned, get_period(assignment), int(assignment.period[:4]))
    assert assignment.entry.due_at is not None
    return duty_date or timezone.localtime(assignment.entry.due_at).date()
