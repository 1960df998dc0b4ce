"""The form for registering inquiries by telephone, at a window or by letter."""

from typing import TYPE_CHECKING, Any, Unpack

from django import forms
from django.utils import timezone

from gongkai.core.intake.forms.people import Phone
from gongkai.core.intake.particulars import Particulars
from gongkai.core.units.forms.base import WRONG_MAIL, BodyChoice
from gongkai.core.widgets.fields import Day
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, dress
from gongkai.work.consultation.models import Asker, Category, InquiryChannel

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.core.units.models import Body

# Fields about the asker; stored encrypted with the party only.
ASKER_FIELDS = ("name", "phone", "email")


class InquiryRegistrationForm(forms.Form):
    """The registration form. The asker may be left out; then no call-back is possible."""

    channel = forms.ChoiceField(
        label="渠道",
        choices=[(c.value, c.label) for c in InquiryChannel if c != InquiryChannel.FORM],
        initial=InquiryChannel.PHONE,
    )
    category = forms.ChoiceField(label="类别", choices=Category.choices)
    asker = forms.ChoiceField(label="咨询人", choices=Asker.choices)
    title = forms.CharField(label="标题", max_length=120, help_text="一句话概括，如“公租房申请条件”")
    text = forms.CharField(label="内容", max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))
    name = forms.CharField(label="姓名或者称呼", max_length=50, required=False)
    phone = Phone(
        required=False,
        help_text="回电、发送答复和查询办理情况时使用，加密保存",
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label="电子邮箱",
        max_length=200,
        required=False,
        error_messages={"invalid": WRONG_MAIL},
    )
    received_on = Day(label="收到日期", initial=timezone.localdate)
    external_ref = forms.CharField(label="外部编号", max_length=120, required=False, help_text="12345工单编号等")
    receiver = BodyChoice(label="受理单位")
    body = BodyChoice(label="承办单位", required=False, help_text="可以确定的直接转办；不填则等待分办")
    may_publish = forms.BooleanField(label="同意隐去个人信息后公开", required=False)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        bodies: "QuerySet[Body]",
        units: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["receiver"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].queryset = units  # type: ignore[attr-defined]
        dress(self)
        for name in ASKER_FIELDS:
            self.fields[name].widget.attrs["autocomplete"] = (
                "off"  # the browser belongs to the office, not to the caller
            )
        if bodies:
            self.fields["receiver"].initial = bodies[0].pk

    def facts(self) -> dict[str, Any]:
        """Return the content without the asker."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ASKER_FIELDS}

    def said(self) -> Particulars:
        """Return the asker's particulars."""
        return Particulars.read({name: self.cleaned_data[name] for name in ASKER_FIELDS})
