"""Units with certificates, groups of units, switched apps."""

from django.db import models
from django.utils import timezone

from gongkai.core.vault.fields import EncryptedTextField


class TreeModel(models.Model):
    """Abstract model with `parent`, `children` and `path`; saving updates the paths of the subtree."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Save the row, and update `path` here and in all descendants."""
        is_new = self._state.adding
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        parent = getattr(self, "parent", None)
        path = f"{parent.path if parent else '/'}{self.pk}/"
        if path != getattr(self, "path", ""):
            setattr(self, "path", path)  # noqa: B010 - the field is the subclass's
            type(self)._base_manager.filter(pk=self.pk).update(**{"path": path})
            for child in () if is_new else self.children.all():  # type: ignore[attr-defined]
                child.save()


class BodyKind(models.TextChoices):
    """Type of an organisation; groups of units and lists of the portal select by it."""

    GOVERNMENT = "government", "人民政府"
    GENERAL_OFFICE = "general_office", "政府办公室（厅）"
    DEPARTMENT = "department", "政府部门"
    COMMITTEE = "committee", "管委会"
    DISTRICT = "district", "区县政府"
    TOWNSHIP = "township", "乡镇政府"
    SUBDISTRICT = "subdistrict", "街道办事处"
    INSTITUTION = "institution", "事业单位"
    ENTERPRISE = "enterprise", "国有企业"
    OTHER = "other", "其他"


class BodyLevel(models.TextChoices):
    """Administrative level of a body; a department has that of its government."""

    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡级"


class Body(TreeModel):
    """A unit that leads tasks, takes part in them or publishes: a government, department or street office.

    `parent` is its government. `path` is the chain of ids from the root (`/1/7/`), so that a
    subtree is one indexed prefix. A body is never deleted: it is closed (`active_to`) or merged
    (`merged_into`). Its address, hours, contact details and 政府信息公开工作机构 are those that the
    disclosure guide (指南) must name.
    """

    name = models.CharField("全称", max_length=120, unique=True)
    short_name = models.CharField("简称", max_length=60, blank=True)
    code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    kind = models.CharField("类别", max_length=20, choices=BodyKind, default=BodyKind.DEPARTMENT)
    level = models.CharField("层级", max_length=12, choices=BodyLevel, default=BodyLevel.CITY)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="所属政府"
    )
    path = models.CharField("路径", max_length=200, blank=True, db_index=True, editable=False)
    position = models.PositiveIntegerField("排序", default=1000)
    phone = models.CharField("公开电话", max_length=60, blank=True)
    address = models.CharField("办公地址", max_length=200, blank=True)
    hours = models.CharField("办公时间", max_length=120, blank=True)
    disclosure_office = models.CharField("公开工作机构", max_length=80, blank=True)
    postcode = models.CharField("邮政编码", max_length=6, blank=True)
    fax = models.CharField("传真号码", max_length=60, blank=True)
    email = models.CharField("电子邮箱", max_length=200, blank=True)
    court = models.CharField("行政诉讼管辖法院", max_length=80, blank=True)
    active_from = models.DateField("设立日期", null=True, blank=True)
    active_to = models.DateField("撤销日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入单位"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def court_for_lawsuits(self) -> str:
        """Return the name of the court for lawsuits against the body: its own `court`, else that of the nearest body
        above, else a general phrase."""
        if self.court:
            return self.court
        return self.parent.court_for_lawsuits if self.parent else "有管辖权的人民法院"

    @property
    def label(self) -> str:
        """Return the short name, or the full name if there is none."""
        return self.short_name or self.name

    @property
    def alive(self) -> bool:
        """Return true if the body exists today: neither merged nor closed."""
        return self.merged_into_id is None and (self.active_to is None or self.active_to > timezone.localdate())

    @property
    def successor(self) -> "Body":
        """Return the unit that is responsible to the public for this one: itself, or the unit into which it was
        merged."""
        body = self
        while body.merged_into is not None:
            body = body.merged_into
        return body


class Office(models.Model):
    """An office (处室、科室) inside a body."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="offices", verbose_name="单位")
    name = models.CharField("名称", max_length=80)
    phone = models.CharField("电话", max_length=60, blank=True)
    position = models.PositiveIntegerField("排序", default=1000)
    active_to = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "处室"
        ordering = ["body", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "name"], name="office_name_in_body")]

    def __str__(self) -> str:
        return f"{self.body.label}{self.name}"


class Alias(models.Model):
    """Another name that notices use for a body: short, former, misspelt or learnt."""

    class Source(models.TextChoices):
        """Origin of an alias of a unit; `LEARNT`: chosen by a clerk in a review."""

        ENTERED = "entered", "录入"
        FORMER = "former", "曾用名"
        LEARNT = "learnt", "审核中学得"

    name = models.CharField("别名", max_length=120)
    body = models.ForeignKey(Body, models.CASCADE, related_name="aliases", verbose_name="单位")
    office = models.ForeignKey(Office, models.CASCADE, null=True, blank=True, verbose_name="处室")
    source = models.CharField("来源", max_length=12, choices=Source, default=Source.ENTERED)

    class Meta:
        verbose_name = verbose_name_plural = "别名"
        constraints = [models.UniqueConstraint(fields=["name", "body"], name="alias_name_body")]

    def __str__(self) -> str:
        return self.name


class BodyEvent(models.Model):
    """An event in a body's history: renamed, merged, closed, moved or restored."""

    class What(models.TextChoices):
        """Event in a unit's history; `MOVED`: it has a new parent."""

        RENAMED = "renamed", "更名"
        MERGED = "merged", "并入"
        CLOSED = "closed", "撤销"
        MOVED = "moved", "改变隶属"
        RESTORED = "restored", "恢复"

    body = models.ForeignKey(Body, models.PROTECT, related_name="events", verbose_name="单位")
    what = models.CharField("事项", max_length=12, choices=What)
    on = models.DateField("日期")
    before = models.CharField("原内容", max_length=120, blank=True)
    after = models.CharField("新内容", max_length=120, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位沿革"
        ordering = ["on", "pk"]


class Certificate(models.Model):
    """A unit's certificate and private key. The key is encrypted with the key ring (`vault`)."""

    body = models.OneToOneField(Body, models.PROTECT, related_name="certificate", verbose_name="单位")
    subject = models.CharField("证书主体", max_length=300)
    issuer = models.CharField("颁发机构", max_length=300)
    serial = models.CharField("序列号", max_length=64)
    starts = models.DateTimeField("生效时间")
    ends = models.DateTimeField("失效时间")
    chain = models.TextField("证书链")
    key = EncryptedTextField("私钥")
    by = models.ForeignKey("units.Person", models.PROTECT, null=True, related_name="+", verbose_name="设置人")
    at = models.DateTimeField("设置时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "签名证书"

    def __str__(self) -> str:
        return f"{self.body}（{self.subject}）"


class UnitGroup(models.Model):
    """A group such as 各区县政府 or 市政府各部门, under one government.

    Its members are the bodies of `kinds` directly under `government`, so that new bodies join
    automatically, plus or minus the bodies in `GroupMember`.
    """

    government = models.ForeignKey(Body, models.PROTECT, related_name="groups", verbose_name="所属政府")
    name = models.CharField("名称", max_length=120)
    other_names = models.TextField("其他写法", blank=True, help_text="一行一个，如：各区县（自治县）人民政府")
    kinds = models.JSONField("包含类别", default=list, blank=True)
    open_ended = models.BooleanField("范围不确定", default=False, help_text="如“有关部门”“有关单位”，导入时须由人指明")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "单位组"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["government", "name"], name="group_name_in_government")]

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of the group, then its other spellings."""
        return (self.name, *(line.strip() for line in self.other_names.splitlines() if line.strip()))


class GroupMember(models.Model):
    """A body that is added to a group or excluded from it, regardless of the group's kinds."""

    group = models.ForeignKey(UnitGroup, models.CASCADE, related_name="members", verbose_name="单位组")
    body = models.ForeignKey(Body, models.CASCADE, verbose_name="单位")
    excluded = models.BooleanField("除外", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "组成员"
        constraints = [models.UniqueConstraint(fields=["group", "body"], name="member_once_in_group")]


class AppSwitch(models.Model):
    """An app that was switched off or on again in this installation. An app without a row is on."""

    name = models.SlugField("应用", unique=True)
    off = models.BooleanField("停用", default=False)
    changed_at = models.DateTimeField("时间", default=timezone.now)
    changed_by = models.CharField("经手人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "应用开关"

    def __str__(self) -> str:
        return f"{self.name}（{'停用' if self.off else '启用'}）"
