"""Units that were given tasks and lack somebody who could do them, hear of them or sign: the whole list behind the first page's warning."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gongkai.notices.panels import may_staff
from gongkai.notices.queries.staffing import unstaffed
from gongkai.units.actors import require_staff_actor


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show all of them in somebody's reach, those where nobody can work at all first."""
    by = require_staff_actor(request)
    rows = unstaffed(by)
    context = {"rows": rows, "idle": sum(row.no_worker for row in rows), "may_staff": may_staff(by)}
    return render(request, "notices/unstaffed.html", context)
