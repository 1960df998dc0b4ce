"""Opened rows of the review page: units, duties and questions of a measure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.notices.actions.corrections import MARKED_CHECKED
from gongkai.work.notices.entries.expansion import find_absent_units, prefetch_parts
from gongkai.work.notices.importing.flags import needs_single_decision
from gongkai.work.notices.importing.unit_names import NameResolver, has_strange_issuer
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, UnitPart
from gongkai.work.notices.planning.descriptions import describe_rule_with_day, remove_paths_and_numbers
from gongkai.work.notices.planning.roles import CHOICES_BY_FORM, OWNER_CHOICES
from gongkai.work.notices.planning.shared_deadlines import describe_source
from gongkai.work.notices.queries.review_lines import DeadlineSource, count_shared_deadlines, find_deadline_source
from gongkai.work.notices.versions.last_year import LastYearRow, find_last_years_rows
from gongkai.work.notices.views.owners import find_current_choice, make_member_name


@dataclass
class ReviewDuty:
    """A duty on the review page.

    `sentence` is its deadline in words, `origin` the source of that, `alike` the number of duties that share it.
    """

    duty: Duty
    sentence: str
    paths: str
    channels: str
    origin: str = ""
    alike: int = 0


@dataclass
class ReviewUnit:
    """A printed unit on the page: members (`who`), suggestions, absent members."""

    unit: MeasureUnit
    who: list[str]
    suggestions: list[Body] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    @property
    def meant(self) -> str:
        """Return the members of the unit, abbreviated."""
        if self.unit.everyone:
            return "全部单位"
        if self.unit.outside or (self.absent and not self.who):
            return "系统外"
        if len(self.who) > 2:
            return f"{len(self.who)}个单位"
        return "、".join(self.who)

    @property
    def names(self) -> str:
        """Return all members of the unit, for tooltip and form."""
        return "、".join([*self.who, *(f"{name}（系统外）" for name in self.absent)])


@dataclass
class OpenedReviewRow:
    """An opened row: `sides` are (part, label, role in words, units), `flags` are (index, flag)."""

    measure: Measure
    number: int
    sides: list[tuple[str, str, str, list[ReviewUnit]]]
    duties: list[ReviewDuty]
    flags: list[tuple[int, dict[str, object]]]
    editing: bool = False  # the row is open for editing
    last: LastYearRow | None = None
    opened = True

    @property
    def settled(self) -> str:
        """Return the settled flags, for the tooltip."""
        done = [f"{flag['message']}：{flag['settled']}" for _, flag in self.flags if flag.get("settled")]
        return "；".join(done)

    @property
    def checked(self) -> bool:
        """Return true if a flag was marked as checked, which can be undone."""
        return any(str(flag.get("settled") or "").startswith(MARKED_CHECKED) for _, flag in self.flags)

    @property
    def doubts(self) -> int:
        """Return the number of open questions of this row."""
        if self.measure.dropped:
            return 0
        units = sum(1 for *_, side in self.sides for unit_view in side if not unit_view.unit.resolved)
        return units + sum(1 for _, flag in self.flags if not flag.get("settled")) + self.ownerless

    @property
    def waiting(self) -> bool:
        """Return true if a flag is open."""
        return any(not flag.get("settled") for _, flag in self.flags)

    @property
    def told(self) -> bool:
        """Return true if the duties repeat the whole text of the row, which is then not shown."""
        text = "".join(remove_paths_and_numbers(str(duty_view.duty.text)) for duty_view in self.duties)
        return bool(text) and _keep_letters(text) == _keep_letters(remove_paths_and_numbers(str(self.measure.text)))

    @property
    def ownerless(self) -> int:
        """Return 1 if no unit is named, else 0."""
        return int(not any(side for *_, side in self.sides))

    @property
    def tasks(self) -> int:
        """Return the number of units that would be responsible for the row."""
        owing = [unit_view for *_, does, side in self.sides for unit_view in side if does == "承担"]
        return len({name for unit_view in owing for name in unit_view.who})

    @property
    def many(self) -> bool:
        """Return true if several units are separately responsible for the row."""
        responsible = [unit_view for part, *_, side in self.sides for unit_view in side if part == UnitPart.RESPONSIBLE]
        return len(responsible) > 1 or any(
            unit_view.unit.plural or unit_view.unit.everyone for unit_view in responsible
        )

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        """Return the choices of responsible units for the row, as (key, label, selected)."""
        current_choice = find_current_choice(self.measure)
        return [
            (choice, OWNER_CHOICES[choice], choice == current_choice)
            for choice in CHOICES_BY_FORM.get(self.measure.form, ())
        ]


def _keep_letters(text: str) -> str:
    """Return a text without signs and blanks."""
    return "".join(value for value in text if value.isalnum())


def load_opened_rows(
    notice: Notice, opened_keys: set[int], editing: int | None = None, names: NameResolver | None = None
) -> list[OpenedReviewRow]:
    """Return opened rows, one of them in edit mode, in a constant number of queries."""
    order = list(notice.measures.order_by("position", "pk").values_list("pk", flat=True))
    numbers = {pk: place for place, pk in enumerate(order, start=1)}
    measures = prefetch_parts(notice.measures.filter(pk__in=opened_keys).order_by("position", "pk"))
    shared = count_shared_deadlines(notice)
    last = find_last_years_rows(notice) if notice.editable else {}
    review_rows, absent = [], find_absent_units(notice, measures)
    for measure in measures:
        if names is None and any(not unit.resolved for unit in measure.units.all()):
            names = NameResolver(notice.government, notice.issuer, strange=has_strange_issuer(notice))
        review_rows.append(_build_row(measure, numbers[measure.pk], names, notice.issued_on, shared, absent))
        review_rows[-1].editing = measure.pk == editing and notice.editable
        review_rows[-1].last = last.get(measure.pk)
    return review_rows


def _build_row(
    measure: Measure,
    number: int,
    names: NameResolver | None,
    issued: date | None,
    shared: Counter[DeadlineSource],
    absent: Mapping[int, Body],
) -> OpenedReviewRow:
    """Return a row for the review page with units, duties and flags."""
    units = [_build_unit(unit, names, absent) for unit in measure.units.all()]
    by_part = {
        unit_part: [unit_view for unit_view in units if unit_view.unit.part == unit_part] for unit_part in UnitPart
    }
    sides = [
        (str(unit_part), str(unit_part.label), does, by_part[unit_part])
        for unit_part, does in _describe_parts(measure, by_part).items()
    ]
    duties = [
        ReviewDuty(
            duty,
            describe_rule_with_day(duty.due, issued),
            "\n".join(" > ".join(path) for path in duty.paths),
            "、".join(duty.channels),
            describe_source(duty.due),
            shared[find_deadline_source(duty)],
        )
        for duty in measure.duties.all()
    ]
    plural = any(unit_view.unit.plural or unit_view.unit.everyone for unit_view in units)
    flags = [
        (
            place,
            flag
            | {
                "many": isinstance(flag.get("alternative"), list),
                "alone": needs_single_decision(flag, plural=plural),
                "mend": _find_duty_to_date(measure, flag),
            },
        )
        for place, flag in enumerate(measure.flags)
    ]
    return OpenedReviewRow(measure, number, sides, duties, flags)


# Questions about a limit that was not read: 6月31日前, 尽快, 会议召开3日前.
_UNREAD_DEADLINE_MESSAGE_PATTERN = re.compile(r"没有读出时限|没有这一天|没有读进期限|早于印发日期")


def _find_duty_to_date(measure: Measure, flag: Mapping[str, object]) -> int | None:
    """Return the duty that gets the date typed at a question about an unread limit, or None."""
    message = str(flag.get("message") or "")
    if (
        flag.get("settled")
        or flag.get("field") not in {"duties", "extras"}
        or not _UNREAD_DEADLINE_MESSAGE_PATTERN.search(message)
    ):
        return None
    duties = list(measure.duties.all())
    named = [duty for duty in duties if duty.due and f"“{duty.due.get('text')}”" in message]
    undated = [duty for duty in duties if not duty.due]
    return next((duty.pk for duty in (*named, *undated, *duties)), None)


def _describe_parts(measure: Measure, by_part: Mapping[UnitPart, list[ReviewUnit]]) -> dict[UnitPart, str]:
    owes = measure.lead_owes or not by_part[UnitPart.RESPONSIBLE]
    return {UnitPart.LEAD: "承担" if owes else "审核", UnitPart.RESPONSIBLE: "承担", UnitPart.PARTNER: "配合"}


def _build_unit(unit: MeasureUnit, names: NameResolver | None, absent: Mapping[int, Body]) -> ReviewUnit:
    """Return a unit with names of its members, and suggestions if unresolved."""
    members = list(unit.members.all())
    present_names = [make_member_name(member) for member in members if member.body_id not in absent]
    absent_names = [make_member_name(member) for member in members if member.body_id in absent]
    suggestions = [] if unit.resolved or names is None else list(names.resolve(unit.printed).suggestions)[:5]
    return ReviewUnit(unit, present_names, suggestions, absent_names)
