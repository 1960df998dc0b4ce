"""Pages of urging (催办): select units, send, acknowledge, and a text for chat groups."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger import queries, urgings
from gongkai.core.ledger.actions import receive_urging, urge_unit
from gongkai.core.ledger.actions.urging import list_streams_urged_today
from gongkai.core.ledger.filters import LedgerFilter
from gongkai.core.ledger.jobs.reminders import describe_entry
from gongkai.core.ledger.models import Audience, Entry, EntryQuerySet, Urging
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_selected

#: Maximum entries considered, most overdue first; maximum units per page.
MAX_ENTRIES, UNITS_PER_PAGE = 2_000, 50
#: Query parameter in links of old messages; sent urgings now have their own list.
OLD_SENT_PARAMETER = "sent"


def _require_chief(request: HttpRequest) -> Actor:
    """Return the acting user, who must be of the 政务公开办.

    Raises:
        PermissionDenied: another user.
    """
    by = get_actor(request.user)
    if not by.has(Role.CHIEF):
        raise PermissionDenied("催办由政务公开办发出。")
    return by


@require_GET
def urging_page(request: HttpRequest) -> HttpResponse:
    """Page: units with overdue or soon due entries, to select and urge."""
    by = _require_chief(request)
    if request.GET.get("light") == OLD_SENT_PARAMETER:
        return redirect("ledger_urgings")
    ledger_filter = _read_filter(request.GET.dict())
    rows = _list_entries(by, ledger_filter)
    units = get_page(request, list(group_entries_by_unit(rows).values()), UNITS_PER_PAGE)
    groups = group_for_urging([entry for some in units for entry in some], ledger_filter.light)
    context = {
        "groups": groups,
        "units": units,
        "most": MAX_ENTRIES if len(rows) >= MAX_ENTRIES else 0,
        "filter": ledger_filter,
        "count": len(rows),
        "query": ledger_filter.query(),
        "beyond": ledger_filter.beyond(queries.visible_to(by), by),
        "undone": urgings.WORKDAYS_TO_SUBMIT,
        "unsigned": urgings.WORKDAYS_TO_ACKNOWLEDGE,
    }
    return render(request, "office/urging.html", context)


def _read_filter(values: dict[str, str]) -> LedgerFilter:
    """Return the ledger filter; its traffic light is red unless yellow is asked for."""
    ledger_filter = LedgerFilter.read(values)
    return ledger_filter if ledger_filter.light in {"red", "yellow"} else LedgerFilter.read({**values, "light": "red"})


def _list_entries(by: Actor, ledger_filter: LedgerFilter) -> list[Entry]:
    """Return the filtered entries that units in the user's reach must act on."""
    entries: EntryQuerySet = ledger_filter.apply(queries.visible_to(by), by).filter(queries.make_turn_filter())
    entries = entries.exclude(audience=Audience.CHIEF)
    rows = list(entries.select_related("body").order_by("due_at", "pk")[:MAX_ENTRIES])
    reaches = tuple(by.reached_paths(Role.CHIEF))
    rows = [entry for entry in rows if entry.body.path.startswith(reaches)]
    rows.sort(key=lambda entry: (entry.body.position, entry.body_id))
    return rows


def group_for_urging(entries: list[Entry], light: str) -> list[dict[str, object]]:
    """Return a dict for each unit: `body`, `entries`, number of them urged `today`, and the chat `text`."""
    done = list_streams_urged_today(entries)
    state_words = "已逾期" if light == "red" else "即将到期"
    return [
        {
            "body": body,
            "entries": rows,
            "today": sum(entry.stream in done for entry in rows),
            "text": "\n".join(
                [
                    f"【政务公开工作提醒】{body.label}：截至{timezone.localdate():%-m月%-d日}，有{len(rows)}项工作{state_words}，请抓紧办理。",
                    *(f"{number}. {describe_entry(entry)}" for number, entry in enumerate(rows, 1)),
                ]
            ),
        }
        for body, rows in group_entries_by_unit(entries).items()
    ]


def group_entries_by_unit(entries: list[Entry]) -> dict[Body, list[Entry]]:
    """Return entries by unit, in order."""
    entries_by_unit: dict[Body, list[Entry]] = defaultdict(list)
    for entry in entries:
        entries_by_unit[entry.body].append(entry)
    return entries_by_unit


@require_POST
def send_urgings(request: HttpRequest) -> HttpResponse:
    """Urge the selected units about all their late or soon due entries."""
    by = _require_chief(request)
    ledger_filter = _read_filter(request.POST.dict())
    redirect_back = redirect(f"{reverse('ledger_urging')}?{ledger_filter.query()}")
    chosen = set(parse_selected(request.POST.getlist("unit")))
    if not chosen:
        messages.info(request, "请先勾选要催办的单位。")
        return redirect_back
    by_body: dict[Body, list[Entry]] = defaultdict(list)
    for entry in _list_entries(by, ledger_filter):
        if entry.body_id in chosen:
            by_body[entry.body].append(entry)
    sent, reasons = 0, []
    for body, entries in by_body.items():
        try:
            urge_unit(body, by=by, entries=entries, words=request.POST.get("words", ""))
        except Refused as refused:
            reasons += refused.reasons
        else:
            sent += 1
    for reason in reasons:
        messages.warning(request, reason)
    if not sent:
        return redirect_back
    messages.success(request, f"已催办{sent}个单位。")
    return redirect("ledger_urgings")


@require_POST
def acknowledge_urging(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge an urging of the user's unit."""
    urging = get_visible_or_404(request.user, Urging, pk)
    by, text = get_actor(request.user), request.POST.get("words", "")
    run_with_messages(request, lambda: receive_urging(urging, by=by, words=text), "已签收。")
    return redirect("wagtailadmin_home")
