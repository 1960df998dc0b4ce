"""Counts and public evidence of the public progress page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypedDict, cast
from urllib.parse import urlsplit

from django.db.models import Case, Count, F, Max, Model, Q, QuerySet, When

from gongkai.content.editions.models import Column
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.ledger import figures
from gongkai.core.ledger.models import Evidence, EvidenceKind
from gongkai.core.ledger.models.entry import LIGHTS_IN_ORDER
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import collapse_units
from gongkai.lib.privacy import mask
from gongkai.work.notices.entries.columns import find_website
from gongkai.work.notices.models import Assignment, Notice
from gongkai.work.notices.queries.lights import WORST_FIRST, LightCounts, annotate_lights, make_light_counts
from gongkai.work.notices.queries.matrix import NoticePart, NoticePartCount
from gongkai.work.notices.queries.progress import get_local_date
from gongkai.work.notices.states import AssignmentState

#: Reasons why the deadline of a unit is suspended, in the words of the public.
PAUSE_REASONS = {
    AssignmentState.SUBMITTED: "已经办完，等待核对",
    AssignmentState.ASKED_TIME: "申请延期，等待决定",
    AssignmentState.ASKED_NOT_APPLICABLE: "认为不涉及本单位，等待决定",
    AssignmentState.ASKED_UNIT: "申请调整承办单位，等待决定",
    AssignmentState.ASKED_BACK: "申请退回，等待决定",
}
# Lights of closed entries.
CLOSED_LIGHTS = frozenset({"grey", "grey_red"})


@dataclass(frozen=True)
class PublicUnitState:
    """State of a unit in a measure: worst traffic light, dates, numbers of done and all periods."""

    measure: int
    unit: int
    light: str
    due: date | None
    closed: date | None
    done: int
    all: int
    pause: str = ""


@dataclass(frozen=True)
class PublicCounts:
    """Counts of a notice: `lights` and `days` (due dates) by key of the measure, and the state of each unit.

    `closed` are the keys of governments shown as one unit with those below them; `as_of` is the time of cached
    counts.
    """

    lights: dict[int, LightCounts]
    days: dict[int, tuple[date, ...]]
    units: list[PublicUnitState]
    closed: frozenset[int]
    as_of: datetime | None = None


@dataclass(frozen=True)
class _LightGroup:
    """A unit's entries with one traffic light, state and due date in a measure, with the last closing date."""

    light: str
    state: str
    count: int
    due: datetime | None
    closed: datetime | None


class PublicCount(NoticePartCount):
    """The cached state of each unit in each measure of a notice."""

    name = "notices.public.2"

    def rows(self, subject: NoticePart, by: Actor) -> QuerySet[Model, Model]:
        """Return all tasks of the notice; only traffic lights are shown."""
        return _list_tasks_of_notice(subject.notice)  # type: ignore[return-value]

    def count(self, subject: NoticePart, rows: QuerySet[Model, Model], now: datetime) -> figures.CountResult:
        """Count entries by unit, measure and traffic light; many units of districts are merged.

        Cancelled and carried-over entries count for the measure only.
        """
        home = subject.under or subject.notice.government
        lower_bodies = set(Body.objects.filter(path__startswith=home.path).values_list("pk", flat=True))
        fold = collapse_units(lower_bodies, home)
        unit: F | Case = F("body_id")
        if fold.closed:
            # Summed up in the database by the merged unit; only few units stand for themselves.
            alone = Q(body_id__in=[pk for pk, into in fold.into.items() if pk == into])
            query = alone | ~Q(body__path__startswith=home.path)
            unit = Case(When(query, then=F("body_id")), default=F("body__parent_id"))
        grouped = annotate_lights(rows, prefix="entry__", now=now).annotate(unit=unit)
        lines = grouped.values_list("measure_id", "unit", "light_number", "entry__state", "entry__due_at").annotate(
            n=Count("*"), last=Max("entry__closed_at")
        )
        places: dict[int, dict[int, int]] = {}
        some: dict[tuple[int, int], list[_LightGroup]] = {}
        due_days: dict[int, set[datetime]] = {}
        for measure, at, light_place, state, due, count, closed_at in lines:
            own_places = places.setdefault(measure, {})
            own_places[light_place] = own_places.get(light_place, 0) + count
            if light_place < 0:
                continue
            if due:
                due_days.setdefault(measure, set()).add(due)
            if subject.under is None or at in lower_bodies:
                key = (measure, fold.into.get(at, at))
                some.setdefault(key, []).append(_LightGroup(LIGHTS_IN_ORDER[light_place], state, count, due, closed_at))
        accounts = {measure: make_light_counts(own_places) for measure, own_places in places.items()}
        counts: _CachedCounts = {
            "lights": [[measure, *lights.as_row()] for measure, lights in accounts.items()],
            "days": [(measure, sorted(set(map(_format_day, moments)))) for measure, moments in due_days.items()],
            "units": [_to_cached_unit(measure, at, groups) for (measure, at), groups in some.items()],
            "closed": sorted(fold.closed),
        }
        return figures.CountResult(counts, sum(lights.all for lights in accounts.values()))


PUBLIC_COUNT = PublicCount()


class _CachedCounts(TypedDict):
    """`PublicCounts` as stored in the cache: lists instead of objects."""

    lights: list[list[int]]
    days: list[tuple[int, list[str]]]
    units: list[tuple[int, int, str, str, str, int, int, str]]
    closed: list[int]


def count_public_tasks(notice_part: NoticePart, *, by: object, now: datetime | None = None) -> PublicCounts:
    """Return the current counts of a notice."""
    return _restore_counts(figures.count_now(PUBLIC_COUNT, notice_part, by=by, now=now))


def load_public_counts(notice_part: NoticePart, *, by: object) -> PublicCounts:
    """Return the counts for a page; of a very large notice from the cache."""
    return _restore_counts(figures.load_counts(PUBLIC_COUNT, notice_part, by=by))


def _restore_counts(answer: figures.DatedCounts) -> PublicCounts:
    """Convert the stored numbers and ISO days back to counts."""
    counts = cast(_CachedCounts, answer.found)
    return PublicCounts(
        {measure: LightCounts(*row) for measure, *row in counts["lights"]},
        {measure: tuple(date.fromisoformat(day) for day in days) for measure, days in counts["days"]},
        [
            PublicUnitState(measure, unit, light, _parse_day(due), _parse_day(closed), done, every, pause)
            for measure, unit, light, due, closed, done, every, pause in counts["units"]
        ],
        frozenset(counts["closed"]),
        answer.as_of,
    )


def _list_tasks_of_notice(notice: Notice) -> QuerySet[Assignment, Assignment]:
    return Assignment.objects.filter(notice=notice, entry__year=notice.year, entry__kind="assignment")


def _to_cached_unit(
    measure: int, unit: int, light_groups: Sequence[_LightGroup]
) -> tuple[int, int, str, str, str, int, int, str]:
    """Return a unit's state in a measure as cached: keys of both, then the fields of `PublicUnitState` in order."""
    lights = {some.light for some in light_groups}
    remaining = [some.due for some in light_groups if some.light not in CLOSED_LIGHTS]
    done = [some.closed for some in light_groups if some.closed]
    pauses = {PAUSE_REASONS.get(some.state, "暂停计时") for some in light_groups if some.light == "blue"}
    return (
        measure,
        unit,
        next(name for name in WORST_FIRST if name in lights),
        _format_day(min((moment for moment in remaining if moment), default=None)),
        "" if remaining else _format_day(max(done, default=None)),
        sum(some.count for some in light_groups if some.light in CLOSED_LIGHTS),
        sum(some.count for some in light_groups),
        "；".join(sorted(pauses)),
    )


def _format_day(moment: datetime | None) -> str:
    """Return the local date of a moment in ISO form, or ""."""
    day = get_local_date(moment)
    return day.isoformat() if day else ""


def _parse_day(day: str) -> date | None:
    return date.fromisoformat(day) if day else None


@dataclass(frozen=True)
class PublicLink:
    """A public document that is evidence for a measure: title, path, publication time (`on`)."""

    title: str
    path: str
    on: datetime


#: Evidence by measure and unit.
PublicLinks = dict[tuple[int, int], tuple[PublicLink, ...]]


@lru_cache(maxsize=8192)
def _mask_title(title: str) -> str:
    return mask(title)[0]


#: The address of a column on a site.
_COLUMN_PATH_RE = re.compile(r"/columns/([1-9][0-9]{0,8})/")


def find_public_links(notice: Notice, now: datetime) -> PublicLinks:
    """Return the public evidence, by measure and unit.

    Editions and pages of the own site only if they are public now, with their current addresses.
    Addresses only of closed entries: others are not checked yet.
    """
    may_show = Q(kind=EvidenceKind.EDITION) | Q(
        kind=EvidenceKind.ADDRESS, entry__closed_at__isnull=False, url__startswith="http"
    )
    evidence = Evidence.objects.filter(may_show, entry__assignment__notice=notice, withdrawn=False).exclude(
        lead="fails"
    )
    fields = ("entry__assignment__measure_id", "entry__body_id", "edition", "title", "url", "captured_at")
    rows = list(evidence.values_list(*fields))
    editions = {edition for _, _, edition, *_ in rows if edition}
    shelf = shelf_visible_to(ANONYMOUS, now).filter(document__editions__in=editions, column=None)
    public_rows = shelf.values_list("document__editions", "title", "path", "published_at") if editions else ()
    public = {edition: PublicLink(title, path, at) for edition, title, path, at in public_rows}
    own_pages = _find_own_pages(notice, [url for *_, url, _ in rows], now)
    links_by_unit: dict[tuple[int, int], dict[str, PublicLink]] = {}
    for measure, unit, edition, title, url, at in rows:
        if (edition and edition not in public) or (not edition and own_pages.get(url, True) is None):
            continue
        name = f"{urlsplit(url).hostname}上的网页" if title.startswith("http") else _mask_title(title)
        link = public.get(edition) or own_pages.get(url) or PublicLink(name, url, at)
        links_by_unit.setdefault((measure, unit), {}).setdefault(link.path, link)
    return {key: tuple(links.values()) for key, links in links_by_unit.items()}


def _find_own_pages(notice: Notice, urls: Sequence[str], now: datetime) -> dict[str, PublicLink | None]:
    """Return, by address, public documents of the own site given as evidence.

    They have their current addresses. An address of a document or column that is not public has
    None.
    """
    website = find_website(notice.government) if any(urls) else None
    if website is None:
        return {}
    split = {url: url.partition(f"://{website.host}")[2] for url in urls}
    paths = {url: re.split("[?#]", path)[0] for url, path in split.items() if path.startswith("/")}
    if not paths:
        return {}
    asked_paths = set(paths.values())
    shelf = shelf_visible_to(ANONYMOUS, now).filter(website=website, column=None)
    fields = ("title", "path", "published_at")
    moved = shelf.filter(document__addresses__website=website, document__addresses__path__in=asked_paths).values_list(
        "document__addresses__path", *fields
    )
    public_links = {path: PublicLink(*row) for path, *row in moved}  # the current address is one of them
    columns = {path: int(match[1]) for path in asked_paths if (match := _COLUMN_PATH_RE.fullmatch(path))}
    is_open = Column.objects.filter(website=website, pk__in=columns.values(), opened_at__isnull=False)
    opened = set(is_open.values_list("pk", flat=True)) if columns else set()
    hidden_paths = {
        path for path in asked_paths if path.endswith(".html") or (path in columns and columns[path] not in opened)
    }
    return {url: public_links.get(path) for url, path in paths.items() if path in public_links or path in hidden_paths}
