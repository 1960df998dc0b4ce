"""The forms of what is done to a complaint, and of one that came by telephone, mail or at the counter."""

from typing import TYPE_CHECKING, Unpack

from django import forms

from gongkai.ledger.forms import ActForm, register_entry_form
from gongkai.requests.forms.base import words
from gongkai.requests.models import About, Found, ReceiptChannel
from gongkai.ui.forms import FormFacts, Posted, Sent, dress, rows_field
from gongkai.units.forms.base import BodyChoice, Day

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.units.models import Body


class StatementForm(ActForm):
    """What happened."""

    intro = "请如实说明办理经过和依据。说明只供核查使用。"
    text = words("情况说明", rows=6)


class ExtendForm(ActForm):
    """How long, and why."""

    days = forms.IntegerField(label="延长的工作日", min_value=1, max_value=20, initial=10)
    reason = words("理由", rows=2)


class AnswerForm(ActForm):
    """What was found, and what becomes of it."""

    intro = "答复写入书面答复书（编号、公文格式），投诉人凭查询码领取。"
    found = forms.ChoiceField(label="核查结论", choices=Found, widget=forms.RadioSelect)
    text = words("核查情况和处理意见", rows=6)
    mend_by = Day(
        label="整改期限", required=False, help_text="属实、部分属实的填写，自动向被投诉单位下达整改要求。"
    )


class ComplaintForm(forms.Form):
    """A complaint as staff register it."""

    against = BodyChoice(label="被投诉单位")
    about = forms.ChoiceField(label="投诉事项", choices=About)
    channel = forms.ChoiceField(
        label="提交方式", choices=[c for c in ReceiptChannel.choices if c[0] != ReceiptChannel.PAGE]
    )
    institution = forms.CharField(
        label="公共企事业单位名称",
        required=False,
        max_length=120,
        help_text="申诉公共企事业单位的填写，“被投诉单位”选其主管部门。",
    )
    number = forms.CharField(
        label="有关的申请编号", required=False, max_length=40, help_text="不涉及申请的不填。"
    )
    text = words("投诉内容", rows=6)
    name = forms.CharField(label="投诉人", required=False, max_length=100)
    phone = forms.CharField(label="联系电话", required=False, max_length=30, help_text="查询时核对其后四位。")

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        bodies: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = rows_field(self, "against")
        field.queryset = bodies
        dress(self)


def enter() -> None:
    """Enter the forms."""
    register_entry_form("complaint.give_statement", StatementForm)
    register_entry_form("complaint.extend", ExtendForm)
    register_entry_form("complaint.answer", AnswerForm)
