"""The ledger list over all kinds, its spreadsheet, and filters saved as tabs."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.ledger import queries
from gongkai.core.ledger.filters import (
    LIGHT_FILTER_LABELS,
    LedgerFilter,
    count_lights,
    count_lights_of_unit,
    count_up_to,
    filter_by_light,
    find_earliest_due_date,
)
from gongkai.core.ledger.filters import load_entry_page as page_of
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, list_uncounted_kinds
from gongkai.core.ledger.ledger_sheet import LEDGER_SHEET
from gongkai.core.ledger.models import EntryQuerySet, SavedFilter
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_choice import make_unit_filter
from gongkai.core.units.unit_filters import SUPERVISING_ROLES, reads_only
from gongkai.ui.office.app_switches import is_kind_off
from gongkai.ui.office.registers import list_years_with_entries


def read_ledger_filter(request: HttpRequest, actor: Actor) -> LedgerFilter:
    """Return the filter of the request, or the user's default."""
    if request.GET:
        return LedgerFilter.read(request.GET.dict())
    return LedgerFilter(mine=get_default_scope(actor))


def get_default_scope(actor: Actor) -> str:
    """Return the default scope: everything, the own unit or own work, by post."""
    if actor.has(*SUPERVISING_ROLES):
        return ""
    return "body" if actor.has(Role.LEAD) else "office"


def ledger_page(request: HttpRequest) -> HttpResponse:
    """Page: one page of the ledger, filtered."""
    actor = get_actor(request.user)
    ledger_filter = read_ledger_filter(request, actor)
    units = make_unit_filter(request, _list_units(actor), ledger_filter.body)
    if units.address:
        return redirect(units.address)
    is_own = bool(ledger_filter.mine) or ledger_filter.body in actor.bodies
    entries = queries.own_bodies_visible_to(actor) if is_own else queries.visible_to(actor)
    narrowed = ledger_filter.apply_except_light(entries, actor)
    # A row shows only unit and office, so tables of kinds are not joined.
    moment = timezone.now()
    listed = filter_by_light(narrowed, ledger_filter.light, moment).select_related("body", "office")
    since = find_earliest_due_date(ledger_filter.light, moment)
    entry_page = page_of(listed, request.GET.get("after", ""), order=ledger_filter.ordering, since=since)
    set_subjects(entry_page.rows, actor)
    kinds = [
        pair for pair in queries.list_kind_choices(actor) if pair[0] == ledger_filter.kind or not is_kind_off(pair[0])
    ]
    lights = _build_light_tabs(ledger_filter, narrowed, actor)
    counts = ledger_filter.light == "open" and (is_own or bool(ledger_filter.kind)) and ledger_filter.countable
    context = {
        "filter": ledger_filter,
        "heading": ENTRY_KINDS_BY_NAME[ledger_filter.kind].label
        if ledger_filter.kind in ENTRY_KINDS_BY_NAME
        else "台账",
        "closed": count_up_to(filter_by_light(narrowed, "closed", moment)) if counts else 0,
        "closed_url": f"?{ledger_filter.query(light='closed')}",
        "rows": entry_page.rows,
        "next": f"?{ledger_filter.query(after=entry_page.next)}" if entry_page.next else "",
        "first_page": not request.GET.get("after"),
        "lights": lights,
        "tabs": _build_tabs(ledger_filter, actor),
        "kinds": kinds,
        "left_out": [] if ledger_filter.kind else [label for name, label in kinds if name in list_uncounted_kinds()],
        "left_out_count": _count_left_out(ledger_filter, narrowed) if lights[0]["count"] else 0,
        "states": ENTRY_KINDS_BY_NAME[ledger_filter.kind].machine.labels.items() if ledger_filter.kind else (),
        "standing": LIGHT_FILTER_LABELS.items(),
        "units": units,
        "years": list_years_with_entries(),
        "query": ledger_filter.query(),
        "beyond": ledger_filter.beyond(entries, actor),
        "unowed": ledger_filter.query(owed=""),
        "unturned": ledger_filter.query(turn="", mine="body" if ledger_filter.mine == "rest" else ledger_filter.mine),
        "urges": actor.has(Role.CHIEF),
        "reads_only": reads_only(actor),
    }
    return render(request, "office/ledger.html", context)


def _build_light_tabs(ledger_filter: LedgerFilter, narrowed: EntryQuerySet, actor: Actor) -> list[dict[str, object]]:
    """Return the tabs by traffic light, with counts where these are cheap."""
    is_own = bool(ledger_filter.mine) or ledger_filter.body in actor.bodies
    count = count_lights_of_unit if is_own or ledger_filter.body else count_lights
    counts = count(narrowed) if (is_own or actor.has(*SUPERVISING_ROLES)) and ledger_filter.countable else {}
    return [
        {
            "name": name,
            "label": LIGHT_FILTER_LABELS[name],
            "count": counts.get(name),
            "url": f"?{ledger_filter.query(light=name) or 'light=open'}",
            "current": ledger_filter.light == name,
        }
        for name in ("open", "red", "yellow", "blue", "waiting", "closed", "all")
    ]


def _count_left_out(ledger_filter: LedgerFilter, narrowed: EntryQuerySet) -> int:
    """Return the number of listed open entries of kinds that sums over all kinds leave out; 0 if one kind is selected."""
    return 0 if ledger_filter.kind else count_up_to(narrowed.open().filter(kind__in=list_uncounted_kinds()))


def _build_tabs(ledger_filter: LedgerFilter, actor: Actor) -> list[dict[str, object]]:
    """Return the tabs of the ledger: all, own unit, own tasks, and the user's saved filters."""
    tabs = [("", "全部"), ("body", "本单位"), ("office", "我的")] if actor.bodies else [("", "全部")]
    is_unfiltered = not any(
        (
            ledger_filter.kind,
            ledger_filter.state,
            ledger_filter.body,
            ledger_filter.office,
            ledger_filter.year,
            ledger_filter.q,
        )
    )
    tab_facts: list[dict[str, object]] = [
        {"label": label, "url": f"?mine={mine}", "current": is_unfiltered and ledger_filter.mine == mine}
        for mine, label in reversed(tabs)
    ]
    for saved_filter in SavedFilter.objects.filter(person_id=actor.person_id) if actor.person_id else ():
        saved_query = LedgerFilter.read(QueryDict(saved_filter.query).dict()).query()
        tab_facts.append(
            {
                "label": saved_filter.name,
                "url": f"?{saved_filter.query}",
                "current": saved_query == ledger_filter.query(),
                "remove": reverse("ledger_filter_remove", kwargs={"pk": saved_filter.pk}),
            }
        )
    return tab_facts


def _list_units(actor: Actor) -> QuerySet[Body]:
    """Return the active units as choices for supervisors; others get none."""
    if not actor.has(*SUPERVISING_ROLES):
        return Body.objects.none()
    return Body.objects.filter(active_to=None).order_by("position", "pk")


def _list_requested_entries(request: HttpRequest) -> EntryQuerySet:
    actor = get_actor(request.user)
    return read_ledger_filter(request, actor).apply(queries.visible_to(request.user), actor).order_by("pk")


@long_export(
    "ledger.entries", "台账", rows=_list_requested_entries, visible=lambda request: queries.visible_to(request.user)
)
def export_ledger(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a spreadsheet that can be imported."""
    rows = queries.prepare_for_list(_list_requested_entries(request)).iterator(1000)
    return spreadsheet_response(LEDGER_SHEET, rows, f"ledger-{timezone.localdate():%Y%m%d}")


#: Maximum number of saved tabs of one person.
MAX_SAVED_FILTERS = 12


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Save the filter in `query` under a name, replacing one of that name."""
    person = get_actor(request.user).person_id
    name = " ".join(request.POST.get("name", "").split())[:40]
    query = LedgerFilter.read(QueryDict(request.POST.get("query", "")[:500]).dict()).query() or "light=open"
    if person is None or not name:
        messages.error(request, "请给筛选起一个名称。")
    elif SavedFilter.objects.filter(person_id=person).exclude(name=name).count() >= MAX_SAVED_FILTERS:
        messages.error(request, f"最多保存{MAX_SAVED_FILTERS}个常用筛选，请先删除不用的。")
    else:
        SavedFilter.objects.update_or_create(person_id=person, name=name, defaults={"query": query})
        messages.success(request, f"已保存“{name}”。")
    return redirect(f"{reverse('ledger_list')}?{query}")


@require_POST
def remove_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own saved filter."""
    get_visible_or_404(request.user, SavedFilter, pk).delete()
    return redirect("ledger_list")
