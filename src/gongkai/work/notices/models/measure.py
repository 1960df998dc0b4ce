"""Measures (贯彻举措) and the units that a row names."""

from django.db import models

from gongkai.core.units.models import Body, Office
from gongkai.work.notices.models.notice import Notice
from gongkai.work.notices.planning.descriptions import short_title


class Measure(models.Model):
    """One row of the table, or one order of the preamble; its primary key never changes.

    `flags` are questions of the reader: `{"field", "message", "alternative", "settled"}`; a clerk
    settles each. A `dropped` measure is stored but creates no entries. `form` is the way its units
    are named (see `planning.roles`); `lead_owes` means that the lead owes it as well.
    `kept_because` states why a row remains that the amended version does not list.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="measures", verbose_name="通知")
    position = models.PositiveIntegerField("顺序")
    section = models.CharField("工作任务（一级）", max_length=300, blank=True)
    section_no = models.PositiveSmallIntegerField("一级序号", default=0)
    item = models.CharField("工作任务（二级）", max_length=300, blank=True)
    text = models.TextField("贯彻举措")
    extras = models.JSONField("其他栏", default=dict)
    preamble = models.BooleanField("通知正文要求", default=False)
    page = models.PositiveIntegerField("页码", null=True, blank=True)
    cells = models.JSONField("原文单元格", default=list)
    flags = models.JSONField("存疑", default=list)
    dropped = models.BooleanField("不列入任务", default=False)
    kept_because = models.CharField("修订后保留的原因", max_length=300, blank=True, default="", db_default="")
    form = models.CharField("分工写法", max_length=10, blank=True, default="", db_default="")
    lead_owes = models.BooleanField("牵头单位也承担", default=False, db_default=False)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name="上级对应举措"
    )

    class Meta:
        verbose_name = verbose_name_plural = "举措"
        ordering = ["notice", "position"]
        indexes = [models.Index(fields=["notice", "section_no"], name="measure_notice_section")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The first words of the measure, for lists."""
        return short_title(self.text)

    @property
    def unsettled(self) -> list[dict[str, object]]:
        """The flags that are not settled."""
        return [flag for flag in self.flags if not flag.get("settled")]


# Measures whose tasks count: not dropped, or dropped by an amended version after work was done.
COUNTED_MEASURES = models.Q(dropped=False) | ~models.Q(kept_because="")


class Part(models.TextChoices):
    """The part of a unit in a measure."""

    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    PARTNER = "partner", "配合单位"


class UnitState(models.TextChoices):
    """States of resolving a printed unit."""

    RESOLVED = "resolved", "已对应"
    OPEN = "open", "范围待定"
    UNKNOWN = "unknown", "未识别"


class MeasureUnit(models.Model):
    """One unit or group as printed in a row; its `members` are the bodies it refers to.

    `everyone` means all units of the table (各责任单位); `outside` means not in this installation;
    `plural` marks a group resolved to its members.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="units", verbose_name="举措")
    part = models.CharField("分工", max_length=12, choices=Part)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    printed = models.CharField("原文", max_length=200)
    state = models.CharField("状态", max_length=10, choices=UnitState, default=UnitState.UNKNOWN)
    plural = models.BooleanField("单位组", default=False)
    everyone = models.BooleanField("本通知所列全部单位", default=False)
    outside = models.BooleanField("本系统之外的单位", default=False)
    words = models.CharField("提示", max_length=300, blank=True)
    helps = models.BooleanField("原文写明配合", default=False, db_default=False)

    class Meta:
        verbose_name = verbose_name_plural = "举措分工"
        ordering = ["measure", "part", "position", "pk"]

    def __str__(self) -> str:
        return self.printed

    @property
    def resolved(self) -> bool:
        """True if the unit refers to known bodies."""
        return self.state == UnitState.RESOLVED

    @property
    def name(self) -> str:
        """The name of the body if exactly one whole body is meant, else the printed words."""
        members = list(self.members.all())
        whole = self.resolved and not (self.plural or self.everyone or self.outside)
        if whole and len(members) == 1 and members[0].office_id is None:
            return members[0].body.label
        return self.printed


class UnitMember(models.Model):
    """A body, and optionally an office inside it, that a printed unit refers to."""

    unit = models.ForeignKey(MeasureUnit, models.CASCADE, related_name="members", verbose_name="举措分工")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处室")

    class Meta:
        verbose_name = verbose_name_plural = "所指单位"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "body", "office"], name="unit_member_once"),
            models.UniqueConstraint(
                fields=["unit", "body"], condition=models.Q(office=None), name="unit_member_whole_once"
            ),
        ]
