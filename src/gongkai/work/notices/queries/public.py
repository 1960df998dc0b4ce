"""The year's work for the public: measures, lead units, state, links; without personal data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Count, Max, Q
from django.utils import timezone

from gongkai.content.search.fulltext_table import make_number_key
from gongkai.content.search.parser import SearchMeaning
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.lib.law import add_months
from gongkai.lib.matching.folding import make_number_without_year
from gongkai.lib.privacy import mask
from gongkai.work.notices.models import COUNTED_MEASURES, Measure, MeasureUnit, Notice, UnitPart
from gongkai.work.notices.planning.descriptions import make_public_text, make_short_title
from gongkai.work.notices.queries.lights import LightCounts
from gongkai.work.notices.queries.matrix import NoticePart
from gongkai.work.notices.queries.public_counts import (
    PublicCounts,
    PublicLink,
    PublicLinks,
    count_public_tasks,
    find_public_links,
    load_public_counts,
)
from gongkai.work.notices.states import NoticeState

# Texts cached without personal data in each process.
MAX_CACHED_TEXTS = 8192
#: Newest measures whose text a process masks in advance after its start.
MAX_WARMED_MEASURES = 2000
#: Title of the section for orders in the text before the table, which address the units only.
INTERNAL_TITLE = "对各单位的工作要求"
# Links shown for a measure, and for a unit in it.
MAX_LINKS = 5


@dataclass(frozen=True)
class PublicUnit:
    """The state of a unit in a measure: worst traffic light, next due date or closing date.

    `periods` are the numbers of done and of all periods. `under` is the key of a government that
    represents its units. `pause` is the reason why the deadline is suspended.
    """

    name: str
    light: str
    due: date | None = None
    closed: date | None = None
    periods: tuple[int, int] = (0, 1)
    under: int | None = None
    links: tuple[PublicLink, ...] = ()
    pause: str = ""


@dataclass(frozen=True)
class PublicChange:
    """A change of a unit's task in a measure: closed, or overdue since a day."""

    on: date
    measure: "PublicMeasure"
    unit: PublicUnit

    @property
    def is_closed(self) -> bool:
        """Return true if the unit closed its part; else it became overdue."""
        return self.unit.closed is not None


@dataclass(frozen=True)
class PublicMeasure:
    """A measure with its text, lead units and the state of each unit.

    `lights` counts its entries; `days` are all due dates; `kept` is the reason why it is shown
    although the amended version does not list it.
    """

    number: int
    item: str
    text: str
    leads: tuple[str, ...]
    units: tuple[PublicUnit, ...]
    lights: LightCounts
    days: tuple[date, ...] = ()
    links: tuple[PublicLink, ...] = ()
    kept: str = ""

    @property
    def title(self) -> str:
        """Return the first words of the measure."""
        return make_short_title(self.text)

    @property
    def words(self) -> str:
        """Return the text of the measure without disclosure paths and single list numbers."""
        return make_public_text(self.text)

    @property
    def light(self) -> str:
        """Return the traffic light of the measure's worst entry."""
        return self.lights.worst

    @property
    def state(self) -> str:
        """Return the state of the measure in words."""
        lights = self.lights
        if not lights.total:
            return "转入下年" if lights.carried else "尚未分解"
        if lights.closed == lights.total:
            return "部分转入下年" if lights.carried else "已完成"
        if lights.closed:
            return f"进行中（{lights.closed}/{lights.total}）"
        return "进行中"


@dataclass(frozen=True)
class PublicSection:
    """A section with its measures."""

    title: str
    measures: tuple[PublicMeasure, ...]
    number: int = 0
    #: Orders of the preamble: duties of the offices (lists, filings), no task that is promised to the public.
    is_internal: bool = False

    def list_changes(self, since: date) -> list[PublicChange]:
        """Return the tasks closed or overdue since a day, the newest first."""
        all_changes = [
            PublicChange(day, measure, unit)
            for measure in self.measures
            for unit in measure.units
            if (day := unit.closed or (unit.due if unit.light == "red" else None))
        ]
        recent_changes = [change for change in all_changes if since <= change.on <= timezone.localdate()]
        return sorted(recent_changes, key=lambda change: change.on, reverse=True)

    @property
    def lights(self) -> LightCounts:
        """Return the traffic light counts of the section."""
        return sum((measure.lights for measure in self.measures), LightCounts())


@dataclass(frozen=True)
class PublicMonth:
    """Numbers of a month: tasks closed in it, and due in it and overdue or open."""

    first: date
    closed: int
    late: int
    open: int


@dataclass(frozen=True)
class PublicNotice:
    """A notice in force with its sections; `as_of` is the time of cached counts."""

    title: str
    doc_number: str
    #: All sections, those of the offices' own duties last.
    sections: tuple[PublicSection, ...] = field(default=())
    as_of: datetime | None = None
    pk: int = 0

    @property
    def tasks(self) -> tuple[PublicSection, ...]:
        """Return the sections promised to the public, without orders that address the units only."""
        return tuple(section for section in self.sections if not section.is_internal)

    @property
    def duties(self) -> LightCounts:
        """Return the counts of the orders that address the units only."""
        return sum((section.lights for section in self.sections if section.is_internal), LightCounts())

    @property
    def changed_since(self) -> date:
        """Return the day from which changes are listed: one month ago."""
        return add_months(timezone.localdate(), -1)

    @property
    def changed(self) -> list[PublicChange]:
        """Return the tasks closed or overdue within a month, the newest first."""
        changes = [change for section in self.tasks for change in section.list_changes(self.changed_since)]
        return sorted(changes, key=lambda change: change.on, reverse=True)

    @property
    def months(self) -> list[PublicMonth]:
        """Return the months in which a unit closed its part or has it due."""
        units = [unit for section in self.tasks for measure in section.measures for unit in measure.units]
        closed = Counter(unit.closed.replace(day=1) for unit in units if unit.closed)
        late, still_open = (
            Counter(
                unit.due.replace(day=1)
                for unit in units
                if unit.due and not unit.closed and (unit.light == "red") == is_late
            )
            for is_late in (True, False)
        )
        days = sorted({*closed, *late, *still_open})
        count = (days[-1].year - days[0].year) * 12 + days[-1].month - days[0].month + 1 if days else 0
        firsts = [add_months(days[0], index) for index in range(count)]
        return [PublicMonth(month, closed[month], late[month], still_open[month]) for month in firsts]

    @property
    def lines(self) -> int:
        """Return the number of lines: the units of all measures together."""
        return sum(len(measure.units) for section in self.sections for measure in section.measures)

    @property
    def lights(self) -> LightCounts:
        """Return the traffic light counts of all tasks of the notice."""
        return sum((section.lights for section in self.tasks), LightCounts())


def list_public_years(government: Body) -> list[int]:
    """Return the years with a notice in force, the newest first."""
    rows = Notice.objects.filter(government=government, state=NoticeState.LIVE)
    return sorted(set(rows.values_list("year", flat=True)), reverse=True)


def find_default_year(years: Sequence[int], today: date | None = None) -> int:
    """Return the year to show first: this one, else the last one before it, else the next."""
    this = (today or timezone.localdate()).year
    past = [year for year in years if year <= this]
    return max(past) if past else min(years, default=this)


def count_public_progress(year: int, government: Body, *, under: Body | None = None) -> list[PublicNotice]:
    """Return the progress of a government's year for the public, in few queries a notice.

    Only notices in force are included. Units of a district are merged if there are many; `under` is
    the lower government whose units are listed. Orders of the preamble have a section of their own.
    """
    moment = timezone.now()
    return [
        _build_notice(notice, moment, count_public_tasks(NoticePart(notice, under), by=ANONYMOUS, now=moment))
        for notice in _list_notices_in_force(year, government)
    ]


def load_public_progress(year: int, government: Body, *, under: Body | None = None) -> list[PublicNotice]:
    """Return the progress of notices for a page, with cached counts for very large ones."""
    return [
        _build_notice(notice, timezone.now(), load_public_counts(NoticePart(notice, under), by=ANONYMOUS))
        for notice in _list_notices_in_force(year, government)
    ]


def load_public_total(year: int, government: Body) -> LightCounts:
    """Return the total of the tasks of `load_public_progress`."""
    total = LightCounts()
    for notice in _list_notices_in_force(year, government):
        found = load_public_counts(NoticePart(notice), by=ANONYMOUS).lights
        tasks = Measure.objects.filter(COUNTED_MEASURES, notice=notice, preamble=False).values_list("pk", flat=True)
        total += sum((found[measure] for measure in tasks if measure in found), LightCounts())
    return total


@dataclass(frozen=True)
class CitedNotice:
    """The title, year and document number of a notice in force, as the public may see them."""

    year: int
    title: str
    doc_number: str


def find_notices_by_number(government: Body, meaning: SearchMeaning) -> list[CitedNotice]:
    """Return notices in force whose document number is searched for, the newest first."""
    rows = Notice.objects.filter(government=government, state=NoticeState.LIVE).exclude(doc_number="")
    return [
        CitedNotice(year, mask_text(title), mask_text(number))
        for year, title, number in rows.order_by("-year", "pk").values_list("year", "title", "doc_number")
        if _has_requested_number(number, meaning)
    ]


def _has_requested_number(number: str, meaning: SearchMeaning) -> bool:
    """Return true if a search names this document number, in full or in short."""
    key = make_number_key(number)
    return bool(key) and (key in meaning.numbers or make_number_without_year(key) in meaning.short_numbers)


def _list_notices_in_force(year: int, government: Body) -> list[Notice]:
    """Return the notices with what `_build_notice` shows."""
    rows = Notice.objects.filter(government=government, year=year, state=NoticeState.LIVE)
    notices = list(rows.only("year", "title", "doc_number", "government").order_by("pk"))
    for notice in notices:
        notice.government = government
    return notices


def _build_notice(notice: Notice, now: datetime, public_counts: PublicCounts) -> PublicNotice:
    """Return a notice for the public, masked, with its rows by section."""
    links = find_public_links(notice, now)
    leads, units = _find_lead_unit_names(notice), _build_units(public_counts, links)
    linked: dict[int, dict[PublicLink, None]] = {}
    for (measure, _), some in links.items():
        linked.setdefault(measure, {}).update(dict.fromkeys(some))
    titles, internal = dict[int, str](), dict[int, bool]()
    sections: dict[int, list[PublicMeasure]] = {}
    number = 0
    fields = ("pk", "section_no", "section", "item", "text", "kept_because", "preamble", "dropped")
    rows = Measure.objects.filter(notice=notice).order_by("position", "pk").values_list(*fields)
    for pk, section, title, item, text, kept_because, preamble, dropped in rows:
        titles.setdefault(section, title)
        if dropped and not kept_because:  # COUNTED_MEASURES
            continue
        number += 1
        internal[section] = preamble and internal.get(section, True)
        sections.setdefault(section, []).append(
            PublicMeasure(
                number=number,
                item=mask_text(item),
                text=mask_text(text),
                leads=leads.get(pk, ()),
                units=units.get(pk, ()),
                days=public_counts.days.get(pk, ()),
                lights=public_counts.lights.get(pk, LightCounts()),
                links=tuple(linked.get(pk, ()))[:MAX_LINKS],
                kept=mask_text(kept_because),
            )
        )
    tasks = tuple(
        PublicSection(INTERNAL_TITLE if internal[no] else mask_text(titles[no]), tuple(sections[no]), no, internal[no])
        for no in sorted(sections, key=internal.__getitem__)
    )
    return PublicNotice(mask_text(notice.title), mask_text(notice.doc_number), tasks, public_counts.as_of, notice.pk)


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def mask_text(text: str) -> str:
    """Return a text of a notice without personal data; cached in each process.

    The stored text stays as issued. Nobody reviews a notice before publication, so it is masked
    here.
    """
    return mask(text)[0] if text else ""


def find_change_key() -> tuple[object, ...]:
    """Return a value that changes with the notices in force, so that `warm_texts` is run again."""
    live = Q(notice__state=NoticeState.LIVE)
    found = Measure.objects.filter(live).aggregate(Max("pk"), Count("notice", distinct=True))
    return tuple(found.values())


def warm_texts() -> int:
    """Mask the texts of the newest notices in force in advance; return the number of measures."""
    rows = Measure.objects.filter(COUNTED_MEASURES, notice__state=NoticeState.LIVE)
    rows = rows.order_by("-notice__year", "notice__government__path", "notice", "position", "pk")
    measures = rows.values_list("item", "text", "kept_because")[:MAX_WARMED_MEASURES]
    for words in measures:
        for word in words:
            mask_text(word)
    return len(measures)


def _find_lead_unit_names(notice: Notice) -> dict[int, tuple[str, ...]]:
    """Return the names of lead units by measure, else of responsible ones."""
    names_by_measure: dict[int, dict[str, list[str]]] = {}
    rows = MeasureUnit.objects.filter(measure__notice=notice).order_by("position", "pk", "members__pk")
    collective = ("plural", "outside", "everyone")
    fields = ("measure_id", "part", "printed", "members__body__short_name", "members__body__name", *collective)
    for measure, unit_part, printed, short, name, *group_flags in rows.values_list(*fields):
        public_name = mask_text(printed) if any(group_flags) else short or name
        if public_name:
            names_by_measure.setdefault(measure, {}).setdefault(unit_part, []).append(public_name)
    return {
        measure: tuple(dict.fromkeys(names_by_part.get(UnitPart.LEAD) or names_by_part.get(UnitPart.RESPONSIBLE) or []))
        for measure, names_by_part in names_by_measure.items()
    }


def _build_units(public_counts: PublicCounts, links: PublicLinks) -> dict[int, tuple[PublicUnit, ...]]:
    """Return the units of each measure in directory order, with public links."""
    bodies = Body.objects.filter(pk__in={unit.unit for unit in public_counts.units}).order_by("position", "pk")
    labels = {pk: short or name for pk, short, name in bodies.values_list("pk", "short_name", "name")}
    places = {pk: place for place, pk in enumerate(labels)}
    units_by_measure: dict[int, list[PublicUnit]] = {}
    public_unit_states = [unit for unit in public_counts.units if unit.unit in labels]
    for one in sorted(public_unit_states, key=lambda one: places[one.unit]):
        is_merged, label = one.unit in public_counts.closed, labels[one.unit]
        units_by_measure.setdefault(one.measure, []).append(
            PublicUnit(
                name=f"{label}及所属单位" if is_merged else label,
                light=one.light,
                due=one.due,
                closed=one.closed,
                periods=(one.done, one.all),
                under=one.unit if is_merged else None,
                links=links.get((one.measure, one.unit), ())[:MAX_LINKS] if one.closed else (),
                pause=one.pause if one.light == "blue" else "",
            )
        )
    return {measure: tuple(units) for measure, units in units_by_measure.items()}
