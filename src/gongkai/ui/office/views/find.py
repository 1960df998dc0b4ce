"""Search (搜索) over all pages, records, units, notices and texts that the user sees."""

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.content.editions.reach import bodies_seen
from gongkai.content.publishing import item_list
from gongkai.content.search.terminology import load_terminology
from gongkai.core.ledger.filters import Filter
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.subjects import set_subjects
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.models import Role
from gongkai.core.units.queries import appointments_in_force, existing_bodies
from gongkai.core.units.queries import visible_to as units_visible_to
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.matching.folding import fold
from gongkai.ui.handbook.finding import find
from gongkai.ui.office.menu import find_pages
from gongkai.work.notices.queries.visible import visible_to as notices_visible_to

#: Maximum rows of each kind.
MAX_ROWS_PER_KIND = 10
#: Maximum number of pages of the office.
MAX_OFFICE_PAGES = 6
#: Maximum number of handbook sections.
MAX_HANDBOOK_SECTIONS = 3
#: Minimum and maximum length of the words.
MIN_QUERY_LENGTH, MAX_QUERY_LENGTH = 2, 60


def search_page(request: HttpRequest) -> HttpResponse:
    """Page: pages of such a name, records with the words in number or title (open ones first), and help texts."""
    by = require_staff_actor(request)
    query = clean_query(request.GET.get("q", ""), MAX_QUERY_LENGTH)
    context: dict[str, object] = {
        "words": query,
        "short": 0 < len(query) < MIN_QUERY_LENGTH,
        "most": MAX_ROWS_PER_KIND,
    }
    if len(query) >= MIN_QUERY_LENGTH:
        wanted = Filter(q=query, light="all")
        entries = wanted.apply_except_light(visible_to(by), by)
        entries = entries.order_by(F("closed_at").desc(nulls_first=True), "-pk").select_related("body")
        notices = notices_visible_to(by).filter(Q(title__icontains=query) | Q(doc_number__icontains=query))
        items = item_list.listed_items(by, bodies_seen(by), words=query).order_by("-pk")[: MAX_ROWS_PER_KIND + 1]
        found = list(entries[: MAX_ROWS_PER_KIND + 1])
        named = [unit.pk for unit in load_terminology().find_unit(fold(query))]  # by an abbreviation: 住建局
        # Whom the directory shows with an office telephone is found by name, too.
        appointments = appointments_in_force().filter(person__name=query, role__in=(Role.LEAD, Role.CLERK, Role.CHIEF))
        units = existing_bodies(units_visible_to(by)).filter(
            Q(name__icontains=query)
            | Q(short_name__icontains=query)
            | Q(pk__in=named)
            | Q(pk__in=appointments.values("body_id"))
        )
        set_subjects(found, by)
        context |= {
            "pages": find_pages(request, query, MAX_OFFICE_PAGES),
            "units": list(units.order_by("position", "pk")[: MAX_ROWS_PER_KIND + 1]),
            "entries": found,
            "beyond": wanted.beyond(visible_to(by), by),
            "notices": list(notices.order_by("-year", "-pk")[: MAX_ROWS_PER_KIND + 1]),
            "items": item_list.make_item_rows(list(items)),
            "answers": find(query, MAX_HANDBOOK_SECTIONS),
        }
    return render(request, "office/find.html", context)
