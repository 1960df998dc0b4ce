"""Groups of units as named in notices."""

from django.db import models

from gongkai.core.units.models.bodies import Body


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
        """Name of the group and its other spellings."""
        return (self.name, *(line.strip() for line in self.other_names.splitlines() if line.strip()))


class GroupMember(models.Model):
    """A body added to a group or excluded from it, regardless of the group's kinds."""

    group = models.ForeignKey(UnitGroup, models.CASCADE, related_name="members", verbose_name="单位组")
    body = models.ForeignKey(Body, models.CASCADE, verbose_name="单位")
    excluded = models.BooleanField("除外", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "组成员"
        constraints = [models.UniqueConstraint(fields=["group", "body"], name="member_once_in_group")]
