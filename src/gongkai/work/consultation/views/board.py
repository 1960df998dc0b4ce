"""The view that prints answers for notice boards of villages and communities (居务公开栏, C-11)."""

import segno
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.hosts import home
from gongkai.content.editions.queries import default_website
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.asked import ticked, whole
from gongkai.core.widgets.paging import page_of
from gongkai.work.consultation import queries
from gongkai.work.consultation.models import KnownAnswer, Theme

# Maximum answers on a sheet, and answers offered on a page.
MAX_ANSWERS_PER_SHEET, ANSWERS_PER_PAGE = 12, 60


def notice_board_sheet(request: HttpRequest) -> HttpResponse:
    """Select public answers and print them with QR codes."""
    require_staff_actor(request)
    theme = Theme.objects.filter(pk=whole(request.GET.get("theme", "")) or 0).first()
    rows = queries.list_public_answers().order_by("-uses", "pk")
    if theme:
        rows = rows.filter(themes=theme)
    chosen = ticked(request.GET.getlist("answer"))
    page = page_of(request, rows, ANSWERS_PER_PAGE)
    there = {known_answer.pk for known_answer in page}
    facts = {
        "theme": theme,
        "themes": Theme.objects.filter(answers__in=queries.list_public_answers()).distinct(),
        "rows": page,
        # selections on other pages are kept
        "elsewhere": [number for number in chosen if number not in there],
        "most": MAX_ANSWERS_PER_SHEET,
        "sheet": _make_sheet_items(rows.filter(pk__in=chosen)) if chosen else [],
        "cut": len(chosen) > MAX_ANSWERS_PER_SHEET,
        "chosen": chosen,
        "today": timezone.localdate(),
    }
    return render(request, "consultation/board.html", facts)


def _make_sheet_items(rows: QuerySet[KnownAnswer]) -> list[dict[str, object]]:
    website = default_website()
    made = []
    for known_answer in rows[:MAX_ANSWERS_PER_SHEET]:
        address = f"{home(website)}{reverse('portal:answer', args=[known_answer.pk])}" if website else ""
        made.append({"answer": known_answer, "code": _make_qr_code(address), "address": address})
    return made


def _make_qr_code(address: str) -> str:
    return str(segno.make(address, error="m").svg_data_uri(scale=3, border=1)) if address else ""
