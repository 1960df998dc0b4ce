"""The rows of a draft as lines with open questions, for the review page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page

from gongkai.core.widgets.paging import numbered_page
from gongkai.work.notices.importing.flags import get_flag_kind, needs_single_decision
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, UnitPart, UnitState
from gongkai.work.notices.planning.deadline_scope import NoticeText, locate_rows
from gongkai.work.notices.planning.descriptions import describe_rule_with_day, make_short_title
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure
from gongkai.work.notices.planning.missed_sentences import find_missed_sentences, select_shown_remarks
from gongkai.work.notices.planning.shared_deadline_words import SHARED_SOURCES, has_shared_source
from gongkai.work.notices.planning.shared_deadlines import find_reference_years

# Lines on a page, so that a page stays light whatever the length of the notice.
LINES_PER_PAGE = 40
# Units listed in a line; the rest is counted.
MAX_LISTED_UNITS = 2


@dataclass(frozen=True)
class ReviewLine:
    """A row of the review page while it is closed: one line; `doubts` is the number of its open questions."""

    pk: int
    number: int
    text: str
    units: str
    limit: str
    doubts: int
    dropped: bool  # creates no entries


@dataclass(frozen=True)
class ReviewOrder:
    """The order of the rows on the review page.

    `keys` are primary keys in that order. `numbers` and `doubts` are the row number in the source
    and the count of open questions by key.
    """

    keys: Sequence[int]
    numbers: Mapping[int, int]
    doubts: Mapping[int, int]

    def page(self, number: int | None, opened: int | None) -> "Page[int]":
        """Return a page of keys: the numbered one, else the one with the opened row, else the first."""
        if opened in self.numbers and number is None:
            number = self.keys.index(opened) // LINES_PER_PAGE + 1  # type: ignore[arg-type]
        return numbered_page(self.keys, number, LINES_PER_PAGE)

    def find_next_doubt(self, after: int) -> int | None:
        """Return the key of the next row after the row with the key `after` that has an open question, or None.

        After the last row the search continues at the first.
        """
        here = self.numbers.get(after, 0)
        open_rows = sorted((number <= here, number, pk) for pk, number in self.numbers.items() if self.doubts[pk])
        return open_rows[0][2] if open_rows else None


@dataclass(frozen=True)
class PrintedUnit:
    """A unit as a row prints it: its part (lead …); true if resolved, and if it is a group."""

    pk: int
    part: str
    printed: str
    resolved: bool
    group: bool


@dataclass(frozen=True)
class RowScan:
    """The open questions of a row: flags, printed units, and the form of naming them."""

    pk: int
    flags: Sequence[Mapping[str, object]]
    dropped: bool  # creates no entries
    preamble: bool  # an order of the letter, not of the table
    form: str
    lead_owes: bool  # the lead units are also responsible
    units: Sequence[PrintedUnit]

    @property
    def open_flags(self) -> list[Mapping[str, object]]:
        """Return the flags that are not settled; none of a dropped row."""
        return [] if self.dropped else [flag for flag in self.flags if not flag.get("settled")]

    @property
    def unresolved(self) -> list[PrintedUnit]:
        """Return the units without a body; none of a dropped row."""
        return [] if self.dropped else [unit for unit in self.units if not unit.resolved]

    @property
    def doubts(self) -> int:
        """Return the number of open questions; a row without units is one."""
        return 0 if self.dropped else len(self.open_flags) + len(self.unresolved) + (not self.units)

    @property
    def sweepable(self) -> list[str]:
        """Return the kinds of open questions that can be answered for many rows at once."""
        plural = any(unit.group for unit in self.units)
        return [get_flag_kind(flag) for flag in self.open_flags if not needs_single_decision(flag, plural=plural)]


def scan_rows(notice: Notice) -> list[RowScan]:
    """Return the questions of all rows in the order of the source."""
    units: dict[int, list[PrintedUnit]] = {}
    printed_units = MeasureUnit.objects.filter(measure__notice=notice).order_by("part", "position", "pk")
    for measure, pk, unit_part, printed, state, plural, everyone in printed_units.values_list(
        "measure_id", "pk", "part", "printed", "state", "plural", "everyone"
    ):
        unit = PrintedUnit(pk, unit_part, printed, state == UnitState.RESOLVED, plural or everyone)
        units.setdefault(measure, []).append(unit)
    rows = notice.measures.order_by("position", "pk")
    return [
        RowScan(pk, flags, dropped, preamble, form, lead_owes, units.get(pk, ()))
        for pk, flags, dropped, preamble, form, lead_owes in rows.values_list(
            "pk", "flags", "dropped", "preamble", "form", "lead_owes"
        )
    ]


def order_rows(scans: Iterable[RowScan], *, doubts_first: bool) -> ReviewOrder:
    """Return the rows in document order, or doubtful ones first."""
    doubts = {scan.pk: scan.doubts for scan in scans}
    numbers = {pk: number for number, pk in enumerate(doubts, start=1)}
    keys = sorted(doubts, key=lambda pk: not doubts[pk]) if doubts_first else list(doubts)
    return ReviewOrder(keys, numbers, doubts)


def load_lines(notice: Notice, keys: Iterable[int], order: ReviewOrder) -> dict[int, ReviewLine]:
    """Return the lines of some rows by primary key, in three queries."""
    rows = {row.pk: row for row in Measure.objects.filter(notice=notice, pk__in=list(keys))}
    names_by_part: dict[int, dict[str, list[str]]] = {}
    units = MeasureUnit.objects.filter(measure__in=rows).order_by("part", "position", "pk")
    for pk, unit_part, printed in units.values_list("measure_id", "part", "printed"):
        names_by_part.setdefault(pk, {}).setdefault(unit_part, []).append(printed)
    limits: dict[int, list[str]] = {}
    for pk, due in Duty.objects.filter(measure__in=rows).order_by("position", "pk").values_list("measure_id", "due"):
        if due:
            limits.setdefault(pk, []).append(describe_rule_with_day(due, notice.issued_on))
    return {
        pk: ReviewLine(
            pk,
            order.numbers[pk],
            make_short_title(row.text) or row.item or row.section,
            _join_owing_names(names_by_part.get(pk, {}), lead_owes=row.lead_owes),
            _shorten_names(list(dict.fromkeys(limits.get(pk, []))), 1),
            order.doubts[pk],
            row.dropped,
        )
        for pk, row in rows.items()
    }


def _join_owing_names(parts: Mapping[str, list[str]], *, lead_owes: bool) -> str:
    """Return the names of the units that owe a row, the first two and their number."""
    leads, does = parts.get(UnitPart.LEAD, []), parts.get(UnitPart.RESPONSIBLE, [])
    owing_names = [*leads, *does] if lead_owes or not does else does
    return _shorten_names(list(dict.fromkeys(owing_names)), MAX_LISTED_UNITS)


def _shorten_names(names: Sequence[str], max_names: int) -> str:
    """Join at most `max_names` names; if there are more, their number follows."""
    rest = f"等{len(names)}个" if len(names) > max_names else ""
    return "、".join(names[:max_names]) + rest


def list_missed_sentences(notice: Notice) -> list[str]:
    """Return sentences that order something and are in no row, in two queries."""
    if not notice.source_text:
        return []
    drafts = [
        DraftMeasure(
            section=row.section,
            section_no=row.section_no,
            item=row.item,
            text=row.text,
            units=(),
            duties=tuple(DraftDuty(text=duty.text, due=duty.due) for duty in row.duties.all()),
            extras=row.extras,
            cells=tuple(row.cells),
            flags=tuple(row.flags),
            preamble=row.preamble,
            dropped=row.dropped,
        )
        for row in notice.measures.order_by("position", "pk").prefetch_related("duties")
    ]
    text = NoticeText(drafts, notice.source_text.split("\n")[:5000], find_reference_years(notice.parsed))
    locate_rows(text)
    return find_missed_sentences(text, select_shown_remarks(notice.remarks))


# Kind and words of the source of a deadline; empty if it is not shared.
DeadlineSource = tuple[str, str]


def find_deadline_source(duty: Duty) -> DeadlineSource:
    """Return (kind, words) of the source of a shared deadline, ("", "") of any other deadline."""
    if not has_shared_source(duty.due):
        return "", ""
    return duty.due["source"]["kind"], duty.due["source"]["words"]


def count_shared_deadlines(notice: Notice) -> Counter[DeadlineSource]:
    """Return the number of duties for each source shared by several, in one query."""
    rows = Duty.objects.filter(measure__notice=notice, measure__dropped=False, due__source__kind__in=SHARED_SOURCES)
    counts = Counter(find_deadline_source(duty) for duty in rows.only("due"))
    return Counter({place: count for place, count in counts.items() if count > 1})


def list_duties_sharing_deadline(duty: Duty) -> list[Duty]:
    """Return the duties with a deadline from the same source, including the given one."""
    if not has_shared_source(duty.due):
        return [duty]
    kind, text = find_deadline_source(duty)
    rows = Duty.objects.filter(measure__notice=duty.measure.notice_id, measure__dropped=False)
    rows = rows.filter(due__source__kind=kind, due__source__words=text)
    return list(rows.select_related("measure").order_by("measure__position", "position", "pk")) or [duty]
