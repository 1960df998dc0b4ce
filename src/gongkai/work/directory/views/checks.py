"""年度检查: a year's check on how the catalogue is carried out; drawn by lot, judged row by row, its result reviewed and published."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.content.publishing.source_desk import desk_of
from gongkai.core.acts.chain import history
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.work.directory import actions, rules
from gongkai.work.directory.coverage import STATES
from gongkai.work.directory.models import Verdict, YearlyCheck


def check(request: HttpRequest, number: int) -> HttpResponse:
    """One check: its rows with what the machine saw, the verdicts, the result on its way to the public."""
    by = require_staff_actor(request)
    found: YearlyCheck = get_visible_or_404(by, YearlyCheck, number)
    may = not rules.keeps(by, found)
    if request.method == "POST":
        if not may:
            raise Http404("没有这个操作")
        _do(request, by, found)
        return redirect("directory:check", number)
    cells = found.cells.select_related("item__catalogue", "unit").prefetch_related("item__columns__website")
    rows = [(checked_cell, *STATES.get(checked_cell.seen, ("grey", checked_cell.seen))) for checked_cell in cells]
    shown = {
        "check": found,
        "rows": rows,
        "left": sum(not one.verdict for one, *_ in rows),
        "verdicts": Verdict.choices,
        "may": may and not actions.judge_cells.why_not(found, by=by),
        "latest": found.latest,
        "desk": desk_of(found, by, back=request.path),
        "history": list(history(found.stream))[-15:],
    }
    return render(request, "directory/check.html", shown)


def _do(request: HttpRequest, by: Actor, found: YearlyCheck) -> None:
    do = request.POST.get("do", "")
    if do == "judge":
        numbers = list(found.cells.values_list("pk", flat=True))
        verdicts = {
            number: (request.POST.get(f"verdict-{number}", ""), request.POST.get(f"words-{number}", ""))
            for number in numbers
        }
        run_with_messages(request, lambda: actions.judge_cells(found, by=by, verdicts=verdicts), "结论已保存。")
    elif do == "compose":
        run_with_messages(request, lambda: actions.compose_check(found, by=by), "已生成结果，请核对、选择栏目后送审。")
    else:
        raise Http404("没有这个操作")
