"""Forms for registering a case or a promise."""

from typing import Unpack

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.ledger.forms import register_entry_acts
from gongkai.core.registers.forms import Act
from gongkai.core.units.forms.base import BodiesChoice, BodyChoice, format_today
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.widgets.fields import MomentField, YearCheckedDateField, lazy_figures
from gongkai.core.widgets.forms import FormFacts, PlainForm, Posted, Sent
from gongkai.work.opinion import actions
from gongkai.work.opinion.forms.cases import make_evidence_field, make_line_field, make_text_area_field, make_url_field
from gongkai.work.opinion.models import GravityLevel, OpinionKind, Promise, PromiseTopic, WatchField

register_entry_acts(
    Act(
        action=actions.submit_statement,
        asks={"words": make_text_area_field("送审说明", rows=2, limit=300, required=False)},
        note="送审后由审核人、签发人、负责人依次审签，最后一级通过即向社会公开，并自公开时起生效。",
    ),
    Act(
        action=actions.reword_statement,
        asks={"text": make_text_area_field("公开内容", rows=8)},
        initial=lambda by, entry: {"text": entry.promise.pending.text if entry.promise.pending else ""},
    ),
    Act(
        action=actions.report_promise_progress,
        asks={
            "text": make_text_area_field("进展情况", rows=5, limit=3000),
            "on": YearCheckedDateField(label="日期", initial=format_today),
        },
        note="写好后送审，公开后公众可以看到。",
    ),
    Act(
        action=actions.propose_promise_date,
        asks={
            "until": YearCheckedDateField(label="新的期限"),
            "reason": make_text_area_field("变更的理由（向社会公开）", limit=2000),
        },
        note="期限变更连同理由经审签公开后生效；公开之前，原定期限不变。",
    ),
    Act(
        action=actions.report_promise_kept,
        asks={
            "text": make_text_area_field("兑现情况（向社会公开）", rows=6),
            "on": YearCheckedDateField(label="兑现日期", initial=format_today),
            "url": make_url_field("佐证网址", hint="网址和文件至少填一项；网址随兑现情况一并公开。"),
            "file": make_evidence_field("佐证文件"),
        },
        note="写好后送审；兑现情况公开后，这项承诺才办结。",
    ),
    Act(
        action=actions.report_promise_broken,
        asks={"reason": make_text_area_field("未能兑现的原因和后续安排（向社会公开）", rows=6)},
        note="写好后送审；未能兑现的说明公开后，这项承诺办结为“未兑现”。",
    ),
    model=Promise,
)


PLATFORMS = ("新闻媒体", "新闻网站", "微博", "微信", "短视频平台", "论坛贴吧", "12345热线", "公开信箱", "其他")


class RegisterCaseForm(PlainForm):
    """The form of a new opinion case, for the user's and nameable units."""

    groups = (
        ("发现了什么", ("title", "text", "platform", "address", "found_at")),
        ("谁来回应", ("collector", "field", "areas", "body", "why")),
        ("突发事件（可以研判时再定）", ("kind", "level", "occurred_at")),
    )

    title = make_line_field("标题", max_length=200, hint="一句话概括，如“网传城南小学食堂使用变质食材”。")
    text = make_text_area_field("舆情内容", rows=6, hint="公众在说什么，传播情况怎样。请不要填写与事情无关的个人信息。")
    platform = make_line_field("来源平台", max_length=60, hint="如微博、微信、短视频平台、新闻媒体、12345热线。")
    address = make_url_field("网址")
    found_at = MomentField(label="发现时间", help_text=lazy_figures("<opinion.response>的回应时限自发现时起算。"))
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
        label="首要责任单位", required=False, empty_label="（按规则确定）", help_text="与规则建议的不同时，请写明理由。"
    )
    why = make_line_field("理由", max_length=500, required=False)
    kind = forms.ChoiceField(label="舆情类型", choices=[("", "（待研判）"), *OpinionKind.choices], required=False)
    level = forms.ChoiceField(label="等级", choices=GravityLevel, initial=GravityLevel.GENERAL)
    occurred_at = MomentField(label="事件发生时间", required=False)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        own_units: QuerySet[Body],
        units: QuerySet[Body],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["platform"].widget.attrs["list"] = "platforms"
        self.fields["collector"].queryset = own_units  # type: ignore[attr-defined]
        self.fields["body"].queryset = units  # type: ignore[attr-defined]
        areas = units.filter(Q(kind=BodyKind.DISTRICT) | Q(kind=BodyKind.GOVERNMENT, parent__isnull=False))
        self.fields["areas"].queryset = areas  # type: ignore[attr-defined]
        self.fields["found_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        if not areas.exists():
            del self.fields["areas"]


class PromiseForm(PlainForm):
    """The form of a new promise of one of `units`."""

    groups = (
        ("承诺了什么", ("title", "words", "until", "topic")),
        ("谁在哪里承诺的", ("body", "promised_by", "occasion", "promised_on", "address", "file")),
    )

    title = make_line_field("承诺事项", max_length=200, hint="一句话概括，如“年底前消除市一中北门积水点”。")
    words = make_text_area_field("承诺内容（向社会公开）", rows=5, hint="按当时的原话填写。")
    until = YearCheckedDateField(label="完成期限")
    topic = forms.ModelChoiceField(
        label="主题", queryset=PromiseTopic.objects.all(), required=False, empty_label="（其他）"
    )
    body = BodyChoice(label="承诺单位", empty_label=None)
    promised_by = make_line_field("承诺人", required=False, hint="姓名和职务；不填时为承诺单位。")
    occasion = make_line_field("承诺场合", max_length=200, hint="如“政府工作报告”“新闻发布会”“‘一把手’访谈”。")
    promised_on = YearCheckedDateField(label="承诺日期", initial=format_today)
    address = make_url_field("出处网址", hint="网址和文件至少填一项；网址随承诺一并公开。")
    file = make_evidence_field("出处文件", hint="会议材料、报纸版面、截图等。")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, units: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = units  # type: ignore[attr-defined]
