"""年度检查: a year's check on how the catalogue is carried out; drawn by lot, judged row by row, its result reviewed and published."""

from typing import Unpack

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongkai.acts.chain import history
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.directory import actions, queries, rules
from gongkai.directory.coverage import STATES
from gongkai.directory.models import Verdict, YearlyCheck
from gongkai.publishing.source_desk import desk_of
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.units.actors import Actor, staff


class DrawForm(forms.Form):
    """What a new check draws."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    size = forms.IntegerField(label="抽查数量", min_value=10, max_value=500, initial=60)
    third_party = forms.CharField(
        label="受委托的第三方", max_length=120, required=False, help_text="没有委托的不填。"
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        today = timezone.localdate()
        years = [(year, f"{year}年") for year in (today.year, today.year - 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        dress(self)


def checks(request: HttpRequest) -> HttpResponse:
    """The checks year by year; a year without one is said."""
    by = staff(request)
    home = queries.home_of(by)
    may = home is not None and not rules.keeps(by, home)
    form = DrawForm(request.POST or None) if may else None
    if request.method == "POST":
        if form is None or home is None:
            raise Http404("没有这个操作")
        made: list[YearlyCheck] = []

        def work(**facts: object) -> None:
            return made.append(actions.draw_check(home, by=by, **facts))

        if does_form(request, form, work, "已抽取，请逐项检查。"):
            return redirect("directory:check", made[0].pk)
    rows = list(queries.checks_visible_to(by))
    year = timezone.localdate().year
    counts = [
        (one, one.cells.count(), one.cells.exclude(verdict="").count(), one.cells.filter(verdict=Verdict.GOOD).count())
        for one in rows
    ]  # fmt: skip
    lacks = home is not None and not any(one.year == year and one.government_id == home.pk for one in rows)
    shown = {"rows": counts, "form": form, "year": year, "lacks": lacks}
    return render(request, "directory/checks.html", shown)


def check(request: HttpRequest, number: int) -> HttpResponse:
    """One check: its rows with what the machine saw, the verdicts, the result on its way to the public."""
    by = staff(request)
    found: YearlyCheck = get_visible_or_404(by, YearlyCheck, number)
    may = not rules.keeps(by, found)
    if request.method == "POST":
        if not may:
            raise Http404("没有这个操作")
        _do(request, by, found)
        return redirect("directory:check", number)
    cells = found.cells.select_related("item__catalogue", "unit").prefetch_related("item__columns__website")
    rows = [(one, *STATES.get(one.seen, ("grey", one.seen))) for one in cells]
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
            one: (request.POST.get(f"verdict-{one}", ""), request.POST.get(f"words-{one}", ""))
            for one in numbers
        }
        does(request, lambda: actions.judge_cells(found, by=by, verdicts=verdicts), "结论已保存。")
    elif do == "compose":
        does(request, lambda: actions.compose_check(found, by=by), "已生成结果，请核对、选择栏目后送审。")
    else:
        raise Http404("没有这个操作")
