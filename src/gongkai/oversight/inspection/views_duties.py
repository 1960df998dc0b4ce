"""Back office views of unmet publication duties and of the history of verdicts."""

from collections.abc import Mapping

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from django_filters import ChoiceFilter, NumberFilter

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.columns import unit_filter
from gongkai.core.registers.columns import LIST_ONLY, Column
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.widgets.paging import get_page
from gongkai.oversight.inspection.actions import confirm_duty, order_duty, verify_notice_now
from gongkai.oversight.inspection.duties import list_notices_to_verify, verdicts_visible_to
from gongkai.oversight.inspection.export_sheets import DUTIES_SHEET, VERDICT_CHANGES_SHEET
from gongkai.oversight.inspection.models import DutyChange, DutyFinding, DutyVerdict
from gongkai.oversight.inspection.verdicts import FAULT_RESULTS, RESULT_LABELS
from gongkai.work.notices.models import Notice

INSPECTION_SECTION = (("网站检查", "inspection:overview"),)
#: Column with duty and responsible unit, used in both lists.
DUTY_COLUMN = Column("duty", "要求", value=lambda row: row.duty.text, order="duty__text", at=LIST_ONLY, width=50)
UNIT_COLUMN = Column(
    "unit", "责任单位", value=lambda row: row.unit, order="assignment__entry__body__position", at=LIST_ONLY
)


class UnmetDutyRegister(Register[DutyVerdict]):
    """Register of open duties with their verdict; by default the unmet ones, earliest deadline first."""

    name, model, title, section = "inspection.duties", DutyVerdict, "公开核验", INSPECTION_SECTION
    columns = (
        DUTY_COLUMN,
        UNIT_COLUMN,
        Column("result", "结果", value=lambda row: row.label, order="result", at=LIST_ONLY),
        Column("due", at=LIST_ONLY),
        Column("why", at=LIST_ONLY),
    )
    file_sheet, tabs, initial_filters = DUTIES_SHEET, "result", {"result": "faults"}
    filters = (
        (
            "result",
            ChoiceFilter(
                label="结果",
                choices=[
                    ("faults", "未按要求公开"),
                    *((key, RESULT_LABELS[key]) for key in dict.fromkeys((*FAULT_RESULTS, *RESULT_LABELS))),
                ],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(
                    result__in=FAULT_RESULTS if value == "faults" else [value]
                ),
            ),
        ),
        ("body", unit_filter(path="assignment__entry")),
    )
    search_fields = ("duty__text", "why")
    ordering = ("due",)
    intro = (
        "通知中写明公开路径的要求，系统每天按路径、时间和次数查对已公开的信息，先列出没有查到、次数不足和晚于期限的。"
        "标题没有写明是本项要求的，列为待核对，由政务公开办在任务页面一键确认；完成与否由人认定。"
    )
    empty = "没有未按要求公开的事项。"
    has_record = False
    shown_at = "assignment.entry.url"
    template = "inspection/duties.html"

    def exportable_rows(self, by: Actor) -> QuerySet[DutyVerdict]:
        """Also return verdicts on closed duties, so that exported files stay accessible."""
        return verdicts_visible_to(by, settled=True)

    def extra_context(self, request: HttpRequest, listing: Listing[DutyVerdict]) -> Mapping[str, object]:
        """Return the notices whose duties the user may check immediately."""
        return {"notices": get_page(request, list_notices_to_verify(listing.by), name="notices")}


def _render_change(row: DutyChange) -> SafeString | str:
    """Return the cell of a changed result, with the former one before it."""
    if not row.before:
        return row.label
    return format_html('<span class="gk-soft">{} →</span> {}', row.label_before, row.label)


class DutyHistoryRegister(Register[DutyChange]):
    """Register of changed verdicts, newest first, optionally of one task."""

    name, model = "inspection.duty_history", DutyChange
    title, section = "公开核验记录", (*INSPECTION_SECTION, ("公开核验", "inspection:duties"))
    columns = (
        Column("at", at=LIST_ONLY),
        DUTY_COLUMN,
        UNIT_COLUMN,
        Column("result", "结果", value=lambda row: row.label, cell=_render_change, order="result", at=LIST_ONLY),
        Column("why", at=LIST_ONLY),
    )
    main = "duty"
    file_sheet = VERDICT_CHANGES_SHEET
    filters = (
        ("body", unit_filter(path="assignment__entry")),
        ("task", NumberFilter(label="任务", field_name="assignment", widget=forms.HiddenInput)),
    )
    search_fields = ("duty__text", "why")
    intro = "每天核验一次，结果有变化时记一条，新的在前。"
    empty = "还没有核验记录。"
    has_record = False
    shown_at = "assignment.entry.url"


@require_POST
def verify_notice_view(request: HttpRequest, number: int) -> HttpResponse:
    """Check the duties of a notice immediately."""
    notice = get_visible_or_404(request.user, Notice, number, pk__in=list_notices_to_verify(request.user))
    run_with_messages(request, lambda: verify_notice_now(notice, by=get_actor(request.user)), "已核验，结果如下。")
    return HttpResponseRedirect(reverse("inspection:duties"))


@require_POST
def confirm_duty_view(request: HttpRequest, number: int) -> HttpResponse:
    """Record a person's decision on the texts in the column of a duty."""
    verdict = get_visible_or_404(request.user, DutyVerdict, number)
    finding, seen = request.POST.get("finding", ""), request.POST.get("seen", "")
    if finding not in DutyFinding.values:
        return HttpResponseRedirect(verdict.assignment.entry.url)
    run_with_messages(
        request,
        lambda: confirm_duty(verdict, by=get_actor(request.user), finding=finding, seen=seen),
        "已保存核对结果，并按它重新核验。",
    )
    return HttpResponseRedirect(verdict.assignment.entry.url)


@require_POST
def order_duty_view(request: HttpRequest, number: int) -> HttpResponse:
    """Order the rectification of an unmet duty."""
    verdict = get_visible_or_404(request.user, DutyVerdict, number)
    run_with_messages(request, lambda: order_duty(verdict, by=get_actor(request.user)), "已下达整改要求。")
    return HttpResponseRedirect(verdict.assignment.entry.url)
