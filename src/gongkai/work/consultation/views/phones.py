"""The register of public telephones (对外联系电话, M-03, C-06)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.user_scope import bodies_seen
from gongkai.core.registers.columns import FILE_ONLY, Column, render_chip, render_light, row_link
from gongkai.core.registers.filters import ChosenFilters, YesNoFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.work.consultation import actions
from gongkai.work.consultation.actions.phones import RECTIFICATION_WORKING_DAYS
from gongkai.work.consultation.models import ContactPhone, PhoneCheck, PhoneOperator, PhoneTestResult
from gongkai.work.consultation.models.phones import FAILING_RESULTS
from gongkai.work.consultation.rules import list_writable_units

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows

# Days after which a number is due for a test (定期检查).
DAYS_BETWEEN_TESTS = 30
NON_AUTHORITY_KINDS = (BodyKind.INSTITUTION, BodyKind.ENTERPRISE, BodyKind.OTHER)
# The filter by pending task.
PENDING_TASK_CHOICES = (("failing", "需整改"), ("due", "待测试"))


@register_visible_to(ContactPhone)
def phones_visible_to(by: Actor) -> QuerySet[ContactPhone]:
    """Return telephone numbers of own and supervised units, with their last test and pending task.

    Annotations: `called_at`, `heard`, `said` and `tester` of the last test; `waits` is failing, due or "".
    """
    checks = PhoneCheck.objects.filter(phone=OuterRef("pk"))
    fresh = timezone.now() - timedelta(days=DAYS_BETWEEN_TESTS)
    rows = ContactPhone.objects.filter(body__in=bodies_seen(by)).select_related("body")
    return rows.annotate(
        called_at=Subquery(checks.values("called_at")[:1]),
        heard=Subquery(checks.values("heard")[:1]),
        said=Subquery(checks.values("words")[:1]),
        tester=Subquery(checks.values("by")[:1]),
        waits=Case(
            When(heard__in=FAILING_RESULTS, then=Value("failing")),
            When(Q(called_at=None) | Q(called_at__lt=fresh), then=Value("due")),
            default=Value(""),
        ),
    ).prefetch_related("operators")


def describe_operators(phone: ContactPhone) -> str:
    """Return the operators of a number, and when they received the Q&A base."""
    rows = [operator for operator in phone.operators.all() if operator.ended_on is None]
    return "、".join(f"{row.name}（{row.handed_on.isoformat()}）" for row in rows)


def _make_operators_cell(phone: ContactPhone) -> object:
    return describe_operators(phone) or render_chip("没有指定")


def _make_called_cell(phone: ContactPhone) -> object:
    """Return the time of the last test call, marked if a test is due."""
    if phone.called_at is None:  # type: ignore[attr-defined]
        return render_chip("没有测试过")
    return render_chip("待测试", phone.called_at) if phone.waits == "due" else phone.called_at  # type: ignore[attr-defined]


def _get_result_label(phone: ContactPhone) -> str:
    return dict(PhoneTestResult.choices).get(phone.heard, "")  # type: ignore[attr-defined]


def _make_result_cell(phone: ContactPhone) -> object:
    return render_chip("需整改", _get_result_label(phone)) if phone.waits == "failing" else _get_result_label(phone)  # type: ignore[attr-defined]


def _make_rectification_cell(check: PhoneCheck) -> SafeString | str:
    entry = check.entry
    return format_html("{} {}", row_link(entry), render_light(entry.light, entry.state_label)) if entry else ""


class ContactPhoneRegister(Register[ContactPhone]):
    """The register of public telephones, failed and untested ones first."""

    name, model, title, section = "consultation.phones", ContactPhone, "对外联系电话", ("互动交流",)
    columns = (
        "body",
        "number",
        "purpose",
        "hours",
        Column("operators", "接听人员（问答库交接）", value=describe_operators, cell=_make_operators_cell, width=36),
        Column("called_at", "最近测试", value=lambda row: row.called_at, cell=_make_called_cell, order="called_at"),
        Column("heard", "结果", value=_get_result_label, cell=_make_result_cell, order="waits"),
        Column("said", "情况", value=lambda row: row.said, at=FILE_ONLY, width=30),
        Column("tester", "测试人", value=lambda row: row.tester, at=FILE_ONLY),
    )
    main = "number"
    filters = (
        "body",
        ("waits", ChoiceFilter(field_name="waits", label="待办", choices=PENDING_TASK_CHOICES)),
        ("closed", YesNoFilter("closed_at", "使用", yes="已停用", no="使用中")),
    )
    search_fields = ("number", "purpose", "operators__name")
    initial_filters = {"closed": "0"}
    ordering = ("-waits", "body__position")
    intro = "各单位向社会公布的电话，接听时间内应有人接听。政务公开办定期拨打测试，没有接通的下达整改要求。"
    empty = "还没有登记对外联系电话。"
    new = New(
        action=actions.enter_phone,
        targets=list_writable_units,
        fields=("number", "purpose", "hours"),
        asks={
            "number": forms.CharField(label="电话号码", max_length=40, help_text="固定电话带区号，如0799-8001234"),
            "hours": forms.CharField(label="接听时间", max_length=120, initial="工作日9:00–12:00，14:00–17:30"),
        },
        lacking="公开电话由各单位的工作人员和政务公开办登记。",
    )
    acts = (
        Act(
            action=actions.record_test_call,
            model=PhoneCheck,
            part="checks",
            fields=("heard", "words", "until"),
            asks={
                "heard": forms.ChoiceField(label="结果", choices=PhoneTestResult.choices, widget=forms.RadioSelect),
                "words": forms.CharField(
                    label="情况",
                    max_length=300,
                    required=False,
                    help_text="如响铃六声无人接听；答复是否规范、口径是否一致",
                ),
                "until": YearCheckedDateField(
                    label="整改期限",
                    required=False,
                    help_text=f"没有接通或者不规范的，自动下达整改要求；不填为{RECTIFICATION_WORKING_DAYS}个工作日",
                ),
            },
            when=lambda row: row.closed_at is None,
            done="已登记测试结果。",
        ),
        Act(
            action=actions.assign_operator,
            model=PhoneOperator,
            part="operators",
            initial=lambda by, row: {"handed_on": timezone.localdate()},
            when=lambda row: row.closed_at is None,
            done="已登记。",
        ),
        Act(action=actions.close_phone, listed=False, when=lambda row: row.closed_at is None, done="已停用。"),
    )
    parts = (
        RecordTable(
            name="operators",
            title="接听人员",
            model=PhoneOperator,
            rows=lambda row, by: row.operators.filter(ended_on=None),
            columns=("name", "handed_on"),
            acts=(
                Act(
                    action=actions.end_operator,
                    to=lambda row: row.phone,
                    given={"operator": lambda row: row},
                    quick=True,
                    label="不再接听",
                    done="已登记。",
                ),
            ),
            empty="还没有指定。接听的人先接收问答库，再上岗。",
        ),
        RecordTable(
            name="checks",
            title="测试记录",
            model=PhoneCheck,
            rows=lambda row, by: row.checks.select_related("entry"),
            columns=(
                "called_at",
                "heard",
                "words",
                "by",
                Column("entry", "整改", cell=_make_rectification_cell, order=""),
            ),
            empty="还没有测试过。",
        ),
    )
    record_route = "phone"

    def totals(self, listing: Listing[ContactPhone]) -> Sequence[tuple[str, object]]:
        """Return [(label, number)]: telephones in use that failed their last test, and those due for one."""
        rows: AnyRows = self.rows(listing.by).filter(closed_at=None)
        waits = list(rows.values_list("waits", flat=True))
        return (("需要整改", waits.count("failing")), (f"超过{DAYS_BETWEEN_TESTS}天没有测试", waits.count("due")))

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return the user's units that must publish a telephone number."""
        return list_writable_units(by).exclude(kind__in=NON_AUTHORITY_KINDS)
