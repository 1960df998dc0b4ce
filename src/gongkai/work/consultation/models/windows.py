"""Models of service windows (综合咨询窗口, C-08) and their rosters."""

from django.db import models

from gongkai.core.units.models import Body


class ServiceWindow(models.Model):
    """A service window of a unit."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="service_windows", verbose_name="单位")
    name = models.CharField("窗口名称", max_length=80)
    place = models.CharField("地点", max_length=160)
    hours = models.CharField("服务时间", max_length=120)
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "综合咨询窗口"
        ordering = ["body__position", "body", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], condition=models.Q(closed_on=None), name="window_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The name of its log stream."""
        return f"service-window/{self.pk}"


class WindowShift(models.Model):
    """The people at a window on a day."""

    window = models.ForeignKey(ServiceWindow, models.PROTECT, related_name="shifts", verbose_name="窗口")
    day = models.DateField("日期")
    people = models.CharField("值守人员", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "窗口排班"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["window", "day"], name="shift_once")]

    def __str__(self) -> str:
        return f"{self.window} {self.day.isoformat()}"
