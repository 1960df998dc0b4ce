"""Visibility of catalogues and templates, and queries on them."""

from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries import default_website, shelf_visible_to
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import GOVERNING_KINDS, SUPERVISING_ROLES, find_government
from gongkai.work.directory.models import Catalogue, CatalogueItem, ColumnTemplate, Followup, YearlyCheck
from gongkai.work.directory.states import CURRENT_STATES, OPEN_STATES, USABLE_TEMPLATE_STATES
from gongkai.work.tables.models import Record


@register_visible_to(Catalogue)
def visible_to(user: object) -> QuerySet[Catalogue]:
    """Return the catalogues in force, and the other versions of supervised governments."""
    actor = get_actor(user)
    rows = Catalogue.objects.select_related("government").annotate(count=Count("items"))
    if actor.system:
        return rows
    return rows.filter(Q(state__in=CURRENT_STATES) | _make_supervised_condition(actor))


def _make_supervised_condition(actor: Actor) -> Q:
    reaches = [post.reach for post in actor.posts if post.role in SUPERVISING_ROLES]
    return reduce(or_, (Q(government__path__startswith=reach) for reach in reaches), Q(pk=None))


@register_visible_to(CatalogueItem)
def items_visible_to(user: object) -> QuerySet[CatalogueItem]:
    """Return the items of catalogues that the user sees."""
    return CatalogueItem.objects.filter(catalogue__in=visible_to(user).order_by().values("pk")).select_related(
        "catalogue__government"
    )


@register_visible_to(ColumnTemplate)
def templates_visible_to(user: object) -> QuerySet[ColumnTemplate]:
    """Return templates of supervised governments, and approved ones of governments above them."""
    actor = get_actor(user)
    rows = ColumnTemplate.objects.select_related("government")
    if actor.system:
        return rows
    upper_keys = {key for post in actor.posts if post.role in SUPERVISING_ROLES for key in _split_id_path(post.reach)}
    usable_upper = Q(government_id__in=upper_keys, state__in=USABLE_TEMPLATE_STATES)
    return rows.filter(_make_supervised_condition(actor) | usable_upper)


def list_office_governments(by: Actor) -> list[Body]:
    """Return the governments whose catalogues the user sees in the office, the lowest first.

    For a post in a 政务公开办 that is its government, for other posts all governments above the unit; for jobs the
    government of the default site.
    """
    governing_bodies = Body.objects.filter(kind__in=GOVERNING_KINDS, active_to=None, merged_into=None)
    if by.system:
        site = default_website()
        return [find_government(site.body)] if site else list(governing_bodies.order_by("path")[:1])
    query = Q(pk=None)
    for post in by.posts:
        query |= Q(path=post.reach) if post.role == Role.CHIEF else Q(pk__in=_split_id_path(post.reach))
    return list(governing_bodies.filter(query).order_by("-path"))


def _split_id_path(path: str) -> list[int]:
    return [int(number_text) for number_text in path.split("/") if number_text]


def get_maintained_government(by: Actor) -> Body | None:
    """Return the government whose catalogue the user maintains, if any.

    For jobs that of the default site.
    """
    if by.system:
        return next(iter(list_office_governments(by)), None)
    reach = min(by.reached_paths(Role.CHIEF), default="")
    return Body.objects.filter(path=reach).first() if reach else None


def list_catalogues_in_force(government: Body) -> QuerySet[Catalogue]:
    """Return a government's catalogues in force."""
    return Catalogue.objects.filter(government=government, state__in=CURRENT_STATES).order_by("domain")


def list_checkable_items() -> QuerySet[CatalogueItem]:
    """Return the items that a yearly check can draw: proactive, in force, with a unit."""
    return CatalogueItem.objects.filter(catalogue__state__in=CURRENT_STATES, proactive=True, bodies__isnull=False)


@register_visible_to(Followup)
def followups_visible_to(user: object) -> QuerySet[Followup]:
    """Return the follow-ups whose ledger entries the user sees."""
    entries = entries_visible_to(get_actor(user)).filter(kind="followup")
    rows = Followup.objects.filter(entry__in=entries.order_by().values("pk"))
    return rows.select_related("entry__body").order_by("outcome", "domain", "entry__body__path")


@register_visible_to(YearlyCheck)
def checks_visible_to(user: object) -> QuerySet[YearlyCheck]:
    """Return the yearly checks of governments that the user supervises."""
    actor = get_actor(user)
    rows = YearlyCheck.objects.select_related("government")
    return rows if actor.system else rows.filter(_make_supervised_condition(actor))


def list_published_check_results(website: int) -> list[Shelf]:
    """Return the results of checks that the public of a site reads, newest first (B-08)."""
    rows = shelf_visible_to(ANONYMOUS).filter(website=website, column=None)
    return list(rows.filter(document__source__startswith="catalogue_check/").order_by("-published_at"))


def list_units_without_power_list(catalogue: Catalogue) -> QuerySet[Body]:
    """Return the units of a catalogue that have no power list (权责清单)."""
    records = Record.objects.filter(table__schema__key="power").values("table__body")
    return Body.objects.filter(catalogue_items__catalogue=catalogue).exclude(pk__in=records).distinct()


def list_item_powers(item: CatalogueItem) -> QuerySet[Record]:
    """Return the power-list items that may be linked to an item, and the linked one.

    If the item names no unit, those of all units of its catalogue.
    """
    bodies = item.bodies.values("pk")
    units = bodies if bodies.exists() else Body.objects.filter(catalogue_items__catalogue=item.catalogue).values("pk")
    rows = Record.objects.filter(table__schema__key="power").filter(Q(table__body__in=units) | Q(pk=item.power_id))
    return rows.select_related("table__body").order_by("table__body__position", "name", "pk")


def list_unlisted_powers(catalogue: Catalogue) -> QuerySet[Record]:
    """Return the power-list items of the units of a catalogue that no catalogue lists (B-06)."""
    units = Body.objects.filter(catalogue_items__catalogue=catalogue).values("pk")
    listed = CatalogueItem.objects.filter(power__isnull=False, catalogue__state__in=OPEN_STATES).values("power")
    rows = Record.objects.filter(table__schema__key="power", table__body__in=units).exclude(pk__in=listed)
    return rows.select_related("table__body").order_by("table__body__position", "position", "pk")
