"""Data of task lists and completion reports, and of inner tasks."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from gongkai.core.ledger.models import Entry, Evidence, EvidenceVerdict
from gongkai.core.ledger.models.entry import EntryQuerySet
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.writing.report import DONE, NOT_DONE, PARTLY, CompletionReport, MeasureFulfilment
from gongkai.lib.writing.tasks import PrintedTask, TaskList
from gongkai.lib.writing.titles import cite_title
from gongkai.work.notices.entries.columns import find_site_address, to_absolute_url
from gongkai.work.notices.models import COUNTED_MEASURES, Assignment, Duty, Measure, Notice
from gongkai.work.notices.models.notice import list_large_fields
from gongkai.work.notices.planning.descriptions import describe_rule
from gongkai.work.notices.planning.periods import YEAR, describe_period
from gongkai.work.notices.queries.visible import assignments_visible_to, make_unit_label
from gongkai.work.notices.states import ASSIGNED, CANCELLED_OUTCOMES, FULFILLED_OUTCOMES, INNER

OUTCOME_LABELS = {
    "done": "已完成",
    "partly": "部分完成",
    "not_applicable": "不涉及",
    "reassigned": "已改派",
    "withdrawn": "已退回",
    "carried": "转入下年回头看",
    "cancelled": "已取消",
}


def list_body_tasks(body: Body, year: int, user: object, *, of_own_notice: bool = False) -> QuerySet[Assignment]:
    """Return a unit's visible assignments of a year with all that a task list prints.

    With `of_own_notice` those of its own notice, else those assigned to it.
    """
    duties = Duty.objects.select_related("awaits").order_by("position", "pk")
    return (
        assignments_visible_to(user)
        .filter(body=body, entry__year=year, entry__kind=INNER if of_own_notice else ASSIGNED)
        .select_related("entry__body", "entry__office", "measure", "notice")
        .defer(*list_large_fields("notice"))
        .prefetch_related("leads", Prefetch("measure__duties", duties))
        .order_by("notice", "measure__position", "pk")
    )


def build_task_list(body: Body, year: int, user: object, *, of_own_notice: bool = False) -> TaskList:
    """Return the task list of a unit for a year; with `of_own_notice` that of its own notice."""
    rows = list(list_body_tasks(body, year, user, of_own_notice=of_own_notice))
    return TaskList(
        unit=body.name,
        year=year,
        made_on=timezone.localdate(),
        notices=tuple(dict.fromkeys(cite_title(row.notice.title, row.notice.doc_number) for row in rows)),
        tasks=tuple(to_printed_task(row) for row in rows),
    )


def to_printed_task(row: Assignment) -> PrintedTask:
    """Convert an assignment of `list_body_tasks` for printing."""
    duties = list(row.measure.duties.all())
    entry = row.entry
    return PrintedTask(
        number=entry.number,
        section=row.measure.section,
        item=row.measure.item,
        content=row.measure.text,
        duties=tuple(duty.text for duty in duties),
        paths=tuple(dict.fromkeys(" > ".join(path) for duty in duties for path in duty.paths)),
        channels=tuple(dict.fromkeys(channel for duty in duties for channel in duty.channels)),
        leads=tuple(body.label for body in row.leads.all()),
        responsible=str(entry.office) if entry.office else entry.body.label,
        limits=tuple(dict.fromkeys(describe_rule(duty.due) for duty in duties if duty.due)),
        due=timezone.localtime(entry.due_at).date() if entry.due_at else None,
        state=entry.state_label,
        period=describe_period(row.track, row.period),
    )


def build_completion_report(notice: Notice, body: Body | None = None) -> CompletionReport:
    """Return the completion report of a notice: state, evidence and reasons of every measure.

    With `body` the report of that unit. Cancelled tasks (不涉及、改派、退回、取消) are explained but not
    counted; carried-over tasks count as not done.
    """
    measures = list(notice.measures.filter(COUNTED_MEASURES).order_by("position", "pk"))
    rows, home = _group_by_measure(notice, body), find_site_address(notice.government)
    if body is not None:
        measures = [measure for measure in measures if measure.pk in rows]
    owed = [row for group in rows.values() for row in group if row.entry.outcome not in CANCELLED_OUTCOMES]
    return CompletionReport(
        government=body.name if body else notice.government.name,
        title=notice.title,
        doc_number=notice.doc_number,
        year=notice.year,
        made_on=timezone.localdate(),
        units=len({(row.body_id, row.share) for row in owed}),
        total=len(owed),
        closed=sum(1 for row in owed if row.entry.outcome in FULFILLED_OUTCOMES and row.entry.closed_at),
        late=sum(1 for row in owed if row.entry.light == "red"),
        closed_late=sum(1 for row in owed if row.entry.light == "grey_red"),
        measures=tuple(
            _build_fulfilment(place, measure, rows.get(measure.pk, []), home)
            for place, measure in enumerate(measures, start=1)
        ),
    )


def _group_by_measure(notice: Notice, body: Body | None = None) -> dict[int, list[Assignment]]:
    """Return the tasks of a notice in its year, by measure, perhaps of one unit."""
    standing = Evidence.objects.filter(withdrawn=False).exclude(lead="fails")
    rows = (
        Assignment.objects.filter(
            notice=notice, entry__year=notice.year, **({"body": body} if body is not None else {})
        )
        .select_related("entry__body", "entry__office")
        .prefetch_related(Prefetch("entry__evidence", standing, to_attr="standing"), "leads")
        .order_by("pk")
    )
    by_measure: dict[int, list[Assignment]] = {}
    for row in rows:
        by_measure.setdefault(row.measure_id, []).append(row)
    return by_measure


def _build_fulfilment(place: int, measure: Measure, rows: list[Assignment], home: str) -> MeasureFulfilment:
    """Return how far a measure is fulfilled, with evidence and reasons."""
    owed = [row for row in rows if row.entry.outcome not in CANCELLED_OUTCOMES]
    closed_rows = [row for row in owed if row.entry.outcome in FULFILLED_OUTCOMES and row.entry.closed_at]
    partly = [row for row in closed_rows if row.entry.outcome == "partly"]
    status = NOT_DONE
    if rows and not owed:
        status = "不涉及"
    elif owed and len(closed_rows) == len(owed) and not partly:
        status = DONE
    elif closed_rows:
        status = PARTLY
    return MeasureFulfilment(
        number=place,
        section=measure.section,
        content=measure.text,
        leads=tuple(dict.fromkeys(body.label for row in rows for body in row.leads.all())),
        status=status,
        total=len(owed),
        closed=len(closed_rows),
        evidence=_list_evidence(closed_rows, home),
        reasons=tuple(
            _describe_open_or_late_tasks(
                [row for row in rows if row not in closed_rows or row in partly or _is_overdue_or_late(row)]
            )
        ),
    )


def _list_evidence(rows: Iterable[Assignment], home: str) -> tuple[str, ...]:
    """Return the first six pieces of verified evidence in words, then the number of the others."""
    shown = [
        (f"{row.entry.body.label}：{evidence.title}", evidence.url if evidence.url != evidence.title else "")
        for row in rows
        for evidence in row.entry.standing  # type: ignore[attr-defined]
        if EvidenceVerdict.HOLDS in {evidence.lead, evidence.machine}
    ]
    texts = [text + (f"（{to_absolute_url(url, home)}）" if url else "") for text, url in shown[:6]]
    return tuple(texts) + ((f"另有{len(shown) - 6}条佐证",) if len(shown) > 6 else ())


def _describe_open_or_late_tasks(rows: Iterable[Assignment]) -> Iterable[str]:
    """Yield unit, state and reason of the first eight tasks, then the number of the others."""
    some = list(rows)
    for row in some[:8]:
        state = OUTCOME_LABELS.get(row.entry.outcome, row.entry.state_label)
        late = "，逾期" if _is_overdue_or_late(row) else ""
        words = _get_unit_statement(row)
        yield f"{make_unit_label(row.entry)}：{state}{late}{f'，{words}' if words else ''}"
    if len(some) > 8:
        yield f"另有{len(some) - 8}个单位"


def _is_overdue_or_late(row: Assignment) -> bool:
    """Return true if the task is overdue or was closed late."""
    return row.entry.light in {"red", "grey_red"}


def _get_unit_statement(row: Assignment) -> str:
    """Return the unit's words: its statement, else the reason of its last request."""
    last = row.asks.order_by("pk").last() if not row.statement.strip() else None
    text = last.reason if last else row.statement
    return text.strip().replace("\n", "；")


def find_unit_task(entry: Entry) -> Entry | None:
    """Return the unit's open task that an inner task belongs to, of the same period if possible, or None."""
    own = entry.assignment
    if own.measure.parent_id is None:
        return None
    rows = Assignment.objects.filter(
        measure=own.measure.parent_id, body=own.notice.government_id, notice__own=False, entry__closed_at=None
    )
    assignments = list(rows.select_related("entry__body").order_by("entry__due_at", "pk"))
    assignments.sort(key=lambda one: (one.period != own.period, one.track != YEAR))
    return assignments[0].entry if assignments else None


def list_inner_tasks(entry: Entry, by: Actor) -> EntryQuerySet:
    """Return the visible inner tasks that a unit derived from its task."""
    assignment = entry.assignment
    rows = visible_to(by, kind=INNER).filter(
        kind=INNER, assignment__measure__parent=assignment.measure_id, assignment__notice__government=entry.body_id
    )
    rows = rows.select_related("body", "office", "assignment__notice").defer(*list_large_fields("assignment__notice"))
    return rows.order_by("due_at", "pk")
