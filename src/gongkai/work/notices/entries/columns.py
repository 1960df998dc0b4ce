"""Website columns for the disclosure paths of a notice: plan, create, remove and query them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Prefetch

from gongkai.content.editions.hosts import home_url
from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.queries import map_paths_to_columns
from gongkai.content.publishing import columns
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.lib.privacy import proofread
from gongkai.work.notices.entries.expansion import PlanningInput
from gongkai.work.notices.models import Assignment, Duty, ImportedColumn, Notice
from gongkai.work.notices.states import CANCELLED_OUTCOMES, NoticeState

PATH_SEPARATOR = ">"
NO_SUCH_COLUMN_MESSAGE = "网站上没有这个栏目，新设栏目请商网站主办单位"


@dataclass(frozen=True)
class NoticeColumnPlan:
    """The planned columns of a notice; without a `website` none are created. `paths` is the number of wanted paths."""

    website: Website | None
    plan: columns.ColumnPlan | None
    paths: int

    @property
    def create(self) -> tuple[columns.NewColumn, ...]:
        """Return the columns to create."""
        return self.plan.create if self.plan else ()

    @property
    def reuse(self) -> tuple[columns.ReusedColumn, ...]:
        """Return the existing columns to use."""
        return self.plan.reuse if self.plan else ()

    @property
    def refused(self) -> tuple[columns.RefusedPath, ...]:
        """Return the paths for which no column can be created, with the reason."""
        return self.plan.refused if self.plan else ()


@dataclass(frozen=True)
class NoticeColumnCounts:
    """Numbers of created (`made`) and reused columns."""

    made: int
    reused: int


@dataclass(frozen=True)
class PublishingPlaces:
    """The places where a government publishes to fulfil a duty to a higher government.

    Attributes:
        units: primary keys of the government and the units below it.
        columns: primary keys of the columns of its own site, by path.
    """

    units: frozenset[int]
    columns: Mapping[tuple[str, ...], int]

    def has_columns_for(self, paths: Iterable[Sequence[str]]) -> bool:
        """Return true if the government's own site has a column for each path; else its texts cannot be found."""
        return all(tuple(path) in self.columns for path in paths)


def find_government_places(assignments: Iterable[Assignment]) -> dict[int, PublishingPlaces]:
    """Return the places of those governments that owe assignments, by primary key.

    Other units publish themselves and are left out.
    """
    owed = list(assignments)
    governments = {
        assignment.body_id: assignment.body for assignment in owed if assignment.body.kind in GOVERNING_KINDS
    }
    duties = Duty.objects.filter(
        measure__in={assignment.measure_id for assignment in owed if assignment.body_id in governments}
    )
    paths = [path for some in duties.exclude(paths=[]).values_list("paths", flat=True) for path in some]
    government_places = {}
    for pk, body in governments.items():
        units = Body.objects.filter(path__startswith=body.path).values_list("pk", flat=True)
        site = Website.objects.filter(body=body).first()
        columns_by_path = map_paths_to_columns(site, paths) if site else {}
        government_places[pk] = PublishingPlaces(
            frozenset(units), {path: column.pk for path, column in columns_by_path.items()}
        )
    return government_places


def find_site_address(government: Body) -> str:
    """Return the base URL of a government's site, or an empty string."""
    website = find_website(government)
    return home_url(website) if website else ""


def to_absolute_url(address: str, home: str) -> str:
    """Return an absolute URL for printed documents.

    A path on the own site is appended to `home`.
    """
    return f"{home}{address}" if address.startswith("/") else address


def find_misspelt_names(names: Iterable[str], government: Body) -> dict[str, str]:
    """Map column names with a probable typo (社会救肋) to their correction."""
    website = find_website(government)
    known = set(Column.objects.filter(website=website).values_list("name", flat=True)) if website else set()
    misspelt_names = {}
    for name in set(names) - known:
        slips = (
            [finding for finding in proofread(name) if finding.kind == "typo" and finding.suggestion]
            if name.strip()
            else []
        )
        meant = name
        for finding in reversed(slips):
            meant = meant[: finding.start] + finding.suggestion + meant[finding.end :]
        if meant != name:
            misspelt_names[name] = meant
    return misspelt_names


def list_column_keys(government: Body) -> list[str]:
    """Return the keys of all columns of a government's site that are not archived."""
    website = find_website(government)
    rows = Column.objects.filter(website=website, archived_at=None) if website else Column.objects.none()
    return list(rows.values_list("key", flat=True))


def find_website(government: Body) -> Website | None:
    """Return the site of a government, else the default site, or None."""
    sites = Website.objects.order_by("-is_default", "pk")
    return (
        sites.filter(body=government).first()
        or sites.filter(body__parent=government).first()
        or sites.filter(is_default=True).first()
    )


def join_path(path: Iterable[str]) -> str:
    """Return a path as one string for storage and comparison."""
    return PATH_SEPARATOR.join(path)[:400]


def list_wanted_columns(expansion: PlanningInput) -> list[columns.RequestedColumn]:
    """Return each path once, with the unit that owns the column."""
    wanted_columns: dict[tuple[str, ...], columns.RequestedColumn] = {}
    for planned in expansion.planned:
        measure = expansion.measures[planned.number]
        owner = _find_column_owner(planned.owned)
        for duty in measure.duties.all():
            for path in duty.paths:
                key = tuple(path)
                if key and key not in wanted_columns:
                    wanted_columns[key] = columns.RequestedColumn(key, owner, "")
    return list(wanted_columns.values())


def _find_column_owner(owned: tuple[object, ...]) -> int | None:
    """Return the key of the first lead unit if several units publish there, else of the first unit; None without
    units.
    """
    if not owned:
        return None
    first = owned[0]
    leads: tuple[int, ...] = first.leads  # type: ignore[attr-defined]
    if len(owned) == 1 or not leads:
        return int(first.owner.body_id)  # type: ignore[attr-defined]
    return leads[0]


def plan_columns(notice: Notice, expansion: PlanningInput) -> NoticeColumnPlan:
    """Return the columns that confirming would create and reuse, without storing anything."""
    website = find_website(notice.government)
    asked = list_wanted_columns(expansion)
    plan = columns.plan_columns(website, asked, anywhere=True) if website else None
    return NoticeColumnPlan(website, _restrict_to_existing(plan) if plan and notice.own else plan, len(asked))


def _restrict_to_existing(plan: columns.ColumnPlan) -> columns.ColumnPlan:
    """Remove new columns from a plan; a unit's own notice cannot create any."""
    keys = {new.key for new in plan.create}
    missing = (path for path, key in plan.keys.items() if key in keys)
    refused = (*plan.refused, *(columns.RefusedPath(path, NO_SUCH_COLUMN_MESSAGE) for path in missing))
    return replace(plan, create=(), refused=refused)


def create_columns(notice: Notice, expansion: PlanningInput, *, by: Actor) -> NoticeColumnCounts:
    """Create missing columns and record those created and reused. Call it inside an action."""
    dry = plan_columns(notice, expansion)
    if dry.plan is None:
        return NoticeColumnCounts(0, 0)
    made_columns = columns.make_planned_columns(dry.plan, by=by, made_from=notice.doc_number or notice.title)
    created = {column.pk for column in made_columns.created}
    rows = {
        join_path(path): ImportedColumn(
            notice=notice, column_id=column.pk, path=join_path(path), made=column.pk in created
        )
        for path, column in made_columns.columns.items()
    }
    leaves = {row.column_id for row in rows.values()}
    for column in made_columns.created:  # Levels above the leaves are created by this notice as well.
        if column.pk not in leaves:
            rows[f"＊{column.key}"[:400]] = ImportedColumn(
                notice=notice, column_id=column.pk, path=f"＊{column.key}"[:400], made=True
            )
    noted = set(notice.columns.values_list("path", flat=True))
    rows = {path: row for path, row in rows.items() if path not in noted}
    ImportedColumn.objects.bulk_create(rows.values(), batch_size=500)
    reused = {row.column_id for row in rows.values() if not row.made}
    return NoticeColumnCounts(len(created), len(reused))


def find_column_obstacles(notice: Notice) -> list[str]:
    """Return Chinese sentences on columns created by this notice that are open or in use."""
    mine = list(notice.columns.filter(made=True).values_list("column_id", flat=True))
    column_obstacles = []
    for column in Column.objects.filter(pk__in=mine):
        if column.is_open:
            column_obstacles.append(f"栏目“{column.title}”已经开通。")
        elif column.placements.exists() or column.waiting.exists():
            column_obstacles.append(f"栏目“{column.title}”已放入信息。")
        elif column.children.exclude(pk__in=mine).exists():
            column_obstacles.append(f"栏目“{column.title}”下已另设子栏目。")
    other_columns = ImportedColumn.objects.filter(column_id__in=mine).exclude(notice=notice)
    for row in other_columns.select_related("notice")[:5]:
        column_obstacles.append(f"栏目“{row.path}”已由“{row.notice.title}”沿用。")
    return column_obstacles


def remove_unused_columns(notice: Notice, *, by: Actor) -> int:
    """Remove unused columns created by this notice; return their number."""
    mine = set(notice.columns.filter(made=True).values_list("column_id", flat=True))
    used_elsewhere = ImportedColumn.objects.filter(column_id__in=mine).exclude(notice=notice)
    removable = list(Column.objects.filter(pk__in=mine - set(used_elsewhere.values_list("column_id", flat=True))))
    return len(removable) - len(columns.remove_made_columns(removable, by=by))


def remove_columns(notice: Notice, *, by: Actor) -> int:
    """Remove columns created by this notice, after `find_column_obstacles` found none; return their number."""
    mine = list(notice.columns.filter(made=True).values_list("column_id", flat=True))
    made = list(Column.objects.filter(pk__in=mine))
    stays = columns.remove_made_columns(made, by=by)
    return len(made) - len(stays)


def find_ordered_publishers(columns: Sequence[Column], bodies: Collection[int]) -> set[tuple[int, int]]:
    """Return pairs (column, unit) for which a notice in force orders the unit to publish there.

    Only notices of the government above the site count, not a unit's own. Cancelled tasks do not
    count.
    """
    sites = dict(Website.objects.filter(pk__in={one.website_id for one in columns}).values_list("pk", "body__path"))
    site_paths = {int(n): sites[column.website_id] for column in columns for n in column.path.split("/") if n}
    rows = ImportedColumn.objects.filter(column_id__in=list(site_paths), notice__state=NoticeState.LIVE)
    rows = rows.filter(notice__own=False)
    paths: dict[int, dict[str, int]] = {}
    for notice, government_path, path, number in rows.values_list(
        "notice", "notice__government__path", "path", "column_id"
    ):
        if site_paths[number].startswith(government_path):
            paths.setdefault(notice, {})[path] = number
    owed = Assignment.objects.filter(notice__in=list(paths), body__in=bodies)
    assignments = owed.exclude(entry__outcome__in=CANCELLED_OUTCOMES).prefetch_related(
        Prefetch("measure__duties", Duty.objects.exclude(paths=[]))
    )
    ordered = {
        (paths[assignment.notice_id][name], assignment.body_id)
        for assignment in assignments
        for duty in assignment.measure.duties.all()
        for path in duty.paths
        if (name := join_path(path)) in paths[assignment.notice_id]
    }
    return {(column.pk, body) for column in columns for number, body in ordered if f"/{number}/" in column.path}


def list_task_columns(assignment: Assignment) -> list[Column]:
    """Return the columns on the paths of a task's duties, of its notice only."""
    duties = Duty.objects.filter(measure=assignment.measure_id).exclude(paths=[])
    paths = {join_path(path) for duty in duties for path in duty.paths}
    rows = ImportedColumn.objects.filter(notice=assignment.notice_id, path__in=paths)
    columns = Column.objects.filter(pk__in=rows.values("column_id"), archived_at=None)
    return list(columns.select_related("website").order_by("path"))
