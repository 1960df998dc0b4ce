"""What the public reads of the year's work: measures, lead units, state, links. Public data only: no names of people, no words of the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, When
from django.utils import timezone

from gongkai.editions.queries import shelf_visible_to
from gongkai.ledger.models import Evidence
from gongkai.ledger.models.entry import LIGHTS
from gongkai.notices.models import Assignment, Measure, MeasureUnit, Notice, Part
from gongkai.notices.planning.titles import plain_words, title_of
from gongkai.notices.queries.lights import WORST_FIRST, Lights, account, lit
from gongkai.notices.queries.matrix import section_titles
from gongkai.notices.states import FALLEN_AWAY, NoticeState, State
from gongkai.privacy import mask
from gongkai.units.actors import ANONYMOUS
from gongkai.units.folding import Fold, folded
from gongkai.units.models import Body

#: The lights of what is closed.
DONE = frozenset({"grey", "grey_red"})
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

    `periods` says how many of how many are done, where there are several; `under` is the number of a government that stands for all its units.
    """

    name: str
    light: str
    due: date | None = None
    closed: date | None = None
    periods: tuple[int, int] = (0, 1)
    under: int | None = None


@dataclass(frozen=True)
class _Part:
    """So many entries of one light that one unit has of a measure: the first day due of those left, the last on which one was closed."""

    light: str
    count: int
    due: datetime | None
    closed: datetime | None


@dataclass
class _Parts:
    """A notice's entries: the account of each measure, and the parts of each unit, by measure and unit; `bodies` are the units below."""

    fold: Fold
    bodies: dict[int, Body]
    lights: dict[int, Lights] = field(default_factory=dict)
    units: dict[tuple[int, int], list[_Part]] = field(default_factory=dict)


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


def public_progress(
    year: int, government: Body, *, now: datetime | None = None, under: Body | None = None
) -> list[PublicNotice]:
    """Return how a government's year goes, as the public may know it; a constant number of queries for each notice.

    Where there are very many units, those of a district stand together (`units.folding`); `under` is the government below whose units are named.

    Only notices in force; drafts and 征求意见稿 are not shown. Orders of the preamble stand in a section of their own, so that the sums are the
    office's.
    """
    moment = now or timezone.now()
    notices = Notice.objects.filter(government=government, year=year, state=NoticeState.LIVE).order_by("pk")
    return [_notice(notice, moment, under) for notice in notices]


def _notice(notice: Notice, now: datetime, under: Body | None) -> PublicNotice:
    parts = _parts(notice, now, under)
    links, days = _links(notice, now), _days(notice)
    leads, units = _leads(notice), _units(parts)
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
                units=units.get(row.pk, ()),
                days=days.get(row.pk, ()),
                lights=parts.lights.get(row.pk, Lights()),
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


def _parts(notice: Notice, now: datetime, under: Body | None) -> _Parts:
    """Count the entries of each unit for each measure, by light; where there are very many units, those of a district together.

    What fell away or was carried counts in `lights` and stands with no unit.
    """
    home = under or notice.government
    named = Body.objects.filter(path__startswith=home.path).only("name", "short_name", "position")
    below = {body.pk: body for body in named}
    found = _Parts(folded(below, home), below)
    unit: F | Case = F("body_id")
    if found.fold.closed:
        # Summed up in the database by what units stand under; those that stand for themselves are few then.
        alone = Q(body_id__in=[pk for pk, into in found.fold.into.items() if pk == into])
        own = alone | ~Q(body__path__startswith=home.path)
        unit = Case(When(own, then=F("body_id")), default=F("body__parent_id"))
    rows = lit(_rows(notice), prefix="entry__", now=now).annotate(unit=unit)
    grouped = rows.values_list("measure_id", "unit", "stands").annotate(  # type: ignore[misc]
        n=Count("*"),
        first=Min("entry__due_at", filter=Q(entry__closed_at=None)),
        last=Max("entry__closed_at"),
    )
    counted: dict[int, dict[int, int]] = {}
    for measure, at, stands, count, due, closed in grouped:
        places = counted.setdefault(measure, {})
        places[stands] = places.get(stands, 0) + count
        if stands >= 0 and (under is None or at in below):
            shown = found.fold.into.get(at, at)
            found.units.setdefault((measure, shown), []).append(_Part(LIGHTS[stands], count, due, closed))
    found.lights.update((measure, account(places)) for measure, places in counted.items())
    return found


def _rows(notice: Notice) -> "QuerySet[Assignment, Assignment]":
    return Assignment.objects.filter(notice=notice, entry__year=notice.year, entry__kind="assignment")


def _units(parts: _Parts) -> dict[int, tuple[PublicUnit, ...]]:
    """Return how far each unit is with each measure, in the units' order."""
    elsewhere = {unit for _, unit in parts.units} - parts.bodies.keys()
    bodies = parts.bodies | (Body.objects.in_bulk(elsewhere) if elsewhere else {})
    order = {pk: (body.position, pk) for pk, body in bodies.items()}
    found: dict[int, list[PublicUnit]] = {}
    for measure, unit in sorted(parts.units, key=lambda key: order[key[1]]):
        some = parts.units[measure, unit]
        found.setdefault(measure, []).append(_unit(bodies[unit], some, closed=unit in parts.fold.closed))
    return {measure: tuple(units) for measure, units in found.items()}


def _unit(body: Body, parts: Sequence[_Part], *, closed: bool) -> PublicUnit:
    lights = {one.light for one in parts}
    left = [one.due for one in parts if one.light not in DONE]
    done = [one.closed for one in parts if one.closed]
    return PublicUnit(
        name=f"{body.label}及所属单位" if closed else body.label,
        light=next(name for name in WORST_FIRST if name in lights),
        due=_day(min((moment for moment in left if moment), default=None)),
        closed=None if left else _day(max(done, default=None)),
        periods=(
            sum(one.count for one in parts if one.light in DONE),
            sum(one.count for one in parts),
        ),
        under=body.pk if closed else None,
    )


def _days(notice: Notice) -> dict[int, tuple[date, ...]]:
    """Return the days on which something of each measure is or was due."""
    owed = _rows(notice).exclude(entry__outcome__in=FALLEN_AWAY | {State.CARRIED})
    found: dict[int, set[date]] = {}
    for measure, due in owed.order_by().values_list("measure_id", "entry__due_at").distinct():
        if day := _day(due):
            found.setdefault(measure, set()).add(day)
    return {measure: tuple(sorted(days)) for measure, days in found.items()}


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
