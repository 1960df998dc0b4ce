"""对外联系电话: the register with the last test of each, entering a number, one number with its tests."""

from typing import TYPE_CHECKING, Unpack

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_form_with_messages, run_with_messages
from gongkai.consultation import actions
from gongkai.consultation.actions.phones import MEND_WITHIN
from gongkai.consultation.models import ContactPhone, Heard, PhoneCheck
from gongkai.consultation.views.answers import writable
from gongkai.editions.reach import bodies_seen
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.ui.paging import page_of
from gongkai.ui.templatetags.ui import moment
from gongkai.units.actors import Actor, open_only_if, require_staff_actor
from gongkai.units.door import visible
from gongkai.units.forms.base import BodyChoice, Day

if TYPE_CHECKING:
    from gongkai.units.models import Body


def operators_of(phone: ContactPhone) -> str:
    """Return who answers a number, each with the day on which the base was handed over."""
    rows = [phone_operator for phone_operator in phone.operators.all() if phone_operator.ended_on is None]
    return "、".join(f"{row.name}（{row.handed_on.isoformat()}）" for row in rows)


#: A number that nobody called for so many days is due for a test (定期检查).
TEST_AFTER = 30
SHEET = Sheet(
    "对外联系电话测试",
    (
        Column("body", "单位", write=lambda row: row.body.name, width=28),
        Column("number", "电话号码", width=18),
        Column("purpose", "用途", width=16),
        Column("hours", "接听时间", width=24),
        Column("operators", "接听人员（问答库交接日期）", write=operators_of, width=36),
        Column("called_at", "最近测试", write=lambda row: moment(row.called_at), width=18),
        Column("heard", "结果", write=lambda row: dict(Heard.choices).get(row.heard, ""), width=20),
        Column("words", "情况", width=30),
        Column("tester", "测试人", width=14),
    ),
)


class PhoneForm(forms.Form):
    """A number for the register."""

    body = BodyChoice(label="单位")
    number = forms.CharField(label="电话号码", max_length=40, help_text="固定电话带区号，如0799-8001234")
    purpose = forms.CharField(label="用途", max_length=80, required=False, help_text="如政策咨询、投诉举报")
    hours = forms.CharField(label="接听时间", max_length=120, initial="工作日9:00–12:00，14:00–17:30")

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        bodies: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        dress(self)
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0].pk


class CheckForm(forms.Form):
    """What a test call met."""

    heard = forms.ChoiceField(label="结果", choices=Heard.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="情况",
        max_length=300,
        required=False,
        help_text="如响铃六声无人接听；答复是否规范、口径是否一致",
        widget=forms.TextInput(attrs={"class": "gk-input"}),
    )
    until = Day(
        label="整改期限",
        required=False,
        help_text=f"没有接通或者不规范的，自动下达整改要求；不填为{MEND_WITHIN}个工作日",
    )


@visible(ContactPhone)
def visible_to(by: Actor) -> QuerySet[ContactPhone]:
    """Return the numbers that somebody looks after: of the own units, and of those supervised; each with its last test."""
    last = PhoneCheck.objects.filter(phone=OuterRef("pk"))
    rows = (
        ContactPhone.objects.filter(body__in=bodies_seen(by))
        .select_related("body")
        .prefetch_related("operators")
    )
    return rows.annotate(
        called_at=Subquery(last.values("called_at")[:1]),
        heard=Subquery(last.values("heard")[:1]),
        words=Subquery(last.values("words")[:1]),
        tester=Subquery(last.values("by")[:1]),
    )


def phones(request: HttpRequest) -> HttpResponse:
    """The register: what failed and what was never tested stands first."""
    by = require_staff_actor(request)
    rows = list(visible_to(by).filter(closed_at=None))
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, rows, "对外联系电话测试情况")
    today = timezone.localdate()
    for row in rows:
        row.failing = row.heard not in {"", None, Heard.ANSWERED}  # type: ignore[attr-defined]
        row.answered_by = operators_of(row)  # type: ignore[attr-defined]
        row.label = dict(Heard.choices).get(row.heard, "")  # type: ignore[attr-defined]
        called = timezone.localdate(row.called_at) if row.called_at else None  # type: ignore[attr-defined]
        row.due = called is None or (today - called).days > TEST_AFTER  # type: ignore[attr-defined]
    rows.sort(key=lambda row: (not row.failing, not row.due, row.body.position, row.pk))  # type: ignore[attr-defined]
    shown = {
        "rows": rows,
        "due": sum(row.due for row in rows),  # type: ignore[attr-defined]
        "failing": sum(row.failing for row in rows),  # type: ignore[attr-defined]
        "may_write": writable(by).exists(),
        "days": TEST_AFTER,
    }
    return render(request, "consultation/phones.html", shown)


def enter(request: HttpRequest) -> HttpResponse:
    """Put a number into the register."""
    by = require_staff_actor(request)
    open_only_if(writable(by).exists(), "公开电话由各单位的工作人员和政务公开办登记。")
    form = PhoneForm(request.POST or None, bodies=writable(by))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        body = facts.pop("body")
        if run_with_messages(request, lambda: actions.enter_phone(body, by=by, **facts), "已登记。"):
            return redirect("consultation:phones")
    return render(request, "consultation/phone_new.html", {"form": form})


def phone(request: HttpRequest, number: int) -> HttpResponse:
    """One number: its tests, and recording the next one."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, ContactPhone, number)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and run_form_with_messages(
        request, form, lambda **facts: actions.check_phone(row, by=by, **facts), "已登记测试结果。"
    ):
        return redirect("consultation:phone", number)
    shown = {
        "phone": row,
        "form": form,
        "operators": row.operators.filter(ended_on=None),
        "operator_form": OperatorForm(),
        "may_name": not row.closed_at and not actions.name_operator.why_not(row, by=by),
        "checks": page_of(request, row.checks.select_related("entry")),
        "why_not": actions.check_phone.why_not(row, by=by),
        "may_close": not row.closed_at and not actions.close_phone.why_not(row, by=by),
    }
    return render(request, "consultation/phone.html", shown)


class OperatorForm(forms.Form):
    """Who answers, and since when they have the base."""

    name = forms.CharField(
        label="接听人员", max_length=60, widget=forms.TextInput(attrs={"class": "gk-input"})
    )
    handed_on = Day(label="问答库交接日期", initial=timezone.localdate)


def operator(request: HttpRequest, number: int) -> HttpResponse:
    """Name who answers a number (C-06), or say that somebody does no more."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, ContactPhone, number)
    if ended := whole(request.POST.get("end", "")):
        one = get_object_or_404(row.operators, pk=ended)
        run_with_messages(request, lambda: actions.end_operator(row, by=by, operator=one), "已登记。")
    else:
        form = OperatorForm(request.POST)
        run_form_with_messages(
            request, form, lambda **facts: actions.name_operator(row, by=by, **facts), "已登记。"
        )
    return redirect("consultation:phone", number)


def close(request: HttpRequest, number: int) -> HttpResponse:
    """Take a number out of the register."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, ContactPhone, number)
    if request.method == "POST":
        run_with_messages(
            request,
            lambda: actions.close_phone(row, by=by, reason=request.POST.get("reason", "")),
            "已停用。",
        )
    return redirect("consultation:phones")
