"""Compare a draft with last year's notice: owners, deadlines and results of recurring rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from gongkai.work.notices.entries.expansion import prefetch_parts
from gongkai.work.notices.models import Assignment, Measure, Notice
from gongkai.work.notices.planning.descriptions import remove_paths
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.versions.measure_states import WantedMeasure, build_current_state, match_duties
from gongkai.work.notices.versions.row_pairs import NoticeVersion, is_next_years, match_rows, normalize_text

# Tasks of a row listed one by one.
MAX_LISTED_TASKS = 3


@dataclass(frozen=True)
class LastYearRow:
    """A row of last year's notice with its tasks in words; `more` counts the tasks left out.

    `said` are its text, units and duties. `dues` maps keys of this year's duties without deadline to last year's
    deadline; `unnamed` is true if this year's row names no unit.
    """

    row: Measure
    said: WantedMeasure
    tasks: tuple[str, ...] = ()
    more: int = 0
    dues: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    unnamed: bool = False

    @property
    def units(self) -> str:
        """Return the names of the units."""
        return "、".join(dict.fromkeys((*self.said.lead, *self.said.responsible)))


def find_last_notice(notice: Notice) -> Notice | None:
    """Return last year's notice with the same issuer and title except for the year, or None."""
    rows = Notice.objects.filter(
        government=notice.government_id, own=notice.own, year=notice.year - 1, state=NoticeState.LIVE
    )
    own_version = _to_compared_version(notice)
    return next((row for row in rows.order_by("-pk") if is_next_years(own_version, _to_compared_version(row))), None)


def _to_compared_version(notice: Notice) -> NoticeVersion:
    """Return the front page of a notice for comparison, without its rows."""
    issuer = str(notice.issuer_id or normalize_text(notice.issuer_name))
    return NoticeVersion(notice.title, notice.doc_number, issuer, notice.year)


def find_last_years_rows(notice: Notice) -> dict[int, LastYearRow]:
    """Return last year's row by key of the draft's row, for clear counterparts; in a constant number of queries."""
    older = find_last_notice(notice)
    if older is None:
        return {}
    olds = list(prefetch_parts(older.measures.filter(dropped=False).order_by("position", "pk")))
    news = list(prefetch_parts(notice.measures.filter(dropped=False).order_by("position", "pk")))
    moved = [remove_paths(row.text.replace(str(older.year), str(notice.year))) for row in olds]
    tasks = _describe_tasks(older)
    last_years_rows = {}
    for pair in match_rows(moved, [remove_paths(row.text) for row in news]):
        if pair.old is not None and pair.new is not None and not pair.rivals:
            row, old = news[pair.new], olds[pair.old]
            mine = tasks.get(old.pk, [])
            measure = build_current_state(old, old.units.all(), old.duties.all())
            last_years_rows[row.pk] = LastYearRow(
                old,
                measure,
                tuple(mine[:MAX_LISTED_TASKS]),
                max(0, len(mine) - MAX_LISTED_TASKS),
                _find_missing_deadlines(measure, row, notice.year - older.year),
                not any(True for _ in row.units.all()),
            )
    return last_years_rows


def _describe_tasks(older: Notice) -> dict[int, list[str]]:
    """Return the tasks of each row in Chinese by row, the last period of each unit."""
    rows = Assignment.objects.filter(notice=older).select_related("entry__body", "entry__office")
    last_tasks: dict[tuple[int, int, int], Assignment] = {}
    for assignment in rows.order_by("pk"):
        last_tasks[assignment.measure_id, assignment.body_id, assignment.share] = assignment
    tasks: dict[int, list[str]] = {}
    for (measure, _, _), task in last_tasks.items():
        entry = task.entry
        whom = entry.office.name if older.own and entry.office else entry.body.label
        late = bool(entry.closed_at and entry.due_at and entry.closed_at > entry.due_at)
        day = f"{timezone.localdate(entry.due_at)}到期，" if entry.due_at else ""
        tasks.setdefault(measure, []).append(f"{whom}（{day}{'逾期' if late else ''}{entry.state_label}）")
    return tasks


def _find_missing_deadlines(measure: WantedMeasure, row: Measure, years: int) -> dict[int, Mapping[str, object]]:
    """Return last year's deadlines, with shifted years, by key of this year's duty without a deadline."""
    this_years = build_current_state(row, (), row.duties.all())
    partner = match_duties(measure.duties, this_years.duties)
    last_years_duties = {duty_wanted.pk: duty_wanted for duty_wanted in measure.duties}
    return {
        duty_wanted.pk: _shift_deadline(last_years_duties[partner[duty_wanted.pk]].due, years)
        for duty_wanted in this_years.duties
        if duty_wanted.pk in partner and not duty_wanted.due and last_years_duties[partner[duty_wanted.pk]].due
    }


def _shift_deadline(due: Mapping[str, object], years: int) -> dict[str, object]:
    """Return a deadline (JSON) with its date moved by `years`, without the words it was read from."""
    rule = {name: value for name, value in due.items() if name not in {"text", "printed", "source"}}
    if day := rule.get("date"):
        was = date.fromisoformat(str(day))
        rule["date"] = was.replace(
            year=was.year + years, day=28 if (was.month, was.day) == (2, 29) else was.day
        ).isoformat()
    return rule
