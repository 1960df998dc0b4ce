"""Models of interpretation plans, links to documents, owed interpretations and settings."""

from datetime import date

from django.db import models

from gongkai.content.editions.models import Document
from gongkai.core.acts.models import RowName
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body


class InterpretationMedium(models.TextChoices):
    """The form of an interpretation, such as text or film; each has a child column of 政策解读."""

    TEXT = "text", "文字解读"
    PICTURE = "picture", "图片解读"
    VIDEO = "video", "视频解读"


class PolicyField(models.TextChoices):
    """Fields whose interpretations are counted separately (任务分工通知)."""

    NONE = "", "其他领域"
    RELIEF = "relief", "助企纾困"
    TAX = "tax", "减税降费"
    APPROVAL = "approval", "投资审批"
    INFRASTRUCTURE = "infrastructure", "基础设施"
    PROJECTS = "projects", "重大建设项目"
    EPIDEMIC = "epidemic", "疫情防控"
    JOBS = "jobs", "稳岗就业"


def _describe_phase(day: date | None, how: str) -> str:
    return "　".join(part for part in (f"{day:%Y-%m-%d}" if day else "", how) if part)


class Plan(models.Model):
    """The interpretation plan (解读方案) of a policy item: need, forms, dates and approval.

    It refers to the item by primary key. `ordered` are the forms that the 政务公开办 requires.
    """

    item_id = models.BigIntegerField("信息编号", unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="interpretation_plans", verbose_name="起草单位")
    needed = models.BooleanField("需要解读", default=True)
    exempt_reason = models.CharField("不解读的理由", max_length=300, blank=True)
    outline = models.TextField("解读提纲", blank=True)
    forms = models.JSONField("解读形式", default=list)
    ordered = models.JSONField("指定的解读形式", default=list)
    ordered_by = models.CharField("指定人", max_length=120, blank=True)
    channels = models.CharField("发布渠道", max_length=200, blank=True)
    field = models.CharField("领域", max_length=16, choices=PolicyField, blank=True, default="")
    before_on = models.DateField("出台前解读日期", null=True, blank=True)
    before_how = models.CharField("出台前解读方式", max_length=200, blank=True)
    release_on = models.DateField("同步解读日期", null=True, blank=True)
    during_on = models.DateField("执行中解读日期", null=True, blank=True)
    during_how = models.CharField("执行中解读方式", max_length=200, blank=True)
    passed_by = models.CharField("审定人", max_length=120, blank=True)
    passed_at = models.DateTimeField("审定时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "解读方案"

    stream = RowName("item", "item_id")

    @property
    def wanted(self) -> list[str]:
        """Return all required forms: planned and ordered."""
        return [form for form in InterpretationMedium.values if form in {*self.forms, *self.ordered}]

    def said(self) -> list[tuple[str, str]]:
        """Return the plan as (label, text), without empty fields; each phase is one line."""
        if not self.needed:
            return [("是否解读", f"不需要解读：{self.exempt_reason}")]
        rows = [
            ("解读形式", "、".join(InterpretationMedium(form).label for form in self.wanted)),
            ("领域", self.get_field_display()),
            ("解读提纲", self.outline),
            ("发布渠道", self.channels),
            ("出台前解读", _describe_phase(self.before_on, self.before_how)),
            ("同步解读", _describe_phase(self.release_on, "") or "与文件同时公开"),
            ("执行中解读", _describe_phase(self.during_on, self.during_how)),
        ]
        return [(label, text) for label, text in rows if text]


class Interpretation(models.Model):
    """The link from an interpretation to the document that it interprets, shown on both pages.

    `aspects` maps each element to {"text", "none"}: where the text answers it, or why it does not
    apply. The office finds it by item, the public by document: an installation that receives
    packages has no items.
    """

    item_id = models.BigIntegerField("信息编号", unique=True)
    document = models.ForeignKey(Document, models.PROTECT, related_name="interpretations", verbose_name="被解读文件")
    text = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="explains", verbose_name="解读稿"
    )
    form = models.CharField("形式", max_length=8, choices=InterpretationMedium, default=InterpretationMedium.TEXT)
    aspects = models.JSONField("八个方面", default=dict)
    copied_digest = models.CharField("确认摘抄比例的文字", max_length=64, blank=True)
    copied_by = models.CharField("确认人", max_length=120, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "解读"

    stream = RowName("item", "item_id")


class Owed(models.Model):
    """The duty to interpret a public document (待解读清单); its ledger entry has the deadline."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="interpretation")
    document = models.ForeignKey(Document, models.PROTECT, related_name="interpretation_owed")
    forms = models.JSONField("所缺形式", default=list)
    until = models.DateField("指定的期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待解读文件"


class Setting(models.Model):
    """A government's settings of the publication gate for interpretations.

    `strict` makes a missing interpretation block publication; above `copied_percent` a person must
    confirm the copied share.
    """

    government = models.OneToOneField(Body, models.CASCADE, related_name="interpretation_setting")
    strict = models.BooleanField("政策文件没有解读方案和解读稿不得送审", default=True)
    copied_percent = models.PositiveSmallIntegerField("摘抄比例超过多少（%）须确认", default=30)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "解读设置"


def get_setting(body: Body) -> Setting:
    """Return the settings of the nearest government above a body, or unsaved defaults."""
    numbers = [int(part) for part in body.path.split("/") if part]
    setting = Setting.objects.filter(government__in=numbers).order_by("-government__path").first()
    return setting or Setting()
