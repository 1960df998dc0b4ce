"""Page of one entry, full or next to the list."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Audience, Comment, Entry, Evidence
from gongkai.core.ledger.outside_texts import can_open_attachment, set_subjects
from gongkai.core.ledger.panels import EntryPanel
from gongkai.core.ledger.queries import entry_visible_to
from gongkai.core.ledger.rules import check_may_judge, check_may_work
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.widgets.help import filter_known_terms
from gongkai.core.widgets.paging import get_page
from gongkai.lib.typed_json import read_record, read_text
from gongkai.ui.office.app_switches import get_open_list_link, list_open_entry_panels
from gongkai.ui.office.history import HistoryEvents
from gongkai.ui.office.offered_actions import find_next_offer_of_others, find_next_own_offer, list_offers

Row = TypeVar("Row", Comment, Evidence)


def get_entry(request: HttpRequest, pk: int) -> tuple[Entry, Actor]:
    """Return (visible entry, actor), or raise 404."""
    actor = get_actor(request.user)
    return get_object_or_404(entry_visible_to(actor, pk)), actor


def entry_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: an entry with all its parts; without permission, 403 with the responsible unit."""
    actor = get_actor(request.user)
    if entry := next(iter(entry_visible_to(actor, pk)), None):
        context = build_entry_context(entry, actor)
        # `build_entry_context` has limited the history to what the reader may see.
        context["happenings"] = get_page(request, HistoryEvents(entry), name="history")
        return render(request, "office/entry.html", context)
    foreign_entry = get_object_or_404(Entry.objects.select_related("body"), pk=pk)
    if not get_kind(foreign_entry.kind).owner_known(actor, foreign_entry):
        raise Http404
    facts = {"body": foreign_entry.body, "kind": get_kind(foreign_entry.kind)}
    return render(request, "office/not_yours.html", facts, status=403)


def entry_side_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """Fragment: the short form of an entry next to the list; for htmx only."""
    entry, actor = get_entry(request, pk)
    if not request.headers.get("HX-Request"):
        return entry_page(request, pk)
    set_subjects([entry], actor)
    offer = find_next_own_offer(entry, actor)
    recent = HistoryEvents(entry)[:4]
    context = {"entry": entry, "kind": get_kind(entry.kind), "offer": offer, "happenings": recent}
    context["deadline"] = compute_deadline(entry) if entry.paused else None
    return render(request, "office/beside.html", context)


def build_entry_context(entry: Entry, actor: Actor) -> dict[str, object]:
    """Return the context of an entry's page."""
    set_subjects([entry], actor)
    allowed, refused = list_offers(entry, actor)
    panels = list_open_entry_panels(entry, actor)
    is_open = entry.closed_at is None
    panel_actions = _list_panel_actions(panels)
    main = find_next_own_offer(entry, actor)
    if main and main.action.why_not(entry, by=actor):  # its form would only say what the page says below
        main = None
    deadline = compute_deadline(entry)
    recorded = None if is_open else get_recorded_closing_time(entry)
    irregular = tuple(irregularity.text for irregularity in deadline.irregular)
    return {
        "entry": entry,
        "list_link": get_open_list_link(entry),
        "recorded": recorded,
        "kind": get_kind(entry.kind),
        "actor": actor,
        "audience": Audience(entry.audience).label,
        "allowed": [offer for offer in allowed if offer.action.name not in {"ledger.comment", *panel_actions}],
        "refused": refused,
        "main": main,
        "main_here": panel_actions.get(main.action.name, "") if main else "",
        "terms": " ".join(filter_known_terms(offer.action.label for offer in [*allowed, *refused])),
        "elsewhere": find_next_offer_of_others(entry, actor) if is_open else None,
        "may_comment": any(offer.action.name == "ledger.comment" for offer in allowed),
        "deadline": deadline,
        "steps": [(step, step.text.startswith(irregular)) for step in sorted(deadline.steps, key=attrgetter("on"))],
        "above": [(panel, context) for panel, context in panels if panel.position < 300],
        "below": [(panel, context) for panel, context in panels if panel.position >= 300],
        "evidence": list_evidence(actor, entry),
        "may_withdraw": is_open and not check_may_work(actor, entry),
        "may_judge": not check_may_judge(actor, entry),
        "comments": mark_unopenable_files(actor, entry, entry.comments.prefetch_related("attachments__stored")),
    }


#: An action writes its time and the log's within so long.
_MAX_LOG_TIME_DIFFERENCE = timedelta(minutes=1)


def get_recorded_closing_time(entry: Entry) -> datetime | None:
    """Return when the closing was recorded, if the entry counts as closed at another time."""
    rows = Movement.objects.filter(stream=entry.stream, to_state=entry.state).order_by("-seq")
    at = rows.values_list("at", flat=True).first()
    if at is None or entry.closed_at is None or abs(at - entry.closed_at) < _MAX_LOG_TIME_DIFFERENCE:
        return None
    return at


def mark_unopenable_files(by: Actor, entry: Entry, rows: Iterable[Row]) -> list[Row]:
    """Return comments or evidence; where texts may be de-identified, files get `opens`: the reader may open them."""
    marked_rows = list(rows)
    for row in marked_rows if get_kind(entry.kind).deidentifiers else ():
        files = row.attachments.all() if isinstance(row, Comment) else [row.attachment]
        for file in files:
            if file is not None:
                file.opens = can_open_attachment(by, file)
    return marked_rows


def list_evidence(by: Actor, entry: Entry) -> list[Evidence]:
    """Return the evidence of an entry; a text of this platform gets `gone` if the reader cannot open it now."""
    rows = mark_unopenable_files(by, entry, entry.evidence.select_related("attachment__stored"))
    if editions := [row.edition for row in rows if row.edition]:
        shelf = shelf_visible_to(by).filter(document__editions__in=editions, column=None)
        readable = set(shelf.values_list("document__editions", flat=True))
        for row in rows:
            row.gone = row.edition is not None and row.edition not in readable
    return rows


def _list_panel_actions(panels: Sequence[tuple[EntryPanel, Mapping[str, object]]]) -> dict[str, str]:
    """Return the URLs of the actions that panels offer, by action name."""
    return {
        name: read_text(read_record(panel_context, "acts"), name)
        for _, panel_context in panels
        for name in read_record(panel_context, "acts")
    }
