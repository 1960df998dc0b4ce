"""Views and registers of search quality (检索效果): hit rates, misses, synonyms and weights."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.content.policies.usage_counts import list_missed_words
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import UnitFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Register
from gongkai.core.spreadsheets import Column as SheetColumn
from gongkai.core.spreadsheets import Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, get_actor, require_staff_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.widgets.fields import DecimalNumberField
from gongkai.core.widgets.paging import get_page
from gongkai.lib.matching.weight_fitting import MIN_PAIRS
from gongkai.work.consultation import actions, search_learning
from gongkai.work.consultation.models import OwnSynonym, Use, WeightFit
from gongkai.work.consultation.rules import list_reasons_unless_search_manager

HIT_RATE_SHEET = Sheet(
    "问答库检索效果",
    (
        SheetColumn("period", "季度", width=14),
        SheetColumn("asked", "用问答库答复", width=14),
        SheetColumn("first", "首条命中", width=10),
        SheetColumn("first_rate", "首条命中率（%）", width=16),
        SheetColumn("three", "前三条命中", width=12),
        SheetColumn("three_rate", "前三条命中率（%）", width=18),
        SheetColumn("unanswered", "未能用问答库答复", width=18),
        SheetColumn("answered_rate", "问答库答复率（%）", width=18),
    ),
)


#: Searches of the site without any hit that are listed.
MAX_UNFOUND_WORDS = 30

SEARCH_SECTION = ("互动交流", ("检索效果", "consultation:search"))


@register_visible_to(WeightFit)
def fits_visible_to(user: object) -> QuerySet[WeightFit]:
    """Return the fitted weights for staff."""
    return WeightFit.objects.all() if get_actor(user).known else WeightFit.objects.none()


@register_visible_to(OwnSynonym)
def synonyms_visible_to(user: object) -> QuerySet[OwnSynonym]:
    """Return the synonyms for staff."""
    return OwnSynonym.objects.all() if get_actor(user).known else OwnSynonym.objects.none()


def _list_search_managing_units(by: Actor) -> QuerySet[Body]:
    """Return the highest unit in the user's reach if the user may tune the search, else none."""
    reaches = by.reached_paths(Role.CHIEF)
    if not reaches or list_reasons_unless_search_manager(by, None):
        return Body.objects.none()
    return Body.objects.filter(path=min(reaches, key=len))


class SynonymRegister(Register[OwnSynonym]):
    """The register of the office's synonyms."""

    name, model, title, section = "consultation.synonyms", OwnSynonym, "检索同义词", SEARCH_SECTION
    columns = ("everyday", "official", "weight", "by", "changed_at")
    search_fields = ("everyday", "official")
    intro = "群众的说法和文件的说法不同时，登记在这里，各单位的检索都使用。"
    empty = "还没有登记，使用系统自带的同义词表。"
    has_record = False
    new = New(
        action=actions.save_synonym,
        label="登记同义词",
        targets=_list_search_managing_units,
        target_label="哪里使用",
        asks={
            "weight": DecimalNumberField(
                label="把握", min_value=Decimal("0.1"), max_value=1, initial=1, help_text="0.1至1，拿不准的填小一些"
            )
        },
        note="如“娃上学”指“义务教育入学”。",
        done="已登记，下一次检索起使用。",
        lacking="同义词由政务公开办维护。",
    )
    acts = (Act(action=actions.remove_synonym, fields=None, quick=True, label="删除", done="已删除。"),)


def _describe_question(row: Use) -> str:
    return row.asked.reveal() or (row.inquiry.entry.heading if row.inquiry else "")


class MissedQuestionRegister(Register[Use]):
    """The register of questions whose answer was not among the first three."""

    name, model, title, section = "consultation.missed", Use, "没有排进前三条的", SEARCH_SECTION
    columns = (
        Column("question", "所问", value=_describe_question, order="", width=40),
        Column("answer__question", "选用的问答"),
        Column("rank", "排在", value=lambda row: f"第{row.rank}" if row.rank else "没有找到", order="rank"),
        Column("body", "单位", value=lambda row: row.answer.body, order="answer__body__position"),
    )
    main = "answer__question"
    filters = (("body", UnitFilter.of("answer__body", "单位")),)
    search_fields = ("answer__question",)
    ordering = ("-pk",)
    intro = "给问答补一种问法，或者登记同义词。"
    empty = "没有。"
    has_record = False

    def rows(self, by: Actor) -> QuerySet[Use]:
        """Return the questions for users who may tune the search."""
        return (
            Use.objects.none()
            if list_reasons_unless_search_manager(by, None)
            else search_learning.list_missed_questions()
        )

    def prefetch(self, rows: Sequence[Use], by: Actor) -> Sequence[Use]:
        """Attach readable subjects."""
        set_subjects([row.inquiry.entry for row in rows if row.inquiry], by)
        return rows

    def get_url(self, row: Use) -> str:
        """Return the URL of the answer."""
        return reverse("consultation:answer", args=[row.answer_id])


def search_quality(request: HttpRequest) -> HttpResponse:
    """Show hit rates by quarter and the fits, or export the hit rates."""
    by = require_staff_actor(request)
    quarters = search_learning.count_hits_by_quarter(timezone.localdate())
    if request.GET.get("format") == "xlsx":
        names = [column.key for column in HIT_RATE_SHEET.columns[1:]]
        rows = [
            {"period": f"{quarter.year}年第{quarter.quarter}季度"} | {name: getattr(quarter, name) for name in names}
            for quarter in quarters
        ]
        return spreadsheet_response(HIT_RATE_SHEET, rows, "问答库检索效果")
    may_keep = not list_reasons_unless_search_manager(by, None)
    context = {
        "quarters": quarters,
        "fits": get_page(request, WeightFit.objects.all(), name="fits"),
        "pairs": search_learning.count_training_pairs() if may_keep else 0,
        "least": MIN_PAIRS,
        "synonyms": OwnSynonym.objects.count(),
        "missed": search_learning.list_missed_questions().count() if may_keep else None,
        "unfound": list_missed_words(MAX_UNFOUND_WORDS) if may_keep else None,
        "may_keep": may_keep,
    }
    return render(request, "consultation/search.html", context)


@require_POST
def fit_weights_view(request: HttpRequest) -> HttpResponse:
    """Fit the search weights now and store the fit; it is used only if better."""
    by = require_staff_actor(request)

    def fit_and_store() -> None:
        """Fit the weights and store the fit.

        Raises:
            Refused: the user may not tune the search, or there are too few pairs.
        """
        if reasons := list_reasons_unless_search_manager(by, None):
            raise Refused(reasons)
        try:
            weight_fit = search_learning.fit_weights()
        except ValueError as error:
            raise Refused(str(error)) from None
        actions.save_weight_fit(None, by=by, found=weight_fit)

    run_with_messages(request, fit_and_store, "学习完成，结果见下表。")
    return redirect("consultation:search")


@require_POST
def disable_weights(request: HttpRequest, number: int) -> HttpResponse:
    """Stop using fitted search weights."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, WeightFit, number)
    run_with_messages(request, lambda: actions.disable_weight_fit(row, by=by), "已停用，恢复此前的权重。")
    return redirect("consultation:search")
