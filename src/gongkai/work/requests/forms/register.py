"""The form that registers a request made on paper, by mail, fax or at the counter."""

from typing import TYPE_CHECKING, Unpack

from django import forms
from django.utils import timezone

from gongkai.core.intake import spelling
from gongkai.core.intake.declared_fields import add_declared_fields
from gongkai.core.intake.forms.people import PhoneField
from gongkai.core.intake.held_forms import ENCRYPTED_LABELS, SenderParticulars
from gongkai.core.intake.models import IdKind
from gongkai.core.units.forms.base import BodyChoice
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, rows_field, style_inputs
from gongkai.work.requests.models import ReceiptChannel, Request
from gongkai.work.requests.results import ApplicantKind
from gongkai.work.requests.rules import (
    RECEIPT_DAY_RULES,
    find_missing_address,
    find_receipt_day_faults,
    find_unfit_route,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.core.units.models import Body

# Fields about the applicant: stored encrypted with the party only.
APPLICANT_FIELDS = ("id_kind", *ENCRYPTED_LABELS)


@add_declared_fields(Request, staff=True, before_field="external_ref")
class RequestRegistrationForm(forms.Form):
    """The form for the fields of 条例第二十九条 and the day of receipt of 第三十一条."""

    body = BodyChoice(label="受理单位")
    channel = forms.ChoiceField(
        label="提交方式", choices=[c for c in ReceiptChannel.choices if c[0] != ReceiptChannel.PAGE]
    )
    submitted_on = YearCheckedDateField(label="提交日期", help_text="邮寄的填寄出日期，传真、电子邮件填发出日期。")
    received_on = YearCheckedDateField(
        label="收到日期",
        help_text="；".join(
            dict.fromkeys(w.rstrip("。") for channel, w in RECEIPT_DAY_RULES.items() if channel != ReceiptChannel.PAGE)
        )
        + "（《条例》第三十一条）。",
    )
    applicant_kind = forms.ChoiceField(label="申请人类型", choices=ApplicantKind.choices)
    name = forms.CharField(label="姓名或者名称", max_length=100)
    id_kind = forms.ChoiceField(label="证件类型", required=False, choices=[("", "请选择"), *IdKind.choices])
    id_number = forms.CharField(label="证件号码", required=False, max_length=40, help_text="加密保存，查看时留有记录。")
    phone = PhoneField(required=False)
    email = forms.EmailField(label="电子邮箱", required=False, max_length=200)
    fax = forms.CharField(label="传真号码", required=False, max_length=30)
    address = forms.CharField(label="通信地址", required=False, max_length=200)
    postcode = forms.CharField(label="邮政编码", required=False, max_length=6)
    representative = forms.CharField(
        label="法定代表人", required=False, max_length=50, help_text="法人或者其他组织填写。"
    )
    contact_person = forms.CharField(label="联系人", required=False, max_length=50)
    external_ref = forms.CharField(
        label="外部编号", required=False, max_length=120, help_text="原登记簿的编号，没有的不填。"
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: "QuerySet[Body]", **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        today = timezone.localdate()
        field = rows_field(self, "body")
        field.queryset = bodies
        self.initial = {"submitted_on": today, "received_on": today, "body": bodies.first(), **self.initial}
        style_inputs(self)

    def particulars(self) -> SenderParticulars:
        """Return the applicant's particulars."""
        data = self.cleaned_data
        values = {name: data.get(name, "") for name in APPLICANT_FIELDS}
        return SenderParticulars.read({**values, "party_kind": data["applicant_kind"]})

    def clean(self) -> dict[str, object]:
        """Check the identity document, the route's address, and the day of receipt."""
        data = super().clean() or {}
        kind, number = data.get("id_kind", ""), data.get("id_number", "")
        fault = spelling.find_identity_number_fault(kind, number) if kind and number else ""
        if number and (fault or not kind):
            self.add_error("id_number", fault or "请选择证件类型。")
        if unfit := find_unfit_route(data):
            self.add_error("route_wanted", unfit)
        name, why = find_missing_address(data)
        if name and not self.has_error(name):
            self.add_error(name, why)
        if not self.errors:
            today = timezone.localdate()
            for reason in find_receipt_day_faults(data["channel"], data["submitted_on"], data["received_on"], today):
                self.add_error("received_on", reason)
        return data
