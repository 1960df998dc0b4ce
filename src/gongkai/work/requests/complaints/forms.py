"""The form that registers a complaint made by telephone, mail or at the counter."""

from typing import TYPE_CHECKING, Unpack

from django import forms

from gongkai.core.units.forms.base import BodyChoice
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, dress, rows_field
from gongkai.work.requests.forms.base import text_area_field
from gongkai.work.requests.models import ComplaintSubject, ReceiptChannel

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.core.units.models import Body


class ComplaintForm(forms.Form):
    """The complaint form for staff."""

    against = BodyChoice(label="被投诉单位")
    about = forms.ChoiceField(label="投诉事项", choices=ComplaintSubject)
    channel = forms.ChoiceField(
        label="提交方式", choices=[c for c in ReceiptChannel.choices if c[0] != ReceiptChannel.PAGE]
    )
    institution = forms.CharField(
        label="公共企事业单位名称",
        required=False,
        max_length=120,
        help_text="申诉公共企事业单位的填写，“被投诉单位”选其主管部门。",
    )
    number = forms.CharField(label="有关的申请编号", required=False, max_length=40, help_text="不涉及申请的不填。")
    text = text_area_field("投诉内容", rows=6)
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
