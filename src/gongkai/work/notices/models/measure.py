"""Measures (贯彻举措) with units and duties, and decisions of clerks on two compared notices."""

from django.db import models
from django.db.models import Q

from gongkai.core.units.models import Body, Office
from gongkai.work.notices.models.notice import Notice
from gongkai.work.notices.planning.descriptions import make_short_title


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
        """Return the first words of the measure, for lists."""
        return make_short_title(self.text)

    @property
    def unsettled(self) -> list[dict[str, object]]:
        """Return the flags that are not settled."""
        return [flag for flag in self.flags if not flag.get("settled")]


# Measures whose tasks count: not dropped, or dropped by an amended version after work was done.
COUNTED_MEASURES = models.Q(dropped=False) | ~models.Q(kept_because="")


class UnitPart(models.TextChoices):
    """Part of a unit in a measure; `PARTNER`: it supports the lead unit (配合单位)."""

    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    PARTNER = "partner", "配合单位"


class UnitState(models.TextChoices):
    """Progress of matching a printed unit name with the directory.

    `OPEN`: the name does not say which units are meant; a clerk decides.
    """

    RESOLVED = "resolved", "已对应"
    OPEN = "open", "范围待定"
    UNKNOWN = "unknown", "未识别"


class MeasureUnit(models.Model):
    """One unit or group as printed in a row; its `members` are the bodies it refers to.

    `everyone` means all units of the table (各责任单位); `outside` means not in this installation;
    `plural` marks a group resolved to its members.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="units", verbose_name="举措")
    part = models.CharField("分工", max_length=12, choices=UnitPart)
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
        """Return true if the unit refers to known bodies."""
        return self.state == UnitState.RESOLVED

    @property
    def name(self) -> str:
        """Return the name of the body if exactly one whole body is meant, else the printed words."""
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


class VagueDefault(models.Model):
    """The meaning of a vague word (及时、定期、动态更新) for a government, and who set it.

    `days` are working days after the event; `cycle` is the interval of checks. Governments without
    rows use the table in `planning/rules.py`.
    """

    government = models.ForeignKey(Body, models.CASCADE, related_name="vague_defaults", verbose_name="政府")
    word = models.CharField("用语", max_length=20)
    days = models.PositiveSmallIntegerField("工作日", null=True, blank=True)
    cycle = models.CharField("核查周期", max_length=10)
    note = models.CharField("说明", max_length=200, blank=True)
    set_by = models.CharField("设定人", max_length=120)
    set_at = models.DateTimeField("设定时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "时限默认值"
        constraints = [models.UniqueConstraint(fields=["government", "word"], name="vague_word_once")]


class AwaitedAct(models.Model):
    """An act of a higher body on which a deadline depends; its date starts the months."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="awaited", verbose_name="通知")
    words = models.CharField("等待的事项", max_length=300)
    title = models.CharField("文件标题", max_length=300, blank=True)
    doc_number = models.CharField("发文字号", max_length=80, blank=True)
    dated = models.DateField("日期", null=True, blank=True)
    entered_by = models.CharField("登记人", max_length=120, blank=True)
    entered_at = models.DateTimeField("登记时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "等待的上级文件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words


class Duty(models.Model):
    """One duty inside a measure, a line of the checklist.

    `due` is the rule as data (see docs/notices.md), {} for none. `paths` are lists of column names
    from the root. `cycle` is the interval at which a vague duty is checked. `guides` marks a duty
    to guide other units, which closes only with a dated record for each.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="duties", verbose_name="举措")
    position = models.PositiveSmallIntegerField("顺序")
    text = models.TextField("要求")
    paths = models.JSONField("公开路径", default=list)
    channels = models.JSONField("其他渠道", default=list)
    due = models.JSONField("时限规则", default=dict)
    due_text = models.CharField("时限原文", max_length=200, blank=True)
    cycle = models.CharField("核查周期", max_length=10, blank=True)
    default_note = models.CharField("采用的默认值", max_length=200, blank=True)
    default_by = models.CharField("默认值设定人", max_length=120, blank=True)
    awaits = models.ForeignKey(
        AwaitedAct, models.SET_NULL, null=True, blank=True, related_name="duties", verbose_name="等待"
    )
    guides = models.BooleanField("指导类", default=False)
    guided = models.ManyToManyField(Body, blank=True, related_name="+", verbose_name="指导对象")

    class Meta:
        verbose_name = verbose_name_plural = "要求"
        ordering = ["measure", "position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Pairing(models.Model):
    """A decision that two measures correspond, or that one has no counterpart.

    `own` None: the other measure is not passed down, with the reason in `words`. `upper` None: the
    own measure is an addition. If the other notice is the amended one, `seen` is the digest of both
    rows at acceptance (empty: not accepted), and `words` state why a dropped row continues.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="pairings", verbose_name="通知")
    other = models.ForeignKey(Notice, models.CASCADE, related_name="+", verbose_name="对照的通知")
    own = models.ForeignKey(Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="本级举措")
    upper = models.ForeignKey(Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="对照举措")
    words = models.CharField("说明", max_length=300, blank=True)
    seen = models.CharField("当时内容的摘要值", max_length=64, blank=True, default="", db_default="")
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "举措对应"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "other", "own", "upper"], name="pairing_once"),
            models.CheckConstraint(condition=Q(own__isnull=False) | Q(upper__isnull=False), name="pairing_names_one"),
        ]
        indexes = [models.Index(fields=["notice", "other"], name="pairing_notices")]


class KeptOurs(models.Model):
    """A decision that a difference between two measures stays as the own notice has it.

    `seen` is the digest of both sides; after a later change a new decision is needed.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="kept_ours", verbose_name="通知")
    own = models.ForeignKey(Measure, models.CASCADE, related_name="+", verbose_name="本级举措")
    upper = models.ForeignKey(Measure, models.CASCADE, related_name="+", verbose_name="对照举措")
    reason = models.CharField("理由", max_length=300)
    seen = models.CharField("当时内容的摘要值", max_length=64)
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "保留本级规定"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["own", "upper"], name="kept_ours_once")]
