"""Queries on entries, all based on `visible_to`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar, cast

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.db.models.lookups import In

from gongkai.core.ledger.kinds import (
    ENTRY_KINDS_BY_NAME,
    list_inner_kinds,
    list_related_fields,
    list_uncounted_kinds,
    list_unlisted_fields,
)
from gongkai.core.ledger.models import Audience, Entry, EntryQuerySet, SavedFilter
from gongkai.core.ledger.models.entry import make_overdue_filter
from gongkai.core.ledger.row_presence import RowCondition, check_existence
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import SUPERVISING_ROLES, list_working_units, without_technical_posts
from gongkai.core.widgets.request_cache import ask_once, page_cache

Facts = TypeVar("Facts", bound=Model)
#: Up to this number, extra visible entries are listed by id; above it the database joins them.
MAX_EXTRA_IDS = 500


@register_visible_to(Entry, technical=True)
def visible_to(user: object, *, kind: str = "") -> EntryQuerySet:
    """Return the entries a user sees: own units', supervised ones, and those that a kind adds.

    `kind` limits the query to that kind's tables. Supervisors do not see what is between a unit and
    its own offices (`EntryKind.inner`). Technical posts see only what all staff see. Anonymous users and
    people without appointment see nothing.
    """
    actor = get_actor(user)
    rows = Entry.objects.filter(kind=kind) if kind else Entry.objects.all()
    if actor.system:
        return rows
    return (
        rows.filter(_build_visible_condition(without_technical_posts(actor), kind))
        if actor.known
        else Entry.objects.none()
    )


@register_visible_to(SavedFilter, technical=True)
def filters_visible_to(user: object) -> QuerySet[SavedFilter]:
    """Return the user's own saved filters."""
    return SavedFilter.objects.filter(person_id=get_actor(user).person_id or -1)


def entry_visible_to(user: object, pk: int) -> EntryQuerySet:
    """Return a single entry if the user sees it, with the related rows of its page.

    Its kind is read first, so that tables of other kinds are not queried.
    """
    kind = Entry.objects.filter(pk=pk).values_list("kind", flat=True).first()
    if kind is None:
        return Entry.objects.none()
    return prepare_for_list(visible_to(user, kind=kind).filter(pk=pk), kinds={kind})


def own_visible_to(user: object) -> EntryQuerySet:
    """Return the entries of the user's own units, without querying tables of other kinds.

    Never more than `visible_to`: entries restricted to the 政务公开办 are included for their office and
    for supervisors of this very unit only.
    """
    actor = get_actor(user)
    offices = [post.office_id for post in actor.posts if post.office_id]
    supervised = actor.body_ids(*SUPERVISING_ROLES)
    query = Q(body_id__in=without_technical_posts(actor).bodies)
    return Entry.objects.filter(
        query & (~Q(audience=Audience.CHIEF) | Q(office_id__in=offices) | Q(body_id__in=supervised)),
        ~_make_supervised_inner_filter(actor),
    )


def own_bodies_visible_to(user: object) -> EntryQuerySet:
    """Return the visible entries of the user's own units.

    These are all of them, without further queries, if every post is a working post and none is
    restricted to the 政务公开办.
    """
    actor = get_actor(user)
    at_work = list_working_units(actor)
    if at_work != actor.bodies or any(
        check_existence([RowCondition(Entry, {"body": at_work, "audience": Audience.CHIEF})])
    ):
        return visible_to(actor).filter(body_id__in=actor.bodies)
    return Entry.objects.filter(~_make_supervised_inner_filter(actor), body_id__in=actor.bodies)


def _make_supervised_inner_filter(actor: Actor) -> Q:
    """Return the filter of inner entries of units where the actor only supervises."""
    working = {post.body_id for post in actor.posts if post.role not in SUPERVISING_ROLES}
    other_bodies = {post.body_id for post in actor.posts} - working
    return Q(body_id__in=other_bodies, kind__in=list_inner_kinds()) if other_bodies else Q(pk__in=[])


def filter_visible_rows(rows: "QuerySet[Facts, Facts]", user: object, *, kind: str) -> "QuerySet[Facts, Facts]":
    """Return rows of a kind's own table whose entries the user sees.

    Args:
        rows: rows of a model with an `entry` of the kind.
        user: the reader.
        kind: the kind.
    """
    actor = get_actor(user)
    if actor.system or (actor.known and not _build_visible_condition(without_technical_posts(actor), kind)):
        return rows
    return rows.filter(entry__in=visible_to(actor, kind=kind))


def annotate_openable(rows: "QuerySet[Facts, Facts]", user: object) -> "QuerySet[Facts, Facts]":
    """Annotate rows that have an `entry` with `opens`: true if the user may open the page of the entry."""
    opens = Exists(visible_to(user).filter(pk=OuterRef("entry_id")))
    return cast("QuerySet[Facts, Facts]", rows.annotate(opens=opens))


def filter_counted_entries(user: object) -> EntryQuerySet:
    """Return the entries that a user's statistics count: those of own and of supervised units, without those open
    to all staff.

    Never more than `visible_to`.
    """
    actor = get_actor(user)
    rows = Entry.objects.all()
    if actor.system:
        return rows
    return (
        rows.filter(_get_visible_filter(without_technical_posts(actor), "", others=False).condition)
        if actor.known
        else rows.none()
    )


def list_kinds_of_year(year: int) -> list[str]:
    """Return the kinds with entries in a year, by index lookups."""
    names = sorted(ENTRY_KINDS_BY_NAME)
    presence = check_existence([RowCondition(Entry, {"kind": [name], "year": [year]}) for name in names])
    return [name for name, is_present in zip(names, presence, strict=True) if is_present]


def filter_counted_kinds(kinds: Iterable[str]) -> list[str]:
    """Return those of these kinds that totals count: neither inner kinds nor contributions to another's entry."""
    return [name for name in kinds if name not in list_uncounted_kinds()]


def list_units_seen_completely(user: object, kind: str) -> list[int] | None:
    """Return the ids of the units whose entries of a kind are exactly those that the user sees; else None.

    Counts over a kind's own table can then use its index by unit.
    """
    actor = get_actor(user)
    return None if actor.system or not actor.known else _get_visible_filter(without_technical_posts(actor), kind).bodies


def list_units_with_entries(user: object, kind: str) -> "QuerySet[Body, Body]":
    """Return the units with visible entries of a kind, in directory order."""
    entries = visible_to(user, kind=kind).filter(body=OuterRef("pk"))
    return Body.objects.filter(Exists(entries)).order_by("position", "pk")


def list_kind_choices(user: object) -> list[tuple[str, str]]:
    """Return (kind, label) for a filter; inner kinds only if the user sees an entry of the kind."""
    visible_inner = {name for name in list_inner_kinds() if visible_to(user, kind=name).exists()}
    return [
        (kind.name, kind.label) for kind in ENTRY_KINDS_BY_NAME.values() if not kind.inner or kind.name in visible_inner
    ]


@dataclass(frozen=True)
class _VisibleFilter:
    """The filter for visible entries; `bodies` if it means all entries of some units."""

    condition: Q
    bodies: list[int] | None = None


def _build_visible_condition(actor: Actor, only_kind: str = "") -> Q:
    return _get_visible_filter(actor, only_kind).condition


def _get_visible_filter(actor: Actor, only_kind: str, *, others: bool = True) -> _VisibleFilter:
    """Return the filter of the entries that an actor sees, cached for the page (`others`: `with_staff_entries`).

    Outside a page, the rules of several kinds share their queries while the filter is built.
    """
    with page_cache():
        return ask_once(("entries", actor, only_kind, others), lambda: _build_visible_filter(actor, only_kind, others))


def _build_visible_filter(actor: Actor, only_kind: str, with_staff_entries: bool) -> _VisibleFilter:
    """Return the filter of the entries that an actor sees.

    These are entries of own and of supervised units; with `with_staff_entries` also those open to all staff.
    """
    reaches = actor.reached_paths(*SUPERVISING_ROLES)
    inner = [] if only_kind and not ENTRY_KINDS_BY_NAME[only_kind].inner else list_inner_kinds()
    if reaches and _covers_all(reaches):
        return _VisibleFilter(_exclude_foreign_inner_entries(actor, inner, only_kind, with_extra=with_staff_entries))
    supervised = _list_bodies_under(reaches) if reaches else []
    if reaches and not _sees_unsupervised_entries(actor, supervised, inner, only_kind, with_staff_entries):
        conditions = [Q(body_id__in=supervised)]
    else:
        query = Q(body_id__in=actor.bodies) & (
            ~Q(audience=Audience.CHIEF) | Q(office_id__in=[p.office_id for p in actor.posts if p.office_id])
        )
        conditions = [query, *([Q(audience=Audience.STAFF)] if with_staff_entries else ())]
        conditions += [Q(body_id__in=supervised)] if reaches else []
    if reaches and inner:
        conditions[-1] &= ~Q(kind__in=inner)
    extra_entries = _list_extra_entries(actor, only_kind) if with_staff_entries else []
    few_ids = _list_ids_if_few(extra_entries)
    only_bodies = supervised if len(conditions) == 1 and few_ids == [] and not inner else None
    return _VisibleFilter(_combine_conditions(conditions, extra_entries, few_ids), only_bodies)


def _sees_unsupervised_entries(
    actor: Actor, supervised: list[int], inner: list[str], only_kind: str, with_staff_entries: bool
) -> bool:
    """Return true if the actor sees entries beyond the supervised units, or inner ones of own supervised units;
    `with_staff_entries` counts those open to all staff."""
    kind_condition = {"kind": [only_kind]} if only_kind else {}
    conditions = [
        *([RowCondition(Entry, {"audience": Audience.STAFF, **kind_condition})] if with_staff_entries else ()),
        RowCondition(Entry, {"body": set(actor.bodies) - set(supervised), **kind_condition}),
        RowCondition(Entry, {"body": set(actor.bodies) & set(supervised), "kind": inner}),
    ]
    return any(check_existence(conditions))


def _exclude_foreign_inner_entries(actor: Actor, inner: list[str], only_kind: str, *, with_extra: bool) -> Q:
    """Return the filter of all entries except inner ones of units where the actor does not work; with `with_extra` also
    those inner ones that the rule of their kind shows to a person who works somewhere."""
    own_bodies = {post.body_id for post in actor.posts if post.role not in SUPERVISING_ROLES}
    query = ~Q(kind__in=inner) if inner else Q()
    if not inner or not own_bodies:
        return query
    query |= Q(body_id__in=own_bodies)
    extra_entries = _list_extra_entries(actor, only_kind, inner) if with_extra else []
    few_ids = _list_ids_if_few(extra_entries)
    if few_ids == []:
        return query
    return query | Q(pk__in=_union_ids(extra_entries) if few_ids is None else few_ids)


def _list_extra_entries(actor: Actor, only_kind: str, among: Collection[str] = ()) -> list[EntryQuerySet]:
    """Return, by kind (of those in `among`, default: all), the entries that the rule of their kind shows to the actor
    as well."""
    kinds = [ENTRY_KINDS_BY_NAME[name] for name in among or ENTRY_KINDS_BY_NAME]
    conditions = [(kind, kind.visible(actor)) for kind in kinds if only_kind in {"", kind.name}]
    return [Entry.objects.filter(query, kind=kind.name) for kind, query in conditions if query is not None]


def _combine_conditions(conditions: list[Q], more_entries: list[EntryQuerySet], few_ids: list[int] | None) -> Q:
    """Join conditions and further entries to one condition, by their ids if they are few."""
    if few_ids is not None:
        return reduce(or_, [*conditions, Q(pk__in=few_ids)] if few_ids else conditions)
    return Q(pk__in=_union_ids([*(Entry.objects.filter(condition) for condition in conditions), *more_entries]))


def _list_ids_if_few(more_entries: list[EntryQuerySet]) -> list[int] | None:
    """Return the ids of all entries in these sets; None if there are more than `MAX_EXTRA_IDS`."""
    if not more_entries:
        return []
    ids = list(_union_ids(more_entries)[: MAX_EXTRA_IDS + 1].values_list("pk", flat=True))
    return ids if len(ids) <= MAX_EXTRA_IDS else None


def _union_ids(sets: list[EntryQuerySet]) -> "QuerySet[Entry, Mapping[str, object]]":
    """Return the ids of several sets of entries as one query; ids may repeat."""
    first_set, *other_sets = (entry_query_set.order_by().values("pk") for entry_query_set in sets)
    return first_set.union(*other_sets, all=True) if other_sets else first_set


def _make_path_condition(reaches: set[str]) -> Q:
    condition = Q(pk__in=[])
    for reach in reaches:
        condition |= Q(path__startswith=reach)
    return condition


def _list_bodies_under(reaches: set[str]) -> list[int]:
    rows = Body.objects.filter(_make_path_condition(reaches)).values_list("pk", flat=True)
    return ask_once(("bodies under", frozenset(reaches)), lambda: list(rows))


def _covers_all(reaches: set[str]) -> bool:
    """Return true if no entry belongs to a unit outside these path prefixes, cached for the page."""
    outside = Body.objects.exclude(_make_path_condition(reaches)).values("pk")
    return ask_once(("all reached", frozenset(reaches)), lambda: not Entry.objects.filter(body_id__in=outside).exists())


def make_waiting_filter() -> Q:
    """Return the filter for entries in which another party must act next (`EntryKind.waiting`)."""
    condition = Q(pk__in=[])
    for kind in ENTRY_KINDS_BY_NAME.values():
        if kind.waiting:
            condition |= Q(kind=kind.name, state__in=kind.waiting)
    return condition


def make_turn_filter(prefix: str = "") -> Q:
    """Return the opposite of `make_waiting_filter`, for entries or rows related to them (`prefix`: `entry__`).

    No index helps an exclusion, and Django needs longer for a condition of each kind than a database for one text.
    """
    steps = [f"{kind.name}/{state}" for kind in ENTRY_KINDS_BY_NAME.values() for state in kind.waiting]
    return ~Q(In(Concat(f"{prefix}kind", Value("/"), f"{prefix}state"), steps))


def make_no_duty_filter() -> Q:
    """Return the filter for closed entries that required nothing of their unit (`EntryKind.outcomes_without_duty`); totals
    omit them."""
    condition = Q(pk__in=[])
    for kind in ENTRY_KINDS_BY_NAME.values():
        if kind.outcomes_without_duty:
            condition |= Q(kind=kind.name, outcome__in=kind.outcomes_without_duty)
    return condition


def make_resting_filter(kinds: Collection[str]) -> Q:
    """Return the filter for open entries of some kinds on which their unit can do nothing for now (`EntryKind.resting`)."""
    condition = Q(pk__in=[])
    for kind in ENTRY_KINDS_BY_NAME.values():
        if kind.resting and kind.name in kinds:
            condition |= Q(kind=kind.name) & kind.resting()
    return condition


def prepare_for_list(entries: EntryQuerySet, *, kinds: Collection[str] = ()) -> EntryQuerySet:
    """Join all related rows that a list of entries shows, and defer fields that it does not show.

    Checks no permission. `kinds` limits the joins to the tables of these kinds.
    """
    return entries.select_related(*sorted(list_related_fields(kinds))).defer(*list_unlisted_fields(kinds))


def describe_open_entries(body: Body) -> list[str]:
    """Return one Chinese sentence with the number of the unit's open entries by kind, as a list; [] if none."""
    rows = Entry.objects.open().filter(body=body).order_by().values_list("kind").annotate(n=Count("pk"))
    counts = [(ENTRY_KINDS_BY_NAME[kind].label, number) for kind, number in rows]
    if not counts:
        return []
    counts_text = "、".join(f"{label}{number}项" for label, number in sorted(counts))
    return [f"台账中还有{sum(number for _, number in counts)}项没有办结：{counts_text}。"]


#: Roles that work on a unit's entries, or answer for them.
_WORKING_ROLES = frozenset({Role.CLERK, Role.SIGNER, Role.LEAD})


def describe_entries_of_post(post: Appointment) -> list[str]:
    """Return one Chinese clause with the number of open and overdue entries of a post's office, as a list; [] if none
    or for a post that does not work on entries."""
    if post.role not in _WORKING_ROLES:
        return []
    rows = Entry.objects.open().filter(body=post.body)
    if post.office_id:
        rows = rows.filter(Q(office=post.office_id) | Q(office=None))
    late = Count("pk", filter=make_overdue_filter())
    counts = rows.order_by().values_list("kind").annotate(n=Count("pk"), late=late)
    kinds = sorted((ENTRY_KINDS_BY_NAME[kind].label, number, overdue) for kind, number, overdue in counts)
    if not kinds:
        return []
    counts_text = "、".join(f"{label}{number}件" for label, number, _ in kinds)
    overdue = sum(late for *_, late in kinds)
    return [
        f"台账未办结{sum(number for _, number, _ in kinds)}件（{counts_text}）"
        + (f"，已逾期{overdue}件" if overdue else "")
    ]
