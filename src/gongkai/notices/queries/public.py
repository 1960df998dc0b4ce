"""What the public reads of the year's work: measures, lead units, state, links. Public data only: no names of people, no words of the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from gongkai.editions.queries import shelf_visible_to
from gongkai.ledger.models import Evidence
from gongkai.notices.models import Assignment, Measure, MeasureUnit, Notice, Part
from gongkai.notices.queries.lights import Lights, counts, from_row
from gongkai.notices.queries.matrix import section_titles
from gongkai.notices.states import FALLEN_AWAY, NoticeState, State
from gongkai.units.actors import ANONYMOUS
from gongkai.units.models import Body


@dataclass(frozen=True)
class Link:
    """A public edition in which a measure was done."""

    title: str
    path: str
    on: datetime


@dataclass(frozen=True)
class PublicMeasure:
    """One measure: its words, who leads and who does it, how far it is.

    `lights` counts what is owed: what fell away (不涉及、改派、退回、取消) is left out, and what was carried into the next year's look-back
    is counted by itself, never as done.
    """

    number: int
    item: str
    text: str
    leads: tuple[str, ...]
    units: int
    lights: Lights
    carried: int = 0
    links: tuple[Link, ...] = ()

    @property
    def light(self) -> str:
        """The light that stands for the measure."""
        return self.lights.worst

    @property
    def state(self) -> str:
        """How far it is, in words."""
        lights = self.lights
        if not lights.total:
            return "转入下年" if self.carried else "尚未分解"
        if lights.closed == lights.total:
            return "部分转入下年" if self.carried else "已完成"
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


def public_progress(year: int, government: Body, *, now: datetime | None = None) -> list[PublicNotice]:
    """Return how a government's year goes, as the public may know it; a constant number of queries for each notice.

    Only notices in force; drafts and 征求意见稿 are not shown, nor orders of the preamble (they are the offices' own housekeeping).
    """
    moment = now or timezone.now()
    notices = Notice.objects.filter(government=government, year=year, state=NoticeState.LIVE).order_by("pk")
    return [_notice(notice, moment) for notice in notices]


def _notice(notice: Notice, now: datetime) -> PublicNotice:
    lights = _lights(notice, now)
    carried = _carried(notice)
    links = _links(notice, now)
    leads, units = _units(notice)
    titles = section_titles(notice)
    sections: dict[int, list[PublicMeasure]] = {}
    rows = Measure.objects.filter(notice=notice, dropped=False, preamble=False).order_by("position", "pk")
    for number, row in enumerate(rows, start=1):
        sections.setdefault(row.section_no, []).append(
            PublicMeasure(
                number=number,
                item=row.item,
                text=row.text,
                leads=leads.get(row.pk, ()),
                units=units.get(row.pk, 0),
                lights=lights.get(row.pk, Lights()),
                carried=carried.get(row.pk, 0),
                links=links.get(row.pk, ()),
            )
        )
    return PublicNotice(
        notice.title,
        notice.doc_number,
        tuple(
            PublicSection(titles.get(number, ""), tuple(measures)) for number, measures in sections.items()
        ),
    )


def _carried(notice: Notice) -> Mapping[int, int]:
    rows = Assignment.objects.filter(notice=notice, entry__year=notice.year, entry__outcome=State.CARRIED)
    return dict(rows.order_by().values_list("measure").annotate(n=Count("pk")))


def _lights(notice: Notice, now: datetime) -> Mapping[int, Lights]:
    rows = (
        Assignment.objects.filter(notice=notice, entry__year=notice.year)
        .exclude(entry__outcome__in=FALLEN_AWAY | {State.CARRIED})
        .values("measure_id")
        .annotate(**counts("entry__", now))
        .order_by()
    )
    return {row["measure_id"]: from_row(row) for row in rows}


def _units(notice: Notice) -> tuple[dict[int, tuple[str, ...]], dict[int, int]]:
    """Return lead units by measure (the responsible ones where nobody leads), and how many units do it."""
    named: dict[int, dict[str, list[str]]] = {}
    units = MeasureUnit.objects.filter(measure__notice=notice).prefetch_related("members__body")
    for unit in units.order_by("position", "pk"):
        labels = [member.body.label for member in unit.members.all()]
        shown = [unit.printed] if unit.plural or unit.outside or unit.everyone else labels
        named.setdefault(unit.measure_id, {}).setdefault(unit.part, []).extend(shown)
    leads = {
        measure: tuple(dict.fromkeys(parts.get(Part.LEAD) or parts.get(Part.RESPONSIBLE) or []))
        for measure, parts in named.items()
    }
    doing: dict[int, set[int]] = {}
    for measure, body in Assignment.objects.filter(notice=notice, entry__year=notice.year).values_list(
        "measure_id", "body_id"
    ):
        doing.setdefault(measure, set()).add(body)
    return leads, {measure: len(bodies) for measure, bodies in doing.items()}


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
