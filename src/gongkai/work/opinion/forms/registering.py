"""Forms for registering a case or a promise."""

from typing import Unpack

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.units.forms.base import BodiesChoice, BodyChoice, today
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.widgets.fields import Day, Moment
from gongkai.core.widgets.forms import FormFacts, Plain, Posted, Sent
from gongkai.lib.law.figures import with_figures
from gongkai.work.opinion.forms.fields import address, line, paper, text
from gongkai.work.opinion.models import Kind, Level, PromiseTopic, WatchField

PLATFORMS = (
    "新闻媒体",
    "新闻网站",
    "微博",
    "微信",
    "短视频平台",
    "论坛贴吧",
    "12345热线",
    "公开信箱",
    "其他",
)


class CollectForm(Plain):
    """Form of a new opinion case."""

    groups = (
        ("发现了什么", ("title", "text", "platform", "address", "found_at")),
        ("谁来回应", ("collector", "field", "areas", "body", "why")),
        ("突发事件（可以研判时再定）", ("kind", "level", "occurred_at")),
    )

    title = line("标题", most=200, hint="一句话概括，如“网传城南小学食堂使用变质食材”。")
    text = text("舆情内容", rows=6, hint="公众在说什么，传播情况怎样。请不要填写与事情无关的个人信息。")
    platform = line("来源平台", most=60, hint="如微博、微信、短视频平台、新闻媒体、12345热线。")
    address = address("网址")
    found_at = Moment(label="发现时间", help_text=with_figures("<opinion.response>的回应时限自发现时起算。"))
    collector = BodyChoice(label="收集单位", empty_label=None)
    field = forms.ModelChoiceField(
        label="关注领域",
        queryset=WatchField.objects.all(),
        required=False,
        empty_label="（不属于所列领域）",
        help_text="按领域和涉及的地区提出首要责任单位。",
    )
    areas = BodiesChoice(label="涉及地区")
    body = BodyChoice(
        label="首要责任单位",
        required=False,
        empty_label="（按规则确定）",
        help_text="与规则建议的不同时，请写明理由。",
    )
    why = line("理由", most=500, required=False)
    kind = forms.ChoiceField(label="舆情类型", choices=[("", "（待研判）"), *Kind.choices], required=False)
    level = forms.ChoiceField(label="等级", choices=Level, initial=Level.GENERAL)
    occurred_at = Moment(label="事件发生时间", required=False)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        own: QuerySet[Body],
        units: QuerySet[Body],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["platform"].widget.attrs["list"] = "platforms"
        self.fields["collector"].queryset = own  # type: ignore[attr-defined]
        self.fields["body"].queryset = units  # type: ignore[attr-defined]
        areas = units.filter(Q(kind=BodyKind.DISTRICT) | Q(kind=BodyKind.GOVERNMENT, parent__isnull=False))
        self.fields["areas"].queryset = areas  # type: ignore[attr-defined]
        self.fields["found_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        if not areas.exists():
            del self.fields["areas"]


class PromiseForm(Plain):
    """Form of a new promise."""

    groups = (
        ("承诺了什么", ("title", "words", "until", "topic")),
        ("谁在哪里承诺的", ("body", "promised_by", "occasion", "promised_on", "address", "file")),
    )

    title = line("承诺事项", most=200, hint="一句话概括，如“年底前消除市一中北门积水点”。")
    words = text("承诺内容（向社会公开）", rows=5, hint="按当时的原话填写。")
    until = Day(label="完成期限")
    topic = forms.ModelChoiceField(
        label="主题", queryset=PromiseTopic.objects.all(), required=False, empty_label="（其他）"
    )
    body = BodyChoice(label="承诺单位", empty_label=None)
    promised_by = line("承诺人", required=False, hint="姓名和职务；不填时为承诺单位。")
    occasion = line("承诺场合", most=200, hint="如“政府工作报告”“新闻发布会”“‘一把手’访谈”。")
    promised_on = Day(label="承诺日期", initial=today)
    address = address("出处网址", hint="网址和文件至少填一项；网址随承诺一并公开。")
    file = paper("出处文件", hint="会议材料、报纸版面、截图等。")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, units: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = units  # type: ignore[attr-defined]
