"""Load stored notices for comparison in a constant number of queries."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from gongkai.core.acts.action import Refused
from gongkai.work.notices.alignment.comparison import (
    ADDED,
    DROPPED,
    KIND_LABELS,
    LINE_KINDS,
    SIDE_LABELS,
    ComparedLine,
    ComparedMeasure,
    KeptDecision,
    PairingDecision,
    compare_measures,
)
from gongkai.work.notices.alignment.deadlines import ComparedDuty
from gongkai.work.notices.alignment.text_differences import find_place_names
from gongkai.work.notices.entries.expansion import prefetch_parts
from gongkai.work.notices.models import KeptOurs, Measure, Notice, Pairing, UnitPart
from gongkai.work.notices.passing_down.draft_text import find_place
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.states import NoticeState

# Notices offered for comparison.
MAX_CANDIDATES = 60


@dataclass(frozen=True)
class NoticeAlignment:
    """Two compared notices; `mode` is `parent`, `year` or `own`."""

    notice: Notice
    other: Notice
    mode: str
    lines: tuple[ComparedLine, ...]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Return the number of lines of each kind, as (kind, label, number)."""
        found = Counter(line.kind for line in self.lines)
        return [(kind, KIND_LABELS[self.mode][kind], found[kind]) for kind in LINE_KINDS]

    @property
    def proposals(self) -> int:
        """Return the number of deadlines of the other notice that are proposed for this one."""
        return sum(1 for line in self.lines for limit in line.limits if limit.kind != "own")

    def label(self, line: ComparedLine) -> str:
        """Return the label of the kind of a line."""
        return KIND_LABELS[self.mode][line.kind]

    @property
    def sides(self) -> tuple[str, str]:
        """Return (label of the other notice, label of this one)."""
        return SIDE_LABELS[self.mode]


def is_last_years(other: Notice, notice: Notice) -> bool:
    """Return true if another notice is an earlier year's notice of the same government.

    A higher office's notice that was imported for the same government does not count.
    """
    if other.government_id != notice.government_id or other.year >= notice.year:
        return False
    return other.pk != notice.parent_id and is_issued_here(other)


def is_issued_here(notice: Notice) -> bool:
    """Return true if a notice was issued by its own government or a body under it."""
    if notice.issuer is not None:
        return notice.issuer.path.startswith(notice.government.path)
    name, place = notice.issuer_name, find_place(notice.government.name)
    if not name:  # A clerk who confirms a notice without an issuer states that it is the government's own.
        return notice.state != NoticeState.DRAFT
    return name.startswith(place) or place.endswith(find_place(name))


def find_mode(notice: Notice, other: Notice) -> str:
    """Return the relation of a notice to another one: `parent`, `year` (last year's) or `own`."""
    if other.pk == notice.parent_id:
        return "parent"
    if is_last_years(other, notice):
        return "year"
    versions = {notice.amends_id, notice.superseded_by_id}
    if other.pk in versions or notice.pk in {other.amends_id, other.superseded_by_id}:
        return "own"
    same_issuer = notice.issuer_id is not None and notice.issuer_id == other.issuer_id
    ours = other.government_id == notice.government_id and same_issuer and is_issued_here(other)
    return "own" if ours else "parent"


def align_notices(notice: Notice, other: Notice) -> NoticeAlignment:
    """Compare a notice with another one (Refused: one has too many measures)."""
    mode = find_mode(notice, other)
    names = find_place_names(
        notice.government.name,
        other.government.name,
        *(text for one in (notice, other) for text in (one.issuer_name, one.title)),
    )
    decisions = [
        PairingDecision(pairing.upper_id, pairing.own_id, pairing.by, pairing.words)
        for pairing in Pairing.objects.filter(notice=notice, other=other)
    ]
    years = notice.year - other.year if mode == "year" else 0
    try:
        lines = compare_measures(
            _load_measures(other, years),
            _load_measures(notice),
            names=names,
            year=notice.year,
            decided=decisions,
            years=years,
        )
    except ValueError as error:  # Too many measures.
        raise Refused(f"{error}，不能对照。") from error
    lines = add_kept_decisions(lines, notice, other)
    if mode != "parent":
        lines = [_relabel_comparison_line(line, years, mode) for line in lines]
    return NoticeAlignment(notice, other, mode, tuple(lines))


def add_kept_decisions(lines: Sequence[ComparedLine], notice: Notice, other: Notice) -> list[ComparedLine]:
    """Return the lines with the decisions to keep the own version."""
    rows = {
        (kept_ours.upper_id, kept_ours.own_id): kept_ours
        for kept_ours in KeptOurs.objects.filter(notice=notice, upper__notice=other)
    }
    made = []
    for line in lines:
        row = rows.get((line.upper.pk, line.own.pk)) if line.upper and line.own else None
        made.append(replace(line, kept=KeptDecision(row.by, row.reason, row.seen != line.seen)) if row else line)
    return made


def get_line(notice: Notice, other: Notice, upper_number: int, own_number: int) -> ComparedLine:
    """Return the line of two paired measures.

    Raises Refused when they are not paired any more.
    """
    for line in align_notices(notice, other).lines:
        if line.upper and line.own and (line.upper.pk, line.own.pk) == (upper_number, own_number):
            return line
    raise Refused("这两条举措已不再对应，请刷新后重试。")


def _relabel_comparison_line(line: ComparedLine, years: int, mode: str) -> ComparedLine:
    """Replace 上级 and 本级 by the labels of the mode and restore the years of last year's notice.

    Deadlines of an own notice of the same year are not proposed.
    """
    theirs, ours = SIDE_LABELS[mode]

    def relabel(line: str) -> str:
        """Return a line with both sides named and years shifted."""
        upper_words, sign, own_words = line.partition("，本级")
        if years and upper_words.startswith("日期"):
            upper_words = re.sub(r"(?<!\d)20\d\d(?!\d)", lambda year: str(int(year[0]) - years), upper_words)
        return upper_words.replace("上级为", f"{theirs}为") + sign.replace("本级", ours) + own_words

    return replace(
        line,
        differs=tuple(map(relabel, line.differs)),
        limits=tuple(replace(limit, sides=SIDE_LABELS[mode]) for limit in line.limits) if mode == "year" else (),
    )


def _load_measures(notice: Notice, years: int = 0) -> list[ComparedMeasure]:
    """Return the rows of a notice's table for comparison; `years` shifts their deadlines."""
    rows = prefetch_parts(_list_table_rows(notice))
    return [_to_compared_measure(row, place, years) for place, row in enumerate(rows, start=1)]


def _list_table_rows(notice: Notice) -> QuerySet[Measure]:
    """Return the rows of the table in order, without the orders of the preamble."""
    return notice.measures.filter(dropped=False, preamble=False).order_by("position", "pk")


def map_row_numbers_to_measures(notice: Notice) -> dict[int | None, int]:
    """Return {row number shown on the page, from 1: primary key of the measure}, without preamble and dropped rows."""
    return dict(enumerate(_list_table_rows(notice).values_list("pk", flat=True), start=1))


def _to_compared_measure(row: Measure, place: int, years: int) -> ComparedMeasure:
    """Return a stored measure as input of the comparison; its deadlines are shifted by `years`."""
    units = list(row.units.all())
    return ComparedMeasure(
        pk=row.pk,
        number=place,
        section=row.section,
        item=row.item,
        text=row.text,
        leads=tuple(measure_unit.name for measure_unit in units if measure_unit.part == UnitPart.LEAD),
        responsible=tuple(measure_unit.name for measure_unit in units if measure_unit.part == UnitPart.RESPONSIBLE),
        extras=tuple((str(head), str(text)) for head, text in row.extras.items()),
        duties=tuple(
            ComparedDuty(duty.pk, duty.text, _shift_deadline(duty.due or {}, years)) for duty in row.duties.all()
        ),
    )


def _shift_deadline(due: dict[str, object], years: int) -> dict[str, object]:
    """Return a deadline on a date moved by some years, any other deadline as it is."""
    if not years or due.get("kind") != "by_date" or not due.get("date"):
        return due
    year, rest = str(due["date"]).split("-", 1)
    return due | {"date": f"{int(year) + years}-{'02-28' if rest == '02-29' else rest}"}


def list_notices_to_compare(notice: Notice, user: object) -> list[tuple[Notice, str]]:
    """Return (notice, Chinese reason or "") of notices to compare with, the likeliest first."""
    numbers = [str(basis["doc_number"]) for basis in notice.basis if basis.get("doc_number")]
    titles = [str(basis["title"]) for basis in notice.basis if basis.get("title")]
    rows: QuerySet[Notice] = (
        visible_to(user).exclude(pk=notice.pk).exclude(state=NoticeState.VOID).select_related("government")
    )
    nearby_notices = rows.filter(
        Q(pk=notice.parent_id) | Q(doc_number__in=numbers) | Q(year__range=(notice.year - 1, notice.year))
    )
    candidates = [
        (candidate, _describe_reason_for_candidate(candidate, notice, numbers, titles))
        for candidate in nearby_notices.order_by("-year", "-pk")[:MAX_CANDIDATES]
    ]
    rank = ["上级通知", "原通知", "依据文号一致", "依据标题一致", "上年通知", "上级或者其他机关的通知", ""]
    return sorted(candidates, key=lambda pair: rank.index(pair[1]))


def _describe_reason_for_candidate(
    candidate: Notice, notice: Notice, numbers: Sequence[str], titles: Sequence[str]
) -> str:
    """Return why a notice is proposed for comparison, or ""."""
    if candidate.pk == notice.parent_id:
        return "上级通知"
    if candidate.pk == notice.amends_id:
        return "原通知"
    if candidate.doc_number and candidate.doc_number in numbers:
        return "依据文号一致"
    if any(title in candidate.title for title in titles):
        return "依据标题一致"
    if is_last_years(candidate, notice):
        return "上年通知"
    return "" if is_issued_here(candidate) else "上级或者其他机关的通知"


def summarize_alignment(alignment: NoticeAlignment) -> str:
    """Summarize the comparison in one sentence."""
    parts = "、".join(f"{text}{count}条" for _, text, count in alignment.counts)
    decided = sum(1 for line in alignment.lines if not line.waits and (line.kept or (line.kind in {DROPPED, ADDED})))
    return parts + (f"；其中{decided}条已由人确认" if decided else "")
