"""Forms for sites, list layouts and rectification orders."""

from collections.abc import MutableMapping
from typing import Unpack

from django import forms

from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import bodies_of
from gongkai.core.widgets.fields import Day, DecimalNumber, WholeNumber
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, dress
from gongkai.oversight.inspection.models import InspectedSite


class SiteForm(forms.ModelForm):
    """Form of an inspected site."""

    ended_on = Day(label="停止检查", required=False, help_text="从这一天起不再定期检查。")

    class Meta:
        model = InspectedSite
        fields = ("what", "name", "address", "body", "every", "rate", "pages", "watched", "ended_on")
        field_classes = {"every": WholeNumber, "rate": DecimalNumber, "pages": WholeNumber}
        help_texts = {
            "address": "例如 https://www.yunling.gov.cn/",
            "what": "账号只检查主页能否打开、两周内是否更新；主页只能在客户端里看的，请人工查看。",
            "watched": "全天分散访问首页，超过15秒打不开的计为一次；一周累计到指标规定的比例即为“站点无法访问”。",
            "body": "负责这个网站、整改问题的单位；检查别处的网站不选。",
            "every": "每隔几天检查一次；0 为不定期。",
            "rate": "别人的网站请不超过2；自己的网站可填0，不限。",
        }

    def __init__(
        self,
        data: Posted = None,
        *,
        initial: MutableMapping[str, object] | None = None,
        instance: InspectedSite | None = None,
    ) -> None:
        super().__init__(data, initial=initial, instance=instance)
        bodies = Body.objects.filter(active_to=None).order_by("position", "pk")
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].empty_label = "不是本级单位的网站"  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["address"].disabled = True
        dress(self)


class LayoutForm(forms.Form):
    """Form for a list page from which a layout is learnt."""

    address = forms.URLField(label="列表页网址", max_length=1000, assume_scheme="https")
    title = forms.CharField(
        label="列表中的一个标题",
        max_length=200,
        required=False,
        help_text="一页有几个列表时填写，指明是哪一个。",
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        dress(self)


class OrderForm(forms.Form):
    """Form for a rectification order: unit, deadline and demand."""

    body = UnitField(label="整改单位", queryset=Body.objects.none(), empty_label="请选择单位")
    until = Day(label="整改期限")
    demand = forms.CharField(
        label="整改要求", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Posted = None, files: Sent = None, *, by: Actor, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        # Only units to which this 政务公开办 may issue orders.
        bodies = bodies_of(by, roles=(), supervising=(Role.CHIEF,)).order_by("position", "pk")
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        dress(self)
