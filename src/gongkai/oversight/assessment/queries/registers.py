"""Queries for trainings, talks, rankings, staff and funds, and for the failures that notices name."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.queries import find_title_start, map_titles_over_time, shelf_visible_to
from gongkai.content.interpretation.models import Interpretation, PressEvent
from gongkai.content.interpretation.queries import filter_public_shelf
from gongkai.core.ledger.figures import ScoredCase
from gongkai.core.ledger.models import Entry, Lapse
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import list_actor_bodies, own_units_q
from gongkai.oversight.assessment.models import OutsideRanking, Provision, Talk, Training, TrainingDemand, TrainingKind
from gongkai.work.notices.entries.checklist import find_first_day
from gongkai.work.notices.entries.columns import find_government_places, join_path
from gongkai.work.notices.models import Assignment, Duty, ImportedColumn
from gongkai.work.notices.models.notice import list_large_fields

#: Maximum number of late entries listed for a failure, oldest first.
MAX_LISTED_ENTRIES = 20


def list_visible_bodies(by: Actor) -> QuerySet[Body, Body]:
    """Return the working units whose registers the user may see."""
    return list_actor_bodies(by).exclude(kind=BodyKind.GOVERNMENT)


def make_reach_filter(by: Actor) -> Q:
    """Return the filter for rows of the units in the user's reach.

    Units that ended or were merged are included, because the figures of a year count what they did
    before.
    """
    return Q() if by.system else own_units_q(by) & ~Q(body__kind=BodyKind.GOVERNMENT)


def list_editable_bodies(by: Actor) -> QuerySet[Body, Body]:
    """Return the units whose registers the user may edit; overseers (监督员) may edit none."""
    return list_actor_bodies(by, roles=ENTRY_STAFF_ROLES, supervising=(Role.CHIEF,)).exclude(kind=BodyKind.GOVERNMENT)


@register_visible_to(Training)
def trainings_visible_to(user: object) -> QuerySet[Training, Training]:
    """Return the trainings of units whose registers the user may see."""
    return Training.objects.filter(make_reach_filter(get_actor(user))).select_related("body")


@register_visible_to(Talk)
def talks_visible_to(user: object) -> QuerySet[Talk, Talk]:
    """Return the talks with units whose registers the user may see."""
    return Talk.objects.filter(make_reach_filter(get_actor(user))).select_related("body", "round", "entry")


@register_visible_to(OutsideRanking)
def outside_rankings_visible_to(user: object) -> QuerySet[OutsideRanking, OutsideRanking]:
    """Return invitations to external rankings, of units whose registers the user may see."""
    return OutsideRanking.objects.filter(make_reach_filter(get_actor(user))).select_related("body", "entry")


@register_visible_to(Provision)
def provisions_visible_to(user: object) -> QuerySet[Provision, Provision]:
    """Return the staff and funds of units whose registers the user may see."""
    return Provision.objects.filter(make_reach_filter(get_actor(user))).select_related("body")


@register_visible_to(TrainingDemand)
def demands_visible_to(user: object) -> QuerySet[TrainingDemand, TrainingDemand]:
    """Return the training requirements set by visible units or any unit above them."""
    steps = [body.path.strip("/").split("/") for body in list_visible_bodies(get_actor(user))]
    above = {f"/{'/'.join(path[: n + 1])}/" for path in steps for n in range(len(path))}
    return TrainingDemand.objects.filter(body__path__in=above).select_related("body")


def list_overseen_bodies(by: Actor) -> QuerySet[Body, Body]:
    """Return the working units that the user oversees as open-government office."""
    return list_actor_bodies(by, roles=(), supervising=(Role.CHIEF,)).exclude(kind=BodyKind.GOVERNMENT)


@dataclass
class TrainingTally:
    """A unit's trainings of a year by kind, with the requirements.

    `attendance`: number of participants; `requests`: trainings that covered disclosure on request.
    """

    body: Body
    counts: Counter[str]
    demands: dict[str, TrainingDemand]
    attendance: int
    requests: int

    @property
    def cells(self) -> list[tuple[int, int, bool]]:
        """Return (actual number, required number, whether too few) for each kind."""
        return [
            (self.counts[kind], least, self.counts[kind] < least)
            for kind in TrainingKind.values
            for least in [self.demands[kind].least if kind in self.demands else 0]
        ]

    @property
    def missing(self) -> list[str]:
        """Return the kinds with too few trainings."""
        return [
            f"{TrainingKind(kind).label}{self.counts[kind]}次，应有{demand.least}次"
            for kind, demand in self.demands.items()
            if self.counts[kind] < demand.least
        ]

    @property
    def total(self) -> int:
        """Return the number of trainings in the year."""
        return sum(self.counts.values())

    @property
    def light(self) -> str:
        """Return "red" for no or too few trainings (V-09), "green" if the requirements are met, "" if there are none."""
        if not self.total or self.missing:
            return "red"
        return "green" if self.demands else ""

    @property
    def words(self) -> str:
        """Return the meaning of the traffic light in Chinese."""
        if not self.total:
            return "没有举办"
        return ("不足" if self.missing else "达到") if self.demands else "没有要求"


def map_training_demands(body: Body, demands: list[TrainingDemand]) -> dict[str, TrainingDemand]:
    """Return the requirements for a unit by kind, the highest if several apply."""
    demands_by_kind: dict[str, TrainingDemand] = {}
    for training_demand in demands:
        applies = {
            TrainingDemand.Whom.ALL: True,
            TrainingDemand.Whom.OFFICE: body.kind == BodyKind.GENERAL_OFFICE,
            TrainingDemand.Whom.DEPARTMENTS: body.kind == BodyKind.DEPARTMENT,
        }[TrainingDemand.Whom(training_demand.whom)]
        inside = body.path.startswith(training_demand.body.path)
        if (
            applies
            and inside
            and (
                training_demand.kind not in demands_by_kind
                or demands_by_kind[training_demand.kind].least < training_demand.least
            )
        ):
            demands_by_kind[training_demand.kind] = training_demand
    return demands_by_kind


def list_training_tallies(bodies: list[Body], year: int) -> list[TrainingTally]:
    """Return the training of units in a year, in a constant number of queries."""
    demands = list(TrainingDemand.objects.filter(year=year).select_related("body"))
    trainings = Training.objects.filter(body__in=bodies, on__year=year)
    rows = {body.pk: TrainingTally(body, Counter(), map_training_demands(body, demands), 0, 0) for body in bodies}
    for training in trainings:
        row = rows[training.body_id]
        row.counts[training.kind] += 1
        row.attendance += training.attendance
        row.requests += training.requests
    return list(rows.values())


def list_training_cases(body: Body, first: date, until: date) -> list[ScoredCase]:
    """Return a scoring case for each kind of training required in the year of `until`: the share that was held."""
    demands = map_training_demands(body, list(TrainingDemand.objects.filter(year=until.year).select_related("body")))
    counts = Counter(Training.objects.filter(body=body, on__gte=first, on__lte=until).values_list("kind", flat=True))
    return [
        ScoredCase(
            f"training/{kind}/{until.year}",
            f"{demand.get_kind_display()}：应有{demand.least}次",
            min(1.0, counts[kind] / demand.least),
            f"举办{counts[kind]}次",
        )
        for kind, demand in demands.items()
    ]


def list_staff_cases(body: Body, first: date, until: date) -> list[ScoredCase]:
    """Return a scoring case that passes if a unit has full-time staff (V-14); [] if nothing is registered."""
    row = Provision.objects.filter(body=body, year=until.year).first()
    if row is None:
        return []
    why = f"专职{row.full_time}人、兼职{row.part_time}人"
    return [ScoredCase(f"provision/{row.pk}", "配备专职人员", 1.0 if row.full_time else 0.0, why)]


@dataclass(frozen=True)
class UnitProvision:
    """A unit with its registered staff and funds (`row`), None if it registered none."""

    body: Body
    row: Provision | None

    @property
    def short(self) -> bool:
        """Return true if the unit has no full-time staff."""
        return self.row is None or self.row.full_time < 1


def list_staff_and_funds(bodies: list[Body], year: int) -> list[UnitProvision]:
    """Return the staff and funds of units in a year."""
    rows = {provision.body_id: provision for provision in Provision.objects.filter(body__in=bodies, year=year)}
    return [UnitProvision(body, rows.get(body.pk)) for body in bodies]


#: Failures that notices name (V-11) → entry kinds whose lateness proves them. Assignments count only with a
#: disclosure path (公开路径). A hot topic must be entered as 舆情; a late answer to one citizen does not count.
FAILURE_KINDS: dict[str, tuple[str, ...]] = {
    "重要信息不发布": ("assignment", "disclosure"),
    "重大政策不解读": ("interpretation",),
    "热点问题不回应": ("opinion",),
}


#: Entry kind → label of the missing item.
MISSING_ITEM_LABELS: dict[str, str] = {
    "assignment": "公开路径的栏目中没有本单位公开的信息",
    "disclosure": "现在没有公开",
    "interpretation": "文件已经公开，至今没有公开任何形式的解读",
    "opinion": "至今没有回应",
}


@dataclass
class UnitFailure:
    """A failure of a unit (key of `FAILURE_KINDS`), with its oldest late entries."""

    body: Body
    name: str
    count: int = 0
    entries: list[Entry] = field(default_factory=list)

    @property
    def missing(self) -> str:
        """Return in Chinese what is missing, by the kind of the oldest entry."""
        return MISSING_ITEM_LABELS[self.entries[0].kind]


def list_failures(by: Actor) -> list[UnitFailure]:
    """Return the units' current failures (V-11), proved by overdue entries.

    A document with an interpretation that is or was public, or a press event, counts as interpreted, and a
    case with a public answer as answered, even if other steps are late. Excluded are tasks whose text may be
    public, and dates that another unit missed or that had passed when the entry began.
    """
    kinds = {kind: name for name, group in FAILURE_KINDS.items() for kind in group}
    inner = Q(assignment__isnull=False) & ~Exists(
        Duty.objects.filter(measure__assignments=OuterRef("pk")).exclude(paths=[])
    )
    public = filter_public_shelf().values("document")
    explained = Interpretation.objects.filter(
        document=OuterRef("interpretation__document"), text__published_at__lte=timezone.now()
    )
    pressed = PressEvent.objects.filter(
        Q(result__in=public) | ~Q(address=""), documents=OuterRef("interpretation__document"), dropped=""
    )
    missed = Lapse.objects.filter(of=OuterRef("pk"), entry__outcome="", entry__due_at__gte=OuterRef("due_at"))
    missed = missed.exclude(entry__body=OuterRef("body"))
    query = Q(opinion_case__isnull=False, opinion_case__responded_at__isnull=False)
    late = (
        entries_visible_to(by)
        .overdue(timezone.now())
        .filter(~inner, ~Exists(explained), ~Exists(pressed), ~query, ~Exists(missed), kind__in=kinds)
        .exclude(opened_at__gt=F("due_at"))
        .select_related("body", "assignment__notice")
        .defer(*list_large_fields("assignment__notice"))
    )
    failures: dict[tuple[int, str], UnitFailure] = {}
    entries = list(late.order_by("due_at", "pk"))
    tasks = [entry.assignment for entry in entries if hasattr(entry, "assignment")]
    unpublished = _find_tasks_without_texts(tasks)
    for entry in entries:
        if entry.kind == "assignment" and entry.pk not in unpublished:
            continue
        name = kinds[entry.kind]
        failure = failures.setdefault((entry.body_id, name), UnitFailure(entry.body, name))
        failure.count += 1
        if len(failure.entries) < MAX_LISTED_ENTRIES:
            failure.entries.append(entry)
    return sorted(failures.values(), key=lambda failure: (-failure.count, failure.body.position))


def _find_tasks_without_texts(assignments: list[Assignment]) -> set[int]:
    """Return the tasks in whose columns the unit has published nothing since they began.

    Tasks without a known column are omitted, as nothing can be proved about them. A government also publishes through
    its units, and on its own site, which must have the columns too. A text counts from the day of its last title.
    """
    places = find_government_places(assignments)
    notices = {assignment.notice_id for assignment in assignments}
    columns: dict[tuple[int, str], int] = {
        (notice, path): column
        for notice, path, column in ImportedColumn.objects.filter(notice__in=notices).values_list(
            "notice", "path", "column_id"
        )
    }
    paths: dict[int, list[list[str]]] = {}
    duties = Duty.objects.filter(measure__in={assignment.measure_id for assignment in assignments}).exclude(paths=[])
    for measure, some in duties.values_list("measure", "paths"):
        paths.setdefault(measure, []).extend(some)
    own_columns = {column for place in places.values() for column in place.columns.values()}
    units = {unit for place in places.values() for unit in place.units}
    shelf = shelf_visible_to(ANONYMOUS).filter(
        column__in=own_columns.union(columns.values()),
        body__in=units | {assignment.body_id for assignment in assignments},
    )
    rows = list(shelf.values_list("column", "body", "document", "published_at"))
    titles = map_titles_over_time(document for _, _, document, _ in rows)
    newest: dict[tuple[int | None, int], datetime] = {}
    for column, body, document, published_at in rows:
        since = find_title_start(titles.get(document, ())) or published_at
        newest[column, body] = max(since, newest.get((column, body), since))
    unserved = set()
    for task in assignments:
        named_columns = {(task.notice_id, join_path(path)) for path in paths.get(task.measure_id, ())}
        existing_columns = [columns[key] for key in named_columns if key in columns]
        place = places.get(task.body_id)
        if place and not place.has_columns_for(paths.get(task.measure_id, ())):
            continue
        looked_in = {*existing_columns, *(place.columns.values() if place else ())}
        authors = place.units if place else {task.body_id}
        publication_times = [newest[key] for key in product(looked_in, authors) if key in newest]
        if len(existing_columns) == len(named_columns) and all(
            timezone.localdate(day) < find_first_day(task) for day in publication_times
        ):
            unserved.add(task.pk)
    return unserved
