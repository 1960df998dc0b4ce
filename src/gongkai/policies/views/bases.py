"""依据失效: documents, guides and lists whose basis has ended."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.policies import actions
from gongkai.policies.models import Relation
from gongkai.policies.queries.office import bodies_q
from gongkai.policies.rules import body_of, keeps
from gongkai.policies.views.common import to
from gongkai.policies.warnings import title_of, unsettled
from gongkai.ui.paging import page_of
from gongkai.units.actors import require_staff_actor
from gongkai.units.models import Body


def bases(request: HttpRequest) -> HttpResponse:
    """Documents, guides and lists whose basis has ended (L-09)."""
    by = require_staff_actor(request)
    bodies = Body.objects.filter(bodies_q(by))
    rows = unsettled().filter(Q(record__body__in=bodies) | Q(user__body__in=bodies))
    page = page_of(request, rows.order_by("pk"))
    shown = [(row, title_of(row), body_of(row), _item(row), not keeps(by, row)) for row in page]
    return render(request, "policies/bases.html", {"rows": shown, "page": page})


def _item(row: Relation) -> int | None:
    document = row.user or (row.record.document if row.record else None)
    return document.item_number if document else None


def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Say what came of looking into a basis that ended."""
    by = require_staff_actor(request)
    relation = get_visible_or_404(by, Relation, number)
    if request.method == "POST":
        words = request.POST.get("words", "")
        run_with_messages(request, lambda: actions.settle_basis(relation, by=by, words=words), "已核对。")
    return to("bases")
