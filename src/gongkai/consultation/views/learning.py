"""检索效果: how often the base had the answer, what it missed, the office's synonyms, weights fitted to its own questions."""

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.acts.action import Refused
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages
from gongkai.consultation import actions, hits, learning
from gongkai.consultation.models import OwnSynonym, Use, WeightFit
from gongkai.consultation.rules import keeps_search
from gongkai.ledger.subjects import with_subjects
from gongkai.matching.fitting import LEAST_PAIRS
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.forms import dress
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, actor_of, require_staff_actor
from gongkai.units.door import visible

SHEET = Sheet(
    "问答库检索效果",
    (
        Column("period", "季度", width=14),
        Column("asked", "用问答库答复", width=14),
        Column("first", "首条命中", width=10),
        Column("first_rate", "首条命中率（%）", width=16),
        Column("three", "前三条命中", width=12),
        Column("three_rate", "前三条命中率（%）", width=18),
        Column("unanswered", "未能用问答库答复", width=18),
        Column("answered_rate", "问答库答复率（%）", width=18),
    ),
)


class SynonymForm(forms.Form):
    """A word that people use, and the official term."""

    everyday = forms.CharField(label="日常说法", max_length=20, min_length=2, help_text="如“娃上学”")
    official = forms.CharField(label="规范用语", max_length=40, help_text="如“义务教育入学”")
    weight = forms.FloatField(
        label="把握", min_value=0.1, max_value=1, initial=1.0, help_text="0.1至1，拿不准的填小一些"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        dress(self)


@visible(WeightFit)
def fits_visible_to(user: object) -> QuerySet[WeightFit]:
    """Return the fitted weights, to who works on the base: they are the installation's."""
    return WeightFit.objects.all() if actor_of(user).known else WeightFit.objects.none()


@visible(OwnSynonym)
def synonyms_visible_to(user: object) -> QuerySet[OwnSynonym]:
    """Return the office's synonyms, to who works on the base: they are the installation's."""
    return OwnSynonym.objects.all() if actor_of(user).known else OwnSynonym.objects.none()


def search(request: HttpRequest) -> HttpResponse:
    """The figures by quarter, fittings with before and after, synonyms, missed questions."""
    by = require_staff_actor(request)
    quarters = hits.by_quarter(timezone.localdate())
    if request.GET.get("format") == "xlsx":
        names = [column.key for column in SHEET.columns[1:]]
        rows = [
            {"period": f"{quarter.year}年第{quarter.quarter}季度"}
            | {name: getattr(quarter, name) for name in names}
            for quarter in quarters
        ]
        return spreadsheet(SHEET, rows, "问答库检索效果")
    may_keep = not keeps_search(by, None)
    form = SynonymForm(request.POST or None)
    if request.method == "POST" and run_form_with_messages(
        request,
        form,
        lambda **facts: actions.enter_synonym(None, by=by, **facts),
        "已登记，下一次检索起使用。",
    ):
        return redirect("consultation:search")
    shown = {
        "quarters": quarters,
        "fits": page_of(request, WeightFit.objects.all(), name="fits"),
        "pairs": learning.pairs_kept() if may_keep else 0,
        "least": LEAST_PAIRS,
        "synonyms": OwnSynonym.objects.all(),
        "missed": _missed(request, by) if may_keep else None,
        "form": form,
        "may_keep": may_keep,
    }
    return render(request, "consultation/search.html", shown)


def _missed(request: HttpRequest, by: Actor) -> "Page[Use]":
    page = page_of(request, hits.missed(), hits.MOST_MISSED, "missed")
    page.object_list = found = list(page.object_list)
    with_subjects([one.inquiry.entry for one in found if one.inquiry], by)
    return page


@require_POST
def fit(request: HttpRequest) -> HttpResponse:
    """Fit the weights now."""
    by = require_staff_actor(request)

    def work() -> None:
        if why := keeps_search(by, None):
            raise Refused(why)
        try:
            found = learning.try_fit()
        except ValueError as error:
            raise Refused(str(error)) from None
        actions.keep_fit(None, by=by, found=found)

    run_with_messages(request, work, "学习完成，结果见下表。")
    return redirect("consultation:search")


@require_POST
def put_aside(request: HttpRequest, number: int) -> HttpResponse:
    """Search with the former weights again."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, WeightFit, number)
    run_with_messages(request, lambda: actions.put_fit_aside(row, by=by), "已停用，恢复此前的权重。")
    return redirect("consultation:search")


@require_POST
def remove_synonym(request: HttpRequest, number: int) -> HttpResponse:
    """Take a synonym out."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, OwnSynonym, number)
    run_with_messages(request, lambda: actions.remove_synonym(row, by=by), "已删除。")
    return redirect("consultation:search")
