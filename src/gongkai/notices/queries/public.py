"""What the public reads of the year's work: measures, lead units, state, links. Public data only: no names of people, no words of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone

from gongkai.editions.queries import shelf_visible_to
from gongkai.ledger.clock import light_of
from gongkai.ledger.models import Entry, Evidence
from gongkai.notices.models import Assignment, Measure, MeasureUnit, Notice, Part
from gongkai.notices.planning.titles import plain_words, title_of
from gongkai.notices.queries.lights import WORST_FIRST, Lights, lights_by
from gongkai.notices.queries.matrix import section_titles
from gongkai.notices.states import FALLEN_AWAY, NoticeState, State
from gongkai.privacy import mask
from gongkai.units.actors import ANONYMOUS
from gongkai.units.models import Body

#: How many words of notices each process remembers without personal data: some years of a city.
KEPT = 8192


@dataclass(frozen=True)
class Link:
    """A public edition in which a measure was done."""

    title: str
    path: str
    on: datetime


@dataclass(frozen=True)
class PublicUnit:
    """How far one unit is with a measure: its worst light over all periods, the next day due, or the day it closed.

    `periods` says how many of how many are done, where there are several.
    """

    name: str
    light: str
    due: date | None = None
    closed: date | None = None
    periods: tuple[int, int] = (0, 1)


@dataclass(frozen=True)
class PublicMeasure:
    """One measure: its words, who leads and who does it, how far each is.

    `lights` is the account of its entries (`queries.lights`), `days` are the days on which something of it is or was due.
    """

    number: int
    item: str
    text: str
    leads: tuple[str, ...]
    units: tuple[PublicUnit, ...]
    lights: Lights
    days: tuple[date, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def title(self) -> str:
        """Its first words."""
        return title_of(self.text)

    @property
    def words(self) -> str:
        """Its words without disclosure paths and a lonely number."""
        return plain_words(self.text)

    @property
    def light(self) -> str:
        """The light that stands for the measure."""
        return self.lights.worst

    @property
    def state(self) -> str:
        """How far it is, in words."""
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

    @property
    def lights(self) -> Lights:
        """The sum of the section."""
        return sum((measure.lights for measure in self.measures), Lights())


@dataclass(frozen=True)
class PublicNotice:
    """A notice in force with its sections."""

    title: str
    doc_number: str
    sections: tuple[PublicSection, ...] = field(default=())

    @property
    def lights(self) -> Lights:
        """The sum of the notice."""
        return sum((section.lights for section in self.sections), Lights())


def public_years(government: Body) -> list[int]:
    """Return the years that have a notice in force, the newest first."""
    rows = Notice.objects.filter(government=government, state=NoticeState.LIVE)
    return sorted(set(rows.values_list("year", flat=True)), reverse=True)


def year_in_force(years: Sequence[int], today: date | None = None) -> int:
    """Return the year to open: this one where it has a notice, else the last one before it, else the next."""
    this = (today or timezone.localdate()).year
    past = [year for year in years if year <= this]
    return max(past) if past else min(years, default=this)


def public_progress(year: int, government: Body, *, now: datetime | None = None) -> list[PublicNotice]:
    """Return how a government's year goes, as the public may know it; a constant number of queries for each notice.

    Only notices in force; drafts and 征求意见稿 are not shown. Orders of the preamble stand in a section of their own, so that the sums are the
    office's.
    """
    moment = now or timezone.now()
    notices = Notice.objects.filter(government=government, year=year, state=NoticeState.LIVE).order_by("pk")
    return [_notice(notice, moment) for notice in notices]


def _notice(notice: Notice, now: datetime) -> PublicNotice:
    lights = _lights(notice, now)
    links = _links(notice, now)
    leads, units = _leads(notice), _units(notice, now)
    titles = section_titles(notice)
    sections: dict[int, list[PublicMeasure]] = {}
    rows = Measure.objects.filter(notice=notice, dropped=False).order_by("position", "pk")
    for number, row in enumerate(rows, start=1):
        sections.setdefault(row.section_no, []).append(
            PublicMeasure(
                number=number,
                item=spared(row.item),
                text=spared(row.text),
                leads=leads.get(row.pk, ()),
                units=units.get(row.pk, ((), ()))[0],
                days=units.get(row.pk, ((), ()))[1],
                lights=lights.get(row.pk, Lights()),
                links=links.get(row.pk, ()),
            )
        )
    return PublicNotice(
        spared(notice.title),
        spared(notice.doc_number),
        tuple(
            PublicSection(spared(titles.get(number, "")), tuple(measures))
            for number, measures in sections.items()
        ),
    )


@lru_cache(maxsize=KEPT)
def spared(words: str) -> str:
    """Return words of a notice as the public reads them: without personal data. Each is looked at once in a process.

    The text itself stays as the office issued it; whoever imports it makes no review of it, so what must not be public is taken out here.
    """
    return mask(words)[0] if words else ""


def _lights(notice: Notice, now: datetime) -> Mapping[object, Lights]:
    rows = Assignment.objects.filter(notice=notice, entry__year=notice.year)
    return {
        measure: lights
        for (measure,), lights in lights_by(rows, "measure_id", prefix="entry__", now=now).items()
    }


def _leads(notice: Notice) -> dict[int, tuple[str, ...]]:
    """Return lead units by measure; the responsible ones where nobody leads."""
    named: dict[int, dict[str, list[str]]] = {}
    units = MeasureUnit.objects.filter(measure__notice=notice).prefetch_related("members__body")
    for unit in units.order_by("position", "pk"):
        labels = [member.body.label for member in unit.members.all()]
        shown = [spared(unit.printed)] if unit.plural or unit.outside or unit.everyone else labels
        named.setdefault(unit.measure_id, {}).setdefault(unit.part, []).extend(shown)
    return {
        measure: tuple(dict.fromkeys(parts.get(Part.LEAD) or parts.get(Part.RESPONSIBLE) or []))
        for measure, parts in named.items()
    }


def _units(notice: Notice, now: datetime) -> dict[int, tuple[tuple[PublicUnit, ...], tuple[date, ...]]]:
    """Return how far each unit is with each measure, and the days due; what fell away or was carried is left out; one query."""
    rows = (
        Assignment.objects.filter(notice=notice, entry__year=notice.year)
        .exclude(entry__outcome__in=FALLEN_AWAY | {State.CARRIED})
        .select_related("entry__body")
        .order_by("entry__body__position", "entry__body", "entry__due_at", "pk")
    )
    found: dict[int, dict[int, list[Entry]]] = {}
    for row in rows:
        found.setdefault(row.measure_id, {}).setdefault(row.body_id, []).append(row.entry)
    return {
        measure: (
            tuple(_unit(entries, now) for entries in bodies.values()),
            tuple(
                sorted({day for entries in bodies.values() for one in entries if (day := _day(one.due_at))})
            ),
        )
        for measure, bodies in found.items()
    }


def _unit(entries: Sequence[Entry], now: datetime) -> PublicUnit:
    lights = [light_of(one, now) for one in entries]
    left = [_day(one.due_at) for one in entries if one.closed_at is None]
    closed = [_day(one.closed_at) for one in entries if one.closed_at]
    return PublicUnit(
        name=entries[0].body.label,
        light=next(name for name in WORST_FIRST if name in lights),
        due=min((day for day in left if day), default=None),
        closed=None if left else max((day for day in closed if day), default=None),
        periods=(len(closed), len(entries)),
    )


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _links(notice: Notice, now: datetime) -> dict[int, tuple[Link, ...]]:
    """Return the public editions that are evidence, by measure: only what the public sees now, at its present address."""
    evidence = Evidence.objects.filter(
        entry__assignment__notice=notice, kind="edition", withdrawn=False
    ).exclude(lead="fails")
    pairs = list(evidence.values_list("entry__assignment__measure_id", "edition"))
    if not pairs:
        return {}
    shelf = shelf_visible_to(ANONYMOUS, now).filter(
        document__editions__in={edition for _, edition in pairs}, column=None
    )
    public = {
        edition: Link(title, path, at)
        for edition, title, path, at in shelf.values_list(
            "document__editions", "title", "path", "published_at"
        )
    }
    found: dict[int, dict[str, Link]] = {}
    for measure, edition in pairs:
        if edition in public:
            found.setdefault(measure, {}).setdefault(public[edition].path, public[edition])
    return {measure: tuple(links.values())[:5] for measure, links in found.items()}
