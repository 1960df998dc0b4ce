"""The page of one measure: text, checklist, state of each unit, corrections since confirming."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.core.acts.models import Movement
from gongkai.core.ledger.sheet import LEDGER
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.widgets.asked import asks_file
from gongkai.core.widgets.paging import page_of
from gongkai.work.notices.actions import amend_measure
from gongkai.work.notices.amending import load_current
from gongkai.work.notices.models import Assignment
from gongkai.work.notices.planning.sentences import describe_rule
from gongkai.work.notices.planning.titles import remove_paths
from gongkai.work.notices.queries.visible import assignments_visible_to
from gongkai.work.notices.states import CANCELLED_OUTCOMES, NoticeState
from gongkai.work.notices.views.shared import get_notice_or_404


def show_measure(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Show a measure with its visible entries, or export them as a spreadsheet."""
    notice, actor = get_notice_or_404(request, pk)
    row = notice.measures.filter(pk=measure).first()
    if row is None:
        raise Http404
    shown = load_current(row)
    entries = (
        assignments_visible_to(request.user)
        .filter(measure=row)
        .select_related("entry__body", "entry__office")
        .order_by("entry__body__position", "entry__body", "pk")
    )
    if asks_file(request):
        # In the order of the page; a measure has at most a few hundred entries.
        return spreadsheet(LEDGER, [one.entry for one in entries], f"举措{row.pk}各单位进展")
    context = {
        "notice": notice,
        "measure": row,
        "shown": shown,
        "duties": [(remove_paths(duty.text), describe_rule(duty.due), duty) for duty in shown.duties],
        "entries": page_of(request, entries),
        "fallen": CANCELLED_OUTCOMES,
        "hidden": Assignment.objects.filter(measure=row).count() - entries.count(),
        "amended": _list_corrections(notice.pk, row.pk),
        "may_amend": not amend_measure.why_not(notice, by=actor),
        "LIVE": NoticeState.LIVE,
    }
    return render(request, "notices/measure.html", context)


def _list_corrections(notice: int, measure: int) -> list[Movement]:
    rows = Movement.objects.filter(stream=f"notice/{notice}", action="notice.amend").order_by("-seq")
    return [movement for movement in rows if movement.facts.get("measure") == measure]
