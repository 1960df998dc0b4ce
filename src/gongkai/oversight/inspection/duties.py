"""Check the publication duties of notices against the texts published in their columns.

A duty with a disclosure path is looked up in its column, on our own site or on the unit's site.
Verdicts are derived data and can be recomputed at any time. They never close or submit a task.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Column, Shelf
from gongkai.content.editions.models.editions import Audience
from gongkai.content.editions.queries import map_titles_over_time
from gongkai.core.acts.following import ActionEvent
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.open_government_leads import list_led_units
from gongkai.core.units.unit_filters import make_reach_condition
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.matching.disclosures import DisclosureMatch, find_years, list_author_words, match_title
from gongkai.lib.typed_json import read_number, read_text
from gongkai.oversight.inspection.models import DutyChange, DutyFinding, DutyVerdict, InspectedSite
from gongkai.oversight.inspection.queries import list_latest_runs
from gongkai.oversight.inspection.verdicts import (
    FAULT_RESULTS,
    DutyJudgement,
    DutyResult,
    explain_unchecked,
    find_duty_subject,
    judge_texts,
)
from gongkai.work.notices.entries.checklist import find_first_day, get_period, is_lookback
from gongkai.work.notices.entries.columns import PublishingPlaces, find_government_places, join_path
from gongkai.work.notices.entries.expansion import to_planned_duties
from gongkai.work.notices.models import Assignment, Duty, ImportedColumn, Notice
from gongkai.work.notices.models.notice import list_large_fields
from gongkai.work.notices.planning.periods import QUARTER, find_period
from gongkai.work.notices.planning.plan import find_duty_date
from gongkai.work.notices.planning.rules import find_track, is_vague
from gongkai.work.notices.states import ASSIGNED, CHECKED_STATES, REQUEST_STATES, TASK_KINDS, NoticeState

#: Newest texts that a verdict lists as evidence.
MAX_EVIDENCE_TEXTS = 3
#: Note on tasks of one office: texts are published in the name of the whole unit.
WHOLE_UNIT_NOTE = "（按本单位公开的信息核对，不分处室）"
#: Verdicts that need a look at all places where a unit publishes.
UNPROVED_RESULTS = (DutyResult.MISSING, DutyResult.SHORT)
#: Verdicts on an ended cycle that later publications do not change.
SETTLED_RESULTS = (DutyResult.MET, DutyResult.LATE)
#: States in which a task is owed; a request to change it does not end that until granted.
OWED_STATES = CHECKED_STATES | REQUEST_STATES
UNSEEN_SITE_MESSAGE = "网站不在本平台，或者没有对应的栏目，不能认定没有公开，请打开核对"
#: Relations that lists of verdicts display.
_DISPLAYED_RELATIONS = ("assignment__entry__body", "assignment__entry__office", "assignment__notice", "duty")


def verify_duties() -> dict[str, int]:
    """Check the duties of all notices in force, as a job, each notice once a day.

    The job is safe to miss and to repeat.
    """
    today = timezone.localdate()
    looked_up = DutyVerdict.objects.filter(
        assignment__notice=OuterRef("pk"), checked_at__gt=end_of_day(today - timedelta(days=1))
    )
    ordered = Duty.objects.filter(measure__notice=OuterRef("pk")).exclude(paths=[])
    due = Notice.objects.filter(Exists(ordered), ~Exists(looked_up), state=NoticeState.LIVE)
    done = sum(verify_notice(notice, today) for notice in due.order_by("pk"))
    return {"verified": done} if done else {}


def verify_notice(notice: Notice, today: date, task: int | None = None) -> int:
    """Check the publication duties of a notice, or of one `task` (primary key); return the number of verdicts.

    Each duty is judged in its current cycle, and in earlier cycles whose verdict is not settled. Verdicts on duties that
    no longer apply are left unchanged.
    """
    columns: dict[str, int] = dict(ImportedColumn.objects.filter(notice=notice).values_list("path", "column_id"))
    paths = Prefetch("measure__duties", Duty.objects.exclude(paths=[]).select_related("awaits"), to_attr="published")
    ordered = Duty.objects.filter(measure=OuterRef("measure")).exclude(paths=[])
    rows = Assignment.objects.filter(Exists(ordered), notice=notice, entry__state__in=OWED_STATES)
    rows = rows if task is None else rows.filter(pk=task)
    rows = rows.select_related("measure", "notice__government", "body").defer(*list_large_fields("notice"))
    owed = list(rows.prefetch_related(paths))
    places = find_government_places(owed)
    units = {unit for place in places.values() for unit in place.units}
    own_columns = {column for place in places.values() for column in place.columns.values()}
    shelf = _map_shelf_rows(own_columns.union(columns.values()), units | {assignment.body_id for assignment in owed})
    titles = map_titles_over_time(row.document_id for rows in shelf.values() for row in rows)
    outer = _map_outer_columns({assignment.body_id for assignment in owed})
    stored_verdicts = {
        (row.assignment_id, row.duty_id, row.cycle): row
        for row in DutyVerdict.objects.filter(assignment__notice=notice)
    }
    verdicts = [
        _make_verdict(
            assignment,
            duty,
            span,
            columns,
            places.get(assignment.body_id),
            shelf,
            titles,
            outer,
            stored_verdicts,
            today,
        )
        for assignment in owed
        for duty in assignment.measure.published  # type: ignore[attr-defined]  # prefetched above
        if is_lookback(assignment) or find_track(duty.due) == assignment.track
        for span in _list_cycle_spans(assignment, duty, stored_verdicts, today)
    ]
    _store_verdict_changes(stored_verdicts, verdicts)
    DutyVerdict.objects.bulk_create(
        verdicts,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["assignment", "duty", "cycle"],
        update_fields=["result", "why", "count", "wanted", "due", "evidence", "checked_at"],
    )
    return len(verdicts)


def _store_verdict_changes(
    earlier_verdicts: dict[tuple[int, int, str], DutyVerdict], verdicts: list[DutyVerdict]
) -> None:
    """Store a change row for each verdict whose result differs from the known one."""
    results = {key: row.result for key, row in earlier_verdicts.items()}
    changed = [
        DutyChange(
            assignment=duty_verdict.assignment,
            duty=duty_verdict.duty,
            cycle=duty_verdict.cycle,
            before=results.get((duty_verdict.assignment_id, duty_verdict.duty_id, duty_verdict.cycle), ""),
            result=duty_verdict.result,
            why=duty_verdict.why,
            count=duty_verdict.count,
            at=duty_verdict.checked_at,
        )
        for duty_verdict in verdicts
        if results.get((duty_verdict.assignment_id, duty_verdict.duty_id, duty_verdict.cycle)) != duty_verdict.result
    ]
    DutyChange.objects.bulk_create(changed, batch_size=500)


def _map_shelf_rows(columns: set[int], bodies: set[int]) -> dict[tuple[int, int], list[Shelf]]:
    """Return the rows of these bodies that all may see now, by column and body, oldest first."""
    moment = timezone.now()
    rows = Shelf.objects.filter(column__in=columns, body__in=bodies, audience=Audience.ALL, from_at__lte=moment)
    shelf_rows: dict[tuple[int, int], list[Shelf]] = defaultdict(list)
    for row in (
        rows.filter(Q(until_at=None) | Q(until_at__gt=moment)).select_related("edition").order_by("published_at", "pk")
    ):
        shelf_rows[row.column_id, row.body_id].append(row)  # type: ignore[index]
    return shelf_rows


def _map_outer_columns(bodies: set[int]) -> dict[tuple[int, str], dict[str, object]]:
    """Return {(body, column name): facts of the column} from the latest inspections of the bodies' sites."""
    sites = InspectedSite.objects.filter(body__in=bodies)
    return {
        (run.site.body_id or 0, str(column["name"])): {**column, "at": run.today.isoformat()}
        for run in list_latest_runs(sites)
        for column in run.report.get("columns", ())
    }


def _describe_evidence(
    rows: Iterable[Shelf], external_columns: Iterable[Mapping[str, object]]
) -> list[dict[str, object]]:
    """Return up to `MAX_EVIDENCE_TEXTS` newest texts, and the columns of other sites as last inspected."""
    evidence: list[dict[str, object]] = [
        {
            "title": row.title,
            "path": row.path,
            "at": timezone.localtime(row.published_at).isoformat(),
            "edition": row.edition_id,
            "sha256": row.edition.digest,
        }
        for row in sorted(rows, key=lambda row: row.published_at)[-MAX_EVIDENCE_TEXTS:]
    ]
    evidence += [
        {"title": f"{column['name']}（{column['at']}检查）", "path": column["url"], "at": column.get("newest", "")}
        for column in external_columns
    ]
    return evidence


def _make_verdict(
    assignment: Assignment,
    duty: Duty,
    span: tuple[date, date, str],
    columns: dict[str, int],
    publishing_places: PublishingPlaces | None,
    public_rows: dict[tuple[int, int], list[Shelf]],
    former_titles: dict[int, list[tuple[datetime, str]]],
    outer_columns: dict[tuple[int, str], dict[str, object]],
    stored_verdicts: dict[tuple[int, int, str], DutyVerdict],
    today: date,
) -> DutyVerdict:
    """Return the unsaved verdict on one duty of a task in the cycle `span`.

    `columns` are the notice's columns by path, `publishing_places` those of the area. `public_rows` is by column and
    body, `former_titles` by document, `outer_columns` (of other, inspected sites) by body and name.
    """
    first_day, due, cycle = span
    required_count = int(duty.due.get("count") or 1) if duty.due.get("kind") == "times" else 1
    existing_columns = [columns[join_path(path)] for path in duty.paths if join_path(path) in columns]
    own_columns = (
        [publishing_places.columns[tuple(path)] for path in duty.paths if tuple(path) in publishing_places.columns]
        if publishing_places
        else []
    )
    authors = publishing_places.units if publishing_places else {assignment.body_id}
    rows = {
        row.document_id: row
        for key in product({*existing_columns, *own_columns}, authors)
        for row in public_rows.get(key, ())
    }
    external_columns = [
        outer_columns[assignment.body_id, path[-1]]
        for path in duty.paths
        if path and (assignment.body_id, path[-1]) in outer_columns
    ]
    stored = stored_verdicts.get((assignment.pk, duty.pk, cycle))
    certain, open_days = _split_days_by_certainty(
        assignment, duty, due, list(rows.values()), former_titles, external_columns, stored
    )
    if existing_columns or own_columns or external_columns:
        judged = judge_texts(certain, open_days, required=required_count, begins=first_day, due=due, today=today)
        text = f"（{stored.found_words}）" if stored and stored.found else ""
        judged = replace(judged, why=f"{judged.why}{WHOLE_UNIT_NOTE if assignment.share else ''}{text}")
        lower = assignment.body_id != assignment.notice.government_id
        if (
            judged.result in UNPROVED_RESULTS
            and publishing_places
            and lower
            and not external_columns
            and not publishing_places.has_columns_for(duty.paths)
        ):
            judged = DutyJudgement(DutyResult.UNCLEAR, f"{assignment.body.label}{UNSEEN_SITE_MESSAGE}", judged.count)
    else:
        judged = DutyJudgement(DutyResult.UNCLEAR, explain_unchecked(duty.paths), 0)
    return DutyVerdict(
        assignment=assignment, duty=duty, cycle=cycle, result=judged.result, why=judged.why, count=judged.count, wanted=required_count, due=due,
        evidence=_describe_evidence(rows.values(), external_columns), checked_at=timezone.now(),
    )  # fmt: skip


def _split_days_by_certainty(
    assignment: Assignment,
    duty: Duty,
    due: date,
    rows: list[Shelf],
    former_titles: dict[int, list[tuple[datetime, str]]],
    external_columns: list[dict[str, object]],
    stored_verdict: DutyVerdict | None,
) -> tuple[list[date], list[date]]:
    """Return (days of texts that surely fulfil the duty, days that a person must judge).

    Texts that a person has judged (`stored_verdict`) are certain or omitted; those on other sites
    (`external_columns`) are for a person.
    """
    matter = find_duty_subject(duty.text, due)
    unit = list_author_words(assignment.body.name, assignment.body.label, government=assignment.notice.government.name)
    found_at = stored_verdict.found_at if stored_verdict and stored_verdict.found else None
    fits = stored_verdict is not None and stored_verdict.found == DutyFinding.MET
    certain, open_days = list[date](), list[date]()
    for row in rows:
        judge = partial(match_title, name=matter.name, years=[matter.year], yearly=matter.yearly, allowed_words=unit)
        match = judge(row.title)
        # A renamed page is what it is since it has had such a title.
        since = (moment for moment, title in former_titles.get(row.document_id, ()) if judge(title) is match)
        moment = next(since, row.published_at)
        day = timezone.localtime(moment).date()
        if found_at and moment <= found_at:
            certain += [day] if fits else []
            continue
        if match is not DisclosureMatch.OTHER_YEAR or not find_years(row.title):
            (certain if match is DisclosureMatch.IS else open_days).append(day)
    for external_column in external_columns:
        if not external_column.get("newest"):
            continue
        day = date.fromisoformat(read_text(external_column, "newest"))
        if found_at and day <= timezone.localtime(found_at).date():
            certain += [day] if fits else []
        else:
            open_days.append(day)
    return certain, open_days


def _list_cycle_spans(
    assignment: Assignment, duty: Duty, stored_verdicts: dict[tuple[int, int, str], DutyVerdict], today: date
) -> list[tuple[date, date, str]]:
    """Return (first day, last day, label) of the duty's current cycle, and of the earlier ones whose stored verdict is
    not settled or was just decided by a person. A dated duty has one cycle with the label "".
    """
    period = get_period(assignment)
    if not is_vague(duty.due):
        planned = to_planned_duties([duty], assignment.notice.issued_on)[0]
        due = find_duty_date(planned, period, int(assignment.period[:4])) or period.last
        return [(find_first_day(assignment), max(due, assignment.extended_to or due), "")]
    cycle = find_period(duty.cycle or QUARTER, min(max(today, period.first), period.last))
    spans = [(cycle.first, cycle.last, cycle.label)]
    while cycle.first > period.first:
        cycle = find_period(cycle.track, cycle.first - timedelta(days=1))
        stored = stored_verdicts.get((assignment.pk, duty.pk, cycle.label))
        if stored and (stored.result not in SETTLED_RESULTS or stored.found_at == stored.checked_at):
            spans.append((cycle.first, cycle.last, cycle.label))
    return spans


def list_verdicts(entry: Entry) -> list[DutyVerdict]:
    """Return the newest verdict on each duty of an assignment, and those on earlier cycles that are unmet or doubtful."""
    rows = DutyVerdict.objects.filter(assignment=entry.pk).select_related("duty").order_by("cycle", "pk")
    newest = {row.duty_id: row for row in rows}
    shown = [row for row in rows if row is newest[row.duty_id] or row.result in (*UNPROVED_RESULTS, DutyResult.UNSURE)]
    return sorted(shown, key=lambda row: (row.duty.position, row.duty_id))


@register_visible_to()
def faults_visible_to(user: object) -> QuerySet[DutyVerdict]:
    """Return the verdicts of unmet open duties (missing, too few, late) on entries visible to the user."""
    return verdicts_visible_to(user).filter(result__in=FAULT_RESULTS)


@register_visible_to(DutyVerdict)
def verdicts_visible_to(user: object, *, settled: bool = False) -> QuerySet[DutyVerdict]:
    """Return verdicts on open duties on entries visible to the user.

    `settled` includes duties that no longer apply.
    """
    query = _make_task_condition(user, OWED_STATES if not settled else None)
    rows = DutyVerdict.objects.filter(query).select_related(*_DISPLAYED_RELATIONS)
    return rows.order_by("due", "pk")


@register_visible_to(DutyChange)
def changes_visible_to(user: object) -> QuerySet[DutyChange]:
    """Return the verdict history of entries visible to the user, newest first."""
    return DutyChange.objects.filter(_make_task_condition(user)).select_related(*_DISPLAYED_RELATIONS)


def _make_task_condition(user: object, states: Collection[str] | None = None) -> Q:
    """Return the condition for verdicts on tasks that the user may see, in these states if given."""
    query = Q()
    for kind in TASK_KINDS:
        rows = visible_to(user, kind=kind)
        rows = rows if states is None else rows.filter(state__in=states)
        if kind == ASSIGNED or rows.exists():
            query |= Q(assignment__entry__in=rows)
    return query


def list_notices_to_verify(user: object) -> QuerySet[Notice]:
    """Return the notices in force that the user may have checked at once.

    These are notices of governments, and those of the unit in which the user leads the work.
    """
    actor = get_actor(user)
    query = make_reach_condition(actor, "government__path", (Role.CHIEF,)) & Q(own=False)
    query |= Q(own=True, government__in=list_led_units(actor))
    return Notice.objects.filter(query, state=NoticeState.LIVE)


def verify_after_move(happened: ActionEvent) -> None:
    """Check the notices in force that use a moved column, its target, or a column above these.

    Follows `publishing.move` and `publishing.move_waiting`.
    """
    source = happened.target
    ends = {source.pk, read_number(happened.step.facts, "to")}
    paths = Column.objects.filter(pk__in=ends).values_list("path", flat=True)
    touched = {int(part) for path in paths for part in path.strip("/").split("/") if part}
    columns = ImportedColumn.objects.filter(column_id__in=touched, notice__state=NoticeState.LIVE)
    today = timezone.localdate()
    for notice in Notice.objects.filter(pk__in=columns.values("notice")):
        verify_notice(notice, today)


def verify_after_change(happened: ActionEvent) -> None:
    """Check the duties of a corrected notice, or of a task that was handed in or extended.

    Notices that are not in force or were never checked are skipped.
    """
    target = happened.target
    whole = isinstance(target, Notice)
    notice = target if whole else target.assignment.notice
    if notice.state == NoticeState.LIVE and DutyVerdict.objects.filter(assignment__notice=notice).exists():
        verify_notice(notice, timezone.localdate(), None if whole else target.pk)
